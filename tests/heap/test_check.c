/* test_check.c: each invariant broken alone, by writing over a healthy heap; and heaps with random
 * damage, which are to be reported, never followed out of bounds or round and round. */
#include <string.h>
#include <sys/mman.h>

#include "heap/fit/fit.h"
#include "heap/shadow.h"
#include "test.h"

enum { PAYLOADS = 8, HEAP_SIZE = 1 << 16, GUARD_SIZE = 4096 };

/* A heap of eight blocks of 32 bytes, of which numbers 1, 3 and 5 are free. */
struct patient {
    char *memory;   /* ends at a page that cannot be touched */
    size_t skipped; /* of it, before the heap */
    struct hg_arena arena;
    struct fit *fit;
    struct fit_block *blocks[PAYLOADS];
};

static char *map_memory(void)
{
    char *memory = mmap(NULL, HEAP_SIZE + GUARD_SIZE, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    assert_true(memory != MAP_FAILED);
    assert_int_equal(mprotect(memory + HEAP_SIZE, GUARD_SIZE, PROT_NONE), 0);
    return memory;
}

static void prepare(struct patient *patient, const struct hg_config *config)
{
    void *payloads[PAYLOADS];
    struct hg_defect defect;
    struct hg_heap *heap;
    struct hg_os os;

    if (!patient->memory)
        patient->memory = map_memory();
    memset(patient->memory, 0, HEAP_SIZE);
    patient->arena = (struct hg_arena){.start = patient->memory + patient->skipped,
                                       .size = HEAP_SIZE - patient->skipped};
    os = hg_os_arena(&patient->arena);
    heap = hg_open(config, &os, NULL, NULL);
    assert_non_null(heap);
    patient->fit = fit_of(heap);
    for (int i = 0; i < PAYLOADS; i++)
        payloads[i] = hg_malloc(heap, 16);
    for (int i = 1; i < 6; i += 2)
        hg_free(heap, payloads[i]);
    for (int i = 0; i < PAYLOADS; i++)
        patient->blocks[i] = fit_block_of(&patient->fit->layout, payloads[i]);
    assert_true(hg_check(heap, hg_size(heap), &defect));
}

/* The same, with the break at the end of the memory. */
static void prepare_at_the_end(struct patient *patient, const struct hg_config *config)
{
    patient->skipped = 0;
    prepare(patient, config);
    patient->skipped = (HEAP_SIZE - patient->arena.used) & ~(size_t)63;
    prepare(patient, config);
}

/* Check must name this invariant, at this block (or wherever, for -1). */
static void expect_broken(struct patient *patient, enum hg_invariant broken, int block)
{
    struct hg_heap *heap = &patient->fit->heap;
    struct hg_defect defect = {0};

    assert_false(hg_check(heap, patient->arena.used, &defect));
    if (defect.broken != broken)
        fail_msg("instead of \"%s\" check says \"%s\"", hg_invariant_text(broken),
                 hg_invariant_text(defect.broken));
    if (block >= 0)
        assert_int_equal(defect.at, hg_offset(heap, patient->blocks[block]));
}

static struct fit_links *links_of(struct patient *patient, int block)
{
    return fit_links(&patient->fit->layout, patient->blocks[block]);
}

static void each_invariant_can_be_broken_alone(void **state)
{
    struct hg_config config = hg_config_default("first-fit");
    static struct patient patient;

    (void)state;
    prepare(&patient, &config);
    patient.fit->heap.magic++;
    expect_broken(&patient, HG_INVARIANT_STATE, -1);

    prepare(&patient, &config);
    patient.fit->heap.policy = 1000;
    expect_broken(&patient, HG_INVARIANT_STATE, -1);

    prepare(&patient, &config);
    patient.fit->heap.settings.alignment = 3;
    expect_broken(&patient, HG_INVARIANT_STATE, -1);

    prepare(&patient, &config);
    patient.fit->free_count++;
    expect_broken(&patient, HG_INVARIANT_STATE, -1);

    prepare(&patient, &config);
    patient.fit->tail = NULL;
    patient.fit->head = NULL;
    expect_broken(&patient, HG_INVARIANT_LINKED, -1);

    prepare(&patient, &config);
    patient.fit->heap.size -= 16;
    expect_broken(&patient, HG_INVARIANT_STATE, -1);

    prepare(&patient, &config);
    patient.blocks[2]->tag += 8; /* no multiple of the alignment */
    expect_broken(&patient, HG_INVARIANT_TAG, 2);

    prepare(&patient, &config);
    patient.blocks[2]->tag = 16 | FIT_USED; /* too small */
    expect_broken(&patient, HG_INVARIANT_TAG, 2);

    prepare(&patient, &config);
    patient.blocks[2]->tag = (uint64_t)1 << 40 | FIT_USED; /* beyond the break */
    expect_broken(&patient, HG_INVARIANT_TAG, 2);

    prepare(&patient, &config);
    patient.blocks[2]->tag |= 4; /* a flag that means nothing */
    expect_broken(&patient, HG_INVARIANT_TAG, 2);

    prepare(&patient, &config);
    patient.blocks[7]->tag ^= FIT_LEFT_USED;
    expect_broken(&patient, HG_INVARIANT_LEFT_BIT, 7);

    prepare(&patient, &config);
    patient.blocks[2][-1].tag += 32; /* the footer of block 1 */
    expect_broken(&patient, HG_INVARIANT_FOOTER, 1);

    prepare(&patient, &config);
    links_of(&patient, 3)->next = NULL;
    expect_broken(&patient, HG_INVARIANT_LINKED, 1);

    prepare(&patient, &config);
    links_of(&patient, 3)->prev = (struct fit_block *)(void *)&patient; /* out of bounds */
    expect_broken(&patient, HG_INVARIANT_LINKED, 3);

    prepare(&patient, &config);
    patient.fit->head = links_of(&patient, 5)->next; /* block 5 comes first */
    expect_broken(&patient, HG_INVARIANT_LINKED, 5);

    prepare(&patient, &config);
    patient.fit->rover = patient.blocks[2]; /* which is used */
    expect_broken(&patient, HG_INVARIANT_ROVER, -1);

    prepare(&patient, &config);
    fit_end(patient.fit)->tag = 32 | FIT_USED;
    expect_broken(&patient, HG_INVARIANT_END, -1);
}

/* A free block whose links form a ring of their own is linked, but not listed. */
static void a_block_off_the_list_is_found(void **state)
{
    struct hg_config config = hg_config_default("first-fit");
    static struct patient patient;
    struct fit_links *ring, *before, *after;

    (void)state;
    prepare(&patient, &config);
    ring = links_of(&patient, 3); /* the list is 5, 3, 1, wilderness */
    before = fit_links(&patient.fit->layout, ring->prev);
    after = fit_links(&patient.fit->layout, ring->next);
    before->next = ring->next;
    after->prev = ring->prev;
    *ring = (struct fit_links){.next = patient.blocks[3], .prev = patient.blocks[3]};
    expect_broken(&patient, HG_INVARIANT_LISTED, -1);
}

static void neighbours_order_and_canaries_are_looked_at(void **state)
{
    static struct patient patient;
    struct hg_config config = hg_config_default("first-fit");

    (void)state;
    config.settings[HG_COALESCE] = HG_COALESCE_DEFERRED;
    prepare(&patient, &config);
    hg_free(&patient.fit->heap, fit_payload(&patient.fit->layout, patient.blocks[2]));
    patient.fit->heap.settings.coalesce = HG_COALESCE_IMMEDIATE;
    expect_broken(&patient, HG_INVARIANT_NEIGHBOURS, 2);

    config = hg_config_default("first-fit");
    prepare(&patient, &config); /* lifo: 5, 3, 1 */
    patient.fit->heap.settings.order = HG_ORDER_ADDRESS;
    expect_broken(&patient, HG_INVARIANT_ORDER, -1);
    patient.fit->heap.settings.order = HG_ORDER_SIZE_DOWN;
    expect_broken(&patient, HG_INVARIANT_ORDER, -1);

    config = hg_config_default("first-fit");
    config.settings[HG_HEADER] = 32;
    prepare(&patient, &config);
    patient.blocks[4][3].tag ^= 1;
    expect_broken(&patient, HG_INVARIANT_CANARY, 4);
}

struct bounds {
    uint64_t until, size;
    size_t visits;
};

static bool expect_in_bounds(void *context, const struct hg_block *block)
{
    struct bounds *bounds = context;

    assert_int_equal(block->at, bounds->until);
    assert_true(block->size > 0 && block->size <= bounds->size - block->at);
    bounds->until += block->size;
    return true;
}

static bool count_item(void *context, uint64_t at)
{
    struct bounds *bounds = context;

    assert_true(at < bounds->size);
    bounds->visits++;
    return true;
}

/* The ends of an empty list must agree. */
static void an_empty_list_has_no_tail(void **state)
{
    static struct patient patient;
    struct hg_config config = hg_config_default("first-fit");
    struct hg_heap *heap;

    (void)state;
    config.settings[HG_GROW] = HG_GROW_EXACT;
    config.settings[HG_TRIM] = 0;
    prepare(&patient, &config);
    heap = &patient.fit->heap;
    for (int i = 1; i < 6; i += 2)
        assert_non_null(hg_malloc(heap, 16));
    assert_null(patient.fit->head);
    patient.fit->tail = patient.blocks[1];
    expect_broken(&patient, HG_INVARIANT_STATE, -1);
}

/* Write over the heap in a few places, with anything or with something near a real address. */
static void damage(struct patient *patient, struct random *random)
{
    for (uint64_t i = 0, count = 1 + random_below(random, 8); i < count; i++) {
        size_t used = patient->arena.used;
        size_t range = used > 512 && random_below(random, 2) ? 512 : used;
        size_t at = random_below(random, range / 8) * 8;
        uint64_t word = random_next(random) >> random_below(random, 64);

        if (random_below(random, 2))
            word = (uint64_t)(uintptr_t)patient->arena.start + random_below(random, range);
        if (random_below(random, 4) == 0) /* just below the break */
            word = (uint64_t)(uintptr_t)patient->arena.start + used -
                   8 * random_below(random, 8);
        memcpy(patient->arena.start + at, &word, sizeof word);
    }
}

/* Read a damaged heap that ends where memory ends. */
static void read_all(struct patient *patient)
{
    struct hg_heap *heap = &patient->fit->heap;
    struct bounds bounds = {.size = patient->arena.used};
    struct hg_defect defect;

    hg_check(heap, bounds.size, &defect);
    hg_walk(heap, bounds.size, 0, expect_in_bounds, &bounds);
    assert_int_equal(bounds.until, bounds.size);
    hg_list_walk(heap, bounds.size, 0, count_item, &bounds);
    assert_true(bounds.visits <= bounds.size / 24);
}

static void random_damage_is_survived(void **state)
{
    static const uint64_t alignments[] = {8, 16, 64};
    static struct patient patient;
    struct random random = {.state = 99};

    (void)state;
    for (int round = 0; round < 30000; round++) {
        struct hg_config config = hg_config_default("first-fit");

        config.settings[HG_ALIGNMENT] = alignments[round % 3];
        config.settings[HG_HEADER] = (uint64_t)8 << random_below(&random, 3);
        config.settings[HG_ORDER] = random_below(&random, 5);
        config.settings[HG_BOUNDARY_TAGS] = random_below(&random, 2);
        config.settings[HG_GROW] = random_below(&random, 2) ? 4096 : HG_GROW_EXACT;
        prepare_at_the_end(&patient, &config);
        damage(&patient, &random);
        read_all(&patient);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_invariant_can_be_broken_alone),
        cmocka_unit_test(a_block_off_the_list_is_found),
        cmocka_unit_test(neighbours_order_and_canaries_are_looked_at),
        cmocka_unit_test(an_empty_list_has_no_tail),
        cmocka_unit_test(random_damage_is_survived),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
