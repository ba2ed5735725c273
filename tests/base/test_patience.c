/* test_patience.c: what a process has spent, by looks at it that are made up; and a look at one. */
#include "base/patience.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

/* So many looks at a process in this state, which gets so much of each stretch of time. */
struct stretch {
    int looks;
    char state;
    uint64_t passed_ms, processor_ms;
};

static uint64_t spent(const struct stretch *stretches, size_t count)
{
    struct patience patience = {.spent_ms = 0};
    struct patience_look look = {.passed_ms = 5000, .processor_ms = 700, .state = 'R'};

    assert_int_equal(patience_spend(&patience, &look), 0);
    for (size_t i = 0; i < count; i++) {
        for (int j = 0; j < stretches[i].looks; j++) {
            look.passed_ms += stretches[i].passed_ms;
            look.processor_ms += stretches[i].processor_ms;
            look.state = stretches[i].state;
            patience_spend(&patience, &look);
        }
    }
    return patience.spent_ms;
}

static void a_process_spends_what_it_gets_or_waits_for(void **state)
{
    static const struct {
        struct stretch stretches[3];
        size_t count;
        uint64_t spent;
    } cases[] = {
        {{{20, 'R', 100, 100}}, 1, 2000}, /* a loop on an idle machine, */
        {{{20, 'R', 100, 10}}, 1, 200},   /* on a busy one, */
        {{{20, 'R', 100, 0}}, 1, 0},      /* and where it never gets its turn */
        {{{20, 'D', 100, 0}}, 1, 0},      /* a disk is slow */
        {{{20, 'S', 100, 0}}, 1, 2000},   /* it sleeps, */
        {{{20, 'S', 100, 5}}, 1, 2000},   /* or wakes up now and then */
        {{{4, 'S', 5000, 0}}, 1, 400},    /* who looks is late */
        {{{20, 'T', 100, 0}}, 1, 2000},   /* it is stopped */
        {{{3, 'R', 100, 90}, {9, 'D', 100, 0}, {2, 'S', 100, 0}}, 3, 470},
        {{{20, 'Z', 100, 0}}, 1, 2000},  /* it will not go on */
        {{{20, '\0', 100, 0}}, 1, 2000}, /* nothing can be said of it */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++)
        assert_int_equal(spent(cases[i].stretches, cases[i].count), cases[i].spent);
}

static void it_begins_anew(void **state)
{
    struct patience patience = {.spent_ms = 0};
    struct patience_look look = {.passed_ms = 100, .processor_ms = 50, .state = 'R'};

    (void)state;
    patience_begin(&patience, &look);
    look.processor_ms += 80;
    assert_int_equal(patience_spend(&patience, &look), 80);
    patience_begin(&patience, &look);
    look.processor_ms += 30;
    assert_int_equal(patience_spend(&patience, &look), 30);
}

static void one_that_works_is_seen_to_work(void **state)
{
    struct patience_look before = patience_look(getpid()), now = before;

    (void)state;
    while (now.processor_ms < before.processor_ms + 30)
        now = patience_look(getpid());
    assert_int_equal(now.state, 'R');
    assert_true(now.passed_ms >= before.passed_ms);
    assert_int_equal(patience_look(-1).state, '\0');
}

_Noreturn static void work(void)
{
    for (;;)
        ;
}

/* This process waits; its child works, and then has worked. */
static void children_count(void **state)
{
    struct patience_look before = patience_look_at_all(getpid()), now = before;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        work();
    assert_true(child > 0);
    while (now.processor_ms < before.processor_ms + 30 || patience_look(child).processor_ms < 30)
        now = patience_look_at_all(getpid());
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(patience_look_at_all(getpid()).processor_ms >= now.processor_ms);
    assert_true(patience_look(getpid()).processor_ms <= now.processor_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_spends_what_it_gets_or_waits_for),
        cmocka_unit_test(it_begins_anew),
        cmocka_unit_test(one_that_works_is_seen_to_work),
        cmocka_unit_test(children_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
