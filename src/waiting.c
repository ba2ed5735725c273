/* waiting.c: see waiting.h. */
#include "waiting.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/words.h"

#define CLEAR_LINE "\r\033[K"

enum { AFTER_MS = 500, EVERY_MS = 100 };

void waiting_tell(struct waiting *waiting, size_t done, size_t total)
{
    uint64_t now = clock_ms();
    struct text text = {0};

    if (waiting->began_ms == 0)
        waiting->began_ms = now;
    if (now - waiting->began_ms < AFTER_MS || now - waiting->shown_ms < EVERY_MS ||
        !isatty(STDERR_FILENO))
        return;
    words_add_progress(done, total, &text);
    fflush(stdout); /* what stands there belongs above */
    fprintf(stderr, CLEAR_LINE "%s", text_string(&text));
    text_finish(&text);
    waiting->shown_ms = now;
    waiting->is_shown = true;
}

void waiting_end(struct waiting *waiting)
{
    if (waiting->is_shown)
        fputs(CLEAR_LINE, stderr);
    *waiting = (struct waiting){0};
}
