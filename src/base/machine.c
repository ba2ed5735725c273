/* machine.c: see machine.h. */
#include "base/machine.h"

#include <fcntl.h>
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

/* The limit in a control group's file; UINT64_MAX where it says "max", or is not there. */
static uint64_t limit_in(const char *path)
{
    char content[CONTENT_MAX], *end;
    uint64_t limit = strtoull(read_file(path, content), &end, 10);

    return end > content ? limit : UINT64_MAX;
}

/* The limit of the control group that this process is in. */
static uint64_t group_limit(void)
{
    static const char name[] = "0::";
    char content[CONTENT_MAX], path[CONTENT_MAX + 64];
    char *line = strstr((char *)read_file("/proc/self/cgroup", content), name);

    if (!line)
        return limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes");
    line += strlen(name);
    line[strcspn(line, "\n")] = '\0';
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", line);
    return limit_in(path);
}

static uint64_t process_limit(int resource)
{
    struct rlimit limit;

    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY ? limit.rlim_cur
                                                                               : UINT64_MAX;
}

uint64_t machine_memory(void)
{
    const uint64_t limits[] = {group_limit(), process_limit(RLIMIT_AS), process_limit(RLIMIT_DATA)};
    uint64_t memory = available();

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
        memory = limits[i] < memory ? limits[i] : memory;
    return memory;
}
