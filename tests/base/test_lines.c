/* test_lines.c: lines as they come from pipes. */
#include "base/lines.h"

#include <fcntl.h>
#include <unistd.h>

#include "test.h"

/* A pipe with these bytes in it, and no writer. */
static struct line_reader reader_of(const char *bytes, size_t size)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], bytes, size), size);
    close(ends[1]);
    return (struct line_reader){.descriptor = ends[0]};
}

static void finish(struct line_reader *reader)
{
    close(reader->descriptor);
    line_reader_finish(reader);
}

static void expect_line(struct line_reader *reader, const char *expected)
{
    char *line;

    assert_int_equal(line_reader_next(reader, &line), LINE_READ);
    assert_string_equal(line, expected);
}

static void lines_end_as_every_system_ends_them(void **state)
{
    static const char bytes[] = "\xef\xbb\xbf"
                                "one\r\n\ntwo\nlast";
    struct line_reader reader = reader_of(bytes, sizeof bytes - 1);
    char *line;

    (void)state;
    expect_line(&reader, "one");
    expect_line(&reader, "");
    expect_line(&reader, "two");
    expect_line(&reader, "last");
    assert_int_equal(line_reader_next(&reader, &line), LINE_END);
    assert_int_equal(line_reader_next(&reader, &line), LINE_END);
    assert_int_equal(reader.consumed, sizeof bytes - 1 - 3);
    finish(&reader);
}

static void what_is_no_text_is_refused(void **state)
{
    struct line_reader reader = reader_of("good\nb\0d\n", 9);
    char *line;

    (void)state;
    expect_line(&reader, "good");
    assert_int_equal(line_reader_next(&reader, &line), LINE_BINARY);
    finish(&reader);
    reader = reader_of("", 0);
    close(reader.descriptor);
    assert_int_equal(line_reader_next(&reader, &line), LINE_FAILED);
    line_reader_finish(&reader);
}

static void a_line_without_end_is_refused(void **state)
{
    struct line_reader reader = {.descriptor = open("/dev/zero", O_RDONLY)};
    char *line;

    (void)state;
    assert_int_equal(line_reader_next(&reader, &line), LINE_TOO_LONG);
    assert_true(reader.end <= 4 * LINE_LENGTH_MAX);
    finish(&reader);
}

static bool go_on_twice(void *context, size_t done, size_t total)
{
    (void)done;
    (void)total;
    return ++*(int *)context < 3;
}

static void waiting_can_be_stopped(void **state)
{
    int ends[2], asked = 0;
    struct line_reader reader = {.progress = {go_on_twice, &asked}};
    char *line;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    reader.descriptor = ends[0];
    assert_int_equal(line_reader_next(&reader, &line), LINE_STOPPED);
    assert_int_equal(asked, 3);
    close(ends[1]);
    finish(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_as_every_system_ends_them),
        cmocka_unit_test(what_is_no_text_is_refused),
        cmocka_unit_test(a_line_without_end_is_refused),
        cmocka_unit_test(waiting_can_be_stopped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
