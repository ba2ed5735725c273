/* test_trace.c: traces are read and written truly, and what is none is refused with its line. */
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

#define HEADER(ids, ops) "20000\n" ids "\n" ops "\n1\n"

static bool parse(const char *text, bool lenient, struct trace *ret_trace, struct error *error)
{
    return trace_parse("folder/t.rep", text, strlen(text), lenient, ret_trace, error);
}

static struct trace parsed(const char *text, bool lenient)
{
    struct trace trace;
    struct error error;

    if (!parse(text, lenient, &trace, &error))
        fail_msg("'%s' is refused: %s", text, error.text);
    return trace;
}

static void expect_refusal(const char *text, bool lenient, const char *message)
{
    struct trace trace = {.op_count = 77};
    struct error error = {0};

    if (parse(text, lenient, &trace, &error))
        fail_msg("'%s' is read", text);
    assert_int_equal(trace.op_count, 77);
    assert_int_equal(error.kind, ERROR_MALFORMED);
    assert_true(error.column > 0);
    if (!strstr(error.text, message))
        fail_msg("'%s' is refused with: %s", text, error.text);
}

static void operations_are_read_one_by_one(void **state)
{
    static const struct trace_op expected[] = {
        {512, 0, TRACE_ALLOCATE},   {128, 1, TRACE_ALLOCATE},  {0, TRACE_NULL_ID, TRACE_FREE},
        {640, 0, TRACE_REALLOCATE}, {64, 2, TRACE_REALLOCATE}, {0, 1, TRACE_FREE},
        {0, 1, TRACE_ALLOCATE},     {0, 1, TRACE_FREE},
    };
    struct trace trace = parsed(HEADER("3", "8") "a 0 512\na 1 128\nf -1\nr 0 640\nr 2 64\nf 1\n"
                                                 "a 1 0\nf 1\n",
                                false);

    (void)state;
    assert_string_equal(trace.name, "t");
    assert_int_equal(trace.op_count, TEST_COUNT(expected));
    for (size_t i = 0; i < TEST_COUNT(expected); i++) {
        assert_int_equal(trace.ops[i].kind, expected[i].kind);
        assert_int_equal(trace.ops[i].id, expected[i].id);
        assert_int_equal(trace.ops[i].size, expected[i].size);
    }
    assert_int_equal(trace.id_count, 3);
    assert_int_equal(trace.peak_live, 640 + 128 + 64);
    assert_int_equal(trace.live, 640 + 64);
    assert_int_equal(trace.kind_counts[TRACE_REALLOCATE], 2);
    trace_finish(&trace);
}

static void both_kinds_of_header_and_any_white_space_are_taken(void **state)
{
    static const char *const texts[] = {
        "20000\n1\n2\n1\na 0 100\nf 0\n", /* suggested size first, weight last */
        "1\n1\n2\n100\na 0 100\nf 0\n",   /* weight first, peak last */
        "1 1 2 100\na 0 100\nf 0",        /* one line; no line break at the end */
        "1\r\n1\r\n2\r\n1\r\n\r\na 0 100\r\n\tf 0\r\n\r\n",
        "0\n5\n2\n0\na 4 100 f 4\n", /* not every id is used */
        "1\n2\na 0 100\nf 0\n",      /* ids and operations alone, */
        "1\n2\n1\na 0 100\nf 0\n",   /* and with a weight */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct trace trace = parsed(texts[i], false);

        assert_int_equal(trace.op_count, 2);
        assert_int_equal(trace.peak_live, 100);
        trace_finish(&trace);
    }
}

static void what_is_no_trace_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"20000\n3\n", "t.rep:2: the file ends before the number of operations, number 3 of 4"},
        {"1\na 0 512\n", "t.rep:2: the header has 1 line, and 4 are wanted"},
        {"1\n3\na 0 512\nf 0\n", "t.rep:3: the header has 2 lines, and 4 are wanted: suggested "
                                 "heap size, ids, operations, weight; --lenient takes it"},
        {"1\n1\n1\na 0 512\nf 0\n", "t.rep:4: the header has 3 lines, and 4 are wanted"},
        {"1\n2\na 1 512\nf 1\n", "t.rep:3: id 1 is out of range; the header"},
        {"1\n1\n2\n1\n7\na 0 512\nf 0\n", "t.rep:6: the header has 5 lines, and 4 are wanted"},
        {"1x\n", "t.rep:1: the suggested heap size '1x' is not a number"},
        {"1\n-3\n1\n1\n", "t.rep:2: the number of ids '-3' is not a number"},
        {"1\n99999999999999999999999\n1\n1\n",
         "t.rep:2: the number of ids 99999999999999999999..."},
        {"1\n1\n268435457\n1\n", "t.rep:3: the number of operations 268435457 is too large"},
        {"18446744073709551616\n1\n1\n1\n", "t.rep:1: the suggested heap size 1844674407"},
        {HEADER("1", "1") "x 0 1\n", "t.rep:5: 'x' is no operation; operations are a, r and f"},
        {HEADER("1", "1") "alloc 0 1\n", "t.rep:5: 'alloc' is no operation"},
        {HEADER("1", "1") "a x 1\n", "t.rep:5: id 'x' is not a number"},
        {HEADER("1", "1") "a -1 1\n", "t.rep:5: id '-1' is not a number"},
        {HEADER("1", "1") "f -2\n", "t.rep:5: id '-2' is not a number"},
        {HEADER("1", "1") "a 0 1x\n", "t.rep:5: size '1x' is not a number"},
        {HEADER("1", "1") "a 0 -1\n", "t.rep:5: size '-1' is not a number"},
        {HEADER("1", "1") "a 0 1099511627777\n", "t.rep:5: size 1099511627777 is too large"},
        {HEADER("1", "1") "a 0 18446744073709551617\n", "t.rep:5: size 18446744073709551617 is"},
        {HEADER("2", "2") "a 0 1099511627776\na 1 1\n", "t.rep:6: 1 more bytes are too many"},
        {HEADER("1", "1") "a 1 1\n", "t.rep:5: id 1 is out of range; the header"},
        {HEADER("67108864", "1") "a 67108863 1\n", "t.rep:5: id 67108863 is too large"},
        {HEADER("1", "2") "a 0 1\na 0 2\n", "t.rep:6: id 0 is allocated twice"},
        {HEADER("1", "3") "a 0 1\nf 0\nf 0\n", "t.rep:7: id 0 is freed but not live"},
        {HEADER("2", "1") "f 1\n", "t.rep:5: id 1 is freed but was never allocated"},
        {HEADER("1", "1") "a", "t.rep:5: the file ends within an operation"},
        {HEADER("1", "2") "f -1\na 0\n", "t.rep:6: the file ends within an operation"},
        {HEADER("1", "3") "a 0 1\nf 0\n\n",
         "t.rep:6: the file ends after 2 operations; the header"},
        {HEADER("1", "1") "a 0 1\nf 0\n",
         "t.rep:6: the file goes on; the header's number of operations is 1"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        expect_refusal(rows[i].text, false, rows[i].message);
}

static void what_does_not_begin_as_a_trace_is_told(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "t.rep: it is empty"},
        {"\n\n", "t.rep: it is empty"},
        {"\xef\xbb\xbf", "t.rep: it is empty"},
        {"\x1f\x8b\x08", "t.rep: it is compressed; zcat unpacks it"},
        {"root:x:0:0\n", "t.rep: it does not begin as a trace does"},
        {"\177ELF\2\1\1\n", "t.rep: it does not begin as a trace does"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error error = {0};
        struct trace trace;

        assert_false(
            trace_parse("t.rep", rows[i].text, strlen(rows[i].text), true, &trace, &error));
        assert_non_null(strstr(error.text, rows[i].message));
        assert_int_equal(error.kind, ERROR_MALFORMED);
        assert_int_equal(error.column, 0);
    }
}

static void what_an_editor_begins_with_is_passed_over(void **state)
{
    struct trace trace = parsed("\xef\xbb\xbf" HEADER("1", "2") "a 0 1\nf 0\n", false);

    (void)state;
    assert_int_equal(trace.op_count, 2);
    trace_finish(&trace);
}

static void lenient_takes_what_is_there(void **state)
{
    static const char *const texts[] = {
        HEADER("1", "9") "a 0 1\nf 0\n",    /* fewer operations */
        HEADER("1", "1") "a 0 1\nf 0\n",    /* more */
        HEADER("0", "2") "a 0 1\nf 0\n",    /* more ids */
        HEADER("1", "9") "a 0 1\nf 0\na 0", /* cut off */
        HEADER("1", "9") "a 0 1\nf 0\nr",
        "1\n2\na 0 1\nf 0\n",    /* no more than ids and operations */
        "1\n2\n1\na 0 1\nf 0\n", /* and a weight */
        "1 2\r\na 0 1\r\nf 0\r\n",
        "a 0 1\nf 0\n", /* nothing at all */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(texts); i++) {
        struct trace trace = parsed(texts[i], true);

        assert_int_equal(trace.op_count, 2);
        trace_finish(&trace);
    }
    expect_refusal("1\n2\nx 0 1\n", true, "the number of operations 'x' is not a number");
    expect_refusal("1\n1\n2\n1\n7\na 0 1\nf 0\n", true, "the header has 5 lines");
}

static void lenient_counts_what_it_leaves_out(void **state)
{
    static const struct {
        const char *text;
        size_t left_out;
    } rows[] = {
        {HEADER("1", "2") "a 0 1\nf 0\n", 0},
        {HEADER("1", "3") "a 0 1\nf 0\nf 0\n", 1},
        {HEADER("1", "2") "a 0 1\nx\nhello there\nf 0\n", 2},
        {HEADER("1", "2") "a 0 1\na 1 1x f 7\nf 0\n", 1},
        {HEADER("1", "2") "a 0 1\nf 0\nr 0", 1},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct trace trace = parsed(rows[i].text, true);

        assert_int_equal(trace.op_count, 2);
        assert_int_equal(trace.left_out, rows[i].left_out);
        trace_finish(&trace);
    }
}

/* Every prefix of a trace is refused or, leniently, taken; none is read past its end. */
static void a_trace_may_be_cut_off_anywhere(void **state)
{
    static const char text[] = HEADER("12", "5") "a 11 100\nr 3 200\nf -1\nf 11\nf 3";
    size_t taken = 0;

    (void)state;
    for (size_t size = 0; size < strlen(text); size++) {
        char *copy = malloc(size + 1); /* its end is where a sanitizer looks */
        struct trace trace;
        struct error error;

        memcpy(copy, text, size);
        assert_false(trace_parse("t", copy, size, false, &trace, &error));
        if (trace_parse("t", copy, size, true, &trace, &error)) {
            taken++;
            trace_finish(&trace);
        }
        free(copy);
    }
    assert_true(taken > strlen(text) / 2);
}

static void what_was_written_reads_the_same(void **state)
{
    struct trace trace =
        parsed(HEADER("9", "6") "a 8 1\na 0 99\nr 8 700\nf -1\nf 0\nr 3 0\n", false);
    char path[] = "/tmp/heapglass-trace-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    struct trace again;
    struct error error;

    (void)state;
    assert_non_null(file);
    assert_true(trace_write(&trace, file, &error));
    fclose(file);
    assert_true(trace_read(path, false, &again, &error));
    unlink(path);
    assert_int_equal(again.op_count, trace.op_count);
    assert_memory_equal(again.ops, trace.ops, trace.op_count * sizeof trace.ops[0]);
    assert_int_equal(again.peak_live, trace.peak_live);
    assert_int_equal(again.id_count, trace.id_count);
    trace_finish(&trace);
    trace_finish(&again);
}

static void output_that_fails_is_told(void **state)
{
    struct trace trace = parsed(HEADER("1", "1") "a 0 1\n", false);
    FILE *full = fopen("/dev/full", "w");
    struct error error = {0};

    (void)state;
    assert_non_null(full);
    assert_false(trace_write(&trace, full, &error));
    assert_non_null(strstr(error.text, "No space left"));
    fclose(full);
    trace_finish(&trace);
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
    struct trace trace;
    struct error error = {0};

    (void)state;
    assert_false(trace_read("/nonexistent.rep", false, &trace, &error));
    assert_string_equal(error.text, "/nonexistent.rep: No such file or directory");
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_int_equal(error.column, 0);
    assert_false(trace_read("/", false, &trace, &error));
    assert_non_null(strstr(error.text, "Is a directory"));
}

static void an_operation_that_is_refused_changes_nothing(void **state)
{
    struct trace trace;
    struct error error;
    uint64_t size = 0;

    (void)state;
    trace_init(&trace, "t");
    assert_true(trace_add(&trace, TRACE_ALLOCATE, 5, 10, &error));
    assert_false(trace_add(&trace, TRACE_ALLOCATE, 5, 10, &error));
    assert_false(trace_add(&trace, TRACE_FREE, 4, 0, &error));
    assert_false(trace_add(&trace, TRACE_ALLOCATE, TRACE_NULL_ID, 1, &error));
    assert_false(trace_add(&trace, TRACE_ALLOCATE, TRACE_IDS_MAX, 1, &error));
    assert_int_equal(trace.op_count, 1);
    assert_true(trace_is_live(&trace, 5, &size));
    assert_int_equal(size, 10);
    assert_false(trace_is_live(&trace, 4, &size));
    trace_finish(&trace);
}

/* Who waits is told how far it is, and may stop it: in every format the same. */
static bool count_ticks(void *context, size_t done, size_t total)
{
    size_t *left = context;

    assert_true(total == 0 || done <= total);
    return (*left)-- > 0;
}

static void reading_a_long_trace_can_be_stopped(void **state)
{
    enum { OPS = 200000, ENOUGH = 1000000 };
    char path[] = "long-XXXXXX";

    (void)state;
    for (int format = 0; format < 2; format++) {
        size_t left = ENOUGH;
        struct progress progress = {count_ticks, &left};
        struct error error = {0};
        struct trace trace;
        int file = mkstemp(path);
        FILE *output = fdopen(file, "w");

        for (int op = 0; op < OPS; op++)
            format == 0 ? fprintf(output, "a %d 8\nf %d\n", op, op)
                        : fprintf(output, "RQ P%d 8 F\nRL P%d\n", op, op);
        assert_int_equal(fclose(output), 0);
        assert_true(trace_read_watched(path, true, &progress, &trace, &error));
        assert_true(left < ENOUGH);
        trace_finish(&trace);
        left = 1;
        assert_false(trace_read_watched(path, true, &progress, &trace, &error));
        assert_int_equal(error.kind, ERROR_STOPPED);
        unlink(path);
        strcpy(path, "long-XXXXXX");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reading_a_long_trace_can_be_stopped),
        cmocka_unit_test(operations_are_read_one_by_one),
        cmocka_unit_test(both_kinds_of_header_and_any_white_space_are_taken),
        cmocka_unit_test(what_is_no_trace_is_refused_with_its_line),
        cmocka_unit_test(what_does_not_begin_as_a_trace_is_told),
        cmocka_unit_test(what_an_editor_begins_with_is_passed_over),
        cmocka_unit_test(lenient_takes_what_is_there),
        cmocka_unit_test(lenient_counts_what_it_leaves_out),
        cmocka_unit_test(a_trace_may_be_cut_off_anywhere),
        cmocka_unit_test(what_was_written_reads_the_same),
        cmocka_unit_test(output_that_fails_is_told),
        cmocka_unit_test(a_file_that_cannot_be_read_is_named),
        cmocka_unit_test(an_operation_that_is_refused_changes_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
