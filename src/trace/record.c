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

/* What is recorded, and how we let it begin and wait for it. */
struct recorded {
    int journal;
    sigset_t blocked, before; /* of child_block_signals */
};

/* Let the journal wait for this process, and signals come to it as they came to us. */
static bool name_process(void *context)
{
    const struct recorded *recorded = context;
    struct journal_entry first = {.kind = JOURNAL_WAITS, .payload = (uint64_t)getpid()};

    sigprocmask(SIG_SETMASK, &recorded->before, NULL);
    return pwrite(recorded->journal, &first, sizeof first, 0) == sizeof first;
}

/* Wait until the program has ended. Keys that interrupt are for the program, as in a shell, and go
 * to it anyway; what would end us alone is passed on to it. */
static void await(const struct recorded *recorded, pid_t program, int *ret_status)
{
    int what;

    while ((what = child_wait(program, &recorded->blocked, UINT64_MAX, ret_status)) !=
           CHILD_HAS_ENDED) {
        if (what == SIGTERM || what == SIGHUP)
            kill(program, what);
    }
}

enum launch_outcome record_run(char **arguments, int *ret_journal, int *ret_status,
                               struct error *error)
{
    enum launch_outcome outcome = LAUNCH_IMPOSSIBLE;
    struct recorded recorded = {.journal = create_journal(error)};
    struct launch launch = {arguments, JOURNAL_VARIABLE, NULL, name_process, &recorded, NULL};
    struct text path = {0};
    pid_t program;

    if (recorded.journal < 0)
        return outcome;
    text_add(&path, "/proc/%d/fd/%d", (int)getpid(), recorded.journal);
    launch.value = text_string(&path);
    child_block_signals(&recorded.blocked, &recorded.before); /* it may outrun us */
    outcome = launch_start(&launch, &program, error);
    if (outcome == LAUNCH_DONE) {
        await(&recorded, program, ret_status);
        *ret_journal = recorded.journal;
    } else {
        close(recorded.journal);
        sigprocmask(SIG_SETMASK, &recorded.before, NULL);
    }
    text_finish(&path);
    return outcome;
}
