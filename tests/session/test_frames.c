/* test_frames.c: programs at random, of calls, locals, lets, allocations, frees and returns,
 * against a model that looks at every variable each time: what each points to, what dangles since
 * which step, and what is lost since when; at the end, and wherever in time one goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "session/session.h"
#include "target/serve.h"
#include "test.h"

enum { STEPS = 260, DEPTH = 6, NAMES = 7, MOST_BEYOND = 48, BLOCK_BYTES = 64, JUMPS = 40 };

/* ---- The model ---- */

enum held { ABSENT, NOTHING, DATA, LIVE, ON_STACK, DANGLING };

struct value {
    enum held kind;
    unsigned bytes;  /* of data */
    unsigned block;  /* that it points to, by the step that allocated it, */
    unsigned beyond; /* so many bytes beyond its start; */
    size_t frame;    /* or the variable that it points to */
    unsigned name;
    unsigned step; /* that left it dangling */
};

struct model {
    struct value frames[DEPTH][NAMES];
    size_t depth; /* of the frame on top */
    bool is_live[STEPS + 1];
    unsigned lost_in[STEPS + 1]; /* of blocks, by the step that allocated them */
    unsigned step;
};

static bool is_referred_to(const struct model *model, unsigned block)
{
    for (size_t frame = 0; frame <= model->depth; frame++) {
        for (unsigned name = 0; name < NAMES; name++) {
            const struct value *value = &model->frames[frame][name];

            if (value->kind == LIVE && value->block == block)
                return true;
        }
    }
    return false;
}

/* A step has been done: what nothing refers to since then is lost. */
static void settle(struct model *model)
{
    for (unsigned block = 1; block <= model->step; block++) {
        bool is_lost = model->is_live[block] && !is_referred_to(model, block);

        if (!is_lost)
            model->lost_in[block] = 0;
        else if (model->lost_in[block] == 0)
            model->lost_in[block] = model->step;
    }
}

/* All that point to the block, or else into the frame, are dangling. */
static void leave_dangling(struct model *model, unsigned block, size_t gone)
{
    for (size_t frame = 0; frame <= model->depth; frame++) {
        for (unsigned name = 0; name < NAMES; name++) {
            struct value *value = &model->frames[frame][name];

            if ((value->kind == LIVE && value->block == block) ||
                (value->kind == ON_STACK && value->frame == gone))
                *value = (struct value){.kind = DANGLING, .step = model->step};
        }
    }
}

/* ---- What both know, in words ---- */

static void add_block(unsigned born, unsigned lost_in, struct text *text)
{
    text_add(text, "block of %u lost in %u\n", born, lost_in);
}

static void add_value(size_t frame, unsigned name, const struct value *value, struct text *text)
{
    static const char *const kinds[] = {"absent", "NULL", "data", "live", "stack", "dangling"};

    text_add(text, "%zu %c %s %u %u %u %zu %u %u\n", frame, (char)('a' + name), kinds[value->kind],
             value->bytes, value->block, value->beyond, value->frame, value->name, value->step);
}

static char *tell_model(const struct model *model)
{
    struct text text = {0};
    char *told;

    for (size_t frame = 0; frame <= model->depth; frame++) {
        for (unsigned name = 0; name < NAMES; name++) {
            if (model->frames[frame][name].kind != ABSENT)
                add_value(frame, name, &model->frames[frame][name], &text);
        }
    }
    for (unsigned block = 1; block <= model->step; block++) {
        if (model->is_live[block])
            add_block(block, model->lost_in[block], &text);
    }
    told = memory_copy_string(text_string(&text));
    text_finish(&text);
    return told;
}

static struct value value_of(const struct picture *picture, uint32_t place)
{
    struct variable variable = picture_variable(picture, place);
    const struct allocation *allocation = ledger_find(&picture->ledger, variable.target);
    uint64_t distance;
    uint32_t own;

    switch (variable_state(&variable)) {
    case VARIABLE_NULL: return (struct value){.kind = NOTHING};
    case VARIABLE_DATA: return (struct value){.kind = DATA, .bytes = variable.bytes};
    case VARIABLE_LIVE:
    case VARIABLE_INTERIOR:
        return (struct value){.kind = LIVE,
                              .block = allocation->born,
                              .beyond = (unsigned)(variable.payload - variable.target)};
    case VARIABLE_STACK:
        assert_true(picture_own(picture, variable.payload, &own, &distance));
        assert_int_equal(distance, 0);
        return (struct value){.kind = ON_STACK,
                              .frame = variables_frame_of(&picture->variables, own),
                              .name = (unsigned)picture_name(picture, own)[0] - 'a'};
    case VARIABLE_DANGLING: return (struct value){.kind = DANGLING, .step = variable.freed_in};
    case VARIABLE_WILD: break;
    }
    fail_msg("a wild pointer: '%s'", picture_name(picture, place));
    return (struct value){.kind = ABSENT};
}

static char *tell_picture(const struct picture *picture)
{
    const struct variables *variables = &picture->variables;
    unsigned last = 0, lost_in[STEPS + 1] = {0};
    bool is_live[STEPS + 1] = {false};
    const struct allocation *allocation;
    struct text text = {0};
    size_t place = 0;
    char *told;

    for (size_t frame = 0; frame < variables_frames(variables); frame++) {
        for (unsigned name = 0; name < NAMES; name++) {
            char called[] = {(char)('a' + name), '\0'};
            struct value value;
            uint32_t id, at;

            if (!names_find(picture->names, called, &id) ||
                !variables_find(variables, frame, id, &at))
                continue;
            value = value_of(picture, at);
            add_value(frame, name, &value, &text);
        }
    }
    while ((allocation = ledger_next(&picture->ledger, &place))) {
        is_live[allocation->born] = true;
        lost_in[allocation->born] = allocation->lost_in;
        last = allocation->born > last ? allocation->born : last;
    }
    for (unsigned born = 1; born <= last; born++) {
        if (is_live[born])
            add_block(born, lost_in[born], &text);
    }
    told = memory_copy_string(text_string(&text));
    text_finish(&text);
    return told;
}

static void expect_same(const struct session *session, const char *expected, size_t step)
{
    char *told = tell_picture(&session->mirror->picture);

    if (strcmp(told, expected) != 0)
        fail_msg("step %zu\n-- the session:\n%s-- the model:\n%s", step, told, expected);
    free(told);
}

/* ---- Steps at random ---- */

struct program {
    struct session *session;
    struct model model;
    struct random random;
    char *told[STEPS + 1];
};

static unsigned below(struct program *program, unsigned limit)
{
    return (unsigned)random_below(&program->random, limit);
}

static void act(struct program *program, const struct action *action)
{
    struct error error;

    program->model.step++;
    if (!session_act(program->session, action, &error))
        fail_msg("step %u: %s", program->model.step, error.text);
}

/* A variable of the frame on top, or of the one below, that holds a pointer; false if there is none
 * in a few tries.
 *   ret_text  how it is called from the frame on top */
static bool pick_pointer(struct program *program, struct value *ret_value, char ret_text[16])
{
    const struct model *model = &program->model;

    for (int tries = 0; tries < 8; tries++) {
        bool is_callers = model->depth > 0 && below(program, 3) == 0;
        unsigned name = below(program, NAMES);
        const struct value *value = &model->frames[model->depth - is_callers][name];

        if (value->kind == ABSENT || value->kind == DATA)
            continue;
        *ret_value = *value;
        snprintf(ret_text, 16, "%s%c", is_callers ? "caller:" : "", (char)('a' + name));
        return true;
    }
    return false;
}

static bool can_point(const struct value *value)
{
    return value->kind != DATA || value->bytes == WORD_BYTES;
}

static void do_let(struct program *program, struct value *to, const char *name)
{
    struct action action = {.kind = OP_LET, .name = name};
    struct value value = {.kind = NOTHING};
    char other[16];

    if (below(program, 6) > 0 && pick_pointer(program, &value, other)) {
        action.other = other;
        if (value.kind == LIVE && value.beyond + 8 <= MOST_BEYOND && below(program, 4) == 0) {
            action.argument = 8;
            value.beyond += 8;
        }
    }
    act(program, &action);
    *to = value;
}

static void do_address(struct program *program, struct value *to, const char *name)
{
    struct model *model = &program->model;
    unsigned of = below(program, NAMES);
    char other[] = {(char)('a' + of), '\0'};

    if (model->frames[model->depth][of].kind == ABSENT)
        return;
    act(program, &(struct action){.kind = OP_LET, .name = name, .other = other, .address = true});
    *to = (struct value){.kind = ON_STACK, .frame = model->depth, .name = of};
}

static void do_call(struct program *program)
{
    static const char *const functions[] = {"f", "g", "h"};
    struct model *model = &program->model;

    if (model->depth + 1 == DEPTH)
        return;
    act(program, &(struct action){.kind = OP_CALL, .name = functions[below(program, 3)]});
    model->depth++;
    memset(model->frames[model->depth], 0, sizeof model->frames[0]);
}

/* Nothing, a pointer, or the address of something in the frame that goes. */
static void do_return(struct program *program)
{
    struct model *model = &program->model;
    unsigned into = below(program, NAMES), of = below(program, NAMES);
    char name[] = {(char)('a' + into), '\0'}, other[16] = {(char)('a' + of), '\0'};
    struct action action = {.kind = OP_RETURN};
    struct value value = {.kind = ABSENT};

    if (model->depth == 0)
        return;
    if (can_point(&model->frames[model->depth - 1][into]) && below(program, 4) > 0) {
        action.address = model->frames[model->depth][of].kind != ABSENT && below(program, 4) == 0;
        if (action.address)
            value = (struct value){.kind = ON_STACK, .frame = model->depth, .name = of};
        if (action.address || pick_pointer(program, &value, other)) {
            action.name = name;
            action.other = other;
        }
    }
    act(program, &action);
    model->depth--;
    if (value.kind != ABSENT)
        model->frames[model->depth][into] = value;
    leave_dangling(model, 0, model->depth + 1);
}

static void do_local(struct program *program, struct value *to, const char *name)
{
    unsigned bytes = below(program, 2) ? WORD_BYTES : 1 + below(program, 40);

    if (to->kind != ABSENT)
        return;
    act(program, &(struct action){.kind = OP_LOCAL, .name = name, .size = bytes});
    *to = (struct value){.kind = DATA, .bytes = bytes};
}

static void do_free(struct program *program, const struct value *of, const char *name)
{
    unsigned block = of->block;

    if (of->kind != LIVE || of->beyond > 0)
        return;
    act(program, &(struct action){.kind = OP_FREE, .name = name});
    program->model.is_live[block] = false;
    leave_dangling(&program->model, block, SIZE_MAX);
}

static void do_something(struct program *program)
{
    struct model *model = &program->model;
    unsigned index = below(program, NAMES);
    char name[] = {(char)('a' + index), '\0'};
    struct value *value = &model->frames[model->depth][index];
    unsigned what = below(program, 16);

    if (what == 0)
        do_call(program);
    else if (what == 1)
        do_return(program);
    else if (what == 2)
        do_local(program, value, name);
    else if (what < 6)
        do_free(program, value, name);
    else if (!can_point(value))
        return;
    else if (what == 6)
        do_address(program, value, name);
    else if (what < 11)
        do_let(program, value, name);
    else {
        act(program, &(struct action){.kind = OP_ALLOC, .name = name, .size = BLOCK_BYTES});
        *value = (struct value){.kind = LIVE, .block = model->step};
        model->is_live[model->step] = true;
    }
}

/* ---- Whole programs ---- */

static void run(struct program *program)
{
    program->told[0] = tell_model(&program->model);
    while (program->model.step < STEPS) {
        unsigned before = program->model.step;

        do_something(program);
        if (program->model.step == before)
            continue;
        settle(&program->model);
        program->told[program->model.step] = tell_model(&program->model);
        expect_same(program->session, program->told[program->model.step], program->model.step);
    }
}

static void travel(struct program *program)
{
    struct error error;

    for (int jump = 0; jump < JUMPS; jump++) {
        unsigned step = below(program, STEPS + 1);
        struct session *imagined;

        if (!session_go(program->session, step, &error))
            fail_msg("%s", error.text);
        expect_same(program->session, program->told[step], step);
        if (jump % 8 > 0)
            continue;
        if (!session_check(program->session, &error))
            fail_msg("step %u: %s", step, error.text);
        imagined = session_imagine(program->session, NULL, &error);
        assert_non_null(imagined);
        expect_same(imagined, program->told[step], step);
        assert_true(session_check(imagined, &error));
        session_destroy(imagined);
    }
}

/* On another heap, blocks lie elsewhere; what points to which, and what is lost, is the same. */
static void configure(struct program *program, const char *policy)
{
    struct hg_config config = kind_config_default(policy);
    struct error error;
    size_t refused;

    assert_true(session_go(program->session, STEPS, &error));
    if (!session_configure(program->session, &config, &refused, &error))
        fail_msg("%s", error.text);
    expect_same(program->session, program->told[STEPS], STEPS);
    assert_true(session_check(program->session, &error));
}

static void programs_are_as_a_model_says(void **state)
{
    static const char *const policies[] = {"first-fit", "buddy", "tlsf", "best-fit"};
    struct error error;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct hg_config config = kind_config_default(policies[i]);
        struct program *program = memory_create(1, sizeof *program);

        program->random.state = 11 + i;
        program->session = session_create(&config, &error);
        assert_non_null(program->session);
        run(program);
        travel(program);
        configure(program, policies[(i + 1) % TEST_COUNT(policies)]);
        session_destroy(program->session);
        for (size_t step = 0; step <= STEPS; step++)
            free(program->told[step]);
        free(program);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(programs_are_as_a_model_says)};

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
