/* fullscreen_parts.h: what the two halves of the full screen share: the one in which keys do
 * something (fullscreen.c), and the one that is told of commands (fullscreen_face.c). */
#ifndef TERMINAL_FULLSCREEN_PARTS_H
#define TERMINAL_FULLSCREEN_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "command/interpreter.h"
#include "terminal/editor.h"
#include "terminal/keymap.h"
#include "terminal/lending.h"
#include "terminal/pause.h"
#include "terminal/player.h"
#include "terminal/stage.h"

struct fullscreen {
    struct stage stage;
    struct player player;
    struct lending lending;          /* of the terminal, to a program */
    struct interpreter *interpreter; /* NULL until the user can type */
    struct editor *editor;
    /* the command at hand: when it began, and when its progress was last shown; 0 before */
    uint64_t began_ms, shown_ms;
    uint64_t drawn_ms;     /* when the stage was last drawn */
    struct text watched;   /* what is said of the program that runs; empty where none does */
    bool holds;            /* it is to be held, as was heard while its heap was looked at */
    bool heap_is_lost;     /* its process has ended, and there was no other to be had */
    bool is_browsing;      /* single keys act, instead of being typed */
    struct held held;      /* the pause that is waited in; those around it wait for it */
    unsigned speed;        /* at which a scenario goes on by itself, 1 to 9; 0: it does not */
    bool has_prefix;       /* Ctrl-X has been typed */
    int dragged_row;       /* of the timeline, where the button was pressed last; 0 for elsewhere */
    const wchar_t *queued; /* the rest of what a key is for the editor */
    wchar_t sequence[KEYMAP_SEQUENCE_MAX]; /* where a key with a prefix is put together for it */
};

/* See struct face. */
enum pause_end fullscreen_pause(void *context, const struct pause *pause);

/* Run a line as typed, and keep it. The editor may read others meanwhile. */
void fullscreen_run_typed(struct fullscreen *fullscreen, const char *typed);

/* The next key; KEY_KIND_NONE when it is time for a scenario to go on by itself. What is shown is
 * brought up to date before waiting, and at times while keys come in faster. Meanwhile the heap
 * process may end. */
struct key fullscreen_wait_for_key(struct fullscreen *fullscreen,
                                   void (*show)(struct fullscreen *));

#endif
