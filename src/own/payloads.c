/* payloads.c: see payloads.h. */
#include "own/payloads.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kind/memlib.h"

enum { GRAIN = 8, LISTED_OF_A_KIND = 2 };

static void *map(uint64_t count, size_t size)
{
    void *memory = mmap(NULL, count * size + 1, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

bool payloads_begin(struct payloads *payloads, struct sheet *sheet, const char *heap)
{
    *payloads =
        (struct payloads){.sheet = sheet, .heap = heap, .shadow_count = sheet->memory / GRAIN + 1};
    payloads->items = map(sheet->id_count + 1, sizeof payloads->items[0]);
    payloads->shadow = map(payloads->shadow_count, sizeof payloads->shadow[0]);
    return payloads->items && payloads->shadow;
}

/* ---- Faults ---- */

static uint64_t offset_of(const struct payloads *payloads, const void *start)
{
    return (uint64_t)((const char *)start - payloads->heap);
}

/* The fault to fill in, of the operation at hand. What follows the first of a kind is most often
 * their doing, so it is only counted. */
static struct fault *note(struct payloads *payloads, enum fault_kind kind, uint32_t id,
                          const void *start, uint64_t size)
{
    static struct fault surplus;
    struct sheet *sheet = payloads->sheet;
    struct fault *fault = &surplus;

    sheet->fault_count++;
    if (sheet->kind_counts[kind]++ < LISTED_OF_A_KIND && sheet->listed < SHEET_FAULTS_MAX)
        fault = &sheet->faults[sheet->listed++];

    *fault = (struct fault){.kind = kind,
                            .id = id,
                            .round = sheet->round,
                            .step = sheet->step,
                            .at = offset_of(payloads, start),
                            .size = size};
    return fault;
}

void payloads_refuse(struct payloads *payloads, uint32_t id, uint64_t size)
{
    note(payloads, FAULT_REFUSED, id, payloads->heap, size);
}

void payloads_not_null(struct payloads *payloads, uint32_t id, const void *start)
{
    note(payloads, FAULT_NOT_NULL, id, start, 0);
}

/* ---- The shadow ---- */

/* The grains of a payload that lie in the shadow: [*ret_first, *ret_end). */
static void find_grains(const struct payloads *payloads, const char *start, uint64_t size,
                        uint64_t *ret_first, uint64_t *ret_end)
{
    uint64_t at = offset_of(payloads, start), end = at + size;

    *ret_first = *ret_end = 0;
    if (size == 0 || at / GRAIN >= payloads->shadow_count || end < at)
        return;
    *ret_first = at / GRAIN;
    *ret_end = (end + GRAIN - 1) / GRAIN;
    if (*ret_end > payloads->shadow_count)
        *ret_end = payloads->shadow_count;
}

static void paint(struct payloads *payloads, const struct payload *payload, uint32_t number)
{
    uint64_t first, end;

    find_grains(payloads, payload->start, payload->size, &first, &end);
    for (uint64_t grain = first; grain < end; grain++)
        payloads->shadow[grain] = number;
}

/* Take what is the payload's own off the shadow; where it overlapped, somebody else may be
 * there. */
static void unpaint(struct payloads *payloads, uint32_t id)
{
    uint64_t first, end;

    find_grains(payloads, payloads->items[id].start, payloads->items[id].size, &first, &end);
    for (uint64_t grain = first; grain < end; grain++) {
        if (payloads->shadow[grain] == id + 1)
            payloads->shadow[grain] = 0;
    }
}

/* ---- Looking ---- */

/* The byte that fills the payload of `id`. */
static unsigned char pattern(uint32_t id)
{
    return (unsigned char)(id * 37u + 11u);
}

/* Whether all of it lies in the heap. Of what has no memlib heap, that is not known. */
static bool is_inside(const struct payload *payload)
{
    const char *low = mem_heap_lo();

    return mem_heapsize() == 0 ||
           (payload->start >= low &&
            (uint64_t)(payload->start - low) + payload->size <= mem_heapsize());
}

static bool overlaps(const struct payload *a, const struct payload *b)
{
    return a->start < b->start + b->size && b->start < a->start + a->size;
}

/* Look for live payloads that this one overlaps with; the first is noted. Returns whether there are
 * any. */
static bool find_overlap(struct payloads *payloads, uint32_t id)
{
    struct payload *payload = &payloads->items[id];
    uint64_t first, end;
    bool found = false;

    find_grains(payloads, payload->start, payload->size, &first, &end);
    for (uint64_t grain = first; grain < end; grain++) {
        uint32_t number = payloads->shadow[grain];
        struct payload *other = &payloads->items[number ? number - 1 : 0];
        struct fault *fault;

        if (number == 0 || number - 1 == id || !overlaps(payload, other))
            continue;
        other->is_tainted = true;
        if (found)
            continue;
        found = true;
        fault = note(payloads, FAULT_OVERLAP, id, payload->start, payload->size);
        fault->other = number - 1;
        fault->other_at = offset_of(payloads, other->start);
        fault->other_size = other->size;
        fault->other_step = other->step;
    }
    return found;
}

void payloads_take(struct payloads *payloads, uint32_t id, void *start, uint64_t size)
{
    struct payload *payload = &payloads->items[id];

    *payload = (struct payload){
        .start = start, .size = size, .step = payloads->sheet->step, .is_live = true};
    if ((uintptr_t)start % payloads->sheet->alignment)
        note(payloads, FAULT_MISALIGNED, id, start, size);
    if (!is_inside(payload)) {
        note(payloads, FAULT_OUTSIDE, id, start, size);
        payload->is_tainted = true;
        return;
    }
    payload->is_tainted = find_overlap(payloads, id);
    paint(payloads, payload, id + 1);
    if (!payload->is_tainted && payloads->sheet->mode != SHEET_TIME)
        memset(start, pattern(id), size);
}

void payloads_drop(struct payloads *payloads, uint32_t id)
{
    if (payloads->items[id].is_live)
        unpaint(payloads, id);
    payloads->items[id] = (struct payload){0};
}

void payloads_clear(struct payloads *payloads)
{
    for (uint32_t id = 0; id < payloads->sheet->id_count; id++)
        payloads_drop(payloads, id);
}

bool payloads_verify(struct payloads *payloads, uint32_t id, const void *start, uint64_t size,
                     enum fault_kind kind)
{
    const unsigned char *bytes = start;
    const struct payload *payload = &payloads->items[id];
    unsigned char expected = pattern(id);
    struct fault *fault;
    uint64_t byte = 0;

    if (!payload->is_live || payload->is_tainted || size == 0 ||
        (bytes[0] == expected && memcmp(bytes, bytes + 1, size - 1) == 0))
        return true;
    while (bytes[byte] == expected)
        byte++;
    fault = note(payloads, kind, id, start, size);
    fault->byte = byte;
    fault->expected = expected;
    fault->found = bytes[byte];
    fault->other_step = payload->step;
    return false;
}
