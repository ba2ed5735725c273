/* test_pages.c: what has no room on the screen is read page by page. */

#include "terminal/program.h"
#include "test.h"

static void long_output_opens_a_page(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "help\r");
    term_expect(term, "Allocating and freeing");
    term_expect(term, "PgUp, PgDn; Esc closes");
    term_type(term, "\033[6~");
    term_expect(term, "21-40 of");
    term_type(term, "\033OF"); /* End */
    term_expect(term, "leave");
    term_type(term, "\033");
    term_expect_gone(term, "Esc closes");
    term_expect(term, "fragmentation");
    term_type(term, "alloc a1..a60 100\r");
    term_expect(term, "step 60");
    term_type(term, "blocks\r");
    term_expect(term, "1-20 of 64");
    term_type(term, "\033OB\033OB");
    term_expect(term, "3-22 of 64");
    term_type(term, "alloc b 1\r"); /* typing goes on, and closes it */
    term_expect(term, "step 61: alloc b 1");
    term_type(term, "\033OP"); /* F1 */
    term_expect(term, "Allocating and freeing");
    program_leave(term);
}

static void long_lists_can_be_read_to_their_end(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc a1..a300 16; free a1..a299:2\r");
    term_expect(term, "step 450");
    term_type(term, "freelist\r");
    term_expect(term, "1-20 of 152");
    for (int i = 0; i < 7; i++)
        term_type(term, "\033[6~");
    term_expect(term, "133-152 of 152");
    term_expect(term, "     150  +0x"); /* the last of 151 */
    program_leave(term);
}

/* At 80x12 the panel has two rows: a long explanation stays in it, and Enter shows all of it. */
static void a_long_explanation_stays_in_its_panel(void **state)
{
    struct term *term = program_start_as(12, 80, "xterm-256color", "C.UTF-8", NULL, NULL);

    (void)state;
    term_expect(term, "heap>");
    term_type(term, "alloc A 10M; alloc B 10M; alloc C 10M; free B; alloc D 20M\r");
    term_expect(term, "step 5: alloc D 20M");
    term_expect(term, "more: Enter");
    term_expect(term, "AAAAAAAAAA"); /* the map is still there */
    term_type(term, "\r");
    term_expect(term, "beyond C.");
    term_expect(term, "Esc closes");
    term_type(term, "\r");
    term_expect_gone(term, "Esc closes");
    term_expect(term, "AAAAAAAAAA");
    program_leave(term);
}

static void pages_are_wrapped_anew(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "help\r");
    term_expect(term, "Esc closes");
    term_resize(term, 24, 44);
    term_expect(term, "  realloc NAME SIZE        ");
    term_expect(term, "    change the size of what NAME points ");
    term_resize(term, 24, 100);
    term_expect(term, "realloc NAME SIZE              change the size of what NAME points to");
    program_leave(term);
}

/* At the prompt as well as while browsing, all maps go from step to step together. */
static void policies_are_compared_in_lockstep(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M; alloc B 5M; free A\r");
    term_expect(term, "step 3: free A");
    term_type(term, "compare first-fit buddy -- alloc C 1M\r");
    term_expect(term, "step 4 of 4: alloc C 1M");
    term_expect(term, "CCC");
    term_expect(term, "buddy");
    term_type(term, "[[");
    term_expect(term, "step 2 of 4: alloc B 5M");
    term_expect(term, "AAAAAAAA");
    term_expect_gone(term, "CCC");
    term_type(term, "\030s\033OD"); /* Ctrl-X s: browse; Left */
    term_expect(term, "step 1 of 4: alloc A 10M");
    term_expect_gone(term, "BBB");
    term_type(term, "\033OC]");
    term_expect(term, "step 3 of 4: free A");
    term_type(term, "\033OH");
    term_expect(term, "step 0 of 4;");
    term_type(term, "[");
    term_type(term, "\033OF");
    term_expect(term, "step 4 of 4");
    term_type(term, "]q"); /* there is no step beyond */
    term_expect_gone(term, "of 4");
    term_expect(term, "compare shows the heaps as maps"); /* a table would be too wide */
    term_expect(term, "step 3"); /* of the session: nothing has changed there */
    term_type(term, ":free B\r");
    term_expect(term, "step 4: free B");
    program_leave(term);
}

/* What is typed is not taken for a step. */
static void maps_stand_still_while_a_line_is_typed(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M; compare first-fit best-fit\r");
    term_expect(term, "step 1 of 1: alloc A 10M");
    term_type(term, "say [x]\r");
    term_expect(term, "[x]");
    program_leave(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_output_opens_a_page),
        cmocka_unit_test(long_lists_can_be_read_to_their_end),
        cmocka_unit_test(a_long_explanation_stays_in_its_panel),
        cmocka_unit_test(pages_are_wrapped_anew),
        cmocka_unit_test(policies_are_compared_in_lockstep),
        cmocka_unit_test(maps_stand_still_while_a_line_is_typed),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
