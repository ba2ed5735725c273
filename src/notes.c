/* notes.c: see notes.h. */
#include "notes.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "view/markup.h"

struct notes {
    int descriptor;
};

struct notes *notes_open(const char *path, struct error *error)
{
    int descriptor = open(path, O_WRONLY | O_APPEND | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    struct notes *notes;

    if (descriptor < 0) {
        error_set_errno(error, "%s", path);
        return NULL;
    }
    notes = memory_create(1, sizeof *notes);
    notes->descriptor = descriptor;
    return notes;
}

void notes_close(struct notes *notes)
{
    if (notes)
        close(notes->descriptor);
    free(notes);
}

static int columns_of(int descriptor)
{
    enum { USUAL_COLUMNS = 80 };
    struct winsize size;

    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col
                                                                        : USUAL_COLUMNS;
}

void notes_write(void *context, const char *text)
{
    const struct notes *notes = context;
    struct text words = {0}, lines = {0};

    markup_add_plain(text, &words);
    grid_break_lines(text_string(&words), columns_of(notes->descriptor), &lines);
    text_clear(&words);
    utf8_add_visible(&words, text_string(&lines), lines.length);
    text_add(&words, "\n\n");
    if (write(notes->descriptor, words.data, words.length) < 0) {
        /* a terminal that takes no more misses a note, and the lecture goes on */
    }
    text_finish(&words);
    text_finish(&lines);
}
