/* typing.c: see typing.h. */
#include "terminal/typing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/tell.h"
#include "base/utf8.h"
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

/* Wait for a byte, or for Ctrl-C, which can come only now.
 *   returns  1 with the byte, 0 for Ctrl-C, -1 at the end of input */
static int read_byte(char *ret_byte)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t interrupt, before;
    int ready;

    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    do {
        ready = ppoll(&input, 1, NULL, &before);
    } while (ready < 0 && errno == EINTR && !interrupted);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (typing_interrupted())
        return 0;
    return read(STDIN_FILENO, ret_byte, 1) == 1 ? 1 : -1;
}

/* Read one character in the locale's encoding. What is none is left out. */
static bool read_key(void *context, wchar_t *ret_key)
{
    mbstate_t state = {0};
    char byte;

    (void)context;
    for (;;) {
        int got = read_byte(&byte);
        size_t length;

        if (got == 0)
            *ret_key = CONTROL_C;
        if (got <= 0)
            return got == 0;
        length = mbrtowc(ret_key, &byte, 1, &state);
        if (length == (size_t)-1)
            state = (mbstate_t){0};
        else if (length != (size_t)-2)
            return true;
    }
}

static void show_candidates(void *context, const struct completion *completion)
{
    struct text text = {0};

    (void)context;
    for (size_t i = 0; i < completion->count; i++) {
        const char *candidate = completion->candidates[i];

        text_add(&text, "%s", i ? "  " : "");
        utf8_add_visible_line(&text, candidate); /* files have strange names */
    }
    printf("\n%s\n", text_string(&text));
    fflush(stdout);
    text_finish(&text);
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
    if (editor_problem(editor)[0])
        tell(stderr, "note: %s", editor_problem(editor));
    while (!interpreter->quit && (line = editor_read(editor))) {
        struct error unkept;

        if (!line[strspn(line, " \t")])
            continue;
        interrupted = 0;
        interpreter_run_line(interpreter, line);
        fflush(stdout);
        if (!editor_keep(editor, line, &unkept))
            tell(stderr, "note: %s", unkept.text);
    }
    if (!interpreter->quit)
        putchar('\n');
    editor_destroy(editor);
    return true;
}
