/* machine.c: see machine.h. */
#include "base/machine.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CONTENT_MAX = 4096 };

/* Read a small file; "" where it is not to be had. */
static const char *read_file(const char *path, char content[CONTENT_MAX])
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = descriptor < 0 ? -1 : read(descriptor, content, CONTENT_MAX - 1);

    if (descriptor >= 0)
        close(descriptor);
    content[length > 0 ? length : 0] = '\0';
    return content;
}

/* What /proc/meminfo says, which counts what the kernel could give back; else all that there is. */
static uint64_t available(void)
{
    static const char name[] = "MemAvailable:";
    char content[CONTENT_MAX];
    const char *line = strstr(read_file("/proc/meminfo", content), name);

    if (line)
        return strtoull(line + strlen(name), NULL, 10) * 1024;
    return (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* What is left of a limit of which so much is used; UINT64_MAX stands for none. */
static uint64_t left_of(uint64_t limit, uint64_t used)
{
    if (limit == UINT64_MAX)
        return limit;
    return limit > used ? limit - used : 0;
}

/* ---- The control group that this process is in ---- */

/* The number in a file, behind `name` if that is not ""; `otherwise` where there is none. */
static uint64_t number_in(const char *folder, const char *file, const char *name,
                          uint64_t otherwise)
{
    char content[CONTENT_MAX], path[2 * CONTENT_MAX], *end;
    const char *number;
    uint64_t value;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    number = strstr(read_file(path, content), name);
    if (!number)
        return otherwise;
    number += strlen(name);
    value = strtoull(number, &end, 10);
    return end > number ? value : otherwise;
}

/* Files that were read and are not in use would be given back first. */
static uint64_t group_left_in(const char *folder, const char *limit, const char *usage)
{
    uint64_t used = number_in(folder, usage, "", 0);

    used = left_of(used, number_in(folder, "memory.stat", "inactive_file ", 0));
    return left_of(number_in(folder, limit, "", UINT64_MAX), used);
}

static uint64_t group_left(void)
{
    static const char name[] = "0::";
    char content[CONTENT_MAX], folder[CONTENT_MAX + 64];
    char *line = strstr((char *)read_file("/proc/self/cgroup", content), name);
    uint64_t older =
        group_left_in("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes");

    if (!line || older != UINT64_MAX)
        return older;
    line += strlen(name);
    line[strcspn(line, "\n")] = '\0';
    snprintf(folder, sizeof folder, "/sys/fs/cgroup%s", line);
    return group_left_in(folder, "memory.max", "memory.current");
}

/* ---- The process's own limits ---- */

/* The bytes of address space, or of data, that it has: the first and the sixth number of pages. */
static uint64_t own_bytes(bool of_data)
{
    enum { SIZE = 1, DATA = 6 };
    char content[CONTENT_MAX], *at = content;
    uint64_t pages = 0;

    read_file("/proc/self/statm", content);
    for (int i = 0; i < (of_data ? DATA : SIZE); i++)
        pages = strtoull(at, &at, 10);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static uint64_t process_left(int resource)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return UINT64_MAX;
    return left_of(limit.rlim_cur, own_bytes(resource == RLIMIT_DATA));
}

uint64_t machine_memory(void)
{
    const uint64_t left[] = {group_left(), process_left(RLIMIT_AS), process_left(RLIMIT_DATA)};
    uint64_t memory = available();

    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++)
        memory = left[i] < memory ? left[i] : memory;
    return memory;
}
