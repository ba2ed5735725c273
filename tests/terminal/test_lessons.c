/* test_lessons.c: a scenario that is played: keys go back and forth, to sections, and to the
 * prompt; questions are answered; lessons that were finished are remembered. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

static const char story[] =
    "title Story\nsection Begin\nsay **first** words\nalloc A 10\npause\n"
    "alloc B 20\npause second words\n"
    "section Further\nreset\nalloc C 30\npause third words\n"
    "ask \"How many?\" one|two one There is one.\nalloc D 10\npause last words\n";

static char folder[] = "/tmp/heapglass-lessons-XXXXXX", path[64];

static struct term *start_story(void)
{
    struct term *term = program_start_as(24, 80, "xterm", "C.UTF-8", path, NULL);

    term_expect(term, "first words"); /* without its signs */
    term_expect(term, "Begin: step 1: alloc A 10");
    return term;
}

/* Leave the program, whose scenario was left before its end. */
static void leave(struct term *term)
{
    term_expect(term, "heap>");
    term_type(term, "quit\r");
    term_wait_end(term);
    term_finish(term);
}

static void keys_go_from_pause_to_pause(void **state)
{
    struct term *term = start_story();

    (void)state;
    term_type(term, " ");
    term_expect(term, "second words");
    term_expect(term, "step 2");
    term_type(term, "\033OD"); /* Left */
    term_expect(term, "first words");
    term_expect_gone(term, "B 20");
    term_type(term, "\033[6~"); /* PgDn */
    term_expect(term, "second words");
    term_type(term, "\033OC"); /* Right */
    term_expect(term, "third words");
    term_expect(term, "Further");
    term_type(term, "\033[5~"); /* PgUp, across the reset */
    term_expect(term, "second words");
    term_expect(term, "step 2");
    term_type(term, "\033OB"); /* Down */
    term_expect(term, "third words");
    term_expect(term, "step 1");
    term_type(term, "\033OA"); /* Up */
    term_expect(term, "first words");
    term_expect(term, "step 1: alloc A 10");
    term_type(term, "\003");
    leave(term);
}

static void something_is_tried_and_resumed_from(void **state)
{
    struct term *term = start_story();

    (void)state;
    term_type(term, " ");
    term_expect(term, "second words");
    term_type(term, "\033");
    term_expect(term, "trying>");
    term_type(term, "free A; policy best-fit; alloc Q 40\r");
    term_expect(term, "step 4: alloc Q 40");
    term_expect(term, "trying>");
    term_type(term, "resume\r");
    term_expect(term, "paused>");
    term_expect(term, "second words");
    term_expect(term, "first-fit");
    term_expect(term, "step 2");
    term_expect_gone(term, "Q 40");
    term_type(term, " ");
    term_expect(term, "third words");
    term_type(term, "\003");
    term_expect(term, "heap>");
    term_type(term, "resume\r");
    term_expect(term, "no scenario waits");
    leave(term);
}

static void digits_let_it_go_on_by_itself(void **state)
{
    struct term *term = start_story();

    (void)state;
    term_type(term, "9");
    term_expect(term, "third words");
    term_expect(term, "type an answer   Space shows it");
    term_type(term, "two\r");
    term_expect(term, "You said two; it is one. There is one.");
    term_expect(term, "paused>");
    term_type(term, " ");
    term_expect(term, "last words");
    term_type(term, "9");
    term_expect(term, "heap>");
    program_leave(term);
}

static void questions_are_answered_at_the_prompt(void **state)
{
    struct term *term = start_story();

    (void)state;
    term_type(term, "   ");
    term_expect(term, "How many?  one / two");
    term_type(term, "three\r");
    term_expect(term, "'three' is no answer here; type one or two");
    term_type(term, "o\r");
    term_expect(term, "Right: one. There is one.");
    term_type(term, "\033OD"); /* back to the question, */
    term_expect(term, "How many?");
    term_type(term, " "); /* which Space answers */
    term_expect(term, "It is one.");
    term_type(term, " ");
    term_expect(term, "last words");
    term_type(term, " ");
    term_expect(term, "heap>");
    program_leave(term);
}

/* The state of a lesson that was played to its end, and of one that was left. */
static void finished_lessons_are_remembered(void **state)
{
    struct term *term = program_start_as(24, 80, "xterm", "C.UTF-8", "lesson", "story");
    char file[128], line[32] = "";
    FILE *stream;

    (void)state;
    snprintf(file, sizeof file, "%s/heapglass/lessons", program_state());
    term_expect(term, "first words");
    term_type(term, "\003");
    leave(term);
    assert_int_not_equal(access(file, F_OK), 0);
    term = program_start_as(24, 80, "xterm", "C.UTF-8", "lesson", "1");
    term_expect(term, "first words");
    term_type(term, "      ");
    leave(term);
    stream = fopen(file, "re");
    assert_non_null(stream);
    assert_non_null(fgets(line, sizeof line, stream));
    fclose(stream);
    unlink(file);
    assert_string_equal(line, "story\n");
}

static bool write_story(void)
{
    FILE *file;

    if (!mkdtemp(folder))
        return false;
    snprintf(path, sizeof path, "%s/01-story.hg", folder);
    file = fopen(path, "we");
    if (!file)
        return false;
    fputs(story, file);
    return fclose(file) == 0 && setenv("HEAPGLASS_LESSONS", folder, 1) == 0;
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_go_from_pause_to_pause),
        cmocka_unit_test(something_is_tried_and_resumed_from),
        cmocka_unit_test(digits_let_it_go_on_by_itself),
        cmocka_unit_test(questions_are_answered_at_the_prompt),
        cmocka_unit_test(finished_lessons_are_remembered),
    };
    int failed;

    if (!program_find(count, arguments) || !write_story())
        return 2;
    failed = cmocka_run_group_tests(tests, NULL, program_clean_up);
    unlink(path);
    rmdir(folder);
    return failed;
}
