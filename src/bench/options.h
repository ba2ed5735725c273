/* options.h: the command line of `heapglass bench`. */
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include "bench/replay.h"
#include "heapglass/heap.h"

/* Where a trace comes from. */
struct bench_source {
    const char *argument; /* a file, "-" for standard input, or a generator's specification */
    bool is_generated;
};

struct bench_options {
    struct hg_config *configs; /* of the policies to be measured */
    size_t config_count;
    const char **peers; /* names or paths */
    size_t peer_count;
    struct bench_source *sources;
    size_t source_count;
    struct replay_options replay;
    bool lenient, json;
    bool process_only; /* measure nothing but the malloc of this process */
};

/* Read the command line; arguments[0] is not looked at. Prints help, and what is wrong.
 *   ret_options  to be given to bench_options_finish, whatever is returned; strings belong to
 *                `arguments`
 *   ret_done     help was printed: there is nothing more to do
 *   returns      false where the command line is wrong */
bool bench_options_read(int count, char **arguments, struct bench_options *ret_options,
                        bool *ret_done);
void bench_options_finish(struct bench_options *options);

#endif
