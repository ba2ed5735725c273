/* bulk.c: a hand-in of a course that gives it regions for what is large: bulk_alloc, bulk_free.
 * What is small is cut off the break, and not reused.
 *
 *      | size | payload ... */
#include <stddef.h>
#include <unistd.h>

extern void *bulk_alloc(size_t size);
extern void bulk_free(void *ptr, size_t size);

enum { HEAD = 16, SMALL = 4088 };

void *malloc(size_t size)
{
    size_t room = (size + HEAD + 15) / 16 * 16;
    char *block = size > SMALL ? bulk_alloc(room) : sbrk((long)room);

    if (!block || block == (char *)-1)
        return NULL;
    *(size_t *)block = room;
    return block + HEAD;
}

void free(void *payload)
{
    size_t *block = payload;

    if (block && block[-2] > SMALL + HEAD)
        bulk_free(block - 2, block[-2]);
}
