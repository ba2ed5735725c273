/* model.c: see model.h. */
#include "exercise/model.h"

enum { HEADER = 8, ALIGNMENT = 16, LEAST = 32 };

static bool is_better(enum model_fit fit, uint64_t size, uint64_t best)
{
    return fit == MODEL_BEST ? size < best : fit == MODEL_WORST && size > best;
}

struct outcome_of_model model_allocate(struct model *model, enum model_fit fit, uint64_t size)
{
    uint64_t need = (size + HEADER + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct outcome_of_model outcome = {0};
    size_t chosen = MODEL_HOLES_MAX;

    need = need < LEAST ? LEAST : need;
    for (size_t i = 0; i < model->count; i++) {
        if (chosen < MODEL_HOLES_MAX && fit == MODEL_FIRST)
            break;
        outcome.visits++;
        if (model->list[i].size >= need &&
            (chosen == MODEL_HOLES_MAX ||
             is_better(fit, model->list[i].size, model->list[chosen].size)))
            chosen = i;
    }
    if (chosen == MODEL_HOLES_MAX)
        return outcome;
    outcome.is_met = true;
    outcome.at = model->list[chosen].at;
    outcome.remainder = model->list[chosen].size - need;
    if (outcome.remainder < LEAST)
        outcome.remainder = 0;
    outcome.block = model->list[chosen].size - outcome.remainder;
    model->list[chosen].at += outcome.block;
    model->list[chosen].size = outcome.remainder;
    if (outcome.remainder > 0)
        return outcome;
    for (model->count--; chosen < model->count; chosen++)
        model->list[chosen] = model->list[chosen + 1];
    return outcome;
}

/* Take the hole out that ends, or begins, at an offset. */
static bool take(struct model *model, uint64_t at, bool ends, struct hole *ret_hole)
{
    for (size_t i = 0; i < model->count; i++) {
        if (model->list[i].at + (ends ? model->list[i].size : 0) != at)
            continue;
        *ret_hole = model->list[i];
        for (model->count--; i < model->count; i++)
            model->list[i] = model->list[i + 1];
        return true;
    }
    return false;
}

struct outcome_of_model model_free(struct model *model, uint64_t at, uint64_t size)
{
    struct hole freed = {at, size}, other;
    struct outcome_of_model outcome = {.is_met = true};

    outcome.left = take(model, freed.at, true, &other);
    if (outcome.left)
        freed = (struct hole){other.at, other.size + freed.size};
    outcome.right = take(model, freed.at + freed.size, false, &other);
    if (outcome.right)
        freed.size += other.size;
    for (size_t i = model->count++; i > 0; i--)
        model->list[i] = model->list[i - 1];
    model->list[0] = freed;
    return outcome;
}

double model_fragmentation(const struct model *model)
{
    uint64_t all = 0, largest = 0;

    for (size_t i = 0; i < model->count; i++) {
        all += model->list[i].size;
        largest = model->list[i].size > largest ? model->list[i].size : largest;
    }
    return all > 0 ? 1 - (double)largest / (double)all : 0;
}
