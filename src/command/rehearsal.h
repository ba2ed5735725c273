/* rehearsal.h: how long a scenario takes, section by section, without playing it: what is said is
 * read, and what happens is looked at. */
#ifndef COMMAND_REHEARSAL_H
#define COMMAND_REHEARSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

enum {
    REHEARSAL_WORD_MS = 350,  /* to read a word aloud, or slowly */
    REHEARSAL_LOOK_MS = 2500, /* to look at what a stop shows, */
    REHEARSAL_ASK_MS = 12000, /* to think about a question, */
    REHEARSAL_STEP_MS = 1500, /* and to see what a command did */
};

/* A section, or what stands before the first. */
struct rehearsal_part {
    char *name;
    uint64_t milliseconds;
    size_t stops, questions;
    unsigned line; /* where it begins */
};

struct rehearsal {
    struct rehearsal_part *items;
    size_t count, capacity;
    char *title;        /* NULL for none */
    bool has_beginning; /* the first part is what stands before the first section */
};

/* Read a file.
 *   ret_rehearsal  to be given back with rehearsal_finish
 *   returns        false with `error` set if it cannot be read, or read twice */
bool rehearsal_read(const char *path, struct rehearsal *ret_rehearsal, struct error *error);
void rehearsal_finish(struct rehearsal *rehearsal);

/* Append a table of the sections, with their length. */
void rehearsal_add_table(const struct rehearsal *rehearsal, struct text *text);

/* How many words a text has. */
size_t rehearsal_count_words(const char *text);

#endif
