/* words.h: how blocks and places are called, wherever they are shown. */
#ifndef VIEW_WORDS_H
#define VIEW_WORDS_H

#include "base/size.h"
#include "base/text.h"
#include "session/picture.h"
#include "session/step.h"
#include "view/options.h"

/* "A", "free", "leaked", "state", "end" or "unreadable". */
const char *words_block(const struct picture *picture, const struct block *block);

enum { WORDS_PLACE_MAX = SIZE_TEXT_MAX };

/* An offset ("+0x00a0") or, if the options say so, its address ("0x55555557a0a0"). Returns
 * `buffer`. */
const char *words_place(const struct picture *picture, const struct view_options *options,
                        uint64_t at, char buffer[WORDS_PLACE_MAX]);

/* Append the line that an error stands in and, below, a caret under its column, indented by two;
 * what a terminal would obey is made visible. Of a line too long for `columns`, only what is around
 * the column.
 *   column  of the error, in bytes from 1; with 0, nothing is appended */
void words_add_error_line(const char *line, int column, int columns, struct text *text);

/* Append text of which parts may come from the user, harmless to a terminal. Where there is ASCII
 * alone, microseconds are "us". */
void words_add_text(const char *string, const struct view_options *options, struct text *text);

/* Append what a step cost in the allocator: " (2 free blocks examined - 812 ns)"; nothing if it was
 * not called. Where the break moved: " (44 us, 43 of them the kernel's)". */
void words_add_cost(const struct picture *picture, const struct step *step,
                    const struct view_options *options, struct text *text);

/* Append "A", or "f:A" for a variable that is not in the frame on top. */
void words_add_variable(const struct picture *picture, uint32_t place, struct text *text);

/* The same of what the user calls by a name: "x" where that is stack data and its first slot "x.0".
 */
void words_add_own(const struct picture *picture, uint32_t place, struct text *text);

/* Append how far a long work is: "#####..... 5 of 10", or, where nobody knows of how many, "5
 * done". There may be more of it than was known: of a file that grows while it is read. */
void words_add_progress(size_t done, size_t total, struct text *text);

#endif
