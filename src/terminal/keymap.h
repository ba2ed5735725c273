/* keymap.h: which key does what, and where: one table, from which the help of each place is made
 * too. Wherever there is a command line for it, a key is bound to that. */
#ifndef TERMINAL_KEYMAP_H
#define TERMINAL_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "terminal/keys.h"

/* Where the user is; several can hold at once. */
enum place {
    PLACE_TYPING = 1,     /* at the prompt */
    PLACE_BROWSING = 2,   /* single keys act, and any other begins a line */
    PLACE_PAGE = 4,       /* a page is open */
    PLACE_READING = 8,    /* the same, and nothing has been typed */
    PLACE_PLAYING = 16,   /* a step plays event by event */
    PLACE_MAPS = 32,      /* a page that is read has maps that go from step to step */
    PLACE_PAUSED = 128,   /* a scenario waits, and nothing has been typed */
    PLACE_PLAYED = 256,   /* the same, and it can go back, too */
    PLACE_PACED = 512,    /* the same, and digits are no answer */
    PLACE_ASKED = 16384,  /* the same, and an answer can be typed */
    PLACE_QUIZ = 1024,    /* a quiz waits, and nothing has been typed */
    PLACE_PICKING = 2048, /* the same, and the answer can be a block */
    PLACE_RUNNING = 4096, /* a program runs */
    PLACE_HELD = 8192,    /* one is held, and nothing has been typed */
    PLACE_LEAFING = 64,   /* a page is open while browsing: nobody begins a line */
    PLACE_ANYWHERE = PLACE_TYPING | PLACE_BROWSING,
};

/* What a key does that no command line does. */
enum effect {
    EFFECT_RUN, /* the command line does it */
    EFFECT_HELP,
    EFFECT_PANELS, /* say what they show */
    EFFECT_BROWSE,
    EFFECT_TYPE,
    EFFECT_NOTHING,
    EFFECT_NEXT_BLOCK,
    EFFECT_PREVIOUS_BLOCK,
    EFFECT_ROW_UP, /* on the map */
    EFFECT_ROW_DOWN,
    EFFECT_POINT,   /* at what is under the mouse */
    EFFECT_DRAG,    /* along the timeline, if the button was pressed there */
    EFFECT_LINE_UP, /* on a page */
    EFFECT_LINE_DOWN,
    EFFECT_PAGE_UP,
    EFFECT_PAGE_DOWN,
    EFFECT_PAGE_TOP,
    EFFECT_PAGE_END,
    EFFECT_CLOSE,
    EFFECT_STEP_BACK, /* on maps */
    EFFECT_STEP_FORTH,
    EFFECT_FIRST_STEP,
    EFFECT_LAST_STEP,
    EFFECT_PLAY_ON,
    EFFECT_PLAY_TO_END,
    EFFECT_GO_ON, /* with the scenario */
    EFFECT_END_SCENARIO,
    EFFECT_GO_BACK, /* to the pause before, */
    EFFECT_SECTION_BACK,
    EFFECT_SECTION_ON,
    EFFECT_PACE,         /* on by itself */
    EFFECT_PICK,         /* the block in focus, as the answer; */
    EFFECT_PICK_POINTED, /* or the one under the mouse */
    EFFECT_TRY,          /* something, at the prompt */
    EFFECT_HOLD,         /* the program */
    EFFECT_STOP_PLAYING, /* this step and those after it */
    EFFECT_WHEEL_UP,     /* over the timeline step by leaps, elsewhere block by block */
    EFFECT_WHEEL_DOWN,
    EFFECT_REDRAW,
    EFFECT_SUSPEND,
    EFFECTS
};

struct binding {
    unsigned places; /* any of them */
    struct key key;
    enum effect effect;
    const char *command; /* to run; '@' is the offset of the block in focus, '$' the last step, and
                            '{' and '}' are those a leap before and behind here */
    const char *help;    /* one line; NULL for a key that does what another does */
    const char *hint;    /* for the last row, where nothing is typed; NULL for none */
};

/* The binding of a key where the user is; NULL if it has none. */
const struct binding *keymap_find(unsigned places, const struct key *key);

enum { KEYMAP_SEQUENCE_MAX = KEY_SEQUENCE_MOST };

/* What a key is for the editor: a character, or the escape sequence that libedit knows; "" for
 * none. */
const wchar_t *keymap_sequence(const struct key *key, wchar_t sequence[KEYMAP_SEQUENCE_MAX]);

/* Append what all keys do, place by place. */
void keymap_add_all(struct text *text);

/* Append the binding's command line, with what stands for something else in full.
 *   focus      offset of the block in focus
 *   step       the number of the step where we are, of so many that are known */
void keymap_add_command(const struct binding *binding, uint64_t focus, size_t step, size_t known,
                        struct text *text);

/* Append what the keys do where the user is, a line for each. */
void keymap_add_help(unsigned places, struct text *text);

/* Append a few words on the keys that are needed most: "arrows walk   : types". */
void keymap_add_hints(unsigned places, struct text *text);

#endif
