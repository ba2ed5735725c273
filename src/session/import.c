/* import.c: see import.h. */
#include "session/import.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "session/failure.h"
#include "session/import_run.h"
#include "session/looking.h"
#include "session/origins.h"

/* ---- Of a trace ---- */

/* What is known of an id. Packed, as there may be as many as there are operations. */
struct traced_id {
    uint32_t place; /* 1 + that of its variable; 0 for none yet */
    uint64_t size;  /* 1 + what it has; 0 while it is not live */
} __attribute__((packed, aligned(4)));

/* A trace on its way, which is spent as it goes: which variable each id has. */
struct reading {
    struct trace *trace;
    size_t at; /* the next operation */
    struct traced_id *ids;
    bool shares;      /* ids share variables: */
    uint32_t *vacant; /* these have none */
    size_t vacant_count, vacant_capacity;
    uint32_t places;
    struct names *names;
    size_t null_frees;
};

static void name_place(struct reading *reading, uint32_t id)
{
    const char *name = trace_name_of(reading->trace, id);
    uint32_t ignored;
    char number[32];

    if (reading->shares) {
        names_add_numbered(reading->names);
        return;
    }
    if (name && name_is_valid(name) && names_add_new(reading->names, name, &ignored))
        return;
    snprintf(number, sizeof number, "b%u", id);
    /* blocks may be called as another's number, and as what that is called then */
    for (unsigned more = 0; !names_add_new(reading->names, number, &ignored); more++)
        snprintf(number, sizeof number, "b%u_%u", id, more);
}

static uint32_t place_of(struct reading *reading, uint32_t id)
{
    struct traced_id *known = &reading->ids[id];

    if (known->place == 0 && reading->vacant_count > 0) {
        known->place = reading->vacant[--reading->vacant_count] + 1;
    } else if (known->place == 0) {
        name_place(reading, id);
        known->place = ++reading->places;
    }
    return known->place - 1;
}

static void leave_place(struct reading *reading, uint32_t id)
{
    if (!reading->shares)
        return;
    reading->vacant = memory_reserve(reading->vacant, &reading->vacant_capacity,
                                     reading->vacant_count + 1, sizeof reading->vacant[0]);
    reading->vacant[reading->vacant_count++] = reading->ids[id].place - 1;
    reading->ids[id].place = 0;
}

static struct reading reading_begin(struct trace *trace, struct names *names)
{
    struct reading reading = {
        .trace = trace, .shares = trace->id_count > IMPORT_NAMED_MOST, .names = names};

    reading.ids = memory_create((size_t)trace->id_count + 1, sizeof reading.ids[0]);
    trace_spend(trace, 0);
    return reading;
}

/* What comes behind the last operation wants memory, too. */
static void reading_end(struct reading *reading)
{
    trace_spend(reading->trace, reading->trace->op_count);
    free(reading->ids);
    free(reading->vacant);
    reading->ids = NULL;
    reading->vacant = NULL;
    memory_give_back();
}

/* The next operation; NULL behind the last. */
static const struct trace_op *next_op(struct reading *reading)
{
    if (reading->at == reading->trace->op_count) {
        reading_end(reading);
        return NULL;
    }
    if (reading->at % TRACE_SPEND_EVERY == 0)
        trace_spend(reading->trace, reading->at);
    return &reading->trace->ops[reading->at++];
}

/* What an operation is as a step. What is resized and not live is allocated. */
static bool next_of_trace(void *context, struct traced_step *ret_step)
{
    struct reading *reading = context;
    const struct trace_op *op;
    struct traced_id *id;

    do {
        op = next_op(reading);
        if (!op)
            return false;
        reading->null_frees += op->id == TRACE_NULL_ID;
    } while (op->id == TRACE_NULL_ID);
    id = &reading->ids[op->id];
    *ret_step = (struct traced_step){.place = place_of(reading, op->id) & TRACED_PLACE_MOST,
                                     .size = op->size & TRACED_SIZE_MOST};
    if (op->kind == TRACE_FREE) {
        ret_step->kind = OP_FREE;
        ret_step->size = (id->size - 1) & TRACED_SIZE_MOST;
        id->size = 0;
        leave_place(reading, op->id);
        return true;
    }
    ret_step->kind = id->size > 0 ? OP_REALLOC : OP_ALLOC;
    id->size = op->size + 1;
    return true;
}

/* The heap process did not survive a step, or there can be no more: go to the one before. */
static bool cut(struct history *history, struct mirror **mirror, enum import_outcome outcome,
                size_t total, struct text *ret_why, struct error *error)
{
    text_add(ret_why, "step %zu of %zu: ", history->steps.count + 1, total);
    if (outcome == IMPORT_FULL) {
        text_add(ret_why, "%s", import_is_full);
        return true; /* where it is already */
    }
    failure_add(target_failure((*mirror)->target), ret_why);
    return import_recover(history, mirror, error);
}

void import_report_finish(struct import_report *report)
{
    text_finish(&report->cut);
}

bool session_import(struct session *session, struct trace *trace, struct import_report *ret_report,
                    struct error *error)
{
    struct history *history = history_create_like(session->history);
    struct hg_config config = session_is_look(session)
                                  ? kind_config_default(kind_policy(0, NULL)->name)
                                  : session->mirror->picture.config;
    struct mirror *mirror = mirror_create(&config, &history->names, history->waiter, error);
    struct reading reading = reading_begin(trace, &history->names);
    enum import_outcome outcome = IMPORT_FAILED;
    bool good = mirror != NULL;

    *ret_report = (struct import_report){0};
    if (good) {
        history_begin(history, mirror);
        outcome = import_run(history, mirror,
                             (struct import_source){trace->op_count, next_of_trace, &reading});
    }
    if (good && (outcome == IMPORT_FAILED || outcome == IMPORT_FULL))
        good = cut(history, &mirror, outcome, trace->op_count, &ret_report->cut, error);
    else if (good && outcome == IMPORT_STOPPED)
        good = error_set_kind(error, ERROR_STOPPED,
                              "stopped at step %zu of %zu; the heap is as it was",
                              history->steps.count, trace->op_count);
    ret_report->null_frees = reading.null_frees;
    ret_report->renamed = reading.shares ? trace->id_count : 0;
    reading_end(&reading);
    if (good) {
        session_take_over(session, mirror, history);
        return true;
    }
    mirror_destroy(mirror);
    history_destroy(history);
    return false;
}

bool import_recover(struct history *history, struct mirror **mirror, struct error *error)
{
    size_t done = history->steps.count;
    struct visit visit = history_visit(history, *mirror, done, false, error);

    if (visit.outcome != VISIT_DONE)
        return false;
    history_move(history, mirror, &visit, done);
    return true;
}

/* ---- Of a history ---- */

struct repeating {
    struct traced_view view;
    size_t at, count;
};

static bool next_of_traced(void *context, struct traced_step *ret_step)
{
    struct repeating *repeating = context;
    const struct traced_step *step;

    if (repeating->at == repeating->count)
        return false;
    step = traced_view_at(&repeating->view, ++repeating->at);
    *ret_step = (struct traced_step){
        .kind = step->kind, .place = step->place, .size = step->size, .power = step->power};
    return true;
}

bool import_again(struct history *history, struct mirror *mirror, struct error *error)
{
    struct steps before = history->steps;
    struct repeating repeating = {.count = before.traced_count};
    struct import_source source = {before.traced_count, next_of_traced, &repeating};
    enum import_outcome outcome;
    struct text text = {0};

    traced_view_begin(&repeating.view, &before.traced->rows, false);
    history->steps = (struct steps){0};
    outcome = import_run(history, mirror, source);
    history->steps.traced->origins = origins_share(before.traced->origins);
    history->steps.items = before.items;
    history->steps.capacity = before.capacity;
    before.items = NULL;
    steps_finish(&before);
    if (outcome == IMPORT_DONE)
        return true;
    if (outcome == IMPORT_FAILED)
        failure_add(target_failure(mirror->target), &text);
    error_set_kind(error, outcome == IMPORT_STOPPED ? ERROR_STOPPED : ERROR_FAILED,
                   "step %zu of %zu: %s; the heap is as it was", history->steps.count + 1,
                   source.count, outcome == IMPORT_STOPPED ? "stopped" : text_string(&text));
    text_finish(&text);
    return false;
}
