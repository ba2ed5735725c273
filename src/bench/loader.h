/* loader.h: traces, loaded without using this process's heap.
 *
 * Where the malloc of this process is measured, what reading a trace allocates and frees again
 * would lie about in its heap, resident and ready to be reused, and the heap would seem smaller
 * than it is. So another process reads or generates the trace, and the result is mapped here. */
#ifndef BENCH_LOADER_H
#define BENCH_LOADER_H

#include "bench/options.h"
#include "trace/trace.h"

struct loaded_trace {
    struct trace trace; /* without what trace_add needs: it cannot be added to */
    void *mapping;      /* of its operations and its name */
    size_t size;
};

/* Read all of standard input into a file that takes its place, so that several processes can read
 * it, each from its beginning once it has been rewound.
 *   errors  it cannot be read, or not be kept */
bool loader_keep_input(struct error *error);
void loader_rewind_input(void);

/* Read or generate the trace. Standard input, whose name is "-", has been kept.
 *   ret_trace  to be given to loader_unload; untouched on failure
 *   errors     those of trace_read and trace_generate; the process could not be started; the live
 *              bytes alone are more than the machine's memory, ERROR_NO_MEMORY */
bool loader_load(const struct bench_source *source, bool lenient, struct loaded_trace *ret_trace,
                 struct error *error);
void loader_unload(struct loaded_trace *trace);

#endif
