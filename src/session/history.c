/* history.c: see history.h; visits are in visit.c. */
#include "session/history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/size.h"

struct history *history_create(void)
{
    struct history *history = memory_create(1, sizeof *history);

    history->resident = RESIDENT_UNKNOWN;
    return history;
}

struct history *history_create_like(const struct history *like)
{
    struct history *history = history_create();

    history->progress = like->progress;
    history->waiter = like->waiter;
    history->watches_pages = like->watches_pages;
    history->past_bytes = like->past_bytes;
    return history;
}

void history_destroy(struct history *history)
{
    if (!history)
        return;
    checkpoints_finish(&history->checkpoints);
    names_finish(&history->names);
    break_calls_finish(&history->break_calls);
    sources_finish(&history->sources);
    arena_finish(&history->stored);
    wounds_finish(&history->wounds);
    block_room_finish(&history->room);
    steps_finish(&history->steps);
    for (size_t i = 0; i < history->collected.count; i++)
        free(history->collected.lists[i]);
    free(history->collected.lists);
    free(history);
}

void history_keep_collected(struct history *history, const struct step *step)
{
    struct collected *collected = &history->collected;

    if (!step->collected)
        return;
    collected->lists = memory_reserve(collected->lists, &collected->capacity, collected->count + 1,
                                      sizeof collected->lists[0]);
    collected->lists[collected->count++] = step->collected;
}

void history_keep_rewritten(struct history *history, struct step *step,
                            const struct rewritten *rewritten)
{
    step->rewritten_count = rewritten->count;
    step->rewritten = NULL;
    if (rewritten->count > 0)
        step->rewritten = arena_keep(&history->stored, (const unsigned char *)rewritten->items,
                                     rewritten->count * sizeof rewritten->items[0]);
}

const struct step *history_last_step(const struct history *history)
{
    return history->steps.count ? steps_at(&history->steps, history->steps.count) : NULL;
}

uint64_t history_place_of_last_step(const struct history *history)
{
    const struct step *step = history_last_step(history);
    uint64_t place;

    if (!step)
        return 0;
    place = step->result.payload != OFFSET_NULL ? step->result.payload : step->before;
    return place < step->result.heap_size ? place : OFFSET_NULL;
}

struct metrics history_metrics_at(const struct history *history, size_t step)
{
    return step == 0 ? history->opening : steps_metrics(&history->steps, step);
}

uint64_t history_growth_of_last_step(const struct history *history)
{
    const struct step *step = history_last_step(history);
    uint64_t after = step ? step->metrics.heap_size : 0;
    uint64_t before = step ? history_metrics_at(history, history->steps.count - 1).heap_size : 0;

    return after > before ? after - before : 0;
}

uint64_t history_resident_at(const struct history *history, size_t step)
{
    return step == 0 ? history->resident : steps_at(&history->steps, step)->resident;
}

void history_note_damage(struct history *history, const struct picture *picture, size_t step)
{
    if (steps_own(&history->steps, step))
        steps_own(&history->steps, step)->defect = picture->damage.defect;
    if (history->wounds.count > 0 || picture->damage.wounds.count > 0)
        wounds_follow(&history->wounds, &picture->damage.wounds, (uint32_t)step);
}

size_t history_broken_since(const struct history *history)
{
    const struct steps *steps = &history->steps;
    size_t first = steps->count + 1;

    while (first > 1 && steps_at(steps, first - 1)->defect.broken != HG_INVARIANT_NONE)
        first--;
    return first <= steps->count ? first : 0;
}

bool history_is_whole(const struct history *history, struct error *error)
{
    size_t gone = steps_gone(&history->steps);

    return gone == 0 ||
           error_set(error,
                     "the first %zu steps are not kept: the heap is known from step %zu on; 'set "
                     "keep' before a run says how much is kept",
                     gone, gone + 1);
}

/* ---- Steps in words ---- */

/* "+8", "-8", or nothing; of what has no variable, an offset. */
static void add_distance(const struct op *op, struct text *text)
{
    int64_t distance = (int64_t)op->argument;
    char size[SIZE_TEXT_MAX];

    if (op->slot == NO_VARIABLE)
        text_add(text, "+0x%04" PRIx64, op->argument);
    else if (distance < 0)
        text_add(text, "-%s", size_exact(-op->argument, size));
    else if (distance > 0)
        text_add(text, "+%s", size_exact(op->argument, size));
}

static void add_numbers(const struct op *op, struct text *text)
{
    for (uint64_t i = 0; i < op->size; i++)
        text_add(text, "%s0x%02x", i > 0 ? " " : "", op->bytes[i]);
}

/* The bytes up to the NUL at their end, as a text in quotes is typed. */
static void add_quoted(const struct op *op, struct text *text)
{
    text_add_bytes(text, "\"", 1);
    if (op->size > 0)
        text_add_typed(text, (const char *)op->bytes, op->size - 1);
    text_add_bytes(text, "\"", 1);
}

static void add_pointer(const struct op *op, const char *name, struct text *text)
{
    char size[SIZE_TEXT_MAX];

    text_add_string(text, op->other == NO_VARIABLE ? "NULL" : op->address ? "&" : "");
    if (op->other != NO_VARIABLE)
        text_add_string(text, name);
    if (op->argument > 0)
        text_add(text, "+%s", size_exact(op->argument, size));
}

/* " p -> q", " p" where both are called the same, or nothing. */
static void add_handover(const struct op *op, const char *const names[2], struct text *text)
{
    if (op->slot == NO_VARIABLE)
        return;
    text_add(text, " ");
    add_pointer(op, names[1], text);
    if (op->address || op->argument > 0 || strcmp(names[0], names[1]) != 0)
        text_add(text, " -> %s", names[0]);
}

/* Append what stands for something else in the form of an operation, and go on behind it.
 *   names  of the step's two variables */
static const char *add_part(const char *form, const struct step *step, const char *const names[2],
                            struct text *text)
{
    const struct op *op = &step->op;
    char size[SIZE_TEXT_MAX];

    switch (*form) {
    case '$':
        text_add(text, "%s%s", op->own && !op_has(op, OP_SLOT) ? "&" : "", names[0]);
        return form + 1;
    case '&': add_distance(op, text); return form + 1;
    case '!': text_add_string(text, step->forced ? "!" : ""); return form + 1;
    case '@': add_pointer(op, names[1], text); return form + 1;
    case '^': add_handover(op, names, text); return form + 1;
    case '%': break;
    default: text_add_bytes(text, form, 1); return form + 1;
    }
    switch (form[1]) {
    case 's': text_add_string(text, size_exact(op->size, size)); break;
    case 'l':
        text_add_string(text, op->size == NO_LIMIT ? "none" : size_exact(op->size, size));
        break;
    case 'n': text_add(text, "%" PRIu64, op->argument); break;
    case 'a': text_add_string(text, size_exact(op->argument, size)); break;
    case 'b': text_add(text, "0x%02" PRIx64, op->argument); break;
    case 'x': add_numbers(op, text); break;
    case 'm': text_add(text, "0x%02x %" PRIu64, op->bytes[0], op->size); break;
    case 'q': add_quoted(op, text); break;
    case 'i': text_add(text, "%" PRIu64, op->size); break;
    }
    return form + 2;
}

/* Whether the step writes one byte, over and over, from where a variable points to, as memset does:
 * then it reads as that is typed. */
static bool is_memset(const struct step *step)
{
    enum { LEAST = 9 };
    const struct op *op = &step->op;

    return op->kind == OP_POKE && !step->forced && op->slot != NO_VARIABLE && !op->own &&
           op->argument == 0 && op->size >= LEAST &&
           memcmp(op->bytes, op->bytes + 1, op->size - 1) == 0;
}

void step_add_command(const struct step *step, const char *const names[2], struct text *text)
{
    const char *form = is_memset(step) ? "fill $ %m" : op_info(step->op.kind)->form;

    while (*form)
        form = add_part(form, step, names, text);
}

void history_add_command(const struct history *history, const struct step *step, struct text *text)
{
    const char *names[2];

    for (size_t i = 0; i < 2; i++)
        names[i] = step->names[i] == NO_NAME ? "" : names_text(&history->names, step->names[i]);
    step_add_command(step, names, text);
}

/* ---- Checkpoints on the way ---- */

void history_begin(struct history *history, struct mirror *mirror)
{
    struct error ignored;
    struct target *target = target_clone(mirror->target, TARGET_FIRST_ACTS, &ignored);

    history->opening = mirror->picture.metrics;
    break_calls_note(&history->break_calls, 0, &mirror->picture, 0);
    history->resident = mirror_measure_pages(mirror, false);
    history->checkpoints.interval = CHECKPOINT_INTERVAL_NS;
    history->checkpoints.patience = CHECKPOINT_PATIENCE;
    if (target)
        checkpoints_keep(&history->checkpoints, &history->steps, 0, target, &mirror->picture);
}

static bool is_due(const struct checkpoints *checkpoints, uint64_t patience)
{
    return checkpoints->count > 0 && checkpoints->since >= checkpoints->interval &&
           checkpoints->since / (checkpoints->took + 1) >= patience;
}

bool history_is_due(const struct history *history)
{
    return is_due(&history->checkpoints, history->checkpoints.patience);
}

void history_note_memory(struct history *history, struct mirror *mirror, size_t number, bool looks)
{
    struct step *step = steps_own(&history->steps, number);

    break_calls_note(&history->break_calls, (uint32_t)number, &mirror->picture,
                     history_metrics_at(history, number - 1).heap_size);
    step->resident = looks && history->resident != RESIDENT_UNKNOWN
                         ? mirror_measure_pages(mirror, history->watches_pages)
                         : RESIDENT_UNKNOWN;
}

/* Keep a checkpoint of the mirror, which is as it is after a step. */
static void keep_checkpoint(struct history *history, const struct mirror *mirror, size_t step)
{
    struct checkpoints *checkpoints = &history->checkpoints;
    struct target *target;
    struct error ignored;
    uint64_t here, began;

    here = checkpoints->items[checkpoints->count - 1].cost + checkpoints->since;
    checkpoints->since = 0;
    if (!checkpoints_make_room(checkpoints, mirror->picture.metrics.heap_size, here))
        return;
    began = clock_ns();
    target = target_clone(mirror->target, TARGET_FIRST_ACTS, &ignored);
    checkpoints->took = clock_ns() - began;
    if (target)
        checkpoints_keep(checkpoints, &history->steps, step, target, &mirror->picture);
}

void history_note(struct history *history, const struct mirror *mirror, size_t step, bool is_there)
{
    struct checkpoints *checkpoints = &history->checkpoints;

    if (checkpoints->count == 0)
        return;
    checkpoints->since += checkpoint_cost(steps_at(&history->steps, step));
    if (is_there && history_is_due(history))
        keep_checkpoint(history, mirror, step);
}

void history_rest(struct history *history, const struct mirror *mirror)
{
    const struct steps *steps = &history->steps;

    checkpoints_part(&history->checkpoints, NULL);
    if (steps->count == steps->known && is_due(&history->checkpoints, CHECKPOINT_PATIENCE_AT_REST))
        keep_checkpoint(history, mirror, steps->count);
}
