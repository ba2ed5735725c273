/* fuzz_heap.c: heaps that were used and then written over. Whatever their bytes are, check, walk
 * and the walk of each list read nothing outside, visit blocks that tile the heap, and end.
 *
 * The input is read from its first byte on: which policy, a seed for its settings, a number of
 * operations, the operations, how many bytes at the heap's end are not there to be read, and then
 * words to write behind struct hg_heap. */
#include <sanitizer/asan_interface.h>
#include <string.h>

#include "heap/engine.h"
#include "heap/settings.h"

enum { MEMORY_SIZE = 1 << 19, LIVE_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as far as it has not been read. It ends in zeros. */
struct input {
    const uint8_t *next;
    size_t left;
};

static uint64_t take(struct input *input, size_t bytes)
{
    uint64_t value = 0;

    if (bytes > input->left)
        bytes = input->left;
    memcpy(&value, input->next, bytes);
    input->next += bytes;
    input->left -= bytes;
    return value;
}

static void expect(bool holds)
{
    if (!holds)
        __builtin_trap();
}

static struct hg_config choose_config(struct input *input)
{
    unsigned count = 0;
    struct random random;

    while (hg_policy(count))
        count++;
    count = (unsigned)take(input, 1) % count;
    random.state = take(input, 2);
    if (random.state == 0)
        return hg_config_default(hg_policy(count)->name);
    return settings_random(&random, hg_policy(count)->name);
}

/* Many payloads of one size in a large heap. */
static void crowd(struct hg_heap *heap, size_t size)
{
    enum { LARGE = MEMORY_SIZE / 2, COUNT = 300 };

    if (!hg_malloc(heap, LARGE))
        return;
    for (int i = 0; i < COUNT; i++)
        hg_malloc(heap, size);
}

/* One operation on one of the payloads, by two bytes of input: what, with which, and how large; or,
 * by a third, a crowd of payloads. */
static void operate(struct hg_heap *heap, struct input *input, void *live[LIVE_MAX])
{
    void **payload = &live[take(input, 1) % LIVE_MAX];
    uint64_t what = take(input, 1);
    size_t size = (what >> 2) * (what >> 2); /* up to 3969 */
    void *answer;

    if (what == UINT8_MAX) {
        crowd(heap, take(input, 1) * 2);
    } else if (what % 4 == 3) {
        hg_coalesce(heap);
    } else if (what % 4 == 2 && *payload) {
        answer = hg_realloc(heap, *payload, size + 1);
        *payload = answer ? answer : *payload;
    } else if (*payload) {
        if (hg_free(heap, *payload))
            *payload = NULL;
    } else {
        *payload = hg_aligned_alloc(heap, (size_t)1 << what % 2 * 6, size);
    }
}

/* Write one word over the heap: any, one that points into it, or what is there with one bit
 * changed. */
static void damage(struct hg_heap *heap, struct input *input)
{
    size_t extent = hg_size(heap), words = (extent - sizeof *heap) / sizeof(uint64_t);
    uint64_t *word = (uint64_t *)(void *)(heap + 1) + take(input, 2) % (words ? words : 1);

    if (words == 0)
        return;
    switch (take(input, 1) % 4) {
    case 0: *word = take(input, 8); break;
    case 1: *word = (uint64_t)(uintptr_t)heap + take(input, 2) * 8 % (extent + 64); break;
    case 2: *word ^= (uint64_t)1 << take(input, 1) % 64; break;
    case 3: *word = take(input, 2); break;
    }
}

struct reading {
    uint64_t until, extent, items;
};

static bool expect_tile(void *context, const struct hg_block *block)
{
    struct reading *reading = context;

    expect(block->at == reading->until && block->size > 0);
    expect(block->size <= reading->extent - block->at && block->kind <= HG_KIND_UNREADABLE);
    reading->until += block->size;
    return true;
}

static bool count_item(void *context, uint64_t at)
{
    struct reading *reading = context;

    expect(at < reading->extent);
    expect(++reading->items <= reading->extent / sizeof(uint64_t));
    return true;
}

static void read_all(const struct hg_heap *heap, size_t extent, const struct hg_config *config)
{
    struct reading reading = {.extent = extent};
    struct hg_defect defect = {HG_INVARIANT_NONE, 0};

    expect(hg_check(heap, extent, &defect) == (defect.broken == HG_INVARIANT_NONE));
    hg_walk(heap, extent, 0, expect_tile, &reading);
    expect(reading.until == extent);
    for (uint32_t list = 0; list < hg_list_count(config); list++) {
        reading.items = 0;
        hg_list_walk(heap, extent, list, count_item, &reading);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char memory[MEMORY_SIZE] __attribute__((aligned(8192)));
    struct input input = {data, size};
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);
    struct hg_config config = choose_config(&input);
    struct hg_heap *heap = hg_open(&config, &os, NULL, NULL);
    void *live[LIVE_MAX] = {NULL};
    struct hg_defect defect;
    size_t extent;

    if (!heap)
        return -1;
    for (uint64_t i = take(&input, 1); i > 0; i--)
        operate(heap, &input, live);
    expect(hg_check(heap, arena.used, &defect));
    extent = arena.used - take(&input, 1) % (arena.used < 128 ? arena.used : 128);
    while (input.left > 0)
        damage(heap, &input);
    __asan_poison_memory_region(memory + extent, sizeof memory - extent);
    read_all(heap, extent, &config);
    __asan_unpoison_memory_region(memory, sizeof memory);
    memset(memory, 0, arena.used);
    return 0;
}
