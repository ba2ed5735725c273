/* parts.c: see parts.h. */
#include "explain/parts.h"

#include <inttypes.h>

/* ---- Parts ---- */

/* A block that is damaged, as it was known; false if there is none. */
static bool find_known(const struct picture *picture, const struct block *block,
                       struct block *ret_block)
{
    const struct wounds *wounds = &picture->damage.wounds;

    for (size_t i = wounds->count; i > 0; i--) {
        const struct wound *wound = &wounds->items[i - 1];

        if (wound->part == WOUND_HEADER && wound->block.at == block->at) {
            *ret_block = wound->block;
            return true;
        }
    }
    return false;
}

/* The part of a block from one offset in it to another, if the byte at `at` lies there. */
static bool is_in(struct part *part, enum part_kind kind, uint64_t from, uint64_t to, uint64_t at)
{
    part->kind = kind;
    part->low = part->block.at + from;
    part->high = part->block.at + to;
    return at >= part->low && at < part->high;
}

static void find_part(const struct picture *picture, struct part *part, uint64_t at)
{
    const struct block *block = &part->block;
    uint64_t footer = block->size - block->footer, header = block->header;
    uint64_t links = description_list_links(&picture->description, block->list);

    if (header + links > footer)
        links = footer > header ? footer - header : 0;
    switch ((enum hg_kind)block->kind) {
    case HG_KIND_USED:
        if (!is_in(part, PART_HEADER, 0, header, at) &&
            !is_in(part, PART_PAYLOAD, header, header + block->requested, at) &&
            !is_in(part, PART_PADDING, header + block->requested, footer, at))
            is_in(part, PART_FOOTER, footer, block->size, at);
        break;
    case HG_KIND_FREE:
        if (!is_in(part, PART_HEADER, 0, header, at) &&
            !is_in(part, PART_LINKS, header, header + links, at) &&
            !is_in(part, PART_FREE, header + links, footer, at))
            is_in(part, PART_FOOTER, footer, block->size, at);
        break;
    case HG_KIND_BOOKKEEPING: is_in(part, PART_BOOKKEEPING, 0, block->size, at); break;
    case HG_KIND_UNTOLD: is_in(part, PART_UNTOLD, 0, block->size, at); break;
    case HG_KIND_UNREADABLE: is_in(part, PART_DAMAGED, 0, block->size, at); break;
    }
}

struct part part_at(const struct picture *picture, uint64_t at)
{
    const struct block *block = block_table_get(&picture->blocks, at);
    uint64_t end = picture->metrics.heap_size;
    struct part part = {.kind = PART_OUTSIDE, .low = end, .high = INT64_MAX};

    if ((int64_t)at < 0) {
        part.low = (uint64_t)INT64_MIN;
        part.high = 0;
    } else if (block) {
        part.block = *block;
        if (block->kind == HG_KIND_UNREADABLE)
            find_known(picture, block, &part.block);
        find_part(picture, &part, at);
    }
    return part;
}

/* ---- In words ---- */

/* Append whose block it is. */
static void add_owner(const struct picture *picture, const struct block *block, struct text *text)
{
    const struct allocation *allocation = picture_allocation(picture, block);
    const char *name = picture_block_name(picture, block);

    if (name)
        text_add_string(text, name);
    else if (block->kind == HG_KIND_FREE)
        text_add_string(text, "a free block");
    else
        text_add_string(text, !allocation               ? "a used block"
                              : allocation->lost_in > 0 ? "a leaked block"
                                                        : "a linked block");
}

void part_add_name(const struct picture *picture, const struct part *part, struct text *text)
{
    static const char *const words[] = {
        [PART_HEADER] = "header", [PART_PAYLOAD] = "payload", [PART_PADDING] = "padding",
        [PART_FOOTER] = "footer", [PART_LINKS] = "links",
    };

    bool is_red = part->kind == PART_PADDING && picture_is_guarded(picture);

    switch (part->kind) {
    case PART_HEADER:
    case PART_PAYLOAD:
    case PART_PADDING:
    case PART_FOOTER:
    case PART_LINKS:
        add_owner(picture, &part->block, text);
        text_add(text, "'s %s", is_red ? "red zone" : words[part->kind]);
        break;
    case PART_FREE: text_add(text, "a free block"); break;
    case PART_BOOKKEEPING:
        text_add(text, "%s",
                 part->block.at == 0                        ? "the heap's own state"
                 : part->high == picture->metrics.heap_size ? "what ends the heap"
                                                            : "a table of the heap's");
        break;
    case PART_UNTOLD: text_add(text, "what nobody tells of"); break;
    case PART_DAMAGED: text_add(text, "what cannot be read"); break;
    case PART_OUTSIDE:
        text_add(text, "%s",
                 part->high == 0 ? "what lies below the heap" : "what lies beyond the break");
        break;
    }
}

void parts_add(const struct picture *picture, uint64_t low, uint64_t high, struct text *text)
{
    const char *separator = "";

    while (low < high || (int64_t)low < (int64_t)high) {
        struct part part = part_at(picture, low);
        uint64_t end = (int64_t)part.high < (int64_t)high ? part.high : high;

        if (end <= low && (int64_t)end <= (int64_t)low)
            break;
        text_add(text, "%s%" PRIu64 " of ", separator, end - low);
        part_add_name(picture, &part, text);
        separator = ", ";
        low = end;
    }
}

/* ---- Damage ---- */

/* A run of bytes of one part that one step wrote. */
struct run {
    uint64_t at;
    size_t count;
    uint32_t step;
    const struct wound *first;
};

/* The next run from the offset `from` on; false if there is none.
 *   cost  O(wounds) */
static bool find_run(const struct wounds *wounds, uint64_t from, struct run *ret_run)
{
    const struct wound *wound = NULL;
    uint64_t at = UINT64_MAX;
    struct run run;

    for (size_t i = 0; i < wounds->count; i++) {
        const struct wound *other = &wounds->items[i];

        for (unsigned byte = 0; byte < other->count; byte++) {
            if (other->alive & 1u << byte && other->at + byte >= from && other->at + byte < at)
                at = other->at + byte;
        }
    }
    if (at == UINT64_MAX)
        return false;
    run = (struct run){.at = at, .first = wounds_find(wounds, at)};
    run.step = run.first->step;
    for (wound = run.first; wound && wound->step == run.step && wound->part == run.first->part &&
                            wound->block.at == run.first->block.at;
         wound = wounds_find(wounds, at + run.count))
        run.count++;
    *ret_run = run;
    return true;
}

static void add_bytes(const struct wounds *wounds, const struct run *run, bool before,
                      struct text *text)
{
    enum { SHOWN = 8 };

    for (size_t i = 0; i < run->count && i < SHOWN; i++) {
        const struct wound *wound = wounds_find(wounds, run->at + i);
        uint64_t place = run->at + i - wound->at;

        text_add(text, " %02x", before ? wound->before[place] : wound->written[place]);
    }
    text_add(text, "%s", run->count > SHOWN ? " ..." : "");
}

/* Append a step's command, as much of it as a sentence can bear. */
static void add_command(const struct history *history, const struct step *step, struct text *text)
{
    enum { SHOWN = 40 };
    struct text command = {0};
    size_t length;

    history_add_command(history, step, &command);
    length = command.length < SHOWN ? command.length : SHOWN;
    while (length < command.length && (command.data[length] & 0xc0) == 0x80) /* inside of UTF-8 */
        length--;
    text_add(text, " (");
    text_add_bytes(text, command.data, length);
    text_add(text, "%s)", length < command.length ? "..." : "");
    text_finish(&command);
}

static void add_writer(const struct history *history, uint32_t step, struct text *text)
{
    text_add(text, ", written by step %" PRIu32, step);
    if (step <= history->steps.count)
        add_command(history, steps_at(&history->steps, step), text);
}

static void add_run(const struct picture *picture, const struct run *run, struct text *text)
{
    static const enum part_kind kinds[] = {
        [WOUND_HEADER] = PART_HEADER,    [WOUND_FOOTER] = PART_FOOTER,
        [WOUND_LINKS] = PART_LINKS,      [WOUND_BOOKKEEPING] = PART_BOOKKEEPING,
        [WOUND_RED_ZONE] = PART_PADDING, [WOUND_FREED] = PART_FREE};
    const struct wound *wound = run->first;
    struct part part = {.kind = kinds[wound->part],
                        .high = wound->block.at + wound->block.size,
                        .block = wound->block};
    const struct wounds *wounds = &picture->damage.wounds;

    part_add_name(picture, &part, text);
    if (wound->part == WOUND_RED_ZONE)
        text_add(text, " at byte %" PRIu64 " of its payload",
                 run->at - wound->block.at - wound->block.header);
    if (run->count == 1)
        text_add(text, ", block +0x%04" PRIx64 ", byte +0x%04" PRIx64 " is", wound->block.at,
                 run->at);
    else
        text_add(text, ", block +0x%04" PRIx64 ", bytes +0x%04" PRIx64 " to +0x%04" PRIx64 " are",
                 wound->block.at, run->at, run->at + run->count - 1);
    add_bytes(wounds, run, false, text);
    text_add(text, ", not");
    add_bytes(wounds, run, true, text);
}

bool damage_add_report(const struct picture *picture, const struct history *history, uint32_t step,
                       size_t most, struct text *text)
{
    uint64_t from = 0;
    struct run run;
    size_t count = 0;

    for (; find_run(&picture->damage.wounds, from, &run); from = run.at + run.count) {
        if (step != 0 && run.step != step)
            continue;
        if (count++ == most) {
            text_add(text, "; and there is more");
            break;
        }
        text_add(text, "%s", count > 1 ? "; " : "");
        add_run(picture, &run, text);
        if (step == 0)
            add_writer(history, run.step, text);
    }
    return count > 0;
}

void damage_explain(const struct session *session, struct error *problem)
{
    enum { SHOWN = 8 };
    size_t since = history_broken_since(session->history);
    struct text report = {0};

    if (since > 0) {
        text_add(&report, "; so since step %zu", since);
        add_command(session->history, steps_at(&session->history->steps, since), &report);
        error_append(problem, "%s", text_string(&report));
        text_clear(&report);
    }
    if (damage_add_report(&session->mirror->picture, session->history, 0, SHOWN, &report))
        error_append(problem, "; damaged: %s", text_string(&report));
    text_finish(&report);
}
