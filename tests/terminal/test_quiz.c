/* test_quiz.c: a quiz on the screen: blocks are pointed to with the arrows or the mouse, other
 * answers are typed; what is not a quiz's business has to wait. */
#include "terminal/program.h"
#include "test.h"

static struct term *start(const char *line)
{
    struct term *term = program_start_as(30, 100, "xterm-256color", "C.UTF-8", "--ascii", NULL);

    term_expect(term, "heap> ");
    term_type(term, "alloc mine 10\r");
    term_expect(term, "step 1: alloc mine 10");
    term_type(term, line);
    term_expect(term, "answer>");
    term_expect(term, "will H be cut from");
    return term;
}

/* The quiz is over, and things are as they were. */
static void finish(struct term *term, const char *score)
{
    term_expect(term, score);
    term_expect(term, "heap> ");
    term_expect(term, "step 1");
    term_type(term, "free mine\r");
    term_expect(term, "step 2: free mine");
    program_leave(term);
}

static void arrows_and_enter_answer(void **state)
{
    struct term *term = start("quiz place --seed 5 --count 1\r");

    (void)state;
    term_expect(term, "arrows point");
    term_type(term, "\033OC\033OC"); /* Right, twice */
    term_expect(term, "^ +0x01f8");
    term_type(term, "\r");
    term_expect(
        term, "Wrong: you said +0x01f8; the answer is +0x02b8. You probably took a block that is");
    term_expect(term, "paused>");
    term_type(term, " ");
    finish(term, "0 of 1 right; wrong: place.");
}

static void a_click_on_the_map_answers(void **state)
{
    struct term *term = start("quiz place --seed 5 --count 1\r");

    (void)state;
    term_press(term, 0, "free, a block of 224");
    term_expect(term, "Right: +0x02b8.");
    term_expect(term, "paused>");
    term_type(term, "\r");
    finish(term, "1 of 1 right.");
}

static void a_neighbour_that_merges_is_pointed_to(void **state)
{
    struct term *term = program_start_as(30, 100, "xterm-256color", "C.UTF-8", "-e",
                                         "quiz merge --seed 5 --count 1");

    (void)state;
    term_expect(term, "the block of E merge");
    term_expect(term, "arrows point");
    term_type(term, "\033OC"); /* Right: the neighbour to the right */
    term_expect(term, "^ +0x03a8");
    term_type(term, "\r");
    term_expect(term, "you said right; the answer is both. You probably stopped after the right");
    term_expect(term, "paused>");
    term_type(term, " ");
    term_expect(term, "0 of 1 right");
    term_expect(term, "heap> ");
    program_leave(term);
}

static void what_is_typed_answers(void **state)
{
    struct term *term = start("quiz place --seed 5 --count 1\r");

    (void)state;
    term_type(term, "what?\r");
    term_expect(term, "'what?' is no block: point to it");
    term_expect(term, "answer>");
    term_type(term, "0x2c0\r");
    term_expect(term, "Right: +0x02b8.");
    term_expect(term, "paused>");
    term_type(term, " ");
    finish(term, "1 of 1 right.");
}

static void escape_leaves_and_nothing_else_happens_meanwhile(void **state)
{
    struct term *term = start("quiz place --seed 5\r");

    (void)state;
    term_type(term, "\033[17~"); /* F6, undo */
    term_expect(term, "this is a quiz, in which you can look around");
    term_type(term, "\033OR"); /* F3, the blocks */
    term_expect(term, "0x0488");
    term_type(term, "\033"); /* closes the page, */
    term_expect(term, "arrows point");
    term_expect(term, "will H be cut from");
    term_type(term, "\033"); /* and leaves */
    finish(term, "No question was answered.");
}

static void enter_shows_what_there_is_no_room_for(void **state)
{
    struct term *term = program_start_as(24, 60, "xterm-256color", "C.UTF-8", "-e",
                                         "quiz search --seed 5 --count 1");

    (void)state;
    term_expect(term, "has its");
    term_expect(term, "answer> ");
    term_expect(term, "type an answer   Space shows it");
    term_type(term, "9\r");
    term_expect(term, "more: Enter");
    term_expect(term, "paused>");
    term_type(term, "\r");
    term_expect(term, "stay free.");
    term_type(term, "\033");
    term_expect_gone(term, "stay free.");
    term_type(term, " ");
    term_expect(term, "0 of 1 right");
    term_expect(term, "heap> ");
    program_leave(term);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arrows_and_enter_answer),
        cmocka_unit_test(a_click_on_the_map_answers),
        cmocka_unit_test(a_neighbour_that_merges_is_pointed_to),
        cmocka_unit_test(what_is_typed_answers),
        cmocka_unit_test(enter_shows_what_there_is_no_room_for),
        cmocka_unit_test(escape_leaves_and_nothing_else_happens_meanwhile),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
