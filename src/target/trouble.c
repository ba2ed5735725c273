/* trouble.c: see trouble.h. */
#include "target/trouble.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

static const char *words_of(uint32_t part)
{
#define X(name, text) text,
    static const char *const words[] = {TROUBLES(X)};
#undef X

    return part < sizeof words / sizeof words[0] ? words[part] : "it says what makes no sense";
}

bool trouble_tell(const struct trouble *trouble, const char *what, struct error *error)
{
    error_set(error, "%s: %s", what, words_of(trouble->part));
    if (trouble->number)
        error_append(error, ": %s", strerror(trouble->number));
    if (trouble->part == TROUBLE_PROGRAM && trouble->number == ENOENT)
        error_append(error, "; /proc is not mounted");
    trouble_add_limits(trouble->number, error);
    return false;
}

void trouble_add_limits(int number, struct error *error)
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
