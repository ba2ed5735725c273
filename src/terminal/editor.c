/* editor.c: see editor.h. */
#include "terminal/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "terminal/history.h"
#include "terminal/keys.h"
#include "terminal/restore.h"

enum { NO_TEXT = 0xfffd }; /* what reads as this was not UTF-8 */

struct editor {
    const struct session *session;
    struct editor_callbacks callbacks;
    EditLine *libedit;
    HistoryW *history;
    struct history_file file;
    int pty;
    FILE *input, *output; /* NULL on the terminal itself */
    struct text *answer;  /* where to keep what libedit says; NULL: nowhere */
    struct error problem; /* with the history, when it started */
    struct text line;
    wchar_t pending;   /* for insert_pasted; 0 for none */
    bool after_return; /* a carriage return was the last that was pasted */
    bool marks_pastes; /* the terminal tells what is pasted, where it is asked to */
};

/* The key that stands for the pending character: a control character that nobody can type. */
enum { KEY_PENDING = 0x80 };

/* ---- What libedit calls ---- */

static struct editor *editor_of(EditLine *libedit)
{
    void *editor = NULL;

    el_get(libedit, EL_CLIENTDATA, &editor);
    return editor;
}

static char *no_prompt(EditLine *libedit)
{
    static char empty[] = "";

    (void)libedit;
    return empty;
}

static char *prompt(EditLine *libedit)
{
    static char text[] = EDITOR_PROMPT;

    (void)libedit;
    return text;
}

/* What a pasted character is for libedit: a line end ends the line, and all else is inserted; 0 for
 * what is neither. */
static wchar_t take_pasted(struct editor *editor, wchar_t character)
{
    bool is_rest_of_end = editor->after_return && character == L'\n';

    editor->after_return = character == ENTER;
    if (character == ENTER || character == L'\n')
        return is_rest_of_end ? 0 : L'\n';
    editor->pending = character;
    return character ? KEY_PENDING : 0;
}

static int get_key(EditLine *libedit, wchar_t *ret_key)
{
    struct editor *editor = editor_of(libedit);
    bool is_text;

    do {
        if (!editor->callbacks.read_key(editor->callbacks.context, ret_key, &is_text))
            return 0;
        if (is_text)
            *ret_key = take_pasted(editor, *ret_key);
    } while (is_text && *ret_key == 0);
    return 1;
}

static unsigned char insert_pending(EditLine *libedit, int key)
{
    struct editor *editor = editor_of(libedit);
    wchar_t character[] = {editor->pending, L'\0'};

    (void)key;
    editor->pending = L'\0';
    return character[0] && el_winsertstr(libedit, character) == 0 ? CC_REFRESH : CC_ERROR;
}

/* Where letters are vi's commands, let it insert first: the pending character comes again. */
static unsigned char begin_inserting(EditLine *libedit, int key)
{
    static const wchar_t keys[] = {L'i', KEY_PENDING, L'\0'};

    (void)key;
    el_wpush(libedit, keys);
    return CC_NORM;
}

/* Put what all candidates have in common in the place of the word that stands there. Returns
 * whether that makes a difference. */
static bool insert_common(EditLine *libedit, const struct completion *completion,
                          const struct text *before)
{
    const char *typed = text_string(before) + completion->start;
    struct text common = {0};
    bool differs;

    completion_add_common(completion, &common);
    differs = strcmp(typed, text_string(&common)) != 0;
    if (differs) {
        el_deletestr(libedit, (int)mbstowcs(NULL, typed, 0));
        el_insertstr(libedit, text_string(&common));
    }
    text_finish(&common);
    return differs;
}

static unsigned char complete(EditLine *libedit, int key)
{
    struct editor *editor = editor_of(libedit);
    const LineInfo *info = el_line(libedit);
    struct completion completion;
    struct text before = {0};
    unsigned char result = CC_ERROR;

    (void)key;
    text_add_bytes(&before, info->buffer, (size_t)(info->cursor - info->buffer));
    completion = command_complete(editor->session, text_string(&before));
    if (completion.count > 0 && insert_common(libedit, &completion, &before))
        result = CC_REFRESH;
    if (completion.count > 1 && result == CC_ERROR) {
        editor->callbacks.show_candidates(editor->callbacks.context, &completion);
        result = CC_REDISPLAY;
    }
    completion_finish(&completion);
    text_finish(&before);
    return result;
}

/* ---- Starting and ending ---- */

/* Keep what libedit says if somebody has asked it. */
static ssize_t hear(void *context, const char *said, size_t size)
{
    struct editor *editor = context;

    if (editor->answer)
        text_add_bytes(editor->answer, said, size);
    return (ssize_t)size;
}

/* Open a pseudo-terminal, because libedit switches editing off where its input is none. */
static bool open_pty(struct editor *editor)
{
    const char *name;
    int slave;

    editor->pty = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (editor->pty < 0 || grantpt(editor->pty) != 0 || unlockpt(editor->pty) != 0)
        return false;
    name = ptsname(editor->pty);
    slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    editor->input = slave < 0 ? NULL : fdopen(slave, "r");
    editor->output = fopencookie(editor, "w", (cookie_io_functions_t){.write = hear});
    return editor->input && editor->output;
}

static bool open_libedit(struct editor *editor, bool on_terminal)
{
    if (on_terminal) {
        editor->libedit = el_init("heapglass", stdin, stdout, stderr);
    } else if (open_pty(editor)) {
        /* as output it gets the pseudo-terminal too: it looks there for the terminal's modes */
        editor->libedit =
            el_init_fd("heapglass", editor->input, editor->output, editor->output,
                       fileno(editor->input), fileno(editor->input), fileno(editor->input));
    }
    editor->history = history_winit();
    return editor->libedit && editor->history;
}

/* libedit has lines as wide characters, so that nothing depends on the locale. Lines that are no
 * text are left out. */
static void enter_line(void *context, const char *line)
{
    struct editor *editor = context;
    wchar_t *wide = memory_create(strlen(line) + 1, sizeof *wide);
    HistEventW event;
    size_t length = 0;

    while (*line)
        wide[length++] = (wchar_t)utf8_next(&line);
    if (!wcschr(wide, NO_TEXT))
        history_w(editor->history, &event, H_ENTER, wide);
    free(wide);
}

/* Whether the terminal that libedit edits on is an heir of the VT100; others could show what asks
 * them to mark what is pasted. */
static bool may_mark_pastes(const struct editor *editor)
{
    char *clear_line = NULL;

    return el_get(editor->libedit, EL_GETTC, "ce", &clear_line) == 0 && clear_line &&
           strncmp(clear_line, "\033[", 2) == 0;
}

static void bind_pastes(struct editor *editor, bool on_terminal)
{
    EditLine *libedit = editor->libedit;

    el_set(libedit, EL_ADDFN, "heapglass-insert", "Insert what was pasted", insert_pending);
    el_wset(libedit, EL_BIND, L"\\200", L"heapglass-insert", NULL);
    el_set(libedit, EL_ADDFN, "heapglass-begin", "Insert what was pasted", begin_inserting);
    el_wset(libedit, EL_BIND, L"-a", L"\\200", L"heapglass-begin", NULL); /* vi's commands */
    editor->marks_pastes = on_terminal && may_mark_pastes(editor);
    if (editor->marks_pastes)
        restore_add_always(RESTORE_NO_PASTES, RESTORE_PASTES);
}

/* Read what is set in ~/.editrc, or in the file that libedit takes for it; from what is no file,
 * nothing may ever come. */
static void read_editrc(EditLine *libedit)
{
    const char *named = getenv("EDITRC"), *home = getenv("HOME");
    struct text path = {0};
    struct stat status;

    text_add(&path, "%s%s", named || !home ? "" : home, named ? named : "/.editrc");
    if (stat(text_string(&path), &status) == 0 && S_ISREG(status.st_mode))
        el_source(libedit, NULL);
    text_finish(&path);
}

static void configure(struct editor *editor, bool on_terminal)
{
    EditLine *libedit = editor->libedit;
    HistEventW event;

    history_w(editor->history, &event, H_SETSIZE, HISTORY_LINES);
    history_w(editor->history, &event, H_SETUNIQUE, 1);
    el_set(libedit, EL_CLIENTDATA, editor);
    el_wset(libedit, EL_HIST, history_w, editor->history);
    el_set(libedit, EL_PROMPT, on_terminal ? prompt : no_prompt);
    el_set(libedit, EL_EDITOR, "emacs");
    el_set(libedit, EL_GETCFN, get_key);
    el_set(libedit, EL_ADDFN, "heapglass-complete", "Complete the word", complete);
    el_set(libedit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    el_set(libedit, EL_BIND, "\\e[1;5C", "em-next-word", NULL); /* Ctrl with an arrow */
    el_set(libedit, EL_BIND, "\\e[1;5D", "ed-prev-word", NULL);
    read_editrc(libedit);
    el_set(libedit, EL_BIND, "^I", "heapglass-complete", NULL);
    el_set(libedit, EL_BIND, "^C", "em-kill-line", NULL);
    el_set(libedit, EL_BIND, "-a", "^C", "vi-substitute-line", NULL); /* vi's commands */
    bind_pastes(editor, on_terminal);
    history_file_open(&editor->file, enter_line, editor, &editor->problem);
}

struct editor *editor_create(const struct session *session,
                             const struct editor_callbacks *callbacks, bool on_terminal,
                             struct error *error)
{
    struct editor *editor = memory_create(1, sizeof *editor);

    editor->session = session;
    editor->callbacks = *callbacks;
    editor->pty = -1;
    if (!open_libedit(editor, on_terminal)) {
        error_set_errno(error, "the line editor cannot be started");
        editor_destroy(editor);
        return NULL;
    }
    configure(editor, on_terminal);
    return editor;
}

void editor_destroy(struct editor *editor)
{
    if (!editor)
        return;
    if (editor->libedit)
        el_end(editor->libedit);
    if (editor->history)
        history_wend(editor->history);
    if (editor->input)
        fclose(editor->input);
    if (editor->output)
        fclose(editor->output);
    if (editor->pty >= 0)
        close(editor->pty);
    history_file_close(&editor->file);
    text_finish(&editor->line);
    free(editor);
}

/* ---- Lines ---- */

static void mark_pastes(const struct editor *editor, const char *sequence)
{
    if (!editor->marks_pastes)
        return;
    fputs(sequence, stdout);
    fflush(stdout);
}

const char *editor_read(struct editor *editor)
{
    const wchar_t *line;
    int length;

    el_set(editor->libedit, EL_PREP_TERM, 1); /* before the prompt: no key falls in between */
    mark_pastes(editor, RESTORE_PASTES);
    line = el_wgets(editor->libedit, &length);
    mark_pastes(editor, RESTORE_NO_PASTES);
    if (!line || length <= 0)
        return NULL;
    text_clear(&editor->line);
    for (int i = 0; i < length && line[i] != L'\n'; i++)
        utf8_add(&editor->line, (uint32_t)line[i]);
    return text_string(&editor->line);
}

const wchar_t *editor_line(const struct editor *editor, size_t *ret_length, size_t *ret_cursor)
{
    const LineInfoW *line = el_wline(editor->libedit);

    *ret_length = (size_t)(line->lastchar - line->buffer);
    *ret_cursor = (size_t)(line->cursor - line->buffer);
    return line->buffer;
}

bool editor_wants_escape(const struct editor *editor)
{
    const LineInfoW *line = el_wline(editor->libedit);
    const char *kind = "";

    el_get(editor->libedit, EL_EDITOR, &kind);
    return strcmp(kind, "vi") == 0 && line->lastchar > line->buffer;
}

bool editor_knows(struct editor *editor, const char *sequence)
{
    struct text key = {0}, answer = {0};
    bool is_known;

    if (!*sequence)
        return false;
    for (; *sequence; sequence++)
        text_add(&key, *sequence == '\\' || *sequence == '^' ? "\\%c" : "%c", *sequence);
    fflush(editor->output);
    editor->answer = &answer;
    el_set(editor->libedit, EL_BIND, text_string(&key), NULL);
    fflush(editor->output);
    editor->answer = NULL;
    is_known = answer.length > 0 && strncmp(text_string(&answer), "Unbound", 7) != 0;
    text_finish(&key);
    text_finish(&answer);
    return is_known;
}

const char *editor_problem(const struct editor *editor)
{
    return editor->problem.text;
}

bool editor_keep(struct editor *editor, const char *line, struct error *error)
{
    enter_line(editor, line);
    return history_file_add(&editor->file, line, error);
}
