/* execute_lists.c: those by which a program becomes another that take its arguments one by one, as
 * those that take an array of them (executes.c). A copy that has the program's memory, after vfork,
 * may call them, so the arrays lie on the stack. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include "preload/serve.h"

/* How many arguments there are from `first` on, without the NULL that ends them. */
static size_t count(const char *first, va_list rest)
{
    size_t number = 0;

    for (const char *at = first; at; at = va_arg(rest, const char *))
        number++;
    return number;
}

/* As many of them as there are, and the NULL. */
static void gather(char **ret_arguments, size_t number, const char *first, va_list *rest)
{
    ret_arguments[0] = (char *)(uintptr_t)first;
    for (size_t i = 1; i <= number; i++)
        ret_arguments[i] = va_arg(*rest, char *);
}

/* Make `arguments` an array of them, in the caller's frame, and leave `list` behind their end. */
#define GATHER(arguments, first, list)                                                             \
    do {                                                                                           \
        size_t number;                                                                             \
                                                                                                   \
        va_start(list, first);                                                                     \
        number = count(first, list);                                                               \
        va_end(list);                                                                              \
        (arguments) = __builtin_alloca((number + 1) * sizeof *(arguments));                        \
        va_start(list, first);                                                                     \
        gather((arguments), number, first, &(list));                                               \
    } while (0)

EXPORT int execl(const char *path, const char *first, ...)
{
    char **arguments;
    va_list list;

    GATHER(arguments, first, list);
    va_end(list);
    return execv(path, arguments);
}

EXPORT int execlp(const char *name, const char *first, ...)
{
    char **arguments;
    va_list list;

    GATHER(arguments, first, list);
    va_end(list);
    return execvp(name, arguments);
}

EXPORT int execle(const char *path, const char *first, ...)
{
    char *const *environment;
    char **arguments;
    va_list list;

    GATHER(arguments, first, list);
    environment = va_arg(list, char *const *);
    va_end(list);
    return execve(path, arguments, environment);
}
