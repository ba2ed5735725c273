/* format.c: see format.h and trace.h. The table of formats, and files. */
#include "trace/format.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/utf8.h"

/* Those that are known by how they begin come before those for which many lines are looked at. */
/* clang-format off */
static const struct trace_format formats[] = {
    {"journal", "what heapglass itself records", journal_sniff, journal_read_bytes, NULL},
    {"rep", "the malloc lab", rep_sniff, rep_read, rep_write},
    {"script", "the operations of a .rep, without its header", script_sniff, script_read, NULL},
    {"valgrind", "valgrind --trace-malloc=yes", valgrind_sniff, valgrind_read, NULL},
    {"mtrace", "glibc's mtrace()", mtrace_sniff, mtrace_read, NULL},
    {"ltrace", "ltrace", ltrace_sniff, ltrace_read, NULL},
    {"requests", "RQ, RL, C and STAT, of Operating System Concepts", requests_sniff,
     requests_read, NULL},
    {"ostep", "what OSTEP's malloc.py prints", ostep_sniff, ostep_read, NULL},
    {"list", "OSTEP's malloc.py -A: +10,-0", list_sniff, list_read, NULL},
};
/* clang-format on */

enum { FORMATS = sizeof formats / sizeof formats[0] };

const struct trace_format *trace_format_at(unsigned number)
{
    return number < FORMATS ? &formats[number] : NULL;
}

/* Pass over UTF-8's mark, with which some editors begin a file. */
static void skip_mark(struct trace_source *source)
{
    size_t length = utf8_mark(source->bytes, source->size);

    source->bytes += length;
    source->size -= length;
}

const struct trace_format *trace_format_of(const char *bytes, size_t size)
{
    struct trace_source source = {.bytes = bytes, .size = size};

    skip_mark(&source);
    for (size_t i = 0; i < FORMATS; i++) {
        if (source.size > 0 && formats[i].sniff(&source))
            return &formats[i];
    }
    return NULL;
}

/* Say why a file that is of no format is no trace; true of one whose own errors say that, as it may
 * be meant to be the malloc lab's. */
static bool may_be_rep(const struct trace_source *source, struct error *error)
{
    const char *packed = file_packed(source->bytes, source->size);
    size_t at = 0;

    while (at < source->size && isspace((unsigned char)source->bytes[at]))
        at++;
    if (at == source->size)
        return error_set_kind(error, ERROR_MALFORMED, "%s: it is empty", source->name);
    if (packed)
        return error_set_kind(error, ERROR_MALFORMED, "%s: %s", source->name, packed);
    return isdigit((unsigned char)source->bytes[at]) || source->bytes[at] == '-' ||
           error_set_kind(error, ERROR_MALFORMED,
                          "%s: it does not begin as a trace does: one of the malloc lab, of "
                          "mtrace, valgrind --trace-malloc=yes or ltrace, or a list of "
                          "allocations or requests",
                          source->name);
}

/* Say behind what is wrong with a line that the rest can be read. Returns false. */
static bool suggest_lenience(const struct trace_source *source, struct error *error)
{
    bool is_of_line = error->kind == ERROR_MALFORMED && error->column > 0;

    if (is_of_line && !source->lenient && !strstr(error->text, "--lenient"))
        error_append(error, "; --lenient leaves out what cannot be read");
    return false;
}

/* What is none of them is read as the format whose errors say what a trace is. */
static bool parse(struct trace_source *source, struct trace *ret_trace, struct error *error)
{
    const struct trace_format *format;
    struct trace trace;
    char *name;

    skip_mark(source);
    format = trace_format_of(source->bytes, source->size);
    if (!format && !may_be_rep(source, error))
        return false;
    name = trace_short_name(source->name);
    trace_init(&trace, name);
    free(name);

    if (!(format ? format->read : rep_read)(source, &trace, error)) {
        trace_finish(&trace);
        return suggest_lenience(source, error);
    }
    *ret_trace = trace;
    return true;
}

bool trace_parse(const char *name, const char *bytes, size_t size, bool lenient,
                 struct trace *ret_trace, struct error *error)
{
    struct trace_source source = {.name = name, .bytes = bytes, .size = size, .lenient = lenient};

    return parse(&source, ret_trace, error);
}

/* ---- Files ---- */

char *trace_short_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = memory_copy_string(slash && slash[1] ? slash + 1 : path);
    size_t length = strlen(name);

    if (length > 4 && strcmp(name + length - 4, ".rep") == 0)
        name[length - 4] = '\0';
    return name;
}

/* All of a file. */
struct bytes {
    char *data;
    size_t size, capacity;
    size_t total; /* bytes that there will be; 0 where that is not known */
};

enum { PART = 1 << 16 };

static bool make_room(struct bytes *bytes, size_t size)
{
    char *data = memory_try_reserve(bytes->data, &bytes->capacity, size + PART, 1);

    if (data)
        bytes->data = data;
    return data != NULL;
}

/* Read some more. Returns false at the end and where that failed, with `error` set. */
static bool read_part(const char *name, int descriptor, struct bytes *bytes, struct error *error)
{
    ssize_t length;

    if (!make_room(bytes, bytes->size))
        return error_set_kind(error, ERROR_NO_MEMORY, "%s: there is no memory to read it", name);
    length = read(descriptor, bytes->data + bytes->size, PART);
    if (length < 0 && errno != EINTR && errno != EAGAIN)
        return error_set_errno(error, "%s", name);
    bytes->size += length > 0 ? (size_t)length : 0;
    return length != 0;
}

/* Where somebody has to write it first, it is waited for, as long as the user wants that. */
static bool read_bytes(const char *name, int descriptor, const struct progress *progress,
                       struct bytes *bytes, struct error *error)
{
    enum { TICK_EVERY = 1 << 22 };
    struct stat status;
    bool goes_on = true;

    if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
        bytes->total = (size_t)status.st_size;
    if (bytes->total > TRACE_FILE_MAX) /* it need not be read to be known */
        bytes->size = bytes->total;
    else
        make_room(bytes, bytes->total);
    *error = (struct error){0};
    do {
        if (bytes->size > TRACE_FILE_MAX)
            return error_set(error, "%s: the file is larger than %zu bytes", name, TRACE_FILE_MAX);
        goes_on = progress_wait(progress, descriptor, bytes->size, bytes->total) &&
                  (bytes->size % TICK_EVERY >= PART ||
                   progress_tick(progress, bytes->size, bytes->total));
    } while (goes_on && read_part(name, descriptor, bytes, error));
    if (!goes_on)
        error_set_kind(error, ERROR_STOPPED, "stopped; nothing has changed");
    return error->kind == ERROR_NONE;
}

bool trace_read_open(int descriptor, const char *name, bool lenient,
                     const struct progress *progress, struct trace *ret_trace, struct error *error)
{
    struct trace_source source = {.name = name, .lenient = lenient, .progress = progress};
    const struct progress nobody = {0};
    struct bytes bytes = {0};
    bool good = read_bytes(name, descriptor, progress ? progress : &nobody, &bytes, error);

    source.bytes = bytes.data;
    source.size = bytes.size;
    good = good && parse(&source, ret_trace, error);
    free(bytes.data);
    return good;
}

bool trace_read_watched(const char *path, bool lenient, const struct progress *progress,
                        struct trace *ret_trace, struct error *error)
{
    bool standard = strcmp(path, "-") == 0;
    int descriptor = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool good;

    if (descriptor < 0)
        return error_set_errno(error, "%s", path);
    good = trace_read_open(descriptor, standard ? "standard input" : path, lenient, progress,
                           ret_trace, error);
    if (!standard)
        close(descriptor);
    return good;
}

bool trace_read(const char *path, bool lenient, struct trace *ret_trace, struct error *error)
{
    return trace_read_watched(path, lenient, NULL, ret_trace, error);
}
