/* blocks.c: a program, in what C11 and C++ have in common, that a heap shows its blocks. */
#include <heapglass/heap.h>
#include <stdio.h>

static bool print(void *context, const struct hg_block *block)
{
    (void)context;
    printf("%u %llu\n", (unsigned)block->kind, (unsigned long long)block->size);
    return true;
}

int main(void)
{
    struct hg_os os = hg_os_sbrk();
    struct hg_config config = hg_config_default("best-fit");
    struct hg_heap *heap = hg_open(&config, &os, NULL, NULL);
    struct hg_defect defect;
    void *hole = hg_malloc(heap, 1000);

    if (!hg_malloc(heap, 50) || !hg_free(heap, hole))
        return 1;
    hg_walk(heap, hg_size(heap), 0, print, NULL);
    return !hg_check(heap, hg_size(heap), &defect);
}
