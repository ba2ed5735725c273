/* test_traced.c: what is known of steps of which only rows are kept. */
#include <stdlib.h>

#include "base/random.h"
#include "session/picture.h"
#include "session/recollection.h"
#include "session/traced.h"
#include "session/traced_index.h"
#include "test.h"

enum { PLACES = 8, STEPS = 5000, PART = TRACED_LANDMARKS_MOST / 2 };

/* Steps that allocate and free in turn, here and there; with landmarks, as those of programs have
 * them, further and further apart, or without any. */
static struct traced *create(bool has_landmarks)
{
    struct traced *traced = traced_create();
    struct traced_place places[PLACES] = {0};
    struct random random = {5};
    uint32_t next = 1;

    assert_true(traced_reserve(traced, STEPS, UINT64_MAX));
    for (uint32_t number = 1; number <= STEPS; number++) {
        uint32_t at = (uint32_t)(random_below(&random, PLACES));
        bool is_live = places[at].changed > 0 && places[at].freed_in == 0;
        uint64_t before =
            places[at].changed ? traced_rows_payload(&traced->rows, places[at].changed) : 0;
        struct traced_step step = {.kind = is_live ? OP_FREE : OP_ALLOC,
                                   .payload_bits =
                                       (is_live ? before : 64 * number) & TRACED_SIZE_MOST,
                                   .size = number,
                                   .live = number * 7919 % 4001,
                                   .heap_size = number / 40 * 4096,
                                   .nanoseconds = number * 31 % 997,
                                   .place = at & TRACED_PLACE_MOST};

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

/* ---- Asked one by one ---- */

enum { PAYLOADS = 12, SHORT = 1500 };

/* What the places of a program hold, and whether they hold NULL, which was answered last. */
struct program {
    uint64_t held[PLACES];
    bool is_null[PLACES];
    uint32_t used;
    uint64_t unit; /* payloads are multiples of it */
    struct random random;
};

/* A payload that is not among those that places hold. */
static uint64_t vacant_payload(struct program *program)
{
    uint64_t payload = program->unit * (1 + random_below(&program->random, PAYLOADS));

    for (size_t i = 0; i < PLACES; i++) {
        if (program->held[i] == payload)
            return vacant_payload(program);
    }
    return payload;
}

/* What is done with a place: freed, if it holds something or NULL; or given something else. */
static enum op_kind choose_kind(struct program *program, uint32_t place)
{
    bool is_live = program->held[place] != OFFSET_NULL;

    if ((is_live || program->is_null[place]) && random_below(&program->random, 2))
        return OP_FREE;
    if (is_live)
        return OP_REALLOC;
    return random_below(&program->random, 3) ? OP_ALLOC : OP_CALLOC;
}

/* The next step of a program that now and then is refused what it wants. */
static struct traced_step next_step(struct program *program)
{
    struct random *random = &program->random;
    uint32_t most = program->used < PLACES ? program->used + 1 : PLACES;
    uint32_t place = (uint32_t)random_below(random, most);
    enum op_kind kind = choose_kind(program, place);
    bool refused = kind != OP_FREE && random_below(random, 8) == 0;
    struct traced_step step = {.place = place & TRACED_PLACE_MOST,
                               .kind = kind & 0xff,
                               .size = 1 + (random_below(random, 90) & 0x7f),
                               .payload_bits = program->held[place] & TRACED_SIZE_MOST,
                               .refused = refused};

    program->used += place == program->used;
    program->is_null[place] = refused && kind == OP_ALLOC;
    if (kind == OP_FREE)
        program->held[place] = OFFSET_NULL;
    else if (!refused && (kind != OP_REALLOC || random_below(random, 2)))
        program->held[place] = vacant_payload(program);
    if (kind != OP_FREE)
        step.payload_bits = program->held[place] & TRACED_SIZE_MOST;
    return step;
}

static struct traced *create_varied(uint64_t unit)
{
    struct traced *traced = traced_create();
    struct program program = {.random = {.state = 9}, .unit = unit};

    for (size_t i = 0; i < PLACES; i++)
        program.held[i] = OFFSET_NULL;
    for (size_t i = 0; i < SHORT; i++) {
        struct traced_step step = next_step(&program);

        traced_add(traced, &step);
    }
    return traced;
}

static void expect_equal(const struct allocation *is, const struct allocation *was)
{
    assert_int_equal(is != NULL, was != NULL);
    if (!is)
        return;
    assert_int_equal(is->payload, was->payload);
    assert_int_equal(is->requested, was->requested);
    assert_int_equal(is->referrer, was->referrer);
    assert_int_equal(is->born, was->born);
    assert_int_equal(is->changed, was->changed);
    assert_int_equal(is->links_in, was->links_in);
    assert_int_equal(is->lost_in, was->lost_in);
}

static void expect_variables(const struct picture *picture, const struct picture *wanted)
{
    assert_int_equal(picture->variables.count, wanted->variables.count);
    assert_int_equal(picture->variables.named_count, wanted->variables.named_count);
    for (uint32_t place = 0; place < wanted->variables.count; place++) {
        struct variable is = picture_variable(picture, place);
        struct variable was = picture_variable(wanted, place);
        uint32_t found;

        assert_int_equal(is.payload, was.payload);
        assert_int_equal(is.target, was.target);
        assert_int_equal(is.next, was.next);
        assert_int_equal(is.previous, was.previous);
        assert_int_equal(is.name, was.name);
        assert_int_equal(is.outer, was.outer);
        assert_int_equal(is.freed_in, was.freed_in);
        assert_int_equal(is.bytes, was.bytes);
        assert_int_equal(is.slot_name, was.slot_name);
        assert_int_equal(is.points_in, was.points_in);
        assert_true(picture_find(picture, place, &found));
        assert_int_equal(found, place);
    }
}

/* A picture of which nothing is made before it is asked for is the one that is made of all steps;
 * and so it is of a copy, whichever was asked first. */
static void expect_the_same_when_it_is_asked_for(uint64_t unit)
{
    struct traced *traced = create_varied(unit);

    for (size_t step = 0; step <= SHORT; step++) {
        struct picture picture = {0}, copy = {0}, wanted = {0};
        struct memento memento = memento_of(traced, step);
        size_t place = 0, count = 0;

        traced_recall_until(traced, step, &wanted);
        recollection_begin(&picture, &memento);
        memento_finish(&memento);
        assert_int_equal(picture.ledger.count, wanted.ledger.count);
        for (uint64_t number = step % PAYLOADS; number <= PAYLOADS; number++)
            expect_equal(ledger_find(&picture.ledger, number * unit),
                         ledger_find(&wanted.ledger, number * unit));
        picture_copy(&copy, &picture);
        expect_variables(&copy, &wanted);
        expect_variables(&picture, &wanted);
        while (ledger_next(&copy.ledger, &place))
            count++;
        assert_int_equal(count, wanted.ledger.count);
        picture_finish(&picture);
        picture_finish(&copy);
        picture_finish(&wanted);
    }
    traced_drop(traced);
}

static void what_is_made_when_it_is_asked_for_is_the_same(void **state)
{
    (void)state;
    expect_the_same_when_it_is_asked_for(16);
}

/* Neither the lower 32 bits of these payloads say in which order they lie, nor the others. */
static void so_it_is_of_heaps_of_any_size(void **state)
{
    (void)state;
    expect_the_same_when_it_is_asked_for(16 * (uint64_t)0x60000001);
}

static bool stop(void *context, size_t done, size_t total)
{
    size_t *left = context;

    assert_true(done <= total);
    return (*left)-- > 0;
}

/* Somebody who does not want to wait for the index has none, and may ask once more. */
static void who_stops_the_index_has_none(void **state)
{
    struct traced *traced = create_varied(16);

    (void)state;
    for (size_t most = 0; most < 2; most++) {
        size_t left = most;

        assert_false(traced_index_make(traced, &(struct progress){stop, &left}));
        assert_int_equal(traced->index.count, 0);
    }
    assert_true(traced_index_make(traced, &(struct progress){0}));
    assert_int_equal(traced->index.count, SHORT);
    traced_drop(traced);
}

/* What steps do afterwards to variables and payloads that nobody has asked for. */
static void steps_that_follow_find_what_they_are_about(void **state)
{
    struct traced *traced = create_varied(16);

    (void)state;
    for (size_t step = 0; step + 40 <= SHORT; step += 13) {
        struct picture picture = {0}, wanted = {0};
        struct memento memento = memento_of(traced, step);

        recollection_begin(&picture, &memento);
        memento_finish(&memento);
        traced_recall_until(traced, step, &wanted);
        for (uint32_t number = (uint32_t)step + 1; number <= step + 40; number++) {
            const struct traced_step row = traced_rows_step(&traced->rows, number);
            struct step own = {.op = traced_op(&row),
                               .names = {row.place, NO_NAME},
                               .result = {.payload = traced_payload(&row), .refused = row.refused}};

            picture_note(&picture, &own, number);
            picture_note(&wanted, &own, number);
            assert_int_equal(picture.ledger.count, wanted.ledger.count);
        }
        for (uint64_t payload = 16; payload <= 16 * PAYLOADS; payload += 16)
            expect_equal(ledger_find(&picture.ledger, payload),
                         ledger_find(&wanted.ledger, payload));
        expect_variables(&picture, &wanted);
        picture_finish(&picture);
        picture_finish(&wanted);
    }
    traced_drop(traced);
}

static void the_time_of_many_is_that_of_each(void **state)
{
    struct traced *traced = create(false);
    struct random random = {9};

    (void)state;
    for (int round = 0; round < 100; round++) {
        size_t from = random_below(&random, STEPS + 1);
        size_t to = from + random_below(&random, STEPS - from + 1);
        uint64_t time = 0;

        for (size_t number = from + 1; number <= to; number++)
            time += traced_rows_nanoseconds(&traced->rows, number);
        assert_int_equal(traced_rows_time(&traced->rows, from, to), time);
    }
    traced_drop(traced);
}

/* With its peaks and firsts. */
static void a_copy_is_as_if_there_were_no_more_steps(void **state)
{
    static const size_t counts[] = {1, 255, 256, 257, 1000, STEPS - 1, STEPS};
    struct traced *traced = create(false);

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(counts); i++) {
        struct traced *copy = traced_copy(traced, counts[i], UINT64_MAX), *like = traced_create();

        for (size_t number = 1; number <= counts[i]; number++) {
            const struct traced_step step = traced_rows_step(&traced->rows, number);

            traced_add(like, &step);
        }
        assert_int_equal(copy->count, like->count);
        assert_int_equal(copy->places, like->places);
        assert_int_equal(copy->largest_live, like->largest_live);
        assert_int_equal(copy->largest_heap, like->largest_heap);
        assert_int_equal(copy->first_refused, like->first_refused);
        assert_memory_equal(&copy->most, &like->most, sizeof copy->most);
        assert_memory_equal(&copy->last, &like->last, sizeof copy->last);
        assert_int_equal(copy->peak_count, like->peak_count);
        assert_memory_equal(copy->peaks, like->peaks, copy->peak_count * sizeof copy->peaks[0]);
        traced_drop(copy);
        traced_drop(like);
    }
    traced_drop(traced);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(landmarks_that_were_thinned_out_lead_to_every_step),
        cmocka_unit_test(what_is_made_when_it_is_asked_for_is_the_same),
        cmocka_unit_test(so_it_is_of_heaps_of_any_size),
        cmocka_unit_test(who_stops_the_index_has_none),
        cmocka_unit_test(steps_that_follow_find_what_they_are_about),
        cmocka_unit_test(the_time_of_many_is_that_of_each),
        cmocka_unit_test(a_copy_is_as_if_there_were_no_more_steps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
