/* huge.c: see huge.h. */
#include "base/huge.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/bits.h"

#define HUGE_PAGE ((size_t)2 << 20)
#define LEAST (4 * HUGE_PAGE) /* smaller heaps have none */
#define BIT (HUGE_PAGE / 2)   /* so much at once is no bit any more */

bool huge_is_for(size_t end, size_t size)
{
    return end >= LEAST && size < BIT;
}

char *huge_end(char *address)
{
    return (char *)bits_align_up((uintptr_t)address, HUGE_PAGE);
}

size_t huge_kept(char *start, size_t opened, size_t used)
{
    size_t kept = used < LEAST ? LEAST : (size_t)(huge_end(start + used) - start);

    return opened < kept ? opened : kept;
}

/* The kernel gives a huge page where one is touched that may be huge; and it stays when no other
 * may be made there. */
void huge_prefer(char *first, const char *end)
{
    char *page = huge_end(first);
    size_t size = page < end ? bits_align_down((uintptr_t)end - (uintptr_t)page, HUGE_PAGE) : 0;
    int number = errno;

    if (size > 0 && madvise(page, size, MADV_HUGEPAGE) == 0) {
        for (size_t at = 0; at < size; at += HUGE_PAGE)
            *(volatile char *)(page + at) = 0;
        madvise(page, size, MADV_NOHUGEPAGE);
    }
    errno = number;
}
