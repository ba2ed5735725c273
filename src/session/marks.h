/* marks.h: what a collector has found of some blocks, by where they begin: for whoever draws it. */
#ifndef SESSION_MARKS_H
#define SESSION_MARKS_H

#include <stddef.h>
#include <stdint.h>

enum mark {
    MARK_NONE,
    MARK_GREY,   /* reached, and still to be looked through */
    MARK_BLACK,  /* looked through */
    MARK_ORPHAN, /* not reached: it would go, or goes */
};

struct marked {
    uint64_t at;
    uint8_t mark; /* enum mark */
};

/* In the order of their places. Marks that are all zero are none. */
struct marks {
    struct marked *items;
    size_t count, capacity;
};

void marks_finish(struct marks *marks);

/* Mark a block, whatever it was marked as.
 *   cost  O(log marks) if it has a mark, or lies behind all that have; else O(marks) */
void marks_set(struct marks *marks, uint64_t at, enum mark mark);

enum mark marks_get(const struct marks *marks, uint64_t at);

#endif
