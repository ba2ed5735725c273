/* names.h: the names that sessions have used, each with a number. Which word in the heap process a
 * name means at some time is the picture's to say; the number of a name stays, so that a step can
 * be told of whatever stands where its variable was. Sessions of which one was made from another
 * have their names in common: a name that only one of them uses means nothing in the others. */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include <stdbool.h>
#include <stdint.h>

/* Names that are all zero are empty. */
struct names {
    struct name_table *table; /* that of all who have them in common */
};

#define NO_NAME UINT32_MAX

enum { NAME_LENGTH_MAX = 63, SCOPED_NAME_MAX = 2 * NAME_LENGTH_MAX + 1 };

/* Room for what a slot of stack data is called: "x.3". */
enum { SLOT_NAME_MAX = NAME_LENGTH_MAX + sizeof ".18446744073709551615" };

/* The table goes with the last who has it. */
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

/* Give the next number to "b" and that number: names of a trace of millions of blocks, which take
 * memory only where they are asked for. All names so far were given so; and whether they were. */
void names_add_numbered(struct names *names);
bool names_are_numbered(const struct names *names);

/* The same names, which are in common from now on, at no cost. Where there are none yet, each will
 * have its own. */
struct names names_share(const struct names *names);

/* The name of a number that was given. */
const char *names_text(const struct names *names, uint32_t id);

#endif
