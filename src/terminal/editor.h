/* editor.h: the line editor: libedit, with history and completion.
 *
 * It has two homes. On a full screen libedit edits on a pseudo-terminal of its own, whose output
 * goes nowhere, and the screen draws the line from editor_line. In plain text it edits on the
 * terminal itself. In both, keys come from a function of the caller's. What is pasted is taken as
 * it is, but that its line ends end lines. */
#ifndef TERMINAL_EDITOR_H
#define TERMINAL_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#include "base/error.h"
#include "command/completion.h"

struct editor;

#define EDITOR_PROMPT "heap> "

struct editor_callbacks {
    /* The next key; false at the end of input. The line may have changed since the last call.
     *   ret_is_text  whether it was pasted: it is text then, whatever it is as a key */
    bool (*read_key)(void *context, wchar_t *ret_key, bool *ret_is_text);
    /* Completion found several candidates: show them. */
    void (*show_candidates)(void *context, const struct completion *completion);
    void *context;
};

/* Start an editor.
 *   on_terminal  edit on the terminal itself, with a prompt */
struct editor *editor_create(const struct session *session,
                             const struct editor_callbacks *callbacks, bool on_terminal,
                             struct error *error);
void editor_destroy(struct editor *editor);

/* Let the user edit a line.
 *   returns  the line without its end, valid until the next call; NULL at the end of input */
const char *editor_read(struct editor *editor);

/* The line as it is now, and where the cursor is in it.
 *   returns  wide characters, valid until the next key */
const wchar_t *editor_line(const struct editor *editor, size_t *ret_length, size_t *ret_cursor);

/* Whether Escape means something to the editor, which is in vi's mode and has a line. */
bool editor_wants_escape(const struct editor *editor);

/* Whether something is bound to the sequence of a key, by ~/.editrc or by default. Only where the
 * editor edits on a pseudo-terminal. */
bool editor_knows(struct editor *editor, const char *sequence);

/* Why the history of earlier sessions is missing; "" if it is not. */
const char *editor_problem(const struct editor *editor);

/* Keep a line in the history. False with `error` set if the file cannot be written any more. */
bool editor_keep(struct editor *editor, const char *line, struct error *error);

#endif
