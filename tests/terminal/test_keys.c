/* test_keys.c: keys and the mouse drive the views, at the prompt and while browsing. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "terminal/program.h"
#include "test.h"

/* Leave browsing, in which the user is. What is typed at once behind Escape would be one key with
 * it, so it has to be seen that Escape was taken. */
static void stop_browsing(struct term *term)
{
    term_type(term, "\033");
    term_expect_gone(term, "arrows walk");
}

static void browsing_lets_single_keys_act(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M; alloc B 10M; free A\r");
    term_expect(term, "step 3: free A");
    term_type(term, "\033");
    term_expect(term, "arrows walk");
    term_type(term, "\033OR"); /* F3 */
    term_expect(term, "blocks in address order");
    term_type(term, "q"); /* closes the page, and nothing else */
    term_expect_gone(term, "blocks in address order");
    term_expect(term, "arrows walk");
    term_type(term, " "); /* means nothing, and is not typed */
    term_expect(term, "arrows walk");
    term_type(term, ":alloc C 100\r");
    term_expect(term, "step 4: alloc C 100");
    term_expect_gone(term, "arrows walk");
    term_type(term, "\030s"); /* Ctrl-X s */
    term_expect(term, "arrows walk");
    stop_browsing(term);
    program_leave(term);
}

/* A command is typed by habit, wherever the user is: no letter of it does anything else. */
static void a_command_is_typed_while_browsing_too(void **state)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"alloc A 10M", "step 1: alloc A 10M"},
        {"free A", "step 2: free A"},
        {"blocks", "blocks in address order"},
        {"explain", "the block is free"},
        {"malloc B 1", "step 3: alloc B 1"},
        {"stats", "measures"},
        {"vars", "dangling: freed in step 2"},
        {"layout", "Chosen: map ribbon"},
        {"quit", NULL},
    };
    struct term *term = program_start();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        term_type(term, "\033");
        term_expect(term, "arrows walk");
        term_type(term, rows[i].line);
        term_expect(term, rows[i].line);
        if (!rows[i].words)
            break;
        term_type(term, "\r");
        term_expect(term, rows[i].words);
        term_expect_gone(term, "arrows walk"); /* the last row: all of the screen is drawn */
        term_type(term, "\r");                 /* an empty line closes what is open */
        term_expect_gone(term, "Esc closes");
        term_expect(term, "Esc browses");
    }
    term_type(term, "\003"); /* the line is cleared, and nothing was hidden */
    term_expect_gone(term, "quit");
    term_expect(term, "fragmentation");
    program_leave(term);
}

static void what_is_typed_waits_while_browsing(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc lon");
    term_expect(term, "heap> alloc lon");
    term_type(term, "\033");
    term_expect(term, "arrows walk");
    term_type(term, "\033");
    term_expect(term, "heap> alloc lon");
    term_type(term, "g 100\r");
    term_expect(term, "step 1: alloc long 100");
    program_leave(term);
}

static void alt_and_control_x_reach_the_editor(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 100 200\033b\010\013\r"); /* a word back, erase, kill the rest */
    term_expect(term, "step 1: alloc A 100");
    term_type(term, "\0300"); /* no such key: nothing happens, and nothing hangs */
    term_type(term, "\003alloc B 100\r");
    term_expect(term, "step 2: alloc B 100");
    program_leave(term);
}

static void help_lists_the_keys_of_the_place(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "\033OP"); /* F1 */
    term_expect(term, "Allocating and freeing");
    term_type(term, "\033OF"); /* End */
    term_expect(term, "stop; fg goes on");
    term_type(term, "\033[5~");
    term_expect(term, "browse: arrows walk, single keys act");
    term_type(term, "\033OP");
    term_expect_gone(term, "Esc closes");
    term_type(term, "\033");
    term_expect(term, "arrows walk");
    term_type(term, "\033OP");
    term_expect(term, "Keys while browsing");
    term_expect_gone(term, "Allocating and freeing");
    term_type(term, "q");
    term_expect_gone(term, "Keys while browsing");
    term_expect(term, "arrows walk");
    stop_browsing(term);
    program_leave(term);
}

/* A terminal may send for keys with Ctrl and the like what its description does not name. */
static void a_key_without_a_name_is_no_text(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc\033[25~ A\033[1;77C 10\033[>4;1x\r");
    term_expect(term, "step 1: alloc A 10");
    term_type(term, "\033[A"); /* without numbers, the line editor knows it */
    term_expect(term, "heap> alloc A 10");
    term_type(term, "\003");
    program_leave(term);
}

/* Some terminals keep F11 for themselves. */
static void each_of_two_keys_shows_the_stack(void **state)
{
    static const char *const keys[] = {"\033[23~", "\033s"};
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10\r");
    term_expect(term, "step 1");
    for (size_t i = 0; i < TEST_COUNT(keys); i++) {
        term_type(term, keys[i]);
        term_expect(term, "Chosen: map stack");
        term_type(term, keys[i]);
        term_expect_gone(term, "Chosen: map stack");
    }
    term_type(term, "\0330");
    term_expect(term, "four shades, in turn");
    term_type(term, "\003");
    program_leave(term);
}

/* Each panel says what its signs mean: all that are shown after '?', and one that is clicked at. */
static void panels_explain_themselves(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10\r");
    term_expect(term, "step 1: alloc A 10");
    term_press(term, 0, "heap +0x");
    term_expect(term, "map: The heap to scale");
    term_press(term, 0, "fragmentation; ");
    term_expect(term, "meters: External and internal");
    term_type(term, "\033");
    term_expect(term, "arrows walk");
    term_type(term, "?");
    term_expect(term, "ribbon: The blocks around");
    term_expect(term, "message: What happened and why");
    term_expect_gone(term, "memory: The address");
    term_type(term, "q");
    stop_browsing(term);
    program_leave(term);
}

/* On a wide screen a page stands beside the map; where it is narrow, in its place. */
static void pages_stand_beside_the_map_on_wide_screens(void **state)
{
    struct term *term = program_start_as(45, 160, "xterm-256color", "C.UTF-8", "--no-config", NULL);

    (void)state;
    term_type(term, "alloc A 10\r");
    term_expect(term, "step 1: alloc A 10");
    term_type(term, "detail A\r");
    term_expect(term, "malloc returned +0x00c0");
    term_expect(term, "step 1: alloc A 10");
    term_expect(term, "heap +0x");
    term_resize(term, 24, 80);
    term_expect(term, "malloc returned +0x00c0");
    term_expect_gone(term, "heap +0x");
    term_type(term, "\033");
    term_expect(term, "step 1: alloc A 10");
    program_leave(term);
}

static void function_keys_run_command_lines(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M\r");
    term_expect(term, "step 1");
    term_type(term, "half a li");
    term_type(term, "\033[15~"); /* F5 */
    term_expect(term, "with what the allocator adds");
    term_expect(term, "heap> half a li");
    term_type(term, "\003\003"); /* closes the page, clears the line */
    program_leave(term);
}

static void the_mouse_points_at_blocks(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", "--ascii", NULL);

    (void)state;
    term_type(term, "alloc a1..a9 10K; free a2; free a4\r");
    term_expect(term, "step 11: free a4");
    term_expect(term, "^ +0x78e8"); /* a4 */
    term_press(term, 0, "a8");      /* on the map */
    term_expect(term, "a8 10K");
    term_expect_gone(term, "a3 10K");
    term_press(term, 0, "a9 10K"); /* in the ribbon */
    term_expect_gone(term, "a7 10K");
    term_press(term, 0, "+0x28c8 10K"); /* in the free list: a2's block, so a1 is to its left */
    term_expect(term, "a1 10K");
    term_press(term, 65, "heap>"); /* the wheel goes on to the next block */
    term_expect_gone(term, "a1 10K");
    term_press(term, 64, "heap>");
    term_expect(term, "a1 10K");
    program_leave(term);
}

/* Without the mouse the terminal selects text; Shift does so always. */
static void the_mouse_can_be_left_to_the_terminal(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", "--no-mouse", NULL);

    (void)state;
    term_expect(term, "PgDn walk along");
    assert_true(term_has_got(term, "1000l"));
    term_press(term, 0,
               "8 free 3.8K"); /* a terminal would not tell of it; nothing breaks if it does */
    term_type(term, "set mouse on; set mouse\r");
    term_expect(term, "mouse            on");
    term_type(term, "set mouse off\r");
    term_expect(term, "mouse is off.");
    program_leave(term);
}

/* Along the curve, too, a cell is what the mouse and the arrows take it for. */
static void a_map_along_a_curve_is_pointed_at(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", "--ascii", NULL);

    (void)state;
    term_type(term,
              "set map hilbert; zoom all; alloc A 200; alloc B 200; alloc C 200; alloc D 200\r");
    term_expect(term, "step 4: alloc D 200");
    term_type(term, "alloc E 200; alloc F 200; alloc G 200; alloc H 200\r");
    term_expect(term, "step 8: alloc H 200");
    term_press(term, 0, "DDDDEGGGG"); /* side by side */
    term_expect(term, "^ +0x0328");
    term_press(term, 0, "EEEFFFH");
    term_expect(term, "^ +0x03f8"); /* E */
    term_type(term, "\033");
    term_expect(term, "arrows walk");
    term_type(term, "\033OB"); /* Down: to D, which is below */
    term_expect(term, "^ +0x0328");
    program_leave(term);
}

/* A panel that had no room comes when it is asked for, and goes again. */
static void keys_show_and_hide_panels(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "half a li\0335"); /* Alt-5 */
    term_expect(term, "timeline");
    term_expect(term, "external ");
    term_expect(term, "heap> half a li");
    term_type(term, "\0335");
    term_expect(term, "Hidden: timeline");
    term_type(term, "\003\033");
    term_expect(term, "arrows walk");
    term_type(term, "6");
    term_expect(term, "blocks by size");
    term_type(term, "1");
    term_expect_gone(term, "a cell");
    stop_browsing(term);
    program_leave(term);
    term = program_start(); /* which is remembered, and told of */
    term_expect(term, "Note: map, timeline hidden, as you left it: F2 shows all.");
    term_expect(term, "blocks by size");
    term_expect_gone(term, "a cell");
    term_type(term, "layout all\r");
    term_expect_gone(term, "blocks by size");
    program_leave(term);
}

static void brackets_step_back_and_forth(void **state)
{
    struct term *term = program_start();

    (void)state;
    term_type(term, "alloc A 10M; alloc B 10M; free A\r");
    term_expect(term, "step 3: free A");
    term_type(term, "\033");
    term_expect(term, "[ ] step");
    term_type(term, "[");
    term_expect(term, "step 2 of 3");
    term_type(term, "{");
    term_expect(term, "step 1 of 3");
    term_type(term, "]");
    term_expect(term, "step 2 of 3");
    term_type(term, "}");
    term_expect(term, "step 3");
    term_type(term, "[");
    term_expect(term, "step 2 of 3");
    term_type(term, "\033OH"); /* Home */
    term_expect(term, "step 0 of 3");
    term_type(term, "\033OF"); /* End */
    term_expect(term, "the heap after step 3");
    term_type(term, "\r"); /* Enter */
    term_expect(term, "history     step 1 alloc A 10M");
    term_type(term, "q\033[17~"); /* F6 */
    term_expect(term, "step 2 of 3");
    program_leave(term);
}

/* Four moments have four columns each. */
static void a_click_on_the_timeline_goes_there(void **state)
{
    struct term *term = program_start_as(30, 100, "xterm-256color", "C.UTF-8", "--ascii", NULL);

    (void)state;
    term_expect(term, "heap> ");
    term_type(term, "alloc A 10M; alloc B 10M; free A\r");
    term_expect(term, "step 3: free A");
    term_press(term, 0, "--------^^^^"); /* the second moment is after the first step */
    term_expect(term, "step 1 of 3");
    term_press(term, 0, "----^^^^--------");
    term_expect(term, "step 0 of 3");
    term_expect(term, "^^^^------------");
    term_press(term, 0, "----     ");
    term_expect(term, "the heap after step 3");
    program_leave(term);
}

/* Moves and what follows them may come in one piece: the heap goes where the last move was. */
static void a_drag_goes_to_where_the_button_was_let_go(void **state)
{
    static const struct {
        const char *codes; /* of each event: M a move, m the button let go, P pressed */
        const char *text;
    } rows[] = {{"P", "step 1 of 3"},
                {"Pm", "step 1 of 3"},
                {"PMm", "step 2 of 3"},
                {"PMMm", "the heap after step 3"},
                {"PMMMm", "step 2 of 3"}};
    struct term *term = program_start_as(30, 100, "xterm-256color", "C.UTF-8", "--ascii", NULL);
    int row = 0, column;

    (void)state;
    term_expect(term, "heap> ");
    term_type(term, "alloc A 10M; alloc B 10M; free A\r");
    term_expect(term, "step 3: free A");
    while (!strstr(term_row(term, row), "--------^^^^"))
        row++;
    column = (int)(strstr(term_row(term, row), "--------^^^^") - term_row(term, row));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static const int columns[] = {1, 5, 9, 5};
        struct text bytes = {0};
        int at = 0;

        for (const char *code = rows[i].codes; *code; code++) {
            at = *code == 'm' ? at : columns[code - rows[i].codes];
            text_add(&bytes, "\033[<%d;%d;%d%c", *code == 'M' ? 32 : 0, column + at, row + 1,
                     *code == 'm' ? 'm' : 'M');
        }
        term_type(term, text_string(&bytes));
        term_expect(term, rows[i].text);
        text_finish(&bytes);
    }
    program_leave(term);
}

/* With the button held, the mouse takes the heap along. */
static void dragging_on_the_timeline_goes_along(void **state)
{
    struct term *term = program_start_as(30, 100, "xterm-256color", "C.UTF-8", "--ascii", NULL);
    char report[64];
    int row = 0, column;

    (void)state;
    term_expect(term, "heap> ");
    term_type(term, "alloc A 10M; alloc B 10M; free A\r");
    term_expect(term, "step 3: free A");
    while (!strstr(term_row(term, row), "--------^^^^"))
        row++;
    column = (int)(strstr(term_row(term, row), "--------^^^^") - term_row(term, row));
    snprintf(report, sizeof report, "\033[<0;%d;%dM", column + 1, row + 1);
    term_type(term, report); /* the button is pressed after the first step */
    term_expect(term, "step 1 of 3");
    snprintf(report, sizeof report, "\033[<32;%d;%dM", column + 5, 3); /* off the timeline */
    term_type(term, report);
    term_expect(term, "step 2 of 3");
    snprintf(report, sizeof report, "\033[<32;%d;%dM", column + 9, row + 1);
    term_type(term, report);
    term_expect(term, "the heap after step 3");
    snprintf(report, sizeof report, "\033[<0;%d;%dm", column + 9, row + 1);
    term_type(term, report);
    term_type(term, "alloc C 5M\r");
    term_expect(term, "step 4: alloc C 5M");
    program_leave(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(browsing_lets_single_keys_act),
        cmocka_unit_test(a_command_is_typed_while_browsing_too),
        cmocka_unit_test(what_is_typed_waits_while_browsing),
        cmocka_unit_test(alt_and_control_x_reach_the_editor),
        cmocka_unit_test(help_lists_the_keys_of_the_place),
        cmocka_unit_test(panels_explain_themselves),
        cmocka_unit_test(pages_stand_beside_the_map_on_wide_screens),
        cmocka_unit_test(function_keys_run_command_lines),
        cmocka_unit_test(the_mouse_points_at_blocks),
        cmocka_unit_test(the_mouse_can_be_left_to_the_terminal),
        cmocka_unit_test(a_map_along_a_curve_is_pointed_at),
        cmocka_unit_test(keys_show_and_hide_panels),
        cmocka_unit_test(brackets_step_back_and_forth),
        cmocka_unit_test(a_click_on_the_timeline_goes_there),
        cmocka_unit_test(a_drag_goes_to_where_the_button_was_let_go),
        cmocka_unit_test(dragging_on_the_timeline_goes_along),
        cmocka_unit_test(a_key_without_a_name_is_no_text),
        cmocka_unit_test(each_of_two_keys_shows_the_stack),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
