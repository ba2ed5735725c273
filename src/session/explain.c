/* explain.c: see explain.h. A digest gathers what matters from the events; then each kind of step
 * has a function that puts it into words. */
#include "session/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"

struct digest {
    uint64_t visits, merges;
    const struct hg_event *take, *split, *whole, *grow, *grow_refused, *fresh, *handover;
    const struct hg_event *release, *merge_left, *merge_right, *absorb, *copy, *trim, *refuse;
};

static void digest_event(struct digest *digest, const struct hg_event *event)
{
    switch ((enum hg_event_kind)event->kind) {
    case HG_EVENT_VISIT: digest->visits++; break;
    case HG_EVENT_TAKE: digest->take = event; break;
    case HG_EVENT_SPLIT: digest->split = event; break;
    case HG_EVENT_WHOLE: digest->whole = event; break;
    case HG_EVENT_GROW: digest->grow = event; break;
    case HG_EVENT_GROW_REFUSED: digest->grow_refused = event; break;
    case HG_EVENT_FRESH: digest->fresh = event; break;
    case HG_EVENT_HANDOVER: digest->handover = event; break;
    case HG_EVENT_RELEASE: digest->release = event; break;
    case HG_EVENT_MERGE_LEFT: digest->merge_left = event; break;
    case HG_EVENT_MERGE_RIGHT:
        digest->merge_right = event;
        digest->merges++;
        break;
    case HG_EVENT_ABSORB: digest->absorb = event; break;
    case HG_EVENT_COPY: digest->copy = event; break;
    case HG_EVENT_TRIM: digest->trim = event; break;
    case HG_EVENT_REFUSE: digest->refuse = event; break;
    case HG_EVENT_REQUEST:
    case HG_EVENT_UNLINK:
    case HG_EVENT_PUSH:
    case HG_EVENT_REPLACE:
    case HG_EVENT_RESERVE:
    case HG_EVENT_RESET:
    case HG_EVENT_KINDS: break;
    }
}

static struct digest digest_events(const struct mirror *mirror)
{
    struct digest digest = {0};

    for (size_t i = 0; i < mirror->event_count; i++)
        digest_event(&digest, &mirror->events[i]);
    return digest;
}

/* What the functions below have in common. */
struct telling {
    const struct session *session;
    const struct step *step;
    struct metrics before; /* the step */
    struct digest digest;
    struct text *text;
    char buffers[8][SIZE_TEXT_MAX]; /* for the words of one sentence */
    size_t next_buffer;
};

static char *buffer_of(struct telling *telling)
{
    return telling->buffers[telling->next_buffer++ % 8];
}

static const char *in_bytes(struct telling *telling, uint64_t size)
{
    return size_short(size, buffer_of(telling));
}

static const char *offset(struct telling *telling, uint64_t at)
{
    char *buffer = buffer_of(telling);

    snprintf(buffer, SIZE_TEXT_MAX, "+0x%04" PRIx64, at);
    return buffer;
}

static const char *own_name(const struct telling *telling)
{
    return session_name(telling->session, telling->step->op.slot);
}

static uint64_t setting(const struct telling *telling, enum hg_setting setting)
{
    return telling->session->mirror->config.settings[setting];
}

/* What to call the block that covers `at`. */
static const char *called(const struct telling *telling, uint64_t at)
{
    const struct block *block = block_table_get(&telling->session->mirror->blocks, at);
    const char *name;

    if (!block)
        return "the break";
    if (block->kind == HG_BOOKKEEPING)
        return block->at == 0 ? "the heap's own state" : "the end of the heap";
    if (block->kind == HG_FREE)
        return "a free block";
    name = session_block_name(telling->session, block);
    return name ? name : "a leaked block";
}

/* ---- Allocation ---- */

/* What the policy takes, in words. */
static const char *choice_words(const char *name)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        if (strcmp(policy->name, name) == 0)
            return policy->choice;
    }
    return "";
}

/* "(3 looked at)", or nothing for none. */
static void add_visits(struct telling *telling)
{
    uint64_t visits = telling->digest.visits;

    if (visits > 0)
        text_add(telling->text, " (%" PRIu64 " looked at)", visits);
}

/* Why no free block served. */
static void add_no_fit(struct telling *telling)
{
    const struct metrics *before = &telling->before;

    if (before->free_blocks == 0)
        text_add(telling->text, "Nothing is free");
    else if (before->free_blocks == 1)
        text_add(telling->text, "The only free block has %s, too little",
                 in_bytes(telling, before->largest_free));
    else
        text_add(telling->text,
                 "%s are free, in %" PRIu64 " blocks, but the largest has only %s",
                 in_bytes(telling, before->free), before->free_blocks,
                 in_bytes(telling, before->largest_free));
}

static void add_growth(struct telling *telling)
{
    const struct hg_event *handover = telling->digest.handover;
    const char *left = called(telling, handover->at - 1);

    add_no_fit(telling);
    text_add(telling->text, ", so the break moved up by %s and %s lies at %s, beyond %s.",
             in_bytes(telling, telling->digest.grow->size), own_name(telling),
             offset(telling, handover->at), left);
}

static void add_choice(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const char *policy = telling->session->mirror->config.policy;

    text_add(telling->text, "%s takes %s, %s at %s", own_name(telling), choice_words(policy),
             in_bytes(telling, digest->take->size), offset(telling, digest->take->at));
    add_visits(telling);
    if (digest->split)
        text_add(telling->text, ", and leaves %s of it free.",
                 in_bytes(telling, digest->take->size - digest->handover->size));
    else if (digest->whole && digest->whole->other > 0)
        text_add(telling->text,
                 ", whole: the %" PRIu64 " bytes left over are too few for a block.",
                 digest->whole->other);
    else
        text_add(telling->text, ", an exact fit.");
}

/* Where the bytes come from that were not asked for. */
static void add_padding(struct telling *telling)
{
    const struct op_result *result = &telling->step->result;
    const struct allocation *allocation =
        ledger_find(&telling->session->mirror->ledger, result->payload);
    uint64_t padding = allocation ? result->usable - allocation->requested : 0;

    if (padding == 0)
        return;
    text_add(telling->text, " Its payload has %s more than asked for", in_bytes(telling, padding));
    if (telling->digest.whole && telling->digest.whole->other > 0)
        text_add(telling->text, ": padding.");
    else
        text_add(telling->text, ", as sizes are rounded up: padding.");
}

static void add_leak(struct telling *telling)
{
    const struct step *step = telling->step;
    const struct allocation *leaked =
        ledger_find(&telling->session->mirror->ledger, step->before);

    if (leaked && leaked->owner == LEDGER_NO_OWNER && step->before != step->result.payload)
        text_add(telling->text, " What %s pointed to before (%s, %s) is leaked.",
                 own_name(telling), offset(telling, leaked->payload),
                 in_bytes(telling, leaked->requested));
}

static void add_limit(struct telling *telling)
{
    uint64_t limit = telling->session->mirror->limit;

    if (limit == EXCHANGE_NO_LIMIT)
        text_add(telling->text, "the system gives no more memory");
    else
        text_add(telling->text, "the limit is %s and the heap has %s", in_bytes(telling, limit),
                 in_bytes(telling, telling->step->result.heap_size));
}

static void add_refusal(struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    if (telling->step->result.reason == HG_REASON_NO_MEMORY && digest->grow_refused) {
        add_no_fit(telling);
        text_add(telling->text, ", and the break cannot move up by %s: ",
                 in_bytes(telling, digest->grow_refused->size));
        add_limit(telling);
        text_add(telling->text, ".");
    } else {
        text_add(telling->text, "The allocator refused: %s.",
                 hg_reason_text(telling->step->result.reason));
    }
}

static void explain_allocation(struct telling *telling)
{
    if (telling->step->result.refused) {
        text_add(telling->text, "%s is NULL. ", own_name(telling));
        add_refusal(telling);
    } else if (telling->digest.grow && telling->digest.handover) {
        add_growth(telling);
        add_padding(telling);
    } else if (telling->digest.take) {
        add_choice(telling);
        add_padding(telling);
    }
    add_leak(telling);
}

/* ---- Free ---- */

static void add_merge(struct telling *telling)
{
    const struct digest *digest = &telling->digest;
    const struct hg_event *last = digest->merge_left ? digest->merge_left : digest->merge_right;
    uint64_t coalesce = setting(telling, HG_COALESCE);
    uint64_t end = digest->release->at + digest->release->size;

    if (last) {
        text_add(telling->text, " It merged with the free block%s into one of %s at %s.",
                 digest->merge_left && digest->merge_right ? "s on both sides"
                 : digest->merge_left                      ? " to its left"
                                                           : " to its right",
                 in_bytes(telling, last->size), offset(telling, last->at));
    } else if (coalesce == HG_COALESCE_NEVER) {
        text_add(telling->text, " Blocks are never merged here.");
    } else if (coalesce == HG_COALESCE_DEFERRED) {
        text_add(telling->text, " Blocks are merged only when no free block fits.");
    } else {
        text_add(telling->text, " Its neighbours, %s and %s, are not free, so nothing is merged.",
                 called(telling, digest->release->at - 1), called(telling, end));
    }
}

static void add_trim(struct telling *telling)
{
    const struct hg_event *trim = telling->digest.trim;

    if (trim)
        text_add(telling->text,
                 " It reached the break, so %s went back to the system and the break moved down.",
                 in_bytes(telling, trim->size));
}

static void explain_free(struct telling *telling)
{
    const struct hg_event *release = telling->digest.release;

    if (telling->step->before == EXCHANGE_NULL) {
        text_add(telling->text, "%s is NULL: free does nothing.", own_name(telling));
        return;
    }
    if (!release) {
        text_add(telling->text, "The allocator was handed %s and did nothing with it.",
                 offset(telling, telling->step->before));
        return;
    }
    if (telling->step->forced)
        text_add(telling->text, "The allocator was handed %s and believed it.",
                 offset(telling, telling->step->before));
    else
        text_add(telling->text, "%s's block (%s, %s) is free.", own_name(telling),
                 offset(telling, release->at), in_bytes(telling, release->size));
    add_merge(telling);
    add_trim(telling);
}

/* ---- Realloc ---- */

static void add_resize(struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    if (digest->copy)
        text_add(telling->text,
                 "%s could not grow where it was, so its %s were copied to a block at %s and the "
                 "old one was freed.",
                 own_name(telling), in_bytes(telling, digest->copy->size),
                 offset(telling, digest->handover->at));
    else if (digest->absorb)
        text_add(telling->text, "%s grew where it is, into the %s to its right.",
                 own_name(telling), digest->grow ? "new memory" : "free block");
    else if (digest->split)
        text_add(telling->text, "%s shrank where it is: the %s behind it are free.",
                 own_name(telling), in_bytes(telling, digest->split->other));
    else
        text_add(telling->text, "%s stays as it is: its block of %s has room for this size.",
                 own_name(telling), in_bytes(telling, digest->handover->size));
}

static void explain_reallocation(struct telling *telling)
{
    if (telling->step->before == EXCHANGE_NULL) {
        explain_allocation(telling);
    } else if (telling->step->op.size == 0) {
        text_add(telling->text, "Resizing to 0 frees the payload, and %s is NULL.",
                 own_name(telling));
        if (telling->digest.release)
            add_merge(telling);
        add_trim(telling);
    } else if (telling->step->result.refused) {
        text_add(telling->text, "realloc answered NULL, and %s keeps its block. ",
                 own_name(telling));
        add_refusal(telling);
    } else if (telling->digest.handover) {
        add_resize(telling);
        add_padding(telling);
        add_trim(telling);
    }
}

/* ---- The others ---- */

static void explain_limit(struct telling *telling)
{
    uint64_t limit = telling->step->op.size;

    if (telling->step->result.refused)
        text_add(telling->text, "The kernel refused to set this limit.");
    else if (limit == EXCHANGE_NO_LIMIT)
        text_add(telling->text, "The heap can grow as far as the system lets it.");
    else
        text_add(telling->text,
                 "From now on the kernel refuses to let the heap grow beyond %s; it has %s.",
                 in_bytes(telling, limit), in_bytes(telling, telling->step->result.heap_size));
}

static void explain_fill(struct telling *telling)
{
    const struct op *op = &telling->step->op;

    text_add(telling->text, "Wrote %s bytes of 0x%02" PRIx64 " into %s's payload at %s.",
             in_bytes(telling, op->size), op->argument, own_name(telling),
             offset(telling, telling->step->before));
}

static void explain_coalesce(struct telling *telling)
{
    if (telling->digest.merges > 0)
        text_add(telling->text, "Merged free neighbours, %" PRIu64 " times.",
                 telling->digest.merges);
    else
        text_add(telling->text, "There were no free neighbours to merge.");
}

void explain_step(const struct session *session, const struct step *step, struct text *text)
{
    struct telling telling = {
        .session = session,
        .step = step,
        .before = session_metrics_before(session, step),
        .digest = digest_events(session->mirror),
        .text = text,
    };

    switch ((enum op_kind)step->op.kind) {
    case OP_ALLOC:
    case OP_CALLOC:
    case OP_ALIGNED: explain_allocation(&telling); break;
    case OP_REALLOC: explain_reallocation(&telling); break;
    case OP_FREE: explain_free(&telling); break;
    case OP_FILL: explain_fill(&telling); break;
    case OP_LIMIT: explain_limit(&telling); break;
    case OP_COALESCE: explain_coalesce(&telling); break;
    }
}
