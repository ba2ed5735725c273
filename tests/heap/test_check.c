/* test_check.c: each invariant broken alone, by writing over a healthy heap of each engine. */
#include <string.h>

#include "heap/buddy/buddy_layout.h"
#include "heap/fit/fit_layout.h"
#include "test.h"

enum { PAYLOADS = 8, PAYLOAD_SIZE = 16, HEAP_SIZE = 1 << 16 };

/* What kind of heap is damaged: a policy, the setting that it needs, its header size. */
struct kind {
    const char *policy;
    enum hg_setting setting;
    uint64_t value;
    size_t header;
};

static const struct kind fit = {"first-fit", HG_SETTING_HEADER, 8, 8};
static const struct kind tall = {"first-fit", HG_SETTING_HEADER, 32, 32};
static const struct kind deferred = {"first-fit", HG_SETTING_COALESCE, HG_COALESCE_DEFERRED, 8};
static const struct kind linear = {"linear", HG_SETTING_GROW, 4096, 8};
static const struct kind scan = {"pool-scan", HG_SETTING_SLOT_SIZE, 64, 0};
static const struct kind stack = {"pool-stack", HG_SETTING_SLOT_SIZE, 64, 0};
static const struct kind buddy = {"buddy", HG_SETTING_GROW, 4096, 8};

/* A heap of eight blocks of the smallest size, of which numbers 1, 3 and 5 are free, if the policy
 * can free them. */
struct patient {
    char memory[HEAP_SIZE] __attribute__((aligned(4096)));
    struct hg_arena arena;
    struct hg_heap *heap;
    uint64_t *state;            /* the first word behind struct hg_heap: the engine's own */
    uint64_t *blocks[PAYLOADS]; /* the first word of each */
};

/* Those of any heap but a fast one. */
static struct hg_settings *settings_of(struct patient *patient)
{
    return (struct hg_settings *)(patient->heap + 1);
}

static void prepare(struct patient *patient, const struct kind *kind)
{
    struct hg_config config = hg_config_default(kind->policy);
    char *payloads[PAYLOADS];
    struct hg_defect defect;
    struct hg_os os;

    memset(patient, 0, sizeof *patient);
    config.settings[kind->setting] = kind->value;
    patient->arena = (struct hg_arena){.start = patient->memory, .size = HEAP_SIZE};
    os = hg_os_arena(&patient->arena);
    patient->heap = hg_open(&config, &os, NULL, NULL);
    assert_non_null(patient->heap);
    patient->state = (uint64_t *)(void *)(settings_of(patient) + 1);
    for (int i = 0; i < PAYLOADS; i++)
        payloads[i] = hg_malloc(patient->heap, PAYLOAD_SIZE);
    for (int i = 1; i < 6; i += 2)
        hg_free(patient->heap, payloads[i]);
    for (int i = 0; i < PAYLOADS; i++)
        patient->blocks[i] = (void *)(payloads[i] - kind->header);
    assert_true(hg_check(patient->heap, patient->arena.used, &defect));
}

/* ---- Every heap ---- */

static void magic_is_another(struct patient *patient)
{
    patient->heap->magic++;
}

static void policy_is_none(struct patient *patient)
{
    patient->heap->policy = 200;
}

static void variant_is_not_the_policys(struct patient *patient)
{
    patient->heap->variant++;
}

static void setting_is_impossible(struct patient *patient)
{
    settings_of(patient)->alignment = 3;
}

static void size_is_another(struct patient *patient)
{
    patient->heap->size -= 16;
}

/* ---- The fits: the list is 5, 3, 1, wilderness ---- */

static struct fit *fit_in(struct patient *patient)
{
    return fit_of(patient->heap);
}

static struct fit_block *fit_block(struct patient *patient, int number)
{
    return (struct fit_block *)patient->blocks[number];
}

static struct fit_links *links(struct patient *patient, int number)
{
    return fit_links(&fit_in(patient)->layout, fit_block(patient, number));
}

static void fit_count_is_wrong(struct patient *patient)
{
    fit_in(patient)->free_count++;
}

static void fit_size_is_crooked(struct patient *patient)
{
    *patient->blocks[2] += 8;
}

static void fit_size_is_small(struct patient *patient)
{
    *patient->blocks[2] = 16 | FIT_USED;
}

static void fit_size_is_beyond_the_break(struct patient *patient)
{
    *patient->blocks[2] = (uint64_t)1 << 40 | FIT_USED;
}

static void fit_flag_means_nothing(struct patient *patient)
{
    *patient->blocks[2] |= 4;
}

static void fit_left_bit_lies(struct patient *patient)
{
    *patient->blocks[7] ^= FIT_LEFT_USED;
}

static void fit_footer_differs(struct patient *patient)
{
    patient->blocks[2][-1] += 32; /* of block 1 */
}

static void fit_canary_is_dead(struct patient *patient)
{
    patient->blocks[4][3] ^= 1;
}

/* Blocks 1, 2 and 3 have waited to be merged; now the setting says that none ever waits. */
static void fit_neighbours_are_free(struct patient *patient)
{
    hg_free(patient->heap, patient->blocks[2] + 1);
    settings_of(patient)->coalesce = HG_COALESCE_IMMEDIATE;
}

static void fit_list_is_lost(struct patient *patient)
{
    fit_in(patient)->head = fit_in(patient)->tail = NULL;
}

static void fit_link_is_missing(struct patient *patient)
{
    links(patient, 3)->next = NULL;
}

static void fit_link_leads_out(struct patient *patient)
{
    links(patient, 3)->prev = (struct fit_block *)(void *)&patient;
}

static void fit_head_is_another(struct patient *patient)
{
    fit_in(patient)->head = links(patient, 5)->next;
}

/* Block 3 is linked, but with itself alone. */
static void fit_block_is_off_the_list(struct patient *patient)
{
    links(patient, 5)->next = fit_block(patient, 1);
    links(patient, 1)->prev = fit_block(patient, 5);
    *links(patient, 3) = (struct fit_links){fit_block(patient, 3), fit_block(patient, 3)};
}

static void fit_order_is_not_by_address(struct patient *patient)
{
    settings_of(patient)->order = HG_ORDER_ADDRESS;
}

static void fit_order_is_not_by_size(struct patient *patient)
{
    settings_of(patient)->order = HG_ORDER_SIZE_DOWN;
}

static void fit_rover_is_used(struct patient *patient)
{
    fit_in(patient)->rover = fit_block(patient, 2);
}

static void fit_end_has_a_size(struct patient *patient)
{
    fit_end(fit_in(patient))->tag = 32 | FIT_USED;
}

/* ---- Linear: the state is the last block, and where the rest begins ---- */

static void linear_last_is_another(struct patient *patient)
{
    patient->state[0] -= 32;
}

static void linear_rest_is_beyond_the_break(struct patient *patient)
{
    patient->state[1] += HEAP_SIZE;
}

static void linear_size_is_zero(struct patient *patient)
{
    *patient->blocks[2] = 0;
}

static void linear_flag_means_nothing(struct patient *patient)
{
    *patient->blocks[2] |= 2;
}

/* ---- Pools: the state is the number of free slots, the top of the stack, then the bits ---- */

static void pool_count_is_wrong(struct patient *patient)
{
    patient->state[0]++;
}

static void pool_bit_is_wrong(struct patient *patient)
{
    patient->state[2] &= ~(uint64_t)1;
    patient->state[0]++;
}

static void pool_stack_is_a_ring(struct patient *patient)
{
    *patient->blocks[3] = patient->state[1];
}

static void pool_stack_holds_a_used_slot(struct patient *patient)
{
    patient->state[1] = (uint64_t)(uintptr_t)patient->blocks[2];
    *patient->blocks[2] = (uint64_t)(uintptr_t)patient->blocks[3];
}

static void pool_ends_within_a_chunk(struct patient *patient)
{
    patient->arena.used += 16;
    patient->heap->size += 16;
}

/* ---- Buddy: the list of the least order is 5, 3, 1 ---- */

static struct buddy_block *buddy_block(struct patient *patient, int number)
{
    return (void *)patient->blocks[number];
}

static void buddy_count_is_wrong(struct patient *patient)
{
    buddy_of(patient->heap)->free_count++;
}

static void buddy_order_is_small(struct patient *patient)
{
    *patient->blocks[2] = BUDDY_USED | (BUDDY_LEAST_ORDER - 1);
}

static void buddy_place_is_not_of_its_order(struct patient *patient)
{
    *patient->blocks[7] = BUDDY_USED | (BUDDY_LEAST_ORDER + 1);
}

static void buddy_flag_means_nothing(struct patient *patient)
{
    *patient->blocks[2] |= 0x100;
}

static void buddy_pair_is_free(struct patient *patient)
{
    *patient->blocks[0] = BUDDY_LEAST_ORDER;
}

static void buddy_link_is_missing(struct patient *patient)
{
    buddy_block(patient, 3)->next = NULL;
}

/* What looks like a free block, and links back, lies just below the base. */
static void buddy_link_leads_below_the_base(struct patient *patient)
{
    struct buddy_block *below = (void *)(patient->blocks[0] - 4), *last = buddy_block(patient, 1);

    *below = (struct buddy_block){.tag = BUDDY_LEAST_ORDER, .prev = last};
    last->next = below;
}

static void buddy_block_is_off_the_list(struct patient *patient)
{
    struct buddy_block *ring = buddy_block(patient, 3);

    buddy_block(patient, 5)->next = buddy_block(patient, 1);
    buddy_block(patient, 1)->prev = buddy_block(patient, 5);
    ring->next = ring->prev = ring;
}

static void buddy_end_is_free(struct patient *patient)
{
    patient->arena.start[patient->arena.used - BUDDY_END] = 0;
}

/* ---- The table ---- */

enum { ANYWHERE = -1 };

static const struct row {
    const struct kind *kind;
    void (*damage)(struct patient *patient);
    enum hg_invariant broken;
    int block; /* where check must find it */
} rows[] = {
    {&fit, magic_is_another, HG_INVARIANT_STATE, ANYWHERE},
    {&fit, policy_is_none, HG_INVARIANT_STATE, ANYWHERE},
    {&fit, variant_is_not_the_policys, HG_INVARIANT_STATE, ANYWHERE},
    {&fit, setting_is_impossible, HG_INVARIANT_STATE, ANYWHERE},
    {&fit, size_is_another, HG_INVARIANT_STATE, ANYWHERE},
    {&fit, fit_count_is_wrong, HG_INVARIANT_STATE, ANYWHERE},
    {&fit, fit_size_is_crooked, HG_INVARIANT_TAG, 2},
    {&fit, fit_size_is_small, HG_INVARIANT_TAG, 2},
    {&fit, fit_size_is_beyond_the_break, HG_INVARIANT_TAG, 2},
    {&fit, fit_flag_means_nothing, HG_INVARIANT_TAG, 2},
    {&fit, fit_left_bit_lies, HG_INVARIANT_LEFT_BIT, 7},
    {&fit, fit_footer_differs, HG_INVARIANT_FOOTER, 1},
    {&tall, fit_canary_is_dead, HG_INVARIANT_CANARY, 4},
    {&deferred, fit_neighbours_are_free, HG_INVARIANT_NEIGHBOURS, 2},
    {&fit, fit_list_is_lost, HG_INVARIANT_LINKED, ANYWHERE},
    {&fit, fit_link_is_missing, HG_INVARIANT_LINKED, 1},
    {&fit, fit_link_leads_out, HG_INVARIANT_LINKED, 3},
    {&fit, fit_head_is_another, HG_INVARIANT_LINKED, 5},
    {&fit, fit_block_is_off_the_list, HG_INVARIANT_LISTED, ANYWHERE},
    {&fit, fit_order_is_not_by_address, HG_INVARIANT_ORDER, ANYWHERE},
    {&fit, fit_order_is_not_by_size, HG_INVARIANT_ORDER, ANYWHERE},
    {&fit, fit_rover_is_used, HG_INVARIANT_ROVER, ANYWHERE},
    {&fit, fit_end_has_a_size, HG_INVARIANT_END, ANYWHERE},

    {&linear, linear_last_is_another, HG_INVARIANT_STATE, ANYWHERE},
    {&linear, linear_rest_is_beyond_the_break, HG_INVARIANT_STATE, ANYWHERE},
    {&linear, linear_size_is_zero, HG_INVARIANT_TAG, 2},
    {&linear, linear_flag_means_nothing, HG_INVARIANT_TAG, 2},

    {&scan, pool_count_is_wrong, HG_INVARIANT_STATE, ANYWHERE},
    {&scan, pool_ends_within_a_chunk, HG_INVARIANT_END, ANYWHERE},
    {&stack, pool_count_is_wrong, HG_INVARIANT_STATE, ANYWHERE},
    {&stack, pool_bit_is_wrong, HG_INVARIANT_LISTED, ANYWHERE},
    {&stack, pool_stack_is_a_ring, HG_INVARIANT_LISTED, ANYWHERE},
    {&stack, pool_stack_holds_a_used_slot, HG_INVARIANT_LISTED, ANYWHERE},
    {&stack, pool_ends_within_a_chunk, HG_INVARIANT_END, ANYWHERE},

    {&buddy, buddy_count_is_wrong, HG_INVARIANT_STATE, ANYWHERE},
    {&buddy, buddy_order_is_small, HG_INVARIANT_TAG, 2},
    {&buddy, buddy_place_is_not_of_its_order, HG_INVARIANT_TAG, 7},
    {&buddy, buddy_flag_means_nothing, HG_INVARIANT_TAG, 2},
    {&buddy, buddy_pair_is_free, HG_INVARIANT_NEIGHBOURS, 0},
    {&buddy, buddy_link_is_missing, HG_INVARIANT_LINKED, 1},
    {&buddy, buddy_link_leads_below_the_base, HG_INVARIANT_LINKED, 1},
    {&buddy, buddy_block_is_off_the_list, HG_INVARIANT_LISTED, ANYWHERE},
    {&buddy, buddy_end_is_free, HG_INVARIANT_END, ANYWHERE},
};

static void each_invariant_can_be_broken_alone(void **state)
{
    static struct patient patient;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct hg_defect defect = {HG_INVARIANT_NONE, 0};

        prepare(&patient, rows[i].kind);
        rows[i].damage(&patient);
        hg_check(patient.heap, patient.arena.used, &defect);
        if (defect.broken != rows[i].broken)
            fail_msg("row %zu, %s: instead of \"%s\" check says \"%s\"", i, rows[i].kind->policy,
                     hg_invariant_text(rows[i].broken), hg_invariant_text(defect.broken));
        if (rows[i].block != ANYWHERE)
            assert_int_equal(defect.at, hg_offset(patient.heap, patient.blocks[rows[i].block]));
    }
}

static void no_invariant_is_left_out(void **state)
{
    /* test_fast.c breaks those that only the fast engine has, tests/kind/test_lists.c the last */
    bool is_broken[HG_INVARIANT_COUNT] = {
        [HG_INVARIANT_NONE] = true, [HG_INVARIANT_SLAB] = true,    [HG_INVARIANT_MAP] = true,
        [HG_INVARIANT_BINS] = true, [HG_INVARIANT_COUNTED] = true, [HG_INVARIANT_LEADS] = true};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        is_broken[rows[i].broken] = true;
    for (unsigned invariant = 0; invariant < HG_INVARIANT_COUNT; invariant++) {
        if (!is_broken[invariant])
            fail_msg("no row breaks \"%s\"", hg_invariant_text(invariant));
    }
}

/* The ends of an empty list must agree. */
static void an_empty_list_has_no_tail(void **state)
{
    static struct patient patient;
    struct hg_defect defect = {HG_INVARIANT_NONE, 0};

    (void)state;
    prepare(&patient, &fit);
    while (fit_in(&patient)->head)
        assert_non_null(hg_malloc(patient.heap, PAYLOAD_SIZE));
    fit_in(&patient)->tail = fit_block(&patient, 1);
    assert_false(hg_check(patient.heap, patient.arena.used, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_invariant_can_be_broken_alone),
        cmocka_unit_test(no_invariant_is_left_out),
        cmocka_unit_test(an_empty_list_has_no_tail),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
