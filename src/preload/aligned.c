/* aligned.c: the functions of the C library that allocate at a multiple of something.
 *
 * They answer as the manual page posix_memalign(3) says, and where that leaves room, as the C
 * library does: an alignment that is no power of two is rounded up to one, but for aligned_alloc
 * from the version on that refuses it. */
#include <errno.h>
#include <gnu/libc-version.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bits.h"
#include "heapglass/heap.h"
#include "preload/serve.h"

#define VERSION_THAT_REFUSES "2.38"

static void *no_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

static void *allocate_rounded(const struct asked *asked, size_t alignment, size_t size)
{
    size_t power = 1;

    if (alignment > SIZE_MAX / 2 + 1) {
        errno = EINVAL;
        return NULL;
    }
    while (power < alignment)
        power *= 2;
    return serve_allocate(asked, power, size);
}

EXPORT void *memalign(size_t alignment, size_t size)
{
    return allocate_rounded(ASKED("memalign", CALL_ALIGNED), alignment, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size)
{
    if (!bits_is_power_of_two(alignment) &&
        strverscmp(gnu_get_libc_version(), VERSION_THAT_REFUSES) >= 0) {
        errno = EINVAL;
        return NULL;
    }
    return allocate_rounded(ASKED("aligned_alloc", CALL_ALIGNED), alignment, size);
}

EXPORT int posix_memalign(void **ret_payload, size_t alignment, size_t size)
{
    int number = errno;
    void *payload;

    if (!bits_is_power_of_two(alignment) || alignment < sizeof(void *))
        return EINVAL;
    payload = serve_allocate(ASKED("posix_memalign", CALL_ALIGNED), alignment, size);
    errno = number;
    if (!payload)
        return ENOMEM;
    *ret_payload = payload;
    return 0;
}

EXPORT void *valloc(size_t size)
{
    return serve_allocate(ASKED("valloc", CALL_ALIGNED), (size_t)getpagesize(), size);
}

EXPORT void *pvalloc(size_t size)
{
    size_t page = (size_t)getpagesize();

    return size > HG_SIZE_MAX
               ? no_memory()
               : serve_allocate(ASKED("pvalloc", CALL_ALIGNED), page, bits_align_up(size, page));
}

/* ---- The C library's other names for them ---- */

EXPORT ALIAS(memalign, __libc_memalign);
EXPORT ALIAS(valloc, __libc_valloc);
EXPORT ALIAS(pvalloc, __libc_pvalloc);
