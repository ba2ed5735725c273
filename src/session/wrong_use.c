/* wrong_use.c: see wrong_use.h. */
#include "session/wrong_use.h"

#include <inttypes.h>

/* ---- Which step it was ---- */

/* The last step up to number `until` that gave out this payload; 0 if none of those that are kept
 * did. */
static size_t find_giver(const struct session *session, uint64_t payload, size_t until)
{
    const struct steps *steps = &session->history->steps;
    size_t number = until;

    for (; number > steps_gone(steps); number--) {
        const struct step *step = steps_at(steps, number);

        if (op_has(&step->op, OP_GIVES) && !step->result.refused && step->result.payload == payload)
            return number;
    }
    return 0;
}

/* ---- What was freed ---- */

/* Say how it is done all the same, where it can be. Returns false. */
static bool add_force(const struct action *action, struct error *error)
{
    if (action->kind == OP_FREE)
        error_append(error, "; free! %s hands it to the allocator all the same", action->name);
    else if (op_info(action->kind)->traits & OP_STORES)
        error_append(error, "; %s! %s writes there all the same",
                     action->kind == OP_POKE ? "poke" : "write", action->name);
    return false;
}

/* It was freed, and perhaps given out again since. */
static bool freed_twice(const struct session *session, const struct action *action,
                        const struct variable *variable, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const struct allocation *again = ledger_find(&picture->ledger, variable->payload);
    size_t giver = find_giver(session, variable->payload, variable->freed_in - 1);

    error_set(error, "'%s' was already freed in step %" PRIu32, action->name, variable->freed_in);
    if (giver > 0)
        error_append(error, ", after step %zu had given it out", giver);
    if (again)
        error_append(error, ", and step %" PRIu32 " has given it out again", again->born);
    if (again && again->referrer != NO_VARIABLE)
        error_append(error, ", to %s", picture_name(picture, again->referrer));
    return add_force(action, error);
}

static bool is_not_freed(const struct session *session, const struct action *action,
                         const struct variable *variable, struct error *error)
{
    uint32_t ignored;

    if (variable->freed_in == 0)
        return true;
    if (picture_place_of(&session->mirror->picture, variable->payload, &ignored)) {
        error_set(error, "'%s' points into the stack, to a frame that step %" PRIu32 " has popped",
                  action->name, variable->freed_in);
        return add_force(action, error);
    }
    if (action->kind == OP_FREE)
        return freed_twice(session, action, variable, error);
    error_set(error, "'%s' points to memory that step %" PRIu32 " freed", action->name,
              variable->freed_in);
    return add_force(action, error);
}

/* ---- What was never given out ---- */

/* It points somewhere behind the start of a payload. */
static bool points_inside(const struct session *session, const struct action *action,
                          const struct variable *variable, struct error *error)
{
    const struct allocation *allocation =
        ledger_find(&session->mirror->picture.ledger, variable->target);
    uint64_t distance = variable->payload - variable->target;

    error_set(error, "'%s' points into a block, %" PRIu64 " byte%s behind the start of its payload",
              action->name, distance, distance == 1 ? "" : "s");
    if (allocation && distance >= allocation->requested)
        error_set(error,
                  "'%s' points %" PRIu64 " bytes behind the start of a payload of %" PRIu64
                  ", beyond its end",
                  action->name, distance, allocation->requested);
    if (allocation)
        error_append(error, ", which step %" PRIu32 " gave out: that start alone can be freed",
                     allocation->born);
    return add_force(action, error);
}

/* Where an address lies that the allocator never gave out. */
static const char *where(const struct picture *picture, uint64_t payload)
{
    const struct block *block = block_table_get(&picture->blocks, payload);

    if (!block)
        return "it lies outside the heap";
    switch ((enum hg_kind)block->kind) {
    case HG_KIND_FREE: return "it lies in a free block";
    case HG_KIND_BOOKKEEPING: return "it lies in what the allocator keeps for itself";
    case HG_KIND_USED: return "it lies in a used block";
    case HG_KIND_UNREADABLE:
    case HG_KIND_UNTOLD: break;
    }
    return "what lies there nobody can tell";
}

static bool never_given(const struct session *session, const struct action *action,
                        const struct variable *variable, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    uint64_t ignored;
    uint32_t place;

    if (variable->bytes > 0 && variable->bytes != WORD_BYTES)
        return error_set(error, "'%s' is stack data, which the allocator never gave out",
                         action->name);
    if (variable->bytes > 0)
        return error_set(error, "'%s' has no value yet: it holds what was there before",
                         action->name);
    if (picture_own(picture, variable->payload, &place, &ignored))
        error_set(error, "'%s' points to %s on the stack, which the allocator never gave out",
                  action->name, picture_own_name(picture, place));
    else
        error_set(error, "'%s' points to nothing that the allocator gave out: %s", action->name,
                  where(picture, variable->payload));
    return add_force(action, error);
}

bool wrong_use_check(const struct session *session, const struct action *action,
                     const struct variable *variable, struct error *error)
{
    unsigned traits = op_info(action->kind)->traits;
    enum variable_state state = variable_state(variable);

    if (traits & OP_STORES && action->address) /* what it holds has nothing to do with it */
        return true;
    if (!is_not_freed(session, action, variable, error))
        return false;
    if (traits & OP_STORES && !variable_is_live(variable) && state != VARIABLE_STACK &&
        state != VARIABLE_DATA) {
        error_set(error, "'%s' %s", action->name,
                  state == VARIABLE_NULL ? "is NULL" : "points to nothing that is live");
        return add_force(action, error);
    }
    if (traits & OP_FILLS && state == VARIABLE_NULL)
        return error_set(error, "'%s' is NULL", action->name);
    if (traits & OP_FILLS && state == VARIABLE_WILD)
        return error_set(error, "'%s' points to nothing that is known", action->name);
    if (traits & OP_TAKES && state == VARIABLE_INTERIOR)
        return points_inside(session, action, variable, error);
    return !(traits & OP_TAKES) || state == VARIABLE_NULL || state == VARIABLE_LIVE ||
           never_given(session, action, variable, error);
}
