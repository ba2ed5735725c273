/* process.c: a look at a process: see look.h.
 *
 * A heap that is copied while its program works would be torn. So the program is stopped, all its
 * threads, by PTRACE_SEIZE and PTRACE_INTERRUPT, which send it no signal and show in nothing but
 * the time that passes. That is done by a child of ours, which copies what it needs and ends:
 * whatever happens to it or to us, the kernel lets go of what a tracer held as soon as it is no
 * more, and the program goes on. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/maps.h"
#include "base/memory.h"
#include "foreign/copy.h"
#include "foreign/look.h"
#include "foreign/rights.h"
#include "target/pages.h"

enum {
    NS_PER_MS = 1000000,
    STOP_MS = 2000, /* a thread that does not stop by then waits for a device */
    WAIT_MS = 20,
};

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * NS_PER_MS}, NULL);
}

/* ---- Memory ---- */

static bool read_process(const struct memory *memory, uint64_t at, void *bytes, size_t size)
{
    struct iovec to = {bytes, size}, from = {(void *)(uintptr_t)at, size};

    return process_vm_readv(memory->process, &to, 1, &from, 1, 0) == (ssize_t)size;
}

static void add_mapping(struct memory *memory, const struct mapping *mapping)
{
    struct memory_region region = {.start = mapping->start,
                                   .end = mapping->end,
                                   .held = mapping->is_readable ? mapping->end - mapping->start : 0,
                                   .is_writable = mapping->is_writable};

    snprintf(region.name, sizeof region.name, "%.*s", MEMORY_NAME_MAX - 1, mapping->name);
    memory_add(memory, &region);
}

static bool read_maps(struct memory *memory, struct error *error)
{
    struct text maps = {0};
    const char *lines;
    struct mapping mapping;
    bool good =
        maps_read(memory->process, &maps) ||
        error_set_errno(error, "what process %d has mapped cannot be read", memory->process);

    lines = text_string(&maps);
    while (good && maps_next(&lines, &mapping))
        add_mapping(memory, &mapping);
    text_finish(&maps);
    memory_sort(memory);
    return good;
}

/* ---- Stopping ---- */

/* The threads that are held, and with which signal each is to go on. */
struct held {
    struct held_thread {
        int thread, signal;
    } * threads;
    size_t count, capacity;
    bool are_stopped; /* one at least was stopped by a signal, as then all are */
};

static bool is_held(const struct held *held, int thread)
{
    for (size_t i = 0; i < held->count; i++) {
        if (held->threads[i].thread == thread)
            return true;
    }
    return false;
}

/* Wait until a thread has stopped: 1; 0 if it is gone, -1 if it does not stop.
 *   ret_is_stopped  whether a signal had stopped it */
static int wait_for(int thread, int *ret_signal, bool *ret_is_stopped)
{
    int status;

    for (int waited = 0; waited < STOP_MS; waited++) {
        int found = waitpid(thread, &status, __WALL | WNOHANG);

        if (found < 0 || (found > 0 && !WIFSTOPPED(status)))
            return 0;
        if (found > 0) {
            bool is_event = status >> 16 == PTRACE_EVENT_STOP;

            *ret_signal = is_event ? 0 : WSTOPSIG(status);
            *ret_is_stopped = is_event && WSTOPSIG(status) != SIGTRAP;
            return 1;
        }
        sleep_ms(1);
    }
    return -1;
}

static bool hold(struct held *held, int pid, int thread, struct error *error)
{
    int signal = 0, stopped;
    bool is_stopped = false;

    if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) != 0)
        return errno == ESRCH || (errno == EPERM ? rights_tell_missing(pid, error)
                                                 : error_set_errno(error, "process %d", pid));
    ptrace(PTRACE_INTERRUPT, thread, NULL, NULL);
    stopped = wait_for(thread, &signal, &is_stopped);
    if (stopped < 0)
        return error_set(
            error,
            "process %d could not be stopped: its thread %d waits in the kernel (state D), for a "
            "device, a file system or a child that has its memory; try again when it goes on",
            pid, thread);
    if (stopped == 0)
        return true;
    held->threads =
        memory_reserve(held->threads, &held->capacity, held->count + 1, sizeof held->threads[0]);
    held->threads[held->count++] = (struct held_thread){thread, signal};
    held->are_stopped = held->are_stopped || is_stopped;
    return true;
}

/* Hold the threads that are not held yet; how many were new in `ret_new`. */
static bool hold_new(struct held *held, int pid, size_t *ret_new, struct error *error)
{
    size_t before = held->count;
    struct dirent *entry;
    bool good = true;
    char path[64];
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%d/task", pid);
    folder = opendir(path);
    if (!folder)
        return error_set(error, "process %d has ended", pid);
    while (good && (entry = readdir(folder))) {
        int thread = atoi(entry->d_name);

        if (thread > 0 && !is_held(held, thread))
            good = hold(held, pid, thread, error);
    }
    closedir(folder);
    *ret_new = held->count - before;
    return good;
}

/* Hold all threads: a running one may have begun another in the meantime. */
static bool hold_all(struct held *held, int pid, struct error *error)
{
    size_t fresh = 1;

    while (fresh > 0) {
        if (!hold_new(held, pid, &fresh, error))
            return false;
    }
    return held->count > 0 || error_set(error, "process %d has ended", pid);
}

static void let_go(struct held *held)
{
    for (size_t i = 0; i < held->count; i++)
        ptrace(PTRACE_DETACH, held->threads[i].thread, NULL, (long)held->threads[i].signal);
    free(held->threads);
}

/* ---- In the child ---- */

/* What the child tells: memory that both have. */
struct told {
    size_t done, total;
    bool is_good;
    char name[KIND_IMAGE_NAME_MAX];
    int image;
    struct error error;
};

static bool note_progress(void *context, size_t done, size_t total)
{
    struct told *told = context;

    __atomic_store_n(&told->total, total, __ATOMIC_RELAXED);
    __atomic_store_n(&told->done, done, __ATOMIC_RELAXED);
    return true;
}

/* Where each thread that is held has its variables. */
static void note_threads(struct memory *memory, const struct held *held)
{
    for (size_t i = 0; i < held->count; i++) {
        int thread = held->threads[i].thread;
        struct user_regs_struct registers = {0};

        ptrace(PTRACE_GETREGS, thread, NULL, &registers);
        memory_add_thread(memory, thread, registers.fs_base);
    }
}

static bool copy_from(int pid, const struct held *held, struct told *told)
{
    struct memory memory = {.is_stopped = held->are_stopped,
                            .process = pid,
                            .file = pages_open(pid),
                            .read = read_process};
    struct progress progress = {note_progress, told};
    struct found found = {0};
    bool good =
        read_maps(&memory, &told->error) && find_heaps(&memory, told->name, &found, &told->error);

    note_threads(&memory, held);
    good = good && copy_heaps(&memory, &found, told->name, &progress, told->image, &told->error);
    found_finish(&found);
    memory_finish(&memory);
    return good;
}

/* Which signals the program's terminal sends is for the front to know; this one ends with it. */
_Noreturn static void look_and_end(int pid, pid_t front, struct told *told)
{
    static const int ignored[] = {SIGINT, SIGQUIT, SIGTSTP, SIGHUP, SIGWINCH, SIGPIPE};
    struct held held = {0};

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != front)
        _exit(1);
    for (size_t i = 0; i < sizeof ignored / sizeof ignored[0]; i++)
        signal(ignored[i], SIG_IGN);
    told->is_good = hold_all(&held, pid, &told->error);
    told->is_good = told->is_good && copy_from(pid, &held, told);
    let_go(&held);
    _exit(0);
}

/* ---- In the front ---- */

/* Wait for the child; false with `error` set if the user did not want to. */
static bool wait_for_child(pid_t child, const struct told *told, const struct progress *progress,
                           struct error *error)
{
    int status, found;

    while ((found = waitpid(child, &status, WNOHANG)) == 0 || (found < 0 && errno == EINTR)) {
        if (!progress_tick(progress, __atomic_load_n(&told->done, __ATOMIC_RELAXED),
                           __atomic_load_n(&told->total, __ATOMIC_RELAXED))) {
            kill(child, SIGKILL);
            waitpid(child, NULL, 0);
            return error_set_kind(error, ERROR_STOPPED, "stopped; nothing has changed");
        }
        sleep_ms(WAIT_MS / 10);
    }
    return (found > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) ||
           error_set(error, "the process that was to look at it was ended");
}

static void name_process(int pid, char name[KIND_IMAGE_NAME_MAX])
{
    char path[64], command[32] = "process";
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    file = fopen(path, "re");
    if (file && fgets(command, sizeof command, file))
        command[strcspn(command, "\n")] = '\0';
    if (file)
        fclose(file);
    for (char *c = command; *c; c++)
        *c = *c < ' ' || *c > '~' ? '?' : *c;
    snprintf(name, KIND_IMAGE_NAME_MAX, "%s %d", command, pid);
}

/* Let a child look, and wait for it. */
static bool let_child_look(int pid, struct told *told, const struct progress *progress,
                           struct error *error)
{
    pid_t front = getpid(), child = fork();

    if (child == 0)
        look_and_end(pid, front, told);
    if (child < 0)
        return error_set_errno(error, "there cannot be a process to look at it");
    if (!wait_for_child(child, told, progress, error))
        return false;
    if (!told->is_good)
        *error = told->error;
    return told->is_good;
}

bool look_at_process(int pid, const struct progress *progress, int *ret_image, struct error *error)
{
    struct told *told;
    bool good;

    if (!rights_check_process(pid, error))
        return false;
    told = mmap(NULL, sizeof *told, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (told == MAP_FAILED)
        return error_set_errno(error, "there is no memory to look at it");
    told->image = memfd_create("heapglass-look", MFD_CLOEXEC);
    name_process(pid, told->name);
    good = told->image >= 0 ? let_child_look(pid, told, progress, error)
                            : error_set_errno(error, "there is no memory to look at it");
    if (good)
        *ret_image = told->image;
    else if (told->image >= 0)
        close(told->image);
    munmap(told, sizeof *told);
    return good;
}
