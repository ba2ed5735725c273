/* following.h: letting the program go on whose heap the session has, and making steps of what it
 * does meanwhile. Whenever nobody lets it go on, it waits in its next call. */
#ifndef COMMAND_FOLLOWING_H
#define COMMAND_FOLLOWING_H

#include "command/interpreter.h"

struct guest;

/* What a program may do before it is held again. */
struct following_goal {
    uint64_t calls; /* so many, one after the other; 0: all that it wants; */
    /* Or calls, one by one, until the session pleases after one of them; NULL: it is not asked. */
    bool (*pleases)(void *context, struct session *session);
    void *context;
    bool stays; /* none: it is to be at its next call */
    bool lends; /* the program has our terminal meanwhile */
};

/* Let the program go on, which may have ended, until it has done so, ends, or the user wants it to
 * be held. The session is then at its last call.
 *   ret_reached  whether what was wanted is so
 *   errors       there is none, or what it does cannot be followed any more */
bool following_go_on(struct interpreter *interpreter, const struct following_goal *goal,
                     bool *ret_reached, struct error *error);

/* When what is shown next of a program that runs, in ms: its heap, a look at which takes long where
 * that is large, so that the next has to wait; and words on how it does, many times a second. */
struct following_pace {
    uint64_t heap_ms, words_ms;
};

enum following_due { DUE_NOTHING, DUE_WORDS, DUE_HEAP };

enum following_due following_due(const struct following_pace *pace, uint64_t now_ms);

/* What was due has been shown from `began_ms` to `now_ms`.
 *   is_new  the heap has changed meanwhile */
void following_shown(struct following_pace *pace, enum following_due due, uint64_t began_ms,
                     uint64_t now_ms, bool is_new);

/* How many ms to wait for calls where there were none, after so long a wait; 0: there was none. */
int following_idle_ms(int idle_ms);

/* Let the command at hand say where the program is, and show its heap. */
void following_show_state(struct interpreter *interpreter);

/* Append where the program is, if the session is at its last call: that it waits, in which call, or
 * how it ended. */
void following_add_state(const struct interpreter *interpreter, struct text *text);

/* Append that others are followed with it, where that is so. */
void following_add_others(const struct session *session, struct text *text);

/* Append the last lines that it printed on its terminal, behind a line end. */
void following_add_last_lines(const struct guest *guest, struct text *text);

#endif
