/* pause.h: how the full screen waits for the user, while a scenario is played: keys that go on,
 * back, and to other sections; a pace at which it goes on by itself; and the prompt, to try
 * something. */
#ifndef TERMINAL_PAUSE_H
#define TERMINAL_PAUSE_H

#include <stdbool.h>

#include "command/face.h"
#include "terminal/keymap.h"

struct fullscreen;

/* A pause that is waited in. */
struct held {
    const struct pause *pause; /* NULL: nothing waits */
    bool is_over;              /* the empty line that is read for it is all that is missing */
    bool is_trying;            /* the user is at the prompt, and not in the scenario */
    enum pause_end end;
    uint64_t due_ms; /* when it goes on by itself; 0 for never */
};

/* Which places a pause opens, where nothing has been typed: some of enum place. */
unsigned pause_places(const struct held *held);

/* What goes before the line that is typed. */
const char *pause_prompt(const struct held *held);

/* Let the pause be over, and the empty line that is read for it. */
void pause_end(struct fullscreen *fullscreen, enum pause_end end);

/* Carry out what a key does in a pause. Returns false if it is nothing of a pause's. */
bool pause_carry_out(struct fullscreen *fullscreen, enum effect effect, const struct key *key);

/* How long it is until the pause goes on by itself: -1 where it does not. */
int pause_timeout_ms(const struct fullscreen *fullscreen);

#endif
