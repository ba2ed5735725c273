/* telling.c: see telling.h. */
#include "explain/telling.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "collector/events.h"

/* ---- The digest ---- */

/* A block leaves its list to be used; what was split before, such as new memory, is another
 * matter. */
static void digest_take(struct digest *digest, const struct hg_event *event)
{
    digest->take = event;
    digest->first_split = NULL;
    digest->splits = digest->halvings = 0;
}

static void digest_split(struct digest *digest, const struct hg_event *event)
{
    if (digest->splits++ == 0)
        digest->first_split = event;
    digest->halvings += event->size == event->other;
}

static void digest_merge(struct digest *digest, const struct hg_event *event)
{
    if (digest->release) {
        digest->merges++;
        if (event->kind == HG_EVENT_MERGE_LEFT)
            digest->merge_left = event;
        else
            digest->merge_right = event;
    } else if (digest->grow) {
        digest->joined = event;
    } else {
        digest->early_merges++;
    }
}

/* What goes onto a list just as it was freed. */
static void digest_push(struct digest *digest, const struct hg_event *event)
{
    if (digest->release && digest->release->at == event->at && digest->release->size == event->size)
        digest->put_by = event;
}

static void digest_grow(struct digest *digest, const struct hg_event *event)
{
    digest->grow = event;
    digest->grown += event->size;
}

/* What was done before garbage was collected is done again. */
static void digest_swept(struct digest *digest, const struct hg_event *event)
{
    *digest =
        (struct digest){.swept = event, .trimmed = digest->trimmed, .discarded = digest->discarded};
}

/* Events that no sentence asks for play no part. */
static void digest_event(struct digest *digest, const struct hg_event *event)
{
    switch (event->kind) {
    case HG_EVENT_REQUEST: digest->request = event; break;
    case HG_EVENT_VISIT: digest->visits++; break;
    case HG_EVENT_TAKE: digest_take(digest, event); break;
    case HG_EVENT_SPLIT: digest_split(digest, event); break;
    case HG_EVENT_WHOLE: digest->whole = event; break;
    case HG_EVENT_HANDOVER: digest->handover = event; break;
    case HG_EVENT_RELEASE: digest->release = event; break;
    case HG_EVENT_MERGE_LEFT:
    case HG_EVENT_MERGE_RIGHT: digest_merge(digest, event); break;
    case HG_EVENT_ABSORB: digest->absorb = event; break;
    case HG_EVENT_PUSH: digest_push(digest, event); break;
    case HG_EVENT_CARVE: digest->carve = event; break;
    case HG_EVENT_GROW: digest_grow(digest, event); break;
    case HG_EVENT_GROW_REFUSED: digest->grow_refused = event; break;
    case HG_EVENT_FRESH: digest->fresh = event; break;
    case HG_EVENT_TRIM: digest->trimmed += event->size; break;
    case HG_EVENT_DISCARD: digest->discarded += event->size; break;
    case HG_EVENT_COPY: digest->copy = event; break;
    case HG_EVENT_REFUSE: digest->refuse = event; break;
    case EVENT_SWEPT: digest_swept(digest, event); break;
    default: break;
    }
}

/* What was done for a table of the allocator's is no part of what was done for the request.
 *   before  as of when it began */
static void digest_table(struct digest *digest, const struct digest *before)
{
    struct digest without = *before;

    without.tables++;
    without.tables_grown += digest->grown - before->grown;
    without.grown = digest->grown;
    without.trimmed = digest->trimmed;
    without.discarded = digest->discarded;
    *digest = without;
}

static bool is_of_free_block(enum hg_event_kind kind)
{
    return kind == HG_EVENT_RELEASE || kind == HG_EVENT_UNLINK || kind == HG_EVENT_PUSH ||
           kind == HG_EVENT_REPLACE || kind == HG_EVENT_MERGE_LEFT || kind == HG_EVENT_MERGE_RIGHT;
}

static void digest_all(struct digest *digest, const struct events *events)
{
    struct digest before = {0};
    bool is_table_freed = false;

    for (size_t i = 0; i < events->count; i++) {
        const struct hg_event *event = &events->items[i];
        bool is_table = event->kind == HG_EVENT_RESERVE && event->other > 0;

        is_table_freed = (event->kind == HG_EVENT_GATHER && event->other > 0) ||
                         (is_table_freed && is_of_free_block(event->kind));
        if (is_table)
            digest_table(digest, &before);
        else if (!is_table_freed)
            digest_event(digest, event);
        if (is_table || event->kind == HG_EVENT_REQUEST || event->kind == HG_EVENT_HANDOVER)
            before = *digest;
    }
}

struct telling telling_begin(const struct picture *picture, const struct history *history,
                             const struct step *step, enum explain_sizes sizes, struct text *text)
{
    size_t number = steps_number(&history->steps, step);
    struct telling telling = {
        .picture = picture,
        .history = history,
        .number = number,
        .step = step,
        .before = history_metrics_at(history, number - 1),
        .resident = history_resident_at(history, number - 1),
        .text = text,
        .sizes = sizes,
    };

    digest_all(&telling.digest, &picture->events);
    return telling;
}

/* ---- Words ---- */

static char *buffer_of(struct telling *telling)
{
    return telling->buffers[telling->next_buffer++ % TELLING_BUFFERS];
}

const char *tell_amount(struct telling *telling, uint64_t size)
{
    char *buffer = buffer_of(telling);

    if (telling->sizes == EXPLAIN_ROUNDED && !telling->is_exact)
        return size_in_words(size, buffer);
    snprintf(buffer, SIZE_TEXT_MAX, "%" PRIu64 " byte%s", size, size == 1 ? "" : "s");
    return buffer;
}

bool telling_look_alike(uint64_t a, uint64_t b)
{
    char first[SIZE_TEXT_MAX], second[SIZE_TEXT_MAX];

    return a != b && strcmp(size_short(a, first), size_short(b, second)) == 0;
}

bool telling_hides_split(const struct telling *telling)
{
    const struct digest *digest = &telling->digest;

    return digest->splits > 0 && digest->take && digest->handover &&
           telling_look_alike(digest->take->size, digest->take->size - digest->handover->size);
}

const char *tell_times(struct telling *telling, uint64_t count)
{
    char *buffer = buffer_of(telling);

    if (count == 1)
        return "once";
    if (count == 2)
        return "twice";
    snprintf(buffer, SIZE_TEXT_MAX, "%" PRIu64 " times", count);
    return buffer;
}

const char *tell_offset(struct telling *telling, uint64_t at)
{
    bool is_below = (int64_t)at < 0; /* where an allocator came that believed damage */
    char *buffer = buffer_of(telling);

    offset_text(is_below ? -at : at, buffer);
    if (is_below)
        buffer[0] = '-';
    return buffer;
}

void tell_address(struct telling *telling, uint64_t payload)
{
    uint32_t ignored;

    if (picture_place_of(telling->picture, payload, &ignored))
        text_add(telling->text, "0x%" PRIx64, telling->picture->heap_start + payload);
    else
        text_add_string(telling->text, tell_offset(telling, payload));
}

const char *tell_block(const struct telling *telling, uint64_t at)
{
    const struct picture *picture = telling->picture;
    const struct block *block = block_table_get(&picture->blocks, at);
    const char *name;

    if (!block)
        return "the end of the heap";
    if (block->kind == HG_KIND_BOOKKEEPING && block->at == 0)
        return "the heap's own state";
    if (block->kind == HG_KIND_BOOKKEEPING)
        return block->at + block->size == picture->metrics.heap_size ? "the end of the heap"
                                                                     : "a table of the heap's";
    if (block->kind == HG_KIND_FREE)
        return "a free block";
    name = picture_block_name(picture, block);
    if (name)
        return name;
    if (block->kind != HG_KIND_USED)
        return "what cannot be read";
    return picture_is_lost(picture, block) ? "a leaked block" : "a linked block";
}

const char *tell_list(const struct telling *telling, uint32_t list)
{
    return description_list_name(&telling->picture->description, list);
}

bool telling_list_is(const struct telling *telling, uint32_t list, enum hg_list_role role)
{
    return description_list_is(&telling->picture->description, list, role);
}

/* The roots' first byte is that of the word in the last place. */
const char *tell_root(const struct telling *telling, const struct hg_event *event)
{
    uint64_t words = event->other / sizeof(uint64_t);
    uint64_t place = telling->step->op.roots - 1 - words;
    bool has_name = words < telling->step->op.roots &&
                    picture_variable(telling->picture, (uint32_t)place).name != NO_NAME;

    return has_name ? picture_name(telling->picture, (uint32_t)place) : "the stack";
}

const char *tell_own_name(const struct telling *telling)
{
    return names_text(telling->picture->names, telling->step->names[0]);
}

const char *tell_other_name(const struct telling *telling)
{
    return names_text(telling->picture->names, telling->step->names[1]);
}

uint64_t telling_setting(const struct telling *telling, enum hg_setting setting)
{
    return telling->picture->config.settings[setting];
}

bool telling_heeds(const struct telling *telling, enum hg_setting setting)
{
    return description_setting(&telling->picture->description, hg_setting(setting)->name);
}
