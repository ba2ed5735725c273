/* test_reach.c: what leaks, and what the collector frees, in random programs: compared after each
 * step with a plain model of who points to whom, and with the bytes of the heap. */
#include "session/garbage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"
#include "base/random.h"
#include "session/linking.h"
#include "session/reach_model.h"
#include "target/serve.h"
#include "test.h"

enum { STEPS = 260 };

/* ---- Programs ---- */

struct program {
    struct session *session;
    struct model model;
    struct random random;
    char names[NAMES][8];
    int used;                   /* so many of them: the fewer there are, the more hangs on links */
    uint64_t hashes[STEPS + 2]; /* of what is known after each step */
    size_t compared;            /* the last of them */
};

static size_t steps_of(const struct program *program)
{
    return program->session->history->steps.count;
}

static const struct op_result *result_of(const struct program *program)
{
    return &history_last_step(program->session->history)->result;
}

static bool act(struct program *program, enum op_kind kind, int name, int other, uint64_t size,
                uint64_t argument)
{
    struct error ignored;

    return session_act(program->session,
                       &(struct action){.kind = kind,
                                        .name = name == NOTHING ? NULL : program->names[name],
                                        .other = other == NOTHING ? NULL : program->names[other],
                                        .size = size,
                                        .argument = argument,
                                        .window = kind == OP_GC ? 8 : 0},
                       &ignored);
}

/* ---- Comparing ---- */

static void compare(struct program *program)
{
    const struct picture *picture = &program->session->mirror->picture;
    struct model *model = &program->model;
    size_t live = 0, lost = 0;

    for (int i = 0; i < model->count; i++) {
        const struct object *object = &model->objects[i];
        const struct allocation *known = ledger_find(&picture->ledger, object->payload);

        if (!object->lives)
            continue;
        live++;
        lost += object->lost_in > 0;
        assert_non_null(known);
        if (known->lost_in != object->lost_in)
            fail_msg("step %zu: the payload at %#jx is lost in step %u, not %u", steps_of(program),
                     (uintmax_t)object->payload, object->lost_in, known->lost_in);
    }
    assert_int_equal(picture->ledger.count, live);
    assert_int_equal(picture->ledger.lost, lost);
}

/* What is known of who points to whom, in any order. */
static uint64_t hash_of(const struct session *session)
{
    const struct picture *picture = &session->mirror->picture;
    const struct allocation *entry;
    uint64_t result = picture->ledger.lost;
    size_t place = 0;

    while ((entry = ledger_next(&picture->ledger, &place)))
        result += bits_mix(entry->payload ^ bits_mix(entry->lost_in + 1));
    for (size_t i = 0; i < picture->links.known; i++) {
        const struct payload_link *link = &picture->links.items[i];

        if (link->at != OFFSET_NULL)
            result +=
                bits_mix(link->at ^ bits_mix(link->word ^ bits_mix(link->target))) + link->freed_in;
    }
    return result;
}

/* Compare with the model after a step, if there was one since the last time. */
static void compare_after_step(struct program *program)
{
    if (steps_of(program) == program->compared)
        return;
    program->compared = steps_of(program);
    model_judge(&program->model, (uint32_t)steps_of(program));
    compare(program);
    program->hashes[steps_of(program)] = hash_of(program->session);
}

static void do_alloc(struct program *program, int name)
{
    uint64_t size = 8 * (1 + random_below(&program->random, SLOTS));
    struct model *model = &program->model;

    if (!act(program, OP_CALLOC, name, NOTHING, size, 1) || result_of(program)->refused)
        return;
    model_top(model)->variables[name] = model_add(model, result_of(program)->payload, size);
    model_top(model)->offsets[name] = 0;
}

static void do_free(struct program *program, int name)
{
    int number = model_top(&program->model)->variables[name];

    if (act(program, OP_FREE, name, NOTHING, 0, 0) && number != NOTHING)
        model_kill(&program->model, number);
}

static void do_realloc(struct program *program, int name)
{
    struct model *model = &program->model;
    int number = model_top(model)->variables[name], moved;
    uint64_t size = 8 * (1 + random_below(&program->random, SLOTS));

    if (number == NOTHING || model_top(model)->offsets[name] > 0 ||
        model_points_beyond(model, number, size) ||
        !act(program, OP_REALLOC, name, NOTHING, size, 0) || result_of(program)->refused)
        return;
    moved = number;
    if (result_of(program)->payload != model->objects[number].payload) {
        moved = model_add(model, result_of(program)->payload, size);
        memcpy(model->objects[moved].slots, model->objects[number].slots,
               sizeof model->objects[moved].slots);
        model_kill(model, number);
        for (int slot = 0; slot < SLOTS; slot++) {
            if (model->objects[moved].slots[slot] == number)
                model->objects[moved].slots[slot] = NOTHING;
        }
    }
    for (uint64_t slot = size / 8; slot < SLOTS; slot++)
        model->objects[moved].slots[slot] = NOTHING;
    model->objects[moved].size = size;
    model_top(model)->variables[name] = moved;
}

static void do_let(struct program *program, int name, int other)
{
    struct model *model = &program->model;
    int number = other == NOTHING ? NOTHING : model_top(model)->variables[other];
    uint64_t left =
        number == NOTHING ? 0 : model->objects[number].size - model_top(model)->offsets[other];
    uint64_t more = left > 0 && random_below(&program->random, 3) == 0
                        ? random_below(&program->random, left)
                        : 0;

    if (!act(program, OP_LET, name, other, 0, more))
        return;
    model_top(model)->offsets[name] =
        other == NOTHING ? 0 : model_top(model)->offsets[other] + more;
    model_top(model)->variables[name] = number;
}

/* The object and its slot that lie a number of slots behind where a variable points. */
static int *slot_of(struct program *program, int name, uint64_t slot)
{
    struct model *model = &program->model;
    uint64_t offset = model_top(model)->offsets[name] + 8 * slot;

    return model_top(model)->variables[name] == NOTHING || offset % 8 != 0 ||
                   offset + 8 > model->objects[model_top(model)->variables[name]].size
               ? NULL
               : &model->objects[model_top(model)->variables[name]].slots[offset / 8];
}

static void do_link(struct program *program, int name, int other)
{
    uint64_t slot = random_below(&program->random, SLOTS);
    int *place = slot_of(program, name, slot);

    if (!place || model_top(&program->model)->variables[other] == NOTHING)
        return;
    if (random_below(&program->random, 4) == 0) {
        assert_true(act(program, OP_UNLINK, name, NOTHING, slot, 0));
        *place = NOTHING;
    } else if (act(program, OP_LINK, name, other, slot, 0)) {
        *place = model_top(&program->model)->variables[other];
    }
}

/* Where the word in a slot is no pointer of the model's, or is one into the middle, nothing is
 * read: the model does not know what becomes of it. */
static void do_load(struct program *program, int name, int other)
{
    struct model *model = &program->model;
    uint64_t slot = random_below(&program->random, SLOTS);
    const int *place = slot_of(program, other, slot);
    int number = place ? *place : NOTHING;

    if (number == NOTHING || !act(program, OP_LOAD, name, other, slot, 0))
        return;
    model_top(model)->variables[name] = number;
    model_top(model)->offsets[name] = result_of(program)->payload - model->objects[number].payload;
}

static void do_fill(struct program *program, int name)
{
    struct model *model = &program->model;
    int number = model_top(model)->variables[name];

    if (number == NOTHING || !act(program, OP_FILL, name, NOTHING, 0, 0x11))
        return;
    for (uint64_t slot = model_top(model)->offsets[name] / 8; slot < SLOTS; slot++)
        model->objects[number].slots[slot] = NOTHING;
}

/* ---- Functions ---- */

static bool act_on_frames(struct program *program, enum op_kind kind, const char *name,
                          const char *other)
{
    struct error ignored;

    return session_act(program->session,
                       &(struct action){.kind = kind, .name = name, .other = other}, &ignored);
}

/* A call, which may be handed what a variable of the caller's holds. */
static void do_call(struct program *program, int name, int other)
{
    struct model *model = &program->model;
    struct model_frame caller = *model_top(model);
    char passed[32];

    if (model->top + 1 == FRAMES)
        return;
    assert_true(act_on_frames(program, OP_CALL, "f", NULL));
    model_push(model);
    compare_after_step(program);
    snprintf(passed, sizeof passed, "caller:%s", program->names[other]);
    if (!act_on_frames(program, OP_LET, program->names[name], passed))
        return;
    model_top(model)->variables[name] = caller.variables[other];
    model_top(model)->offsets[name] = caller.offsets[other];
}

/* A return, which may hand a value to a variable of the caller's. */
static void do_return(struct program *program, int name, int other)
{
    struct model *model = &program->model;
    struct model_frame callee = *model_top(model);
    bool hands_over = random_below(&program->random, 2);

    if (!act_on_frames(program, OP_RETURN, hands_over ? program->names[name] : NULL,
                       hands_over ? program->names[other] : NULL))
        return;
    model->top--;
    if (!hands_over)
        return;
    model_top(model)->variables[name] = callee.variables[other];
    model_top(model)->offsets[name] = callee.offsets[other];
}

/* ---- Collecting, compared with the bytes ---- */

/* What a collector reaches that looks at the words of variables and of reached payloads. */
struct search {
    const unsigned char *bytes;
    const struct block **blocks;
    bool *reached;
    size_t count;
    uint64_t start;
};

static bool reach_block(struct search *search, uint64_t offset)
{
    for (size_t i = 0; i < search->count; i++) {
        const struct block *block = search->blocks[i];

        if (offset >= block->at + block->header &&
            offset < block->at + block->size - block->footer && !search->reached[i])
            return search->reached[i] = true;
    }
    return false;
}

static bool look_through(struct search *search, const struct block *block)
{
    bool news = false;
    uint64_t word;

    for (uint64_t at = block->at + block->header;
         at + sizeof word <= block->at + block->size - block->footer; at += sizeof word) {
        memcpy(&word, search->bytes + at, sizeof word);
        news = reach_block(search, word - search->start) || news;
    }
    return news;
}

static void begin_search(const struct program *program, struct search *search)
{
    const struct picture *picture = &program->session->mirror->picture;
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    size_t most = block_table_count(&picture->blocks), size;
    unsigned char *bytes;
    struct error error;

    assert_true(
        session_read_bytes(program->session, 0, picture->metrics.heap_size, &bytes, &size, &error));
    *search = (struct search){.bytes = bytes, .start = picture->heap_start};
    search->blocks = memory_create(most, sizeof search->blocks[0]);
    search->reached = memory_create(most, sizeof search->reached[0]);
    for (; block_cursor_get(&cursor); block_cursor_next(&cursor)) {
        if (block_cursor_get(&cursor)->kind == HG_KIND_USED)
            search->blocks[search->count++] = block_cursor_get(&cursor);
    }
    for (uint32_t place = 0; place < picture->variables.count; place++)
        reach_block(search, variables_get(&picture->variables, place)->payload);
    for (bool news = true; news;) {
        news = false;
        for (size_t i = 0; i < search->count; i++) {
            if (search->reached[i])
                news = look_through(search, search->blocks[i]) || news;
        }
    }
}

static bool is_listed(const struct garbage *garbage, uint64_t payload)
{
    for (size_t i = 0; i < garbage->count; i++) {
        if (garbage->payloads[i] == payload)
            return true;
    }
    return false;
}

static void do_gc(struct program *program)
{
    struct model *model = &program->model;
    struct search search;
    struct garbage garbage;
    struct error error;
    size_t orphans = 0;

    begin_search(program, &search);
    assert_true(session_find_garbage(program->session, 8, &garbage, &error));
    for (size_t i = 0; i < search.count; i++) {
        uint64_t payload = search.blocks[i]->at + search.blocks[i]->header;
        int number = model_object_at(model, payload);

        orphans += !search.reached[i];
        assert_int_equal(is_listed(&garbage, payload), !search.reached[i]);
        if (!search.reached[i] && number != NOTHING)
            assert_true(model->objects[number].lost_in > 0);
    }
    assert_int_equal(garbage.count, orphans);
    assert_true(act(program, OP_GC, NOTHING, NOTHING, 0, 0));
    assert_int_equal(result_of(program)->collected, orphans);
    for (size_t i = 0; i < garbage.count; i++) {
        if (model_object_at(model, garbage.payloads[i]) != NOTHING)
            model_kill(model, model_object_at(model, garbage.payloads[i]));
    }
    garbage_finish(&garbage);
    free((void *)search.bytes);
    free(search.blocks);
    free(search.reached);
}

/* ---- Steps ---- */

static void step(struct program *program)
{
    int name = (int)random_below(&program->random, program->used);
    int other = (int)random_below(&program->random, program->used);

    switch (random_below(&program->random, 23)) {
    case 0:
    case 1:
    case 2: do_alloc(program, name); break;
    case 3: do_free(program, name); break;
    case 4: do_let(program, name, other); break;
    case 5: do_let(program, name, NOTHING); break;
    case 6: do_realloc(program, name); break;
    case 7:
    case 8: do_load(program, name, other); break;
    case 9: do_fill(program, name); break;
    case 10:
        if (random_below(&program->random, 4) == 0)
            do_gc(program);
        break;
    case 20: do_call(program, name, other); break;
    case 21:
    case 22:
        if (program->model.top > 0)
            do_return(program, name, other);
        break;
    default: do_link(program, name, other); break;
    }
    compare_after_step(program);
}

static void assert_whole(struct session *session)
{
    struct error problem;

    if (!session_check(session, &problem))
        fail_msg("%s", problem.text);
}

/* Go to random moments, and imagine others: all is known as it was. */
static void travel(struct program *program)
{
    struct session *session = program->session, *imagined;
    size_t count = steps_of(program);
    struct error error;

    for (int i = 0; i < 6; i++) {
        size_t wanted = random_below(&program->random, count + 1);

        assert_true(session_go(session, wanted, &error));
        assert_int_equal(hash_of(session), program->hashes[wanted]);
        assert_whole(session);
        imagined = session_imagine(session, NULL, &error);
        assert_non_null(imagined);
        assert_int_equal(hash_of(imagined), program->hashes[wanted]);
        session_destroy(imagined);
    }
    assert_true(session_go(session, count, &error));
}

static void run_program(const char *policy, unsigned seed)
{
    struct hg_config config = kind_config_default(policy), other = kind_config_default("best-fit");
    struct program program = {.random = {seed}};
    struct error error;

    program.session = session_create(&config, &error);
    assert_non_null(program.session);
    program.used = 3 + (int)seed % (NAMES - 2);
    program.model.objects = memory_create(OBJECTS, sizeof program.model.objects[0]);
    for (int i = 0; i < NAMES; i++) {
        snprintf(program.names[i], sizeof program.names[i], "v%d", i);
        program.model.frames[0].variables[i] = NOTHING;
        act(&program, OP_LET, i, NOTHING, 0, 0);
        compare_after_step(&program);
    }
    while (steps_of(&program) < STEPS)
        step(&program);
    assert_whole(program.session);
    travel(&program);
    compare(&program);
    assert_true(session_configure(program.session, &other, &(size_t){0}, &error));
    assert_whole(program.session);
    session_destroy(program.session);
    free(program.model.objects);
}

static void leaks_and_garbage_are_what_a_plain_model_says(void **state)
{
    static const char *const policies[] = {"first-fit", "segregated", "buddy", "tlsf",
                                           "pool-stack"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        for (unsigned seed = 1; seed <= 8; seed++)
            run_program(policies[i], seed);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaks_and_garbage_are_what_a_plain_model_says),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
