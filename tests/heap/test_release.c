/* test_release.c: pages inside free blocks go back to the system where the settings ask for it, or
 * hg_trim does, and nothing else changes. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "heapglass/heap.h"
#include "test.h"

#define MIB ((size_t)1 << 20)
#define ARENA (256 * MIB)

enum { LARGE = 40, ROUNDS = 100 };

struct patient {
    struct hg_heap *heap;
    struct hg_arena arena;
    uint64_t discarded; /* bytes, so far */
    char *payloads[LARGE];
    char *small; /* above them all, so that the break cannot move below it */
};

static void count_discards(void *context, const struct hg_event *event)
{
    struct patient *patient = context;

    if (event->kind == HG_EVENT_DISCARD)
        patient->discarded += event->size;
}

static bool has(const struct hg_policy_info *policy, enum hg_setting setting)
{
    return policy->settings & 1u << setting;
}

/* The next policy that can release pages, from *number on; NULL when there is none left. */
static const struct hg_policy_info *next_policy(unsigned *number)
{
    const struct hg_policy_info *policy;

    while ((policy = hg_policy((*number)++)) && !has(policy, HG_SETTING_RELEASE))
        ;
    return policy;
}

static void open_heap(struct patient *patient, const char *policy, uint64_t release)
{
    struct hg_config config = hg_config_default(policy);
    struct hg_os os;

    *patient = (struct patient){.arena.size = ARENA};
    patient->arena.start = mmap(NULL, ARENA, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(patient->arena.start != MAP_FAILED);
    madvise(patient->arena.start, ARENA, MADV_NOHUGEPAGE);
    os = hg_os_arena(&patient->arena);
    config.settings[HG_SETTING_RELEASE] = release;
    config.settings[HG_SETTING_SLOT_SIZE] = MIB;
    patient->heap = hg_open(&config, &os, count_discards, patient);
    assert_non_null(patient->heap);
}

static void finish(struct patient *patient)
{
    struct hg_defect defect;

    assert_true(hg_check(patient->heap, hg_size(patient->heap), &defect));
    munmap(patient->arena.start, ARENA);
}

/* Bytes of the heap that are in memory. */
static size_t resident(const struct patient *patient)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), count = 0;
    static unsigned char pages[ARENA / 4096];

    assert_int_equal(mincore(patient->arena.start, ARENA, pages), 0);
    for (size_t i = 0; i < ARENA / page; i++)
        count += pages[i] & 1;
    return count * page;
}

/* Large payloads, all used, and a small one above them. */
static void fill(struct patient *patient)
{
    for (int i = 0; i < LARGE; i++) {
        patient->payloads[i] = hg_malloc(patient->heap, MIB - 64);
        assert_non_null(patient->payloads[i]);
        memset(patient->payloads[i], 0xff, MIB - 64);
    }
    patient->small = hg_malloc(patient->heap, 64);
    memset(patient->small, 0x11, 64);
}

static void free_every(struct patient *patient, int stride)
{
    for (int i = 0; i < LARGE; i += stride)
        assert_true(hg_free(patient->heap, patient->payloads[i]));
}

static void free_memory_below_something_small_goes_back(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = next_policy(&number));) {
        for (int stride = 1; stride <= 2; stride++) {
            struct patient patient;
            size_t before;

            open_heap(&patient, policy->name, 2 * MIB);
            fill(&patient);
            before = resident(&patient);
            assert_true(before >= LARGE * (MIB - 64));
            free_every(&patient, stride);
            assert_true(before - resident(&patient) >= LARGE / stride * MIB - 4 * MIB);
            for (int i = 1; stride == 2 && i < LARGE; i += 2)
                assert_int_equal(patient.payloads[i][MIB / 2], (char)0xff);
            for (int i = 0; i < 64; i++)
                assert_int_equal(patient.small[i], 0x11);
            finish(&patient);
        }
    }
}

/* In whatever order they are freed: every seventh at a time. */
static void many_small_blocks_go_back_together(void **state)
{
    enum { COUNT = 40000, SIZE = 1000, STRIDE = 7 };
    static char *payloads[COUNT];
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = next_policy(&number));) {
        struct patient patient;

        if (has(policy, HG_SETTING_SLOT_SIZE))
            continue;
        open_heap(&patient, policy->name, 2 * MIB);
        for (int i = 0; i < COUNT; i++) {
            payloads[i] = hg_malloc(patient.heap, SIZE);
            memset(payloads[i], 0xff, SIZE);
        }
        patient.small = hg_malloc(patient.heap, 64);
        for (int start = 0; start < STRIDE; start++) {
            for (int i = start; i < COUNT; i += STRIDE)
                hg_free(patient.heap, payloads[i]);
        }
        assert_true(resident(&patient) < 4 * MIB);
        finish(&patient);
    }
}

static void what_went_back_can_be_used_again(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = next_policy(&number));) {
        struct patient patient;

        open_heap(&patient, policy->name, 4096);
        fill(&patient);
        free_every(&patient, 3);
        for (int i = 0; i < LARGE; i += 3) {
            patient.payloads[i] = hg_calloc(patient.heap, 1, MIB - 64);
            for (size_t j = 0; j < MIB - 64; j += 997)
                assert_int_equal(patient.payloads[i][j], 0);
            memset(patient.payloads[i], 0xee, MIB - 64);
        }
        free_every(&patient, 1);
        finish(&patient);
    }
}

/* A program that frees and asks for as much again pays for no page twice. Slots are discarded one
 * by one. */
static void what_is_soon_used_again_stays(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = next_policy(&number));) {
        struct patient patient;

        if (has(policy, HG_SETTING_SLOT_SIZE))
            continue;
        open_heap(&patient, policy->name, 4 * MIB);
        fill(&patient);
        for (int i = 0; i < ROUNDS; i++) {
            hg_free(patient.heap, patient.payloads[1]);
            patient.payloads[1] = hg_malloc(patient.heap, MIB - 64);
        }
        assert_int_equal(patient.discarded, 0);
        finish(&patient);
    }
}

static void nothing_goes_back_unless_it_is_asked_for(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = next_policy(&number));) {
        struct patient patient;

        open_heap(&patient, policy->name, HG_RELEASE_NEVER);
        fill(&patient);
        free_every(&patient, 1);
        assert_int_equal(patient.discarded, 0);
        finish(&patient);
    }
}

static void trim_gives_back_all_that_is_free(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = next_policy(&number));) {
        struct patient patient;

        open_heap(&patient, policy->name, HG_RELEASE_NEVER);
        fill(&patient);
        free_every(&patient, 1);
        assert_true(hg_trim(patient.heap, 0));
        assert_true(patient.discarded >= (LARGE - 2) * MIB);
        assert_true(resident(&patient) < 3 * MIB);
        hg_free(patient.heap, patient.small);
        hg_trim(patient.heap, 0);
        if (has(policy, HG_SETTING_TRIM))
            assert_true(hg_size(patient.heap) < MIB); /* tables that lay above moved down */
        finish(&patient);
    }
}

static void trim_keeps_what_it_is_told_to(void **state)
{
    struct patient patient;

    (void)state;
    open_heap(&patient, "first-fit", HG_RELEASE_NEVER);
    assert_true(hg_set(patient.heap, HG_SETTING_TRIM, HG_TRIM_NEVER));
    fill(&patient);
    free_every(&patient, 1);
    hg_free(patient.heap, patient.small);
    hg_trim(patient.heap, 5 * MIB);
    assert_true(hg_size(patient.heap) >= 5 * MIB);
    assert_true(hg_size(patient.heap) < 6 * MIB);
    finish(&patient);
}

static void settings_change_where_they_can(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct patient patient;

        open_heap(&patient, policy->name, HG_RELEASE_NEVER);
        if (has(policy, HG_SETTING_TRIM)) {
            assert_true(hg_set(patient.heap, HG_SETTING_TRIM, 4711));
            assert_int_equal(hg_config_of(patient.heap).settings[HG_SETTING_TRIM], 4711);
        }
        if (has(policy, HG_SETTING_RELEASE)) {
            assert_true(hg_set(patient.heap, HG_SETTING_RELEASE, MIB));
            assert_int_equal(hg_config_of(patient.heap).settings[HG_SETTING_RELEASE], MIB);
            errno = 0;
            assert_false(hg_set(patient.heap, HG_SETTING_RELEASE, MIB + 1));
            assert_int_equal(errno, EINVAL);
        }
        errno = 0;
        assert_false(hg_set(patient.heap, HG_SETTING_HEADER, 16));
        assert_int_equal(errno, EINVAL);
        assert_false(hg_set(patient.heap, HG_SETTING_COUNT, 16));
        finish(&patient);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(free_memory_below_something_small_goes_back),
        cmocka_unit_test(many_small_blocks_go_back_together),
        cmocka_unit_test(what_went_back_can_be_used_again),
        cmocka_unit_test(what_is_soon_used_again_stays),
        cmocka_unit_test(nothing_goes_back_unless_it_is_asked_for),
        cmocka_unit_test(trim_gives_back_all_that_is_free),
        cmocka_unit_test(trim_keeps_what_it_is_told_to),
        cmocka_unit_test(settings_change_where_they_can),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
