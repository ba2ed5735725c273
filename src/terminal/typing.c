/* typing.c: see typing.h. */
#include "terminal/typing.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "terminal/editor.h"
#include "terminal/keys.h"

/* Set by the handler of SIGINT, which has nowhere else to put it. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

bool typing_interrupted(void)
{
    bool was = interrupted;

    interrupted = 0;
    return was;
}

/* Read one character in the locale's encoding. What is none is left out. */
static bool read_key(void *context, wchar_t *ret_key)
{
    mbstate_t state = {0};
    size_t length;
    char byte;

    (void)context;
    for (;;) {
        ssize_t got = read(STDIN_FILENO, &byte, 1);

        if (typing_interrupted()) {
            *ret_key = CONTROL_C;
            return true;
        }
        if (got < 0 && errno == EINTR)
            continue;
        if (got != 1)
            return false;
        length = mbrtowc(ret_key, &byte, 1, &state);
        if (length == (size_t)-1)
            state = (mbstate_t){0};
        else if (length != (size_t)-2)
            return true;
    }
}

static void show_candidates(void *context, const struct completion *completion)
{
    (void)context;
    putchar('\n');
    for (size_t i = 0; i < completion->count; i++)
        printf("%s%s", i ? "  " : "", completion->candidates[i]);
    putchar('\n');
    fflush(stdout);
}

bool typing_interact(struct interpreter *interpreter, struct error *error)
{
    struct editor_callbacks callbacks = {.read_key = read_key, .show_candidates = show_candidates};
    struct sigaction action = {.sa_handler = on_interrupt}; /* reads end when it comes */
    struct editor *editor = editor_create(interpreter, &callbacks, true, error);
    const char *line;

    if (!editor)
        return false;
    sigaction(SIGINT, &action, NULL);
    while (!interpreter->quit && (line = editor_read(editor))) {
        struct error unkept;

        if (!line[strspn(line, " \t")])
            continue;
        interrupted = 0;
        interpreter_run_line(interpreter, line);
        fflush(stdout);
        if (!editor_keep(editor, line, &unkept))
            fprintf(stderr, "note: %s\n", unkept.text);
    }
    if (!interpreter->quit)
        putchar('\n');
    editor_destroy(editor);
    return true;
}
