/* test_description.c: what heaps say of themselves, held against what they do. */
#include <string.h>
#include <sys/mman.h>

#include "heap/settings.h"
#include "test.h"

enum { ARENA_SIZE = 8 << 20, LIVE_MOST = 400, STEPS = 4000, ROUNDS = 12 };

/* ---- Lists ---- */

static void every_list_has_a_name_of_its_own_and_a_role(void **state)
{
    const struct hg_policy_info *policy;

    (void)state;
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        struct hg_config config = hg_config_default(policy->name);
        struct hg_list_info info = {.role = 99}, before = {0};
        uint32_t list;

        for (list = 0; hg_list_info(&config, list, &info); list++) {
            assert_true(info.name[0] && memchr(info.name, '\0', sizeof info.name));
            assert_string_not_equal(info.name, before.name);
            assert_true(info.role <= HG_LIST_ROLE_SLOTS);
            before = info;
        }
        assert_int_equal(list, hg_list_count(&config));
    }
}

static void lists_are_known_by_their_roles(void **state)
{
    static const struct {
        const char *policy;
        uint32_t list;
        const char *name;
        enum hg_list_role role;
    } cases[] = {
        {"first-fit", 0, "free", HG_LIST_ROLE_FREE_LIST},
        {"linear", 0, "rest", HG_LIST_ROLE_FREE_LIST},
        {"pool-stack", 0, "slots", HG_LIST_ROLE_FREE_LIST},
        {"buddy", 0, "2^5", HG_LIST_ROLE_BIN},
        {"segregated", 0, "free", HG_LIST_ROLE_FREE_LIST},
        {"segregated", 2, "bin 32", HG_LIST_ROLE_BIN},
        {"segregated", 896, "quick 16", HG_LIST_ROLE_QUICK_LIST},
        {"segregated", 1151, "slots 16", HG_LIST_ROLE_SLOTS},
        {"tlsf", 64, "bin 1024", HG_LIST_ROLE_BIN},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(cases); i++) {
        struct hg_config config = hg_config_default(cases[i].policy);
        struct hg_list_info info;

        assert_true(hg_list_info(&config, cases[i].list, &info));
        assert_string_equal(info.name, cases[i].name);
        assert_int_equal(info.role, cases[i].role);
    }
}

static void a_policy_that_is_none_has_no_lists_and_no_headers(void **state)
{
    struct hg_config config = hg_config_default("nonesuch");
    struct hg_list_info info = {.role = 99};
    struct hg_header_field field = {.kind = 99};

    (void)state;
    assert_int_equal(hg_list_count(&config), 0);
    assert_false(hg_list_info(&config, 0, &info));
    assert_false(hg_header_field(&config, 0, &field));
    assert_int_equal(info.role, 99);
    assert_int_equal(field.kind, 99);
}

/* ---- Headers ---- */

struct reader {
    const struct hg_config *config;
    const struct hg_heap *heap;
    bool left_is_used;
    size_t read;
};

static void expect_flag(const struct reader *reader, const struct hg_block *block,
                        const struct hg_header_field *field, uint64_t value)
{
    const char *word = field->words[value];

    assert_true(value <= 1);
    if (strcmp(field->name, "used") == 0)
        assert_string_equal(word, block->kind == HG_KIND_USED || value ? "used" : "free");
    if (strcmp(field->name, "used") == 0 && block->kind == HG_KIND_USED)
        assert_int_equal(value, 1);
    if (strcmp(field->name, "left used") == 0)
        assert_int_equal(value, reader->left_is_used);
    if (strcmp(field->name, "waiting") == 0) {
        struct hg_list_info info = {.role = HG_LIST_ROLE_FREE_LIST};

        hg_list_info(reader->config, block->list, &info);
        assert_int_equal(value, info.role == HG_LIST_ROLE_QUICK_LIST);
    }
}

/* The fields of a block's header say of it what the walk does. */
static bool expect_fields(void *context, const struct hg_block *block)
{
    struct reader *reader = context;
    const char *header = (const char *)reader->heap + block->at;
    struct hg_header_field field;

    for (uint32_t i = 0; block->header && hg_header_field(reader->config, i, &field); i++) {
        uint64_t value = hg_header_value(&field, header);

        assert_true(field.at + field.size <= block->header);
        if (i == 0)
            assert_int_equal(value, block->size);
        if (field.kind == HG_HEADER_CONSTANT)
            assert_int_equal(value, field.unit);
        if (field.kind == HG_HEADER_FLAG)
            expect_flag(reader, block, &field, value);
        reader->read++;
    }
    /* for its neighbour, a block that waits is used */
    reader->left_is_used = block->kind != HG_KIND_FREE || block->list == HG_NO_LIST;
    if (!reader->left_is_used) {
        struct hg_list_info info;

        reader->left_is_used =
            hg_list_info(reader->config, block->list, &info) &&
            (info.role == HG_LIST_ROLE_QUICK_LIST || info.role == HG_LIST_ROLE_SLOTS);
    }
    return true;
}

/* Allocate and free at random, and then read every header. */
static size_t read_headers(const struct hg_config *config, struct random *random, char *memory)
{
    struct hg_arena arena = {.start = memory, .size = ARENA_SIZE};
    struct hg_os os = hg_os_arena(&arena);
    struct hg_heap *heap = hg_open(config, &os, NULL, NULL);
    struct reader reader = {.config = config, .heap = heap, .left_is_used = true};
    void *live[LIVE_MOST] = {0};

    for (int step = 0; heap && step < STEPS; step++) {
        void **payload = &live[random_below(random, LIVE_MOST)];

        if (*payload && hg_free(heap, *payload))
            *payload = NULL;
        else
            *payload = hg_malloc(heap, settings_random_size(random, 2000));
    }
    assert_non_null(heap);
    hg_walk(heap, hg_size(heap), 0, expect_fields, &reader);
    hg_close(heap);
    return reader.read;
}

static void header_fields_say_what_a_walk_does(void **state)
{
    char *memory =
        mmap(NULL, ARENA_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct random random = {.state = 7};
    const struct hg_policy_info *policy;

    (void)state;
    assert_true(memory != MAP_FAILED);
    for (unsigned number = 0; (policy = hg_policy(number)); number++) {
        for (int round = 0; round < ROUNDS; round++) {
            struct hg_config config =
                round ? settings_random(&random, policy->name) : hg_config_default(policy->name);
            bool has_headers = strncmp(policy->name, "pool", 4) != 0;

            assert_int_equal(read_headers(&config, &random, memory) > 0, has_headers);
        }
    }
    munmap(memory, ARENA_SIZE);
}

static void a_field_is_taken_from_its_bits_alone(void **state)
{
    static const struct hg_header_field units = {
        .mask = 0xff00, .unit = 16, .at = 4, .size = 4, .kind = HG_HEADER_BYTES};
    static const struct hg_header_field order = {
        .mask = 0x7f, .size = 8, .kind = HG_HEADER_LOG2_BYTES};
    uint64_t header = 0x0000c0ffffffff85;

    (void)state;
    assert_int_equal(hg_header_value(&units, &header), 0xc0 * 16);
    assert_int_equal(hg_header_value(&order, &header), 32);
    header = 0x7f; /* 2^127 is no number of bytes */
    assert_int_equal(hg_header_value(&order, &header), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_has_a_name_of_its_own_and_a_role),
        cmocka_unit_test(lists_are_known_by_their_roles),
        cmocka_unit_test(a_policy_that_is_none_has_no_lists_and_no_headers),
        cmocka_unit_test(header_fields_say_what_a_walk_does),
        cmocka_unit_test(a_field_is_taken_from_its_bits_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
