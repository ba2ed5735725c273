/* play.c: see play.h. This is the side that waits, and makes cases of what the process sends. */
#include "handin/play.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/patience.h"
#include "base/size.h"
#include "command/confine.h"
#include "handin/playing.h"

enum {
    RECORDS_MOST = 64 << 20, /* bytes of records that are read */
    MS_PER_SECOND = 1000,
};

/* Read records of a process until there are no more, or it and its heap processes have spent their
 * time.
 *   returns  whether they ended in time, and before there were too many */
static bool read_records(int input, pid_t process, uint64_t seconds, struct text *records)
{
    enum { PART = 1 << 16 };
    struct pollfd ready = {.fd = input, .events = POLLIN};
    struct patience patience = {.spent_ms = 0};
    struct patience_look look = patience_look_at_all(process);

    while (patience_spend(&patience, &look) < seconds * MS_PER_SECOND &&
           records->length < RECORDS_MOST) {
        int count = poll(&ready, 1, PATIENCE_LOOK_MS);
        ssize_t length;

        if (clock_ms() >= look.passed_ms + PATIENCE_LOOK_MS)
            look = patience_look_at_all(process);
        if (count <= 0)
            continue;
        length = read(input, text_begin(records, PART), PART);
        if (length <= 0)
            return true;
        text_end(records, records->data + records->length + length);
    }
    return false;
}

/* Add the cases of the records.
 *   returns  whether the last one was the end */
static bool take_records(const struct text *records, struct tally *tally)
{
    const char *bytes = text_string(records), *end = bytes + records->length;
    struct record record;

    while ((size_t)(end - bytes) >= sizeof record) {
        struct text name = {0};
        struct tally_case *one;

        memcpy(&record, bytes, sizeof record);
        bytes += sizeof record;
        if (record.is_end)
            return true;
        if ((size_t)(end - bytes) < (size_t)record.name_length + record.faults_length)
            return false;
        text_add_bytes(&name, bytes, record.name_length);
        one = tally_add(tally, text_string(&name));
        one->is_passed = record.is_passed;
        text_add_bytes(&one->faults, bytes + record.name_length, record.faults_length);
        bytes += record.name_length + record.faults_length;
        text_finish(&name);
    }
    return false;
}

/* Say why it did not come to its end. */
static void add_end(const struct play *play, bool in_time, int status, struct tally *tally)
{
    struct tally_case *one = tally_add(tally, "it comes to its end");
    struct text *faults = &one->faults;
    char memory[SIZE_TEXT_MAX];

    if (!in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        text_add(faults, "it did not end within %zu second%s\n", (size_t)play->seconds,
                 play->seconds == 1 ? "" : "s");
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) /* base/memory.h */
        text_add(faults, "it took more than %s of memory\n", size_short(play->memory, memory));
    else if (WIFSIGNALED(status))
        text_add(faults, "it was ended by signal %d (%s)\n", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        text_add(faults, "the bounds of %s and %zu second%s cannot be set\n",
                 size_short(play->memory, memory), (size_t)play->seconds,
                 play->seconds == 1 ? "" : "s");
}

/* What is handed in must be a file of its own folder. */
static bool check_file(const struct play *play, struct error *error)
{
    char *folder = playing_folder(play->file, error);
    bool good = folder && confine_is_inside(folder, play->file, error);

    free(folder);
    return good && (!play->against || access(play->against, R_OK) == 0 ||
                    error_set_errno(error, "%s", play->against));
}

bool play_run(const struct play *play, struct tally *tally, struct error *error)
{
    struct text records = {0};
    pid_t parent = getpid(), process;
    bool in_time, ended;
    int ends[2], status = 0;

    if (!check_file(play, error))
        return false;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, "no process to play it in");
    process = fork();
    if (process == 0)
        playing_become(play, ends[1], parent);
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return error_set_errno(error, "no process to play it in");
    }
    in_time = read_records(ends[0], process, play->seconds, &records);
    if (!in_time)
        kill(process, SIGKILL);
    close(ends[0]);
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        continue;
    ended = take_records(&records, tally);
    if (!ended)
        add_end(play, in_time, status, tally);
    else if (tally->count == 0)
        text_add(&tally_add(tally, "it expects something")->faults, "there is no expect in it\n");
    text_add(&tally->remarks, "%zu of %zu\n", tally_passed(tally), tally->count);
    tally->score =
        ended && tally->count > 0 ? 100.0 * (double)tally_passed(tally) / (double)tally->count : 0;
    text_finish(&records);
    return true;
}
