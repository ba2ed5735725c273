/* plainly.c: what came of a step on a heap that does not tell what it does: what was answered, and
 * what can be seen of the heap before and afterwards. How it came about is not guessed. */
#include <inttypes.h>

#include "base/size.h"
#include "explain/telling.h"
#include "session/untold.h"

/* Where a payload lies, or lay, when the heap had so many bytes. */
static void tell_payload(struct telling *telling, uint64_t payload, uint64_t heap_size)
{
    char buffer[SIZE_TEXT_MAX];

    text_add_string(telling->text,
                    place_text(payload, telling->picture->heap_start, heap_size, buffer));
}

/* The block that a payload lies in, by size and place, and how much of it can be used. */
static void tell_place(struct telling *telling, const struct op_result *result)
{
    const struct block *block = block_table_get(&telling->picture->blocks, result->payload);

    if (block) {
        text_add(telling->text, " lies in a block of %s at %s, and %s of it can be used.",
                 tell_amount(telling, block->size), tell_offset(telling, block->at),
                 tell_amount(telling, result->usable));
        return;
    }
    text_add_string(telling->text, " lies at ");
    tell_payload(telling, result->payload, result->heap_size);
    text_add_string(telling->text, ", in no block that can be read.");
}

static void tell_break(struct telling *telling)
{
    uint64_t before = telling->before.heap_size, after = telling->step->result.heap_size;

    if (after > before)
        text_add(telling->text, " The break moved up by %s.", tell_amount(telling, after - before));
    else if (after < before)
        text_add(telling->text, " The break moved down by %s.",
                 tell_amount(telling, before - after));
}

/* Whether what was asked for is what the allocator has no function for. */
static bool is_beyond_it(const struct telling *telling)
{
    const struct step *step = telling->step;

    return step->op.kind == OP_REALLOC && step->result.refused &&
           !description_can(&telling->picture->description, KIND_RESIZES);
}

/* Whether the payload that was answered lies where a heap that maps some has those. */
static bool is_mapped(const struct telling *telling)
{
    const struct picture *picture = telling->picture;
    const struct allocation *allocation =
        ledger_find(&picture->ledger, telling->step->result.payload);

    return allocation && untold_is_mapped(picture, allocation);
}

static void tell_answer(struct telling *telling)
{
    const struct op_result *result = &telling->step->result;
    bool moved = telling->step->op.kind == OP_REALLOC && telling->step->before != OFFSET_NULL &&
                 telling->step->before != result->payload;

    if (is_beyond_it(telling)) {
        text_add(telling->text, "The allocator has no realloc.");
        return;
    }
    if (result->refused || result->payload == OFFSET_NULL) {
        text_add(telling->text, "The allocator answered NULL.");
        return;
    }
    text_add(telling->text, "%s's payload", tell_own_name(telling));
    if (moved) {
        text_add_string(telling->text, " moved from ");
        tell_payload(telling, telling->step->before, telling->before.heap_size);
        text_add_string(telling->text, " to ");
        tell_payload(telling, result->payload, result->heap_size);
        text_add_string(telling->text, ", and");
    }
    if (is_mapped(telling)) {
        text_add_string(telling->text, " lies outside of the heap, where this allocator maps "
                                       "memory, too. That is not shown.");
        return;
    }
    if (!description_can(&telling->picture->description, KIND_WALKS)) {
        text_add_string(telling->text, " lies at ");
        tell_payload(telling, result->payload, result->heap_size);
        text_add_string(telling->text, ".");
        return;
    }
    tell_place(telling, result);
}

/* An answer that no allocator may give. */
static void tell_fault(struct telling *telling)
{
    const struct picture *picture = telling->picture;
    const struct allocation *other = NULL;
    const struct allocation *allocation =
        ledger_find(&picture->ledger, telling->step->result.payload);
    enum untold_fault fault = allocation ? untold_look(picture, allocation, &other) : UNTOLD_FINE;

    if (fault == UNTOLD_OVERLAP && other->referrer != NO_VARIABLE)
        text_add(telling->text, " It overlaps with %s's payload, %s at %s!",
                 picture_name(picture, other->referrer), tell_amount(telling, other->requested),
                 tell_offset(telling, other->payload));
    else if (fault == UNTOLD_OVERLAP)
        text_add(telling->text, " It overlaps with a live payload, %s at %s!",
                 tell_amount(telling, other->requested), tell_offset(telling, other->payload));
    else if (fault == UNTOLD_OUTSIDE)
        text_add(telling->text,
                 " That is not in the heap! Shown is what comes from sbrk or mem_sbrk, or, where "
                 "neither is called, what comes from mmap, or an array.");
    else if (fault == UNTOLD_ELSEWHERE)
        text_add(telling->text, " By the headers, or their layout, no used block begins there!");
    else if (fault == UNTOLD_MISALIGNED)
        text_add(telling->text, " That is not a multiple of %" PRIu64 "!",
                 untold_alignment(picture));
}

static void tell_given_back(struct telling *telling)
{
    const struct block *now = block_table_get(&telling->picture->blocks, telling->step->before);

    text_add(telling->text, "The allocator took %s's payload at ", tell_own_name(telling));
    tell_payload(telling, telling->step->before, telling->before.heap_size);
    text_add_string(telling->text, " back.");
    if (now && now->kind == HG_KIND_FREE)
        text_add(telling->text, " What is free there now has %s and begins at %s.",
                 tell_amount(telling, now->size), tell_offset(telling, now->at));
}

void tell_plainly(struct telling *telling)
{
    const struct step *step = telling->step;
    bool had_payload = step->before != OFFSET_NULL;
    bool frees = step->op.kind == OP_FREE || (step->op.kind == OP_REALLOC && step->op.size == 0);

    if (step->op.kind == OP_FREE && !had_payload) {
        text_add(telling->text, "%s is NULL: free does nothing.", tell_own_name(telling));
        return;
    }
    if (step->op.kind == OP_COALESCE)
        text_add(telling->text, step->result.refused ? "This heap cannot be told to merge."
                                                     : "The allocator was told to merge.");
    else if (frees && had_payload)
        tell_given_back(telling);
    else {
        tell_answer(telling);
        if (!step->result.refused)
            tell_fault(telling);
    }
    tell_break(telling);
    tell_losses(telling);
    if (!is_beyond_it(telling))
        text_add(telling->text, " This heap does not tell %s.",
                 step->result.refused ? "why" : "how");
}
