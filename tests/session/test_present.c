/* test_present.c: what is asked of who adds the steps is what is known of them without him. */
#include "session/present.h"

#include <string.h>

#include "acting.h"
#include "base/address_table.h"
#include "base/random.h"
#include "session/churn.h"
#include "session/import_run.h"
#include "session/origins.h"
#include "session/past.h"
#include "session/same_variables.h"
#include "target/serve.h"

enum { STEPS = 60000, PLACES = 2 * TRACED_PLACES_FEW, SIZE_MOST = 300, BYTES = 200000 };

/* Steps that allocate, resize and free by chance, mostly in places that come into use one by one.
 */
struct churn {
    struct random random;
    size_t left;
    uint32_t used;
    bool is_live[PLACES];
};

static bool next_step(void *context, struct traced_step *ret_step)
{
    struct churn *churn = context;
    bool is_new = churn->used < PLACES && random_below(&churn->random, 3) == 0;
    uint32_t place = is_new || churn->used == 0
                         ? churn->used++
                         : (uint32_t)random_below(&churn->random, churn->used);
    bool is_live = churn->is_live[place], resizes = is_live && random_below(&churn->random, 2);

    if (churn->left-- == 0)
        return false;
    *ret_step = churn_step(&churn->random, place, &churn->is_live[place], resizes, SIZE_MOST);
    return true;
}

/* Steps of which it is known what they came to. */
static struct session *imported(void)
{
    struct session *session = begin("segregated");
    struct churn churn = {.random = {5}, .left = STEPS};

    churn_name_places(session->history, PLACES);
    assert_int_equal(import_run(session->history, session->mirror,
                                (struct import_source){STEPS, next_step, &churn}),
                     IMPORT_DONE);
    return session;
}

/* A session that is led through them, and which place has each payload there. */
struct led {
    struct session *session;
    struct import *import;
    struct address_table payloads;
    uint64_t held[PLACES]; /* 1 + payload; 0 for none */
};

static void begin_led(struct led *led, bool knows_payloads, uint64_t bytes)
{
    struct session *session = begin("segregated");

    *led = (struct led){.session = session};
    session->history->past_bytes = bytes;
    churn_name_places(session->history, PLACES);
    led->import = import_begin(session->history, session->mirror, STEPS, true);
    session->history->steps.traced->origins = origins_create();
    if (knows_payloads)
        import_know_payloads(led->import, &led->payloads);
}

static void end_led(struct led *led)
{
    import_end(led->import);
    address_table_finish(&led->payloads);
    session_destroy(led->session);
}

/* As a program's call becomes a step. */
static void lead(struct led *led, const struct traced_step *step, size_t number)
{
    const struct call call = {.caller = 1 + number % 7, .time = number};
    uint64_t *held = &led->held[step->place];

    if (*held)
        address_table_take(&led->payloads, *held, NULL);
    *held = step->kind == OP_FREE ? 0 : traced_payload(step) + 1;
    if (*held)
        address_table_add(&led->payloads, *held, (uint32_t)step->place, step->size);
    origins_add(led->session->history->steps.traced->origins, &call);
    assert_int_equal(import_add(led->import, step), IMPORT_DONE);
}

static void look(struct led *led)
{
    assert_int_equal(import_settle(led->import), IMPORT_DONE);
}

/* What was asked for, block by block. */
static void expect_same_requests(const struct picture *picture, const struct picture *wanted)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0),
                        other = block_table_find(&wanted->blocks, 0);
    const struct block *block, *known;

    while ((block = block_cursor_get(&cursor)) && (known = block_cursor_get(&other))) {
        assert_int_equal(block->at, known->at);
        assert_int_equal(block->requested, known->requested);
        block_cursor_next(&cursor);
        block_cursor_next(&other);
    }
    assert_null(block);
    assert_null(block_cursor_get(&other));
}

static void expect_same(struct led *led, struct led *other)
{
    struct picture *picture = &led->session->mirror->picture,
                   *wanted = &other->session->mirror->picture;
    struct error error;

    if (!session_check(led->session, &error))
        fail_msg("%s", error.text);
    expect_same_variables(picture, wanted);
    expect_same_requests(picture, wanted);
    assert_memory_equal(&picture->metrics, &wanted->metrics, sizeof picture->metrics);
    assert_int_equal(picture->ledger.count, wanted->ledger.count);
}

/* Look at both after some steps: often, then after few, and after each of many. */
static bool is_looked_at(size_t number)
{
    size_t at = number % 8000;

    return number % 4001 == 0 || (at < 40 && at % 3 > 0) || (at >= 5000 && at < 5100) ||
           number == STEPS;
}

/* Of many looks in a row only the last is at all that there is. */
static bool is_compared(size_t number)
{
    return number % 8000 < 5000 || number % 8000 >= 5099;
}

/* What they show is the same all along; and when no more steps come.
 *   ret_gone      steps of the past that were let go
 *   ret_presents  how often the present was asked */
static void expect_the_same_all_along(uint64_t bytes, size_t *ret_gone, size_t *ret_presents)
{
    struct session *whole = imported();
    const struct packed_rows *rows = &whole->history->steps.traced->rows;
    static struct led led, other;

    begin_led(&led, true, bytes);
    begin_led(&other, false, bytes);
    *ret_presents = 0;
    for (size_t number = 1; number <= STEPS; number++) {
        const struct traced_step step = traced_rows_step(rows, number);

        lead(&led, &step, number);
        lead(&other, &step, number);
        if (!is_looked_at(number))
            continue;
        look(&led);
        look(&other);
        *ret_presents += led.session->history->steps.traced->present.step > 0;
        if (is_compared(number))
            expect_same(&led, &other);
    }
    import_leave_payloads(led.import, led.session->mirror);
    expect_same(&led, &other);
    *ret_gone = led.session->history->steps.traced->gone;
    end_led(&led);
    end_led(&other);
    session_destroy(whole);
}

static void looking_at_a_heap_shows_the_same(void **state)
{
    size_t gone, presents;

    (void)state;
    expect_the_same_all_along(PAST_ALL, &gone, &presents);
    assert_int_equal(gone, 0);
    assert_true(presents > 0);
}

static void so_it_does_where_the_past_is_let_go(void **state)
{
    size_t gone, presents;

    (void)state;
    expect_the_same_all_along(BYTES, &gone, &presents);
    assert_true(gone > 0);
    assert_true(presents > 0);
}

/* What was looked at stays what it was, though nobody asked for it before there were more steps:
 * a few, of which each is looked at, or many. */
static void what_was_looked_at_stays(void **state)
{
    struct session *whole = imported();
    const struct packed_rows *rows = &whole->history->steps.traced->rows;
    static struct led led, other;
    struct picture copy = {0}, wanted = {0};
    size_t kept_at = 0;

    (void)state;
    begin_led(&led, true, PAST_ALL);
    begin_led(&other, false, PAST_ALL);
    for (size_t number = 1; number <= STEPS; number++) {
        const struct traced_step step = traced_rows_step(rows, number);

        lead(&led, &step, number);
        lead(&other, &step, number);
        if (number % 2000 == 1800 && number > STEPS / 2) {
            look(&led);
            look(&other);
            picture_copy(&copy, &led.session->mirror->picture);
            picture_copy(&wanted, &other.session->mirror->picture);
            kept_at = number;
        } else if (kept_at > 0 && number <= kept_at + 3) {
            look(&led);
        }
        if (kept_at > 0 && number == kept_at + (kept_at / 2000 % 2 ? 3 : 1500)) {
            expect_same_variables(&copy, &wanted);
            expect_same_requests(&copy, &wanted);
            picture_finish(&copy);
            picture_finish(&wanted);
            copy = wanted = (struct picture){0};
        }
    }
    picture_finish(&copy);
    picture_finish(&wanted);
    end_led(&led);
    end_led(&other);
    session_destroy(whole);
}

/* A payload that is live. */
static uint64_t held_by_some(const struct led *led)
{
    size_t place = 0;

    while (led->held[place] == 0)
        place++;
    return led->held[place] - 1;
}

/* No index is made of all steps, however often somebody looks. */
static void nobody_makes_an_index_meanwhile(void **state)
{
    struct session *whole = imported();
    const struct packed_rows *rows = &whole->history->steps.traced->rows;
    static struct led led;

    (void)state;
    begin_led(&led, true, PAST_ALL);
    for (size_t number = 1; number <= STEPS; number++) {
        const struct traced_step step = traced_rows_step(rows, number);

        lead(&led, &step, number);
        if (number % 5000 != 0)
            continue;
        look(&led);
        assert_non_null(block_table_get(&led.session->mirror->picture.blocks, held_by_some(&led)));
        assert_int_equal(led.session->history->steps.traced->index.count, 0);
    }
    end_led(&led);
    session_destroy(whole);
}

/* A payload that a new place has since may have been another's. */
static void what_new_places_hold_is_not_of_the_present(void **state)
{
    struct traced *traced = traced_create();
    struct address_table payloads = {0};
    uint64_t requested = 0;

    (void)state;
    traced->places = 1;
    address_table_add(&payloads, 1 + 64, 0, 20);
    present_begin(traced, &payloads, 1);
    assert_true(present_requested(traced, 64, &requested));
    assert_int_equal(requested, 20);
    address_table_take(&payloads, 1 + 64, NULL);
    address_table_add(&payloads, 1 + 64, 1, 24);
    assert_false(present_requested(traced, 64, &requested));
    address_table_finish(&payloads);
    traced_drop(traced);
}

/* As where its heap process could not be brought to where the steps lead. */
static void who_has_no_import_leaves_nothing(void **state)
{
    (void)state;
    import_leave_payloads(NULL, NULL);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_at_a_heap_shows_the_same),
        cmocka_unit_test(so_it_does_where_the_past_is_let_go),
        cmocka_unit_test(what_was_looked_at_stays),
        cmocka_unit_test(nobody_makes_an_index_meanwhile),
        cmocka_unit_test(what_new_places_hold_is_not_of_the_present),
        cmocka_unit_test(who_has_no_import_leaves_nothing),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
