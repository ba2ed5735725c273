/* model.h: what first, best and worst fit do, on lists of numbers alone: header 8, alignment 16, at
 * least 32 bytes a block, what is freed goes to the head, neighbours merge at once. */
#ifndef TESTS_EXERCISE_MODEL_H
#define TESTS_EXERCISE_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MODEL_HOLES_MAX = 32 };

struct hole {
    uint64_t at, size;
};

struct model {
    struct hole list[MODEL_HOLES_MAX]; /* the free list, head first */
    size_t count;
};

enum model_fit { MODEL_FIRST, MODEL_BEST, MODEL_WORST };

/* What came of it. */
struct outcome_of_model {
    bool is_met;
    uint64_t at, block, remainder; /* of an allocation */
    size_t visits;
    bool left, right; /* what a freed block merged with */
};

struct outcome_of_model model_allocate(struct model *model, enum model_fit fit, uint64_t size);
struct outcome_of_model model_free(struct model *model, uint64_t at, uint64_t size);

/* 1 - the largest / all. */
double model_fragmentation(const struct model *model);

#endif
