/* cell_queue.c: see cell_queue.h. */
#include "follow/cell_queue.h"

#include <sys/mman.h>

#include "base/memory.h"

enum { CHUNK_CELLS = (1 << 20) - 1 };

struct cell_chunk {
    struct cell_chunk *next;
    struct call_cell cells[CHUNK_CELLS];
};

static void unmap(struct cell_chunk *chunk)
{
    if (chunk)
        munmap(chunk, sizeof *chunk);
}

/* NULL if there is no memory. */
static struct cell_chunk *create_chunk(void)
{
    struct cell_chunk *chunk =
        mmap(NULL, sizeof *chunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (chunk == MAP_FAILED)
        return NULL;
    madvise(chunk, sizeof *chunk, MADV_HUGEPAGE); /* where there are such */
    return chunk;
}

/* Let there be another chunk to write in. */
static bool add_chunk(struct cell_queue *queue)
{
    struct cell_chunk *chunk = queue->spare ? queue->spare : create_chunk();

    if (!chunk)
        return false;
    queue->spare = NULL;
    chunk->next = NULL;
    if (queue->last)
        queue->last->next = chunk;
    else
        queue->first = chunk;
    queue->last = chunk;
    queue->written = 0;
    return true;
}

struct call_cell *cell_queue_room(struct cell_queue *queue, size_t *ret_count)
{
    if ((!queue->last || queue->written == CHUNK_CELLS) && !add_chunk(queue)) {
        if (queue->count == 0)
            memory_exhausted();
        return NULL;
    }
    *ret_count = CHUNK_CELLS - queue->written;
    return &queue->last->cells[queue->written];
}

void cell_queue_add(struct cell_queue *queue, size_t count)
{
    queue->written += count;
    queue->count += count;
}

const struct call_cell *cell_queue_cells(const struct cell_queue *queue, size_t *ret_count)
{
    size_t end = queue->first == queue->last ? queue->written : CHUNK_CELLS;

    *ret_count = queue->first ? end - queue->read : 0;
    return queue->first ? &queue->first->cells[queue->read] : NULL;
}

/* All of the first chunk was read. */
static void drop_first(struct cell_queue *queue)
{
    struct cell_chunk *chunk = queue->first;

    queue->first = chunk->next;
    if (!queue->first)
        queue->last = NULL;
    queue->read = 0;
    unmap(queue->spare);
    queue->spare = chunk;
}

void cell_queue_take(struct cell_queue *queue, size_t count)
{
    queue->read += count;
    queue->count -= count;
    if (queue->read == CHUNK_CELLS)
        drop_first(queue);
    else if (queue->count == 0)
        queue->read = queue->written = 0; /* the same memory once more */
}

void cell_queue_finish(struct cell_queue *queue)
{
    while (queue->first)
        drop_first(queue);
    unmap(queue->spare);
    *queue = (struct cell_queue){0};
}
