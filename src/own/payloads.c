/* payloads.c: see payloads.h. */
#include "own/payloads.h"

#include <sys/mman.h>

#include "kind/own.h"

enum { GRAIN = 8, LISTED_OF_A_KIND = 2 };

void *payloads_map(uint64_t size)
{
    void *memory = mmap(NULL, size + 1, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void payloads_unmap(void *memory, uint64_t size)
{
    if (memory)
        munmap(memory, size + 1);
}

static uint64_t items_size(const struct payloads *payloads)
{
    return (payloads->sheet->id_count + 1) * sizeof payloads->items[0];
}

static uint64_t firsts_size(const struct payloads *payloads)
{
    return payloads->grain_count * sizeof payloads->firsts[0];
}

bool payloads_begin(struct payloads *payloads, struct sheet *sheet, const struct subject *subject,
                    const char *heap)
{
    *payloads = (struct payloads){
        .sheet = sheet, .subject = subject, .heap = heap, .grain_count = sheet->memory / GRAIN + 1};
    payloads->items = payloads_map(items_size(payloads));
    payloads->firsts = payloads_map(firsts_size(payloads));
    return payloads->items && payloads->firsts &&
           starts_begin(&payloads->starts, payloads->grain_count);
}

void payloads_finish(struct payloads *payloads)
{
    payloads_unmap(payloads->items, items_size(payloads));
    payloads_unmap(payloads->firsts, firsts_size(payloads));
    starts_finish(&payloads->starts);
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
                            .size = size,
                            .other_at = (uint64_t)(uintptr_t)payloads->heap,
                            .other_size = payloads->subject->heap.size};
    return fault;
}

void payloads_refuse(struct payloads *payloads, uint32_t id, uint64_t size, bool is_able)
{
    note(payloads, is_able ? FAULT_REFUSED : FAULT_ABSENT, id, payloads->heap, size);
}

void payloads_not_null(struct payloads *payloads, uint32_t id, const void *start)
{
    note(payloads, FAULT_NOT_NULL, id, start, 0);
}

/* ---- Where they begin ---- */

/* Take a payload into the set, if it begins where it reaches. */
static void place(struct payloads *payloads, uint32_t id)
{
    struct payload *payload = &payloads->items[id];
    uint64_t grain = offset_of(payloads, payload->start) / GRAIN;

    if (payload->size == 0 || grain >= payloads->grain_count)
        return;
    if (payloads->firsts[grain] == 0)
        starts_add(&payloads->starts, grain);
    payload->next = payloads->firsts[grain];
    payload->is_placed = true;
    payloads->firsts[grain] = id + 1;
}

/* Take it out again. */
static void displace(struct payloads *payloads, uint32_t id)
{
    const struct payload *payload = &payloads->items[id];
    uint64_t grain = offset_of(payloads, payload->start) / GRAIN;
    uint32_t *link;

    if (!payload->is_placed)
        return;
    for (link = &payloads->firsts[grain]; *link != id + 1;)
        link = &payloads->items[*link - 1].next;
    *link = payload->next;
    if (payloads->firsts[grain] == 0)
        starts_drop(&payloads->starts, grain);
}

/* ---- Looking ---- */

/* Whether all of it lies in the heap. Of what has no memlib heap, that is not known. */
static bool is_inside(const struct payloads *payloads, const struct payload *payload)
{
    struct extent heap = payloads->subject->heap;
    uint64_t start = (uint64_t)(uintptr_t)payload->start;

    return (heap.bound == 0 && !heap.is_empty) ||
           (start >= heap.low && payload->size <= heap.bound &&
            start - heap.low <= heap.bound - payload->size);
}

static bool overlaps(const struct payload *a, const struct payload *b)
{
    return a->start < b->start + b->size && b->start < a->start + a->size;
}

/* The search for those that a payload, which is in no set yet, overlaps with. */
struct search {
    struct payloads *payloads;
    uint32_t id;
    uint32_t found; /* 1 + the id of the first that overlaps; 0 for none */
};

/* Look at those that begin in a grain; what overlaps is tainted.
 *   returns  whether one of them overlapped with no other before */
static bool look_at_grain(struct search *search, uint64_t grain)
{
    struct payloads *payloads = search->payloads;
    const struct payload *payload = &payloads->items[search->id];
    bool is_clean = false;

    for (uint32_t link = payloads->firsts[grain]; link != 0;) {
        struct payload *other = &payloads->items[link - 1];

        is_clean = is_clean || !other->is_tainted;
        if (overlaps(payload, other)) {
            other->is_tainted = true;
            search->found = search->found > 0 ? search->found : link;
        }
        link = other->next;
    }
    return is_clean;
}

/* Look for live payloads that this one overlaps with; one is noted. To the left it is the next
 * neighbour that does, if any: beyond one that overlaps with none, nothing reaches here.
 *   returns  whether there are any */
static bool find_overlap(struct payloads *payloads, uint32_t id)
{
    const struct payload *payload = &payloads->items[id], *other;
    struct search search = {.payloads = payloads, .id = id};
    uint64_t first = offset_of(payloads, payload->start) / GRAIN, grain = first;
    uint64_t last = (offset_of(payloads, payload->start) + payload->size - 1) / GRAIN;
    struct fault *fault;

    if (payload->size == 0 || first >= payloads->grain_count || last < first)
        return false;
    while (starts_find_below(&payloads->starts, grain, &grain)) {
        if (look_at_grain(&search, grain))
            break;
    }
    for (grain = first; starts_find_from(&payloads->starts, grain, &grain) && grain <= last;
         grain++)
        look_at_grain(&search, grain);
    if (search.found == 0)
        return false;
    other = &payloads->items[search.found - 1];
    fault = note(payloads, FAULT_OVERLAP, id, payload->start, payload->size);
    fault->other = search.found - 1;
    fault->other_at = offset_of(payloads, other->start);
    fault->other_size = other->size;
    fault->other_step = other->step;
    return true;
}

void payloads_take(struct payloads *payloads, uint32_t id, void *start, uint64_t size,
                   uint64_t filled)
{
    struct payload *payload = &payloads->items[id];

    *payload = (struct payload){
        .start = start, .size = size, .step = payloads->sheet->step, .is_live = true};
    if ((uintptr_t)start % payloads->sheet->alignment)
        note(payloads, FAULT_MISALIGNED, id, start, size);
    if (!is_inside(payloads, payload)) {
        note(payloads, FAULT_OUTSIDE, id, start, size);
        payload->is_tainted = true;
        return;
    }
    if (offset_of(payloads, start) + size > payloads->reach)
        payloads->reach = offset_of(payloads, start) + size;
    payload->is_tainted = find_overlap(payloads, id);
    payload->filled = filled;
    place(payloads, id);
}

void payloads_drop(struct payloads *payloads, uint32_t id)
{
    if (payloads->items[id].is_live)
        displace(payloads, id);
    payloads->items[id] = (struct payload){0};
}

void payloads_clear(struct payloads *payloads)
{
    for (uint32_t id = 0; id < payloads->sheet->id_count; id++)
        payloads_drop(payloads, id);
    payloads->reach = 0;
}

/* ---- What they hold ---- */

static bool is_looked_at(const struct payload *payload)
{
    return payload->is_live && !payload->is_tainted;
}

/* Some of what is looked at, or filled. */
struct looking {
    const struct look *looks[SPANS_MOST];
    struct span spans[SPANS_MOST];
    size_t count;
};

/* Do something to the part of payloads that is filled, or to the one that is not. */
static void go_through(struct payloads *payloads, const struct look *looks, size_t count,
                       bool is_filled, void (*work)(struct payloads *, struct looking *))
{
    struct looking looking;

    looking.count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct payload *payload = &payloads->items[looks[i].id];
        uint64_t from = is_filled ? 0 : payload->filled;
        uint64_t to = is_filled ? payload->filled : payload->size;

        if (is_looked_at(payload) && from < to) {
            looking.looks[looking.count] = &looks[i];
            looking.spans[looking.count++] = (struct span){.start = payload->start + from,
                                                           .size = to - from,
                                                           .byte = own_fill_byte(looks[i].id)};
        }
        if (looking.count == SPANS_MOST || (i + 1 == count && looking.count > 0)) {
            work(payloads, &looking);
            looking.count = 0;
        }
    }
}

static void note_content(struct payloads *payloads, const struct look *look,
                         const struct span *span)
{
    struct payload *payload = &payloads->items[look->id];
    struct fault *fault;

    payloads->sheet->step = look->step;
    fault = note(payloads, look->kind, look->id, span->start, span->size);
    fault->byte = span->same;
    fault->expected = span->byte;
    fault->found = span->other;
    fault->other_step = payload->step;
    payload->filled = 0;
}

static void verify(struct payloads *payloads, struct looking *looking)
{
    payloads->subject->match(payloads->subject->context, looking->spans, looking->count);
    for (size_t i = 0; i < looking->count; i++) {
        if (looking->spans[i].same < looking->spans[i].size)
            note_content(payloads, looking->looks[i], &looking->spans[i]);
    }
}

void payloads_verify(struct payloads *payloads, const struct look *looks, size_t count)
{
    go_through(payloads, looks, count, true, verify);
}

static void fill(struct payloads *payloads, struct looking *looking)
{
    payloads->subject->fill(payloads->subject->context, looking->spans, looking->count);
    for (size_t i = 0; i < looking->count; i++) {
        struct payload *payload = &payloads->items[looking->looks[i]->id];

        payload->filled = payload->size;
    }
}

void payloads_fill(struct payloads *payloads, const struct look *looks, size_t count)
{
    go_through(payloads, looks, count, false, fill);
}
