/* lines.h: reading a trace that is written line by line. Nothing in a line is trusted: it is taken
 * apart piece by piece, and what was expected where it went wrong is said. */
#ifndef TRACE_LINES_H
#define TRACE_LINES_H

#include "trace/format.h"

/* A line, without its line break, and how far it has been read. */
struct trace_line {
    const char *start, *at, *end;
    bool is_cut; /* the file ends in it, without a line break */
};

/* What a line is read with: it appends the operations that the line stands for.
 *   errors  the line cannot be read: what was expected, with line->at where. The trace and
 *           `context` are then as they were */
typedef bool trace_line_reader(void *context, struct trace_line *line, struct trace *trace,
                               struct error *error);

/* Read all lines that are not blank and do not begin with #, as comments do. Leniently, those
 * that cannot be read are left out, and counted in trace->left_out.
 *   errors  "FILE:LINE: ", what is wrong; ERROR_NO_MEMORY */
bool lines_read(const struct trace_source *source, trace_line_reader *read, void *context,
                struct trace *trace, struct error *error);

/* The first of these lines; an empty one where there is none. */
struct trace_line lines_first(const struct trace_source *source);

/* Whether one of the first lines of a file pleases. */
bool lines_any(const struct trace_source *source, bool (*pleases)(struct trace_line line));

/* ---- Pieces: each goes on behind what it has read, and nowhere if that is not there ---- */

void line_skip_spaces(struct trace_line *line);
bool line_is_at_end(const struct trace_line *line);
bool line_take(struct trace_line *line, const char *text);

/* What stands up to the next white space. */
size_t line_word(struct trace_line *line, const char **ret_word);

/* A number, decimal or with 0x; UINT64_MAX for one that is larger. */
bool line_number(struct trace_line *line, uint64_t *ret_number);

/* An address with 0x, or one of "(nil)", "nil", "NULL" and "0" for NULL. */
bool line_address(struct trace_line *line, uint64_t *ret_address);

/* Say what was expected where the line is. Returns false. */
bool line_expected(const struct trace_line *line, const char *what, struct error *error);

#endif
