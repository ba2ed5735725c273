/* json.c: see json.h. Each function writes one part of the object. */
#include "report/json.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "collector/events.h"
#include "exercise/exercise.h"
#include "report/json_pointers.h"
#include "report/json_write.h"
#include "report/plain.h"
#include "session/comparison.h"
#include "view/markup.h"

/* ---- The heap ---- */

static void write_heap(struct text *text, const struct picture *picture)
{
    uint64_t size = picture->metrics.heap_size;

    json_write_name(text, "heap");
    json_write_begin(text, '{');
    json_member_string(text, "policy", picture->config.policy);
    json_member_address(text, "start", picture->heap_start);
    json_member_number(text, "size", size);
    json_member_address(text, "break", picture->heap_start + size);
    json_write_end(text, '}');
}

static void write_block(struct text *text, const struct picture *picture, const struct block *block)
{
    uint64_t payload = block->kind == HG_KIND_USED ? block->at + block->header : OFFSET_NULL;
    bool is_unasked = picture->metrics.is_unasked && block->kind == HG_KIND_USED;

    json_write_begin(text, '{');
    json_member_number(text, "at", block->at);
    json_member_number(text, "size", block->size);
    json_member_string(text, "kind", block_kind_word(block));
    json_member_string(text, "name", picture_block_name(picture, block));
    json_member_some(text, "payload", payload, OFFSET_NULL);
    json_member_some(text, "requested", is_unasked ? OFFSET_NULL : block->requested, OFFSET_NULL);
    json_member_number(text, "header", block->header);
    json_member_number(text, "footer", block->footer);
    json_member_some(text, "padding", is_unasked ? OFFSET_NULL : block_padding(block), OFFSET_NULL);
    json_write_end(text, '}');
}

static void write_blocks(struct text *text, const struct picture *picture)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;

    json_write_name(text, "blocks");
    json_write_begin(text, '[');
    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor))
        write_block(text, picture, block);
    json_write_end(text, ']');
}

static void write_list(struct text *text, const char *name, const struct free_list *list)
{
    json_write_begin(text, '{');
    json_member_string(text, "name", name);
    json_write_name(text, "blocks");
    json_write_begin(text, '[');
    for (size_t i = 0; i < list->count; i++)
        json_write_number(text, list->items[i]);
    json_write_end(text, ']');
    if (list->end.how == HG_LIST_ENDLESS || list->end.how == HG_LIST_STOPPED) {
        json_write_name(text, "complete");
        json_write_bool(text, false);
    }
    if (list->end.how == HG_LIST_LOST)
        json_member_address(text, "lost", list->end.link);
    if (list->end.how == HG_LIST_UNREADABLE) {
        json_write_name(text, "unreadable");
        json_write_bool(text, true);
    }
    json_write_end(text, '}');
}

/* The free lists; of many, those that have anything. Null where the heap does not tell. */
static void write_lists(struct text *text, struct session *session)
{
    const struct kind_description *description = &session->mirror->picture.description;
    struct free_lists lists = {0};
    struct error ignored;

    json_write_name(text, "free_lists");
    if (!description_can(description, KIND_LISTS)) {
        json_write_null(text);
        return;
    }
    json_write_begin(text, '[');
    session_read_lists(session, SIZE_MAX, &lists, &ignored);
    for (uint32_t list = 0; list < lists.count; list++) {
        if (lists.count == 1 || !free_list_is_empty(&lists.lists[list]))
            write_list(text, description_list_name(description, list), &lists.lists[list]);
    }
    json_write_end(text, ']');
    free_lists_finish(&lists);
}

static void write_metrics(struct text *text, const struct metrics *metrics)
{
    json_write_name(text, "metrics");
    json_write_begin(text, '{');
    json_member_some(text, "requested", metrics->is_unasked ? OFFSET_NULL : metrics->requested,
                     OFFSET_NULL);
    json_member_some(text, "free", metrics->untold ? OFFSET_NULL : metrics->free, OFFSET_NULL);
    json_member_some(text, "largest_free", metrics->untold ? OFFSET_NULL : metrics->largest_free,
                     OFFSET_NULL);
    json_member_real(text, "external_fragmentation", ratio_value(RATIO_EXTERNAL, metrics));
    json_member_real(text, "internal_fragmentation", ratio_value(RATIO_INTERNAL, metrics));
    json_member_real(text, "overhead", ratio_value(RATIO_OVERHEAD, metrics));
    json_member_real(text, "utilization", ratio_value(RATIO_UTILIZATION, metrics));
    json_member_number(text, "used_blocks", metrics->used_blocks);
    json_member_some(text, "free_blocks", metrics->untold ? OFFSET_NULL : metrics->free_blocks,
                     OFFSET_NULL);
    json_member_some(text, "peak_requested",
                     metrics->is_unasked ? OFFSET_NULL : metrics->peak_requested, OFFSET_NULL);
    json_member_number(text, "peak_heap", metrics->peak_heap);
    json_write_end(text, '}');
}

/* ---- The step ---- */

static void write_event(struct text *text, const struct hg_event *event)
{
    json_write_begin(text, '{');
    json_member_string(text, "kind", event_name(event->kind));
    json_member_number(text, "at", event->at);
    json_member_number(text, "size", event->size);
    if (event->kind == HG_EVENT_VISIT) {
        json_write_name(text, "fits");
        json_write_bool(text, event->fits);
    } else if (event->kind == HG_EVENT_REFUSE) {
        json_member_string(text, "reason", hg_reason_text(event->reason));
    } else {
        json_member_number(text, "other", event->other);
    }
    if (event->list != HG_NO_LIST)
        json_member_number(text, "list", event->list);
    json_write_end(text, '}');
}

/* The events of a step; what the heap process could not keep is counted in a last element. Null
 * where the heap does not tell. */
static void write_events(struct text *text, const struct picture *picture, bool is_step)
{
    json_write_name(text, "events");
    if (is_step && !description_can(&picture->description, KIND_EXPLAINS)) {
        json_write_null(text);
        return;
    }
    json_write_begin(text, '[');
    for (size_t i = 0; is_step && i < picture->events.count; i++)
        write_event(text, &picture->events.items[i]);
    if (is_step && picture->events.dropped) {
        json_write_begin(text, '{');
        json_member_string(text, "kind", "dropped");
        json_member_number(text, "count", picture->events.dropped);
        json_write_end(text, '}');
    }
    json_write_end(text, ']');
}

/* What was printed, where anything was. */
static void write_said(struct text *text, const struct picture *picture, bool is_step)
{
    struct text said = {0};

    if (!is_step || picture->events.said.length == 0)
        return;
    utf8_add_visible(&said, picture->events.said.data, picture->events.said.length);
    json_member_string(text, "printed", text_string(&said));
    text_finish(&said);
}

static uint64_t result_of(const struct step *step)
{
    bool has_payload = step && !step->result.refused && step->result.usable > 0;

    return has_payload ? step->result.payload : OFFSET_NULL;
}

/* What a command that is no step has to say or to show, as text. */
static void add_shown(struct json *json, const struct outcome *outcome, struct text *text)
{
    char *shown = NULL;
    size_t length = 0;
    struct plain plain = {
        .session = json->session, .show = json->show, .options = {.unstyled = true}, .columns = 80};

    plain.output = plain.errors = open_memstream(&shown, &length);
    if (!plain.output)
        return;
    plain_report(&plain,
                 &(struct outcome){
                     .ok = true, .text = outcome->text, .notice = "", .exhibit = outcome->exhibit});
    plain_finish(&plain);
    fclose(plain.output);
    if (length > 0)
        text_add_bytes(text, shown, length - 1); /* without the last line break */
    free(shown);
}

static void write_explanation(struct text *text, struct json *json, const struct outcome *outcome)
{
    struct text explanation = {0};

    if (outcome->notice[0])
        text_add(&explanation, "%s. ", outcome->notice);
    if (outcome->step)
        text_add_string(&explanation, outcome->text);
    else if (outcome->said)
        markup_add_plain(outcome->text, &explanation);
    else if (outcome->ok)
        add_shown(json, outcome, &explanation);
    json_member_string(text, "explanation", text_string(&explanation));
    text_finish(&explanation);
}

/* ---- What only some outcomes have ---- */

static void write_columns(struct text *text, const struct contestant *contestant)
{
    for (unsigned column = 0; column < COMPARISON_COLUMNS; column++) {
        double value = comparison_value(contestant, column, contestant->steps);

        if (comparison_is_ratio(column) || isnan(value))
            json_member_real(text, comparison_key(column), value);
        else
            json_member_number(text, comparison_key(column), (uint64_t)value);
    }
}

static void write_contestant(struct text *text, const struct comparison *comparison,
                             const struct contestant *contestant)
{
    bool has_failed = contestant->has_failed;

    json_write_begin(text, '{');
    json_member_string(text, "policy", contestant->config.policy);
    json_member_string(text, "error", has_failed ? contestant->failure.text : NULL);
    if (!has_failed)
        write_columns(text, contestant);
    json_write_name(text, "best");
    json_write_begin(text, '[');
    for (unsigned column = 0; column < COMPARISON_COLUMNS && !has_failed; column++) {
        if (comparison_is_best(comparison, contestant, column, contestant->steps))
            json_write_string(text, comparison_key(column));
    }
    json_write_end(text, ']');
    json_write_end(text, '}');
}

/* The line that the step is of a program, where that is known. */
static void write_code(struct text *text, const struct sources *sources)
{
    if (sources->now == 0)
        return;
    json_write_name(text, "code");
    json_write_begin(text, '{');
    json_member_string(text, "file", sources_name(sources, sources->now));
    json_member_number(text, "line", sources_line_number(sources, sources->now));
    json_member_string(
        text, "text",
        sources_line(sources, sources->now, sources_line_number(sources, sources->now)));
    json_write_end(text, '}');
}

/* A question and, once it is answered, what came of that. */
static void write_quiz(struct text *text, const struct quiz_outcome *quiz)
{
    const struct exercise *exercise = quiz->exercise;
    struct text question = {0};

    markup_add_plain(text_string(&exercise->question), &question);
    json_write_name(text, "quiz");
    json_write_begin(text, '{');
    json_member_number(text, "seed", quiz->seed);
    json_member_number(text, "number", quiz->number);
    json_member_number(text, "count", quiz->count);
    json_member_string(text, "topic", exercise_topic_word(exercise->topic));
    json_member_string(text, "command", text_string(&exercise->command));
    json_member_string(text, "question", text_string(&question));
    json_member_string(text, "choices", exercise->choices);
    if (quiz->given) {
        json_member_string(text, "given", quiz->given[0] ? quiz->given : NULL);
        json_write_name(text, "right");
        json_write_bool(text, quiz->is_right);
        json_member_string(text, "answer", text_string(&exercise->answer));
        json_member_string(text, "thought", exercise_thought(exercise, quiz->given));
        json_member_string(text, "reason", text_string(&exercise->reason));
    }
    json_write_end(text, '}');
    text_finish(&question);
}

static void write_extras(struct text *text, const struct outcome *outcome,
                         const struct history *history)
{
    const struct comparison *comparison = outcome->comparison;
    size_t gone = steps_gone(&history->steps);

    if (gone > 0)
        json_member_number(text, "known_from", gone);
    write_code(text, &history->sources);
    if (outcome->quiz)
        write_quiz(text, outcome->quiz);
    if (outcome->imagined) {
        json_write_name(text, "whatif");
        json_write_bool(text, true);
    }
    if (!comparison)
        return;
    json_write_name(text, "comparison");
    json_write_begin(text, '[');
    for (size_t i = 0; i < comparison->count; i++)
        write_contestant(text, comparison, &comparison->items[i]);
    json_write_end(text, ']');
}

void json_report(struct json *json, const struct outcome *outcome)
{
    struct session *session = outcome->imagined ? outcome->imagined->session : json->session;
    const struct picture *picture = &session->mirror->picture;
    const struct step *step = outcome->step;
    struct text text = {0};

    json_write_begin(&text, '{');
    json_member_number(&text, "step", json->session->history->steps.count);
    json_member_string(&text, "command", outcome->command);
    json_write_name(&text, "ok");
    json_write_bool(&text, outcome->ok);
    json_member_string(&text, "error", outcome->ok ? NULL : outcome->error);
    if (outcome->expected) {
        json_member_string(&text, "expected", outcome->expected);
        json_member_string(&text, "found", outcome->found);
    }
    json_member_some(&text, "result", result_of(step), OFFSET_NULL);
    json_member_number(&text, "nanoseconds", step ? step->result.nanoseconds : 0);
    write_heap(&text, picture);
    write_blocks(&text, picture);
    write_lists(&text, session);
    write_metrics(&text, &picture->metrics);
    write_events(&text, picture, step != NULL);
    write_said(&text, picture, step != NULL);
    write_explanation(&text, json, outcome);
    json_write_pointers(&text, picture);
    write_extras(&text, outcome, session->history);
    json_write_end(&text, '}');
    text_add_bytes(&text, "\n", 1);
    fwrite(text_string(&text), 1, text.length, json->output);
    text_finish(&text);
}
