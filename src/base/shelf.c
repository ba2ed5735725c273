/* shelf.c: see shelf.h. */
#include "base/shelf.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/memory.h"

#define MAPPED_STEP ((size_t)64 << 20) /* bytes that a file grows by */

/* A file without a name, on a disk; -1 where there is none. */
static int open_file_in(const char *folder)
{
    char path[4096];
    struct statfs system;
    int file;

    if (!folder || statfs(folder, &system) != 0 || system.f_type == TMPFS_MAGIC)
        return -1;
    snprintf(path, sizeof path, "%s/heapglass-XXXXXX", folder);
    file = mkostemp(path, O_CLOEXEC);
    if (file >= 0)
        unlink(path);
    return file;
}

static int open_file(void)
{
    const char *const folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
    int file = -1;

    for (size_t i = 0; file < 0 && i < sizeof folders / sizeof folders[0]; i++)
        file = open_file_in(folders[i]);
    return file;
}

/* Let the file have so many bytes for certain: who writes where the disk has no room is ended. */
static bool grow_file(int file, size_t from, size_t bytes)
{
    return fallocate(file, 0, (off_t)from, (off_t)(bytes - from)) == 0;
}

/* Write to the beginning of a file. To copy into its mapping would take several times as long: each
 * page would be read first, from where nothing was written yet. */
static bool write_items(int file, const char *items, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t written = pwrite(file, items + done, bytes - done, (off_t)done);

        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        done += (size_t)written;
    }
    return true;
}

/* Let the items lie in a file. */
static bool move_to_file(struct shelf *shelf, size_t bytes, size_t size)
{
    int file = open_file();
    void *items = MAP_FAILED;

    if (file < 0)
        return false;
    if (grow_file(file, 0, bytes) && write_items(file, shelf->items, shelf->capacity * size))
        items = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (items == MAP_FAILED) {
        close(file);
        return false;
    }
    free(shelf->items);
    *shelf = (struct shelf){.items = items,
                            .gone = shelf->gone,
                            .capacity = bytes / size,
                            .mapped = bytes,
                            .file = file};
    return true;
}

static bool grow_mapped(struct shelf *shelf, size_t bytes, size_t size)
{
    void *items = MAP_FAILED;

    if (grow_file(shelf->file, shelf->begins + shelf->mapped, shelf->begins + bytes))
        items = mremap(shelf->items, shelf->mapped, bytes, MREMAP_MAYMOVE);
    if (items == MAP_FAILED)
        return false;
    shelf->items = items;
    shelf->mapped = bytes;
    shelf->capacity = bytes / size;
    return true;
}

static bool grow_in_memory(struct shelf *shelf, size_t count, size_t size)
{
    void *items = memory_try_reserve(shelf->items, &shelf->capacity, count, size);

    if (items)
        shelf->items = items;
    return items != NULL;
}

bool shelf_reserve(struct shelf *shelf, size_t count, size_t size, uint64_t memory_most)
{
    size_t wanted = count - shelf->gone, bytes = bits_align_up(wanted * size, MAPPED_STEP);

    if (count <= shelf->gone || wanted <= shelf->capacity)
        return true;
    if (shelf->mapped > 0)
        return grow_mapped(shelf, bytes, size);
    return (wanted * size > memory_most && move_to_file(shelf, bytes, size)) ||
           grow_in_memory(shelf, wanted, size);
}

/* What is mapped no more, the file keeps no room for. */
static void let_go_mapped(struct shelf *shelf, size_t bytes)
{
    munmap(shelf->items, bytes);
    (void)fallocate(shelf->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)shelf->begins,
                    (off_t)bytes);
    shelf->items = (char *)shelf->items + bytes;
    shelf->mapped -= bytes;
    shelf->begins += bytes;
}

void shelf_let_go(struct shelf *shelf, size_t first, size_t count, size_t size)
{
    size_t more = first > shelf->gone ? first - shelf->gone : 0;

    if (shelf->mapped > 0) {
        more -= more % (MAPPED_STEP / size);
        if (more * size == shelf->mapped) /* a mapping is never empty */
            more -= MAPPED_STEP / size;
        if (more > 0)
            let_go_mapped(shelf, more * size);
        shelf->capacity -= more;
    } else if (more > 0) {
        memmove(shelf->items, (char *)shelf->items + more * size,
                (count - shelf->gone - more) * size);
    }
    shelf->gone += more;
}

void shelf_finish(struct shelf *shelf)
{
    if (shelf->mapped > 0) {
        munmap(shelf->items, shelf->mapped);
        close(shelf->file);
    } else {
        free(shelf->items);
    }
    *shelf = (struct shelf){0};
}
