/* test_screen.c: golden screens. Each is drawn and compared with its file in golden/; see
 * golden.h. */
#include "view/screen.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "base/memory.h"
#include "view/golden.h"
#include "view/world.h"

/* How a screen is drawn. */
enum look { ASCII = 1, CURVE = 2, PRESENTED = 4 };

static void screens_are_as_they_were(void **state)
{
    static const struct {
        const char *name;
        void (*tell)(struct world *world);
        int rows, columns;
        const char *policy;
        unsigned look;
        uint64_t zoom;   /* if not 0, the map shows 2K from there on */
        unsigned hidden; /* panels */
    } rows[] = {
        {"empty-80x24", world_tell_nothing, 24, 80, "first-fit", 0, 0, 0},
        {"ten-80x24", world_tell_of_ten_bytes, 24, 80, "first-fit", 0, 0, 0},
        {"ten-80x24-ascii", world_tell_of_ten_bytes, 24, 80, "first-fit", ASCII, 0, 0},
        {"ten-100x30", world_tell_of_ten_bytes, 30, 100, "first-fit", 0, 0, 0},
        {"ten-160x45", world_tell_of_ten_bytes, 45, 160, "buddy", 0, 0, 0},
        {"slabs-100x30", world_tell_of_slabs, 30, 100, "segregated", 0, 0, 0},
        {"story-80x24", world_tell_story, 24, 80, "first-fit", 0, 0, 0},
        {"story-80x24-ascii", world_tell_story, 24, 80, "first-fit", ASCII, 0, 0},
        {"story-100x30", world_tell_story, 30, 100, "first-fit", 0, 0, 0},
        {"story-160x45", world_tell_story, 45, 160, "first-fit", 0, 0, 0},
        {"story-60x15", world_tell_story, 15, 60, "first-fit", 0, 0, 0},
        {"story-40x10", world_tell_story, 10, 40, "first-fit", 0, 0, 0},
        {"story-39x10", world_tell_story, 10, 39, "first-fit", 0, 0, 0},
        {"story-60x20-presented", world_tell_story, 20, 60, "first-fit", PRESENTED, 0, 0},
        {"story-100x30-presented", world_tell_story, 30, 100, "first-fit", PRESENTED, 0, 0},
        {"ten-60x20-presented", world_tell_of_ten_bytes, 20, 60, "first-fit", PRESENTED, 0, 0},
        {"frames-60x20-presented", world_tell_of_frames, 20, 60, "first-fit", PRESENTED, 0, 0},
        {"small-80x24", world_tell_of_small_blocks, 24, 80, "first-fit", 0, 0, 0},
        {"small-80x24-ascii", world_tell_of_small_blocks, 24, 80, "first-fit", ASCII, 0, 0},
        {"holes-80x24", world_tell_of_many_holes, 24, 80, "first-fit", 0, 0, 0},
        {"holes-80x24-ascii", world_tell_of_many_holes, 24, 80, "first-fit", ASCII, 0, 0},
        {"buddy-80x24", world_tell_of_small_blocks, 24, 80, "buddy", 0, 0, 0},
        {"buddy-100x30", world_tell_of_small_blocks, 30, 100, "buddy", 0, 0, 0},
        {"pool-80x24", world_tell_of_pool, 24, 80, "pool-stack", 0, 0, 0},
        {"time-100x30", world_tell_of_time, 30, 100, "first-fit", 0, 0, 0},
        {"time-100x30-ascii", world_tell_of_time, 30, 100, "first-fit", ASCII, 0, 0},
        {"time-160x45", world_tell_of_time, 45, 160, "first-fit", 0, 0, 0},
        {"linear-80x24", world_tell_of_line, 24, 80, "linear", 0, 0, 0},
        {"zoom-80x24", world_tell_story, 24, 80, "first-fit", 0, 10 << 20, 0},
        {"zoom-80x24-ascii", world_tell_of_many_holes, 24, 80, "first-fit", ASCII, 1 << 20, 0},
        {"zoom-160x45", world_tell_of_many_holes, 45, 160, "first-fit", 0, 1 << 20, 0},
        {"map-only-80x24", world_tell_of_small_blocks, 24, 80, "first-fit", 0, 0,
         ~(1u << PANEL_MAP)},
        {"no-map-80x24", world_tell_of_small_blocks, 24, 80, "first-fit", 0, 0, 1u << PANEL_MAP},
        {"everything-60x15", world_tell_of_everything, 15, 60, "first-fit", 0, 0, 0},
        {"everything-80x24", world_tell_of_everything, 24, 80, "first-fit", 0, 0, 0},
        {"everything-80x24-ascii", world_tell_of_everything, 24, 80, "first-fit", ASCII, 0, 0},
        {"everything-100x30", world_tell_of_everything, 30, 100, "first-fit", 0, 0, 0},
        {"everything-160x45", world_tell_of_everything, 45, 160, "first-fit", 0, 0, 0},
        {"frames-80x24", world_tell_of_frames, 24, 80, "first-fit", 0, 0, 0},
        {"frames-80x24-ascii", world_tell_of_frames, 24, 80, "first-fit", ASCII, 0, 0},
        {"frames-100x30", world_tell_of_frames, 30, 100, "first-fit", 0, 0, 0},
        {"frames-160x45", world_tell_of_frames, 45, 160, "first-fit", 0, 0, 0},
        {"small-60x45", world_tell_of_small_blocks, 45, 60, "first-fit", 0, 0, 0},
        {"curve-80x24", world_tell_story, 24, 80, "first-fit", CURVE, 0, 0},
        {"curve-100x30", world_tell_of_small_blocks, 30, 100, "first-fit", CURVE, 0, 0},
        {"curve-100x30-ascii", world_tell_of_small_blocks, 30, 100, "buddy", ASCII | CURVE, 0, 0},
        {"curve-160x45", world_tell_of_time, 45, 160, "first-fit", CURVE, 0, 0},
        {"curve-160x45-zoom", world_tell_of_many_holes, 45, 160, "first-fit", CURVE, 1 << 20, 0},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct world *world = world_begin(rows[i].policy);
        struct view_options options = {.ascii = rows[i].look & ASCII,
                                       .hilbert = rows[i].look & CURVE};
        struct grid grid = grid_create(rows[i].rows, rows[i].columns);
        struct outlook outlook = {
            .choice = {.hidden = rows[i].hidden, .is_presented = rows[i].look & PRESENTED}};

        rows[i].tell(world);
        outlook.focus = history_place_of_last_step(world->history);
        screen_measure(grid.rows, grid.columns, &world->picture, &options, &outlook);
        if (rows[i].zoom)
            outlook_zoom_range(&outlook, world->picture.metrics.heap_size, rows[i].zoom, 2048);
        world_draw(world, &outlook, &options, &grid);
        golden_expect_grid(&grid, rows[i].name);
        grid_finish(&grid);
        world_end(world);
    }
}

static void pages_are_as_they_were(void **state)
{
    static const struct {
        const char *name;
        enum exhibit_kind kind;
        int columns;
    } rows[] = {
        {"page-blocks", EXHIBIT_BLOCKS, 100},
        {"page-free-list", EXHIBIT_FREE_LIST, 100},
        {"page-stats", EXHIBIT_STATS, 100},
        {"page-variables", EXHIBIT_VARIABLES, 100},
        {"page-steps", EXHIBIT_STEPS, 100},
        {"page-dump", EXHIBIT_DUMP, 100},
        {"page-dump-60", EXHIBIT_DUMP, 60},
        {"page-dump-40", EXHIBIT_DUMP, 40},
        {"page-detail", EXHIBIT_DETAIL, 100},
        {"page-detail-60", EXHIBIT_DETAIL, 60},
        {"page-free-list-lost", EXHIBIT_FREE_LIST, 60},
    };
    struct world *world = world_begin("first-fit");
    uint64_t at = 0x130; /* 8 bytes before v4's block */

    (void)state;
    world_tell_of_small_blocks(world);
    world_fill(world, "v4", 'v');
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        size_t skip = rows[i].kind == EXHIBIT_DETAIL ? 8 : 0;
        struct exhibit exhibit = {.kind = rows[i].kind,
                                  .at = at + skip,
                                  .bytes = world_bytes(world, at + skip),
                                  .count = 0x70 - skip,
                                  .lists = world_lists(world, SIZE_MAX)};
        struct view_options options = {.ascii = false};
        struct grid grid = grid_create(24, rows[i].columns);
        struct scene scene = world_scene(world);
        struct message message = {.heading = "", .text = ""};
        struct page page;

        if (strstr(rows[i].name, "lost"))
            exhibit.lists.lists[0].end = (struct hg_list_end){HG_LIST_LOST, 0x4141414141414141};
        page = page_of_exhibit(&scene, &options, &exhibit);
        screen_draw(&grid, &scene, &options, &message, &page,
                    rows[i].kind == EXHIBIT_STEPS ? 10 : 0);
        golden_expect_grid(&grid, rows[i].name);
        page_finish(&page);
        free_lists_finish(&exhibit.lists);
        grid_finish(&grid);
    }
    world_end(world);
}

/* Pages of 64 bytes in every state, among them a run that a cell of the map has in part. */
static struct pages make_pages(uint64_t heap_size)
{
    static const struct page_run shape[] = {
        {0, 3, PAGE_RESIDENT}, {0, 5, PAGE_UNTOUCHED}, {0, 1, PAGE_ZERO},    {0, 2, PAGE_SWAPPED},
        {0, 7, PAGE_HUGE},     {0, 4, PAGE_SHARED},    {0, 9, PAGE_RESIDENT}};
    struct pages pages = {.page_size = 64, .count = (heap_size + 63) / 64};
    uint64_t first = 0;

    pages.runs = memory_reserve(NULL, &pages.run_capacity, pages.count, sizeof pages.runs[0]);
    while (first < pages.count) {
        struct page_run run = shape[pages.run_count % TEST_COUNT(shape)];

        run.first = first;
        run.count = run.count < pages.count - first ? run.count : pages.count - first;
        pages.counts[run.state] += run.count;
        pages.runs[pages.run_count++] = run;
        first += run.count;
    }
    return pages;
}

static void pages_of_memory_are_as_they_were(void **state)
{
    struct world *world = world_begin("first-fit");
    struct steps *steps = &world->history->steps;
    struct message message = {.heading = "", .text = ""};

    (void)state;
    world_tell_of_small_blocks(world);
    world->history->resident = 64;
    for (size_t i = 0; i < steps->count; i++)
        steps->items[i].resident = i % 5 == 3 ? RESIDENT_UNKNOWN : 200 * i;
    for (int look = 0; look < 2; look++) {
        struct exhibit exhibit = {.kind = EXHIBIT_PAGES,
                                  .pages = make_pages(world->picture.metrics.heap_size)};
        struct view_options options = {.ascii = look > 0};
        struct scene scene = world_scene(world);
        struct page page = page_of_exhibit(&scene, &options, &exhibit);
        struct grid grid = grid_create(40, look ? 80 : 100);

        screen_draw(&grid, &scene, &options, &message, &page, 0);
        golden_expect_grid(&grid, look ? "page-pages-ascii" : "page-pages");
        grid_finish(&grid);
        page_finish(&page);
        pages_finish(&exhibit.pages);
    }
    world_end(world);
}

static void a_figure_of_memory_is_as_it_was(void **state)
{
    static struct space_part parts[] = {
        {0x555555554000, 0x5555555d9000, SPACE_TEXT},
        {0x5555555d9000, 0x5555555da000, SPACE_DATA},
        {0x5555555da000, 0x5555555ea000, SPACE_BSS},
        {0x5555555ea000, 0x555555feb000, SPACE_HEAP},
        {0x7ffff5400000, 0x7ffff7400000, SPACE_VARIABLES},
        {0x7ffff74b8000, 0x7ffff7c13000, SPACE_EXCHANGE},
        {0x7ffff7c17000, 0x7ffff7c20000, SPACE_LIBRARIES},
        {0x7ffff7fc8000, 0x7ffff7fca000, SPACE_KERNEL},
        {0x7ffffffde000, 0x7ffffffff000, SPACE_STACK},
        {0xffffffffff600000, 0xffffffffff601000, SPACE_KERNEL},
    };
    struct exhibit exhibit = {.kind = EXHIBIT_MEMORY,
                              .space = {.parts = parts, .count = TEST_COUNT(parts)}};
    struct world *world = world_begin("first-fit");
    struct message message = {.heading = "", .text = ""};

    (void)state;
    world_tell_nothing(world);
    world->picture.heap_start = 0x5555555ea000;
    for (int look = 0; look < 2; look++) {
        struct view_options options = {.ascii = look > 0};
        struct scene scene = world_scene(world);
        struct page page = page_of_exhibit(&scene, &options, &exhibit);
        struct grid grid = grid_create(look ? 26 : 30, look ? 80 : 100);

        screen_draw(&grid, &scene, &options, &message, &page, 0);
        golden_expect_grid(&grid, look ? "page-memory-ascii" : "page-memory");
        grid_finish(&grid);
        page_finish(&page);
    }
    world_end(world);
}

/* Below its last panel there are a border and the prompt. */
static void expect_panels_in(const struct layout *layout, int rows, unsigned hidden)
{
    const struct area *last = &layout->panels[PANEL_MESSAGE];

    assert_true(last->rows >= 2);
    assert_int_equal(last->row + last->rows + 2, rows);
    assert_int_equal(layout->panels[PANEL_MAP].rows > 0, !(hidden & 1u << PANEL_MAP));
    for (int panel = 0; panel < PANELS; panel++) {
        if (hidden & 1u << panel && panel != PANEL_MESSAGE)
            assert_int_equal(layout->panels[panel].rows, 0);
    }
}

/* Where there is no room for all, what was asked for by name stays, and others go. */
static void panels_asked_for_come_first(void **state)
{
    static const struct {
        int rows, columns;
        unsigned wanted, shown; /* of the panels from the ribbon to the histogram */
    } screens[] = {
        {24, 80, 0, 0x07},    {24, 80, 0x08, 0x0f},  {24, 80, 0x10, 0x17}, {24, 80, 0x18, 0x18},
        {15, 60, 0x08, 0x08}, {15, 60, 0x18, 0x08},  {30, 100, 0, 0x0f},   {30, 100, 0x10, 0x17},
        {45, 160, 0, 0x1f},   {16, 160, 0x10, 0x18},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(screens); i++) {
        struct panel_choice choice = {.wanted = screens[i].wanted << PANEL_RIBBON};
        struct layout layout = layout_make(screens[i].rows, screens[i].columns, &choice);
        unsigned shown = 0;

        for (int panel = PANEL_RIBBON; panel <= PANEL_HISTOGRAM; panel++)
            shown |= (unsigned)(layout.panels[panel].rows > 0) << (panel - PANEL_RIBBON);
        if (shown != screens[i].shown)
            fail_msg("%dx%d: wanted %#x, shown %#x", screens[i].columns, screens[i].rows,
                     screens[i].wanted, shown);
        expect_panels_in(&layout, screens[i].rows, 0);
    }
}

/* In the last row three things are read: the map, one figure, and what is said. */
static void a_presented_screen_has_map_figure_and_sentence_alone(void **state)
{
    enum { LEAST_MAP_ROWS = 5, LEAST_MESSAGE_ROWS = 5 };
    static const struct {
        int rows, columns;
    } screens[] = {{20, 60}, {24, 80}, {30, 100}, {45, 160}};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(screens); i++) {
        struct panel_choice choice = {.is_presented = true};
        struct layout layout = layout_make(screens[i].rows, screens[i].columns, &choice);

        assert_true(layout.panels[PANEL_MAP].rows > LEAST_MAP_ROWS);
        assert_true(layout.panels[PANEL_MESSAGE].rows >= LEAST_MESSAGE_ROWS);
        assert_int_equal(layout.panels[PANEL_METERS].rows, 1);
        for (int panel = 0; panel < PANELS; panel++) {
            if (!(PANELS_PRESENTED & 1u << panel))
                assert_int_equal(layout.panels[panel].rows, 0);
        }
        choice.wanted = 1u << PANEL_FREE;
        layout = layout_make(screens[i].rows, screens[i].columns, &choice);
        assert_true(layout.panels[PANEL_FREE].rows > 0);
    }
}

/* Draw the scene, of which `outlook` is what is looked at, at every size, with all panels and with
 * some hidden: nothing is drawn outside, and everything fits where there is room. */
static void draw_every_size(const struct scene *scene, struct outlook *outlook)
{
    struct view_options options = {.ascii = true};
    struct message message = {.heading = "heading", .text = "some words", .style = STYLE_PLAIN};
    unsigned number = 0;

    for (int rows = 1; rows < 60; rows++) {
        for (int columns = 1; columns < 200; columns += 7) {
            unsigned hidden = number++ % 2 ? 0 : number / 2 % (1u << PANELS);
            struct grid grid = grid_create(rows, columns);
            struct panel_choice choice = {.hidden = hidden,
                                          .wanted = number / 3 & ~hidden,
                                          .called = number / 5 % 2 << PANEL_STACK,
                                          .is_presented = number / 7 % 2};
            struct layout layout = layout_make(rows, columns, &choice);

            outlook->choice = choice;
            screen_draw(&grid, scene, &options, &message, NULL, 0);
            if (layout.fits)
                expect_panels_in(&layout, rows, hidden);
            grid_finish(&grid);
        }
    }
}

static void every_size_can_be_drawn(void **state)
{
    struct world *world = world_begin("first-fit");
    struct scene scene = world_scene(world);
    struct outlook outlook = {0};
    struct free_lists lists;

    (void)state;
    world_tell_of_frames(world);
    world_tell_of_small_blocks(world);
    lists = world_lists(world, 64);
    scene.lists = &lists;
    scene.outlook = &outlook;
    draw_every_size(&scene, &outlook);
    free_lists_finish(&lists);
    world_end(world);
}

/* ---- Heaps of which little is known ---- */

/* The blocks of a heap that can do nothing, says nothing of itself, and has neither steps nor
 * variables nor lists, as who looks at a heap from outside sees it. */
static struct picture picture_from_outside(const struct world *world)
{
    struct picture picture = {.limit = NO_LIMIT};

    block_table_copy(&picture.blocks, &world->picture.blocks);
    picture_measure(&picture, &picture.metrics);
    return picture;
}

/* Draw every kind of page of the scene, up to its last row. */
static void draw_every_page(const struct world *world, const struct scene *scene)
{
    const struct block *block = block_table_get(&world->picture.blocks, scene->focus);
    struct view_options options = {.ascii = true};
    struct message message = {.heading = "", .text = ""};

    for (int kind = EXHIBIT_BLOCKS; kind < EXHIBITS; kind++) {
        struct exhibit exhibit = {.kind = (enum exhibit_kind)kind,
                                  .at = block->at,
                                  .bytes = world_bytes(world, block->at),
                                  .count = (size_t)block->size};
        struct page page = page_of_exhibit(scene, &options, &exhibit);

        for (size_t top = 0; top == 0 || top < page.rows; top++) {
            struct grid grid = grid_create(LAYOUT_LEAST_ROWS, 100);

            screen_draw(&grid, scene, &options, &message, &page, top);
            grid_finish(&grid);
        }
        page_finish(&page);
    }
}

/* What is not known is not made up: the title names no policy and no step, the timeline says why it
 * is empty. */
static void expect_no_more_than_is_known(const struct scene *scene)
{
    struct view_options options = {.ascii = true};
    struct message message = {.heading = "", .text = ""};
    struct grid grid = grid_create(45, 100);
    struct text text = {0};

    screen_draw(&grid, scene, &options, &message, NULL, 0);
    for (int row = 0; row < grid.rows; row++)
        grid_add_row(&grid, row, &text);
    assert_null(strstr(text_string(&text), "null"));
    assert_null(strstr(text_string(&text), "step"));
    assert_non_null(strstr(text_string(&text), "this heap has no history"));
    text_finish(&text);
    grid_finish(&grid);
}

static void heaps_that_tell_little_can_be_drawn_whole(void **state)
{
    struct world *world = world_begin("first-fit");
    struct picture picture;
    struct outlook outlook = {0};
    struct free_lists lists = {0};
    struct scene scene = {.picture = &picture, .outlook = &outlook, .lists = &lists};

    (void)state;
    world_tell_of_small_blocks(world);
    picture = picture_from_outside(world);
    scene.focus = NO_FOCUS;
    expect_no_more_than_is_known(&scene);
    draw_every_size(&scene, &outlook);
    scene.has_header = true;
    for (struct block_cursor cursor = block_table_find(&picture.blocks, 0);
         block_cursor_get(&cursor); block_cursor_next(&cursor)) {
        scene.focus = block_cursor_get(&cursor)->at;
        draw_every_page(world, &scene);
    }
    draw_every_size(&scene, &outlook);
    picture_finish(&picture);
    world_end(world);
}

static void expect_alike(const struct grid *one, const struct grid *other)
{
    for (int i = 0; i < one->rows * one->columns; i++) {
        const struct cell *here = &one->cells[i], *there = &other->cells[i];

        if (here->glyph != there->glyph || here->style != there->style ||
            here->rest != there->rest || here->link != there->link ||
            (here->link && here->to != there->to))
            fail_msg("%dx%d: row %d, column %d differ", one->rows, one->columns, i / one->columns,
                     i % one->columns);
    }
}

/* A screen on which the message was drawn anew is as if all had been drawn with it. */
static void a_message_alone_leaves_the_rest_as_it_is(void **state)
{
    static const struct {
        int rows, columns;
    } sizes[] = {{24, 80}, {45, 160}, {30, 100}, {12, 44}, {4, 20}};
    static const struct message long_one = {
        .heading = "long", .text = "a text\nof\nmany\nlines\nmore than any\npanel has\nroom for"};
    static const struct message short_one = {.heading = "a short one", .text = "no more"};
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct free_lists lists;

    (void)state;
    world_tell_of_small_blocks(world);
    lists = world_lists(world, SIZE_MAX);
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        struct scene scene = world_scene(world);
        struct grid whole = grid_create(sizes[i].rows, sizes[i].columns), part, copy;

        scene.lists = &lists;
        part = grid_create(sizes[i].rows, sizes[i].columns);
        screen_draw(&whole, &scene, &options, &short_one, NULL, 0);
        screen_draw(&part, &scene, &options, &long_one, NULL, 0);
        copy = grid_copy(&part);
        screen_draw_message(&copy, &scene.outlook->choice, &options, &short_one);
        expect_alike(&copy, &whole);
        grid_finish(&whole);
        grid_finish(&part);
        grid_finish(&copy);
    }
    free_lists_finish(&lists);
    world_end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(screens_are_as_they_were),
        cmocka_unit_test(pages_are_as_they_were),
        cmocka_unit_test(pages_of_memory_are_as_they_were),
        cmocka_unit_test(a_figure_of_memory_is_as_it_was),
        cmocka_unit_test(panels_asked_for_come_first),
        cmocka_unit_test(a_presented_screen_has_map_figure_and_sentence_alone),
        cmocka_unit_test(every_size_can_be_drawn),
        cmocka_unit_test(heaps_that_tell_little_can_be_drawn_whole),
        cmocka_unit_test(a_message_alone_leaves_the_rest_as_it_is),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
