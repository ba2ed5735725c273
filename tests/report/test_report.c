/* test_report.c: outcomes as JSON and as plain text. Random sessions are looked at as a grader
 * would: from the JSON alone. */
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "base/random.h"
#include "explain/explain.h"
#include "kind/c_library.h"
#include "report/json.h"
#include "report/plain.h"
#include "session/comparison.h"
#include "target/serve.h"

/* Carry out an action and report it as JSON. */
static json_t *report_action(struct session *session, const struct action *action)
{
    char *line = NULL;
    size_t length = 0;
    struct json json = {.output = open_memstream(&line, &length), .session = session};
    struct error error = {0};
    bool ok = session_act(session, action, &error);
    struct outcome outcome = {
        .command = "a command",
        .ok = ok,
        .step = ok ? history_last_step(session->history) : NULL,
        .error = error.text,
        .notice = "",
    };
    struct text explanation = {0};
    json_t *object;

    explain_last_step(session, EXPLAIN_ROUNDED, &explanation);
    outcome.text = text_string(&explanation);
    json_report(&json, &outcome);
    text_finish(&explanation);
    fclose(json.output);
    assert_ptr_equal(strchr(line, '\n'), line + length - 1); /* one line */
    object = json_loads(line, 0, NULL);
    assert_non_null(object);
    free(line);
    return object;
}

static uint64_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    if (!json_is_integer(value))
        fail_msg("%s is no integer", key);
    return (uint64_t)json_integer_value(value);
}

static bool is_kind(const json_t *block, const char *kind)
{
    return strcmp(json_string_value(json_object_get(block, "kind")), kind) == 0;
}

/* What a grader adds up. */
struct sums {
    uint64_t requested, used, padding, free, largest, overhead, used_blocks, free_blocks, end;
};

static void add_block(struct sums *sums, const json_t *block)
{
    uint64_t size = number(block, "size");

    assert_int_equal(number(block, "at"), sums->end);
    sums->end += size;
    sums->overhead += number(block, "header") + number(block, "footer");
    if (is_kind(block, "used")) {
        sums->used_blocks++;
        sums->used += size;
        sums->requested += number(block, "requested");
        sums->padding += number(block, "padding");
        assert_int_equal(number(block, "header") + number(block, "requested") +
                             number(block, "padding") + number(block, "footer"),
                         size);
        assert_int_equal(number(block, "payload"), number(block, "at") + number(block, "header"));
    } else if (is_kind(block, "free")) {
        sums->free_blocks++;
        sums->free += size;
        sums->largest = size > sums->largest ? size : sums->largest;
        assert_true(json_is_null(json_object_get(block, "name")));
    } else {
        assert_true(is_kind(block, "bookkeeping"));
        sums->overhead += size;
    }
}

static void expect_ratio(const json_t *metrics, const char *key, double expected)
{
    double actual = json_real_value(json_object_get(metrics, key));

    if (fabs(actual - expected) > 1e-9)
        fail_msg("%s is %f, not %f", key, actual, expected);
}

static void expect_lists(const json_t *object, const struct sums *sums)
{
    const json_t *lists = json_object_get(object, "free_lists"), *blocks;
    size_t listed = 0, index;
    const json_t *list;

    blocks = json_object_get(object, "blocks");
    json_array_foreach(lists, index, list)
    {
        const json_t *items = json_object_get(list, "blocks"), *item, *block;
        size_t i, j;

        json_array_foreach(items, i, item)
        {
            bool found = false;

            json_array_foreach(blocks, j, block) found =
                found || (is_kind(block, "free") && json_equal(json_object_get(block, "at"), item));
            assert_true(found);
        }
        listed += json_array_size(items);
    }
    assert_int_equal(listed, sums->free_blocks);
}

/* Where any slot fits all requests, there is no external fragmentation. */
static bool has_slots(const json_t *heap)
{
    static const char pool[] = "pool-";

    return strncmp(json_string_value(json_object_get(heap, "policy")), pool, strlen(pool)) == 0;
}

/* Everything in one object must agree with everything else. */
static void expect_consistent(const json_t *object)
{
    const json_t *metrics = json_object_get(object, "metrics");
    const json_t *heap = json_object_get(object, "heap"), *block;
    struct sums sums = {0};
    size_t index;

    json_array_foreach(json_object_get(object, "blocks"), index, block) add_block(&sums, block);
    assert_int_equal(sums.end, number(heap, "size"));
    assert_int_equal(number(metrics, "requested"), sums.requested);
    assert_int_equal(number(metrics, "free"), sums.free);
    assert_int_equal(number(metrics, "largest_free"), sums.largest);
    assert_int_equal(number(metrics, "used_blocks"), sums.used_blocks);
    assert_int_equal(number(metrics, "free_blocks"), sums.free_blocks);
    expect_ratio(metrics, "external_fragmentation",
                 sums.free && !has_slots(heap) ? 1 - (double)sums.largest / (double)sums.free : 0);
    expect_ratio(metrics, "internal_fragmentation",
                 sums.used ? (double)sums.padding / (double)sums.used : 0);
    expect_ratio(metrics, "overhead", (double)sums.overhead / (double)sums.end);
    expect_ratio(metrics, "utilization",
                 (double)number(metrics, "peak_requested") / (double)number(metrics, "peak_heap"));
    expect_lists(object, &sums);
}

static void random_sessions_are_consistent(void **state)
{
    const struct hg_policy_info *policy;
    struct random random = {.state = 3};

    (void)state;
    for (unsigned n = 0; (policy = hg_policy(n)); n++) {
        struct session *session = begin(policy->name);

        for (int i = 0; i < 150; i++) {
            char name[] = {(char)('a' + random_below(&random, 26)), '\0'};
            struct action action = {
                .kind = OP_ALLOC, .name = name, .size = random_below(&random, 3000)};
            json_t *object;

            if (random_below(&random, 2))
                action.kind = random_below(&random, 4) ? OP_FREE : OP_REALLOC;
            object = report_action(session, &action);
            assert_int_equal(number(object, "step"), session->history->steps.count);
            assert_true(json_is_null(json_object_get(object, "error")) ==
                        json_is_true(json_object_get(object, "ok")));
            expect_consistent(object);
            json_decref(object);
        }
        session_destroy(session);
    }
}

/* Report an outcome as JSON. */
static json_t *report_outcome(struct session *session, const struct outcome *outcome)
{
    char *line = NULL;
    size_t length = 0;
    struct json json = {.output = open_memstream(&line, &length), .session = session};
    json_t *object;

    json_report(&json, outcome);
    fclose(json.output);
    object = json_loads(line, 0, NULL);
    assert_non_null(object);
    free(line);
    return object;
}

static bool is_null(const json_t *object, const char *key)
{
    return json_is_null(json_object_get(object, key));
}

/* As in a heap of another program: of blocks in use nobody knows how much was asked for. */
static void what_nobody_knows_of_requests_is_null(void **state)
{
    struct session *session = begin("first-fit");
    json_t *object, *block;
    size_t index, used = 0, free_blocks = 0;

    (void)state;
    json_decref(
        report_action(session, &(struct action){.kind = OP_ALLOC, .name = "A", .size = 100}));
    session->mirror->picture.metrics.is_unasked = 1;
    object = report_outcome(session, &(struct outcome){.ok = true, .text = "", .notice = ""});
    json_array_foreach(json_object_get(object, "blocks"), index, block)
    {
        bool is_used = is_kind(block, "used");

        assert_int_equal(is_null(block, "requested"), is_used);
        assert_int_equal(is_null(block, "padding"), is_used);
        used += is_used;
        free_blocks += is_kind(block, "free");
    }
    assert_int_equal(used, 1);
    assert_int_equal(free_blocks, 1);
    assert_true(is_null(json_object_get(object, "metrics"), "requested"));
    assert_true(is_null(json_object_get(object, "metrics"), "internal_fragmentation"));
    json_decref(object);
    session_destroy(session);
}

/* The only element of a list of the object's. */
static const json_t *only(const json_t *object, const char *list)
{
    const json_t *array = json_object_get(object, list);

    assert_int_equal(json_array_size(array), 1);
    return json_array_get(array, 0);
}

static json_t *report_pointing(struct session *session, enum op_kind kind, const char *name,
                               const char *other)
{
    return report_action(session, &(struct action){.kind = kind,
                                                   .name = name,
                                                   .other = other,
                                                   .size = kind == OP_ALLOC ? 24 : 1});
}

/* The lists of which something is said beyond their blocks, after a block was freed whose first
 * bytes, of the list's link, were then written over. */
static json_t *report_lists(struct session *session, const unsigned char bytes[8])
{
    struct action poke = {.kind = OP_POKE, .name = "R", .size = 8, .bytes = bytes, .forced = true};
    json_t *object = report_action(session, &poke), *told = json_array(), *list;
    size_t index;

    json_array_foreach(json_object_get(object, "free_lists"), index, list)
    {
        if (json_object_size(list) > 2) /* name and blocks */
            json_array_append(told, list);
    }
    json_decref(object);
    return told;
}

static struct session *begin_with_a_hole(const char *policy)
{
    struct session *session = begin(policy);

    act(session, OP_ALLOC, "R", 3000);
    act(session, OP_ALLOC, "B", 24);
    act(session, OP_FREE, "R", 0);
    return session;
}

/* Where a list's last link was written over, its address is there; else nothing is. */
static void a_list_that_is_lost_says_where_it_leads(void **state)
{
    static const char *const policies[] = {"first-fit", "best-fit", "glibc"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies) - !c_library_has_malloc(); i++) {
        struct session *session = begin_with_a_hole(policies[i]);
        json_t *lists = report_lists(session, (const unsigned char *)"AAAAAAAA");

        assert_int_equal(json_array_size(lists), 1);
        assert_string_equal(json_string_value(json_object_get(json_array_get(lists, 0), "lost")),
                            "0x4141414141414141");
        assert_null(json_object_get(json_array_get(lists, 0), "complete"));
        json_decref(lists);
        session_destroy(session);
    }
}

static void a_list_that_leads_round_is_not_complete(void **state)
{
    struct session *session = begin_with_a_hole("first-fit");
    const struct picture *picture = &session->mirror->picture;
    struct block_cursor hole = block_table_nth(&picture->blocks, 1);
    uint64_t address = picture->heap_start + block_cursor_get(&hole)->at;
    json_t *lists = report_lists(session, (const unsigned char *)&address), *list;

    (void)state;
    assert_int_equal(json_array_size(lists), 1);
    list = json_array_get(lists, 0);
    assert_true(json_is_false(json_object_get(list, "complete")));
    assert_null(json_object_get(list, "lost"));
    json_decref(lists);
    session_destroy(session);
}

/* A.1 -> B; B is freed; A is let go, which keeps nothing alive. */
static void links_leaks_and_what_dangles_are_listed_where_there_are_any(void **state)
{
    struct session *session = begin("first-fit");
    json_t *object = report_pointing(session, OP_ALLOC, "A", NULL), *last;
    uint64_t payload = number(object, "result");
    const json_t *element;

    (void)state;
    assert_null(json_object_get(object, "links"));
    assert_null(json_object_get(object, "dangling"));
    assert_null(json_object_get(object, "leaks"));
    json_decref(object);
    json_decref(report_pointing(session, OP_ALLOC, "B", NULL));
    object = report_pointing(session, OP_LINK, "A", "B");
    element = only(object, "links");
    assert_int_equal(number(element, "payload"), payload);
    assert_int_equal(number(element, "slot"), 1);
    assert_int_equal(number(element, "at"), payload + 8);
    assert_true(json_is_null(json_object_get(element, "freed_in")));
    assert_true(number(element, "to") > payload);
    last = report_pointing(session, OP_LET, "C", "B");
    json_decref(last);
    last = report_pointing(session, OP_FREE, "B", NULL);
    assert_int_equal(json_array_size(json_object_get(last, "dangling")), 2);
    element = json_array_get(json_object_get(last, "dangling"), 0);
    assert_string_equal(json_string_value(json_object_get(element, "name")), "B");
    assert_string_equal(json_string_value(json_object_get(element, "frame")), "main");
    assert_int_equal(number(element, "freed_in"), 5);
    assert_string_equal(json_string_value(json_object_get(element, "address")),
                        json_string_value(json_object_get(only(object, "links"), "address")));
    assert_true(json_is_null(json_object_get(only(last, "links"), "to")));
    assert_int_equal(number(only(last, "links"), "freed_in"), 5);
    json_decref(last);
    json_decref(object);
    object = report_pointing(session, OP_LET, "A", NULL);
    element = only(object, "leaks");
    assert_int_equal(number(element, "payload"), payload);
    assert_int_equal(number(element, "requested"), 24);
    assert_int_equal(number(element, "allocated_in"), 1);
    assert_int_equal(number(element, "lost_in"), 6);
    assert_int_equal(number(element, "keeps"), 0);
    assert_true(json_is_false(json_object_get(element, "circle")));
    json_decref(object);
    session_destroy(session);
}

static void what_if_is_an_object_of_another_heap(void **state)
{
    struct session *session = begin("first-fit"), *imagined;
    struct action act = {.kind = OP_ALLOC, .name = "A", .size = 100};
    struct error error;
    json_t *object = report_action(session, &act);

    (void)state;
    assert_null(json_object_get(object, "whatif"));
    json_decref(object);
    imagined = session_imagine(session, NULL, &error);
    assert_non_null(imagined);
    act.name = "B";
    assert_true(session_act(imagined, &act, &error));
    object = report_outcome(session,
                            &(struct outcome){.command = "whatif alloc B 100",
                                              .ok = true,
                                              .step = history_last_step(imagined->history),
                                              .text = "",
                                              .notice = "",
                                              .imagined = &(struct imagined){.session = imagined}});
    assert_true(json_is_true(json_object_get(object, "whatif")));
    assert_int_equal(number(object, "step"), 1); /* the last that was made */
    assert_int_equal(number(object, "result"),
                     history_last_step(imagined->history)->result.payload);
    assert_int_equal(number(json_object_get(object, "metrics"), "used_blocks"), 2);
    expect_consistent(object);
    json_decref(object);
    session_destroy(imagined);
    session_destroy(session);
}

static void a_comparison_is_an_array_of_policies(void **state)
{
    struct session *session = begin("first-fit");
    struct action act = {.kind = OP_ALLOC, .name = "A", .size = 100};
    struct comparison comparison = {0};
    struct error failure = {.text = "no"};
    json_t *object = report_action(session, &act), *array;

    (void)state;
    json_decref(object);
    comparison_add(&comparison, session);
    comparison_add_failure(&comparison, &session->mirror->picture.config, &failure);
    object = report_outcome(
        session,
        &(struct outcome){
            .command = "compare", .ok = true, .text = "", .notice = "", .comparison = &comparison});
    array = json_object_get(object, "comparison");
    assert_int_equal(json_array_size(array), 2);
    assert_int_equal(number(json_array_get(array, 0), "heap_size"), 4096);
    assert_int_equal(json_array_size(json_object_get(json_array_get(array, 0), "best")),
                     COMPARISON_COLUMNS);
    assert_true(json_is_null(json_object_get(json_array_get(array, 0), "error")));
    assert_string_equal(json_string_value(json_object_get(json_array_get(array, 1), "error")),
                        "no");
    json_decref(object);
    comparison_finish(&comparison);
    session_destroy(session);
}

static void results_are_payloads_or_null(void **state)
{
    struct session *session = begin("first-fit");
    struct action act = {.kind = OP_ALLOC, .name = "A", .size = 100};
    json_t *object = report_action(session, &act);

    (void)state;
    assert_int_equal(number(object, "result"), session->history->steps.items[0].result.payload);
    json_decref(object);
    act = (struct action){.kind = OP_ALLOC, .name = "B", .size = SIZE_MAX};
    object = report_action(session, &act); /* the allocator answered: NULL */
    assert_true(json_is_null(json_object_get(object, "result")));
    assert_true(json_is_true(json_object_get(object, "ok")));
    json_decref(object);
    act = (struct action){.kind = OP_FREE, .name = "A"};
    object = report_action(session, &act);
    assert_true(json_is_null(json_object_get(object, "result")));
    json_decref(object);
    object = report_action(session, &act); /* refused before the allocator is asked */
    assert_true(json_is_false(json_object_get(object, "ok")));
    assert_non_null(strstr(json_string_value(json_object_get(object, "error")), "already freed"));
    assert_int_equal(number(object, "step"), 3);
    json_decref(object);
    session_destroy(session);
}

/* What is not UTF-8 must not make the object vanish. */
static void strange_bytes_are_reported(void **state)
{
    struct session *session = begin("first-fit");
    char *line = NULL;
    size_t length = 0;
    struct json json = {.output = open_memstream(&line, &length), .session = session};

    (void)state;
    json_report(&json,
                &(struct outcome){
                    .command = "say \xff\xfe", .error = "bad \xc3", .text = "", .notice = ""});
    fclose(json.output);
    assert_non_null(strstr(line, "bad"));
    free(line);
    session_destroy(session);
}

/* The outcomes of a few actions as plain text. */
static char *plain_text(bool ascii)
{
    struct session *session = begin("first-fit");
    char *output = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&output, &length);
    struct plain plain = {.output = stream,
                          .errors = stream,
                          .session = session,
                          .options = {.ascii = ascii, .unstyled = true},
                          .columns = 80};
    struct action actions[] = {
        {.kind = OP_ALLOC, .name = "A", .size = 1 << 20},
        {.kind = OP_ALLOC, .name = "B", .size = 1 << 20},
        {.kind = OP_FREE, .name = "A"},
    };
    struct text explanation = {0};
    struct show show = {0};
    struct error error;

    plain.show = &show;
    for (size_t i = 0; i < TEST_COUNT(actions); i++) {
        assert_true(session_act(session, &actions[i], &error));
        text_clear(&explanation);
        explain_last_step(session, EXPLAIN_ROUNDED, &explanation);
        plain_report(&plain, &(struct outcome){.command = "a command",
                                               .ok = true,
                                               .step = history_last_step(session->history),
                                               .text = text_string(&explanation),
                                               .notice = ""});
    }
    plain_report(&plain, &(struct outcome){.ok = true,
                                           .text = "",
                                           .notice = "",
                                           .exhibit = &(struct exhibit){.kind = EXHIBIT_BLOCKS}});
    plain_report(&plain, &(struct outcome){.error = "wrong",
                                           .column = 6,
                                           .line = "free Z",
                                           .notice = "",
                                           .location = {.file = "x.hg", .line = 3}});
    plain_report(&plain,
                 &(struct outcome){.error = "absent", .column = 6, .line = "free", .notice = ""});
    plain_finish(&plain);
    fclose(stream);
    text_finish(&explanation);
    session_destroy(session);
    return output;
}

static void plain_text_tells_all(void **state)
{
    static const char *const words[] = {
        "3  a command",
        "(1M at ",
        "BBBBBBBBBB",
        "external 0.4%",
        "x.hg:3:6: wrong\n  free Z\n       ^",
        "error: absent\n  free \n       ^",
        "+0x1000c8",
        "bookkeeping",
    };
    char *unicode = plain_text(false), *ascii = plain_text(true);

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(words); i++) {
        if (!strstr(ascii, words[i]))
            fail_msg("\"%s\" is not in:\n%s", words[i], ascii);
        assert_non_null(strstr(unicode, words[i]));
    }
    for (const char *byte = ascii; *byte; byte++)
        assert_true((unsigned char)*byte < 0x7f);
    assert_null(strchr(unicode, '\x1b'));
    free(unicode);
    free(ascii);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_sessions_are_consistent),
        cmocka_unit_test(results_are_payloads_or_null),
        cmocka_unit_test(what_nobody_knows_of_requests_is_null),
        cmocka_unit_test(a_list_that_is_lost_says_where_it_leads),
        cmocka_unit_test(a_list_that_leads_round_is_not_complete),
        cmocka_unit_test(links_leaks_and_what_dangles_are_listed_where_there_are_any),
        cmocka_unit_test(what_if_is_an_object_of_another_heap),
        cmocka_unit_test(a_comparison_is_an_array_of_policies),
        cmocka_unit_test(strange_bytes_are_reported),
        cmocka_unit_test(plain_text_tells_all),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    setlocale(LC_ALL, "");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
