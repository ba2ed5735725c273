/* status_line.c: see status_line.h. */
#include "base/status_line.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/utf8.h"

#define CLEAR_LINE "\r\033[K"

enum { PATIENCE_NS = 500000000 };

struct status_line status_line_begin(bool wanted, size_t total)
{
    return (struct status_line){
        .start_ns = clock_ns(), .wanted = wanted && isatty(STDERR_FILENO), .total = total};
}

/* Show how far it is, unless the whole is younger than half a second, or this was said. */
static void show(struct status_line *line)
{
    struct text text = {0};

    if (!line->wanted || line->shown == line->part || clock_ns() - line->start_ns < PATIENCE_NS)
        return;
    utf8_add_visible_line(&text, line->what); /* names can be strange */
    text_add_string(&text, line->on ? " on " : "");
    utf8_add_visible_line(&text, line->on ? line->on : "");
    fprintf(stderr, CLEAR_LINE "%zu of %zu: %s", line->part, line->total, text_string(&text));
    text_finish(&text);
    line->shown = line->part;
}

void status_line_next(struct status_line *line, const char *what, const char *on)
{
    line->part++;
    line->what = what;
    line->on = on;
    show(line);
}

/* What is being worked on is known here; how far that is does not matter. */
static bool tick(void *context, size_t done, size_t total)
{
    (void)done;
    (void)total;
    show(context);
    return true;
}

struct progress status_line_progress(struct status_line *line)
{
    return (struct progress){.tick = tick, .context = line};
}

void status_line_end(struct status_line *line)
{
    if (line->shown)
        fputs(CLEAR_LINE, stderr);
    line->shown = 0;
}
