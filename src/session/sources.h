/* sources.h: lines of program text that steps stand for: a scenario says which line a step is.
 *
 * A file is read once, when it is first spoken of. Its lines are kept as they can be shown: tabs
 * are blanks, and what a terminal would obey is visible. */
#ifndef SESSION_SOURCES_H
#define SESSION_SOURCES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct source_file;

/* Marks are numbered from 1 on; 0 is no line. All zero is none. */
struct sources {
    struct source_file **files;
    size_t file_count, file_capacity;
    struct source_mark {
        uint32_t file, line; /* the file's number; the line's, from 1 on */
    } * marks;
    size_t mark_count, mark_capacity;
    uint32_t now; /* the mark of the steps that come next */
};

void sources_finish(struct sources *sources);

/* A copy, which shares the files. */
struct sources sources_copy(const struct sources *sources);

/* Let the steps that come next be a line of a file.
 *   ret_line_at_fault  whether the error is about the line, and not about the file
 *   errors             there is no such file, it is no text, or it has no such line; then nothing
 *                      has changed */
bool sources_mark(struct sources *sources, const char *path, uint64_t line, bool *ret_line_at_fault,
                  struct error *error);

/* What a mark, which is not 0, means: the path of its file, from the root on, and the last part of
 * it; how many lines that has; and a line of it, from 1 on. */
const char *sources_path(const struct sources *sources, uint32_t mark);
const char *sources_name(const struct sources *sources, uint32_t mark);
size_t sources_line_count(const struct sources *sources, uint32_t mark);
const char *sources_line(const struct sources *sources, uint32_t mark, size_t line);

/* Append the line of the steps that come next: "get_price.c:12  return &price;"; nothing for
 * none. */
void sources_add_line(const struct sources *sources, struct text *text);

/* The number of the mark's line. */
uint32_t sources_line_number(const struct sources *sources, uint32_t mark);

#endif
