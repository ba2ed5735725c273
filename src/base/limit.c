/* limit.c: see limit.h. */
#include "base/limit.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>

void limit_add_causes(int number, struct error *error)
{
    static const struct {
        const char *of; /* what there is a limit on */
        rlim_t most;    /* a higher limit is behind nothing */
        __rlimit_resource_t resource;
        int number;    /* the errno that it leads to */
        unsigned unit; /* in which the shell counts, bytes; 1 for what are no bytes */
        char letter;   /* the shell's */
    } limits[] = {
        {"addresses", RLIM_INFINITY, RLIMIT_AS, ENOMEM, 1024, 'v'},
        {"data", RLIM_INFINITY, RLIMIT_DATA, ENOMEM, 1024, 'd'},
        {"open files", 64, RLIMIT_NOFILE, EMFILE, 1, 'n'},
        {"processes", RLIM_INFINITY, RLIMIT_NPROC, EAGAIN, 1, 'u'},
        {"the size of files", RLIM_INFINITY, RLIMIT_FSIZE, EFBIG, 1024, 'f'},
    };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct rlimit limit;

        if ((number != 0 && number != limits[i].number) ||
            (number == 0 && limits[i].resource == RLIMIT_NPROC) ||
            getrlimit(limits[i].resource, &limit) != 0 || limit.rlim_cur >= limits[i].most)
            continue;
        error_append(error, "; the limit on %s is %" PRIu64 "%s (ulimit -%c)", limits[i].of,
                     (uint64_t)limit.rlim_cur / limits[i].unit, limits[i].unit > 1 ? " KiB" : "",
                     limits[i].letter);
    }
}

bool limit_lower(__rlimit_resource_t resource, uint64_t soft, uint64_t hard)
{
    struct rlimit limit;

    if (getrlimit(resource, &limit) != 0)
        return false;
    limit.rlim_cur = soft < limit.rlim_cur ? soft : limit.rlim_cur;
    limit.rlim_max = hard < limit.rlim_max ? hard : limit.rlim_max;
    return setrlimit(resource, &limit) == 0;
}
