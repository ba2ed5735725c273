/* player.h: plays a step on the stage, event by event: the four acts of malloc, or those of free.
 *
 * The step is over when it plays, so playing changes nothing, and can be cut short at any time:
 * a key that means nothing here is left for whoever reads keys next, and ends it. */
#ifndef TERMINAL_PLAYER_H
#define TERMINAL_PLAYER_H

#include "session/film.h"
#include "terminal/stage.h"

struct player {
    bool is_on;
    unsigned speed; /* events a second; 0: the user says when to go on */
    bool has_film;  /* the film is of what is before the next step */
    struct film film;
    struct metrics before;
    struct text story; /* what has been told so far, a line for each event */
};

void player_finish(struct player *player);

/* Play steps from now on, or no longer. */
void player_set(struct player *player, struct session *session, bool is_on, unsigned speed);

/* Remember how things are before the next step. To be called whenever they have changed. */
void player_prepare(struct player *player, struct session *session);

/* Play the last step. When the user wants no more of it, player->is_on is false afterwards.
 *   returns  whether anything was to be seen */
bool player_play(struct player *player, struct stage *stage, const struct outcome *outcome);

#endif
