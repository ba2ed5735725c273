/* names.h: the names of variables. A name keeps its slot, the number of its word in the heap
 * process, for as long as the session lasts, so that steps can be replayed on any heap. */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct name;

struct names {
    struct name *by_text; /* hashed */
    struct name **by_slot;
    size_t count, capacity;
};

enum { NAME_LENGTH_MAX = 63 };

/* Names that are all zero are empty. */
void names_finish(struct names *names);

/* Whether `text` can be a name: [A-Za-z_][A-Za-z0-9_]*, at most NAME_LENGTH_MAX characters. */
bool name_is_valid(const char *text);

/* The slot of a name; false if it has none. */
bool names_find(const struct names *names, const char *text, uint32_t *ret_slot);

/* The slot of a name, which is given the next one if it has none. The caller keeps the number of
 * names below that of slots. */
uint32_t names_add(struct names *names, const char *text);

/* Forget all names but the first `count`. */
void names_truncate(struct names *names, size_t count);

/* A copy: each name has the slot that it has here. */
struct names names_copy(const struct names *names);

/* The name of a slot below names->count. */
const char *names_text(const struct names *names, uint32_t slot);

#endif
