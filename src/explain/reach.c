/* reach.c: what variables lead to: what leaked, what the collector found, and slots. */
#include <inttypes.h>

#include "collector/collector.h"
#include "explain/telling.h"
#include "session/linking.h"

/* ---- Losses ---- */

static uint64_t bytes_lost(const struct picture *picture)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < picture->losses.count; i++)
        bytes += ledger_find(&picture->ledger, picture->losses.items[i])->requested;
    return bytes;
}

/* Whether what the step's variable pointed to before is among what was lost. */
static bool lost_its_own(const struct telling *telling)
{
    const struct payloads *losses = &telling->picture->losses;
    const struct step *step = telling->step;

    if (op_has(&step->op, OP_SLOT) && step->op.own) /* a slot pointed to it, and has another name */
        return false;
    for (size_t i = 0; op_has(&step->op, OP_NAMES) && i < losses->count; i++) {
        if (losses->items[i] == step->before)
            return true;
    }
    return false;
}

static void tell_own_loss(struct telling *telling)
{
    const struct picture *picture = telling->picture;
    const struct allocation *own = ledger_find(&picture->ledger, telling->step->before);
    size_t others = picture->losses.count - 1;

    text_add(telling->text,
             " What %s pointed to before (%s at %s, from step %" PRIu32 ") is leaked",
             tell_own_name(telling), tell_amount(telling, own->requested),
             tell_offset(telling, own->payload), own->born);
    if (others > 0)
        text_add(telling->text, ", and with it %zu block%s, %s in all, to which only it led",
                 others, others == 1 ? "" : "s",
                 tell_amount(telling, bytes_lost(picture) - own->requested));
    text_add(telling->text, ".");
}

void tell_losses(struct telling *telling)
{
    const struct picture *picture = telling->picture;
    size_t count = picture->losses.count;

    if (count == 0)
        return;
    if (lost_its_own(telling)) {
        tell_own_loss(telling);
        return;
    }
    text_add(telling->text, " No variable leads to ");
    if (count == 1)
        text_add(telling->text,
                 "the block with %s at %s, from step %" PRIu32 ", any more: it is leaked.",
                 tell_amount(telling, bytes_lost(picture)),
                 tell_offset(telling, picture->losses.items[0]),
                 ledger_find(&picture->ledger, picture->losses.items[0])->born);
    else
        text_add(telling->text, "%zu blocks any more, %s in all: they are leaked.", count,
                 tell_amount(telling, bytes_lost(picture)));
}

/* ---- The collector ---- */

/* Where the collector found a pointer to the block at the offset `at` first; NULL if that was not
 * recorded. */
static const struct hg_event *find_pointer_to(const struct picture *picture, uint64_t at)
{
    for (size_t i = 1; i < picture->events.count; i++) {
        const struct hg_event *event = &picture->events.items[i];

        if (event->kind == EVENT_GREY && event->at == at)
            return event - 1;
    }
    return NULL;
}

/* A block that the collector reached, though no variable leads to it, from one to which one does,
 * or from the variables; NULL if that was not recorded. */
static const struct block *find_kept(const struct picture *picture)
{
    for (size_t i = 0; i < picture->events.count; i++) {
        const struct hg_event *event = &picture->events.items[i];
        const struct block *block =
            event->kind == EVENT_GREY ? block_table_get(&picture->blocks, event->at) : NULL;

        if (block && block->kind == HG_KIND_USED && picture_is_lost(picture, block))
            return block;
    }
    return NULL;
}

/* Leaked blocks that stay: something looks like a pointer to them. */
static void tell_look_alikes(struct telling *telling)
{
    const struct picture *picture = telling->picture;
    size_t lost = picture->ledger.lost;
    const struct block *kept = lost > 0 ? find_kept(picture) : NULL;
    const struct hg_event *pointer = kept ? find_pointer_to(picture, kept->at) : NULL;

    if (lost == 0)
        return;
    if (lost == 1)
        text_add(telling->text, " One leaked block stays, as something looks like a pointer to it");
    else
        text_add(telling->text,
                 " %zu leaked blocks stay, as something looks like a pointer to them", lost);
    if (pointer && pointer->kind == EVENT_LOOK)
        text_add(telling->text, ": the 8 bytes at %s, to the block at %s",
                 tell_offset(telling, pointer->at), tell_offset(telling, kept->at));
    else if (pointer)
        text_add(telling->text, ": the variable %s, to the block at %s",
                 tell_root(telling, pointer), tell_offset(telling, kept->at));
    text_add(telling->text, ".");
}

static void tell_swept(struct telling *telling)
{
    const struct hg_event *swept = telling->digest.swept;
    uint64_t freed = telling->step->result.collected;

    if (freed > 0 && telling->picture->metrics.used_blocks == 0)
        text_add(telling->text, " It reached none: %s%" PRIu64 " %s given back, %s.",
                 freed == 1 ? "" : "all ", freed, freed == 1 ? "is" : "are",
                 tell_amount(telling, swept->size));
    else if (freed > 0)
        text_add(telling->text, " %" PRIu64 " %s not, and %s given back: %s.", freed,
                 freed == 1 ? "was" : "were", freed == 1 ? "is" : "are",
                 tell_amount(telling, swept->size));
    else if (swept->size > 0)
        text_add(telling->text,
                 " Others, with %s, were not, but this allocator can only free everything.",
                 tell_amount(telling, swept->size));
    else
        text_add(telling->text, " There are no others, so nothing is freed.");
}

static void tell_reached(struct telling *telling)
{
    uint64_t used = telling->picture->metrics.used_blocks;

    if (used > 0)
        text_add(telling->text, " %" PRIu64 " block%s reached.", used,
                 used == 1 ? " was" : "s were");
}

void tell_gc(struct telling *telling)
{
    bool by_bytes = telling->step->op.window == COLLECTOR_BYTES;

    if (!telling->digest.swept) {
        text_add(telling->text, "The collector did not work here.");
        return;
    }
    text_add(telling->text,
             "From the variables the collector looked for pointers at every %s of what it reached.",
             by_bytes ? "byte" : "8 bytes");
    if (telling->step->result.collected > 0 || telling->digest.swept->size == 0)
        tell_reached(telling);
    tell_swept(telling);
    tell_look_alikes(telling);
    tell_trim(telling);
}

void tell_collection(struct telling *telling)
{
    const struct hg_event *swept = telling->digest.swept;
    uint64_t freed = telling->step->result.collected;

    if (!swept)
        return;
    text_add(telling->text, "Before the heap would have grown, the collector looked for garbage");
    if (freed > 0)
        text_add(telling->text, " and freed %" PRIu64 " block%s, %s. ", freed,
                 freed == 1 ? "" : "s", tell_amount(telling, swept->size));
    else
        text_add(telling->text, ", but found none that it could free. ");
}

/* ---- Slots ---- */

static void add_slot(struct telling *telling)
{
    const struct step *step = telling->step;
    uint64_t start =
        step->op.own ? picture_offset_of(telling->picture, step->op.slot) : step->before;

    text_add(telling->text, "%s.%" PRIu64 ", the 8 bytes at ", tell_own_name(telling),
             step->op.size);
    tell_address(telling, start + step->op.size * SLOT_BYTES);
    text_add(telling->text, ",");
}

void tell_link(struct telling *telling)
{
    add_slot(telling);
    if (telling->step->result.word == OFFSET_NULL) {
        text_add(telling->text, " holds NULL now, as %s does.", tell_other_name(telling));
    } else {
        text_add(telling->text, " ");
        tell_pointing(telling, telling->step->result.word);
    }
    tell_losses(telling);
}

void tell_unlink(struct telling *telling)
{
    add_slot(telling);
    text_add(telling->text, " holds NULL now.");
    tell_losses(telling);
}

void tell_load(struct telling *telling)
{
    const struct step *step = telling->step;

    if (step->result.payload == OFFSET_NULL) {
        text_add(telling->text, "%s is NULL now, as %s.%" PRIu64 " is.", tell_own_name(telling),
                 tell_other_name(telling), step->op.size);
    } else {
        text_add(telling->text, "%s points to ", tell_own_name(telling));
        tell_address(telling, step->result.payload);
        text_add(telling->text, " now, where %s.%" PRIu64 " does.", tell_other_name(telling),
                 step->op.size);
    }
    tell_losses(telling);
}
