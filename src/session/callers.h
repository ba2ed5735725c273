/* callers.h: who called for the blocks of a program that is or was followed. */
#ifndef SESSION_CALLERS_H
#define SESSION_CALLERS_H

#include "session/caller_sums.h"
#include "session/session.h"

/* By what callers are ranked. */
enum callers_order {
    CALLERS_BY_LIVE,
    CALLERS_BY_COUNT,
    CALLERS_BY_PEAK,
    CALLERS_BY_LIFETIME, /* on average */
    CALLERS_ORDERS
};

const char *callers_order_word(enum callers_order order);

/* All callers that allocated, the first rank first; to be freed. NULL with `error` set where nobody
 * knows of any.
 *   cost  O(steps) */
struct caller *callers_find(const struct session *session, enum callers_order order,
                            size_t *ret_count, struct error *error);

/* Append a site: "main (foo.c:12)". */
void callers_add_site(const struct session *session, uint32_t site, struct text *text);

/* The same in so many characters at most: where the function's name is too long for that, its
 * middle is left out: "_nl_mak..alias (l10nflist.c:242)"; and else that of the whole. */
void callers_add_short_site(const struct session *session, uint32_t site, size_t most,
                            struct text *text);
void callers_shorten(const char *place, size_t most, struct text *text);

/* Append how long so many ticks of the program's clock are: "812 ns", "1.2 ms". */
void callers_add_time(const struct session *session, uint64_t ticks, struct text *text);

/* Append how long the blocks of a caller lived on average; nothing if none was freed. Calls are
 * timed to CALL_TICK_NS, so that of n blocks the average is known to that, divided by the root of
 * n: what is shorter is told as "< 1 ms". */
void callers_add_lifetime(const struct session *session, const struct caller *caller,
                          struct text *text);

/* Append who called in a step, in which thread, and when: " Called by main (foo.c:12), in thread
 * 4711, 1.2 ms after the first call." Of calls that come close together, the first in a millisecond
 * is timed, and of the others it is known between which two of these they lie: "1.2 ms to 2.3 ms
 * after the first call". Nothing where no one knows. */
void callers_add_origin(const struct session *session, size_t step, struct text *text);

/* The same of the step that made the block at an offset, if that is live. */
void callers_add_maker(const struct session *session, uint64_t at, struct text *text);

#endif
