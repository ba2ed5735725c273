/* test_user_file.c: the user's files are found, opened and made a place for, and no home is. */
#include "base/user_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char folder[] = "/tmp/heapglass-user-XXXXXX";

/* The path of something in the folder, in one of a few buffers. */
static const char *in_folder(const char *name)
{
    static char paths[4][128];
    static unsigned next;
    char *path = paths[next++ % TEST_COUNT(paths)];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void set_home(const char *home, const char *state)
{
    setenv("HOME", home, 1);
    if (state)
        setenv("XDG_STATE_HOME", state, 1);
    else
        unsetenv("XDG_STATE_HOME");
}

/* Make a place for a history; whether there was one is `made`, and the path is as expected. */
static void expect_place(const char *expected, bool made)
{
    char *path = user_file_path("XDG_STATE_HOME", ".local/state", "history");
    char *place;

    assert_string_equal(path, expected);
    assert_int_equal(user_file_make_directories("XDG_STATE_HOME", path), made);
    place = strdup(path);
    *strrchr(place, '/') = '\0';
    assert_int_equal(access(place, F_OK) == 0, made);
    free(place);
    free(path);
}

static void directories_are_made_only_below_a_home(void **state)
{
    char expected[128];

    (void)state;
    set_home(in_folder("nobody"), NULL);
    snprintf(expected, sizeof expected, "%s", in_folder("nobody/.local/state/heapglass/history"));
    expect_place(expected, false);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(access(in_folder("nobody"), F_OK), -1);

    set_home(in_folder("nobody"), in_folder("nowhere"));
    snprintf(expected, sizeof expected, "%s", in_folder("nowhere/heapglass/history"));
    expect_place(expected, false);
    assert_int_equal(access(in_folder("nowhere"), F_OK), -1);

    assert_int_equal(mkdir(in_folder("somebody"), 0700), 0);
    set_home(in_folder("somebody"), NULL);
    snprintf(expected, sizeof expected, "%s", in_folder("somebody/.local/state/heapglass/history"));
    expect_place(expected, true);
    set_home(in_folder("somebody"), in_folder("somebody/deep/state"));
    snprintf(expected, sizeof expected, "%s", in_folder("somebody/deep/state/heapglass/history"));
    expect_place(expected, true);

    assert_int_equal(mkdir(in_folder("state"), 0700), 0);
    set_home(in_folder("nobody"), in_folder("state"));
    snprintf(expected, sizeof expected, "%s", in_folder("state/heapglass/history"));
    expect_place(expected, true);
}

static void what_cannot_be_read_is_told_from_what_is_not_there(void **state)
{
    static const struct {
        const char *name, *words;
    } rows[] = {
        {"loop", "Too many levels of symbolic links"},
        {"astray", "this link leads to no file"},
        {"a-folder", "Is a directory"},
        {"a-pipe", "this is no regular file"},
    };
    struct error error = {0};
    int descriptor;

    (void)state;
    assert_int_equal(user_file_open(in_folder("none"), &error), -1);
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_int_equal(user_file_open("/dev/null/none", &error), -1);
    assert_int_equal(error.kind, ERROR_MISSING);
    assert_int_equal(symlink("loop", in_folder("loop")), 0);
    assert_int_equal(symlink("none", in_folder("astray")), 0);
    assert_int_equal(mkdir(in_folder("a-folder"), 0700), 0);
    assert_int_equal(mkfifo(in_folder("a-pipe"), 0600), 0);
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        assert_int_equal(user_file_open(in_folder(rows[i].name), &error), -1);
        assert_int_not_equal(error.kind, ERROR_MISSING);
        assert_non_null(strstr(error.text, rows[i].words));
    }
    descriptor = user_file_open("/dev/null", &error);
    assert_true(descriptor >= 0);
    close(descriptor);
}

static int clean_up(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directories_are_made_only_below_a_home),
        cmocka_unit_test(what_cannot_be_read_is_told_from_what_is_not_there),
    };

    if (!mkdtemp(folder))
        return 2;
    return cmocka_run_group_tests(tests, NULL, clean_up);
}
