/* trace.h: traces of allocations: what a program asked of malloc, free and realloc, in order.
 *
 * A trace is a list of operations on ids. An id stands for one payload; what always holds:
 *  - an id is allocated before it is freed, and not allocated again while it is live, so that every
 *    trace can be replayed on any allocator;
 *  - `id_count` is one more than the largest id, and `peak_live` the largest sum, after any
 *    operation, of the sizes of the live ids.
 * Only trace_add changes a trace, and it refuses what would break this.
 *
 * Files are in one of several formats, which are rows of a table: see format.h. Those that are
 * written are the malloc lab's, `NAME.rep`: four numbers, then one operation in each line.
 *
 *      1           suggested heap size, or what the trace counts for: see enum trace_worth
 *      3           number of ids: all are below
 *      4           number of operations
 *      1024        a weight, or the peak of live bytes: not used
 *      a 0 512     allocate id 0, 512 bytes
 *      r 0 1024    change the size of id 0; allocate it if it is not live
 *      f 0         free id 0
 *      f -1        free NULL
 *
 * A script has the operations alone. Some courses leave out the first number, or the first and the
 * last: such a header is read only leniently, because nothing tells which numbers it has but how
 * many they are.
 *
 * The words may be parted by any white space, and by comments from # to the end of a line. So that
 * memory grows with the file, its ids are up to 2^20, or up to its size in bytes where that is
 * more. */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"

enum trace_kind { TRACE_ALLOCATE, TRACE_REALLOCATE, TRACE_FREE };
enum { TRACE_KINDS = TRACE_FREE + 1 };

#define TRACE_NULL_ID UINT32_MAX           /* of an operation that frees NULL */
#define TRACE_IDS_MAX ((uint32_t)1 << 26)  /* ids are below */
#define TRACE_OPS_MAX ((size_t)1 << 28)    /* operations in a trace */
#define TRACE_SIZE_MAX ((uint64_t)1 << 40) /* bytes in one payload, and live at a time */
#define TRACE_FILE_MAX ((size_t)1 << 32)   /* bytes in a file */

enum { TRACE_SPEND_EVERY = 1 << 17 };

/* What a trace counts for where an allocator is graded on several, as the number that its file
 * begins with; any larger one is a heap size of old, and says nothing. */
enum trace_worth { TRACE_WORTH_NONE, TRACE_WORTH_BOTH, TRACE_WORTH_SPACE, TRACE_WORTH_SPEED };

struct trace_op {
    uint64_t size; /* bytes asked for; 0 of a free */
    uint32_t id;
    uint32_t kind; /* enum trace_kind */
};

struct trace {
    char *name; /* of the file, without its folders and ".rep", or of the generator */
    struct trace_op *ops;
    size_t op_count, op_capacity;
    size_t kind_counts[TRACE_KINDS];
    enum trace_worth worth;
    uint32_t id_count;
    uint64_t live;      /* bytes asked for by the ids that are live after the last operation */
    uint64_t peak_live; /* the most there ever were */
    uint64_t *sizes;    /* of each id: 1 + its size while it is live, else 0 */
    size_t size_capacity;
    size_t left_out;    /* what a lenient reader could not read: lines */
    struct text names;  /* of ids, each with a NUL behind it */
    uint32_t *named_at; /* of each id: 1 + where its name stands in there, or 0 */
    size_t named_count, named_capacity;
};

/* An empty trace with a copy of `name`; give its memory back. */
void trace_init(struct trace *trace, const char *name);
void trace_finish(struct trace *trace);

/* So many operations are expected, on so many ids: it is no error if they are not. */
void trace_expect(struct trace *trace, size_t ops, size_t ids);

/* Append one operation.
 *   id      for TRACE_FREE, TRACE_NULL_ID frees NULL
 *   size    bytes; 0 where kind is TRACE_FREE. A payload of 0 bytes is live all the same, also
 *           after TRACE_REALLOCATE, and may be freed
 *   errors  an id that is out of range, allocated twice, or freed while it is not live; a limit
 *           above; ERROR_NO_MEMORY; the trace is then unchanged
 *   cost    O(1), and memory for the ids up to the largest */
bool trace_add(struct trace *trace, enum trace_kind kind, uint32_t id, uint64_t size,
               struct error *error);

/* Whether `id` is live after the last operation, and its size if it is. */
bool trace_is_live(const struct trace *trace, uint32_t id, uint64_t *ret_size);

/* Let go of the first operations, so many, behind who goes through all of them once; and of which
 * ids are live. Neither is to be asked for any more: counts and names stay.
 *   cost  little: it may be called every TRACE_SPEND_EVERY operations */
void trace_spend(struct trace *trace, size_t ops);

/* Call an id by a name, of which the first one counts; the name of one, NULL if it has none. The
 * name is valid until another is given. */
void trace_name(struct trace *trace, uint32_t id, const char *name);
const char *trace_name_of(const struct trace *trace, uint32_t id);

/* Read a whole file, whatever its format.
 *   path       "-" is standard input
 *   lenient    take what is there: a header's counts may be wrong, it may be short, and what cannot
 *              be read is left out and counted
 *   ret_trace  to be given to trace_finish; untouched on failure
 *   errors     ERROR_NO_MEMORY; ERROR_MALFORMED, "FILE:LINE: what is wrong"; just "FILE: ..." where
 *              it cannot be read */
bool trace_read(const char *path, bool lenient, struct trace *ret_trace, struct error *error);

/* The same, telling how far it is.
 *   errors  also ERROR_STOPPED */
bool trace_read_watched(const char *path, bool lenient, const struct progress *progress,
                        struct trace *ret_trace, struct error *error);

/* The same of a file that is open, from where it is; `name` stands for it in errors. */
bool trace_read_open(int descriptor, const char *name, bool lenient,
                     const struct progress *progress, struct trace *ret_trace, struct error *error);

/* The name of the trace in a file: without folders and ".rep", to be freed. */
char *trace_short_name(const char *path);

/* Read a trace from memory; `name` stands for the file in errors. */
bool trace_parse(const char *name, const char *bytes, size_t size, bool lenient,
                 struct trace *ret_trace, struct error *error);

/* Write `trace` as a .rep file, to `output` or to a new file at `path`. The header is one that both
 * kinds of lab take: what it counts for first, the peak of live bytes last.
 *   errors  it cannot be written */
bool trace_write(const struct trace *trace, FILE *output, struct error *error);
bool trace_write_file(const struct trace *trace, const char *path, struct error *error);

#endif
