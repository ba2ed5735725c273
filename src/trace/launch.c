/* launch.c: see launch.h. */
#include "trace/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/library.h"
#include "base/text.h"

#define LIBRARY "libheapglass-malloc.so"
#define PRELOAD_VARIABLE "LD_PRELOAD"

/* ---- The libraries ---- */

/* Add a library to what LD_PRELOAD is to be. */
static bool add_library(const char *name, struct text *preload, struct error *error)
{
    struct text path = {0};
    bool added = library_find(name, "preload", &path, error);

    if (added && strpbrk(text_string(&path), ": "))
        added = error_set(error, "'%s' cannot be preloaded: there is a space or a colon in it",
                          text_string(&path));
    if (added)
        text_add(preload, "%s%s", text_string(preload)[0] ? ":" : "", text_string(&path));
    text_finish(&path);
    return added;
}

/* What LD_PRELOAD is to be: ours, then what it already names. */
static bool make_preload(const struct launch *launch, struct text *preload, struct error *error)
{
    const char *others = getenv(PRELOAD_VARIABLE);

    if (!add_library(LIBRARY, preload, error) ||
        (launch->further && !add_library(launch->further, preload, error)))
        return false;
    if (others && others[0])
        text_add(preload, ":%s", others);
    return true;
}

/* ---- The program ---- */

/* In the child: become the program, or say why not. */
static _Noreturn void become_program(const struct launch *launch, const char *preload, int failure)
{
    int number;

    if (launch->prepare(launch->context) && setenv(PRELOAD_VARIABLE, preload, 1) == 0 &&
        setenv(launch->variable, launch->value, 1) == 0)
        execvp(launch->arguments[0], launch->arguments);
    number = errno;
    if (write(failure, &number, sizeof number) != sizeof number)
        abort();
    _exit(EXIT_FAILURE);
}

/* What the program could not be executed for; 0 once it was. */
static int await_start(int failure)
{
    int number = 0;
    ssize_t length;

    do
        length = read(failure, &number, sizeof number);
    while (length < 0 && errno == EINTR);
    return length == sizeof number ? number : 0;
}

static enum launch_outcome start(const struct launch *launch, const char *preload,
                                 pid_t *ret_process, struct error *error)
{
    int ends[2], number;
    pid_t process;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        error_set_errno(error, "no pipe");
        return LAUNCH_IMPOSSIBLE;
    }
    process = fork();
    if (process == 0)
        become_program(launch, preload, ends[1]);
    close(ends[1]);
    number = process > 0 ? await_start(ends[0]) : errno;
    close(ends[0]);
    errno = number;
    if (process < 0) {
        error_set_errno(error, "no process");
        return LAUNCH_IMPOSSIBLE;
    }
    if (number != 0) {
        waitpid(process, NULL, 0);
        errno = number;
        error_set_errno(error, "%s", launch->arguments[0]);
        return number == ENOENT ? LAUNCH_NOT_FOUND : LAUNCH_NOT_RUN;
    }
    *ret_process = process;
    return LAUNCH_DONE;
}

enum launch_outcome launch_start(const struct launch *launch, pid_t *ret_process,
                                 struct error *error)
{
    enum launch_outcome outcome = LAUNCH_IMPOSSIBLE;
    struct text preload = {0};

    if (make_preload(launch, &preload, error))
        outcome = start(launch, text_string(&preload), ret_process, error);
    text_finish(&preload);
    return outcome;
}
