/* lines.h: reading text line by line from a descriptor: a file, a pipe, a terminal.
 *
 * Lines have a greatest length, so that what never ends, such as /dev/zero, is refused after that
 * many bytes. While nothing comes, whoever reads is asked whether to go on waiting. */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/progress.h"

enum { LINE_LENGTH_MAX = 64 * 1024 };

enum line_outcome {
    LINE_READ,
    LINE_END,      /* there are no more lines */
    LINE_TOO_LONG, /* longer than LINE_LENGTH_MAX bytes */
    LINE_BINARY,   /* it has a byte 0 in it: this is no text */
    LINE_FAILED,   /* the system cannot read; errno says why */
    LINE_STOPPED,  /* the progress said so */
};

/* One that is all zero but for its descriptor is at the beginning. */
struct line_reader {
    int descriptor;
    /* Asked, some ten times a second, while nothing comes; nobody waits for ever. */
    struct progress progress;
    char *data; /* what has been read and not yet given out is [start, end) */
    size_t start, end;
    bool begun, ended;
    uint64_t consumed; /* bytes of the lines given out so far */
};

/* Read the next line. A byte order mark before the first is left out.
 *   ret_line  without its line break; valid until the next call */
enum line_outcome line_reader_next(struct line_reader *reader, char **ret_line);

/* Whether the next line, or that there is none, is known without waiting. */
bool line_reader_has_line(const struct line_reader *reader);

/* Give back the reader's memory. The descriptor is the caller's. */
void line_reader_finish(struct line_reader *reader);

#endif
