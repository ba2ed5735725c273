/* lines.c: see lines.h. */
#include "base/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"

enum { CAPACITY = 2 * LINE_LENGTH_MAX };

void line_reader_finish(struct line_reader *reader)
{
    free(reader->data);
    reader->data = NULL;
}

/* Read behind what is there; make room for it first. */
static enum line_outcome read_more(struct line_reader *reader)
{
    ssize_t count;

    if (!reader->data)
        reader->data = memory_create(CAPACITY + 1, 1);
    memmove(reader->data, reader->data + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
    do {
        if (!progress_wait(&reader->progress, reader->descriptor, reader->consumed, 0))
            return LINE_STOPPED;
        count = read(reader->descriptor, reader->data + reader->end, CAPACITY - reader->end);
    } while (count < 0 && (errno == EINTR || errno == EAGAIN));
    if (count < 0)
        return LINE_FAILED;
    reader->ended = count == 0;
    reader->end += (size_t)count;
    return LINE_READ;
}

static char *find_line_break(const struct line_reader *reader)
{
    size_t pending = reader->end - reader->start;

    return pending ? memchr(reader->data + reader->start, '\n', pending) : NULL;
}

bool line_reader_has_line(const struct line_reader *reader)
{
    return find_line_break(reader) || reader->ended ||
           reader->end - reader->start > LINE_LENGTH_MAX;
}

enum line_outcome line_reader_next(struct line_reader *reader, char **ret_line)
{
    char *line, *stop;
    size_t length;

    while (!(stop = find_line_break(reader)) && !reader->ended &&
           reader->end - reader->start <= LINE_LENGTH_MAX) {
        enum line_outcome outcome = read_more(reader);

        if (outcome != LINE_READ)
            return outcome;
        if (!reader->begun)
            reader->start = utf8_mark(reader->data, reader->end);
        reader->begun = true;
    }
    line = reader->data + reader->start;
    length = stop ? (size_t)(stop - line) : reader->end - reader->start;
    if (!stop && length == 0)
        return LINE_END;
    if (length > LINE_LENGTH_MAX)
        return LINE_TOO_LONG;
    if (memchr(line, '\0', length))
        return LINE_BINARY;
    reader->start += length + (stop != NULL);
    reader->consumed += length + (stop != NULL);
    if (length > 0 && line[length - 1] == '\r')
        length--;
    line[length] = '\0';
    *ret_line = line;
    return LINE_READ;
}
