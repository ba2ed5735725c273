/* executes.c: what a program that is followed executes, if that will load no library of ours: it is
 * said why, since what is executed cannot say so. Whoever loads the library speaks for itself. */
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/serve.h"

/* What is in the way of a program in a file. */
static struct call_bar find(const char *path, char *const environment[])
{
    static char *const none[] = {NULL};
    struct call_bar bar = {0};

    bar.obstacle = obstacle_find(path, environment ? environment : none, bar.name);
    return bar;
}

_Static_assert((int)CALL_RING_NAME_MAX == (int)OBSTACLE_NAME_MAX, "a bar has room for the name");

/* What is in the way of the program that is meant by a name. */
static struct call_bar find_named(const char *name, char *const environment[])
{
    char room[PATH_MAX];
    const char *path = obstacle_search(name, room, sizeof room);

    return path ? find(path, environment) : (struct call_bar){0};
}

/* What is in the way of a program in an open file, or in one below an open folder. */
static struct call_bar find_at(int file, const char *path, char *const environment[])
{
    char link[sizeof "/proc/self/fd/" + 12], room[PATH_MAX], below[PATH_MAX];
    ssize_t length;

    if (path[0] == '/' || (file == AT_FDCWD && path[0] != '\0'))
        return find(path, environment);
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    length = readlink(link, room, sizeof room - 1);
    if (length < 0)
        return (struct call_bar){0};
    room[length] = '\0';
    if (path[0] == '\0')
        return find(room, environment);
    return snprintf(below, sizeof below, "%s/%s", room, path) < (int)sizeof below
               ? find(below, environment)
               : (struct call_bar){0};
}

/* ---- Becoming another program ---- */

/* It did not become it. */
static int take_back(const struct call_bar *bar)
{
    static const struct call_bar none = {0};

    if (bar->obstacle != OBSTACLE_NONE)
        heapglass_becomes(&none);
    return -1;
}

EXPORT int execve(const char *path, char *const arguments[], char *const environment[])
{
    struct call_bar bar = find(path, environment);

    heapglass_becomes(&bar);
    syscall(SYS_execve, path, arguments, environment);
    return take_back(&bar);
}

EXPORT int execv(const char *path, char *const arguments[])
{
    return execve(path, arguments, environ);
}

typedef int execute(const char *name, char *const arguments[], char *const environment[]);

EXPORT int execvpe(const char *name, char *const arguments[], char *const environment[])
{
    struct call_bar bar = find_named(name, environment);
    void *address = dlsym(RTLD_NEXT, "execvpe");
    execute *next;

    memcpy(&next, &address, sizeof next);
    heapglass_becomes(&bar);
    next(name, arguments, environment);
    return take_back(&bar);
}

EXPORT int execvp(const char *name, char *const arguments[])
{
    return execvpe(name, arguments, environ);
}

EXPORT int execveat(int file, const char *path, char *const arguments[], char *const environment[],
                    int flags)
{
    struct call_bar bar = find_at(file, path, environment);

    heapglass_becomes(&bar);
    syscall(SYS_execveat, file, path, arguments, environment, flags);
    return take_back(&bar);
}

EXPORT int fexecve(int file, char *const arguments[], char *const environment[])
{
    return execveat(file, "", arguments, environment, AT_EMPTY_PATH);
}

/* ---- Starting another program ---- */

typedef int spawn(pid_t *ret_process, const char *name, const posix_spawn_file_actions_t *actions,
                  const posix_spawnattr_t *attributes, char *const arguments[],
                  char *const environment[]);

static int start(const char *function, struct call_bar bar, pid_t *ret_process, const char *name,
                 const posix_spawn_file_actions_t *actions, const posix_spawnattr_t *attributes,
                 char *const arguments[], char *const environment[])
{
    void *address = dlsym(RTLD_NEXT, function);
    pid_t process = 0;
    spawn *next;
    int failure;

    memcpy(&next, &address, sizeof next);
    failure = next(&process, name, actions, attributes, arguments, environment);
    if (failure == 0)
        heapglass_starts(process, &bar);
    if (failure == 0 && ret_process)
        *ret_process = process;
    return failure;
}

EXPORT int posix_spawn(pid_t *ret_process, const char *path,
                       const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const arguments[],
                       char *const environment[])
{
    return start("posix_spawn", find(path, environment), ret_process, path, actions, attributes,
                 arguments, environment);
}

EXPORT int posix_spawnp(pid_t *ret_process, const char *name,
                        const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const arguments[],
                        char *const environment[])
{
    return start("posix_spawnp", find_named(name, environment), ret_process, name, actions,
                 attributes, arguments, environment);
}
