/* test_story.c: what happens is put into words. */
#include <string.h>

#include "acting.h"
#include "collector/events.h"
#include "explain/explain.h"
#include "target/serve.h"

static struct session *allocate(void)
{
    struct session *session = begin("first-fit");

    act(session, OP_ALLOC, "A", 100);
    return session;
}

static void every_event_belongs_to_an_act_and_is_put_into_words(void **state)
{
    struct session *session = allocate();
    struct history *history = session->history;
    struct text text = {0};

    (void)state;
    for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
        struct hg_event event = {.kind = (uint8_t)kind, .size = 48, .other = 16};
        const char *act = explain_act(&event);

        text_clear(&text);
        if (!act || strlen(act) == 0)
            fail_msg("%s belongs to no act", event_name(kind));
        explain_event(&session->mirror->picture, history, &history->steps.items[0], &event,
                      EXPLAIN_ROUNDED, &text);
        if (text.length == 0)
            fail_msg("nothing is said of %s", event_name(kind));
    }
    text_finish(&text);
    session_destroy(session);
}

static void an_event_of_no_kind_is_passed_over(void **state)
{
    struct session *session = allocate();
    struct hg_event event = {.kind = EVENT_COUNT};
    struct text text = {0};

    (void)state;
    assert_string_equal(explain_act(&event), "?");
    explain_event(&session->mirror->picture, session->history, &session->history->steps.items[0],
                  &event, EXPLAIN_ROUNDED, &text);
    assert_int_equal(text.length, 0);
    text_finish(&text);
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_belongs_to_an_act_and_is_put_into_words),
        cmocka_unit_test(an_event_of_no_kind_is_passed_over),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
