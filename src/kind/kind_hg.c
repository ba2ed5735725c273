/* kind_hg.c: the library's policies as a kind of heap. It can do everything there is. */
#include "kind/description.h"

static void *open(const struct kind_opening *opening, const char **ret_problem)
{
    struct hg_heap *heap =
        hg_open(opening->config, opening->os, opening->observer, opening->context);

    (void)ret_problem;
    if (heap && opening->is_hurried)
        hg_allow_index(heap);
    return heap;
}

static void close(void *heap)
{
    hg_close(heap);
}

static size_t extent(const void *heap)
{
    return hg_size(heap);
}

static void *allocate(void *heap, size_t size)
{
    return hg_malloc(heap, size);
}

static void *allocate_zeroed(void *heap, size_t count, size_t size)
{
    return hg_calloc(heap, count, size);
}

static void *allocate_aligned(void *heap, size_t alignment, size_t size)
{
    return hg_aligned_alloc(heap, alignment, size);
}

static void *resize(void *heap, void *payload, size_t size)
{
    return hg_realloc(heap, payload, size);
}

static bool release(void *heap, void *payload)
{
    return hg_free(heap, payload);
}

static void coalesce(void *heap)
{
    hg_coalesce(heap);
}

static size_t usable(const void *heap, const void *payload)
{
    return hg_usable_size(heap, payload);
}

static void observe(void *heap, hg_observer *observer, void *context)
{
    hg_observe(heap, observer, context);
}

static void lend(void *heap, struct hg_aside *aside)
{
    hg_aside_lend(heap, aside);
}

static void walk(const void *heap, size_t size, uint64_t from, hg_block_visitor *visitor,
                 void *context)
{
    hg_walk(heap, size, from, visitor, context);
}

static struct hg_list_end walk_list(const void *heap, size_t size, uint32_t list,
                                    hg_list_visitor *visitor, void *context)
{
    return hg_list_walk(heap, size, list, visitor, context);
}

static bool check(const void *heap, size_t size, struct hg_defect *ret_defect)
{
    return hg_check(heap, size, ret_defect);
}

static void examine(const void *heap, size_t size, const void *address,
                    struct hg_pointer_report *ret_report)
{
    hg_examine(heap, size, address, ret_report);
}

static const char *word_of(const struct hg_setting_info *setting, uint64_t value)
{
    if (setting->choices)
        return setting->choices[value];
    return setting->word && value == setting->word_value ? setting->word : NULL;
}

static void describe(const void *heap, const struct hg_config *config,
                     struct kind_description *description)
{
    const struct hg_policy_info *policy = hg_policy_find(config->policy, NULL);
    struct hg_header_field field;
    struct hg_list_info list;

    (void)heap;
    for (unsigned i = 0; i < HG_SETTING_COUNT; i++) {
        if (policy->settings & 1u << i)
            description_add_setting(description, hg_setting(i)->name, config->settings[i],
                                    word_of(hg_setting(i), config->settings[i]));
    }
    for (uint32_t i = 0; hg_header_field(config, i, &field); i++)
        description_add_field(description, &field);
    for (uint32_t i = 0; hg_list_info(config, i, &list); i++)
        description_add_list(description, &list);
}

const struct kind kind_hg = {
    .name = "hg",
    .declared = KIND_TELLS_FREE | KIND_KNOWS_REQUESTS | KIND_CLONES | KIND_LIMITS | KIND_PLACED,
    .policy = hg_policy,
    .problem = hg_config_problem,
    .open = open,
    .close = close,
    .extent = extent,
    .allocate = allocate,
    .allocate_zeroed = allocate_zeroed,
    .allocate_aligned = allocate_aligned,
    .resize = resize,
    .release = release,
    .coalesce = coalesce,
    .usable = usable,
    .observe = observe,
    .lend = lend,
    .walk = walk,
    .walk_list = walk_list,
    .check = check,
    .examine = examine,
    .describe = describe,
};
