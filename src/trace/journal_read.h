/* journal_read.h: the journal of a recorded process, made into a trace. */
#ifndef TRACE_JOURNAL_READ_H
#define TRACE_JOURNAL_READ_H

#include <stdbool.h>

#include "trace/trace.h"

/* Read the journal (trace/journal_format.h) in the open file `file`. Each allocation gets an id of
 * its own, in the order in which they were made; a realloc keeps the id of what it resizes.
 *   program    that was to write there
 *   name       of the trace
 *   ret_trace  to be given to trace_finish; untouched on failure
 *   errors     nobody wrote to the journal, and why; it makes no sense; the limits of trace.h
 *   cost       O(entries) */
bool journal_read(int file, const char *program, const char *name, struct trace *ret_trace,
                  struct error *error);

#endif
