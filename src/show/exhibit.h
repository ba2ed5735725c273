/* exhibit.h: what a command wants to be looked at, with all that was read from the heap for it: who
 * draws it asks nobody. */
#ifndef SHOW_EXHIBIT_H
#define SHOW_EXHIBIT_H

#include "session/free_lists.h"
#include "target/pages.h"
#include "target/space.h"

enum exhibit_kind {
    EXHIBIT_NOTHING,
    EXHIBIT_MAP,
    EXHIBIT_RIBBON,
    EXHIBIT_BLOCKS,
    EXHIBIT_FREE_LIST,
    EXHIBIT_STATS,
    EXHIBIT_VARIABLES,
    EXHIBIT_STEPS,
    EXHIBIT_DUMP,
    EXHIBIT_DETAIL,
    EXHIBIT_PAGES,
    EXHIBIT_MEMORY,
    EXHIBIT_LEGEND,
    EXHIBIT_PRINTED,
    EXHIBITS /* how many there are */
};

struct exhibit {
    enum exhibit_kind kind;
    uint64_t at;             /* of a dump and a detail: the offset of its first byte */
    unsigned char *bytes;    /* of both; of what a program printed, its lines */
    size_t count;            /* how many */
    struct free_lists lists; /* of a free list and a detail: all of them, whole */
    struct pages pages;      /* of pages */
    struct space space;      /* of memory */
};

/* One that is all zero is nothing. */
void exhibit_finish(struct exhibit *exhibit);

/* A copy, with bytes and lists of its own. */
struct exhibit exhibit_copy(const struct exhibit *exhibit);

#endif
