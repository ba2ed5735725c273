/* test_time.c: the commands that go back and forth, that save, and that ask what would be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bits.h"
#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

static void expect_unsaid(const struct spy *spy, const char *words)
{
    if (strstr(text_string(&spy->last), words))
        fail_msg("\"%s\" is in \"%s\"", words, text_string(&spy->last));
}

/* A hash of the heap's bytes. */
static uint64_t hash_heap(struct session *session)
{
    unsigned char *bytes;
    struct error error;
    uint64_t result = 0;
    size_t count;

    assert_true(session_read_bytes(session, 0, session->mirror->picture.metrics.heap_size, &bytes,
                                   &count, &error));
    for (size_t i = 0; i < count; i++)
        result = bits_mix(result ^ bytes[i]) + i;
    free(bytes);
    return result;
}

static void a_step_that_a_replay_left_out_says_so(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "policy pool-scan; alloc A 1000; free A; free A"); /* slots have 64 bytes */
    spy_expect(spy, "policy first-fit; goto 3");
    spy_expect_said(spy, "It was left out");
    spy_destroy(spy);
}

static void undo_redo_and_goto_say_where_we_are(void **state)
{
    struct spy *spy = spy_create();
    uint64_t hash;

    (void)state;
    spy_expect_error(spy, "undo", "there is nothing to undo", 1);
    spy_expect_error(spy, "redo", "there is nothing to redo", 1);
    spy_expect(spy, "alloc A 100; alloc B 200; free A");
    hash = hash_heap(spy->session);
    spy_expect(spy, "undo");
    spy_expect_said(spy, "after step 2, alloc B 200; 1 step can be redone.");
    assert_int_equal(spy->shown, EXHIBIT_MAP);
    assert_int_equal(spy->show.outlook.focus,
                     history_last_step(spy->session->history)->result.payload);
    spy_expect(spy, "undo 2");
    assert_int_equal(spy->show.outlook.focus, 0);
    spy_expect_said(spy, "the fresh heap, before step 1; 3 steps can be redone.");
    spy_expect_error(spy, "free A", "no variable 'A'", 6);
    spy_expect_error(spy, "undo", "there is nothing to undo", 1);
    spy_expect_error(spy, "redo 4", "only 3 steps can be redone", 6);
    spy_expect(spy, "redo");
    spy_expect_said(spy, "after step 1, alloc A 100; 2 steps can be redone.");
    spy_expect_error(spy, "undo 2", "only 1 step can be undone", 6);
    spy_expect(spy, "goto 3");
    spy_expect_said(spy, "after step 3, free A.");
    spy_expect_said(spy, "is free"); /* why, too */
    assert_int_equal(spy->show.outlook.focus, history_last_step(spy->session->history)->before);
    assert_int_equal(hash_heap(spy->session), hash);
    spy_expect_error(spy, "goto 4", "there is no step 4; there are 3", 6);
    spy_expect_error(spy, "goto", "STEP is missing", 6);
    spy_expect_error(spy, "undo x", "'x' is not a number", 6);
    spy_expect(spy, "goto 1; alloc C 10");
    assert_non_null(strstr(text_string(&spy->notice), "the 2 steps that were undone"));
    spy_expect_error(spy, "redo", "there is nothing to redo", 1);
    spy_expect(spy, "check");
    spy_destroy(spy);
}

static void diff_says_what_changed(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 1000; alloc B 2000; alloc C 3000; realloc A 1500; free B");
    spy_expect(spy, "realloc C 2900");
    spy_expect(spy, "diff 2 3");
    spy_expect_said(spy, "From step 2 to step 3:\nappeared  C: 2.9K at +0x");
    expect_unsaid(spy, "vanished");
    expect_unsaid(spy, "moved");
    expect_unsaid(spy, "merged");
    spy_expect_said(spy, "used-blocks    from 2 to 3");
    spy_expect(spy, "diff 3 4");
    spy_expect_said(spy, "moved     A: from +0x");
    spy_expect_said(spy, "resized   A: from 1000 to 1500");
    expect_unsaid(spy, "appeared");
    spy_expect(spy, "diff 4 5");
    spy_expect_said(spy, "vanished  B: 2K at +0x");
    spy_expect_said(spy, "merged    free 3K at +0x");
    spy_expect_said(spy, "where there were free 1008, B\n");
    spy_expect(spy, "diff 5 4");
    spy_expect_said(spy, "From step 5 to step 4:\nappeared  B");
    spy_expect(spy, "diff 5"); /* to now */
    spy_expect_said(spy, "From step 5 to step 6:\nresized   C: from 3000 to 2900");
    spy_expect(spy, "diff 0 0");
    spy_expect_said(spy, "no block and no measure is different");
    spy_expect(spy, "undo 6; diff 0 6"); /* undone steps are known too */
    spy_expect_said(spy, "appeared  A: 1.5K");
    spy_expect_error(spy, "diff 7", "there is no step 7; there are 6", 6);
    spy_expect_error(spy, "diff 1 9", "there is no step 9", 8);
    spy_expect_error(spy, "diff", "STEP is missing", 1);
    spy_expect(spy, "check");
    spy_destroy(spy);
}

static void the_story_of_any_step_can_be_told(void **state)
{
    struct spy *spy = spy_create();
    struct text story = {0};
    uint64_t hash;

    (void)state;
    spy_expect_error(spy, "explain", "there is no step yet", 1);
    spy_expect(spy, "alloc A 1000; alloc B 2000; explain");
    text_add(&story, "%s", text_string(&spy->last));
    spy_expect(spy, "alloc C 3000; free B; free A");
    hash = hash_heap(spy->session);
    spy_expect(spy, "explain 2");
    assert_string_equal(text_string(&spy->last), text_string(&story));
    spy_expect(spy, "undo 4; explain 2"); /* what was undone, too */
    assert_string_equal(text_string(&spy->last), text_string(&story));
    spy_expect(spy, "redo 4");
    assert_int_equal(hash_heap(spy->session), hash);
    spy_expect_error(spy, "explain 6", "there is no step 6; there are 5", 9);
    spy_expect_error(spy, "explain 0", "step 0 is the fresh heap", 9);
    text_finish(&story);
    spy_destroy(spy);
}

static void what_if_changes_nothing(void **state)
{
    struct spy *spy = spy_create();
    uint64_t hash, size;

    (void)state;
    spy_expect(spy, "alloc A 10M; alloc B 10M; alloc C 10M; free B; undo");
    hash = hash_heap(spy->session);
    size = spy->session->mirror->picture.metrics.heap_size;
    spy_expect(spy, "whatif alloc D 20M");
    assert_true(spy->imagined);
    assert_string_equal(strrchr(text_string(&spy->commands), 'w'), "whatif alloc D 20M\n");
    assert_true(spy->seen.heap_size > size + (19 << 20));
    spy_expect(spy, "whatif free A C");
    assert_int_equal(spy->seen.used_blocks, 1);
    spy_expect(spy, "whatif -p worst-fit -s place=high alloc a1..a3 100");
    assert_non_null(
        strstr(text_string(&spy->commands), "whatif -p worst-fit -s place=high alloc a3 100\n"));
    assert_int_equal(spy->seen.used_blocks, 6);
    spy_expect(spy, "whatif limit 1M");
    spy_expect(spy, "stats");
    assert_false(spy->imagined);
    assert_int_equal(hash_heap(spy->session), hash);
    assert_int_equal(spy->session->mirror->picture.metrics.heap_size, size);
    assert_int_equal(spy->session->mirror->picture.limit, NO_LIMIT);
    spy_expect_error(spy, "free D", "no variable 'D'", 6); /* which was only imagined */
    assert_int_equal(spy->session->history->steps.count, 3);
    assert_int_equal(spy->session->history->steps.known, 4); /* and it can still be redone */
    assert_string_equal(spy->session->mirror->picture.config.policy, "first-fit");
    spy_expect_error(spy, "free a1", "no variable 'a1'", 6);
    spy_expect(spy, "redo; check");
    spy_destroy(spy);
}

static void what_if_wants_a_command_that_makes_steps(void **state)
{
    static const struct {
        const char *line, *words;
        int column;
    } rows[] = {
        {"whatif", "COMMAND is missing", 8},
        {"whatif -p best-fit", "COMMAND is missing", 20},
        {"whatif -p", "POLICY is missing", 11},
        {"whatif -s", "KEY=VALUE is missing", 11},
        {"whatif -p bestfit free A", "did you mean 'best-fit'?", 11},
        {"whatif -s place free A", "-s wants KEY=VALUE, not 'place'", 11},
        {"whatif -s place=up free A", "place cannot be 'up'", 11},
        {"whatif -s alignment=24 free A", "must be a power of two", 1},
        {"whatif blocks", "'blocks' makes no step", 8},
        {"whatif whatif free A", "'whatif' makes no step", 8},
        {"whatif quit", "'quit' makes no step", 8},
        {"whatif reset", "'reset' makes no step", 8},
        {"alloc B 1; whatif frea A", "there is no command 'frea'; did you mean 'free'?", 19},
        {"whatif free Q", "no variable 'Q'", 13},
        {"whatif alloc Q", "SIZE is missing", 16},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 100");
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        spy_expect_error(spy, rows[i].line, rows[i].words, rows[i].column);
    assert_int_equal(spy->session->history->steps.count, 2);
    spy_expect(spy, "check");
    spy_destroy(spy);
}

static void compare_shows_what_each_policy_makes_of_it(void **state)
{
    struct spy *spy = spy_create();
    uint64_t hash;

    (void)state;
    /* holes of 1000 and 100 bytes, the larger one first on the list */
    spy_expect(spy, "alloc a 100; alloc x 16; alloc b 1000; alloc y 16; free a b");
    hash = hash_heap(spy->session);
    spy_expect(spy, "compare");
    assert_true(spy->compared >= 7);
    spy_expect_said(spy, "\nlinear");
    spy_expect_said(spy, "\nbuddy");
    spy_expect(spy, "compare first-fit best-fit");
    assert_int_equal(spy->compared, 2);
    spy_expect_said(spy, "policy  ");
    expect_unsaid(spy, "worst-fit");
    spy_expect(spy, "compare first-fit best-fit -- \"alloc c 100; alloc d 1000\"");
    /* first-fit puts c into the larger hole, so that d does not fit there; best-fit fills both */
    spy_expect_said(spy, "best-fit              4K*        0.0%*");
    spy_expect(spy, "compare pool-stack linear buddy -- alloc e 100");
    spy_expect_said(spy, "*"); /* the best is marked */
    assert_int_equal(spy->session->history->steps.count, 6);
    assert_int_equal(hash_heap(spy->session), hash);
    spy_expect_error(spy, "compare bestfit", "did you mean 'best-fit'?", 9);
    spy_expect_error(spy, "compare -- blocks", "it makes no step", 1);
    spy_expect_error(spy, "compare buddy -- free q", "no variable 'q'", 1);
    spy_expect(spy, "compare -- \"alloc f 10; free f\""); /* linear cannot, the others can */
    spy_expect_said(spy, "linear       free: a linear allocator can only free everything");
    spy_expect(spy, "alloc c1..c600 16");
    spy->ticks_until_stop = 1;
    spy_expect_error(spy, "compare", "stopped", 1);
    assert_int_equal(spy->session->history->steps.count, 606);
    spy_destroy(spy);
}

/* What goes through all steps, or all blocks, ends where the user wants, and writes no file. */
static void what_takes_long_can_be_stopped(void **state)
{
    static const struct {
        const char *verb, *ending;
    } kinds[] = {{"save", "hg"}, {"export", "hg"}, {"export", "rep"}};
    struct spy *spy = spy_create();
    char line[64];

    (void)state;
    spy_expect(spy, "alloc v1..v9000 16");
    for (size_t i = 0; i < TEST_COUNT(kinds); i++) {
        snprintf(line, sizeof line, "%s /tmp/heapglass-%d.%s", kinds[i].verb, (int)getpid(),
                 kinds[i].ending);
        spy->ticks_until_stop = 1;
        spy_expect_error(spy, line, "stopped; no file has been written",
                         (unsigned)strlen(kinds[i].verb) + 2);
        assert_int_equal(access(strchr(line, '/'), F_OK), -1);
        spy->ticks_until_stop = 0;
        spy_expect(spy, line);
        assert_int_equal(unlink(strchr(line, '/')), 0);
    }
    spy->ticks_until_stop = 1;
    spy_expect_error(spy, "check", "stopped; not all has been looked at", 1);
    spy->ticks_until_stop = 0;
    spy_expect(spy, "check");
    spy_destroy(spy);
}

/* Who refused nothing is better than who refused, whatever else. */
static void the_best_is_marked_among_those_that_did_it(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 1000; compare first-fit pool-stack");
    spy_expect_said(spy, " 0*");
    /* the pool's slots are too small, so its small heap is no merit */
    assert_null(strstr(strstr(text_string(&spy->last), "pool-stack"), "*"));
    spy_destroy(spy);
}

/* A name for a file that is not there. */
static void make_path(char path[64])
{
    strcpy(path, "/tmp/heapglass-save-XXXXXX");
    assert_true(mkdtemp(path) != NULL);
    strcat(path, "/saved.hg");
}

static void remove_path(char path[64])
{
    unlink(path);
    *strrchr(path, '/') = '\0';
    assert_int_equal(rmdir(path), 0); /* nothing else was left there */
}

static void expect_round_trip(struct spy *spy, char path[64])
{
    struct spy *other = spy_create();
    struct text line = {0};

    text_add(&line, "save! %s", path);
    spy_expect(spy, text_string(&line));
    text_clear(&line);
    text_add(&line, "source %s", path);
    spy_expect(other, text_string(&line));
    assert_int_equal(hash_heap(other->session), hash_heap(spy->session));
    assert_string_equal(other->session->mirror->picture.config.policy,
                        spy->session->mirror->picture.config.policy);
    assert_memory_equal(other->session->mirror->picture.config.settings,
                        spy->session->mirror->picture.config.settings,
                        sizeof other->session->mirror->picture.config.settings);
    assert_memory_equal(&other->session->mirror->picture.metrics,
                        &spy->session->mirror->picture.metrics, sizeof(struct metrics));
    text_finish(&line);
    spy_destroy(other);
}

static void what_is_saved_leads_to_the_same_heap(void **state)
{
    static const char *const work =
        "alloc A 10000; alloc b1..b20 100; free b1..b19:2; calloc C 10 33; fill C; realloc b2 "
        "5000; "
        "aligned D 256 100; limit 40K; alloc E 1M; realloc A 2M; limit none; coalesce; "
        "fill b4 0x2a; free A";
    static const char *const configs[] = {
        "set coalesce deferred", "policy best-fit; set header 32; set alignment 64; set grow 64K",
        "policy buddy", "set order address; set place high; set trim never; set min-block 128"};
    struct spy *spy = spy_create();
    char path[64];

    (void)state;
    make_path(path);
    expect_round_trip(spy, path);
    spy_expect(spy, work);
    expect_round_trip(spy, path);
    for (size_t i = 0; i < TEST_COUNT(configs); i++) {
        spy_expect(spy, configs[i]);
        expect_round_trip(spy, path);
    }
    spy_expect(spy, "undo 5"); /* only what is done is saved */
    expect_round_trip(spy, path);
    spy_expect(spy, "reset; alloc A 10; free A; free! A");
    expect_round_trip(spy, path);
    remove_path(path);
    spy_destroy(spy);
}

/* Settings that a heap can have only together, and with one policy only. */
static void settings_are_saved_in_an_order_that_can_be_typed(void **state)
{
    struct spy *spy = spy_create();
    char path[64];

    (void)state;
    make_path(path);
    spy_expect(spy,
               "set slot-size 4K; policy pool-stack; set alignment 2K; alloc A 10; alloc B 8K");
    expect_round_trip(spy, path);
    spy_expect(spy, "fill A");
    spy_expect(spy, "policy linear; alloc C 50");
    expect_round_trip(spy, path);
    remove_path(path);
    spy_destroy(spy);
}

static void what_a_heap_refused_is_saved_as_a_comment(void **state)
{
    struct spy *spy = spy_create();
    char path[64];
    struct text line = {0};

    (void)state;
    make_path(path);
    spy_expect(spy, "alloc A 4000; fill A; free A; policy pool-stack");
    expect_round_trip(spy, path);
    spy_expect_said(spy, "1 of them this heap refused to carry out");
    spy_expect(spy, "policy linear");
    expect_round_trip(spy, path);
    text_finish(&line);
    remove_path(path);
    spy_destroy(spy);
}

static void files_are_kept_unless_told_otherwise(void **state)
{
    struct spy *spy = spy_create();
    char path[64], line[96];
    struct stat before, after;

    (void)state;
    make_path(path);
    spy_expect(spy, "alloc A 10");
    snprintf(line, sizeof line, "save %s", path);
    spy_expect(spy, line);
    spy_expect_said(spy, "leads to where we are: 1 step.");
    assert_int_equal(stat(path, &before), 0);
    spy_expect_error(spy, line, "File exists; save! replaces it", 6);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    snprintf(line, sizeof line, "alloc B 10; save! %s", path);
    spy_expect(spy, line);
    assert_int_equal(stat(path, &after), 0);
    assert_true(after.st_size > before.st_size);
    spy_expect_error(spy, "save /nonexistent/folder/x.hg", "No such file or directory", 6);
    spy_expect_error(spy, "save /proc/x.hg", "/proc/x.hg", 6);
    spy_expect_error(spy, "save! /dev/null", "this is no regular file", 7);
    spy_expect_error(spy, "save /", "this is no regular file", 6);
    remove_path(path);
    spy_destroy(spy);
}

/* All that a scenario can expect can be gone on to. */
static void next_goes_on_until_a_claim_of_any_form_holds(void **state)
{
    static const struct {
        const char *claim;
        size_t step;
    } rows[] = {
        {"A at +0xc0", 1},        {"check", 1},
        {"leaks 0", 1},           {"B size 112", 2},
        {"used-blocks = 3", 3},   {"B = freed", 4},
        {"grew > 1M", 5},         {"grew 5M", 5},
        {"heap grows", 5},        {"A = freed", 6},
        {"freelist 144 3.6K", 6}, {"fail alloc X 1T", 1},
        {"error free B", 1},      {"requested > 120", 3},
        {"requested = 30", 4},    {"peak-heap > 1M", 5},
        {"utilization > 90%", 5}, {"external = 0%", 1},
        {"external > 0%", 4},     {"E = live", 7},
        {"main:E > A", 7},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; alloc B 100; alloc C 20; free B; alloc D 5M; free A; alloc E 200");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char line[64];

        snprintf(line, sizeof line, "goto 0; next until %s", rows[i].claim);
        spy_expect(spy, line);
        if (spy->session->history->steps.count != rows[i].step)
            fail_msg("%s: step %zu", rows[i].claim, spy->session->history->steps.count);
        assert_int_equal(spy->session->history->steps.known, 7);
    }
    spy_expect(spy, "goto 0");
    spy_expect_error(spy, "next until freelist 7", "freelist 7 is not so after any", 6);
    spy_expect_error(spy, "next until A at", "VALUE is missing", 6);
    spy_expect_error(spy, "next until live > 40M", "no variable 'live'", 6);
    spy_expect_error(spy, "next until never", "until wants what expect takes", 6);
    assert_int_equal(spy->session->history->steps.count, 0);
    spy_destroy(spy);
}

/* More was to be stored than one request can hold, and was left out, all of it. */
static void behind_what_is_left_out_steps_are_gone_through_again(void **state)
{
    enum { LENGTH = 4000, WRITES = 40 };
    struct spy *spy = spy_create();
    char line[LENGTH + 16];

    (void)state;
    snprintf(line, sizeof line, "write A \"%0*d\"", LENGTH, 0);
    spy_expect(spy, "alloc A 5000");
    for (int i = 0; i < WRITES; i++)
        spy_expect(spy, line);
    spy_expect(spy, "alloc B 10; alloc C 20");
    spy_expect(spy, "policy pool-scan; goto 0; goto 43; check");
    spy_expect(spy, "expect A = NULL; expect B != NULL; expect C != NULL");
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_that_a_replay_left_out_says_so),
        cmocka_unit_test(behind_what_is_left_out_steps_are_gone_through_again),
        cmocka_unit_test(undo_redo_and_goto_say_where_we_are),
        cmocka_unit_test(diff_says_what_changed),
        cmocka_unit_test(the_story_of_any_step_can_be_told),
        cmocka_unit_test(next_goes_on_until_a_claim_of_any_form_holds),
        cmocka_unit_test(what_if_changes_nothing),
        cmocka_unit_test(what_if_wants_a_command_that_makes_steps),
        cmocka_unit_test(compare_shows_what_each_policy_makes_of_it),
        cmocka_unit_test(what_takes_long_can_be_stopped),
        cmocka_unit_test(the_best_is_marked_among_those_that_did_it),
        cmocka_unit_test(what_is_saved_leads_to_the_same_heap),
        cmocka_unit_test(settings_are_saved_in_an_order_that_can_be_typed),
        cmocka_unit_test(what_a_heap_refused_is_saved_as_a_comment),
        cmocka_unit_test(files_are_kept_unless_told_otherwise),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
