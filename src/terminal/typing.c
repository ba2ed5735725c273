/* typing.c: see typing.h. */
#include "terminal/typing.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/tell.h"
#include "base/utf8.h"
#include "terminal/editor.h"
#include "terminal/extent.h"
#include "terminal/keys.h"
#include "terminal/paste.h"
#include "terminal/restore.h"

/* Set by the handler of SIGINT, which has nowhere else to put it. */
static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

void typing_watch(void)
{
    sigaction(SIGINT, &(struct sigaction){.sa_handler = on_interrupt}, NULL); /* reads end, too */
}

bool typing_interrupted(void)
{
    bool was = interrupted;

    interrupted = 0;
    if (was) /* it may have ended a write, too, which is no failure of standard output's */
        clearerr(stdout);
    return was;
}

/* What has been read and is not given out yet: [first, count). */
struct queue {
    wchar_t *characters;
    size_t first, count, capacity;
};

struct typist {
    struct queue keys;   /* behind an Escape */
    struct queue pasted; /* all of it, since between two lines the terminal has other modes */
};

static void put(struct queue *queue, wchar_t character)
{
    if (queue->first == queue->count)
        queue->first = queue->count = 0;
    queue->characters = memory_reserve(queue->characters, &queue->capacity, queue->count + 1,
                                       sizeof queue->characters[0]);
    queue->characters[queue->count++] = character;
}

static bool take(struct queue *queue, wchar_t *ret_character)
{
    if (queue->first == queue->count)
        return false;
    *ret_character = queue->characters[queue->first++];
    return true;
}

/* Wait for input or for Ctrl-C, and for both in one call: one that comes between a look at
 * `interrupted` and a read would leave the read waiting. False for Ctrl-C. */
static bool wait_for_input(void)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    sigset_t interrupt, before;

    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    sigprocmask(SIG_BLOCK, &interrupt, &before);
    while (!interrupted && ppoll(&input, 1, NULL, &before) < 0 && errno == EINTR)
        ;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return !typing_interrupted();
}

/* Wait for a byte, or for Ctrl-C.
 *   returns  1 with the byte, 0 for Ctrl-C, -1 at the end of input */
static int read_byte(char *ret_byte)
{
    if (!wait_for_input())
        return 0;
    return read(STDIN_FILENO, ret_byte, 1) == 1 ? 1 : -1;
}

/* Read one character in the locale's encoding. What is none is left out. */
static bool read_character(wchar_t *ret_key)
{
    mbstate_t state = {0};
    char byte;

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

/* Whether something comes right behind an Escape, as no hand types it. */
static bool comes_at_once(void)
{
    enum { ESCAPE_DELAY_MS = 25 };
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&input, 1, ESCAPE_DELAY_MS) > 0;
}

/* Read on behind an Escape while it may begin a paste. Returns whether it does; else what was read
 * is for later. */
static bool begins_paste(struct typist *typist)
{
    const char *expected = &PASTE_BEGIN[1];
    wchar_t character;

    while (*expected && comes_at_once() && read_character(&character)) {
        put(&typist->keys, character);
        if (character != *expected++)
            return false;
    }
    if (*expected)
        return false;
    typist->keys.first = typist->keys.count;
    return true;
}

/* Read what is pasted up to its end. Somebody who waits for an end that does not come types Ctrl-C,
 * which makes it void. */
static void collect_paste(struct typist *typist)
{
    struct paste paste;
    wchar_t character;

    paste_open(&paste);
    while (paste.is_open && read_character(&character)) {
        if (character == CONTROL_C) {
            typist->pasted.first = typist->pasted.count;
            return;
        }
        paste_feed(&paste, character);
        while (paste_take(&paste, &character))
            put(&typist->pasted, character);
    }
}

static bool read_key(void *context, wchar_t *ret_key, bool *ret_is_text)
{
    struct typist *typist = context;

    for (;;) {
        *ret_is_text = take(&typist->pasted, ret_key);
        if (*ret_is_text || take(&typist->keys, ret_key))
            return true;
        if (!read_character(ret_key))
            return false;
        if (*ret_key != ESCAPE || !begins_paste(typist))
            return true;
        collect_paste(typist);
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

/* Read a line, as the terminal itself edits it.
 *   returns  1 with the line, 0 for Ctrl-C, -1 at the end of input */
static int read_plain_line(const char *prompt, char **line, size_t *capacity)
{
    ssize_t length = 0;
    bool waited;

    printf("%s> ", prompt);
    fflush(stdout);
    waited = wait_for_input();
    if (waited)
        length = getline(line, capacity, stdin);
    if (length > 0 && (*line)[length - 1] == '\n')
        (*line)[length - 1] = '\0';
    else
        putchar('\n');
    clearerr(stdin);
    return length > 0 ? 1 : -(int)waited;
}

/* ---- Pauses ---- */

/* A line was typed: an empty one goes on. Returns whether the pause is over. */
static bool take_line(struct interpreter *interpreter, const struct pause *pause, const char *line)
{
    bool is_over = !line[strspn(line, " \t")] || pause->answer;

    if (pause->answer)
        text_add(pause->answer, "%s", line);
    else if (!is_over)
        interpreter_run_aside(interpreter, line);
    is_over = is_over || interpreter->wants_back || interpreter->quit;
    interpreter->wants_back = false;
    return is_over;
}

enum pause_end typing_pause(struct interpreter *interpreter, const struct pause *pause)
{
    const char *prompt = pause->answer ? "answer" : "paused";
    enum pause_end end = PAUSE_OVER;
    size_t capacity = 0;
    char *line = NULL;

    if (pause->why)
        printf("%s\n", pause->why);
    while (end == PAUSE_OVER && read_plain_line(prompt, &line, &capacity) > 0) {
        if (take_line(interpreter, pause, line))
            end = PAUSE_ON;
    }
    free(line);
    return end;
}

/* ---- Typing ---- */

/* A line was typed. */
static void take_command(struct interpreter *interpreter, const char *line)
{
    interrupted = 0;
    interpreter_run_line(interpreter, line);
    fflush(stdout);
}

static void edit_lines(struct interpreter *interpreter, struct editor *editor)
{
    const char *line;

    if (editor_problem(editor)[0])
        tell(stderr, "note: %s", editor_problem(editor));
    while (!interpreter->quit && (line = editor_read(editor))) {
        struct error unkept;

        if (!line[strspn(line, " \t")])
            continue;
        take_command(interpreter, line);
        if (!editor_keep(editor, line, &unkept))
            tell(stderr, "note: %s", unkept.text);
    }
    if (!interpreter->quit)
        putchar('\n');
}

static bool type_edited(struct interpreter *interpreter, struct error *error)
{
    struct typist typist = {0};
    struct editor_callbacks callbacks = {read_key, show_candidates, &typist};
    struct editor *editor;
    struct termios modes;

    if (tcgetattr(STDIN_FILENO, &modes) == 0)
        restore_open(&modes);
    editor = editor_create(interpreter->session, &callbacks, true, error);
    if (editor) {
        typing_watch();
        edit_lines(interpreter, editor);
        editor_destroy(editor);
    }
    restore_close();
    free(typist.keys.characters);
    free(typist.pasted.characters);
    return editor != NULL;
}

/* As the terminal edits lines itself: libedit makes room for each cell of it. */
static void type_plainly(struct interpreter *interpreter)
{
    size_t capacity = 0;
    char *line = NULL;
    int got = 0;

    typing_watch();
    while (!interpreter->quit && (got = read_plain_line("heap", &line, &capacity)) >= 0) {
        if (got > 0)
            take_command(interpreter, line);
    }
    free(line);
}

bool typing_interact(struct interpreter *interpreter, struct error *error)
{
    struct extent extent = extent_read();
    struct error claimed;

    if (extent_is_meant(&extent, &claimed))
        return type_edited(interpreter, error);
    tell(stderr, "note: %s; lines are not completed or kept", claimed.text);
    type_plainly(interpreter);
    return true;
}
