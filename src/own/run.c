/* run.c: see run.h. */
#include "own/run.h"

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
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/patience.h"

enum { MS_PER_SECOND = 1000 };

/* ---- The sheet ---- */

void run_close(struct run *run)
{
    if (run->sheet)
        munmap(run->sheet, run->size);
    if (run->memory >= 0)
        close(run->memory);
    if (run->channel >= 0)
        close(run->channel);
}

bool run_open(const struct trace *trace, const struct examination_limits *limits,
              enum sheet_mode mode, struct run *run, struct error *error)
{
    uint64_t op_count = mode == SHEET_ANSWER ? 0 : trace->op_count;
    void *memory;

    *run = (struct run){.size = sheet_size(op_count),
                        .op_count = op_count,
                        .channel = -1,
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
                                 .op_count = op_count,
                                 .id_count = trace->id_count,
                                 .alignment = limits->alignment,
                                 .frees_by_realloc = limits->frees_by_realloc,
                                 .memory = limits->memory,
                                 .time_ns = limits->time_ns,
                                 .seconds = limits->seconds};
    if (op_count > 0)
        memcpy(sheet_ops(run->sheet), trace->ops, op_count * sizeof trace->ops[0]);
    return true;
}

/* ---- The process ---- */

/* Let a file have this number, and be there behind exec. */
static void place_file(int file, int number)
{
    if (file == number)
        fcntl(number, F_SETFD, 0);
    else
        dup2(file, number);
}

/* In the new process. */
static _Noreturn void become_examined(int memory, int channel, pid_t parent)
{
    int nowhere = open("/dev/null", O_RDWR);
    /* neither may lie where the other is to be */
    int apart = channel < 0 ? -1 : fcntl(channel, F_DUPFD, SHEET_CHANNEL_FD + 1);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    place_file(memory, SHEET_FD);
    if (apart >= 0)
        place_file(apart, SHEET_CHANNEL_FD);
    for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
        dup2(nowhere, standard);
    close_range(apart < 0 ? SHEET_FD + 1 : SHEET_CHANNEL_FD + 1, ~0u, 0);
    personality((unsigned)personality(0xffffffffu) | ADDR_NO_RANDOMIZE);
    execl("/proc/self/exe", "heapglass", SHEET_ARGUMENT, (char *)NULL);
    _exit(1);
}

/* Wait until a process has ended, until it has spent so long; returns whether it has. */
static bool has_ended(pid_t process, int process_file, uint64_t seconds)
{
    struct pollfd ended = {.fd = process_file, .events = POLLIN};
    struct patience patience = {.spent_ms = 0};
    struct patience_look look;
    int count;

    do {
        count = poll(&ended, 1, PATIENCE_LOOK_MS);
        look = patience_look(process);
    } while (count <= 0 && patience_spend(&patience, &look) < seconds * MS_PER_SECOND);
    return count > 0;
}

/* Wait for the process as long as it may take, once more where it is timed by then, and end it.
 *   ret_status  as of waitpid
 *   returns     whether it ended by itself */
static bool wait_for(pid_t process, const struct sheet *sheet, uint64_t seconds, int *ret_status)
{
    int file = pidfd_open(process, 0);
    bool in_time = has_ended(process, file, seconds);

    if (!in_time && sheet->mode == SHEET_CHECK && sheet->round == SHEET_TIMED &&
        sheet->retraced == 0)
        in_time = has_ended(process, file, seconds);
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

bool run_start(struct run *run, struct error *error)
{
    int ends[2] = {-1, -1};
    pid_t parent = getpid();

    if (run->sheet->mode == SHEET_ANSWER &&
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set_errno(error, "no way to talk with an examined process");
    run->channel = ends[0];
    run->process = fork();
    if (run->process == 0)
        become_examined(run->memory, ends[1], parent);
    if (ends[1] >= 0)
        close(ends[1]);
    return run->process > 0 || error_set_errno(error, "no process to examine it in");
}

void run_wait(const struct run *run, uint64_t seconds, struct examination_result *result)
{
    int status = 0;
    bool in_time = wait_for(run->process, run->sheet, seconds, &status);

    result->end = end_of(run->sheet, in_time, status, &result->number);
}

bool run_through(struct run *run, struct examination_result *result, struct error *error)
{
    uint64_t seconds = run->sheet->seconds; /* before others could write there */

    if (!run_start(run, error))
        return false;
    run_wait(run, seconds, result);
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

void run_take_sheet(const struct run *run, struct examination_result *result)
{
    const struct sheet *sheet = run->sheet;

    result->step = sheet->step <= run->op_count ? sheet->step : 0;
    result->round = sheet->round;
    result->run = sheet->round == SHEET_TIMED ? sheet->runs : 0;
    result->address = sheet->address;
    result->is_overflow = sheet->is_overflow;
    result->is_denied = sheet->is_denied;
    result->fault_count = sheet->fault_count;
    result->listed = sheet->listed < SHEET_FAULTS_MAX ? sheet->listed : SHEET_FAULTS_MAX;
    memcpy(result->faults, sheet->faults, sizeof result->faults);
    result->peak_heap = sheet->peak_heap;
    result->is_apart = sheet->is_apart;
    result->best_ns = sheet->best_ns;
    take_text(sheet->problem, sizeof sheet->problem, &result->problem);
    take_text((const char *)sheet + sheet_speech(run->op_count), SHEET_SPEECH_MAX, &result->said);
}
