/* place.h: places of the heap as users write them. */
#ifndef COMMAND_PLACE_H
#define COMMAND_PLACE_H

#include "session/session.h"

/* Whether `text` is an offset ("+0x40", "64") or an address, not a name. */
bool place_is_offset(const char *text);

/* The offset that `text` means: that of the block that a variable points to, or one below the break
 * in numbers.
 *   errors   no such variable, NULL, beyond the break */
bool place_find(const struct session *session, const char *text, uint64_t *ret_at,
                struct error *error);

/* A place as a program reaches it: so far from where a variable points, or from stack data, or from
 * the variable itself, or from the heap's start. */
struct reach {
    char name[SCOPED_NAME_MAX + 1]; /* "" for the heap's start */
    bool address;                   /* the variable itself is meant */
    uint64_t distance;              /* as in int64_t */
};

/* Read "A", "A+8", "A-8", "&A", "&A+8", or an offset or an address. */
bool reach_parse(const struct session *session, const char *text, struct reach *ret_reach,
                 struct error *error);

#endif
