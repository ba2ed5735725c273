/* narrow_calls.h: what a library for 32 bits (see narrow.h) can call: memlib's functions, and those
 * of the C library that a hand-in may need. Where they are told a size or a number of bytes they
 * are called by one that takes 4 bytes for it; pointers have the same value in either width. */
#ifndef KIND_NARROW_CALLS_H
#define KIND_NARROW_CALLS_H

#include <stdint.h>

/* What there is by a name. */
enum narrow_what { NARROW_NOTHING, NARROW_FUNCTION, NARROW_STREAM };

struct narrow_call {
    enum narrow_what what;
    uint64_t address;       /* of a function */
    uint32_t stream_number; /* of stdin, stdout, stderr: what stands for the pointer there */
};

struct narrow_call narrow_call_find(const char *name);

/* Let errno be kept there, as far as the library is concerned. */
void narrow_call_keep_errno(int *place);

#endif
