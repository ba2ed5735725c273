/* c_call.h: the one table of calls: which function of C is which command. */
#ifndef COMMAND_C_CALL_H
#define COMMAND_C_CALL_H

#include <stdbool.h>

#include "base/text.h"
#include "target/op.h"

enum c_part {
    C_PART_NAME = 'N',      /* a variable */
    C_PART_SAME = '=',      /* that to which the answer is given, which the command has already */
    C_PART_PLACE = 'P',     /* a variable, and bytes to add or to take away */
    C_PART_TEXT = 'T',      /* in quotes */
    C_PART_SIZE = 'S',      /* numbers: bytes, */
    C_PART_COUNT = 'C',     /* how many, */
    C_PART_ALIGNMENT = 'A', /* a power of two, */
    C_PART_BYTE = 'B',      /* a byte */
};

/* A row. The arguments are those of the command, in the same order. */
struct c_call {
    const char *function;
    const char *command;
    const char *parts; /* its arguments, an enum c_part each */
    bool answers;      /* a pointer, which some variable must take */
    enum op_kind op;   /* that it is as a step */
};

/* The row with this number, and that of a function whose name has so many characters; NULL if there
 * is none. */
const struct c_call *c_call_at(unsigned number);
const struct c_call *c_call_find(const char *name, size_t length);

/* Append how the call reads: "NAME = malloc(SIZE);". */
void c_call_add_form(const struct c_call *call, struct text *text);

#endif
