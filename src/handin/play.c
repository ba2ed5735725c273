/* play.c: see play.h. The process sends a record for each case, and one at its end:
 *
 *      | struct record | name | faults |   ...   | struct record, is_end | */
#include "handin/play.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/size.h"
#include "base/utf8.h"
#include "command/command.h"
#include "command/confine.h"
#include "command/lexer.h"
#include "own/jail.h"
#include "target/limit.h"

enum {
    CASES_MOST = 10000,
    RECORDS_MOST = 16 << 20, /* bytes of records that are read */
    DESCRIPTORS_MOST = 128,  /* which bounds the heap processes, too */
    MS_PER_SECOND = 1000,
    NS_PER_MS = 1000000,
};

struct record {
    uint32_t is_passed, is_end;
    uint32_t name_length, faults_length;
};

/* ---- In the process: what is told of it ---- */

struct player {
    int output;
    const struct interpreter *interpreter;
    const char *file; /* that is played */
    bool counts;      /* expects that hold, and those that do not */
    size_t cases;
};

static void send(const struct player *player, const void *bytes, size_t count)
{
    const char *from = bytes;

    while (count > 0) {
        ssize_t sent = write(player->output, from, count);

        if (sent < 0 && errno != EINTR)
            _exit(1);
        from += sent > 0 ? sent : 0;
        count -= sent > 0 ? (size_t)sent : 0;
    }
}

static void send_case(struct player *player, bool is_passed, const struct text *name,
                      const struct text *faults)
{
    const struct record record = {.is_passed = is_passed,
                                  .name_length = (uint32_t)name->length,
                                  .faults_length = (uint32_t)faults->length};

    if (player->cases++ >= CASES_MOST)
        return;
    send(player, &record, sizeof record);
    send(player, text_string(name), name->length);
    send(player, text_string(faults), faults->length);
}

/* Whether it is a claim, and not a mere command. */
static bool is_claim(const char *line)
{
    struct statement statement = {0};
    const struct command *command = NULL;
    struct error ignored;
    size_t position = 0;

    if (lexer_next(line, &position, &statement, &ignored) && statement.count > 0)
        command = command_find(statement.tokens[0].text);
    statement_finish(&statement);
    return command &&
           (strcmp(command->name, "expect") == 0 || strcmp(command->name, "refused") == 0);
}

/* Append "(after step 4, free B)": the last step before. */
static void add_step(const struct history *history, const struct step *step, struct text *text)
{
    enum { COMMAND_MOST = 60 };
    struct text command = {0};

    history_add_command(history, step, &command);
    text_add(text, " (after step %zu, %.*s%s)", history->steps.count, COMMAND_MOST,
             text_string(&command), command.length > COMMAND_MOST ? "..." : "");
    text_finish(&command);
}

/* Append "handin.hg:7:1: expected ..., found ... (after step 4, free B)". */
static void add_fault(const struct player *player, const struct outcome *outcome, struct text *text)
{
    const struct history *history = player->interpreter->session->history;
    const struct step *step = history_last_step(history);

    if (outcome->location.file)
        text_add(text, "%s:%u:%d: ", outcome->location.file, outcome->location.line,
                 outcome->column);
    utf8_add_visible_line(text, outcome->error);
    if (step)
        add_step(history, step, text);
    text_add_string(text, "\n");
}

static void report(void *context, const struct outcome *outcome)
{
    struct player *player = context;
    bool claims = is_claim(outcome->command);
    struct text name = {0}, faults = {0};

    if (claims ? !player->counts : outcome->ok)
        return;
    if (outcome->location.file && strcmp(outcome->location.file, player->file) != 0)
        text_add(&name, "%s, ", outcome->location.file);
    if (outcome->location.file)
        text_add(&name, "line %u: ", outcome->location.line);
    utf8_add_visible_line(&name, outcome->command);
    if (!outcome->ok)
        add_fault(player, outcome, &faults);
    send_case(player, outcome->ok, &name, &faults);
    text_finish(&name);
    text_finish(&faults);
}

static void prefer(void *context, const unsigned *preferences)
{
    (void)context;
    (void)preferences;
}

/* ---- In the process: playing ---- */

/* The folder that a file lies in, without links; to be freed. NULL with `error` set if there is
 * none. */
static char *folder_of(const char *file, struct error *error)
{
    const char *slash = strrchr(file, '/');
    struct text folder = {0};
    char *real;

    text_add_bytes(&folder, file, slash ? (size_t)(slash - file) + 1 : 0);
    real = realpath(slash ? text_string(&folder) : ".", NULL);
    if (!real)
        error_set_errno(error, "%s", slash ? text_string(&folder) : ".");
    text_finish(&folder);
    return real;
}

/* Play a file; that it cannot be read is a case that failed. */
static void play_file(struct interpreter *interpreter, struct player *player, const char *file)
{
    struct text name = {0}, faults = {0};
    struct error error = {0};

    interpreter->quit = false;
    player->file = file;
    if (interpreter_run_file(interpreter, file, &error) || error.kind == ERROR_TOLD)
        return;
    text_add(&name, "it can be read");
    text_add(&faults, "%s\n", error.text);
    send_case(player, false, &name, &faults);
    text_finish(&name);
    text_finish(&faults);
}

/* Play what was handed in, and the teacher's file behind it. */
static bool play_both(const struct play *play, struct session *session, int output)
{
    struct player player = {.output = output, .counts = !play->against};
    struct face face = {.report = report, .prefer = prefer, .context = &player};
    struct interpreter interpreter;
    struct show show = {0};
    struct error error = {0};
    char *folder = folder_of(play->file, &error);
    bool good = folder != NULL;

    interpreter_init(&interpreter, session, &show, &face);
    player.interpreter = &interpreter;
    interpreter.keep_going = true;
    interpreter.confined_to = folder;
    if (good)
        play_file(&interpreter, &player, play->file);
    interpreter.confined_to = NULL;
    player.counts = true;
    if (play->against)
        play_file(&interpreter, &player, play->against);
    interpreter_finish(&interpreter);
    free(folder);
    send(&player, &(struct record){.is_end = true}, sizeof(struct record));
    return good;
}

static bool limit(__rlimit_resource_t resource, uint64_t most)
{
    return setrlimit(resource, &(struct rlimit){most, most}) == 0;
}

/* Let the kernel hold this process, and the heap processes that it starts, to the bounds. */
static bool limit_all(const struct play *play)
{
    struct rlimit memory;

    if (!limit_heap(0, play->memory) || getrlimit(RLIMIT_DATA, &memory) != 0)
        return false;
    return limit(RLIMIT_DATA, memory.rlim_cur) && limit(RLIMIT_CPU, play->seconds + 1) &&
           limit(RLIMIT_CORE, 0) && limit(RLIMIT_NOFILE, DESCRIPTORS_MOST);
}

static _Noreturn void become_player(const struct play *play, int output, pid_t parent)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct session *session;
    struct error error;
    bool good;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || !limit_all(play))
        _exit(1);
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(nowhere, standard);
    jail_keep_files(); /* where that cannot be, no command writes any all the same */
    session = session_create(&play->config, &error);
    good = session && play_both(play, session, output);
    session_destroy(session);
    _exit(good ? 0 : 1);
}

/* ---- Outside ---- */

static uint64_t now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * MS_PER_SECOND + (uint64_t)time.tv_nsec / NS_PER_MS;
}

/* Read records until there are no more, or it is time.
 *   returns  whether they ended in time, and before there were too many */
static bool read_records(int input, uint64_t seconds, struct text *records)
{
    enum { PART = 1 << 16 };
    uint64_t end = now_ms() + seconds * MS_PER_SECOND, now;
    struct pollfd ready = {.fd = input, .events = POLLIN};

    while ((now = now_ms()) < end && records->length < RECORDS_MOST) {
        ssize_t count;

        if (poll(&ready, 1, (int)(end - now)) <= 0)
            continue;
        count = read(input, text_begin(records, PART), PART);
        if (count <= 0)
            return true;
        text_end(records, records->data + records->length + count);
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
        text_add(faults, "it did not end within %zu seconds\n", (size_t)play->seconds);
    else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) /* base/memory.h */
        text_add(faults, "it took more than %s of memory\n", size_short(play->memory, memory));
    else if (WIFSIGNALED(status))
        text_add(faults, "it was ended by signal %d (%s)\n", WTERMSIG(status),
                 strsignal(WTERMSIG(status)));
    else
        text_add(faults, "no heap can be had with %s of memory\n",
                 size_short(play->memory, memory));
}

/* What is handed in must be a file of its own folder. */
static bool check_file(const struct play *play, struct error *error)
{
    char *folder = folder_of(play->file, error);
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
        become_player(play, ends[1], parent);
    close(ends[1]);
    if (process < 0) {
        close(ends[0]);
        return error_set_errno(error, "no process to play it in");
    }
    in_time = read_records(ends[0], play->seconds, &records);
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
