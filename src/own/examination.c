/* examination.c: see examination.h. */
#include "own/examination.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MS_PER_SECOND = 1000 };

/* One run of the process. */
struct run {
    struct sheet *sheet;
    size_t size;
    uint64_t op_count; /* as nobody else could write it */
    int memory;        /* the sheet's */
};

/* ---- The sheet ---- */

static void close_run(struct run *run)
{
    if (run->sheet)
        munmap(run->sheet, run->size);
    if (run->memory >= 0)
        close(run->memory);
}

static bool open_run(const struct trace *trace, const struct examination_limits *limits,
                     enum sheet_mode mode, struct run *run, struct error *error)
{
    void *memory;

    *run = (struct run){.size = sheet_size(trace->op_count),
                        .op_count = trace->op_count,
                        .memory = memfd_create("sheet", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
    if (run->memory < 0 || ftruncate(run->memory, (off_t)run->size) != 0 ||
        fcntl(run->memory, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) != 0) {
        error_set_errno(error, "no memory to examine it in");
        return false;
    }
    memory = mmap(NULL, run->size, PROT_READ | PROT_WRITE, MAP_SHARED, run->memory, 0);
    if (memory == MAP_FAILED) {
        error_set_errno(error, "no memory to examine it in");
        return false;
    }
    run->sheet = memory;
    *run->sheet = (struct sheet){.mode = mode,
                                 .op_count = trace->op_count,
                                 .id_count = trace->id_count,
                                 .alignment = limits->alignment,
                                 .frees_by_realloc = limits->frees_by_realloc,
                                 .memory = limits->memory,
                                 .time_ns = limits->time_ns,
                                 .seconds = limits->seconds};
    if (trace->op_count > 0)
        memcpy(sheet_ops(run->sheet), trace->ops, trace->op_count * sizeof trace->ops[0]);
    return true;
}

/* ---- The process ---- */

/* In the new process. */
static _Noreturn void become_examined(int memory, pid_t parent)
{
    int nowhere = open("/dev/null", O_RDWR);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    if (memory == SHEET_FD)
        fcntl(SHEET_FD, F_SETFD, 0);
    else
        dup2(memory, SHEET_FD);
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(nowhere, standard);
    close_range(SHEET_FD + 1, ~0u, 0);
    personality((unsigned)personality(0xffffffffu) | ADDR_NO_RANDOMIZE);
    execl("/proc/self/exe", "heapglass", SHEET_ARGUMENT, (char *)NULL);
    _exit(1);
}

/* Wait until a process has ended, for so long; returns whether it has. */
static bool has_ended(int process_file, uint64_t seconds)
{
    struct pollfd ended = {.fd = process_file, .events = POLLIN};
    int wait_ms = (int)(seconds < 86400 ? seconds : 86400) * MS_PER_SECOND, count;

    while ((count = poll(&ended, 1, wait_ms)) < 0 && errno == EINTR)
        continue;
    return count != 0;
}

/* Wait for the process as long as it may take, once more where it is timed by then, and end it.
 *   ret_status  as of waitpid
 *   returns     whether it ended by itself */
static bool wait_for(pid_t process, const struct sheet *sheet, uint64_t seconds, int *ret_status)
{
    int file = pidfd_open(process, 0);
    bool in_time = has_ended(file, seconds);

    if (!in_time && sheet->mode == SHEET_CHECK && sheet->round == SHEET_TIMED)
        in_time = has_ended(file, seconds);
    if (!in_time)
        kill(process, SIGKILL);
    while (waitpid(process, ret_status, 0) < 0 && errno == EINTR)
        continue;
    if (file >= 0)
        close(file);
    return in_time;
}

/* How it ended. */
static enum examination_end end_of(const struct sheet *sheet, bool in_time, int status,
                                   int *ret_number)
{
    if (!in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return EXAMINATION_TIMEOUT;
    if (WIFSIGNALED(status)) {
        *ret_number = WTERMSIG(status);
        return EXAMINATION_KILLED;
    }
    *ret_number = WEXITSTATUS(status);
    switch ((enum sheet_state)sheet->state) {
    case SHEET_REFUSED: return EXAMINATION_REFUSED;
    case SHEET_DONE: return EXAMINATION_DONE;
    case SHEET_FAULT: *ret_number = sheet->signal; return EXAMINATION_FAULT;
    case SHEET_BEGUN:
    case SHEET_OPENED: break;
    }
    return EXAMINATION_EXITED;
}

static bool start(const struct run *run, struct examination_result *result, struct error *error)
{
    uint64_t seconds = run->sheet->seconds; /* before others could write there */
    pid_t parent = getpid(), process = fork();
    bool in_time;
    int status = 0;

    if (process == 0)
        become_examined(run->memory, parent);
    if (process < 0)
        return error_set_errno(error, "no process to examine it in");
    in_time = wait_for(process, run->sheet, seconds, &status);
    result->end = end_of(run->sheet, in_time, status, &result->number);
    return true;
}

/* ---- What came of it ---- */

static void take_text(const char *from, size_t most, struct text *text)
{
    size_t length = strnlen(from, most);

    text_clear(text);
    if (length > 0)
        text_add_bytes(text, from, length);
}

/* Take over what can make sense of the sheet. */
static void take_sheet(const struct run *run, struct examination_result *result)
{
    const struct sheet *sheet = run->sheet;

    result->step = sheet->step <= run->op_count ? sheet->step : 0;
    result->round = sheet->round;
    result->address = sheet->address;
    result->fault_count = sheet->fault_count;
    result->listed = sheet->listed < SHEET_FAULTS_MAX ? sheet->listed : SHEET_FAULTS_MAX;
    memcpy(result->faults, sheet->faults, sizeof result->faults);
    result->peak_heap = sheet->peak_heap;
    result->best_ns = sheet->best_ns;
    take_text(sheet->problem, sizeof sheet->problem, &result->problem);
    take_text((const char *)sheet + sheet_speech(run->op_count), SHEET_SPEECH_MAX, &result->said);
}

static bool check(const struct trace *trace, const struct examination_limits *limits,
                  struct examination_result *result, struct error *error)
{
    struct run run;
    bool good = open_run(trace, limits, SHEET_CHECK, &run, error) && start(&run, result, error);

    if (good)
        take_sheet(&run, result);
    close_run(&run);
    return good;
}

/* Find out which step it was that did the damage. */
static bool locate(const struct trace *trace, const struct examination_limits *limits,
                   struct fault *fault, struct error *error)
{
    struct examination_result again = {0};
    struct run run;
    bool good = open_run(trace, limits, SHEET_LOCATE, &run, error);

    if (good) {
        run.sheet->watched = fault->id;
        run.sheet->watched_from = fault->other_step;
        good = start(&run, &again, error);
    }
    if (good && again.end == EXAMINATION_DONE && run.sheet->fault_count > 0 &&
        run.sheet->step <= fault->step)
        fault->since = run.sheet->step;
    close_run(&run);
    return good;
}

static bool measure(const struct trace *trace, const struct examination_limits *limits,
                    struct examination_result *result, struct error *error)
{
    struct run run;
    bool good = open_run(trace, limits, SHEET_TIME, &run, error) && start(&run, result, error);

    if (good && result->end == EXAMINATION_DONE)
        result->best_ns = run.sheet->best_ns;
    else if (good)
        take_sheet(&run, result);
    close_run(&run);
    return good;
}

/* Whether a fault is one that there can be. */
static bool makes_sense(const struct fault *fault, const struct trace *trace)
{
    return fault->kind < FAULT_KINDS && fault->id < trace->id_count &&
           fault->other < trace->id_count && fault->step > 0 && fault->step <= trace->op_count;
}

bool examination_run(const struct trace *trace, const struct examination_limits *limits,
                     struct examination_result *ret_result, struct error *error)
{
    struct examination_result result = {0};
    bool good = check(trace, limits, &result, error);
    size_t kept = 0;

    for (size_t i = 0; i < result.listed; i++) {
        if (makes_sense(&result.faults[i], trace))
            result.faults[kept++] = result.faults[i];
    }
    result.listed = kept;
    if (kept == 0 || result.fault_count < kept)
        result.fault_count = kept;
    for (size_t i = 0; good && i < kept; i++) {
        if (result.faults[i].kind == FAULT_DAMAGED && result.faults[i].round == SHEET_FIRST)
            good = locate(trace, limits, &result.faults[i], error);
    }
    if (good && result.best_ns == 0 && examination_is_passed(&result))
        good = measure(trace, limits, &result, error);
    if (good)
        *ret_result = result;
    else
        examination_finish(&result);
    return good;
}

void examination_finish(struct examination_result *result)
{
    text_finish(&result->problem);
    text_finish(&result->said);
}

bool examination_is_passed(const struct examination_result *result)
{
    return result->end == EXAMINATION_DONE && result->fault_count == 0;
}
