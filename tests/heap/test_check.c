/* test_check.c: each invariant broken alone, by writing over a healthy heap. */
#include <string.h>

#include "heap/fit/fit.h"
#include "heap/shadow.h"
#include "test.h"

enum { PAYLOADS = 8, HEAP_SIZE = 1 << 16 };

/* A heap of eight blocks of 32 bytes, of which numbers 1, 3 and 5 are free. */
struct patient {
    char memory[HEAP_SIZE] __attribute__((aligned(4096)));
    struct hg_arena arena;
    struct fit *fit;
    struct fit_block *blocks[PAYLOADS];
};

static void prepare(struct patient *patient, const struct hg_config *config)
{
    void *payloads[PAYLOADS];
    struct hg_defect defect;
    struct hg_heap *heap;
    struct hg_os os;

    memset(patient->memory, 0, sizeof patient->memory);
    patient->arena = (struct hg_arena){.start = patient->memory, .size = HEAP_SIZE};
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_invariant_can_be_broken_alone),
        cmocka_unit_test(a_block_off_the_list_is_found),
        cmocka_unit_test(neighbours_order_and_canaries_are_looked_at),
        cmocka_unit_test(an_empty_list_has_no_tail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
