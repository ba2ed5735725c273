/* test_quiz.c: a quiz asks, marks, explains and scores, on heaps of its own: the session stays as
 * it is. */
#include "command/quiz.h"

#include <inttypes.h>
#include <string.h>

#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

enum { SEED = 11 };

/* Question number `number`, from 0, of the quiz of the seed. */
static struct exercise question(enum exercise_topic topic, unsigned number)
{
    struct hg_config config = kind_config_default("first-fit");
    struct exercise exercise;
    struct error error;

    assert_true(exercise_create_any(&config, &(struct exercise_id){SEED, number, topic}, &exercise,
                                    &error));
    return exercise;
}

static void assert_said(const struct spy *spy, const char *words)
{
    if (!strstr(text_string(&spy->said), words))
        fail_msg("\"%s\" was not said:\n%s", words, text_string(&spy->said));
}

static void right_and_wrong_answers_are_told_and_counted(void **state)
{
    static const enum pause_end ends[] = {PAUSE_ON, PAUSE_ON, PAUSE_ON, PAUSE_ON, PAUSE_ON,
                                          PAUSE_ON, PAUSE_ON, PAUSE_ON, PAUSE_ON, PAUSE_ON};
    struct exercise first = question(TOPIC_PLACE, 0), second = question(TOPIC_PLACE, 1);
    const char *answers[] = {text_string(&first.answer), "nowhere",
                             text_string(&second.thoughts[0].answer), ""};
    struct spy *spy = spy_create();
    struct text words = {0};

    (void)state;
    spy_wait(spy, ends, answers);
    spy_expect(spy, "quiz place --seed 11 --count 3");
    text_add(&words, "**1 of 3:** `%s`.", text_string(&first.command));
    assert_said(spy, text_string(&words));
    assert_said(spy, "**Right:** +0x");
    assert_said(spy, text_string(&first.reason));
    text_clear(&words);
    text_add(&words, "**Wrong:** you said %s; the answer is **%s**. You probably %s.",
             text_string(&second.thoughts[0].answer), text_string(&second.answer),
             second.thoughts[0].words);
    assert_said(spy, text_string(&words));
    assert_said(spy, ". The answer is **+0x");
    spy_expect_said(spy, "**1 of 3** right; wrong: place.");
    spy_expect_said(spy, "`quiz place --seed 11 --count 3`");
    assert_int_equal(spy->pauses, 7); /* one answer was none, and was asked for again */
    text_finish(&words);
    exercise_finish(&first);
    exercise_finish(&second);
    spy_destroy(spy);
}

static void the_session_is_as_before(void **state)
{
    static const enum pause_end ends[] = {PAUSE_ON, PAUSE_ON};
    static const char *const answers[] = {"0"};
    struct spy *spy = spy_create();
    struct metrics before;

    (void)state;
    spy_expect(spy, "alloc mine 1000");
    before = spy->session->mirror->picture.metrics;
    spy_wait(spy, ends, answers);
    spy_expect(spy, "quiz search --seed 2 --count 1");
    assert_ptr_equal(spy->interpreter.session, spy->session);
    assert_ptr_equal(spy->interpreter.show, &spy->show);
    assert_int_equal(spy->session->history->steps.count, 1);
    assert_memory_equal(&before, &spy->session->mirror->picture.metrics, sizeof before);
    spy_expect(spy, "check; free mine; undo 2; redo");
    spy_destroy(spy);
}

static void a_quiz_can_be_left(void **state)
{
    static const enum pause_end at_once[] = {PAUSE_OVER}, after_one[] = {PAUSE_ON, PAUSE_OVER};
    static const char *const answers[] = {"7", "7"};
    struct spy *spy = spy_create();

    (void)state;
    spy_wait(spy, at_once, answers);
    spy_expect(spy, "quiz search");
    spy_expect_said(spy, "No question was answered.");
    spy->pauses = 0;
    spy_wait(spy, after_one, answers);
    spy_expect(spy, "quiz search --count 4");
    spy_expect_said(spy, "of 1** right");
    spy_destroy(spy);
}

static void nobody_at_hand_is_told_the_answers(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "quiz merge --seed Ada --count 2");
    assert_said(spy, "free list, head first: +0x");
    assert_said(spy, "With which neighbours will the block of");
    spy_expect_said(spy, "**0 of 2** right");
    spy_destroy(spy);
}

static void the_policy_is_that_of_the_session(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "policy buddy; quiz place --seed 1 --count 1");
    assert_said(spy, "buddy");
    spy_expect(spy, "policy linear");
    spy_expect_error(spy, "quiz place", "linear has no question of place", 1);
    spy_destroy(spy);
}

static void what_is_no_quiz_is_refused(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect_error(spy, "quiz plcae", "did you mean 'place'?", 6);
    spy_expect_error(spy, "quiz colours", "there are place, search, merge", 6);
    spy_expect_error(spy, "quiz place --count 0", "from 1 to 100", 20);
    spy_expect_error(spy, "quiz --seed", "--seed wants a value", 6);
    spy_expect_error(spy, "quiz --hard", "no option '--hard'", 6);
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_and_wrong_answers_are_told_and_counted),
        cmocka_unit_test(the_session_is_as_before),
        cmocka_unit_test(a_quiz_can_be_left),
        cmocka_unit_test(nobody_at_hand_is_told_the_answers),
        cmocka_unit_test(the_policy_is_that_of_the_session),
        cmocka_unit_test(what_is_no_quiz_is_refused),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
