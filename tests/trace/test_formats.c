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
    {"script", LOGGED},
    {"list", "a 0 100, a 1 60, f 0, a 2 4000, f 1, a 3 0, f 3, "},
    {"ostep", "a p0 30, f p0, a p2 7, f p2, "},
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
        {"a 0 512\n", "script"},
        {"# a script\n\nr 0 512\n", "script"},
        {"a b\n", NULL},
        {"1\n2\n", "rep"},
        {"alloc A 10M\nfree A\n", NULL},
        {"# malloc(3) = 4\nA = malloc(10)\nfree(A)\n", NULL},
        {"char *p = malloc(10);\nfree(p);\n", NULL},
        {"malloc(10)\n", NULL},
        {"# of the lab\n20000 # bytes\n1\n2\n1\na 0 1\nf 0\n", "rep"},
        {"-1\n1\n2\n1\na 0 1\nf 0\n", NULL},
        {"# a list\n+1,-0\n", "list"},
        {"RQ\tP0\t1\n", "requests"},
        {"[0x401136] malloc(1) = 0x10\n", "ltrace"},
        {"7 1795777927.546592 [0x401136] malloc(1) = 0x10\n", "ltrace"},
        {"ptr[0] = Alloc(3)  returned ?\n", "ostep"},
        {"ptr[0] = malloc(3)\n", NULL},
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
        bool typed = strcmp(format->name, "list") == 0 || strcmp(format->name, "requests") == 0 ||
                     strcmp(format->name, "script") == 0;

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

/* What tools write with options, or where there is more than a heap and a thread to tell of. */
static void other_shapes_are_read_truly(void **state)
{
    static const struct {
        const char *text, *expected;
    } shapes[] = {
        {"[0x401136] malloc(1) = 0x10\n[0x401150] free(0x10) = <void>\n", "a 0 1, f 0, "},
        {"7 1795777927.5 [0x401136] malloc(1) = 0x10\n7 8.1 [0x4] free(0x10) = <void>\n",
         "a 0 1, f 0, "},
        {"malloc@libc.so.6(5) = 0x10\nfree@libc.so.6(0x10) = <void>\n", "a 0 5, f 0, "},
        {"operator new(unsigned long)@libstdc++.so.6(4) = 0x10\n"
         "operator delete(void*, unsigned long)(0x10, 4, 4) = 0\n",
         "a 0 4, f 0, "},
        {"operator new(unsigned long)(4 <unfinished ...>\n"
         "<... operator new(unsigned long) resumed> ) = 0x10\n",
         "a 0 4, "},
        {"malloc(1) = 0x10\nreallocarray(0x10, 10, 20, 0) = 0x20\n", "a 0 1, r 0 200, "},
        {"reallocarray(0, 10, 20) = 0x20\n", "a 0 200, "},
        /* what a call calls is part of it */
        {"p->malloc(9 <unfinished ...>\nmalloc@libc.so.6(9 <unfinished ...>\n"
         "<... malloc resumed> ) = 0x10\n<... malloc resumed> ) = 0x10\n",
         "a 0 9, "},
        {"calloc(2, 3 <unfinished ...>\nmalloc@libc.so.6(6) = 0x10\n"
         "<... calloc resumed> ) = 0x10\n",
         "a 0 6, "},
        {"1 malloc(9 <unfinished ...>\n2 malloc(8) = 0x20\n1 <... malloc resumed> ) = 0x10\n",
         "a 0 8, a 1 9, "},
        {"1 malloc(9 <no return ...>\n1 <... malloc resumed> ) = 0x10\n", "a 0 9, "},
        {"1 malloc(9) = 0x10\n1 free(0x10 <no return ...>\n", "a 0 9, f 0, "},
        {"1 a->malloc(9) = 0x10\n1 libc.so.6->(0x99, 17)  = 0\n", "a 0 9, "},
        {"1 malloc(9) = 0x10\n1 unexpected breakpoint at 0x401136\n", "a 0 9, "},
        {"1 malloc(9) = 0x10\n1 fork() = 2\n2 <... fork resumed> ) = 0\n2 puts(\"\") = 1\n"
         "1 free(0x10) = <void>\n",
         "a 0 9, f 0, "},
        {"--1-- _ZnwmSt11align_val_t(size 64, al 64) = 0x10\n"
         "--1-- _ZdlPvmSt11align_val_t(0x10)\n",
         "a 0 64, f 0, "},
        {"--00:00:00:00.688 9047-- malloc(100) = 0x10\n--00:00:00:01.002 9047-- free(0x10)\n",
         "a 0 100, f 0, "},
        {"# a comment\n+1, -0\n# another\n+2\n", "a 0 1, f 0, a 1 2, "},
        {"RQ\tP0\t1\tF\nallocator> RL \tP0\n# a comment\n", "a P0 1, f P0, "},
        {"1\n1\n2\n1 # weight\n# a comment\na 0 1 # a\nf 0 # f 0", "a 0 1, f 0, "},
        {"ptr[0] = Alloc(3)\nFree(ptr[0])\n", "a p0 3, f p0, "},
        {"ptr[0] = Alloc(3) returned -1 (searched 1 elements)\nptr[1] = Alloc(4) returned 0\n",
         "a p1 4, "},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(shapes); i++) {
        struct trace trace;
        struct error error;

        if (!trace_parse("t", shapes[i].text, strlen(shapes[i].text), false, &trace, &error))
            fail_msg("'%s' is refused with: %s", shapes[i].text, error.text);
        expect_trace(&trace, shapes[i].expected);
        trace_finish(&trace);
    }
}

/* A program does much before it allocates. */
static void a_log_is_known_behind_a_thousand_other_calls(void **state)
{
    struct text text = {0};
    const struct trace_format *format;

    (void)state;
    for (int i = 0; i < 1000; i++)
        text_add(&text, "SYS_brk(0) = 0x1000\n");
    assert_null(trace_format_of(text.data, text.length));
    text_add(&text, "malloc(1) = 0x10\n");
    format = trace_format_of(text.data, text.length);
    assert_non_null(format);
    assert_string_equal(format->name, "ltrace");
    text_finish(&text);
}

/* What is text in a wrapping, and a log of nothing. */
static void a_whole_file_that_is_no_trace_says_why(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        const char *message;
    } files[] = {
        {"\x1f\x8b\x08", 3, "t: it is compressed; zcat unpacks it"},
        {"\xfd\x37zXZ", 6, "t: it is compressed; xzcat unpacks it"},
        {"\x28\xb5\x2f\xfd", 4, "t: it is compressed; zstdcat unpacks it"},
        {"BZh9", 4, "t: it is compressed; bzcat unpacks it"},
        {"PK\x03\x04", 4, "t: it is a zip archive; unzip -p unpacks it"},
        {"\xff\xfe+\0001\0", 6, "t: it is UTF-16; iconv -f UTF-16 -t UTF-8 makes UTF-8 of it"},
        {"\xfe\xff\0+\0001", 6, "t: it is UTF-16; iconv -f UTF-16 -t UTF-8 makes UTF-8 of it"},
        {"==1== Command: ls\n==1== \n", 25,
         "t: it tells of no calls of malloc, which valgrind writes with --trace-malloc=yes"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        struct trace trace;
        struct error error = {0};

        assert_false(trace_parse("t", files[i].bytes, files[i].size, false, &trace, &error));
        assert_string_equal(error.text, files[i].message);
        assert_int_equal(error.kind, ERROR_MALFORMED);
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
        {"RQ P 1\nRL P\nRL P\n", "t:3: expected a process that has memory, not 'P'"},
        {"malloc(1) = 0x10\n<... resume\nfree(0x10) = <void>\n",
         "t:2: expected a name and resumed>, not 'resume'"},
        {"1 malloc(1) = 0x10\n2 fork() = 0\n2 free(0x10) = <void>\n1 free(0x10) = <void>\n",
         "t:3: expected no call of process 2, which came of a fork: its heap is another"},
        {"--1-- malloc(1) = 0x10\n--2-- free(0x10)\n--1-- free(0x10)\n",
         "t:2: expected process 1, not 2, whose heap is another"},
        {"ptr[0] = Alloc(3)\nptr[7] = Alloc(3)\nFree(ptr[0])\n",
         "t:2: expected ptr[1], not 'ptr[7] = Alloc(3)'"},
        {"ptr[0] = Alloc(3)\nptr[1] = Alloc(x)\nFree(ptr[0])\n",
         "t:2: expected a number, not 'x)'"},
        {"ptr[0] = Alloc(3)\nFree(ptr[1])\nFree(ptr[0])\n",
         "t:2: id 1 is freed but was never allocated"},
        {"ptr[0] = Alloc(3)\nptr[1] = Alloc(3) returned where\nFree(ptr[0])\n",
         "t:2: expected an address or ?, not 'where'"},
        {"+1\n+99999999999999999999999\n-0\n", "t:2: so many more bytes are too many"},
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
        assert_non_null(strstr(error.text, "; --lenient leaves out what cannot be read"));
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
        cmocka_unit_test(other_shapes_are_read_truly),
        cmocka_unit_test(a_log_is_known_behind_a_thousand_other_calls),
        cmocka_unit_test(a_whole_file_that_is_no_trace_says_why),
        cmocka_unit_test(what_cannot_be_read_is_named_and_left_out_leniently),
        cmocka_unit_test(a_journal_is_a_trace_cut_off_or_not),
        cmocka_unit_test(what_the_real_tools_write_is_read),
    };

    samples = arguments[1];
    if (count > 2)
        setenv("KNOWN", arguments[2], 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
