/* parts.h: which part of which block bytes belong to, as far as that was known before any damage;
 * and what of it is damaged, in words. */
#ifndef EXPLAIN_PARTS_H
#define EXPLAIN_PARTS_H

#include "session/session.h"

enum part_kind {
    PART_HEADER,
    PART_PAYLOAD, /* what was asked for, */
    PART_PADDING, /* and what there is besides */
    PART_FOOTER,
    PART_LINKS, /* of a free block, */
    PART_FREE,  /* and the rest of it */
    PART_BOOKKEEPING,
    PART_UNTOLD,
    PART_DAMAGED, /* of a block that cannot be read, and was not known before */
    PART_OUTSIDE  /* below the heap or beyond the break */
};

struct part {
    enum part_kind kind;
    uint64_t low, high; /* offsets; as in int64_t where it is outside */
    struct block block; /* all 0 outside */
};

/* The part in which the byte at this offset lies, which is as in int64_t. */
struct part part_at(const struct picture *picture, uint64_t at);

/* Append "A's payload", "a free block's links", "the heap's own state". */
void part_add_name(const struct picture *picture, const struct part *part, struct text *text);

/* Append "3 bytes of A's payload, 2 of its padding" for [low, high). */
void parts_add(const struct picture *picture, uint64_t low, uint64_t high, struct text *text);

/* Append a clause for each run of bytes that are damaged, in the order of their addresses: what
 * they are, what they were, and which step wrote them. Nothing if nothing is known.
 *   step     only what this step wrote, which is not said; 0 for all
 *   most     so many clauses, and that there are more
 *   returns  whether anything was appended */
bool damage_add_report(const struct picture *picture, const struct history *history, uint32_t step,
                       size_t most, struct text *text);

/* Say more of a problem that session_check found: since when it is so, and all damage that is
 * known. */
void damage_explain(const struct session *session, struct error *problem);

#endif
