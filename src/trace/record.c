/* record.c: see record.h. */
#include "trace/record.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
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

/* Let the journal wait for this process. */
static bool name_process(void *context)
{
    const int *journal = context;
    struct journal_entry first = {.kind = JOURNAL_WAITS, .payload = (uint64_t)getpid()};

    return pwrite(*journal, &first, sizeof first, 0) == sizeof first;
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
