/* test_traced.c: what is known of steps of which only rows are kept. */
#include <stdlib.h>

#include "base/random.h"
#include "session/picture.h"
#include "session/traced.h"
#include "test.h"

enum { PLACES = 8, STEPS = 5000, PART = TRACED_LANDMARKS_MOST / 2 };

/* Steps that allocate and free in turn, here and there; with landmarks, as those of programs have
 * them, further and further apart, or without any. */
static struct traced *create(bool has_landmarks)
{
    struct traced *traced = traced_create(1);
    struct traced_place places[PLACES] = {0};
    struct random random = {5};
    uint32_t next = 1;

    assert_true(traced_reserve(traced, STEPS, UINT64_MAX));
    for (uint32_t number = 1; number <= STEPS; number++) {
        uint32_t at = (uint32_t)(random_below(&random, PLACES));
        bool is_live = places[at].changed > 0 && places[at].freed_in == 0;
        uint64_t before = places[at].changed ? traced->steps[places[at].changed - 1].payload : 0;
        struct traced_step step = {.kind = is_live ? OP_FREE : OP_ALLOC,
                                   .payload = is_live ? before : 64 * number,
                                   .size = number,
                                   .place = at};

        assert_true(traced_note_place(traced, &places[at], &step, number));
        traced_add(traced, &step);
        if (!has_landmarks || number < next)
            continue;
        traced_add_landmark(traced, places, PLACES);
        next = number + 1 + number / PART;
    }
    return traced;
}

static void expect_same(const struct picture *picture, const struct picture *wanted, uint32_t place)
{
    struct variable is = picture_variable(picture, place), was = picture_variable(wanted, place);
    const struct allocation *held = ledger_find(&picture->ledger, is.payload),
                            *known = ledger_find(&wanted->ledger, was.payload);

    assert_int_equal(is.payload, was.payload);
    assert_int_equal(is.freed_in, was.freed_in);
    assert_int_equal(held != NULL, known != NULL);
    if (!held)
        return;
    assert_int_equal(held->requested, known->requested);
    assert_int_equal(held->born, known->born);
}

/* Of more than there may be, every other one goes, again and again: those that are left are spread
 * over all steps, and lead to what is so without any. */
static void landmarks_that_were_thinned_out_lead_to_every_step(void **state)
{
    struct traced *traced = create(true), *without = create(false);
    size_t widest = 0, before = 0;

    (void)state;
    assert_in_range(traced->landmark_count, TRACED_LANDMARKS_MOST / 2, TRACED_LANDMARKS_MOST);
    assert_int_equal(without->landmark_count, 0);
    for (size_t i = 0; i < traced->landmark_count; i++) {
        size_t step = traced->landmarks[i].step;

        assert_true(step > before || i == 0);
        if (step - before > widest)
            widest = step - before;
        before = step;
    }
    assert_in_range(widest, 1, STEPS / (PART / 2));
    assert_in_range(STEPS - before, 0, STEPS / PART + 1);
    for (size_t step = 0; step <= STEPS; step++) {
        struct picture picture = {0}, wanted = {0};

        traced_recall_until(traced, step, &picture);
        traced_recall_until(without, step, &wanted);
        for (uint32_t place = 0; place < PLACES; place++)
            expect_same(&picture, &wanted, place);
        picture_finish(&picture);
        picture_finish(&wanted);
    }
    traced_drop(traced);
    traced_drop(without);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(landmarks_that_were_thinned_out_lead_to_every_step),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
