/* format.h: how traces are written down: one table of formats. Who reads a file goes by its first
 * bytes, and never by its name.
 *
 * A new format is a row here, a file with its reader, and its samples in tests/trace. A reader adds
 * to a trace by trace_add and trace_name alone; a format of lines is read with lines.h, and one
 * that tells of addresses keeps them with addresses.h. */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include "trace/trace.h"

/* A whole file in memory. */
struct trace_source {
    const char *name; /* for errors */
    const char *bytes;
    size_t size;
    bool lenient; /* leave out what cannot be read, and count it */
    const struct progress *progress;
};

/* For a reader, of each operation or line: tell now and then how far it is.
 *   number  how many there were
 *   at      where it is in the file
 *   errors  ERROR_STOPPED: the user does not want to wait */
static inline bool source_goes_on(const struct trace_source *source, size_t number, size_t at,
                                  struct error *error)
{
    enum { TICK_EVERY = 1 << 15 };

    return number % TICK_EVERY != 0 || !source->progress ||
           progress_tick(source->progress, at, source->size) ||
           error_set_kind(error, ERROR_STOPPED, "stopped; nothing has changed");
}

struct trace_format {
    const char *name;    /* one word: "mtrace" */
    const char *summary; /* where it comes from */
    /* Whether a file that begins so is of this format; never true of a scenario. */
    bool (*sniff)(const struct trace_source *source);
    /* Append the operations in the file.
     *   errors  as trace_parse; the trace is then of no use */
    bool (*read)(const struct trace_source *source, struct trace *trace, struct error *error);
    /* Write a trace; NULL where that is not done. Whether it could be written is for the caller to
     * ask. */
    void (*write)(const struct trace *trace, FILE *output);
};

/* The format with this number, in the order in which they are tried; NULL beyond the last. */
const struct trace_format *trace_format_at(unsigned number);

/* The format of a file, NULL if it is none of these. */
const struct trace_format *trace_format_of(const char *bytes, size_t size);

/* The rows. */
bool rep_sniff(const struct trace_source *source);
bool rep_read(const struct trace_source *source, struct trace *trace, struct error *error);
void rep_write(const struct trace *trace, FILE *output);
bool script_sniff(const struct trace_source *source);
bool script_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool mtrace_sniff(const struct trace_source *source);
bool mtrace_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool valgrind_sniff(const struct trace_source *source);
bool valgrind_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool ltrace_sniff(const struct trace_source *source);
bool ltrace_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool list_sniff(const struct trace_source *source);
bool list_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool ostep_sniff(const struct trace_source *source);
bool ostep_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool requests_sniff(const struct trace_source *source);
bool requests_read(const struct trace_source *source, struct trace *trace, struct error *error);
bool journal_sniff(const struct trace_source *source);
bool journal_read_bytes(const struct trace_source *source, struct trace *trace,
                        struct error *error);

#endif
