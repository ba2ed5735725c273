/* journal.h: what a recorded process did with its heap, written down as it happens.
 *
 * The journal is written under the process's lock, so it is in the order in which things happened.
 * No descriptor stays open: programs close those they do not know. */
#ifndef PRELOAD_JOURNAL_H
#define PRELOAD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/journal_format.h"

struct journal {
    struct journal_entry *next, *end; /* the window on the file; NULL while nothing is recorded */
    const char *path;
    size_t size; /* of the file, up to the window's end */
};

/* Write to the file at `path`, if it waits for this process. What it held is overwritten: a program
 * that executes another is recorded as what it became. */
void journal_open(struct journal *journal, const char *path);

/* Write no more, and leave the file as it is. */
void journal_close(struct journal *journal);

/* Write one entry. Where the file cannot grow, that is written, and nothing after it. */
void journal_write(struct journal *journal, const struct journal_entry *entry);

static inline void journal_add(struct journal *journal, enum journal_kind kind, size_t size,
                               const void *payload, const void *old)
{
    if (__builtin_expect(journal->next != NULL, false))
        journal_write(journal,
                      &(struct journal_entry){kind, size, (uintptr_t)payload, (uintptr_t)old});
}

#endif
