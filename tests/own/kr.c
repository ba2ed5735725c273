/* kr.c: an allocator as books on C have it: a ring of free blocks in the order of their addresses,
 * and headers whose size is counted in headers. Whether a block is used no header says.
 *
 *      | next, size | payload ... | next, size | payload ... |
 *
 * heapglass: kr */
#include <stddef.h>
#include <unistd.h>

typedef union header {
    struct {
        union header *next; /* of a free one */
        unsigned size;      /* in headers, its own included */
    } is;
    long aligned;
} header_t;

static header_t ring, *last;

void free(void *payload)
{
    header_t *block = (header_t *)payload - 1, *left = &ring;

    if (!payload)
        return;
    while (left->is.next != &ring && left->is.next < block)
        left = left->is.next;
    block->is.next = left->is.next;
    left->is.next = block;
    if (block->is.next == block + block->is.size) {
        block->is.size += block->is.next->is.size;
        block->is.next = block->is.next->is.next;
    }
    if (left != &ring && left + left->is.size == block) {
        left->is.size += block->is.size;
        left->is.next = block->is.next;
    }
}

static int grow(unsigned size)
{
    header_t *block;

    size = size < 256 ? 256 : size;
    block = sbrk((intptr_t)(size * sizeof(header_t)));
    if (block == (void *)-1)
        return 0;
    block->is.size = size;
    free(block + 1);
    return 1;
}

void *malloc(size_t bytes)
{
    unsigned size = (unsigned)((bytes + sizeof(header_t) - 1) / sizeof(header_t) + 1);
    header_t *left = &ring, *block;

    if (!last)
        last = ring.is.next = &ring;
    do {
        for (left = &ring; left->is.next != &ring; left = left->is.next) {
            block = left->is.next;
            if (block->is.size < size)
                continue;
            if (block->is.size == size) {
                left->is.next = block->is.next;
            } else {
                block->is.size -= size; /* the tail is handed out */
                block += block->is.size;
                block->is.size = size;
            }
            return block + 1;
        }
    } while (grow(size));
    return NULL;
}
