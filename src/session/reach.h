/* reach.h: which live payloads some variable leads to, along links. It is kept up to date as each
 * reference comes and goes, without looking at the others.
 *
 * What always holds: a payload that is not lost is referred to by a variable, or has a parent: a
 * link to it from another that is not lost; so parents lead to one that a variable refers to, and
 * never in a circle. A lost one has no parent and no variable, and knows the step that lost it. */
#ifndef SESSION_REACH_H
#define SESSION_REACH_H

#include "session/links.h"

/* Some payloads, in no order. One that is all zero is none. */
struct payloads {
    uint64_t *items;
    size_t count, capacity;
};

void payloads_add(struct payloads *payloads, uint64_t payload);
struct payloads payloads_copy(const struct payloads *payloads);

/* What points to what: the ledger's payloads are the nodes. */
struct graph {
    struct ledger *ledger;
    struct links *links;
    struct payloads *losses; /* of the step at hand */
    uint32_t step;           /* its number */
};

/* A payload is referred to by something more: by the link number `link`, or by a variable, if that
 * is NO_LINK.
 *   cost  O(1); O(payloads and links that it leads to) if it was lost */
void reach_gain(const struct graph *graph, uint64_t payload, uint32_t link);

/* Each of these payloads, if it still lives, may have lost what held it: a variable referred to it,
 * or its parent was taken from it. Find them other parents; those for whom there are none are lost,
 * and what only they lead to.
 *   cost  O(1) for each where another reference is near; else O(payloads and links that hang on it
 *         by parents) */
void reach_settle(const struct graph *graph, const struct payloads *doubted);

#endif
