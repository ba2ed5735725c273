/* test_parts.c: parts of the screen, each at every width: what is too long is shortened so that it
 * can still be read. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "test.h"
#include "view/block_row.h"
#include "view/changes.h"
#include "view/curve.h"
#include "view/detail.h"
#include "view/free_list.h"
#include "view/histogram.h"
#include "view/map.h"
#include "view/meters.h"
#include "view/ribbon.h"
#include "view/screen.h"
#include "view/timeline.h"
#include "view/variable_row.h"
#include "view/words.h"
#include "view/world.h"

static void draw_row(struct grid *grid, int row, struct text *text)
{
    text_clear(text);
    grid_add_row(grid, row, text);
}

/* A block of 16 bytes beside one of 100M still takes a part of a cell. */
static void no_block_vanishes(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.unstyled = true};
    struct grid grid = grid_create(1, 70);
    struct scene scene = world_scene(world);
    struct text row = {0};

    (void)state;
    world_act(world, OP_ALLOC, "A", 100 << 20);
    world_act(world, OP_ALLOC, "tiny", 1);
    world_act(world, OP_ALLOC, "C", 100 << 20);
    world_act(world, OP_FREE, "tiny", 0);
    map_draw(&grid, grid_area(&grid), &scene, &options);
    grid_add_row(&grid, 0, &row);
    assert_non_null(strstr(text_string(&row), "A▇C"));
    text_finish(&row);
    grid_finish(&grid);
    world_end(world);
}

/* Of each row of the list of variables, what there is no room for is replaced by three dots. */
static void a_variable_that_has_no_room_says_so(void **state)
{
    enum { WHOLE = 100, NARROW = 40 };
    struct world *world = world_begin("first-fit");
    struct view_options options = {.unstyled = true};
    struct grid whole = grid_create(1, WHOLE), narrow = grid_create(1, NARROW);
    struct text all = {0}, part = {0};

    (void)state;
    world_act(world, OP_ALLOC, "A", 100 << 20);
    variable_row_draw(&world->picture, &options, 0, &whole, 0);
    variable_row_draw(&world->picture, &options, 0, &narrow, 0);
    draw_row(&whole, 0, &all);
    draw_row(&narrow, 0, &part);
    assert_true(all.length > NARROW);
    assert_memory_equal(text_string(&part), text_string(&all), NARROW - 1);
    assert_string_equal(text_string(&part) + NARROW - 1, "…");
    text_finish(&part);
    text_finish(&all);
    grid_finish(&narrow);
    grid_finish(&whole);
    world_end(world);
}

/* Whether just the cells that stand for a part of [low, high) are marked, and some are. */
static bool is_marked(const struct grid *grid, uint64_t low, uint64_t high)
{
    bool is_found = false;

    for (int i = 0; i < grid->rows * grid->columns; i++) {
        const struct cell *cell = &grid->cells[i];
        bool is_part = cell->link == LINK_BLOCK && cell->to < high && cell->until > low;

        if (cell->is_focus != is_part)
            return false;
        is_found = is_found || is_part;
    }
    return is_found;
}

/* The map marks the block that the views are about, and the ribbon points at it. */
static void the_focus_is_marked(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct block_cursor cursor;
    const struct block *block;
    struct text row = {0};

    (void)state;
    world_tell_of_many_holes(world);
    cursor = block_table_find(&world->picture.blocks, 0);
    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        struct grid map = grid_create(4, 50), ribbon = grid_create(RIBBON_ROWS, 80);
        struct scene scene = world_scene(world);
        char place[WORDS_PLACE_MAX + 2] = "^ ";

        scene.focus = block->at + block->size - 1;
        map_draw(&map, grid_area(&map), &scene, &options);
        assert_true(is_marked(&map, block->at, block->at + block->size));
        ribbon_draw(&ribbon, grid_area(&ribbon), &scene, &options);
        words_place(&world->picture, &options, block->at, place + 2);
        draw_row(&ribbon, 1, &row);
        assert_ptr_equal(strchr(text_string(&row), '^'), strstr(text_string(&row), place));
        assert_non_null(strchr(text_string(&row), '^'));
        grid_finish(&map);
        grid_finish(&ribbon);
    }
    text_finish(&row);
    world_end(world);
}

/* What the arrows take for the cell above or below is what lies there on the screen. */
static void rows_away_are_rows_on_the_screen(void **state)
{
    enum { COLUMNS = 40, ROWS = 12 };
    struct world *world = world_begin("first-fit");
    struct area area = {0, 0, ROWS, COLUMNS};
    struct scene scene = world_scene(world);

    (void)state;
    world_act(world, OP_ALLOC, "A", 1000);
    for (int is_hilbert = 0; is_hilbert < 2; is_hilbert++) {
        struct view_options options = {.hilbert = is_hilbert};
        struct curve curve = curve_create(is_hilbert, COLUMNS, ROWS);
        struct window window = map_window(&scene, area, &options);

        assert_true(window.cells < (size_t)COLUMNS * ROWS);
        for (size_t cell = 0; cell < window.cells; cell++) {
            struct place place = curve_place(&curve, cell);
            uint64_t at = cell * window.cell_bytes;
            size_t below;

            place.row++;
            below = place.row < ROWS ? curve_cell(&curve, place) : SIZE_MAX;
            if (below >= window.cells)
                continue;
            assert_int_equal(map_row_away(&scene, area, &options, at, 1),
                             below * window.cell_bytes);
            assert_int_equal(map_row_away(&scene, area, &options, below * window.cell_bytes, -1),
                             at);
        }
        curve_finish(&curve);
    }
    world_end(world);
}

/* ---- Words that are too long ---- */

/* Whatever the numbers, a formula is whole: with its words, or without. */
static void formulas_are_never_cut_off(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct scene scene = world_scene(world);
    struct text row = {0}, whole = {0};

    (void)state;
    world_act(world, OP_ALLOC, "A", 104333333);
    world_act(world, OP_ALLOC, "B", 103333333);
    world_act(world, OP_FREE, "A", 0);
    for (int columns = 37; columns < 80; columns++) {
        struct grid grid = grid_create(METERS_ROWS, columns);

        meters_draw(&grid, grid_area(&grid), &scene, &options);
        for (int meter = 0; meter < METERS_ROWS; meter++) {
            const struct ratio *ratio = ratio_at((unsigned)meter);
            const struct metrics *metrics = &world->picture.metrics;
            char part[SIZE_TEXT_MAX], numbers[96];

            text_clear(&whole);
            meters_add_formula((unsigned)meter, metrics, &options, &whole);
            draw_row(&grid, meter, &row);
            snprintf(numbers, sizeof numbers, "/ %s",
                     size_short(ratio_whole(ratio, metrics), part));
            if (!strstr(text_string(&row), text_string(&whole)) &&
                !strstr(text_string(&row), numbers))
                fail_msg("at %d columns: %s", columns, text_string(&row));
        }
        grid_finish(&grid);
    }
    text_finish(&row);
    text_finish(&whole);
    world_end(world);
}

/* The row in which a word begins. */
static int find_row(struct grid *grid, const char *word)
{
    struct text text = {0};
    int row = -1;

    do {
        draw_row(grid, ++row, &text);
    } while (row < grid->rows - 1 && strncmp(text_string(&text), word, strlen(word)) != 0);
    text_finish(&text);
    return row;
}

/* Whatever its height, the timeline has no blank rows, and its curves of bytes have one scale. */
static void the_timeline_fills_its_rows(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct scene scene = world_scene(world);

    (void)state;
    world_tell_of_time(world);
    for (int rows = TIMELINE_ROWS; rows < 40; rows++) {
        struct grid grid = grid_create(rows, 60);

        timeline_draw(&grid, grid_area(&grid), &scene, &options);
        assert_int_equal(find_row(&grid, "step"), rows - 1);
        assert_int_equal(find_row(&grid, "live") + 1, 2 * (find_row(&grid, "heap") + 1));
        for (int row = 0; row < rows; row++)
            assert_int_equal(grid_at(&grid, row, 20)->link, LINK_STEP);
        for (int row = find_row(&grid, "heap"); row >= 0; row--) /* it is at its largest there */
            assert_int_equal(grid_at(&grid, row, 50)->glyph, '#');
        grid_finish(&grid);
    }
    world_end(world);
}

/* It begins with the first step that is kept, and says which that is. */
static void the_timeline_begins_with_what_is_kept(void **state)
{
    enum { STEPS = 5000, GONE = 3000 };
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct scene scene = world_scene(world);
    struct history *history = history_create();
    struct traced *traced = traced_create();
    struct grid grid = grid_create(TIMELINE_ROWS, 60);
    struct text row = {0};

    (void)state;
    traced_add_sample(traced, &(struct metrics){0});
    for (uint32_t i = 1; i <= STEPS; i++)
        traced_add(traced, &(struct traced_step){.kind = i % 2 ? OP_ALLOC : OP_FREE,
                                                 .payload_bits = 64,
                                                 .heap_size = 4096,
                                                 .live = i});
    traced_let_go(traced, GONE, &(struct progress){0});
    steps_begin_traced(&history->steps, traced);
    scene.history = history;
    timeline_draw(&grid, grid_area(&grid), &scene, &options);
    draw_row(&grid, TIMELINE_ROWS - 1, &row);
    assert_non_null(strstr(text_string(&row), "step     3001 -"));
    assert_non_null(strstr(text_string(&row), "5000"));
    assert_int_equal(grid_at(&grid, 0, 9)->link, LINK_STEP);
    assert_in_range(grid_at(&grid, 0, 9)->to, GONE + 1, GONE + 100);
    text_finish(&row);
    grid_finish(&grid);
    history_destroy(history);
    world_end(world);
}

/* Where there are more sizes than columns, classes are joined, and no block is lost. */
static void the_histogram_counts_every_block(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct scene scene = world_scene(world);
    const struct block_sums *sums = &world->picture.blocks.sums;
    struct text row = {0};

    (void)state;
    world_tell_of_many_holes(world);
    world_act(world, OP_ALLOC, "large", 10 << 20);
    for (int columns = 20; columns < 160; columns++) {
        struct grid grid = grid_create(HISTOGRAM_ROWS, columns);

        histogram_draw(&grid, grid_area(&grid), &scene, &options);
        for (int kind = 0; kind < 2; kind++) {
            const char *name = kind ? "used" : "free";
            uint64_t count = 0;
            char *end;

            draw_row(&grid, HISTOGRAM_ROWS - 2 - kind, &row);
            end = strstr(text_string(&row), name);
            assert_non_null(end);
            for (end += strlen(name); *end;)
                count += strtoull(end, &end, 10);
            assert_int_equal(count, sums->count[kind ? HG_KIND_USED : HG_KIND_FREE]);
        }
        grid_finish(&grid);
    }
    text_finish(&row);
    world_end(world);
}

static void the_ribbon_shortens_names_and_keeps_sizes(void **state)
{
    static const char name[] = "a_name_that_is_much_too_long_for_any_ribbon";
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct text row = {0};

    (void)state;
    world_act(world, OP_ALLOC, name, 10 << 20);
    for (int columns = 40; columns < 200; columns++) {
        struct scene scene = world_scene(world);
        struct grid grid = grid_create(RIBBON_ROWS, columns);

        scene.focus = 1 << 20;
        ribbon_draw(&grid, grid_area(&grid), &scene, &options);
        draw_row(&grid, 0, &row);
        if (!strstr(text_string(&row), "~ 10M"))
            fail_msg("at %d columns: %s", columns, text_string(&row));
        if (columns >= 80)
            assert_string_equal(row.data + row.length - 4, " brk");
        grid_finish(&grid);
    }
    text_finish(&row);
    world_end(world);
}

/* At every width, the numbers that a block's row is about stand there whole. */
static void the_table_of_blocks_fits_every_width(void **state)
{
    static const char *const headings[] = {"offset", "size", "name", "h", "pad"};
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct text row = {0};
    struct block_cursor cursor;

    (void)state;
    world_act(world, OP_ALLOC, "a_rather_long_name", 10 << 20);
    world_act(world, OP_ALLOC, "B", 100);
    cursor = block_table_find(&world->picture.blocks, 10 << 19);
    for (int columns = 36; columns < 160; columns++) {
        struct grid grid = grid_create(2, columns);

        block_row_heading(&world->picture, &options, &grid, 0);
        block_row_draw(&world->picture, &options, block_cursor_get(&cursor), &grid, 1);
        draw_row(&grid, 0, &row);
        for (size_t i = 0; i < TEST_COUNT(headings); i++)
            assert_non_null(strstr(text_string(&row), headings[i]));
        draw_row(&grid, 1, &row);
        if (!strstr(text_string(&row), "a_r") || !strstr(text_string(&row), " 8  ") ||
            !(strstr(text_string(&row), "10485760") || strstr(text_string(&row), "10M")))
            fail_msg("at %d columns: %s", columns, text_string(&row));
        grid_finish(&grid);
    }
    text_finish(&row);
    world_end(world);
}

/* Of a list in a row of its own, as many blocks are shown as have room, and then that there are
 * more. */
static void a_free_list_in_a_row_uses_its_room(void **state)
{
    static const struct {
        int columns;
        const char *row;
    } rows[] = {
        {14, "2^7  2 ~"},           {15, "2^7  2 +0x10f8~"},          {18, "2^7  2 +0x10f8 > ~"},
        {23, "2^7  2 +0x10f8 > ~"}, {24, "2^7  2 +0x10f8 > +0x0ff8"},
    };
    struct world *world = world_begin("buddy");
    struct view_options options = {.ascii = true};
    struct free_lists lists = {0};
    struct scene scene = world_scene(world);
    struct text row = {0};

    (void)state;
    for (size_t i = 0; i < 4; i++)
        world_act(world, OP_ALLOC, (const char *const[]){"A", "B", "C", "D"}[i], 100);
    world_act(world, OP_FREE, "A", 0);
    world_act(world, OP_FREE, "C", 0);
    lists = world_lists(world, SIZE_MAX);
    scene.lists = &lists;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct grid grid = grid_create(4, rows[i].columns);

        free_list_draw(&grid, grid_area(&grid), &scene, &options);
        draw_row(&grid, 0, &row);
        if (strcmp(text_string(&row), rows[i].row) != 0)
            fail_msg("at %d columns: %s", rows[i].columns, text_string(&row));
        grid_finish(&grid);
    }
    text_finish(&row);
    free_lists_finish(&lists);
    world_end(world);
}

/* From one cell on, words are whole, and as many as there is room for. */
static void too_little_room_is_said_in_whole_words(void **state)
{
    static const struct {
        int rows, columns;
        const char *first, *second;
    } sizes[] = {
        {9, 80, "heapglass needs 40x10; this is 80x9", ""},
        {24, 39, "heapglass needs 40x10; this is 39x24", ""},
        {6, 20, "heapglass needs", "40x10; this is 20x6"},
        {3, 11, "needs 40x10", ""},
        {2, 6, "needs", "40x10"},
        {1, 5, "40x10", ""},
        {2, 4, "!", ""},
        {1, 1, "!", ""},
    };
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct message message = {.heading = "", .text = ""};
    struct free_lists lists = {0};
    struct scene scene = world_scene(world);
    struct text row = {0};

    (void)state;
    scene.lists = &lists;
    for (size_t i = 0; i < TEST_COUNT(sizes); i++) {
        struct grid grid = grid_create(sizes[i].rows, sizes[i].columns);

        screen_draw(&grid, &scene, &options, &message, NULL, 0);
        draw_row(&grid, 0, &row);
        assert_string_equal(text_string(&row), sizes[i].first);
        if (grid.rows > 1) {
            draw_row(&grid, 1, &row);
            assert_string_equal(text_string(&row), sizes[i].second);
        }
        grid_finish(&grid);
    }
    text_finish(&row);
    world_end(world);
}

/* What a header says is read as the heap itself describes it. */
static void a_header_is_read_as_its_heap_describes_it(void **state)
{
    static const struct {
        const char *policy;
        uint64_t word;
        const char *said; /* NULL: nothing */
    } rows[] = {
        {"first-fit", 0x71, "0x71 = 112 + 1 (used, left free)"},
        {"first-fit", 0x72, "0x72 = 112 + 2 (free, left used)"},
        {"buddy", 0x87, "0x87 = 128 (used)"},
        {"tlsf", 0x300000007, "0x300000007 = 112 (used, left used)"},
        {"csapp", 0x19, "0x19 = 24 + 1 (used)"},
        {"csapp", 0x6161616100000018, "0x18 = 24 + 0 (free)"},
        {"osmem", 0x18, "0x18 = 24 and 32 of header"},
        {"ostep", 0x20, "0x20 = 32 + 0"},
        {"kr", 0, NULL},
        {"glibc", 0x71, "0x71 = 112 + 1 (left used)"},
        {"glibc", 0x70, "0x70 = 112 + 0 (left free)"},
        {"pool-scan", 0x71, NULL},
    };
    struct block block = {.header = sizeof(uint64_t)};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_config config = hg_config_default(rows[i].policy);
        struct picture picture = {.config = config};
        struct text text = {0};

        description_make(kind_of_policy(config.policy), NULL, &config, &picture.description);
        block.header = strcmp(rows[i].policy, "csapp") == 0 ? sizeof(uint32_t) : sizeof(uint64_t);
        assert_int_equal(detail_add_tag(&picture, &block, rows[i].word, &text),
                         rows[i].said != NULL);
        assert_string_equal(text_string(&text), rows[i].said ? rows[i].said : "");
        text_finish(&text);
    }
}

/* Where lists are not told, the panel says so and not that they are empty. */
static void lists_that_are_not_told_are_not_called_empty(void **state)
{
    struct view_options options = {.ascii = true};
    struct grid grid = grid_create(2, 20);
    struct world *world = world_begin("first-fit");
    struct free_lists lists = {0};
    struct scene scene = world_scene(world);
    struct text row = {0};

    (void)state;
    world->picture.description.capabilities &= ~(uint32_t)KIND_LISTS;
    scene.lists = &lists;
    free_list_draw(&grid, grid_area(&grid), &scene, &options);
    draw_row(&grid, 0, &row);
    assert_string_equal(text_string(&row), "this heap tells no");
    draw_row(&grid, 1, &row);
    assert_string_equal(text_string(&row), "free lists");
    text_finish(&row);
    grid_finish(&grid);
    world_end(world);
}

/* After a double free a list may lead back to itself. */
static void a_free_list_that_goes_round_says_so(void **state)
{
    static const struct {
        size_t count;
        uint64_t link; /* an offset */
        const char *end;
    } rows[] = {
        {1, 0xb8, "> round, to +0x00b8"},
        {2, 0xb8, "> round, to +0x00b8"},
        {2, UINT64_MAX, "> no end"},
    };
    struct view_options options = {.ascii = true};
    struct world *world = world_begin("first-fit");

    (void)state;
    world_tell_of_small_blocks(world);
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct grid grid = grid_create(2, 70);
        struct free_lists lists = world_lists(world, 64);
        struct free_list *list = &lists.lists[0];
        struct scene scene = world_scene(world);
        struct text row = {0};

        assert_true(list->count >= rows[i].count);
        list->count = rows[i].count;
        list->end = (struct hg_list_end){HG_LIST_ENDLESS, world->picture.heap_start + rows[i].link};
        scene.lists = &lists;
        free_list_draw(&grid, grid_area(&grid), &scene, &options);
        draw_row(&grid, 0, &row);
        if (!strstr(text_string(&row), rows[i].end) || strstr(text_string(&row), "more"))
            fail_msg("%s", text_string(&row));
        text_finish(&row);
        free_lists_finish(&lists);
        grid_finish(&grid);
    }
    world_end(world);
}

/* And one whose last link was written over leads to where no block is: the only list, or one of
 * several, which may be empty but for that; what has no room for the address says that much. */
static void a_free_list_that_is_lost_says_so(void **state)
{
    static const struct {
        const char *policy;
        size_t count;
        int columns;
        const char *end;
    } rows[] = {
        {"first-fit", 1, 70, "> 0x4141414141414141?"},
        {"segregated", 1, 70, "> 0x4141414141414141?"},
        {"segregated", 0, 70, " 0 0x4141414141414141?"},
        {"segregated", 1, 30, "> ?"},
        {"segregated", 1, 18, " lost"},
    };
    struct view_options options = {.ascii = true};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct world *world = world_begin(rows[i].policy);
        struct grid grid = grid_create(2, rows[i].columns);
        struct scene scene = world_scene(world);
        uint64_t at = 0xb8;
        struct free_list all[2] = {
            {.items = &at, .count = rows[i].count, .end = {HG_LIST_LOST, 0x4141414141414141}}, {0}};
        struct free_lists lists = {all, strcmp(rows[i].policy, "first-fit") == 0 ? 1 : 2};
        struct text row = {0};

        scene.lists = &lists;
        free_list_draw(&grid, grid_area(&grid), &scene, &options);
        draw_row(&grid, 0, &row);
        if (!strstr(text_string(&row), rows[i].end))
            fail_msg("%s", text_string(&row));
        text_finish(&row);
        grid_finish(&grid);
        world_end(world);
    }
}

/* What cannot be read is not empty: one of several lists, the only one, or all. */
static void free_lists_that_cannot_be_read_say_so(void **state)
{
    static const struct {
        const char *policy;
        uint32_t count, unreadable;
        const char *row;
    } rows[] = {
        {"first-fit", 1, 1, "cannot be read: the heap's own state was written over"},
        {"segregated", 2, 2, "cannot be read: the heap's own state was written over"},
        {"segregated", 2, 1, " 0 cannot be read"},
    };
    struct view_options options = {.ascii = true};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct world *world = world_begin(rows[i].policy);
        struct grid grid = grid_create(2, 70);
        struct scene scene = world_scene(world);
        struct free_list all[2] = {{.end = {.how = HG_LIST_UNREADABLE}},
                                   {.end = {.how = HG_LIST_UNREADABLE}}};
        struct free_lists lists = {all, rows[i].count};
        struct text row = {0};

        if (rows[i].unreadable < rows[i].count)
            all[1].end.how = HG_LIST_ENDED;
        scene.lists = &lists;
        free_list_draw(&grid, grid_area(&grid), &scene, &options);
        draw_row(&grid, 0, &row);
        if (!strstr(text_string(&row), rows[i].row))
            fail_msg("%s", text_string(&row));
        text_finish(&row);
        grid_finish(&grid);
        world_end(world);
    }
}

static void a_bar_of_progress_is_never_longer_than_it_is(void **state)
{
    static const struct {
        size_t done, total;
        const char *text;
    } rows[] = {
        {7, 0, "7 done"},
        {0, 3, ".............................. 0 of 3"},
        {1, 3, "##########.................... 1 of 3"},
        {3, 3, "############################## 3 of 3"},
        {9, 3, "############################## 9 of 3"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text text = {0};

        words_add_progress(rows[i].done, rows[i].total, &text);
        assert_string_equal(text_string(&text), rows[i].text);
        text_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_block_vanishes),
        cmocka_unit_test(a_variable_that_has_no_room_says_so),
        cmocka_unit_test(the_focus_is_marked),
        cmocka_unit_test(rows_away_are_rows_on_the_screen),
        cmocka_unit_test(formulas_are_never_cut_off),
        cmocka_unit_test(the_timeline_fills_its_rows),
        cmocka_unit_test(the_timeline_begins_with_what_is_kept),
        cmocka_unit_test(the_histogram_counts_every_block),
        cmocka_unit_test(the_ribbon_shortens_names_and_keeps_sizes),
        cmocka_unit_test(the_table_of_blocks_fits_every_width),
        cmocka_unit_test(a_free_list_in_a_row_uses_its_room),
        cmocka_unit_test(too_little_room_is_said_in_whole_words),
        cmocka_unit_test(a_header_is_read_as_its_heap_describes_it),
        cmocka_unit_test(lists_that_are_not_told_are_not_called_empty),
        cmocka_unit_test(a_free_list_that_goes_round_says_so),
        cmocka_unit_test(a_free_list_that_is_lost_says_so),
        cmocka_unit_test(free_lists_that_cannot_be_read_say_so),
        cmocka_unit_test(a_bar_of_progress_is_never_longer_than_it_is),
    };

    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
