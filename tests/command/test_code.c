/* test_code.c: lines of program text that steps stand for. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "command/scenario.h"
#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

static char folder[] = "/tmp/heapglass-code-XXXXXX";

static void write_bytes(const char *name, const char *bytes, size_t count)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "we");
    assert_non_null(file);
    fwrite(bytes, 1, count, file);
    fclose(file);
}

static void write_text(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

/* Run a line in which % stands for the folder. */
static void expand(const char *line, char text[512])
{
    size_t length = 0;

    for (; *line; line++)
        length += (size_t)(*line == '%' ? snprintf(text + length, 512 - length, "%s", folder)
                                        : snprintf(text + length, 512 - length, "%c", *line));
}

static void run(struct spy *spy, const char *line)
{
    char text[512];

    expand(line, text);
    spy_expect(spy, text);
}

static void expect_line(const struct spy *spy, const char *expected)
{
    struct text text = {0};

    sources_add_line(&spy->session->history->sources, &text);
    assert_string_equal(text_string(&text), expected);
    text_finish(&text);
}

static void a_step_has_the_line_that_was_named_before_it(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    run(spy, "code %/two.c:1; alloc A 10; code %/two.c:2; alloc B 10; free A");
    expect_line(spy, "two.c:2          second");
    assert_true(spy->show.outlook.choice.called & 1u << PANEL_CODE);
    run(spy, "undo 2");
    expect_line(spy, "two.c:1  first");
    run(spy, "redo");
    expect_line(spy, "two.c:2          second");
    run(spy, "goto 0");
    expect_line(spy, "");
    run(spy, "goto 3");
    run(spy, "policy best-fit; undo 2");
    expect_line(spy, "two.c:1  first");
    run(spy, "code off; alloc C 10");
    expect_line(spy, "");
    assert_false(spy->show.outlook.choice.called & 1u << PANEL_CODE);
    assert_int_equal(spy->session->history->steps.count, 2);
    run(spy, "whatif alloc D 10");
    run(spy, "reset");
    spy_destroy(spy);
}

static void what_is_wrong_is_pointed_to(void **state)
{
    static const struct {
        const char *line, *words;
        int column; /* behind `code `, and the folder */
    } rows[] = {
        {"code nowhere.c:1", "No such file", 6},
        {"code two.c:3", "has no line 3; it has 2 lines", 12},
        {"code two.c:0", "has no line 0", 12},
        {"code two.c:x", "'x'", 12},
        {"code two.c:", "", 12},
        {"code two.c", "it takes a file and a line", 6},
        {"code :3", "it takes a file and a line", 6},
        {"code empty.c:1", "has no line 1; it has 0 lines", 14},
        {"code binary.c:1", "this is no text file", 6},
        {"code long.c:1", "this line is longer than", 6},
        {"code folder:1", "this is no text file", 6},
        {"code pipe:1", "this is no text file", 6},
    };
    struct spy *spy = spy_create();
    char path[128];

    (void)state;
    assert_int_equal(chdir(folder), 0);
    write_text("empty.c", "");
    write_bytes("binary.c", "int\0main", 8);
    snprintf(path, sizeof path, "%s/folder", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/pipe", folder);
    mkfifo(path, 0600);
    char *many = memory_create(100001, 1);
    memset(many, 'x', 100000);
    write_text("long.c", many);
    free(many);
    run(spy, "code two.c:2; alloc A 10");
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect_error(spy, rows[i].line, rows[i].words, rows[i].column);
        expect_line(spy, "two.c:2          second"); /* all is as it was */
    }
    spy_destroy(spy);
}

static void no_terminal_obeys_a_line(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    write_text("wild.c", "a\tb\033[2Jc\x9b\r\nd\xff\xe2\x80\xae\n");
    run(spy, "code %/wild.c:1");
    expect_line(spy, "wild.c:1  a       b^[[2Jc\\x9b");
    run(spy, "code %/wild.c:2");
    expect_line(spy, "wild.c:2  d\\xff\\u202e");
    spy_destroy(spy);
}

static void a_scenario_that_is_saved_has_its_lines(void **state)
{
    struct spy *spy = spy_create();
    struct text text = {0};
    size_t left_out = 1;
    char expected[512];

    (void)state;
    run(spy, "code %/two.c:1; alloc A 10; alloc B 10; code %/two.c:2; free A; code off; free B");
    assert_true(scenario_add(spy->session, &text, &left_out));
    assert_int_equal(left_out, 0);
    expand("code \"%/two.c:1\"\nalloc A 10\nalloc B 10\ncode \"%/two.c:2\"\nfree A\ncode off\n"
           "free B\n",
           expected);
    if (!strstr(text_string(&text), expected))
        fail_msg("%s", text_string(&text));
    text_finish(&text);
    spy_destroy(spy);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    write_text("two.c", "first\n\tsecond\n");
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"two.c",  "empty.c", "binary.c", "long.c",
                                        "wild.c", "pipe",    "folder"};
    char path[128];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    return rmdir(folder);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_has_the_line_that_was_named_before_it),
        cmocka_unit_test(what_is_wrong_is_pointed_to),
        cmocka_unit_test(no_terminal_obeys_a_line),
        cmocka_unit_test(a_scenario_that_is_saved_has_its_lines),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
