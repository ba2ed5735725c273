/* pointers.c: what steps do to variables, frames and what they point to: who points where now, what
 * dangles, and what is lost. */
#include <inttypes.h>
#include <string.h>

#include "explain/stack_word.h"
#include "explain/telling.h"

static const struct variables *variables_of(const struct telling *telling)
{
    return &telling->picture->variables;
}

/* The function whose frame is so many frames below the top. */
static const char *function_below(const struct telling *telling, size_t below)
{
    return picture_frame_name(telling->picture, variables_of(telling)->called_count - below);
}

/* ---- Where things lie ---- */

void tell_stack_place(struct telling *telling, uint64_t at, uint64_t bytes)
{
    const struct picture *picture = telling->picture;
    uint32_t first, last, place, own;
    uint64_t ignored;
    size_t told = 0;

    text_add(telling->text, " on the stack, at ");
    tell_address(telling, at);
    text_add(telling->text, ": over ");
    if (!picture_place_of(picture, at, &first) || !picture_place_of(picture, at + bytes - 1, &last))
        return;
    place = picture_own(picture, at, &own, &ignored) ? own : first;
    for (; place != NO_VARIABLE && place >= last && told < TOLD_MOST; told++) {
        text_add(telling->text, told > 0 ? ", " : "");
        stack_word_add(picture, place, telling->text);
        place = stack_word_above(picture, place);
    }
    text_add(telling->text, place != NO_VARIABLE && place >= last ? " and more." : ".");
}

/* ---- let ---- */

void tell_pointing(struct telling *telling, uint64_t word)
{
    const struct op *op = &telling->step->op;

    text_add(telling->text, "points to ");
    tell_address(telling, word);
    text_add(telling->text, " now, ");
    if (op->argument > 0)
        text_add(telling->text, "%s beyond ", tell_amount(telling, op->argument));
    text_add(telling->text, op->address ? "where %s itself lies." : "where %s does.",
             tell_other_name(telling));
}

static void tell_pointed(struct telling *telling)
{
    const struct op *op = &telling->step->op;
    const char *own = tell_own_name(telling);
    uint64_t payload = telling->step->result.payload;

    if (op->other == NO_VARIABLE) {
        text_add(telling->text, "%s is NULL now.", own);
        return;
    }
    if (payload == OFFSET_NULL) {
        text_add(telling->text, "%s is NULL now, as %s is.", own, tell_other_name(telling));
        return;
    }
    text_add(telling->text, "%s ", own);
    tell_pointing(telling, payload);
}

void tell_let(struct telling *telling)
{
    tell_pointed(telling);
    tell_losses(telling);
}

static void tell_more(struct telling *telling, size_t count, size_t told)
{
    if (count > told)
        text_add(telling->text, " and %zu more", count - told);
}

/* What only the popped frame led to: "40 bytes at +0x0040, from step 2". */
static void tell_losses_of_frame(struct telling *telling)
{
    const struct picture *picture = telling->picture;
    const struct payloads *losses = &picture->losses;
    size_t told = 0;

    if (losses->count == 0)
        return;
    text_add(telling->text, " What only %s knew (",
             names_text(picture->names, picture->aftermath.popped));
    for (; told < losses->count && told < TOLD_MOST; told++) {
        const struct allocation *lost = ledger_find(&picture->ledger, losses->items[told]);

        text_add(telling->text, "%s%s at %s, from step %" PRIu32, told > 0 ? "; " : "",
                 tell_amount(telling, lost->requested), tell_offset(telling, lost->payload),
                 lost->born);
    }
    tell_more(telling, losses->count, told);
    text_add(telling->text, ") is leaked.");
}

/* ---- Frames ---- */

void tell_call(struct telling *telling)
{
    const char *function = tell_own_name(telling), *caller = function_below(telling, 1);
    bool recurs = strcmp(function, caller) == 0;

    text_add(telling->text,
             "%s is called: its frame goes onto the stack below %s's, with the address to return "
             "to and that of the frame above. Names now mean its own variables; %s's are %s:NAME.",
             function, caller, recurs ? "the caller" : caller, recurs ? "caller" : caller);
}

/* What a word of the stack holds before anybody has written to it. */
static void tell_garbage(struct telling *telling)
{
    const struct step *step = telling->step;

    text_add(telling->text, " Nobody has written there: ");
    if (step->op.size > WORD_BYTES)
        text_add(telling->text, "the bytes of earlier frames are still there, if there were any.");
    else if (step->result.payload == OFFSET_NULL)
        text_add(telling->text, "so far there are zeros.");
    else
        text_add(telling->text, "what it holds, 0x%016" PRIx64 ", is from an earlier frame.",
                 telling->picture->heap_start + step->result.payload);
}

void tell_local(struct telling *telling)
{
    const struct step *step = telling->step;

    text_add(telling->text, "%s is %s of %s's frame, at ", tell_own_name(telling),
             tell_amount(telling, step->op.size), function_below(telling, 0));
    tell_address(telling, picture_offset_of(telling->picture, step->op.slot));
    text_add(telling->text, ".");
    tell_garbage(telling);
}

/* What the caller got. */
static void tell_handover(struct telling *telling)
{
    const struct op *op = &telling->step->op;
    uint64_t payload = telling->step->result.payload;

    text_add(telling->text, " %s's %s", function_below(telling, 0), tell_own_name(telling));
    if (payload == OFFSET_NULL) {
        text_add(telling->text, " is NULL.");
        return;
    }
    text_add(telling->text, " is given the address ");
    tell_address(telling, payload);
    text_add(telling->text, op->address ? ", where %s lay." : ", which %s held.",
             tell_other_name(telling));
}

void tell_return(struct telling *telling)
{
    text_add(telling->text, "%s returns to %s, and its frame is popped.",
             names_text(telling->picture->names, telling->picture->aftermath.popped),
             function_below(telling, 0));
    if (telling->picture->aftermath.popped_broken)
        text_add(telling->text, " What it was to go back by had been overwritten: a real program "
                                "would crash here, or go on wherever those bytes say.");
    if (telling->step->op.slot != NO_VARIABLE)
        tell_handover(telling);
    tell_losses_of_frame(telling);
}

/* ---- What a step leaves behind ---- */

/* Whether a variable that is dangling now is told of: not the one that was freed. */
static bool is_told_of(const struct telling *telling, uint32_t place)
{
    return !op_has(&telling->step->op, OP_TAKES) || place != telling->step->op.slot;
}

void tell_dangling(struct telling *telling)
{
    const struct aftermath *aftermath = &telling->picture->aftermath;
    bool leaves = op_has(&telling->step->op, OP_LEAVES);
    size_t count = aftermath->dangling_count, told = 0;

    if (op_has(&telling->step->op, OP_TAKES) && count > 0)
        count--;
    if (count == 0)
        return;
    text_add(telling->text, " ");
    for (size_t i = 0; i < aftermath->dangling_count && i < AFTERMATH_MOST && told < TOLD_MOST;
         i++) {
        if (!is_told_of(telling, aftermath->dangling[i]))
            continue;
        text_add(telling->text, told == 0 ? "" : told + 1 == count ? " and " : ", ");
        stack_word_add_variable(telling->picture, aftermath->dangling[i], telling->text);
        told++;
    }
    tell_more(telling, count, told);
    text_add(telling->text, " %s, and %s dangling now.",
             leaves ? count == 1 ? "points into the popped frame" : "point into the popped frame"
             : count == 1 ? "points there too"
                          : "point there too",
             count == 1 ? "is" : "are");
}
