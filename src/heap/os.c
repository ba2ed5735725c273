/* os.c: the supplies of memory that come with the library: the real break, and an arena. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/bits.h"
#include "heapglass/heap.h"

static void *sbrk_grow(void *context, size_t size)
{
    void *old_break = sbrk((intptr_t)size);

    (void)context;
    return old_break == (void *)-1 ? NULL : old_break;
}

/* A kernel that refuses, as under RLIMIT_DATA, leaves the break where it is, and sbrk says nothing.
 * One that does not takes back whole pages: what stays of the last one is cleared here, so that it
 * is zero when the break moves up again. */
static bool sbrk_shrink(void *context, void *end, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *first = (char *)end - size;
    size_t stays = bits_align_up((uintptr_t)first, page) - (uintptr_t)first;

    (void)context;
    if (sbrk(0) != end || sbrk(-(intptr_t)size) == (void *)-1 || sbrk(0) != first)
        return false;
    memset(first, 0, stays < size ? stays : size);
    return true;
}

struct hg_os hg_os_sbrk(void)
{
    return (struct hg_os){.grow = sbrk_grow, .shrink = sbrk_shrink};
}

static void *arena_grow(void *context, size_t size)
{
    struct hg_arena *arena = context;
    char *first = arena->start + arena->used;

    if (size > arena->size - arena->used) {
        errno = ENOMEM;
        return NULL;
    }
    arena->used += size;
    return first;
}

static bool arena_shrink(void *context, void *end, size_t size)
{
    struct hg_arena *arena = context;

    if (end != arena->start + arena->used || size > arena->used)
        return false;
    arena->used -= size;
    memset(arena->start + arena->used, 0, size);
    return true;
}

struct hg_os hg_os_arena(struct hg_arena *arena)
{
    return (struct hg_os){.grow = arena_grow, .shrink = arena_shrink, .context = arena};
}
