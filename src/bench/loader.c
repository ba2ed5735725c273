/* loader.c: see loader.h. The other process is a fork; it hands over a file in memory:
 *
 *      | struct image | name, with its 0, to a multiple of 16 bytes | operations | */
#include "bench/loader.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/machine.h"
#include "base/memory.h"
#include "base/size.h"
#include "trace/generate.h"

enum { NAME_ALIGNMENT = 16 };

struct image {
    bool loaded;
    struct error error; /* where it is not */
    struct trace trace; /* its pointers mean nothing */
    size_t name_size;   /* bytes between the image and the operations */
};

/* A machine whose memory the live bytes alone would fill is no place to measure. */
static bool fits_machine(const struct trace *trace, struct error *error)
{
    uint64_t memory = machine_memory();
    char live[SIZE_TEXT_MAX], there[SIZE_TEXT_MAX];

    return trace->peak_live < memory ||
           error_set_kind(error, ERROR_NO_MEMORY,
                          "%s: %s are live at a time, more memory than there is: %s", trace->name,
                          size_short(trace->peak_live, live), size_short(memory, there));
}

static bool write_all(int file, const void *bytes, size_t size)
{
    while (size > 0) {
        ssize_t length = write(file, bytes, size);

        if (length < 0)
            return false;
        bytes = (const char *)bytes + length;
        size -= (size_t)length;
    }
    return true;
}

/* ---- Standard input ---- */

bool loader_keep_input(struct error *error)
{
    enum { PART = 1 << 16 };
    int file = memfd_create("standard input", MFD_CLOEXEC);
    char *part = memory_create(PART, 1);
    size_t kept = 0;
    ssize_t length = file < 0 ? -1 : 1;

    while (length > 0 && kept <= TRACE_FILE_MAX) {
        do
            length = read(STDIN_FILENO, part, PART);
        while (length < 0 && errno == EINTR);
        if (length > 0 && !write_all(file, part, (size_t)length))
            length = -1;
        kept += length > 0 ? (size_t)length : 0;
    }
    if (length >= 0 && dup2(file, STDIN_FILENO) < 0)
        length = -1;
    if (length < 0)
        error_set_errno(error, "standard input");
    if (file >= 0)
        close(file);
    free(part);
    return length >= 0;
}

void loader_rewind_input(void)
{
    lseek(STDIN_FILENO, 0, SEEK_SET);
}

/* ---- Loading ---- */

/* The other process: load, hand over, and end; with what errno says where that cannot be. */
static _Noreturn void load_apart(const struct bench_source *source, bool lenient, int file)
{
    static const char padding[NAME_ALIGNMENT];
    struct image image = {0};
    struct trace *trace = &image.trace;
    size_t length;

    loader_rewind_input();
    image.loaded =
        (source->is_generated ? trace_generate(source->argument, trace, &image.error)
                              : trace_read(source->argument, lenient, trace, &image.error)) &&
        fits_machine(trace, &image.error);
    if (!image.loaded)
        _exit(write_all(file, &image, sizeof image) ? 0 : errno);
    length = strlen(trace->name) + 1;
    image.name_size = bits_align_up(sizeof image + length, NAME_ALIGNMENT) - sizeof image;
    _exit(write_all(file, &image, sizeof image) && write_all(file, trace->name, length) &&
                  write_all(file, padding, image.name_size - length) &&
                  write_all(file, trace->ops, trace->op_count * sizeof trace->ops[0])
              ? 0
              : errno);
}

/* Map what the other process left.
 *   errors  what it says, or that it left nothing whole */
static bool take_over(int file, const char *name, struct loaded_trace *ret_trace,
                      struct error *error)
{
    off_t size = lseek(file, 0, SEEK_END);
    const struct image *image;
    struct loaded_trace loaded;
    char *mapping;

    if (size < (off_t)sizeof *image)
        return error_set(error, "%s: loading it failed", name);
    mapping = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, file, 0);
    if (mapping == MAP_FAILED)
        return error_set_errno(error, "%s", name);
    image = (const struct image *)(const void *)mapping;
    if (!image->loaded) {
        *error = image->error;
        munmap(mapping, (size_t)size);
        return false;
    }
    loaded = (struct loaded_trace){.trace = image->trace, .mapping = mapping, .size = (size_t)size};
    loaded.trace.name = mapping + sizeof *image;
    loaded.trace.ops = (struct trace_op *)(void *)(loaded.trace.name + image->name_size);
    loaded.trace.sizes = NULL;
    loaded.trace.names = (struct text){0};
    loaded.trace.named_at = NULL;
    loaded.trace.named_count = 0;
    *ret_trace = loaded;
    return true;
}

/* Where memory runs out, either the process or the kernel gives up. */
static bool is_lack_of_memory(int status)
{
    return WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGABRT;
}

bool loader_load(const struct bench_source *source, bool lenient, struct loaded_trace *ret_trace,
                 struct error *error)
{
    int file = memfd_create("trace", MFD_CLOEXEC), status = 0;
    pid_t child = file < 0 ? -1 : fork();
    bool good;

    if (child == 0)
        load_apart(source, lenient, file);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (child < 0)
        good = error_set_errno(error, "%s", source->argument);
    else if (WIFSIGNALED(status))
        good = error_set(error, "%s: loading it failed: %s%s", source->argument,
                         strsignal(WTERMSIG(status)),
                         is_lack_of_memory(status) ? "; there is not enough memory" : "");
    else if (status != 0) {
        errno = WEXITSTATUS(status);
        good = error_set_errno(error, "%s: it cannot be handed over", source->argument);
    } else
        good = take_over(file, source->argument, ret_trace, error);
    if (file >= 0)
        close(file);
    return good;
}

void loader_unload(struct loaded_trace *trace)
{
    munmap(trace->mapping, trace->size);
    *trace = (struct loaded_trace){0};
}
