/* playing.c: see playing.h. */
#include "handin/playing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/limit.h"
#include "base/utf8.h"
#include "command/command.h"
#include "command/interpreter.h"
#include "command/lexer.h"
#include "own/jail.h"
#include "target/limit.h"

enum {
    CASES_MOST = 10000,
    NAME_MOST = 200,        /* bytes of a command that names a case, */
    STEP_MOST = 60,         /* and of one that came before it */
    DESCRIPTORS_MOST = 128, /* which bounds the heap processes, too */
};

/* ---- What is told of it ---- */

struct playing {
    int output;
    const struct interpreter *interpreter;
    const char *file; /* that is played */
    bool counts;      /* expects that hold, and those that do not */
    size_t cases;
};

static void put(const struct playing *playing, const void *bytes, size_t count)
{
    const char *from = bytes;

    while (count > 0) {
        ssize_t sent = write(playing->output, from, count);

        if (sent < 0 && errno != EINTR)
            _exit(1);
        from += sent > 0 ? sent : 0;
        count -= sent > 0 ? (size_t)sent : 0;
    }
}

static void put_record(const struct playing *playing, bool is_passed, const char *name,
                       const char *faults)
{
    const struct record record = {.is_passed = is_passed,
                                  .name_length = (uint32_t)strlen(name),
                                  .faults_length = (uint32_t)strlen(faults)};

    put(playing, &record, sizeof record);
    put(playing, name, record.name_length);
    put(playing, faults, record.faults_length);
}

/* Send a case; that there are too many is the last one, which fails. */
static void put_case(struct playing *playing, bool is_passed, const struct text *name,
                     const struct text *faults)
{
    if (playing->cases < CASES_MOST)
        put_record(playing, is_passed, text_string(name), text_string(faults));
    else if (playing->cases == CASES_MOST)
        put_record(playing, false, "there are not too many", "no more than these are looked at\n");
    playing->cases++;
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

/* Append a command as it can be shown, or so many bytes of it. */
static void add_command(const char *command, size_t most, struct text *text)
{
    struct text visible = {0};
    const char *bytes;

    utf8_add_visible_line(&visible, command);
    bytes = text_string(&visible);
    if (visible.length > most) {
        while (most > 0 && (bytes[most] & 0xc0) == 0x80) /* inside of a character */
            most--;
        text_add_bytes(text, bytes, most);
        text_add_string(text, "...");
    } else {
        text_add_string(text, bytes);
    }
    text_finish(&visible);
}

/* Append "(after step 4, free B)": the last step before. */
static void add_step(const struct history *history, const struct step *step, struct text *text)
{
    struct text command = {0};

    history_add_command(history, step, &command);
    text_add(text, " (after step %zu, ", history->steps.count);
    add_command(text_string(&command), STEP_MOST, text);
    text_add_string(text, ")");
    text_finish(&command);
}

/* Append "handin.hg:7:1: expected ..., found ... (after step 4, free B)". */
static void add_fault(const struct playing *playing, const struct outcome *outcome,
                      struct text *text)
{
    const struct history *history = playing->interpreter->session->history;
    const struct step *step = history_last_step(history);

    outcome_add_place(outcome, text);
    utf8_add_visible_line(text, outcome->error);
    if (step)
        add_step(history, step, text);
    text_add_string(text, "\n");
}

static void report(void *context, const struct outcome *outcome)
{
    struct playing *playing = context;
    bool claims = is_claim(outcome->command);
    struct text name = {0}, faults = {0};

    if (claims ? !playing->counts : outcome->ok)
        return;
    if (outcome->location.file && strcmp(outcome->location.file, playing->file) != 0)
        text_add(&name, "%s, ", outcome->location.file);
    if (outcome->location.file)
        text_add(&name, "line %u: ", outcome->location.line);
    add_command(outcome->command, NAME_MOST, &name);
    if (!outcome->ok)
        add_fault(playing, outcome, &faults);
    put_case(playing, outcome->ok, &name, &faults);
    text_finish(&name);
    text_finish(&faults);
}

static void prefer(void *context, const unsigned *preferences)
{
    (void)context;
    (void)preferences;
}

/* ---- Playing ---- */

char *playing_folder(const char *file, struct error *error)
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
static void play_file(struct interpreter *interpreter, struct playing *playing, const char *file)
{
    struct text name = {0}, faults = {0};
    struct error error = {0};

    interpreter->quit = false;
    playing->file = file;
    if (interpreter_run_file(interpreter, file, &error) || error.kind == ERROR_TOLD)
        return;
    text_add(&name, "it can be read");
    text_add(&faults, "%s\n", error.text);
    put_case(playing, false, &name, &faults);
    text_finish(&name);
    text_finish(&faults);
}

/* Play what was handed in, and the teacher's file behind it. */
static bool play_both(const struct play *play, struct session *session, int output)
{
    struct playing playing = {.output = output, .counts = !play->against};
    struct face face = {.report = report, .prefer = prefer, .context = &playing};
    struct interpreter interpreter;
    struct show show = {0};
    struct error error = {0};
    char *folder = playing_folder(play->file, &error);
    bool good = folder != NULL;

    interpreter_init(&interpreter, session, &show, &face);
    playing.interpreter = &interpreter;
    interpreter.keep_going = true;
    interpreter.confined_to = folder;
    if (good)
        play_file(&interpreter, &playing, play->file);
    interpreter.confined_to = NULL;
    playing.counts = true;
    if (play->against)
        play_file(&interpreter, &playing, play->against);
    interpreter_finish(&interpreter);
    free(folder);
    put(&playing, &(struct record){.is_end = true}, sizeof(struct record));
    return good;
}

static bool limit(__rlimit_resource_t resource, uint64_t most)
{
    return limit_lower(resource, most, most);
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

/* Let it be the one case, and the end. */
static void tell_of_no_heap(int output, const struct error *error)
{
    struct playing playing = {.output = output};
    struct text name = {0}, faults = {0};

    text_add_string(&name, "a heap can be had");
    text_add(&faults, "%s\n", error->text);
    put_case(&playing, false, &name, &faults);
    put(&playing, &(struct record){.is_end = true}, sizeof(struct record));
    text_finish(&name);
    text_finish(&faults);
}

_Noreturn void playing_become(const struct play *play, int output, pid_t parent)
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
    if (!session)
        tell_of_no_heap(output, &error);
    good = session && play_both(play, session, output);
    session_destroy(session);
    _exit(good ? 0 : 1);
}
