/* test_maps.c: golden maps of several policies. What is compared are sessions, each with a heap
 * process that is brought to the step which the maps show. */
#include <locale.h>
#include <string.h>

#include "acting.h"
#include "target/serve.h"
#include "view/golden.h"
#include "view/screen.h"

static struct session *begin_story(void)
{
    struct session *session = begin("first-fit");

    act(session, OP_ALLOC, "A", 10 << 20);
    act(session, OP_ALLOC, "B", 10 << 20);
    act(session, OP_ALLOC, "C", 10 << 20);
    act(session, OP_FREE, "B", 0);
    return session;
}

static void add_policy(struct comparison *comparison, struct session *session, const char *policy)
{
    struct hg_config config = hg_config_default(policy);
    struct error error;
    struct session *imagined = session_imagine(session, &config, &error);
    struct contestant *contestant;

    assert_non_null(imagined);
    comparison_add(comparison, imagined);
    comparison_keep(comparison, imagined);
    contestant = &comparison->items[comparison->count - 1];
    for (size_t i = 0; i <= contestant->steps; i++) /* what would differ each time */
        contestant->standings[i].nanoseconds = 1000 * i * comparison->count;
}

/* Fit it as the terminal does that grows from next to nothing. */
static void expect_every_size(struct page *page)
{
    for (int size = 1; size < 60; size++) {
        int columns = screen_page_columns(size, page);

        page_fit(page, screen_page_rows(size), columns);
        assert_int_equal(page->canvas.columns, columns > 0 ? columns : 0);
    }
}

/* Four policies go through the same steps, and a fifth cannot; all have the scale of the buddy's
 * heap, the largest. */
static void maps_of_policies_are_as_they_were(void **state)
{
    static const struct {
        const char *name;
        int rows, columns;
        size_t step;
        bool ascii;
        size_t top;
    } rows[] = {
        {"maps-80x24", 24, 80, 4, false, 0},       {"maps-80x24-ascii", 24, 80, 4, true, 0},
        {"maps-80x24-fresh", 24, 80, 0, false, 0}, {"maps-80x24-below", 24, 80, 3, false, 20},
        {"maps-100x30", 30, 100, 3, false, 0},     {"maps-160x45", 45, 160, 4, false, 0},
        {"maps-40x10", 10, 40, 2, false, 0},
    };
    static const char *const policies[] = {"first-fit", "best-fit", "buddy", "linear"};
    struct session *session = begin_story();
    struct hg_config failed = hg_config_default("pool-stack");
    struct view_options options = {.ascii = false};
    struct comparison comparison = {0};
    struct outlook outlook = {0};
    struct page page;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++)
        add_policy(&comparison, session, policies[i]);
    comparison_add_failure(&comparison, &failed, &(struct error){.text = "it cannot do that"});
    page = page_of_maps(&options, &comparison);
    assert_int_equal(comparison.count, 0);
    expect_every_size(&page);
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct grid grid = grid_create(rows[i].rows, rows[i].columns);
        struct message message = {.heading = "", .text = ""};
        struct scene scene = {
            .picture = &session->mirror->picture, .history = session->history, .outlook = &outlook};

        options.ascii = rows[i].ascii;
        page_go(&page, rows[i].step);
        comparison_go(&page.maps.comparison, rows[i].step);
        screen_draw(&grid, &scene, &options, &message, &page, rows[i].top);
        golden_expect_grid(&grid, rows[i].name);
        grid_finish(&grid);
    }
    page_finish(&page);
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(maps_of_policies_are_as_they_were),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
