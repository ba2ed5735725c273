/* json.c: see json.h. Each function makes one part of the object. */
#include "report/json.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "session/comparison.h"
#include "report/plain.h"

/* JSON numbers are signed here: what is larger, such as a request for SIZE_MAX, is INT64_MAX. */
static json_t *json_number(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *number_or_null(uint64_t value)
{
    return value == OFFSET_NULL ? json_null() : json_number(value);
}

/* JSON is UTF-8; what is not becomes U+FFFD. */
static json_t *string(const char *value)
{
    struct text clean = {0};
    json_t *object;

    while (*value)
        utf8_add(&clean, utf8_next(&value));
    object = json_string(text_string(&clean));
    text_finish(&clean);
    return object;
}

static json_t *string_or_null(const char *value)
{
    return value ? string(value) : json_null();
}

static json_t *address(uint64_t value)
{
    return json_sprintf("0x%" PRIx64, value);
}

static json_t *heap_object(const struct picture *picture)
{
    uint64_t size = picture->metrics.heap_size;

    return json_pack("{s:s, s:o, s:o, s:o}", "policy", picture->config.policy, "start",
                     address(picture->heap_start), "size", json_number(size), "break",
                     address(picture->heap_start + size));
}

static json_t *block_object(const struct picture *picture, const struct block *block)
{
    uint64_t payload = block->kind == HG_KIND_USED ? block->at + block->header : OFFSET_NULL;

    return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:i, s:i, s:o}", "at", json_number(block->at),
                     "size", json_number(block->size), "kind", block_kind_word(block), "name",
                     string_or_null(picture_block_name(picture, block)), "payload",
                     number_or_null(payload), "requested", json_number(block->requested), "header",
                     (int)block->header, "footer", (int)block->footer, "padding",
                     json_number(block_padding(block)));
}

static json_t *blocks_array(const struct picture *picture)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    json_t *array = json_array();
    const struct block *block;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor))
        json_array_append_new(array, block_object(picture, block));
    return array;
}

static json_t *list_object(const struct picture *picture, const struct free_lists *lists,
                           uint32_t number)
{
    const struct free_list *list = &lists->lists[number];
    json_t *blocks = json_array();

    for (size_t i = 0; i < list->count; i++)
        json_array_append_new(blocks, json_number(list->items[i]));
    return json_pack("{s:o, s:o}", "name",
                     string(description_list_name(&picture->description, number)), "blocks",
                     blocks);
}

/* The free lists; of many, those that have anything. Null where the heap does not tell. */
static json_t *lists_value(struct session *session)
{
    struct free_lists lists = {0};
    struct error ignored;
    json_t *array;

    if (!description_can(&session->mirror->picture.description, KIND_LISTS))
        return json_null();
    array = json_array();
    session_read_lists(session, SIZE_MAX, &lists, &ignored);
    for (uint32_t list = 0; list < lists.count; list++) {
        if (lists.count == 1 || lists.lists[list].count > 0)
            json_array_append_new(array, list_object(&session->mirror->picture, &lists, list));
    }
    free_lists_finish(&lists);
    return array;
}

static json_t *metrics_object(const struct metrics *metrics)
{
    return json_pack(
        "{s:o, s:o, s:o, s:f, s:f, s:f, s:f, s:o, s:o, s:o, s:o}", "requested",
        json_number(metrics->requested), "free", json_number(metrics->free), "largest_free",
        json_number(metrics->largest_free), "external_fragmentation",
        ratio_value(RATIO_EXTERNAL, metrics), "internal_fragmentation",
        ratio_value(RATIO_INTERNAL, metrics), "overhead", ratio_value(RATIO_OVERHEAD, metrics),
        "utilization", ratio_value(RATIO_UTILIZATION, metrics), "used_blocks",
        json_number(metrics->used_blocks), "free_blocks", json_number(metrics->free_blocks),
        "peak_requested", json_number(metrics->peak_requested), "peak_heap",
        json_number(metrics->peak_heap));
}

static json_t *event_object(const struct hg_event *event)
{
    json_t *object = json_pack("{s:s, s:o, s:o}", "kind", hg_event_name(event->kind), "at",
                               json_number(event->at), "size", json_number(event->size));

    if (event->kind == HG_EVENT_VISIT)
        json_object_set_new(object, "fits", json_boolean(event->fits));
    else if (event->kind == HG_EVENT_REFUSE)
        json_object_set_new(object, "reason", json_string(hg_reason_text(event->reason)));
    else
        json_object_set_new(object, "other", json_number(event->other));
    if (event->list != HG_NO_LIST)
        json_object_set_new(object, "list", json_number(event->list));
    return object;
}

/* The events of a step; what the heap process could not keep is counted in a last element. Null
 * where the heap does not tell. */
static json_t *events_value(const struct picture *picture)
{
    json_t *array;

    if (!description_can(&picture->description, KIND_EXPLAINS))
        return json_null();
    array = json_array();
    for (size_t i = 0; i < picture->events.count; i++)
        json_array_append_new(array, event_object(&picture->events.items[i]));
    if (picture->events.dropped)
        json_array_append_new(array, json_pack("{s:s, s:o}", "kind", "dropped", "count",
                                               json_number(picture->events.dropped)));
    return array;
}

static json_t *result_value(const struct step *step)
{
    if (!step || step->result.refused || step->result.usable == 0)
        return json_null();
    return json_number(step->result.payload);
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
    fclose(plain.output);
    if (length > 0)
        text_add_bytes(text, shown, length - 1); /* without the last line break */
    free(shown);
}

static json_t *contestant_object(const struct comparison *comparison,
                                 const struct contestant *contestant)
{
    json_t *object =
        json_pack("{s:s, s:o}", "policy", contestant->config.policy, "error",
                  string_or_null(contestant->has_failed ? contestant->failure.text : NULL));
    json_t *best = json_array();

    for (unsigned column = 0; column < COMPARISON_COLUMNS && !contestant->has_failed; column++) {
        double value = comparison_value(contestant, column, contestant->steps);

        json_object_set_new(object, comparison_key(column),
                            isnan(value)                  ? json_null()
                            : comparison_is_ratio(column) ? json_real(value)
                                                          : json_number((uint64_t)value));
        if (comparison_is_best(comparison, contestant, column, contestant->steps))
            json_array_append_new(best, json_string(comparison_key(column)));
    }
    json_object_set_new(object, "best", best);
    return object;
}

/* What only some outcomes have. */
static void add_extras(json_t *object, const struct outcome *outcome)
{
    const struct comparison *comparison = outcome->comparison;
    json_t *array;

    if (outcome->imagined)
        json_object_set_new(object, "whatif", json_true());
    if (!comparison)
        return;
    array = json_array();
    for (size_t i = 0; i < comparison->count; i++)
        json_array_append_new(array, contestant_object(comparison, &comparison->items[i]));
    json_object_set_new(object, "comparison", array);
}

void json_report(struct json *json, const struct outcome *outcome)
{
    struct session *session = outcome->imagined ? outcome->imagined->session : json->session;
    const struct picture *picture = &session->mirror->picture;
    const struct step *step = outcome->step;
    struct text explanation = {0};
    json_t *object;

    if (outcome->notice[0])
        text_add(&explanation, "%s. ", outcome->notice);
    if (step)
        text_add(&explanation, "%s", outcome->text);
    else if (outcome->ok)
        add_shown(json, outcome, &explanation);
    object = json_pack(
        "{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "step",
        json_number(json->session->history->steps.count), "command", string(outcome->command), "ok",
        outcome->ok, "error", string_or_null(outcome->ok ? NULL : outcome->error), "result",
        result_value(step), "nanoseconds", json_number(step ? step->result.nanoseconds : 0), "heap",
        heap_object(picture), "blocks", blocks_array(picture), "free_lists", lists_value(session),
        "metrics", metrics_object(&picture->metrics), "events",
        step ? events_value(picture) : json_array(), "explanation",
        string(text_string(&explanation)));
    if (object) {
        add_extras(object, outcome);
        json_dumpf(object, json->output, JSON_COMPACT);
        fputc('\n', json->output);
        json_decref(object);
    }
    text_finish(&explanation);
}
