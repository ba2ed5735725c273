/* reading.h: a file of commands, or a text without a name, while it is being read. */
#ifndef COMMAND_READING_H
#define COMMAND_READING_H

#include "base/lines.h"
#include "command/interpreter.h"

struct reading {
    struct interpreter *interpreter;
    struct reading *outer;    /* the file whose command has this one read; NULL for none */
    struct location location; /* of the line at hand */
    struct line_reader lines;
    struct text line; /* at hand */
    const char *text; /* what is left of a text; NULL for a file */
    bool is_repeat;   /* the text is that of a repeat */
    uint64_t size;    /* bytes; 0 if it is not known */
    bool keep_going;  /* after a command that failed */
    bool sets_up;     /* settings are all that may change, and nothing is told but errors */
    bool stopped;     /* the user stopped it, */
    bool resumed;     /* or let it go on after a command that failed */
};

/* Where the line at hand is from, and whether all that it may do is to set something up; of no
 * reading, what is so at the keyboard. */
struct location reading_location(const struct reading *reading);
bool reading_sets_up(const struct reading *reading);

/* Whether what has been read of a file, from its first line on, may be commands; else say what it
 * is.
 *   is_no_trace  that is known already */
bool reading_may_be_commands(const struct line_reader *lines, const char *name, bool is_no_trace,
                             struct error *error);

/* Say why there is no next line behind the one at `location`; that a file ends is no error. */
void reading_explain_end(enum line_outcome outcome, const struct location *location,
                         struct error *error);

/* Take the lines up to the 'end' of a repeat, which is left out.
 *   returns  false with `error` set if there is none */
bool reading_take_body(struct reading *reading, struct text *ret_body, struct error *error);

/* Take the next line of standard input as what answers a question. False where it is not read, or
 * at its end. */
bool reading_take_answer(struct reading *reading, struct text *ret_line);

/* The user stops the file, and so all that it is read from. */
void reading_stop(struct reading *reading);

#endif
