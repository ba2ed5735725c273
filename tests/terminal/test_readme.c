/* test_readme.c: the README's samples of output are what the program shows. Times are left out:
 * they differ from run to run. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "base/text.h"
#include "terminal/program.h"

enum { INDENT = 4, LINES_MOST = 64 };

static const char *path; /* of the README */

/* A sample: lines of the README that stand one below the other. */
struct sample {
    char *lines[LINES_MOST];
    int count;
};

/* The sample whose first line begins with `words`, without its indent. */
static struct sample sample_read(const char *words)
{
    struct sample sample = {0};
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t capacity = 0;

    assert_non_null(file);
    while (getline(&line, &capacity, file) > 0 && sample.count < LINES_MOST) {
        bool is_sample = strncmp(line, "    ", INDENT) == 0;

        line[strcspn(line, "\n")] = '\0';
        if (sample.count > 0 && !is_sample)
            break;
        if (sample.count > 0 || (is_sample && strncmp(line + INDENT, words, strlen(words)) == 0))
            sample.lines[sample.count++] = strdup(line + INDENT);
    }
    fclose(file);
    free(line);
    if (sample.count == 0)
        fail_msg("the README has no sample that begins with: %s", words);
    return sample;
}

static void sample_finish(struct sample *sample)
{
    for (int i = 0; i < sample->count; i++)
        free(sample->lines[i]);
}

/* ---- Comparing ---- */

static bool is_time(const char *digits)
{
    const char *unit = digits + strspn(digits, "0123456789");

    return unit > digits &&
           (strncmp(unit, " ns", 3) == 0 || strncmp(unit, " \u00b5s", 3) == 0 ||
            strncmp(unit, " ms", 3) == 0 || strncmp(unit, " of them the kernel's", 21) == 0);
}

static bool is_filler(const char *text, size_t *ret_bytes)
{
    static const char line[] = "\u2500";

    *ret_bytes = *text == ' ' ? 1 : sizeof line - 1;
    return *text == ' ' || *text == '\n' || strncmp(text, line, sizeof line - 1) == 0;
}

/* The text without times, of which the unit depends on how long it is, with one blank where there
 * are several, or lines, and none at its end. */
static void add_plain(const char *text, struct text *plain)
{
    while (*text) {
        size_t bytes;

        if (is_time(text)) {
            text += strspn(text, "0123456789");
            text += strncmp(text, " of", 3) == 0 ? 3 : strncmp(text, " ns", 3) == 0 ? 3 : 4;
        } else if (is_filler(text, &bytes)) {
            while (is_filler(text, &bytes))
                text += *text == '\n' ? 1 : bytes;
            text_add(plain, "%s", *text ? " " : "");
        } else {
            text_add_bytes(plain, text++, 1);
        }
    }
}

static bool is_alike(const char *a, const char *b)
{
    struct text plain_a = {0}, plain_b = {0};
    bool same;

    add_plain(a, &plain_a);
    add_plain(b, &plain_b);
    same = strcmp(text_string(&plain_a), text_string(&plain_b)) == 0;
    text_finish(&plain_a);
    text_finish(&plain_b);
    return same;
}

/* ---- Screens ---- */

/* A picture of `rows` of the screen after `line`, from row `from` on, is that in the README that
 * begins with `words`. What is waited for, `until`, comes with the last command. */
static void expect_screen(const char *words, const char *line, const char *until, int rows,
                          int from)
{
    struct sample sample = sample_read(words);
    struct term *term =
        program_start_as(rows ? rows : sample.count, 100, "xterm-256color", "C.UTF-8", NULL, NULL);

    term_expect(term, "PgDn walk along");
    term_type(term, line);
    term_expect(term, until);
    term_expect_gone(term, "PgDn walk along"); /* the last row that changes */
    for (int i = 0; i < sample.count; i++) {
        const char *row = term_row(term, from + i);

        if (!is_alike(row, sample.lines[i]))
            fail_msg("README:\n%s\nscreen:\n%s", sample.lines[i], row);
    }
    program_leave(term);
    sample_finish(&sample);
}

static void the_first_picture_is_what_is_seen(void **state)
{
    (void)state;
    expect_screen(" heapglass ", "alloc A 10M; alloc B 10M; alloc C 10M; free B\r",
                  "\u2502 merged.", 0, 0);
}

static void the_small_heap_is_what_is_seen(void **state)
{
    (void)state;
    expect_screen("\u250c\u2500 heap +0x00b8", "alloc A 10; alloc B 24\r", "step 2: alloc B 24", 30,
                  1);
}

/* ---- Text ---- */

/* What the program prints when it is given `commands`. */
static void run(const char *commands, struct text *output)
{
    struct text line = {0};
    char bytes[4096];
    size_t count;
    FILE *pipe;

    text_add(&line, "LC_ALL=C.UTF-8 '%s' --no-config --plain -e '%s' 2>&1", program_path(),
             commands);
    pipe = popen(text_string(&line), "re");
    assert_non_null(pipe);
    while ((count = fread(bytes, 1, sizeof bytes, pipe)) > 0)
        text_add_bytes(output, bytes, count);
    pclose(pipe);
    text_finish(&line);
}

static void texts_are_what_is_printed(void **state)
{
    static const struct {
        const char *words, *commands;
    } rows[] = {
        {"D takes the first free block that fits",
         "alloc A 24; alloc B 24; alloc C 24; free B; alloc D 40; explain"},
        {"check: at +0x00d8 this does not hold",
         "alloc A 10; alloc B 20; write A \"hello, hello, hello, you\"; check"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct sample sample = sample_read(rows[i].words);
        struct text wanted = {0}, output = {0}, plain_wanted = {0}, plain_output = {0};

        for (int line = 0; line < sample.count; line++)
            text_add(&wanted, "%s%s", line ? "\n" : "", sample.lines[line]);
        run(rows[i].commands, &output);
        add_plain(text_string(&wanted), &plain_wanted);
        add_plain(text_string(&output), &plain_output);
        if (!strstr(text_string(&plain_output), text_string(&plain_wanted)))
            fail_msg("README:\n%s\nprogram:\n%s", text_string(&plain_wanted),
                     text_string(&plain_output));
        text_finish(&wanted);
        text_finish(&output);
        text_finish(&plain_wanted);
        text_finish(&plain_output);
        sample_finish(&sample);
    }
}

/* The words of two rows of the table, but for one column, where times stand. */
static void expect_same_row(char *wanted, char *row, int but)
{
    char *rest_wanted, *rest_row;
    const char *a = strtok_r(wanted, " ", &rest_wanted), *b = strtok_r(row, " ", &rest_row);

    for (int column = 0; a && b; column++) {
        if (column != but)
            assert_string_equal(a, b);
        a = strtok_r(NULL, " ", &rest_wanted);
        b = strtok_r(NULL, " ", &rest_row);
    }
    assert_true(!a && !b);
}

static void the_comparison_is_what_is_printed(void **state)
{
    enum { TIMES = 6 };
    struct sample sample = sample_read("policy              heap");
    struct text output = {0};
    char *row;

    (void)state;
    run("alloc A 10M; alloc B 10M; alloc C 10M; free B; alloc D 20M; compare first-fit buddy",
        &output);
    row = strstr(output.data, "policy  ");
    assert_non_null(row);
    for (int i = 0; i < sample.count; i++) {
        char *end = row + strcspn(row, "\n");
        bool is_last = !*end;

        *end = '\0';
        expect_same_row(sample.lines[i], row, i > 0 ? TIMES : -1);
        row = is_last ? end : end + 1;
    }
    text_finish(&output);
    sample_finish(&sample);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_picture_is_what_is_seen),
        cmocka_unit_test(the_small_heap_is_what_is_seen),
        cmocka_unit_test(texts_are_what_is_printed),
        cmocka_unit_test(the_comparison_is_what_is_printed),
    };

    if (count != 3 || !program_find(2, arguments))
        return 2;
    path = arguments[2];
    return cmocka_run_group_tests(tests, NULL, program_clean_up);
}
