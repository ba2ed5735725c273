/* compared.c: see compared.h. The program's heap is copied to where it lies there, as some policies
 * link their blocks by address, and the copy is walked. */
#include "session/compared.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "session/followed.h"

/* Two heaps: the session's, and a copy of the program's. */
struct comparing {
    struct session *session;
    const char *copy;
    const unsigned char *own; /* the session's bytes */
    size_t size;
    struct block_cursor cursor; /* the next block of the session's */
    struct compared compared;
    struct error *error; /* is set once something differs */
    bool differs;
};

bool session_can_compare(const struct session *session)
{
    const struct steps *steps = &session->history->steps;

    return session_is_followed(session) && guest_held_at(session->followed->guest) &&
           steps->count == steps->known;
}

static bool differ(struct comparing *comparing, const char *what, uint64_t at)
{
    comparing->differs = true;
    return error_set(comparing->error, "%s at +0x%04" PRIx64 " is not the same in the program",
                     what, at);
}

/* ---- Blocks ---- */

static bool same_bytes(struct comparing *comparing, uint64_t at, uint64_t count)
{
    comparing->compared.bytes += count;
    return at + count <= comparing->size &&
           memcmp(comparing->copy + at, comparing->own + at, count) == 0;
}

static bool compare_block(void *context, const struct hg_block *its)
{
    struct comparing *comparing = context;
    const struct block *ours = block_cursor_get(&comparing->cursor);

    if (!ours || ours->at != its->at || ours->size != its->size || ours->kind != its->kind ||
        ours->header != its->header || ours->footer != its->footer)
        return differ(comparing, "the block", its->at);
    block_cursor_next(&comparing->cursor);
    comparing->compared.blocks += its->kind == HG_KIND_USED || its->kind == HG_KIND_FREE;
    if (its->kind == HG_KIND_BOOKKEEPING) /* it holds addresses of the process's */
        return true;
    return (same_bytes(comparing, its->at, its->header) &&
            same_bytes(comparing, its->at + its->size - its->footer, its->footer)) ||
           differ(comparing, "the header or footer of the block", its->at);
}

/* ---- Lists ---- */

struct comparing_list {
    struct comparing *comparing;
    const struct free_list *list;
    size_t count;
};

static bool compare_element(void *context, uint64_t at)
{
    struct comparing_list *comparing = context;
    const struct free_list *list = comparing->list;

    if (comparing->count == list->count && list->end.how == HG_LIST_ENDLESS)
        return false; /* the same goes round again */
    if (comparing->count >= list->count || list->items[comparing->count] != at)
        return differ(comparing->comparing, "the element of a free list", at);
    comparing->count++;
    return true;
}

static bool compare_lists(struct comparing *comparing)
{
    struct free_lists lists;
    struct session *session = comparing->session;

    if (!session_read_lists(session, SIZE_MAX, &lists, comparing->error))
        return false;
    for (uint32_t i = 0; i < lists.count && !comparing->differs; i++) {
        struct comparing_list list = {comparing, &lists.lists[i], 0};
        const void *heap = comparing->copy;

        hg_list_walk(heap, comparing->size, i, compare_element, &list);
        if (!comparing->differs && list.count < list.list->count)
            differ(comparing, "the element of a free list", list.list->items[list.count]);
        comparing->compared.lists++;
    }
    free_lists_finish(&lists);
    return !comparing->differs;
}

/* ---- All ---- */

static bool compare(struct comparing *comparing)
{
    const void *heap = comparing->copy;

    comparing->cursor = block_table_find(&comparing->session->mirror->picture.blocks, 0);
    hg_walk(heap, comparing->size, 0, compare_block, comparing);
    if (!comparing->differs && block_cursor_get(&comparing->cursor))
        differ(comparing, "the block", block_cursor_get(&comparing->cursor)->at);
    return !comparing->differs && compare_lists(comparing);
}

bool session_compare(struct session *session, struct compared *ret_compared, struct error *error)
{
    struct comparing comparing = {
        .session = session, .size = session->mirror->picture.metrics.heap_size, .error = error};
    unsigned char *own = NULL;
    size_t count = 0;
    void *there = (void *)(uintptr_t)session->followed->guest->heap_start;
    char *copy = mmap(there, comparing.size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    bool good = copy != MAP_FAILED ||
                error_set_errno(error, "no room here for the program's heap, at %p", there);

    good = good && guest_read_heap(session->followed->guest, copy, comparing.size, error) &&
           session_read_bytes(session, 0, comparing.size, &own, &count, error);
    comparing.copy = copy;
    comparing.own = own;
    good = good && compare(&comparing);
    if (good)
        *ret_compared = comparing.compared;
    if (copy != MAP_FAILED)
        munmap(copy, comparing.size);
    free(own);
    return good;
}
