/* store.c: what was written where, and what it harmed. */
#include <inttypes.h>

#include "explain/parts.h"
#include "explain/telling.h"

/* What the variable pointed to, where that was not its any more. */
static void tell_no_block(struct telling *telling)
{
    struct variable variable = picture_variable(telling->picture, telling->step->op.slot);

    if (telling->step->op.slot == NO_VARIABLE || variable_is_live(&variable))
        return;
    if (variable.freed_in > 0)
        text_add(telling->text, " %s was freed in step %" PRIu32 ": what lies there is not its.",
                 tell_own_name(telling), variable.freed_in);
    else
        text_add(telling->text, " %s points to nothing that is live.", tell_own_name(telling));
}

/* What the step broke that held before. */
static void tell_defect(struct telling *telling, uint32_t number)
{
    const struct hg_defect *defect = &telling->step->defect;

    if (defect->broken == HG_INVARIANT_NONE)
        return;
    if (history_broken_since(telling->history) == number)
        text_add(telling->text, " Since now, at %s, this does not hold: %s.",
                 tell_offset(telling, defect->at), hg_invariant_text(defect->broken));
}

static void tell_harm(struct telling *telling)
{
    enum { SHOWN = 3 };
    uint32_t number = (uint32_t)telling->number;
    struct text report = {0};

    if (damage_add_report(telling->picture, telling->history, number, SHOWN, &report))
        text_add(telling->text, " That is damage: %s.", text_string(&report));
    text_finish(&report);
    tell_defect(telling, number);
}

void tell_store(struct telling *telling)
{
    const struct op *op = &telling->step->op;
    uint64_t at = telling->step->result.payload;
    struct part part = part_at(telling->picture, at);

    if (telling->step->result.refused) {
        text_add(telling->text,
                 "What is there is the heap process's own, and no heap: nothing was written.");
        return;
    }
    text_add(telling->text, "Wrote %s", tell_amount(telling, op->size));
    if (op->kind == OP_WRITE)
        text_add(telling->text, ", the last of them the NUL that ends the text,");
    if (telling->step->result.stack_written) {
        tell_stack_place(telling, at, op->size);
        return;
    }
    if (part.kind == PART_PAYLOAD && op->size <= part.high - at) {
        text_add(telling->text, " into ");
        part_add_name(telling->picture, &part, telling->text);
        text_add(telling->text, " at %s.", tell_offset(telling, at));
    } else {
        text_add(telling->text, " from %s on: ", tell_offset(telling, at));
        parts_add(telling->picture, at, at + op->size, telling->text);
        text_add(telling->text, ".");
    }
    tell_no_block(telling);
    tell_harm(telling);
}
