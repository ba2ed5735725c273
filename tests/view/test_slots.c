/* test_slots.c: where the slots of payloads point can be seen. */
#include <string.h>

#include "test.h"
#include "view/page.h"
#include "view/ribbon.h"
#include "view/world.h"

static void draw_row(struct grid *grid, int row, struct text *text)
{
    text_clear(text);
    grid_add_row(grid, row, text);
}

/* A row of a dump that is about a variable's payload. */
static void draw_dump(struct world *world, const char *name, struct text *text)
{
    struct view_options options = {.ascii = true};
    struct scene scene = world_scene(world);
    uint32_t place, id = names_add(&world->history->names, name);
    struct grid grid = grid_create(1, 80);
    struct exhibit exhibit = {.kind = EXHIBIT_DUMP, .count = 48};
    struct page page;

    assert_true(picture_find(&world->picture, id, &place));
    exhibit.at = picture_variable(&world->picture, place).payload;
    exhibit.bytes = world_bytes(world, exhibit.at);
    page = page_of_exhibit(&scene, &options, &exhibit);
    page_draw_row(&page, 0, &grid, 0);
    draw_row(&grid, 0, text);
    page_finish(&page);
    grid_finish(&grid);
}

/* Slots that point somewhere stand out in the strip, and where bytes are shown. */
static void slots_that_point_somewhere_are_marked(void **state)
{
    struct world *world = world_begin("first-fit");
    struct view_options options = {.ascii = true};
    struct scene scene = world_scene(world);
    struct grid grid = grid_create(RIBBON_ROWS, 80);
    struct text row = {0};

    (void)state;
    world_act(world, OP_ALLOC, "A", 40);
    world_act(world, OP_ALLOC, "B", 24);
    ribbon_draw(&grid, grid_area(&grid), &scene, &options);
    draw_row(&grid, 0, &row);
    assert_null(strstr(text_string(&row), ">"));
    world_link(world, "A", 4, "A");
    world_link(world, "A", 0, "B");
    ribbon_draw(&grid, grid_area(&grid), &scene, &options);
    draw_row(&grid, 0, &row);
    assert_non_null(strstr(text_string(&row), "A 40 .0>B .4>A"));
    draw_dump(world, "A", &row);
    assert_non_null(strchr(text_string(&row), '<'));
    assert_ptr_equal(strchr(text_string(&row), '>') - 24, strchr(text_string(&row), '<'));
    world_act(world, OP_FREE, "B", 0);
    ribbon_draw(&grid, grid_area(&grid), &scene, &options);
    draw_row(&grid, 0, &row);
    assert_non_null(strstr(text_string(&row), "A 40 .0>freed"));
    text_finish(&row);
    grid_finish(&grid);
    world_end(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_that_point_somewhere_are_marked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
