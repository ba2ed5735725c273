/* other_words.c: see other_words.h. */
#include "command/other_words.h"

#include <stdbool.h>
#include <string.h>

/* clang-format off */
static const struct other_words rows[] = {
    /* pwndbg, gef and their like */
    {"bins bin fastbins smallbins largebins unsortedbin tcache tcachebins heapinfo heapinfoall",
     "freelist", "lists what is free or waits in caches, bin by bin"},
    {"heap chunks heap_chunks parseheap block_list ls", "blocks",
     "lists all blocks in address order"},
    {"vis vis_heap_chunks vis-heap-chunks", "map",
     "draws all blocks, and 'dump NAME' shows the bytes of one"},
    {"malloc_chunk malloc-chunk chunk chunkinfo", "detail",
     "tells everything about a block, its header field by field"},
    {"top_chunk top-chunk top", "freelist", "ends with the top, where malloc has one"},
    {"arena main_arena heapbase mp mp_ malloc_par", "arenas",
     "shows malloc's arenas, their heaps, and what it goes by"},
    {"try_free try-free", "whatif", "says what a step would do: 'whatif free NAME'"},
    {"find_fake_fast find-fake-fast", "read",
     "shows the bytes of any place, but nothing looks for what could be taken for a chunk"},
    /* gdb */
    {"x hexdump hd xxd xb telescope", "dump", "shows bytes of the heap"},
    {"p print inspect", "show", "shows a block and its neighbours"},
    {"info vmmap pmap maps", "memory", "shows the address space"},
    {"break tbreak watch", "next", "goes on until something holds: 'next until heap grows'"},
    {"finish", "return", "leaves a function"},
    {"history", "steps", "lists all steps so far"},
    {"back prev rewind reverse-step reverse-next", "undo", "takes the last step back"},
    /* valgrind */
    {"leak_check monitor", "leaks", "lists the blocks that no variable leads to"},
    {"who_points_at who_point_at", "who", "says who points to a place"},
    {"check_memory", "check", "looks for damage"},
    /* the malloc lab, and C */
    {"mm_checkheap checkheap heap_check", "check", "looks for damage"},
    {"mm_malloc new", "alloc", "allocates: 'alloc NAME SIZE'"},
    {"mm_free delete cfree", "free", "frees: 'free NAME'"},
    {"mm_realloc", "realloc", "resizes: 'realloc NAME SIZE'"},
    {"mm_init", "reset", "begins with a fresh heap"},
    {"memalign posix_memalign aligned_alloc", "aligned",
     "allocates at a multiple: 'aligned NAME ALIGNMENT SIZE'"},
    {"memset", "fill", "fills a payload: 'fill NAME BYTE'"},
    {"memcpy strcpy", "write", "writes a text: 'write NAME TEXT'"},
    {"mallopt", "set", "shows the settings, and sets them"},
    {"malloc_stats mallinfo mallinfo2 malloc_info", "stats", "shows all measures"},
    {"malloc_usable_size", "detail", "tells everything about a block"},
    {"sbrk", "brk", "says where the break is"},
    {"malloc_consolidate consolidate defrag merge compact", "coalesce",
     "merges free blocks that touch"},
};
/* clang-format on */

const struct other_words *other_words_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

/* Whether a word stands among others; gdb's have their format behind a slash. */
static bool has_word(const char *words, const char *word)
{
    size_t length = strcspn(word, "/");

    for (size_t here; *words; words += here + (words[here] == ' ')) {
        here = strcspn(words, " ");
        if (here == length && strncmp(words, word, length) == 0)
            return true;
    }
    return false;
}

const struct other_words *other_words_find(const char *word)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (has_word(rows[i].words, word))
            return &rows[i];
    }
    return NULL;
}
