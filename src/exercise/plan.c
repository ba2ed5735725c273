/* plan.c: see plan.h. What is random is chosen by the plan's own numbers and by the heap as it
 * really is, so that a seed leads to one heap. */
#include "exercise/plan.h"

#include <string.h>

#include "base/size.h"

enum {
    LEAST_BLOCKS = 6,
    MORE_BLOCKS = 4,
    SIZE_STEP = 8,
    SIZE_STEPS = 40, /* blocks are of up to so many of these */
    HOLES_MAX = 16,
    WHOLE_MAX = 48, /* bytes that a heap without room at its end has there, at most */
};

static uint64_t below(struct plan *plan, uint64_t limit)
{
    return random_below(&plan->random, limit);
}

/* ---- Moves ---- */

/* Carry out a move. False with `error` set where that makes no sense there, or was refused. */
static bool carry_out(struct session *session, const struct move *move, struct error *error)
{
    const struct action action = {
        .kind = move->kind, .name = move->name[0] ? move->name : NULL, .size = move->size};
    const struct step *step;

    if (!session_act(session, &action, error))
        return false;
    step = history_last_step(session->history);
    return !step->result.refused || error_set(error, "%s", hg_reason_text(step->result.reason));
}

void move_add_command(const struct move *move, struct text *text)
{
    if (move->kind == OP_ALLOC)
        text_add(text, "alloc %s %zu", move->name, (size_t)move->size);
    else if (move->kind == OP_FREE)
        text_add(text, "free %s", move->name);
    else
        text_add(text, "limit %zu", (size_t)move->size);
}

static bool make(struct plan *plan, const struct move *move, struct error *error)
{
    if (plan->count == PLAN_MOVES_MAX)
        return error_set(error, "too many moves");
    plan->moves[plan->count++] = *move;
    return carry_out(plan->session, move, error);
}

struct session *plan_repeat(const struct plan *plan, const struct hg_config *config,
                            struct error *error)
{
    struct session *session = session_create(config, error);

    for (size_t i = 0; session && i < plan->count; i++) {
        if (carry_out(session, &plan->moves[i], error))
            continue;
        session_destroy(session);
        session = NULL;
    }
    return session;
}

bool plan_searches_on(const struct picture *picture)
{
    const struct description_setting *fit = description_setting(&picture->description, "fit");
    const char *policy = picture->description.policy;

    return (fit && fit->value == HG_FIT_IS_NEXT) || strcmp(policy, "next-fit") == 0 ||
           strcmp(policy, "kr") == 0;
}

/* ---- Blocks ---- */

size_t plan_find_free(const struct picture *picture, const struct block **ret_blocks, size_t most)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;
    size_t count = 0;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        if (block->kind != HG_KIND_FREE)
            continue;
        if (count < most)
            ret_blocks[count] = block;
        count++;
    }
    return count;
}

static struct move next_allocation(struct plan *plan, uint64_t size)
{
    return (struct move){OP_ALLOC, {(char)('A' + plan->names % PLAN_NAMES), '\0'}, size};
}

static bool allocate(struct plan *plan, uint64_t size, struct error *error)
{
    struct move move = next_allocation(plan, size);

    plan->names++;
    plan->order[plan->live++] = move.name[0];
    return make(plan, &move, error);
}

static bool release(struct plan *plan, size_t index, struct error *error)
{
    struct move move = {OP_FREE, {plan->order[index], '\0'}, 0};

    plan->live--;
    memmove(&plan->order[index], &plan->order[index + 1], plan->live - index);
    return make(plan, &move, error);
}

/* Most sizes are such that nothing is to be rounded up. */
static uint64_t choose_size(struct plan *plan)
{
    uint64_t size = SIZE_STEP * (1 + below(plan, SIZE_STEPS));

    return below(plan, 3) == 0 ? size - below(plan, SIZE_STEP) : size;
}

/* Leave next to nothing at the heap's end. */
static bool fill_up(struct plan *plan, struct error *error)
{
    bool ignored;
    uint64_t served = picture_request_served(&plan->session->mirror->picture, &ignored);
    uint64_t rest = below(plan, WHOLE_MAX);

    return served <= rest + WHOLE_MAX || allocate(plan, served - rest, error);
}

/* Free some, in random order. Those at an odd place keep neighbours, which are at even ones. */
static bool make_holes(struct plan *plan, struct error *error)
{
    char names[PLAN_NAMES];
    size_t holes = 0, wanted = 2 + below(plan, 3), offset = below(plan, 2);
    bool good = true;

    for (size_t i = offset; i < plan->live; i += 2)
        names[holes++] = plan->order[i];
    while (good && holes > 0 && wanted-- > 0) {
        size_t choice = below(plan, holes);
        const char *place = memchr(plan->order, names[choice], plan->live);

        good = release(plan, (size_t)(place - plan->order), error);
        names[choice] = names[--holes];
    }
    return good;
}

bool plan_make(struct plan *plan, enum exercise_topic topic, struct error *error)
{
    bool searches_on = plan_searches_on(&plan->session->mirror->picture);
    uint64_t blocks = LEAST_BLOCKS + below(plan, MORE_BLOCKS);
    bool good = true;

    for (uint64_t i = 0; good && i < blocks; i++)
        good = allocate(plan, choose_size(plan), error);
    if (good && (searches_on || topic == TOPIC_FIT || below(plan, 2) == 0))
        good = fill_up(plan, error);
    good = good && make_holes(plan, error);
    if (good && (searches_on || below(plan, 4) == 0))
        good = allocate(plan, SIZE_STEP * (1 + below(plan, 6)), error);
    /* The last step changes no block, so that none is marked as new or freed. */
    return good && make(plan, &(struct move){.kind = OP_LIMIT, .size = NO_LIMIT}, error);
}

/* ---- The command ---- */

/* A request that some hole is about as large as: it may fit exactly, or not quite. */
static uint64_t choose_request(struct plan *plan)
{
    const struct block *holes[HOLES_MAX];
    size_t count = plan_find_free(&plan->session->mirror->picture, holes, HOLES_MAX);
    const struct block *hole;
    uint64_t size, spare;

    count = count < HOLES_MAX ? count : HOLES_MAX;
    if (count == 0)
        return 0;
    hole = holes[below(plan, count > 1 ? count - 1 : 1)]; /* the last is what is left at the end */
    size = hole->size - hole->header;
    if (below(plan, 4) == 0)
        return size + 1 + below(plan, hole->header ? hole->header : 1);
    spare = below(plan, 3) == 0 ? 0 : SIZE_STEP * below(plan, 1 + size / SIZE_STEP / 2);
    return size - spare;
}

/* One that is near to what can be met, or to all that is free. */
static uint64_t choose_request_at_the_limit(struct plan *plan)
{
    const struct metrics *metrics = &plan->session->mirror->picture.metrics;
    bool ignored;
    uint64_t served = picture_request_served(&plan->session->mirror->picture, &ignored);

    switch (below(plan, 4)) {
    case 0: return served;
    case 1: return metrics->largest_free > served ? metrics->largest_free : served + 1;
    case 2: return served - below(plan, served / 4 + 1);
    default: return served + below(plan, metrics->free - served + 1);
    }
}

static bool choose_free(struct plan *plan, struct move *ret_move)
{
    if (plan->live == 0)
        return false;
    *ret_move = (struct move){OP_FREE, {plan->order[below(plan, plan->live)], '\0'}, 0};
    return true;
}

static bool choose_alloc(struct plan *plan, uint64_t size, struct move *ret_move)
{
    *ret_move = next_allocation(plan, size);
    return size > 0;
}

bool plan_choose(struct plan *plan, enum exercise_topic topic, struct move *ret_move,
                 struct error *error)
{
    uint64_t heap_size = plan->session->mirror->picture.metrics.heap_size;
    bool may_grow = below(plan, 4) == 0, frees = below(plan, 2) == 0;

    if (topic == TOPIC_MERGE || ((topic == TOPIC_LIST || topic == TOPIC_FRAGMENTATION) && frees))
        return choose_free(plan, ret_move);
    if (topic == TOPIC_FIT && !may_grow &&
        !make(plan, &(struct move){.kind = OP_LIMIT, .size = heap_size}, error))
        return false;
    if (topic == TOPIC_FIT)
        return choose_alloc(plan, choose_request_at_the_limit(plan), ret_move);
    return choose_alloc(plan, choose_request(plan), ret_move);
}
