/* range.h: many names at once.
 *
 *      A             one name
 *      main:A        one of another frame
 *      a1..a100      a1, a2, ... a100, upwards or downwards
 *      a1..a99:2     every second one
 *      a01..a10      with leading zeros kept */
#ifndef COMMAND_RANGE_H
#define COMMAND_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "session/names.h"

struct range {
    char prefix[SCOPED_NAME_MAX + 1]; /* the whole name where it is one */
    uint64_t first, stride, count;    /* count 1 and width 0 for one name */
    bool numbered, downwards;
    int width; /* digits, at least */
};

/* Read a name or a range of names. */
bool range_parse(const char *text, struct range *ret_range, struct error *error);

/* The name number `index`, from 0. Returns `name`. */
const char *range_name(const struct range *range, uint64_t index, char name[SCOPED_NAME_MAX + 1]);

#endif
