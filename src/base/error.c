/* error.c: see error.h. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/limit.h"

static __attribute__((format(printf, 3, 0))) void fill(struct error *error, enum error_kind kind,
                                                       const char *format, va_list arguments)
{
    error_clear(error);
    error->kind = kind;
    vsnprintf(error->text, sizeof error->text, format, arguments);
}

bool error_set(struct error *error, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fill(error, ERROR_FAILED, format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_kind(struct error *error, enum error_kind kind, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fill(error, kind, format, arguments);
    va_end(arguments);
    return false;
}

bool error_set_claim(struct error *error, const char *found, const char *format, ...)
{
    char expected[ERROR_CLAIM_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(expected, sizeof expected, format, arguments);
    va_end(arguments);
    error_set(error, "expected %s, found %s", expected, found);
    snprintf(error->expected, sizeof error->expected, "%s", expected);
    snprintf(error->found, sizeof error->found, "%s", found);
    return false;
}

bool error_set_told(struct error *error)
{
    *error = (struct error){.kind = ERROR_TOLD};
    return false;
}

static enum error_kind kind_of_errno(int number)
{
    switch (number) {
    case ENOENT: return ERROR_MISSING;
    case EEXIST: return ERROR_EXISTS;
    case ENOMEM: return ERROR_NO_MEMORY;
    default: return ERROR_SYSTEM;
    }
}

bool error_set_errno(struct error *error, const char *format, ...)
{
    int number = errno;
    va_list arguments;

    va_start(arguments, format);
    fill(error, kind_of_errno(number), format, arguments);
    va_end(arguments);
    error_append(error, ": %s", strerror(number));
    limit_add_causes(number, error);
    return false;
}

bool error_append(struct error *error, const char *format, ...)
{
    size_t length = strlen(error->text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(error->text + length, sizeof error->text - length, format, arguments);
    va_end(arguments);
    return false;
}
