/* test_kind.c: the table of kinds, and what heaps say of themselves. */
#include "kind/kind.h"

#include <string.h>

#include "kind/description.h"
#include "test.h"

static void every_policy_belongs_to_one_kind(void **state)
{
    const struct hg_policy_info *policy;
    const struct kind *kind;
    unsigned number, found;

    (void)state;
    for (number = 0; (policy = kind_policy(number, &kind)); number++) {
        assert_ptr_equal(kind_policy_find(policy->name, &found), policy);
        assert_int_equal(found, number);
        assert_ptr_equal(kind_of_policy(policy->name), kind);
        assert_non_null(policy->summary);
        assert_non_null(policy->reason);
        assert_non_null(policy->choice);
        assert_non_null(policy->rounding);
    }
    assert_true(number > 2);
    assert_ptr_equal(kind_policy(0, NULL), hg_policy(0));
    assert_null(kind_policy_find("no-fit", &found));
    assert_null(kind_policy_find(NULL, NULL));
    assert_null(kind_of_policy("no-fit"));
}

static void a_config_is_judged_by_the_kind_of_its_policy(void **state)
{
    struct hg_config config = hg_config_default("first-fit");
    unsigned setting = 77;

    (void)state;
    assert_null(kind_config_problem(&config, &setting));
    config.settings[HG_SETTING_ALIGNMENT] = 3;
    assert_non_null(kind_config_problem(&config, &setting));
    assert_int_equal(setting, HG_SETTING_ALIGNMENT);
    config.policy = "glibc"; /* to which the setting means nothing */
    assert_null(kind_config_problem(&config, &setting));
    config.policy = "no-fit";
    assert_non_null(kind_config_problem(&config, &setting));
    assert_int_equal(setting, HG_SETTING_NONE);
}

static void what_a_kind_can_do_follows_from_its_functions(void **state)
{
    struct kind mute = kind_hg;

    (void)state;
    assert_int_equal(kind_capabilities(&kind_hg),
                     ((1u << KIND_CAPABILITY_COUNT) - 1) &
                         ~(unsigned)(KIND_SPEAKS | KIND_INFERS | KIND_MAPS));
    mute.observe = NULL;
    mute.walk_list = NULL;
    assert_int_equal(kind_capabilities(&kind_hg) & ~kind_capabilities(&mute),
                     KIND_EXPLAINS | KIND_LISTS);
    assert_false(kind_capabilities(&kind_glibc) & (KIND_EXPLAINS | KIND_MERGES | KIND_PLACED));
    assert_int_equal(kind_capabilities(&(struct kind){.name = "none"}), 0);
}

/* The library's word and the description's must agree. */
static void check_described(const struct hg_policy_info *policy)
{
    static char memory[1 << 16] __attribute__((aligned(4096)));
    struct hg_config config = hg_config_default(policy->name);
    struct hg_arena arena = {.start = memory, .size = sizeof memory};
    struct hg_os os = hg_os_arena(&arena);
    struct kind_opening opening = {.config = &config, .os = &os};
    static struct kind_description description;
    struct hg_header_field field;
    struct hg_list_info list;
    const char *problem;
    uint32_t count;
    void *heap = kind_hg.open(&opening, &problem);

    assert_non_null(heap);
    description_make(&kind_hg, heap, &config, &description);
    assert_string_equal(description.kind, "hg");
    assert_string_equal(description.policy, policy->name);
    assert_string_equal(description.choice, policy->choice);
    assert_string_equal(description.rounding, policy->rounding);
    assert_string_equal(description.apart, policy->apart ? policy->apart : "");
    assert_string_equal(description.growth, policy->growth ? policy->growth : "");
    assert_string_equal(description.moves, policy->moves ? policy->moves : "");
    assert_int_equal(description.list_count, hg_list_count(&config));
    for (count = 0; hg_list_info(&config, count, &list); count++) {
        assert_string_equal(description_list_name(&description, count), list.name);
        assert_int_equal(description.lists[count].role, list.role);
    }
    assert_int_equal(description.list_count, count);
    assert_string_equal(description_list_name(&description, count), "");
    for (count = 0; hg_header_field(&config, count, &field); count++) {
        assert_string_equal(description.fields[count].name, field.name);
        assert_int_equal(description_field_value(&description.fields[count], memory),
                         hg_header_value(&field, memory));
    }
    assert_int_equal(description.field_count, count);
    assert_int_equal(description.setting_count, __builtin_popcount(policy->settings));
    kind_hg.close(heap);
}

static void a_heap_describes_itself_in_full(void **state)
{
    (void)state;
    for (unsigned number = 0; hg_policy(number); number++)
        check_described(hg_policy(number));
}

static void a_damaged_description_is_made_sound(void **state)
{
    static struct kind_description damaged, sound;

    (void)state;
    memset(&damaged, 0xff, sizeof damaged);
    description_take(&damaged, &sound);
    assert_int_equal(sound.setting_count, DESCRIPTION_SETTINGS_MAX);
    assert_int_equal(sound.field_count, DESCRIPTION_FIELDS_MAX);
    assert_int_equal(sound.list_count, DESCRIPTION_LISTS_MAX);
    assert_int_equal(strlen(sound.kind), DESCRIPTION_NAME_MAX - 1);
    assert_int_equal(strlen(sound.apart), DESCRIPTION_TEXT_MAX - 1);
    assert_int_equal(strlen(sound.settings[31].word), DESCRIPTION_NAME_MAX - 1);
    assert_int_equal(strlen(sound.fields[31].words[1]), DESCRIPTION_NAME_MAX - 1);
    assert_int_equal(strlen(sound.fields[31].meaning), DESCRIPTION_TEXT_MAX - 1);
    assert_int_equal(strlen(description_list_name(&sound, 2047)), HG_LIST_NAME_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_policy_belongs_to_one_kind),
        cmocka_unit_test(a_config_is_judged_by_the_kind_of_its_policy),
        cmocka_unit_test(what_a_kind_can_do_follows_from_its_functions),
        cmocka_unit_test(a_heap_describes_itself_in_full),
        cmocka_unit_test(a_damaged_description_is_made_sound),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
