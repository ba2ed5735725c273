/* peer.h: allocators that are measured in a process of their own: the C library's malloc, and those
 * that LD_PRELOAD puts in its place.
 *
 * The process is this program, executed again as `heapglass bench --malloc --json`: so a peer is
 * measured by the same code, in a heap that nobody has used before. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "bench/options.h"
#include "bench/result.h"

struct bench_peer {
    char *name;    /* as the table shows it */
    char *library; /* to be preloaded; NULL for the C library's own malloc */
};

/* The C library's malloc. */
struct bench_peer bench_peer_c_library(void);

/* Find a peer by name ("mimalloc"), or by the path of a library.
 *   ret_peer  to be given to bench_peer_finish; untouched on failure
 *   errors    no such peer; it is not installed, and which package has it */
bool bench_peer_find(const char *name, struct bench_peer *ret_peer, struct error *error);
void bench_peer_finish(struct bench_peer *peer);

/* Measure `peer` on the trace from `source`.
 *   ret_result  as replay_measure fills it; untouched on failure
 *   errors      the process cannot be started, fails, or uses another malloc than the peer's */
bool bench_peer_measure(const struct bench_peer *peer, const struct bench_source *source,
                        const struct bench_options *options, struct bench_result *ret_result,
                        struct error *error);

#endif
