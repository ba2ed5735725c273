/* names.h: the names that a session has used, each with a number. Which word in the heap process a
 * name means at some time is the picture's to say; the number of a name stays, so that a step can
 * be told of whatever stands where its variable was. */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* A hash table with linear probing, of which at least half is free, so that a trace of a million
 * names costs little more than their bytes. */
struct names {
    struct arena texts;
    const char **by_id;
    size_t count, capacity;
    struct name_slot {
        const char *text; /* NULL where there is none */
        uint32_t hash, id;
    } * slots;
    size_t slot_count; /* 0 or a power of two */
};

#define NO_NAME UINT32_MAX

enum { NAME_LENGTH_MAX = 63, SCOPED_NAME_MAX = 2 * NAME_LENGTH_MAX + 1 };

/* Room for what a slot of stack data is called: "x.3". */
enum { SLOT_NAME_MAX = NAME_LENGTH_MAX + sizeof ".18446744073709551615" };

/* Names that are all zero are empty. */
void names_finish(struct names *names);

/* Whether `text` can be a name: [A-Za-z_][A-Za-z0-9_]*, at most NAME_LENGTH_MAX characters. */
bool name_is_valid(const char *text);

/* Whether it can say which variable is meant: NAME, or FRAME:NAME. */
bool name_is_scoped(const char *text);

/* The number of a name; false if it has none. */
bool names_find(const struct names *names, const char *text, uint32_t *ret_id);

/* Give a name the next number, if it has none; whether that was so. */
bool names_add_new(struct names *names, const char *text, uint32_t *ret_id);

/* The number of a name, which is given the next one if it has none. */
uint32_t names_add(struct names *names, const char *text);

/* A copy: each name has the number that it has here. */
struct names names_copy(const struct names *names);

/* The name of a number below names->count. */
const char *names_text(const struct names *names, uint32_t id);

#endif
