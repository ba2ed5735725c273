/* process_allocator.c: the malloc of this process: the C library's, or one that was preloaded.
 *
 * How large its heap is, the C library says itself (mallinfo2); of any other malloc only the
 * process's resident memory is known, and the kernel keeps its peak. Either counts from what was
 * there when the watched run began. */
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "bench/allocator.h"
#include "kind/c_library.h"

/* The C library maps no request smaller than this by itself; all others move its break. */
enum { LEAST_MAPPED = 64 << 10 };

struct process_state {
    enum bench_memory memory;
    void *break_seen;
    uint64_t before; /* bytes in use, or resident, when the watched run began */
    uint64_t peak;   /* bytes, with what was before */
};

/* ---- The C library's heap ---- */

static void c_library_watch(struct process_state *process)
{
    struct mallinfo2 info = mallinfo2();

    process->before = info.uordblks + info.hblkhd;
    process->break_seen = sbrk(0);
}

/* mallinfo2 walks the free lists, so ask it only when the heap may have grown. */
static void c_library_look(void *state, size_t size)
{
    struct process_state *process = state;
    void *now = sbrk(0);
    struct mallinfo2 info;

    if (now == process->break_seen && size < LEAST_MAPPED && process->peak > 0)
        return;
    process->break_seen = now;
    info = mallinfo2();
    if (info.arena + info.hblkhd > process->peak)
        process->peak = info.arena + info.hblkhd;
}

static uint64_t peak_heap(void *state)
{
    struct process_state *process = state;

    return process->peak > process->before ? process->peak - process->before : 0;
}

/* ---- Any other heap ---- */

/* A number of kilobytes in /proc/self/status, in bytes; 0 if it is not there. */
static uint64_t status_bytes(const char *name)
{
    int descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    char buffer[4096];
    ssize_t length = descriptor < 0 ? -1 : read(descriptor, buffer, sizeof buffer - 1);
    const char *line;

    if (descriptor >= 0)
        close(descriptor);
    if (length <= 0)
        return 0;
    buffer[length] = '\0';
    line = strstr(buffer, name);
    return line ? strtoull(line + strlen(name), NULL, 10) * 1024 : 0;
}

/* Let the kernel's peak of resident memory begin anew. */
static bool resident_watch(struct process_state *process)
{
    int descriptor = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    bool good = descriptor >= 0 && write(descriptor, "5", 1) == 1;

    if (descriptor >= 0)
        close(descriptor);
    process->before = status_bytes("VmRSS:");
    return good && process->before > 0;
}

static void resident_look(void *state, size_t size)
{
    (void)state;
    (void)size;
}

static uint64_t resident_peak_heap(void *state)
{
    struct process_state *process = state;

    process->peak = status_bytes("VmHWM:");
    return peak_heap(process);
}

/* ---- Runs ---- */

static bool begin(void *state, bool watched, void **ret_heap, struct error *error)
{
    struct process_state *process = state;

    *ret_heap = NULL;
    if (process->memory == BENCH_MEMORY_FRESH)
        malloc_trim(0);
    if (!watched)
        return true;
    process->peak = 0;
    if (c_library_has_malloc())
        c_library_watch(process);
    else if (!resident_watch(process))
        return error_set_errno(error, "the kernel does not tell the peak of resident memory");
    return true;
}

static void end(void *state)
{
    (void)state;
}

static void set_memory(void *state, enum bench_memory memory)
{
    ((struct process_state *)state)->memory = memory;
    if (memory != BENCH_MEMORY_TOUCHED)
        return;
    mallopt(M_TRIM_THRESHOLD, -1); /* never */
    mallopt(M_MMAP_MAX, 0);
}

static const char *reason(void *state)
{
    (void)state;
    return "malloc returned NULL";
}

struct bench_allocator *process_allocator_create(void)
{
    bool c_library = c_library_has_malloc();
    struct bench_allocator *allocator = memory_create(1, sizeof *allocator);

    *allocator = (struct bench_allocator){
        .kind = &kind_glibc,
        .begin = begin,
        .end = end,
        .set_memory = set_memory,
        .look = c_library ? c_library_look : resident_look,
        .peak_heap = c_library ? peak_heap : resident_peak_heap,
        .reason = reason,
        .state = memory_create(1, sizeof(struct process_state)),
        .measure = c_library ? BENCH_MEASURE_MALLINFO : BENCH_MEASURE_RESIDENT,
    };
    return allocator;
}

void process_allocator_destroy(struct bench_allocator *allocator)
{
    if (allocator)
        free(allocator->state);
    free(allocator);
}
