/* plan.h: how a random heap comes about: moves that were carried out on one, and can be again on
 * another. */
#ifndef EXERCISE_PLAN_H
#define EXERCISE_PLAN_H

#include "base/random.h"
#include "exercise/exercise.h"

enum { PLAN_MOVES_MAX = 24, PLAN_NAMES = 26 };

struct move {
    enum op_kind kind; /* OP_ALLOC, OP_FREE or OP_LIMIT */
    char name[2];      /* of the variable; "" for none */
    uint64_t size;
};

struct plan {
    struct move moves[PLAN_MOVES_MAX];
    size_t count;
    char order[PLAN_NAMES]; /* the blocks that are in use, in the order of their addresses, */
    size_t live;            /* and how many */
    unsigned names;         /* that were given out */
    struct random random;
    struct session *session; /* where it is carried out */
};

/* Append a move as a command. */
void move_add_command(const struct move *move, struct text *text);

/* Make a heap of blocks, holes among them, in the plan's session.
 *   topic    what it is going to be good for
 *   returns  false with `error` set if that fails */
bool plan_make(struct plan *plan, enum exercise_topic topic, struct error *error);

/* Choose the command that is asked about, for the heap as it is. False where there is none worth
 * it. */
bool plan_choose(struct plan *plan, enum exercise_topic topic, struct move *ret_move,
                 struct error *error);

/* Carry out all moves of a plan on a fresh heap of `config`.
 *   returns  NULL with `error` set where that cannot be */
struct session *plan_repeat(const struct plan *plan, const struct hg_config *config,
                            struct error *error);

/* Whether a search of such a heap goes on where the last one ended. */
bool plan_searches_on(const struct picture *picture);

/* The free blocks, in the order of their addresses.
 *   returns  how many there are; of which the first `most` are in `ret_blocks` */
size_t plan_find_free(const struct picture *picture, const struct block **ret_blocks, size_t most);

#endif
