/* program.c: see program.h. */
#include "terminal/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static const char *path;
static char home[] = "/tmp/heapglass-test-XXXXXX";

bool program_find(int count, char **arguments)
{
    if (count != 2 || !mkdtemp(home))
        return false;
    path = arguments[1];
    return true;
}

const char *program_path(void)
{
    return path;
}

const char *program_state(void)
{
    return home;
}

int program_clean_up(void **state)
{
    char name[128];

    (void)state;
    snprintf(name, sizeof name, "%s/heapglass/history", home);
    unlink(name);
    snprintf(name, sizeof name, "%s/heapglass", home);
    rmdir(name);
    rmdir(home);
    return 0;
}

struct term *program_start_as(int rows, int columns, const char *type, const char *locale,
                              const char *option, const char *argument)
{
    char home_is[64], state_is[64], term_is[64], locale_is[64];
    const char *environment[] = {home_is,    state_is,    term_is, locale_is,
                                 "NO_COLOR", "COLORTERM", NULL};
    const char *arguments[] = {path, option, argument, NULL};

    snprintf(home_is, sizeof home_is, "HOME=%s", home);
    snprintf(state_is, sizeof state_is, "XDG_STATE_HOME=%s", home);
    snprintf(term_is, sizeof term_is, "TERM=%s", type);
    snprintf(locale_is, sizeof locale_is, "LC_ALL=%s", locale);
    return term_start(rows, columns, environment, arguments);
}

struct term *program_start(void)
{
    struct term *term = program_start_as(24, 80, "xterm-256color", "C.UTF-8", NULL, NULL);

    term_expect(term, "PgDn walk along"); /* the last row of the welcome */
    return term;
}

struct term *program_start_by_shell(const char *command, const char *const *environment)
{
    const char *const arguments[] = {"/bin/sh", "-c", command, NULL};

    setenv("P", program_path(), 1);
    return term_start(24, 80, environment, arguments);
}

struct term *program_start_as_job(void)
{
    static const char *const environment[] = {"TERM=xterm", "LC_ALL=C.UTF-8", NULL};

    return program_start_as_job_with(environment);
}

struct term *program_start_as_job_with(const char *const *environment)
{
    return program_start_by_shell(
        "set -m; $P; echo stopped with $?; read line; fg >/dev/null; exit $?", environment);
}

void program_leave(struct term *term)
{
    int status;

    term_type(term, "quit\r");
    status = term_wait_end(term);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(term_is_alternate(term));
    assert_false(term_marks_pastes(term));
    assert_true(term_modes(term).c_lflag & ECHO);
    assert_true(term_modes(term).c_lflag & ICANON);
    term_finish(term);
}
