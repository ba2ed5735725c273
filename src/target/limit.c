/* limit.c: see limit.h. Runs in the heap process, so without stdio. */
#include "target/limit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bits.h"
#include "target/op.h"

/* Private writable memory of this process, in bytes, as the kernel counts it; 0 if it does not
 * say. */
static uint64_t data_size(void)
{
    static const char label[] = "VmData:";
    char status[4096];
    int file = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, status, sizeof status - 1);
    const char *line;

    if (file >= 0)
        close(file);
    if (length <= 0)
        return 0;
    status[length] = '\0';
    line = strstr(status, label);
    return line ? strtoull(line + sizeof label - 1, NULL, 10) * 1024 : 0;
}

bool limit_heap(uint64_t heap_size, uint64_t size)
{
    struct rlimit limit;
    uint64_t data = data_size(), heap = bits_align_up(heap_size, (uint64_t)sysconf(_SC_PAGESIZE));
    uint64_t others = data - heap, most;

    if (data < heap) {
        errno = ENOSYS;
        return false;
    }
    if (getrlimit(RLIMIT_DATA, &limit) != 0)
        return false;
    if (size == NO_LIMIT || __builtin_add_overflow(others, size, &most) || most > limit.rlim_max)
        most = limit.rlim_max;
    limit.rlim_cur = most;
    return setrlimit(RLIMIT_DATA, &limit) == 0;
}

void *limit_map(size_t size)
{
    struct rlimit before, limit;
    void *memory;

    if (getrlimit(RLIMIT_DATA, &before) != 0)
        return NULL;
    limit = before;
    if (limit.rlim_cur != RLIM_INFINITY)
        limit.rlim_cur += size;
    if (limit.rlim_cur > limit.rlim_max || setrlimit(RLIMIT_DATA, &limit) != 0)
        return NULL;
    memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1, 0);
    if (memory == MAP_FAILED)
        setrlimit(RLIMIT_DATA, &before);
    return memory == MAP_FAILED ? NULL : memory;
}
