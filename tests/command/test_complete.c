/* test_complete.c: what Tab offers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/completion.h"
#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

/* The candidates for a line, separated by blanks. */
static void expect_candidates(const struct spy *spy, const char *line, const char *expected)
{
    struct completion completion = command_complete(spy->session, line);
    struct text text = {0};

    for (size_t i = 0; i < completion.count; i++)
        text_add(&text, "%s%s", i ? " " : "", completion.candidates[i]);
    if (strcmp(text_string(&text), expected) != 0)
        fail_msg("'%s' offers '%s' instead of '%s'", line, text_string(&text), expected);
    text_finish(&text);
    completion_finish(&completion);
}

static void words_are_completed_by_their_place(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc apple 10; alloc avocado 10; alloc B 10");
    expect_candidates(spy, "al", "aligned alloc");
    expect_candidates(spy, "  fre", "free freelist");
    expect_candidates(spy, "zzz", "");
    expect_candidates(spy, "free ", "B apple avocado");
    expect_candidates(spy, "free a", "apple avocado");
    expect_candidates(spy, "free! av", "avocado");
    expect_candidates(spy, "free apple a", "apple avocado");
    expect_candidates(spy, "alloc C ", "");
    expect_candidates(spy, "alloc A 10; fr", "free freelist");
    expect_candidates(spy, "alloc A 10; free B", "B");
    expect_candidates(spy, "free(a", "apple avocado");
    expect_candidates(spy, "memset(B, 0); free(", "B apple avocado");
    expect_candidates(spy, "p = ma", "malloc(");
    expect_candidates(spy, "p = a", "aligned_alloc( apple avocado");
    expect_candidates(spy, "p = realloc(a", "apple avocado");
    expect_candidates(spy, "policy ",
                      "best-fit buddy csapp first-fit glibc kr linear next-fit osmem ostep "
                      "pool-scan pool-stack segregated tlsf worst-fit");
    expect_candidates(spy, "preset ", "csapp kr osmem ostep segregated-lists ten-asked");
    expect_candidates(spy, "help preset k", "kr");
    expect_candidates(spy, "set coal", "coalesce");
    expect_candidates(spy, "set coalesce ", "deferred immediate never");
    expect_candidates(spy, "set grow e", "exact");
    expect_candidates(spy, "set theme l", "light");
    expect_candidates(spy, "set map ", "hilbert rows");
    expect_candidates(spy, "layout m", "map memory message meters");
    expect_candidates(spy, "layout map ~t", "~timeline");
    expect_candidates(spy, "quiz ",
                      "--count --seed fit fragmentation list merge place search size");
    expect_candidates(spy, "quiz place --s", "--seed");
    expect_candidates(spy, "help pol", "policy");
    expect_candidates(spy, "help policy w", "worst-fit");
    expect_candidates(spy, "help set o", "order");
    expect_candidates(spy, "limit n", "none");
    expect_candidates(spy, "expect ext", "external");
    expect_candidates(spy, "nonsense ", "");
    expect_candidates(spy, "whatif al", "aligned alloc");
    expect_candidates(spy, "whatif b", "");
    expect_candidates(spy, "whatif free a", "apple avocado");
    expect_candidates(spy, "whatif -p b", "best-fit buddy");
    expect_candidates(spy, "whatif -p buddy -s pl", "place=");
    expect_candidates(spy, "whatif -p buddy limit ", "none");
    expect_candidates(spy, "compare w", "worst-fit");
    expect_candidates(spy, "compare buddy n", "next-fit");
    expect_candidates(spy, "compare buddy -- fr", "free");
    expect_candidates(spy, "compare -- free B a", "apple avocado");
    spy_expect(spy, "undo 2");
    expect_candidates(spy, "free ", "apple"); /* what was undone is not there */
    spy_destroy(spy);
}

static void the_place_of_the_word_is_known(void **state)
{
    struct spy *spy = spy_create();
    struct completion completion = command_complete(spy->session, "alloc A 10; fre");

    (void)state;
    assert_int_equal(completion.start, 12);
    completion_finish(&completion);
    completion = command_complete(spy->session, "");
    assert_int_equal(completion.start, 0);
    assert_true(completion.count > 20);
    completion_finish(&completion);
    spy_destroy(spy);
}

static void file_names_are_completed(void **state)
{
    struct spy *spy = spy_create();
    char folder[] = "/tmp/heapglass-test-XXXXXX", path[64], line[96], expected[160];
    static const char *const names[] = {"one.hg", "other.hg", ".hidden"};

    (void)state;
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        fclose(fopen(path, "w"));
    }
    snprintf(path, sizeof path, "%s/deep", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(line, sizeof line, "source %s/", folder);
    snprintf(expected, sizeof expected, "%s/deep/ %s/one.hg %s/other.hg", folder, folder, folder);
    expect_candidates(spy, line, expected);
    snprintf(line, sizeof line, "source %s/.", folder);
    snprintf(expected, sizeof expected, "%s/../ %s/./ %s/.hidden", folder, folder, folder);
    expect_candidates(spy, line, expected);
    snprintf(line, sizeof line, "source \"%s/on", folder);
    snprintf(expected, sizeof expected, "%s/one.hg", folder);
    expect_candidates(spy, line, expected);
    rmdir(path);
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
    spy_destroy(spy);
}

static void expect_common(const struct spy *spy, const char *line, const char *expected)
{
    struct completion completion = command_complete(spy->session, line);
    struct text text = {0};

    assert_true(completion.count > 0);
    completion_add_common(&completion, &text);
    assert_string_equal(text_string(&text), expected);
    text_finish(&text);
    completion_finish(&completion);
}

static void what_candidates_share_is_quoted_where_needed(void **state)
{
    struct spy *spy = spy_create();
    char folder[] = "/tmp/heapglass-test-XXXXXX", path[64];

    (void)state;
    expect_common(spy, "alloc A 1; callo", "calloc ");
    expect_common(spy, "fre", "free");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    snprintf(path, sizeof path, "%s/my \"own\" file.hg", folder);
    fclose(fopen(path, "w"));
    expect_common(spy, "source my", "\"my \\\"own\\\" file.hg\" ");
    expect_common(spy, "source \"my", "\"my \\\"own\\\" file.hg\" ");
    unlink(path);
    rmdir(folder);
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_completed_by_their_place),
        cmocka_unit_test(the_place_of_the_word_is_known),
        cmocka_unit_test(file_names_are_completed),
        cmocka_unit_test(what_candidates_share_is_quoted_where_needed),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
