/* narrow_calls.c: see narrow_calls.h. */
#include "kind/narrow_calls.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kind/memlib.h"

/* ---- errno ---- */

static int *errno_place;
static int errno_seen; /* that was written there last, in place of errno */

void narrow_call_keep_errno(int *place)
{
    errno_place = place;
}

static void see_errno(void)
{
    *errno_place = errno_seen = errno;
}

/* What the library wrote there stays until something else fails. */
static int *call_errno(void)
{
    if (errno != errno_seen)
        see_errno();
    return errno_place;
}

static void call_perror(const char *text)
{
    errno = errno_seen = *call_errno();
    perror(text);
}

/* ---- Memory ---- */

/* What fails is answered with a pointer of 4 bytes, too. The library may know already where
 * errno lies. */
static uintptr_t narrowed(const void *pointer)
{
    if (pointer == (void *)-1)
        see_errno();
    return (uint32_t)(uintptr_t)pointer;
}

static uintptr_t call_mem_sbrk(int32_t size)
{
    return narrowed(mem_sbrk(size));
}

static uintptr_t call_sbrk(int32_t size)
{
    return narrowed(sbrk(size));
}

static void *call_memcpy(void *to, const void *from, uint32_t size)
{
    return memcpy(to, from, size);
}

static void *call_memmove(void *to, const void *from, uint32_t size)
{
    return memmove(to, from, size);
}

static void *call_memset(void *to, int byte, uint32_t size)
{
    return memset(to, byte, size);
}

static int call_memcmp(const void *a, const void *b, uint32_t size)
{
    return memcmp(a, b, size);
}

static uint64_t call_mem_read(const void *from, uint32_t size)
{
    return mem_read(from, size);
}

static void call_mem_write(void *to, uint64_t number, uint32_t size)
{
    mem_write(to, number, size);
}

static int call_strncmp(const char *a, const char *b, uint32_t size)
{
    return strncmp(a, b, size);
}

static char *call_strncpy(char *to, const char *from, uint32_t size)
{
    return strncpy(to, from, size);
}

static int call_labs(int32_t number)
{
    return abs(number);
}

static int call_popcount(uint64_t number)
{
    return __builtin_popcountll(number);
}

/* ---- Printing ---- */

enum { STREAM_INPUT = 1, STREAM_OUTPUT, STREAM_ERRORS };

static const char *const streams[] = {
    [STREAM_INPUT] = "stdin", [STREAM_OUTPUT] = "stdout", [STREAM_ERRORS] = "stderr"};

static FILE *stream_of(uint32_t number)
{
    return number == STREAM_ERRORS ? stderr : stdout;
}

/* A format without what says that a number is a long or a size, which has 4 bytes. */
struct format {
    char text[4096];
};

/* How many characters say of what width a number is. */
static size_t width_length(const char *at)
{
    return strspn(at, "hljztLq");
}

static const char *narrow_format(const char *format, struct format *room)
{
    char *to = room->text;
    const char *from = format;

    if (strlen(format) >= sizeof room->text)
        return format;
    while (*from) {
        size_t length;

        *to++ = *from;
        if (*from++ != '%')
            continue;
        length = strspn(from, "-+ #0123456789.*'");
        to = mempcpy(to, from, length);
        from += length;
        length = width_length(from);
        if (length != 1 || !strchr("lzt", *from))
            to = mempcpy(to, from, length);
        from += length;
        if (*from)
            *to++ = *from++;
    }
    *to = '\0';
    return room->text;
}

static int call_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int call_fprintf(uint32_t stream, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int call_sprintf(char *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int call_snprintf(char *to, uint32_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int print(uint32_t stream, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
static int print_to(char *to, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* it is the library's */

static int print(uint32_t stream, const char *format, va_list arguments)
{
    struct format room;

    return vfprintf(stream_of(stream), narrow_format(format, &room), arguments);
}

static int print_to(char *to, size_t size, const char *format, va_list arguments)
{
    struct format room;

    return vsnprintf(to, size, narrow_format(format, &room), arguments);
}

/* A va_list there, and one here. */
struct narrow_list {
    uint32_t numbers, fractions, further, registers;
};

struct wide_list {
    uint32_t numbers, fractions;
    uint64_t further, registers;
};

/* So that it can be returned. */
struct widened {
    va_list list;
};

static struct widened widen(const struct narrow_list *list)
{
    struct wide_list wide = {list->numbers, list->fractions, list->further, list->registers};
    struct widened widened;

    memcpy(&widened, &wide, sizeof wide < sizeof widened ? sizeof wide : sizeof widened);
    return widened;
}

static int call_vfprintf(uint32_t stream, const char *format, const struct narrow_list *list)
{
    struct widened arguments = widen(list);

    return print(stream, format, arguments.list);
}

static int call_vprintf(const char *format, const struct narrow_list *list)
{
    return call_vfprintf(STREAM_OUTPUT, format, list);
}

static int call_vsnprintf(char *to, uint32_t size, const char *format,
                          const struct narrow_list *list)
{
    struct widened arguments = widen(list);

    return print_to(to, size, format, arguments.list);
}

static int call_vsprintf(char *to, const char *format, const struct narrow_list *list)
{
    return call_vsnprintf(to, INT32_MAX, format, list);
}

#pragma GCC diagnostic pop

static int call_printf(const char *format, ...)
{
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = print(STREAM_OUTPUT, format, arguments);
    va_end(arguments);
    return count;
}

static int call_fprintf(uint32_t stream, const char *format, ...)
{
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = print(stream, format, arguments);
    va_end(arguments);
    return count;
}

static int call_sprintf(char *to, const char *format, ...)
{
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = print_to(to, INT32_MAX, format, arguments);
    va_end(arguments);
    return count;
}

static int call_snprintf(char *to, uint32_t size, const char *format, ...)
{
    va_list arguments;
    int count;

    va_start(arguments, format);
    count = print_to(to, size, format, arguments);
    va_end(arguments);
    return count;
}

static uint32_t call_fwrite(const void *from, uint32_t size, uint32_t count, uint32_t stream)
{
    return (uint32_t)fwrite(from, size, count, stream_of(stream));
}

static int call_fputs(const char *text, uint32_t stream)
{
    return fputs(text, stream_of(stream));
}

static int call_fputc(int character, uint32_t stream)
{
    return fputc(character, stream_of(stream));
}

static int call_fflush(uint32_t stream)
{
    return fflush(stream == 0 ? NULL : stream_of(stream));
}

/* ---- By name ---- */

#define CALL(name, function)                                                                       \
    {                                                                                              \
        name, (void (*)(void))(function)                                                           \
    }

static const struct {
    const char *name;
    void (*function)(void);
} calls[] = {
    CALL("mem_sbrk", call_mem_sbrk),
    CALL("sbrk", call_sbrk),
    CALL("memcpy", call_memcpy),
    CALL("mem_memcpy", call_memcpy),
    CALL("memmove", call_memmove),
    CALL("memset", call_memset),
    CALL("mem_memset", call_memset),
    CALL("memcmp", call_memcmp),
    CALL("mem_read", call_mem_read),
    CALL("mem_write", call_mem_write),
    CALL("strncmp", call_strncmp),
    CALL("strncpy", call_strncpy),
    CALL("printf", call_printf),
    CALL("fprintf", call_fprintf),
    CALL("sprintf", call_sprintf),
    CALL("snprintf", call_snprintf),
    CALL("vprintf", call_vprintf),
    CALL("vfprintf", call_vfprintf),
    CALL("vsprintf", call_vsprintf),
    CALL("vsnprintf", call_vsnprintf),
    CALL("fwrite", call_fwrite),
    CALL("fputs", call_fputs),
    CALL("fputc", call_fputc),
    CALL("putc", call_fputc),
    CALL("fflush", call_fflush),
    CALL("__errno_location", call_errno),
    CALL("perror", call_perror),
    CALL("labs", call_labs),
    CALL("__popcountdi2", call_popcount),
};

/* Those that are called as they are: what they take and answer is as wide in either width, or
 * narrow enough. */
static const char *const same[] = {
    "mem_heap_lo",   "mem_heap_hi",   "mem_heapsize", "mem_pagesize", "mem_init", "mem_deinit",
    "mem_reset_brk", "puts",          "putchar",      "abort",        "exit",     "_exit",
    "raise",         "__assert_fail", "strlen",       "strcmp",       "strcpy",   "strcat",
    "abs",           "atoi",          "rand",         "srand",        "random",   "srandom",
    "getpagesize",   "getpid",        "clock",        "time",         "sleep",    "usleep",
    "log",           "log2",          "log10",        "exp",          "pow",      "ceil",
    "floor",         "sqrt",          "fabs",
};

struct narrow_call narrow_call_find(const char *name)
{
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        if (strcmp(calls[i].name, name) == 0)
            return (struct narrow_call){NARROW_FUNCTION, (uintptr_t)calls[i].function, 0};
    }
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        void *found = strcmp(same[i], name) == 0 ? dlsym(RTLD_DEFAULT, name) : NULL;

        if (found)
            return (struct narrow_call){NARROW_FUNCTION, (uintptr_t)found, 0};
    }
    for (uint32_t i = STREAM_INPUT; i <= STREAM_ERRORS; i++) {
        if (strcmp(streams[i], name) == 0)
            return (struct narrow_call){NARROW_STREAM, 0, i};
    }
    return (struct narrow_call){NARROW_NOTHING, 0, 0};
}
