/* settings.c: the settings of a heap: their names, their values, and which values go together. */
#include <string.h>

#include "base/bits.h"
#include "heap/engine.h"

#define GIBIBYTE ((uint64_t)1 << 30)

static const char *const order_names[] = {"lifo", "fifo", "address", "size-up", "size-down", NULL};
static const char *const coalesce_names[] = {"immediate", "deferred", "never", NULL};
static const char *const tags_names[] = {"free-only", "all", NULL};
static const char *const place_names[] = {"low", "high", NULL};
static const char *const fit_names[] = {"first", "next", "best", "worst", NULL};
static const char *const fixed_names[] = {"off", "on", NULL};
static const char *const switch_names[] = {"off", "on", "always", NULL};

static const struct hg_setting_info infos[HG_SETTING_COUNT] = {
    [HG_SETTING_HEADER] =
        {
            .name = "header",
            .summary = "bytes of header before each payload: 8, 16 or 32",
            .reason = "The first word holds the block's size and its flags. Further words hold a "
                      "canary, by which check sees that somebody wrote before a payload.",
            .min = 8,
            .max = 32,
            .power_of_two = true,
            .initial = 8,
        },
    [HG_SETTING_ALIGNMENT] =
        {
            .name = "alignment",
            .summary = "every payload starts at a multiple of this many bytes: 8 to 4096",
            .reason = "Hardware and the C standard want aligned payloads. Sizes are rounded up to "
                      "it, so a larger alignment means more padding: internal fragmentation.",
            .min = 8,
            .max = 4096,
            .power_of_two = true,
            .initial = 16,
        },
    [HG_SETTING_MIN_BLOCK] =
        {
            .name = "min-block",
            .summary = "the smallest block, in bytes, or auto",
            .reason = "A free block must hold its header, two links and its footer. A larger "
                      "minimum leaves fewer splinters that nobody can use, and more padding. The "
                      "slots of a pool hold none of these: slot-size 16 gives 16 bytes for 10.",
            .word = "auto",
            .word_value = HG_MIN_BLOCK_AUTO,
            .min = 1,
            .max = GIBIBYTE,
            .initial = HG_MIN_BLOCK_AUTO,
        },
    [HG_SETTING_ORDER] =
        {
            .name = "order",
            .summary = "the order of the free list",
            .reason = "lifo puts a freed block at the head and fifo at the tail, both at once. "
                      "address and size orders search for its place, and change what fits first.",
            .choices = order_names,
            .initial = HG_ORDER_LIFO,
        },
    [HG_SETTING_COALESCE] =
        {
            .name = "coalesce",
            .summary = "when free neighbours merge",
            .reason = "immediate merges at each free. deferred waits until no free block fits, or "
                      "until the command coalesce. never shows what happens without.",
            .choices = coalesce_names,
            .initial = HG_COALESCE_IMMEDIATE,
        },
    [HG_SETTING_BOUNDARY_TAGS] =
        {
            .name = "boundary-tags",
            .summary = "which blocks end in a footer that repeats the header",
            .reason = "A footer lets the right neighbour find where this block starts. Used "
                      "blocks can do without: a bit in the neighbour's header says they are used.",
            .choices = tags_names,
            .initial = HG_BOUNDARY_TAGS_FREE_ONLY,
        },
    [HG_SETTING_SPLIT_THRESHOLD] =
        {
            .name = "split-threshold",
            .summary = "split a block only if at least this many bytes remain",
            .reason = "A block is never split when less than a minimum block remains. A higher "
                      "threshold trades external fragmentation for internal.",
            .min = 0,
            .max = GIBIBYTE,
            .initial = 0,
        },
    [HG_SETTING_PLACE] =
        {
            .name = "place",
            .summary = "which end of a free block is handed out",
            .reason = "low leaves the remainder above the payload, high below it.",
            .choices = place_names,
            .initial = HG_PLACE_LOW,
        },
    [HG_SETTING_GROW] =
        {
            .name = "grow",
            .summary = "the break moves up by multiples of this many bytes, or exact",
            .reason = "Each move is a system call. A larger quantum makes fewer, and leaves more "
                      "memory waiting in the wilderness. exact asks for just what is missing.",
            .word = "exact",
            .word_value = HG_GROW_EXACT,
            .min = 16,
            .max = GIBIBYTE,
            .initial = 4096,
        },
    [HG_SETTING_TRIM] =
        {
            .name = "trim",
            .summary = "give memory back when the wilderness has this many bytes, or never",
            .reason = "Only free memory at the break can go back to the system. A low threshold "
                      "gives back soon, and has to ask again soon. segregated and tlsf also wait "
                      "until the wilderness is an eighth of the heap.",
            .word = "never",
            .word_value = HG_TRIM_NEVER,
            .min = 0,
            .max = (uint64_t)1 << 47,
            .initial = 128 * 1024,
        },
    [HG_SETTING_RELEASE] =
        {
            .name = "release",
            .summary = "give pages inside free blocks back when they hold so many bytes, or never",
            .reason = "Free memory below a used block cannot go back by the break. But whole pages "
                      "of large free blocks can, 64 KiB and more: they take no memory, and read as "
                      "zero, until they are used again, which costs a page fault each.",
            .word = "never",
            .word_value = HG_RELEASE_NEVER,
            .min = 4096,
            .max = 128 * 1024 * 1024,
            .power_of_two = true,
            .initial = HG_RELEASE_NEVER,
        },
    [HG_SETTING_SLOT_SIZE] =
        {
            .name = "slot-size",
            .summary = "bytes of each slot of a pool",
            .reason = "All slots are alike, so any free one fits, and what a request leaves of its "
                      "slot is padding. A request larger than a slot is refused.",
            .min = 8,
            .max = 1024 * 1024,
            .initial = 64,
        },
    [HG_SETTING_SLABS] =
        {
            .name = "slabs",
            .summary = "whether popular sizes share blocks without headers of their own",
            .reason = "A slab holds many payloads of one size, up to 512 bytes, behind one header, "
                      "which saves the header of each. Small heaps do without, but for always: "
                      "from the first block on, whatever it takes.",
            .choices = switch_names,
            .initial = HG_SWITCH_ON,
        },
    [HG_SETTING_QUICK_LISTS] =
        {
            .name = "quick-lists",
            .summary = "whether freed blocks wait unmerged for a request of the same size",
            .reason =
                "Programs often free a block and ask for one of the same size. Merging it in "
                "between, only to split it again, costs time. Small heaps do without, but for "
                "always.",
            .choices = switch_names,
            .initial = HG_SWITCH_ON,
        },
    [HG_SETTING_BINS] =
        {
            .name = "bins",
            .summary = "whether free blocks are sorted by size into lists of their own",
            .reason = "With a list for each size the search begins where everything fits. Without, "
                      "one list holds all free blocks, and each search looks at all of them, as in "
                      "small heaps, but for always.",
            .choices = switch_names,
            .initial = HG_SWITCH_ON,
        },
    [HG_SETTING_FIT] =
        {
            .name = "fit",
            .summary = "which free block a textbook's search takes: first, next, best, worst",
            .reason = "csapp has first and next, ostep first, best and worst. Of two blocks of the "
                      "same size best and worst take the first that they see.",
            .choices = fit_names,
            .initial = HG_FIT_IS_FIRST,
        },
    [HG_SETTING_FIXED] =
        {
            .name = "fixed",
            .summary = "whether the heap of ostep never grows",
            .reason = "On, it has from the start on as many bytes for blocks as the setting grow "
                      "says, and no more: what does not fit is refused, as in the exercises.",
            .choices = fixed_names,
            .initial = HG_SWITCH_OFF,
        },
};

/* Where struct hg_settings keeps each: its lowest bytes, which come first. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "settings are packed little-endian");

#define PLACE(field)                                                                               \
    {                                                                                              \
        offsetof(struct hg_settings, field), sizeof((struct hg_settings){0}.field)                 \
    }
static const struct {
    uint8_t offset, width;
} places[HG_SETTING_COUNT] = {
    [HG_SETTING_HEADER] = PLACE(header),
    [HG_SETTING_ALIGNMENT] = PLACE(alignment),
    [HG_SETTING_MIN_BLOCK] = PLACE(min_block),
    [HG_SETTING_ORDER] = PLACE(order),
    [HG_SETTING_COALESCE] = PLACE(coalesce),
    [HG_SETTING_BOUNDARY_TAGS] = PLACE(boundary_tags),
    [HG_SETTING_SPLIT_THRESHOLD] = PLACE(split_threshold),
    [HG_SETTING_PLACE] = PLACE(place),
    [HG_SETTING_GROW] = PLACE(grow),
    [HG_SETTING_TRIM] = PLACE(trim),
    [HG_SETTING_RELEASE] = PLACE(release),
    [HG_SETTING_SLOT_SIZE] = PLACE(slot_size),
    [HG_SETTING_SLABS] = PLACE(slabs),
    [HG_SETTING_QUICK_LISTS] = PLACE(quick_lists),
    [HG_SETTING_BINS] = PLACE(bins),
    [HG_SETTING_FIT] = PLACE(fit),
    [HG_SETTING_FIXED] = PLACE(fixed),
};

struct hg_settings hg_settings_behind(const struct hg_heap *heap)
{
    return *(const struct hg_settings *)(heap + 1);
}

void hg_settings_set_behind(struct hg_heap *heap, const struct hg_settings *settings)
{
    *(struct hg_settings *)(heap + 1) = *settings;
}

struct hg_settings hg_settings_pack(const struct hg_config *config)
{
    struct hg_settings settings = {0};

    for (unsigned i = 0; i < HG_SETTING_COUNT; i++)
        memcpy((char *)&settings + places[i].offset, &config->settings[i], places[i].width);
    return settings;
}

struct hg_config hg_settings_unpack(const struct hg_settings *settings, const char *policy)
{
    struct hg_config config = {.policy = policy};

    for (unsigned i = 0; i < HG_SETTING_COUNT; i++)
        memcpy(&config.settings[i], (const char *)settings + places[i].offset, places[i].width);
    return config;
}

const struct hg_setting_info *hg_setting(unsigned setting)
{
    return setting < HG_SETTING_COUNT ? &infos[setting] : NULL;
}

struct hg_config hg_config_default(const char *policy)
{
    struct hg_config config = {.policy = policy};

    for (unsigned setting = 0; setting < HG_SETTING_COUNT; setting++)
        config.settings[setting] = infos[setting].initial;
    return config;
}

static uint64_t choice_count(const struct hg_setting_info *setting)
{
    uint64_t count = 0;

    while (setting->choices[count])
        count++;
    return count;
}

const char *hg_settings_problem(unsigned number, uint64_t value)
{
    const struct hg_setting_info *setting = hg_setting(number);

    if (!setting)
        return value ? "is no setting" : NULL; /* it may be one of a later library */
    if (setting->choices)
        return value < choice_count(setting) ? NULL : "is none of its choices";
    if (setting->word && value == setting->word_value)
        return NULL;
    if (value < setting->min)
        return "is too small";
    if (value > setting->max)
        return "is too large";
    if (setting->power_of_two && !bits_is_power_of_two(value))
        return "must be a power of two";
    return NULL;
}
