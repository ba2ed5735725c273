/* resize.c: how realloc came by the new size. */
#include "explain/telling.h"

/* What kept the block from growing where it was: what lay behind it. */
static void tell_obstacle(struct telling *telling)
{
    const struct hg_event *release = telling->digest.release;
    uint64_t behind = release ? release->at + release->size : 0;
    const struct block *right = block_table_get(&telling->picture->blocks, behind);

    if (right && right->kind == HG_KIND_USED && right->at != telling->digest.handover->at)
        text_add(telling->text, " (%s lies behind it)", tell_block(telling, behind));
}

static void tell_moved(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const char *moves = telling->picture->description.moves;

    if (moves[0]) {
        text_add(telling->text, "As %s, %s moved", moves, tell_own_name(telling));
    } else {
        text_add(telling->text, "%s could not grow where it was", tell_own_name(telling));
        tell_obstacle(telling);
    }
    text_add(telling->text, ", so its %s were copied to a block at %s and the old one was ",
             tell_amount(telling, digest->copy->size), tell_offset(telling, digest->handover->at));
    text_add(telling->text, digest->release ? "freed." : "left behind.");
}

static void tell_resized(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const char *name = tell_own_name(telling);

    if (digest->copy)
        tell_moved(telling);
    else if (digest->absorb)
        text_add(telling->text, "%s grew where it is, into the %s to its right.", name,
                 digest->grow ? "new memory" : "free block");
    else if (digest->first_split)
        text_add(telling->text, "%s shrank where it is: the %s behind it are free.", name,
                 tell_amount(telling, digest->first_split->size + digest->first_split->other -
                                          digest->handover->size));
    else
        text_add(telling->text, "%s stays as it is: its block of %s has room for this size.", name,
                 tell_amount(telling, digest->handover->size));
}

void tell_reallocation(struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    if (telling->step->before == OFFSET_NULL) {
        tell_allocation(telling);
        return;
    }
    tell_collection(telling);
    if (telling->step->result.refused) {
        text_add(telling->text, "realloc answered NULL, and %s keeps its block. ",
                 tell_own_name(telling));
        tell_refusal(telling);
    } else if (telling->step->op.size == 0) {
        text_add(telling->text, "Resizing to 0 is freeing, and %s is NULL. ",
                 tell_own_name(telling));
        tell_released(telling);
    } else if (digest->handover) {
        tell_resized(telling);
        tell_padding(telling);
        tell_trim(telling);
        tell_tables(telling);
    }
    tell_losses(telling);
}
