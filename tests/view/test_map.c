/* test_map.c: the map of a small heap, on which the parts of blocks have cells of their own. */
#include "view/map.h"

#include <locale.h>
#include <string.h>

#include "session/block_cells.h"
#include "test.h"
#include "view/legend.h"
#include "view/panels.h"
#include "view/screen.h"
#include "view/world.h"

enum { ROWS = 12, COLUMNS = 80 };

/* How many of the cells that stand for a block have the style, in the first row of each. */
static uint64_t count_cells(const struct grid *grid, const struct window *window, int first_row,
                            const struct block *block, enum style style)
{
    uint64_t count = 0;

    for (int row = first_row; row < grid->rows; row += window->cell_rows) {
        for (int column = 0; column < grid->columns; column++) {
            const struct cell *cell = grid_at(grid, row, column);

            count += cell->link == LINK_BLOCK && cell->to == block->at && cell->style == style &&
                     cell->rest == STYLE_NONE;
        }
    }
    return count;
}

static bool is_tagged(const struct block *block)
{
    return block->kind == HG_KIND_USED || block->kind == HG_KIND_FREE;
}

/* Where a cell is a byte or less, each part of a block has as many cells as it has bytes. */
static void expect_parts(const struct world *world, const struct outlook *outlook)
{
    struct view_options options = {.ascii = false};
    struct grid grid = grid_create(ROWS, COLUMNS);
    struct scene scene = world_scene(world);
    struct window window;
    struct block_cursor cursor;
    const struct block *block;
    uint64_t width;

    scene.outlook = outlook;
    window = map_window(&scene, grid_area(&grid), &options);
    width = (uint64_t)window.cell_columns;
    assert_int_equal(window.cell_bytes, 1);
    map_draw(&grid, grid_area(&grid), &scene, &options);
    cursor = block_table_find(&world->picture.blocks, window.low);
    for (; (block = block_cursor_get(&cursor)) && block->at + block->size <= window.high;
         block_cursor_next(&cursor)) {
        if (block->at < window.low || !is_tagged(block))
            continue;
        assert_int_equal(count_cells(&grid, &window, 1, block, STYLE_HEADER),
                         (block->header + block->footer) * width);
        assert_int_equal(count_cells(&grid, &window, 1, block, STYLE_PADDING),
                         block_padding(block) * width);
    }
    grid_finish(&grid);
}

static const char *const policies[] = {"first-fit", "buddy",      "linear",  "pool-scan",
                                       "tlsf",      "segregated", "best-fit"};

static void act_a_little(struct world *world)
{
    world_act(world, OP_ALLOC, "A", 10);
    world_act(world, OP_ALLOC, "B", 24);
    world_act(world, OP_ALLOC, "C", 33);
    if (strcmp(world->picture.config.policy, "linear") != 0)
        world_act(world, OP_FREE, "B", 0);
}

/* What the screen tells the outlook. */
static void measure(const struct world *world, struct outlook *outlook)
{
    struct view_options options = {.ascii = false};

    outlook->room = map_room((struct area){0, 0, ROWS, COLUMNS}, &options);
    map_find_live(&world->picture, outlook->room, &outlook->live_low, &outlook->live_high);
    outlook->focus = history_place_of_last_step(world->history);
}

static void parts_have_as_many_cells_as_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        struct world *world = world_begin(policies[i]);
        struct outlook outlook = {0};
        const struct block *block;

        act_a_little(world);
        measure(world, &outlook);
        expect_parts(world, &outlook);
        block = block_table_get(&world->picture.blocks, outlook.live_low);
        outlook_zoom_range(&outlook, world->picture.metrics.heap_size, block->at, block->size);
        expect_parts(world, &outlook);
        world_end(world);
    }
}

/* Zooming in on a block enlarges: its cells get wider, or stand for less. */
static void zooming_in_on_a_block_enlarges(void **state)
{
    static const uint64_t sizes[] = {1, 10, 24, 100, 500, 3000, 20000};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        for (size_t j = 0; j < TEST_COUNT(sizes); j++) {
            struct world *world = world_begin(policies[i]);
            struct outlook outlook = {0};
            struct window before, after;
            const struct block *block;
            uint64_t size;

            world_act(world, OP_ALLOC, "A", 40);
            if (strncmp(policies[i], "pool", 4) != 0)
                world_act(world, OP_ALLOC, "B", sizes[j]);
            world_act(world, OP_ALLOC, "C", 40);
            measure(world, &outlook);
            size = world->picture.metrics.heap_size;
            block = block_table_get(&world->picture.blocks, outlook.focus);
            before = outlook_window(&outlook, size, outlook.room);
            outlook_zoom_range(&outlook, size, block->at, block->size);
            after = outlook_window(&outlook, size, outlook.room);
            assert_true(after.cell_bytes < before.cell_bytes ||
                        after.cell_columns > before.cell_columns);
            assert_true(after.low <= block->at && after.high >= block->at + block->size);
            world_end(world);
        }
    }
}

/* The classic example can be read from the picture, with and without colours. */
static void the_sizes_of_parts_are_written_in(void **state)
{
    static const char *const words[][3] = {
        {"header 8", " A 10 ", " padding 14 "},
        {"[hdr 8", " A 10 ", " padding 14 "},
    };

    (void)state;
    for (int is_bare = 0; is_bare < 2; is_bare++) {
        struct world *world = world_begin("first-fit");
        struct view_options options = {.unstyled = is_bare};
        struct grid grid = grid_create(6, COLUMNS);
        struct scene scene = world_scene(world);
        struct outlook outlook = {0};
        struct text text = {0};

        world_act(world, OP_ALLOC, "A", 10);
        world_act(world, OP_ALLOC, "B", 24);
        measure(world, &outlook);
        outlook.room.rows = 5;
        scene.outlook = &outlook;
        map_draw(&grid, grid_area(&grid), &scene, &options);
        for (int row = 0; row < grid.rows; row++)
            grid_add_row(&grid, row, &text);
        for (size_t i = 0; i < TEST_COUNT(words[0]); i++) {
            if (!strstr(text_string(&text), words[is_bare][i]))
                fail_msg("no '%s' in %s", words[is_bare][i], text_string(&text));
        }
        text_finish(&text);
        grid_finish(&grid);
        world_end(world);
    }
}

/* Pages are told where they are several cells, one sign for each that begins. */
static void pages_of_memory_are_marked(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct grid grid = grid_create(ROWS, COLUMNS);
    struct scene scene = world_scene(world);
    int marks = 0;

    (void)state;
    world_act(world, OP_ALLOC, "A", 40000);
    map_draw(&grid, grid_area(&grid), &scene, &options);
    for (int i = 0; i < grid.rows * grid.columns; i++)
        marks += grid.cells[i].glyph == view_glyph(&options, GLYPH_PAGE);
    assert_int_equal(marks, world->picture.metrics.heap_size / 4096 - 1);
    grid_finish(&grid);
    world_end(world);
}

/* In a line of text there is no legend that could tell what a sign for pages means. */
static void a_line_has_no_marks_of_pages(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct grid grid = grid_create(1, COLUMNS);
    struct scene scene = world_scene(world);

    (void)state;
    world_act(world, OP_ALLOC, "A", 8000);
    map_draw(&grid, grid_area(&grid), &scene, &options);
    for (int i = 0; i < grid.columns; i++)
        assert_int_not_equal(grid.cells[i].glyph, view_glyph(&options, GLYPH_PAGE));
    grid_finish(&grid);
    world_end(world);
}

/* The map and the strip give a block one colour, and the legend has it. */
static void one_colour_means_one_thing(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct grid grid = grid_create(45, 160);
    struct outlook outlook = {0};
    bool in_legend[STYLES] = {false};

    (void)state;
    world_tell_of_everything(world);
    outlook.focus = history_place_of_last_step(world->history);
    screen_measure(grid.rows, grid.columns, &world->picture, &options, &outlook);
    world_draw(world, &outlook, &options, &grid);
    for (size_t row = 0; row < legend_page_rows(); row++) {
        struct grid line = grid_create(1, 100);

        legend_draw_page_row(&options, row, &line, 0);
        in_legend[grid_at(&line, 0, 0)->style] = true;
        grid_finish(&line);
    }
    for (int i = 0; i < grid.rows * grid.columns; i++) {
        const struct cell *cell = &grid.cells[i];
        bool is_shade = cell->style >= STYLE_USED_1 && cell->style <= STYLE_USED_4;

        if (cell->link == LINK_BLOCK && cell->glyph != ' ' && cell->style != STYLE_PLAIN &&
            cell->style != STYLE_STRONG)
            assert_true(in_legend[is_shade ? STYLE_USED_1 : cell->style]);
    }
    grid_finish(&grid);
    world_end(world);
}

/* A page between its frames and margins, in a terminal of 80 columns. */
static void the_legend_is_not_cut_off_in_80_columns(void **state)
{
    enum { PAGE_COLUMNS = 76, MORE = 200 };
    struct view_options options = {.ascii = false};

    (void)state;
    for (size_t row = 0; row < legend_page_rows(); row++) {
        struct grid line = grid_create(1, MORE);

        grid_fill(&line, (struct area){0, 0, 1, MORE}, ' ', STYLE_PLAIN);
        legend_draw_page_row(&options, row, &line, 0);
        for (int column = PAGE_COLUMNS; column < MORE; column++)
            assert_int_equal(grid_at(&line, 0, column)->glyph, ' ');
        grid_finish(&line);
    }
}

/* Where something is leaked, the line under the map says what its sign means. */
static void the_legend_has_what_is_leaked(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = false};
    struct scene scene = world_scene(world);
    struct grid line = grid_create(1, 100);
    struct text text = {0};

    (void)state;
    world_act(world, OP_ALLOC, "A", 100);
    for (int times = 0; times < 2; times++) {
        legend_draw(&line, (struct area){0, 0, 1, line.columns}, &scene, &options, false);
        text_clear(&text);
        grid_add_row(&line, 0, &text);
        if (times == 0)
            assert_null(strstr(text_string(&text), "leaked"));
        else
            assert_non_null(strstr(text_string(&text), "leaked"));
        world_act(world, OP_ALLOC, "A", 200); /* the other one is lost */
    }
    text_finish(&text);
    grid_finish(&line);
    world_end(world);
}

/* As text, cells that are kept are drawn as those are that blocks are summed up for. */
static void a_printed_map_is_the_same_with_cells_kept(void **state)
{
    struct view_options options = {.unstyled = true};
    struct world *world = world_begin("first-fit");
    struct scene scene;

    (void)state;
    world_tell_of_many_holes(world);
    scene = world_scene(world);
    for (int columns = 20; columns < 300; columns += 7) {
        struct grid summed = grid_create(1, columns), kept = grid_create(1, columns);
        struct window window = map_window(&scene, grid_area(&kept), &options);
        struct text texts[2] = {{0}, {0}};

        map_draw(&summed, grid_area(&summed), &scene, &options);
        block_cells_keep(&world->picture.blocks, window.cell_bytes);
        assert_non_null(block_cells_get(&world->picture.blocks, 0, window.cell_bytes));
        map_draw(&kept, grid_area(&kept), &scene, &options);
        grid_add_row(&summed, 0, &texts[0]);
        grid_add_row(&kept, 0, &texts[1]);
        assert_string_equal(text_string(&texts[0]), text_string(&texts[1]));
        text_finish(&texts[0]);
        text_finish(&texts[1]);
        grid_finish(&summed);
        grid_finish(&kept);
    }
    world_end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_have_as_many_cells_as_bytes),
        cmocka_unit_test(zooming_in_on_a_block_enlarges),
        cmocka_unit_test(the_sizes_of_parts_are_written_in),
        cmocka_unit_test(pages_of_memory_are_marked),
        cmocka_unit_test(a_line_has_no_marks_of_pages),
        cmocka_unit_test(one_colour_means_one_thing),
        cmocka_unit_test(the_legend_is_not_cut_off_in_80_columns),
        cmocka_unit_test(the_legend_has_what_is_leaked),
        cmocka_unit_test(a_printed_map_is_the_same_with_cells_kept),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
