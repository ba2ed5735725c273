/* test_formats.c: traces in other formats are told by how they begin and read truly, line by line;
 * those that the real tools write, too. */
#include "trace/format.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "shell.h"
#include "test.h"
#include "trace/journal_format.h"

static const char *samples; /* the folder */

/* The operations as a .rep file has them, with names. */
static struct text told(const struct trace *trace)
{
    static const char letters[] = "arf";
    struct text text = {0};

    for (size_t i = 0; i < trace->op_count; i++) {
        const struct trace_op *op = &trace->ops[i];
        const char *name = trace_name_of(trace, op->id);

        text_add(&text, "%c", letters[op->kind]);
        if (name)
            text_add(&text, " %s", name);
        else
            text_add(&text, " %d", (int)op->id);
        if (op->kind != TRACE_FREE)
            text_add(&text, " %llu", (unsigned long long)op->size);
        text_add(&text, ", ");
    }
    return text;
}

static void expect_trace(const struct trace *trace, const char *expected)
{
    struct text text = told(trace);

    assert_string_equal(text_string(&text), expected);
    text_finish(&text);
}

#define LOGGED "a 0 100, a 1 60, r 0 4000, f 1, a 2 0, f 2, "

static const struct {
    const char *format, *expected;
} rows[] = {
    {"mtrace", "a main_0 100, a 1 60, r main_0 4000, f 1, a _IO_file_2 0, f _IO_file_2, "},
    {"valgrind", LOGGED},
    {"ltrace", LOGGED},
    {"list", "a 0 100, a 1 60, f 0, a 2 4000, f 1, a 3 0, f 3, "},
    {"requests", "a P0 100, a P1 60, f P0, a P2 4000, f P1, a P0 0, f P0, "},
};

static struct text sample(const char *format)
{
    struct text path = {0}, bytes = {0};
    FILE *file;
    int c;

    text_add(&path, "%s/small.%s", samples, format);
    file = fopen(text_string(&path), "re");
    assert_non_null(file);
    while ((c = getc(file)) != EOF)
        text_add_bytes(&bytes, &(char){(char)c}, 1);
    fclose(file);
    text_finish(&path);
    return bytes;
}

static void a_format_is_known_by_how_it_begins(void **state)
{
    static const struct {
        const char *bytes, *format; /* NULL: it is none */
    } beginnings[] = {
        {"1\n2\n3\n4\na 0 1\n", "rep"},
        {"a 0 512\n", "rep"},
        {"1\n2\n", "rep"},
        {"alloc A 10M\nfree A\n", NULL},
        {"# malloc(3) = 4\nA = malloc(10)\nfree(A)\n", NULL},
        {"char *p = malloc(10);\nfree(p);\n", NULL},
        {"malloc(10)\n", NULL},
        {"", NULL},
        {"\n\n", NULL},
        {"-\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text bytes = sample(rows[i].format);
        const struct trace_format *format = trace_format_of(bytes.data, bytes.length);

        assert_non_null(format);
        assert_string_equal(format->name, rows[i].format);
        text_finish(&bytes);
    }
    for (size_t i = 0; i < TEST_COUNT(beginnings); i++) {
        const struct trace_format *format =
            trace_format_of(beginnings[i].bytes, strlen(beginnings[i].bytes));

        if (beginnings[i].format ? !format || strcmp(format->name, beginnings[i].format) != 0
                                 : format != NULL)
            fail_msg("'%s' is taken for %s", beginnings[i].bytes, format ? format->name : "none");
    }
}

static void each_format_is_read_truly(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text bytes = sample(rows[i].format);
        struct trace trace;
        struct error error;

        if (!trace_parse("t", bytes.data, bytes.length, false, &trace, &error))
            fail_msg("%s: %s", rows[i].format, error.text);
        expect_trace(&trace, rows[i].expected);
        trace_finish(&trace);
        text_finish(&bytes);
    }
}

/* What is left of a file is refused or it begins as the whole does; leniently, it always does. */
static void a_file_may_be_cut_off_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text bytes = sample(rows[i].format);
        const struct trace_format *format = trace_format_of(bytes.data, bytes.length);
        bool typed = strcmp(format->name, "list") == 0 || strcmp(format->name, "requests") == 0;

        for (size_t size = 0; size < bytes.length; size++) {
            for (int lenient = 0; lenient < 2; lenient++) {
                char *copy = malloc(size + 1); /* its end is where a sanitizer looks */
                struct trace_source source = {"t", copy, size, lenient, NULL};
                struct trace trace;
                struct error error = {0};
                struct text text;
                bool good;

                memcpy(copy, bytes.data, size);
                trace_init(&trace, "t");
                good = format->read(&source, &trace, &error);
                assert_true(good || (!lenient && strncmp(error.text, "t:", 2) == 0));
                text = told(&trace);
                if (good && !typed && strncmp(text_string(&text), rows[i].expected, text.length))
                    fail_msg("%s, %zu bytes: %s", format->name, size, text_string(&text));
                text_finish(&text);
                trace_finish(&trace);
                free(copy);
            }
        }
        text_finish(&bytes);
    }
}

static void what_cannot_be_read_is_named_and_left_out_leniently(void **state)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"= Start\n@ a:[0x1] + 0x10 0x1\n@ a:[0x1] * 0x10\n@ a:[0x1] - 0x10\n",
         "t:3: expected one of + - < > !, not 'a:[0x1] * 0x10'"},
        {"= Start\n@ a:[0x1] + 0x10 0x1\n@ a:[0x1] - here\n@ a:[0x1] - 0x10\n",
         "t:3: expected an address, not 'here'"},
        {"= Start\n@ a:[0x1] + 0x10 0x1\n@ a:[0x1] - 0x20\n@ a:[0x1] - 0x10\n",
         "t:3: nothing is known to be at 0x20"},
        {"= Start\n@ a:[0x1] + 0x10 0x1\n@ a:[0x1] + 0x10 0x1\n@ a:[0x1] - 0x10\n",
         "t:3: 0x10 is handed out, but it has not been freed"},
        {"= Start\n@ a:[0x1] + 0x10 0x1\n@ a:[0x1] > 0x20 0x4\n@ a:[0x1] - 0x10\n",
         "t:3: expected one of"},
        {"--1-- malloc(1) = 0x10\n--1-- malloc(x) = 0x20\n--1-- free(0x10)\n",
         "t:2: expected a number, not 'x) = 0x20'"},
        {"--1-- malloc(1) = 0x10\n--1-- malloc(2)\n--1-- free(0x10)\n",
         "t:2: expected = and a result, but the line ends"},
        {"malloc(1) = 0x10\nnonsense\nfree(0x10) = <void>\n",
         "t:2: expected a call and its result, not 'nonsense'"},
        {"malloc(1) = 0x10\n7 <... malloc resumed> ) = 0x20\nfree(0x10) = <void>\n",
         "t:2: expected a call that is unfinished"},
        {"malloc(1) = 0x10\nposix_memalign(0x7ffd, 64, 100) = 0\nfree(0x10) = <void>\n",
         "t:2: expected malloc, calloc"},
        {"+1\n*7\n-0\n", "t:2: expected +SIZE or -NUMBER, not '*7'"},
        {"+1\n-4\n-0\n", "t:2: id 4 is freed but was never allocated"},
        {"RQ P 1\nRQ P 7\nRL P\n", "t:2: P has memory already; expected RL P first"},
        {"RQ P 1\nRL Q\nRL P\n", "t:2: expected a process that has memory, not 'Q'"},
        {"RQ P 1\nRQ Q 1 Z\nRL P\n", "t:2: expected F, B or W, not 'Z'"},
        {"RQ P 1\nSTATUS\nRL P\n", "t:2: expected the end of the line, not 'US'"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(wrong); i++) {
        struct trace trace;
        struct error error = {0};

        assert_false(trace_parse("t", wrong[i].text, strlen(wrong[i].text), false, &trace, &error));
        if (!strstr(error.text, wrong[i].message))
            fail_msg("'%s' is refused with: %s", wrong[i].text, error.text);
        assert_int_equal(error.kind, ERROR_MALFORMED);
        assert_true(trace_parse("t", wrong[i].text, strlen(wrong[i].text), true, &trace, &error));
        assert_int_equal(trace.op_count, 2);
        assert_int_equal(trace.left_out, 1);
        trace_finish(&trace);
    }
}

static void a_journal_is_a_trace_cut_off_or_not(void **state)
{
    static const struct journal_entry entries[] = {
        {JOURNAL_BEGUN, 0, 77, 0},         {JOURNAL_ALLOCATE, 100, 0x1000, 0},
        {JOURNAL_ALLOCATE, 60, 0x2000, 0}, {JOURNAL_REALLOCATE, 4000, 0x3000, 0x1000},
        {JOURNAL_FREE, 0, 0, 0x2000},      {JOURNAL_END, 0, 0, 0},
        {JOURNAL_FREE, 0, 0, 0x3000},
    };
    const char *bytes = (const char *)entries;
    struct trace trace;
    struct error error;

    (void)state;
    assert_true(trace_parse("t", bytes, sizeof entries, false, &trace, &error));
    expect_trace(&trace, "a 0 100, a 1 60, r 0 4000, f 1, ");
    trace_finish(&trace);
    for (size_t size = sizeof entries[0]; size < 5 * sizeof entries[0]; size++) {
        bool whole = size % sizeof entries[0] == 0;

        assert_int_equal(trace_parse("t", bytes, size, false, &trace, &error), whole);
        if (whole)
            trace_finish(&trace);
        assert_true(trace_parse("t", bytes, size, true, &trace, &error));
        assert_int_equal(trace.op_count, size / sizeof entries[0] - 1);
        assert_int_equal(trace.left_out, !whole);
        trace_finish(&trace);
    }
}

/* The known program's operations among what the C library does besides. */
static void expect_known(const char *path)
{
    static const uint64_t sizes[] = {100001, 3 * 20001, 400001, 64000};
    struct trace trace;
    struct error error;
    size_t found = 0;

    if (!trace_read(path, false, &trace, &error))
        fail_msg("%s", error.text);
    for (size_t i = 0; i < trace.op_count && found < TEST_COUNT(sizes); i++)
        found += trace.ops[i].size == sizes[found];
    assert_int_equal(found, TEST_COUNT(sizes));
    assert_true(trace.live < 64000); /* of these, all are freed */
    trace_finish(&trace);
}

/* Where the tool and the known program are there: KNOWN says where, TOOL what must be had. */
static void expect_from_tool(const char *needs, const char *line)
{
    struct text path = {0}, command = {0};
    struct shell_run run;

    text_add(&path, "/tmp/heapglass-formats-%d", (int)getpid());
    text_add(&command, "test -n \"$KNOWN\" && %s && { %s; } >/dev/null 2>&1", needs, line);
    setenv("LOG", text_string(&path), 1);
    run = shell_run(text_string(&command));
    if (run.status != 0)
        print_message("# left out, as it is not there: %s\n", needs);
    else
        expect_known(text_string(&path));
    unlink(text_string(&path));
    text_finish(&run.output);
    text_finish(&path);
    text_finish(&command);
}

static void what_the_real_tools_write_is_read(void **state)
{
    (void)state;
    expect_from_tool("ls /lib/*/libc_malloc_debug.so.0 >/dev/null 2>&1",
                     "MALLOC_TRACE=$LOG LD_PRELOAD=libc_malloc_debug.so.0 $KNOWN");
    expect_from_tool("command -v valgrind >/dev/null",
                     "valgrind --trace-malloc=yes --log-file=$LOG $KNOWN");
    expect_from_tool("command -v ltrace >/dev/null", "ltrace -o $LOG $KNOWN");
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_format_is_known_by_how_it_begins),
        cmocka_unit_test(each_format_is_read_truly),
        cmocka_unit_test(a_file_may_be_cut_off_anywhere),
        cmocka_unit_test(what_cannot_be_read_is_named_and_left_out_leniently),
        cmocka_unit_test(a_journal_is_a_trace_cut_off_or_not),
        cmocka_unit_test(what_the_real_tools_write_is_read),
    };

    samples = arguments[1];
    if (count > 2)
        setenv("KNOWN", arguments[2], 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
