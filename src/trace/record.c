/* record.c: see record.h. */
#include "trace/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "trace/journal_format.h"

#define LIBRARY "libheapglass-malloc.so"
#define PRELOAD_VARIABLE "LD_PRELOAD"

/* ---- Finding the library ---- */

/* The folder of the program that is running; "." if the kernel does not say. */
static void add_own_folder(struct text *path)
{
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program);

    while (length > 0 && program[length - 1] != '/')
        length--;
    text_add_bytes(path, length > 0 ? program : "./", length > 0 ? (size_t)length : 2);
}

/* Where the library may be: in the build folder, where it was installed together with the program,
 * and where both were meant to be installed. */
static const struct {
    bool from_program; /* relative to the program's folder */
    const char *folder;
} places[] = {
    {true, "preload"},
    {true, HEAPGLASS_LIBRARY_FROM_PROGRAM},
    {false, HEAPGLASS_LIBRARY_FOLDER},
};

static bool find_library(struct text *path, struct error *error)
{
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        text_clear(path);
        if (places[i].from_program)
            add_own_folder(path);
        text_add(path, "%s/%s", places[i].folder, LIBRARY);
        if (access(text_string(path), R_OK) == 0)
            return true;
    }
    return error_set(error, "%s is neither beside the program nor in %s", LIBRARY,
                     HEAPGLASS_LIBRARY_FOLDER);
}

/* What LD_PRELOAD is to be: the library, then what it already names. */
static bool make_preload(struct text *preload, struct error *error)
{
    const char *others = getenv(PRELOAD_VARIABLE);

    if (!find_library(preload, error))
        return false;
    if (strpbrk(text_string(preload), ": "))
        return error_set(error, "'%s' cannot be preloaded: there is a space or a colon in it",
                         text_string(preload));
    if (others && others[0])
        text_add(preload, ":%s", others);
    return true;
}

/* ---- The journal ---- */

/* A file without a name: nothing is left behind, whoever dies. The program finds it by our
 * descriptor. */
static int create_journal(struct error *error)
{
    const char *folder = getenv("TMPDIR");
    struct text path = {0};
    int file;

    text_add(&path, "%s/heapglass-journal-XXXXXX", folder && folder[0] ? folder : "/tmp");
    file = mkostemp(path.data, O_CLOEXEC);
    if (file < 0)
        error_set_errno(error, "%s", text_string(&path));
    else
        unlink(text_string(&path));
    text_finish(&path);
    return file;
}

/* ---- The program ---- */

struct launch {
    char **arguments;
    const char *preload;
    const char *journal_path;
    int journal;
    int failure; /* a pipe: what exec failed with, or nothing */
};

/* In the child: become the program, or say why not. */
static _Noreturn void become_program(const struct launch *launch)
{
    struct journal_entry first = {.kind = JOURNAL_WAITS, .payload = (uint64_t)getpid()};
    int number;

    if (pwrite(launch->journal, &first, sizeof first, 0) == sizeof first &&
        setenv(PRELOAD_VARIABLE, launch->preload, 1) == 0 &&
        setenv(JOURNAL_VARIABLE, launch->journal_path, 1) == 0)
        execvp(launch->arguments[0], launch->arguments);
    number = errno;
    if (write(launch->failure, &number, sizeof number) != sizeof number)
        abort();
    _exit(EXIT_FAILURE);
}

/* Wait until the program has ended. Keys that interrupt are for the program, as in a shell. */
static void await(pid_t program, int *ret_status)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;

    sigaction(SIGINT, &ignore, &interrupt);
    sigaction(SIGQUIT, &ignore, &quit);
    while (waitpid(program, ret_status, 0) < 0 && errno == EINTR)
        continue;
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
}

static enum record_outcome launch_program(struct launch *launch, int *ret_status,
                                          struct error *error)
{
    int ends[2], number = 0, status = 0;
    pid_t program;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        error_set_errno(error, "no pipe");
        return RECORD_IMPOSSIBLE;
    }
    launch->failure = ends[1];
    program = fork();
    if (program == 0)
        become_program(launch);
    close(ends[1]);
    if (program > 0)
        await(program, &status);
    else
        error_set_errno(error, "no process");
    if (program > 0 && read(ends[0], &number, sizeof number) == sizeof number) {
        errno = number;
        error_set_errno(error, "%s", launch->arguments[0]);
    }
    close(ends[0]);
    if (program < 0)
        return RECORD_IMPOSSIBLE;
    if (number != 0)
        return number == ENOENT ? RECORD_NOT_FOUND : RECORD_NOT_RUN;
    *ret_status = status;
    return RECORD_RAN;
}

enum record_outcome record_run(char **arguments, int *ret_journal, int *ret_status,
                               struct error *error)
{
    enum record_outcome outcome = RECORD_IMPOSSIBLE;
    struct text preload = {0}, journal_path = {0};
    struct launch launch = {.arguments = arguments, .journal = -1};

    if (make_preload(&preload, error))
        launch.journal = create_journal(error);
    if (launch.journal >= 0) {
        text_add(&journal_path, "/proc/%d/fd/%d", (int)getpid(), launch.journal);
        launch.preload = text_string(&preload);
        launch.journal_path = text_string(&journal_path);
        outcome = launch_program(&launch, ret_status, error);
    }
    if (outcome == RECORD_RAN)
        *ret_journal = launch.journal;
    else if (launch.journal >= 0)
        close(launch.journal);
    text_finish(&preload);
    text_finish(&journal_path);
    return outcome;
}
