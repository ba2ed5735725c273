/* engine.c: see engine.h. */
#include "heap/engine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/bits.h"

void *hg_refuse(const struct hg_heap *heap, enum hg_reason reason, uint64_t size)
{
    hg_emit(heap, (struct hg_event){.kind = HG_EVENT_REFUSE,
                                    .reason = (uint16_t)reason,
                                    .list = HG_NO_LIST,
                                    .size = size});
    errno = reason == HG_REASON_BAD_ALIGNMENT     ? EINVAL
            : reason == HG_REASON_ONLY_EVERYTHING ? ENOTSUP
                                                  : ENOMEM;
    return NULL;
}

/* ---- The break ---- */

void *hg_break_refused(struct hg_heap *heap, void *grown, size_t size)
{
    if (grown) /* somebody else moved the break in between: theirs is not ours to use */
        heap->os.shrink(heap->os.context, (char *)grown + size, size);
    hg_emit_at(heap, HG_EVENT_GROW_REFUSED, (char *)heap + heap->size, size, 0);
    errno = ENOMEM;
    return NULL;
}

bool hg_break_trim(struct hg_heap *heap, size_t size)
{
    char *end = (char *)heap + heap->size;

    if (!heap->os.shrink(heap->os.context, end, size))
        return false;
    heap->size -= size;
    hg_emit_at(heap, HG_EVENT_TRIM, end - size, size, 0);
    return true;
}

/* ---- Pages inside free blocks ---- */

bool hg_discard(struct hg_heap *heap, const void *from, const void *until)
{
    char *first = (char *)bits_align_up((uintptr_t)from, HG_PAGE);
    char *end = (char *)bits_align_down((uintptr_t)until, HG_PAGE);
    int number = errno; /* free keeps it */

    if (first >= end)
        return false;
    madvise(first, (size_t)(end - first), MADV_DONTNEED); /* what stays is as good as zero */
    errno = number;
    hg_emit_at(heap, HG_EVENT_DISCARD, first, (uint64_t)(end - first), 0);
    return true;
}

/* ---- Lists ---- */

struct hg_list_info hg_list_named(enum hg_list_role role, size_t links, const char *text)
{
    struct hg_list_info info = {.role = role, .links = (uint32_t)links};

    memcpy(info.name, text, strlen(text));
    return info;
}

struct hg_list_info hg_list_numbered(enum hg_list_role role, size_t links, const char *text,
                                     uint64_t number)
{
    struct hg_list_info info = hg_list_named(role, links, text);
    char digits[20];
    size_t length = strlen(text), count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0)
        info.name[length++] = digits[--count];
    return info;
}
