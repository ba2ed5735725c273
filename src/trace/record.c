/* record.c: see record.h. */
#include "trace/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/child.h"
#include "base/text.h"
#include "trace/journal_format.h"

/* ---- The journal ---- */

/* A file without a name: nothing is left behind, whoever dies. The program finds it by our
 * descriptor. */
static int create_journal(struct error *error)
{
    const char *folder = getenv("TMPDIR");
    struct text path = {0};
    int file;

    if (!folder || !folder[0])
        folder = "/tmp";
    if (access("/proc/self/fd", X_OK) != 0) {
        error_set_errno(error, "the journal cannot be handed over (/proc/self/fd)");
        return -1;
    }
    text_add(&path, "%s/heapglass-journal-XXXXXX", folder);
    file = mkostemp(path.data, O_CLOEXEC);
    if (file < 0)
        error_set_errno(error, "there is no folder for the journal (TMPDIR): %s", folder);
    else
        unlink(text_string(&path));
    if (file >= 0)
        fchmod(file, S_IRUSR | S_IWUSR); /* whatever the umask, the program opens it, too */
    text_finish(&path);
    return file;
}

/* ---- The program ---- */

/* Let the journal wait for this process. */
static bool name_process(void *context)
{
    const int *journal = context;
    struct journal_entry first = {.kind = JOURNAL_WAITS, .payload = (uint64_t)getpid()};

    return pwrite(*journal, &first, sizeof first, 0) == sizeof first;
}

/* Wait until the program has ended. Keys that interrupt are for the program, as in a shell, and go
 * to it anyway; what would end us alone is passed on to it. */
static void await(pid_t program, int *ret_status)
{
    sigset_t blocked, before;
    int what;

    child_block_signals(&blocked, &before);
    while ((what = child_wait(program, &blocked, UINT64_MAX, ret_status)) != CHILD_HAS_ENDED) {
        if (what == SIGTERM || what == SIGHUP)
            kill(program, what);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

enum launch_outcome record_run(char **arguments, int *ret_journal, int *ret_status,
                               struct error *error)
{
    enum launch_outcome outcome = LAUNCH_IMPOSSIBLE;
    int journal = create_journal(error);
    struct launch launch = {arguments, JOURNAL_VARIABLE, NULL, name_process, &journal, NULL};
    struct text path = {0};
    pid_t program;

    if (journal < 0)
        return outcome;
    text_add(&path, "/proc/%d/fd/%d", (int)getpid(), journal);
    launch.value = text_string(&path);
    outcome = launch_start(&launch, &program, error);
    if (outcome == LAUNCH_DONE) {
        await(program, ret_status);
        *ret_journal = journal;
    } else {
        close(journal);
    }
    text_finish(&path);
    return outcome;
}
