/* extent.c: see extent.h. */
#include "terminal/extent.h"

#include <stdint.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct extent extent_read(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
        return (struct extent){0};
    return (struct extent){size.ws_row, size.ws_col};
}

bool extent_is_meant(const struct extent *extent, struct error *error)
{
    enum { CELLS_MAX = 4 << 20 };

    return (uint64_t)extent->rows * extent->columns <= CELLS_MAX ||
           error_set(error, "the terminal says that it has %u rows of %u columns", extent->rows,
                     extent->columns);
}
