/* test_ahead.c: that steps are made ahead of what is told of them changes nothing of what is
 * told. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/random.h"
#include "command/interpreter.h"
#include "session/free_lists.h"
#include "target/serve.h"
#include "test.h"

/* How a text is to be played. */
struct manner {
    bool ahead, lists, keep_going;
    size_t ticks_until_stop; /* the user wants to stop after so many; 0 for never */
    size_t dies_after;       /* so many steps, the heap process is killed; 0 for never */
};

/* A face that writes down all that there is to see at the time of each outcome. */
struct scribe {
    struct session *session;
    struct manner manner;
    size_t ticks, most_beyond;
    struct text text;
};

static uint64_t mix(uint64_t sum, const void *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sum = (sum ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return sum;
}

/* In place of the blocks, as many scenarios have thousands of them after each of thousands of
 * steps. */
static uint64_t sum_of_blocks(const struct picture *picture)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;
    uint64_t sum = 0;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        const char *name = picture_block_name(picture, block);

        sum = mix(sum, &block->at, sizeof block->at);
        sum = mix(sum, &block->size, sizeof block->size);
        sum = mix(sum, &block->requested, sizeof block->requested);
        sum = mix(sum, &block->kind, sizeof block->kind);
        sum = mix(sum, name ? name : "", name ? strlen(name) : 0);
    }
    return sum;
}

static void write_lists(struct scribe *scribe)
{
    struct free_lists lists = {0};
    struct error error;

    if (session_read_lists(scribe->session, SIZE_MAX, &lists, &error)) {
        for (uint32_t list = 0; list < lists.count; list++)
            text_add(&scribe->text, " %zu:%lx", lists.lists[list].count,
                     (unsigned long)mix(0, lists.lists[list].items,
                                        lists.lists[list].count * sizeof(uint64_t)));
    } else {
        text_add(&scribe->text, " %s", error.text);
    }
    free_lists_finish(&lists);
}

static void write_step(struct scribe *scribe, const struct step *step)
{
    const struct op_result *result = &step->result;

    text_add(&scribe->text, " %lx %lu %lu %lu %u %u before %lx", (long)result->payload,
             (long)result->usable, (long)result->heap_size, (long)result->visits, result->refused,
             result->reason, (long)step->before);
}

static void kill_heap_process(const struct session *session)
{
    pid_t process = target_pid(session->mirror->target);
    siginfo_t ended;

    kill(process, SIGKILL);
    waitid(P_PID, (id_t)process, &ended, WEXITED | WNOWAIT);
}

static void write_down(void *context, const struct outcome *outcome)
{
    struct scribe *scribe = context;
    const struct session *session = scribe->session;
    const struct picture *picture = &session->mirror->picture;

    text_add(&scribe->text, "%s:%u:%d %zu %s: %s|%s|%s|%s", outcome->location.file ? "file" : "",
             outcome->location.line, outcome->column, session->history->steps.count,
             outcome->command, outcome->ok ? "good" : outcome->error, outcome->line, outcome->text,
             outcome->notice);
    if (outcome->step)
        write_step(scribe, outcome->step);
    if (outcome->ok && scribe->manner.lists)
        write_lists(scribe);
    text_add(&scribe->text, " %lx %lx %lx\n",
             (long)mix(0, &picture->metrics, sizeof(struct metrics)),
             outcome->step ? (long)mix(0, picture->events.items,
                                       picture->events.count * sizeof(struct hg_event))
                           : 0,
             picture->metrics.used_blocks < 1000 || session->history->steps.count % 512 == 0
                 ? (long)sum_of_blocks(picture)
                 : 0);
    scribe->most_beyond += ahead_is_beyond(&session->ahead);
    if (outcome->step && session->history->steps.count == scribe->manner.dies_after)
        kill_heap_process(session);
}

static bool tick(void *context, size_t done, size_t total)
{
    struct scribe *scribe = context;

    (void)done;
    (void)total;
    return scribe->manner.ticks_until_stop == 0 ||
           ++scribe->ticks < scribe->manner.ticks_until_stop;
}

static void prefer(void *context, const unsigned *preferences)
{
    (void)context;
    (void)preferences;
}

/* Play a text, and what then can be asked.
 *   returns  what was told; the caller's */
static char *play(const char *text, struct manner manner, size_t *ret_beyond)
{
    struct hg_config config = kind_config_default("first-fit");
    struct error error;
    struct scribe scribe = {.session = session_create(&config, &error), .manner = manner};
    struct face face = {.report = write_down,
                        .progress = {tick, &scribe},
                        .prefer = prefer,
                        .ahead = manner.ahead,
                        .lists = manner.lists,
                        .context = &scribe};
    struct interpreter interpreter;
    struct show show = {0};
    FILE *file = tmpfile();
    char path[64];

    assert_non_null(scribe.session);
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fflush(file), 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    interpreter_init(&interpreter, scribe.session, &show, &face);
    interpreter.keep_going = manner.keep_going;
    text_add(&scribe.text, "%d\n", interpreter_run_file(&interpreter, path, &error));
    text_add(&scribe.text, "%d %d\n", error.kind, error.kind == ERROR_STOPPED);
    scribe.manner.ticks_until_stop = 0;
    interpreter_run_line(&interpreter, "vars; steps; map; check; alloc last 10; free last");
    if (scribe.session->history->steps.count > 3)
        interpreter_run_line(&interpreter, "undo 3; redo 2; undo 1; check");
    interpreter_finish(&interpreter);
    session_destroy(scribe.session);
    fclose(file);
    *ret_beyond = scribe.most_beyond;
    return scribe.text.data;
}

/* Say where two texts part. */
static void assert_same(const char *one, const char *other)
{
    size_t i = 0, line = 0;

    for (; one[i] && one[i] == other[i]; i++)
        line = one[i] == '\n' ? i + 1 : line;
    if (one[i] != other[i])
        fail_msg("one by one:\n%.600s\nahead:\n%.600s", one + line, other + line);
}

static void assert_told_alike(const char *text, struct manner manner)
{
    size_t beyond, none;
    char *one, *other;

    manner.ahead = false;
    one = play(text, manner, &none);
    manner.ahead = true;
    other = play(text, manner, &beyond);
    assert_int_equal(none, 0);
    assert_same(one, other);
    free(one);
    free(other);
}

/* With and without lists, and stopping at what fails or not. */
static void assert_always_told_alike(const char *text)
{
    for (int i = 0; i < 4; i++)
        assert_told_alike(text, (struct manner){.lists = i & 1, .keep_going = i & 2});
}

static void add_random_command(struct text *text, struct random *random)
{
    static const char *const looks[] = {"expect D = live", "stats",         "undo 2",
                                        "freelist",        "whatif free A", "nonsense 3",
                                        "alloc",           "coalesce",      "'"};
    char name = (char)('A' + random_below(random, 16));
    char other = (char)('A' + random_below(random, 16));
    unsigned size = (unsigned)random_below(random, 3000);

    switch (random_below(random, 40)) {
    case 0: text_add(text, "%s", looks[random_below(random, TEST_COUNT(looks))]); break;
    case 1: text_add(text, "fill %c %u", name, size % 256); break;
    case 2: text_add(text, "limit %uK", 8 + size % 40); break;
    case 3: text_add(text, "limit none"); break;
    case 4: text_add(text, "let %c = %c", name, other); break;
    case 5: text_add(text, "aligned %c 64 %u", name, size); break;
    case 6: text_add(text, "calloc %c 3 %u", name, size); break;
    case 7: text_add(text, "alloc q%u..q%u:2 %u", size % 90, size % 90 + size % 7, size); break;
    case 8: text_add(text, "free q%u", size % 95); break;
    case 9: text_add(text, "let %c = %c+%u", name, other, size % 50); break;
    case 10: text_add(text, "let %c = NULL", name); break;
    case 11: text_add(text, "let %c = %c.%u", name, other, size % 3); break;
    case 12:
    case 13:
    case 14: text_add(text, "link %c.%u -> %c", name, size % 90, other); break;
    case 15: text_add(text, "unlink %c.%u", name, size % 9); break;
    default:
        text_add(text, random_below(random, 3) ? "free %c" : "realloc %c 1%03u", name, size % 1000);
    }
}

static void random_commands_are_told_of_as_if_made_one_by_one(void **state)
{
    struct random random = {1};
    struct text text = {0};

    (void)state;
    for (int line = 0; line < 1500; line++) {
        for (size_t i = random_below(&random, 3) + 1; i > 0; i--) {
            if (random_below(&random, 2))
                text_add(&text, "alloc %c %u", 'A' + (int)random_below(&random, 16),
                         (unsigned)random_below(&random, 3000));
            else
                add_random_command(&text, &random);
            text_add(&text, i > 1 ? "; " : "\n");
        }
    }
    assert_told_alike(text_string(&text), (struct manner){.lists = true, .keep_going = true});
    assert_told_alike(text_string(&text), (struct manner){.keep_going = true});
    text_finish(&text);
}

static void steps_are_made_ahead(void **state)
{
    static const char text[] = "alloc a1..a2000 100\nfree a1..a2000:2\n";
    size_t beyond;

    (void)state;
    free(play(text, (struct manner){.ahead = true}, &beyond));
    assert_in_range(beyond, 2900,
                    3000); /* but for the last of a run behind which nothing is sent */
}

/* All but the last of each run, and the first, behind which nothing is sent. */
static void pointers_are_copied_and_written_ahead(void **state)
{
    size_t beyond;

    (void)state;
    free(play("list A 1000 24\n", (struct manner){.ahead = true}, &beyond));
    assert_in_range(beyond, 2900, 3000);
    assert_always_told_alike("list A 200; tree B 5; ring C 100\nlet D = C.0\nfree D\n"
                             "let E = B; free B; link E.0 -> A\nlink A.7 -> A\nlet F = A+8; "
                             "link F.1 -> A; link F.2 -> A; let G = NULL; let H = G+8\n"
                             "call f A; link A.0 -> main:E; link A.0 -> A; let main:E = A\n");
}

/* A name with its frame's before it is longer than any name. */
static void variables_of_other_frames_are_found_ahead_by_the_longest_names(void **state)
{
#define LONGEST "name_of_63_characters_as_long_as_any_that_a_variable_can_have__"
    _Static_assert(sizeof LONGEST == NAME_LENGTH_MAX + 1, "it is the longest");

    (void)state;
    assert_always_told_alike("call " LONGEST "\nalloc " LONGEST " 100\ncall g\n"
                             "let A = " LONGEST ":" LONGEST "\nfree " LONGEST ":" LONGEST "\n"
                             "let " LONGEST ":" LONGEST " = NULL\n");
#undef LONGEST
}

static void what_fails_takes_with_it_what_it_always_did(void **state)
{
    (void)state;
    assert_always_told_alike(
        "alloc A 10; alloc B 20; free A; free A; alloc never 30\n"
        "alloc C 30\nfree nobody; alloc never 1\nalloc D 40; nonsense; free D\n"
        "alloc E 50; expect E = NULL; alloc never 1\nalloc F 'unclosed\n"
        "free A..C\nalloc G 60; alloc G1..G5 12Q; free G\nrealloc A 5\n"
        "set coalesce never; alloc H 1; coalesce; alloc never 1\nfree H\n");
}

/* Refused allocations are steps; refused frees are none. */
static void refusals_in_the_middle_are_told_of_alike(void **state)
{
    (void)state;
    assert_always_told_alike("limit 64K\nalloc a1..a40 4000\nfree a1..a40\nfree a30\n"
                             "limit none\nalloc b1..b40 4000\nfill b1..b9\nrealloc b1..b9 9K\n"
                             "calloc c 18446744073709551615 9\nfree c\nfree c\nrealloc c 10\n"
                             "aligned d 3 10\nalloc A 100; let B = A; free A; free B; alloc C 1\n");
}

/* A double free makes a ring of the free list, in which the next search does not end. */
static void an_endless_loop_in_the_middle_is_told_of_alike(void **state)
{
    (void)state;
    assert_told_alike("alloc A 100\nalloc B 100\nfree A; free! A\nalloc a1..a3 10\nfree B\n"
                      "alloc C 100000; alloc never 1\nalloc D 10\nfree D\n",
                      (struct manner){.keep_going = true, .lists = true});
}

/* The same block is handed out twice, so that freeing one variable frees the other, which nobody
 * can foresee. */
static void what_was_foreseen_wrongly_is_taken_back(void **state)
{
    (void)state;
    assert_always_told_alike("alloc A 100\nalloc B 100\nfree A; free! A\nalloc X 100\nalloc Y 100\n"
                             "alloc Z 50\nfree X\nfree Y\nalloc V 10\nalloc W 10\nfree V\n");
}

/* A step changes more blocks than one reply holds, with others before and behind it. */
static void more_blocks_than_a_reply_holds_are_told_of_alike(void **state)
{
    (void)state;
    assert_told_alike("set coalesce deferred\nalloc a1..a40000 16\nfree a1..a40000:2\n"
                      "alloc b1..b5 10\ncoalesce\nalloc c1..c5 10\nfree a2..a40000:4\ncoalesce\n"
                      "alloc d1..d5 10\n",
                      (struct manner){.keep_going = true});
}

/* Nothing but a notice tells of it. */
static void a_heap_process_that_is_killed_costs_no_step(void **state)
{
    static const char text[] = "repeat 200\nalloc A 100\nalloc B 200\nfree A\nfree B\nend\n";

    (void)state;
    for (size_t steps = 1; steps < 700; steps += 61) {
        size_t beyond;
        char *told = play(text, (struct manner){.ahead = true, .dies_after = steps}, &beyond);

        if (!strstr(told, " 800 free B: good|") || !strstr(told, "killed by SIGKILL"))
            fail_msg("killed after step %zu:\n%.900s", steps, told);
        free(told);
    }
}

static void a_user_stops_at_a_place_that_is_told(void **state)
{
    (void)state;
    for (size_t ticks = 1; ticks < 40; ticks += 3)
        assert_told_alike("alloc A 1\nalloc B 1; free A\nalloc a1..a20 10\nfree a1..a20\nfree B\n",
                          (struct manner){.ticks_until_stop = ticks, .keep_going = ticks % 2});
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_made_ahead),
        cmocka_unit_test(pointers_are_copied_and_written_ahead),
        cmocka_unit_test(random_commands_are_told_of_as_if_made_one_by_one),
        cmocka_unit_test(variables_of_other_frames_are_found_ahead_by_the_longest_names),
        cmocka_unit_test(what_fails_takes_with_it_what_it_always_did),
        cmocka_unit_test(refusals_in_the_middle_are_told_of_alike),
        cmocka_unit_test(an_endless_loop_in_the_middle_is_told_of_alike),
        cmocka_unit_test(what_was_foreseen_wrongly_is_taken_back),
        cmocka_unit_test(more_blocks_than_a_reply_holds_are_told_of_alike),
        cmocka_unit_test(a_heap_process_that_is_killed_costs_no_step),
        cmocka_unit_test(a_user_stops_at_a_place_that_is_told),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
