/* exercise.h: textbook exercises, worked by hand. A heap is written as its blocks in address order,
 * without bookkeeping: "A32 -48 B64" is A's block of 32 bytes, a free block of 48, B's block of 64.
 * */
#ifndef TESTS_HEAP_EXERCISE_H
#define TESTS_HEAP_EXERCISE_H

#include "heap/shadow.h"

enum { EXERCISE_NAMES = 26, EXERCISE_PICTURE_MAX = 1024 };

struct exercise {
    struct shadow *shadow;
    void *named[EXERCISE_NAMES];
    char picture[EXERCISE_PICTURE_MAX];
};

/* A config in which the break moves by just what is needed, and never back. */
struct hg_config exercise_config(const char *policy);

struct exercise exercise_begin(const struct hg_config *config);
void exercise_end(struct exercise *exercise);

/* The heap was reset: no name points to a block. */
void exercise_forget(struct exercise *exercise);

/* Do what `moves` say: "A10" allocates A with 10 bytes, "-A" frees it, "A=20" resizes it. Then the
 * heap must be as pictured. */
void exercise_expect(struct exercise *exercise, const char *moves, const char *picture);

#endif
