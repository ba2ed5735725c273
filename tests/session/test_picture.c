/* test_picture.c: who points where, after any operations, as a picture notes it down; against a
 * model that looks at every variable each time. No process is needed for that. */
#include "session/picture.h"

#include <string.h>

#include "base/random.h"
#include "test.h"

enum { SLOTS = 12, PAYLOADS = 8, ROUNDS = 20000, PAYLOAD_BYTES = 64 };

/* What the model knows: for each variable what it holds, and the payload it refers to, by
 * number. */
struct model {
    struct {
        uint64_t payload;
        int refers; /* -1 for nothing */
        uint32_t freed_in;
    } variables[SLOTS];
    bool is_live[PAYLOADS];
};

static uint64_t place_of(int payload)
{
    return 1000 + (uint64_t)payload * PAYLOAD_BYTES;
}

static void model_assign(struct model *model, uint32_t slot, uint64_t payload, int refers,
                         uint32_t freed_in)
{
    model->variables[slot].payload = payload;
    model->variables[slot].refers = refers;
    model->variables[slot].freed_in = freed_in;
}

static void model_free(struct model *model, int payload, uint32_t step)
{
    model->is_live[payload] = false;
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        if (model->variables[slot].refers == payload)
            model_assign(model, slot, model->variables[slot].payload, -1, step);
    }
}

static size_t count_referrers(const struct model *model, int payload)
{
    size_t count = 0;

    for (uint32_t slot = 0; slot < SLOTS; slot++)
        count += model->variables[slot].refers == payload;
    return count;
}

/* Follow the list of referrers: each refers to the payload, knows the one before, and there are as
 * many as the model counts. */
static void compare_referrers(const struct picture *picture, const struct model *model, int payload)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, place_of(payload));
    uint32_t previous = NO_VARIABLE;
    size_t count = 0;

    assert_int_equal(allocation != NULL, model->is_live[payload]);
    for (uint32_t slot = allocation ? allocation->referrer : NO_VARIABLE; slot != NO_VARIABLE;) {
        struct variable variable = picture_variable(picture, slot);

        assert_int_equal(variable.target, place_of(payload));
        assert_int_equal(variable.previous, previous);
        assert_true(++count <= SLOTS);
        previous = slot;
        slot = variable.next;
    }
    assert_int_equal(count, count_referrers(model, payload));
}

static void compare(const struct picture *picture, const struct model *model)
{
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        struct variable variable = picture_variable(picture, slot);

        assert_int_equal(variable.payload, model->variables[slot].payload);
        assert_int_equal(variable.freed_in, model->variables[slot].freed_in);
        assert_int_equal(variable_is_live(&variable), model->variables[slot].refers >= 0);
    }
    for (int payload = 0; payload < PAYLOADS; payload++)
        compare_referrers(picture, model, payload);
}

static int free_payload(const struct model *model)
{
    for (int payload = 0; payload < PAYLOADS; payload++) {
        if (!model->is_live[payload])
            return payload;
    }
    return -1;
}

/* Note a step about variables that are called by their places. */
static void note(struct picture *picture, const struct op *op, uint32_t number,
                 const struct op_result *result)
{
    struct step step = {.op = *op, .result = *result, .names = {op->slot, op->other}};

    picture_note(picture, &step, number);
}

static void allocate(struct picture *picture, struct model *model, uint32_t slot, uint32_t step)
{
    int payload = free_payload(model);
    struct op op = {.kind = OP_ALLOC, .slot = slot, .size = 10};
    struct op_result result = {.payload = payload < 0 ? OFFSET_NULL : place_of(payload),
                               .refused = payload < 0};

    note(picture, &op, step, &result);
    model_assign(model, slot, result.payload, payload, 0);
    if (payload >= 0)
        model->is_live[payload] = true;
}

static void release(struct picture *picture, struct model *model, uint32_t slot, uint32_t step)
{
    int payload = model->variables[slot].refers;
    struct op op = {.kind = OP_FREE, .slot = slot};
    struct op_result result = {.payload = model->variables[slot].payload};

    if (payload < 0 || result.payload != place_of(payload))
        return;
    note(picture, &op, step, &result);
    model_free(model, payload, step);
}

/* In place, elsewhere, or to nothing. */
static void resize(struct picture *picture, struct model *model, uint32_t slot, uint32_t step,
                   unsigned how)
{
    int payload = model->variables[slot].refers, next = how == 0 ? payload : free_payload(model);
    struct op op = {.kind = OP_REALLOC, .slot = slot, .size = how == 2 ? 0 : 20};
    struct op_result result = {.payload = how == 2 ? OFFSET_NULL : place_of(next)};

    if (payload < 0 || next < 0 || model->variables[slot].payload != place_of(payload))
        return;
    note(picture, &op, step, &result);
    if (how == 0)
        return;
    model_free(model, payload, step);
    model_assign(model, slot, result.payload, how == 2 ? -1 : next, 0);
    if (how == 1)
        model->is_live[next] = true;
}

static void point(struct picture *picture, struct model *model, uint32_t slot, uint32_t other,
                  uint64_t beyond)
{
    bool is_null = other >= SLOTS || model->variables[other].payload == OFFSET_NULL;
    uint64_t payload = is_null ? OFFSET_NULL : model->variables[other].payload + beyond;
    struct op op = {.kind = OP_LET,
                    .slot = slot,
                    .other = other < SLOTS ? other : NO_VARIABLE,
                    .argument = beyond};

    note(picture, &op, 1, &(struct op_result){.payload = payload});
    if (other >= SLOTS)
        model_assign(model, slot, payload, -1, 0);
    else
        model_assign(model, slot, payload, model->variables[other].refers,
                     model->variables[other].freed_in);
}

static void pictures_know_who_points_where(void **state)
{
    struct random random = {.state = 5};
    struct picture picture = {0}, copy = {0};
    struct model model = {0};

    (void)state;
    for (uint32_t slot = 0; slot < SLOTS; slot++)
        model_assign(&model, slot, OFFSET_NULL, -1, 0);
    for (uint32_t step = 1; step < ROUNDS; step++) {
        uint32_t slot = (uint32_t)random_below(&random, SLOTS);

        switch (random_below(&random, 5)) {
        case 0: allocate(&picture, &model, slot, step); break;
        case 1: release(&picture, &model, slot, step); break;
        case 2: resize(&picture, &model, slot, step, (unsigned)random_below(&random, 3)); break;
        default:
            point(&picture, &model, slot, (uint32_t)random_below(&random, SLOTS + 1),
                  random_below(&random, 2) * 8);
        }
        compare(&picture, &model);
    }
    picture_copy(&copy, &picture);
    picture_finish(&picture);
    compare(&copy, &model);
    picture_finish(&copy);
}

static void a_block_is_called_by_whom_it_was_handed_to(void **state)
{
    struct names names = {0};
    struct picture picture = {.names = &names};
    struct block block = {.at = 992, .size = 48, .header = 8, .kind = HG_KIND_USED};

    (void)state;
    names_add(&names, "A");
    names_add(&names, "B");
    note(&picture, &(struct op){.kind = OP_ALLOC, .slot = 0, .size = 10}, 1,
         &(struct op_result){.payload = 1000});
    note(&picture, &(struct op){.kind = OP_LET, .slot = 1, .other = 0}, 2,
         &(struct op_result){.payload = 1000});
    assert_string_equal(picture_block_name(&picture, &block), "A");
    note(&picture, &(struct op){.kind = OP_LET, .slot = 0, .other = NO_VARIABLE}, 3,
         &(struct op_result){.payload = OFFSET_NULL});
    assert_string_equal(picture_block_name(&picture, &block), "B");
    note(&picture, &(struct op){.kind = OP_LET, .slot = 1, .other = NO_VARIABLE}, 4,
         &(struct op_result){.payload = OFFSET_NULL});
    assert_null(picture_block_name(&picture, &block));
    picture_finish(&picture);
    names_finish(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_know_who_points_where),
        cmocka_unit_test(a_block_is_called_by_whom_it_was_handed_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
