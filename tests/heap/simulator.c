/* simulator.c: see simulator.h. */
#include "heap/simulator.h"

#include <string.h>

#include "test.h"

enum { FOOTER = 8, LINKS = 16, NONE = -1 };

static uint64_t setting(const struct simulator *simulator, enum hg_setting number)
{
    return simulator->config.settings[number];
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
    return value % unit ? value + unit - value % unit : value;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- Lists of extents ---- */

static void insert(struct extents *list, int index, struct extent extent)
{
    assert_true(list->count < SIMULATOR_BLOCKS_MAX);
    memmove(&list->items[index + 1], &list->items[index],
            (list->count - (size_t)index) * sizeof extent);
    list->items[index] = extent;
    list->count++;
}

static struct extent take_out(struct extents *list, int index)
{
    struct extent extent = list->items[index];

    list->count--;
    memmove(&list->items[index], &list->items[index + 1],
            (list->count - (size_t)index) * sizeof extent);
    return extent;
}

/* The one that starts at `at`, or that ends there; NONE if none does. */
static int starting_at(const struct extents *list, uint64_t at)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].at == at)
            return (int)i;
    }
    return NONE;
}

static int ending_at(const struct extents *list, uint64_t at)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->items[i].at + list->items[i].size == at)
            return (int)i;
    }
    return NONE;
}

/* ---- The list of holes ---- */

static bool belongs_before(enum hg_order order, struct extent hole, struct extent other)
{
    switch (order) {
    case HG_ORDER_LIFO: return true;
    case HG_ORDER_FIFO: return false;
    case HG_ORDER_ADDRESS: return hole.at < other.at;
    case HG_ORDER_SIZE_UP: return hole.size <= other.size;
    case HG_ORDER_SIZE_DOWN: return hole.size >= other.size;
    }
    return false;
}

static void add_hole(struct simulator *simulator, struct extent hole)
{
    struct extents *holes = &simulator->holes;
    enum hg_order order = (enum hg_order)setting(simulator, HG_SETTING_ORDER);
    size_t index = 0;

    while (index < holes->count && !belongs_before(order, hole, holes->items[index]))
        index++;
    insert(holes, (int)index, hole);
}

/* Take a hole off the list. If next fit was to go on there, it goes on at the next one. */
static struct extent remove_hole(struct simulator *simulator, int index)
{
    struct extents *holes = &simulator->holes;
    struct extent hole = take_out(holes, index);

    if (simulator->rover == hole.at)
        simulator->rover = (size_t)index < holes->count ? holes->items[index].at : 0;
    return hole;
}

/* Join `hole`, on no list, with the hole at `index`; next fit's mark goes along. */
static struct extent join(struct simulator *simulator, struct extent hole, int index)
{
    bool is_marked =
        simulator->rover == hole.at || simulator->rover == simulator->holes.items[index].at;
    struct extent other = remove_hole(simulator, index);
    struct extent whole = {hole.at < other.at ? hole.at : other.at, hole.size + other.size};

    if (is_marked)
        simulator->rover = whole.at;
    return whole;
}

/* ---- Which hole ---- */

static int first_from(const struct simulator *simulator, size_t from, size_t until, uint64_t need)
{
    for (size_t i = from; i < until; i++) {
        if (simulator->holes.items[i].size >= need)
            return (int)i;
    }
    return NONE;
}

static int next_from_rover(const struct simulator *simulator, uint64_t need)
{
    int rover = simulator->rover ? starting_at(&simulator->holes, simulator->rover) : 0;
    int found;

    assert_true(rover != NONE);
    found = first_from(simulator, (size_t)rover, simulator->holes.count, need);
    return found != NONE ? found : first_from(simulator, 0, (size_t)rover, need);
}

static int extreme(const struct simulator *simulator, uint64_t need, bool smallest)
{
    const struct extent *holes = simulator->holes.items;
    int best = NONE;

    for (size_t i = 0; i < simulator->holes.count; i++) {
        if (holes[i].size >= need &&
            (best == NONE ||
             (smallest ? holes[i].size < holes[best].size : holes[i].size > holes[best].size)))
            best = (int)i;
    }
    return best;
}

static int choose(const struct simulator *simulator, uint64_t need)
{
    switch (simulator->fit) {
    case SIMULATE_FIRST: return first_from(simulator, 0, simulator->holes.count, need);
    case SIMULATE_NEXT: return next_from_rover(simulator, need);
    case SIMULATE_BEST: return extreme(simulator, need, true);
    case SIMULATE_WORST: return extreme(simulator, need, false);
    }
    return NONE;
}

/* ---- The end of the heap ---- */

static uint64_t quantum(const struct simulator *simulator)
{
    uint64_t grow = setting(simulator, HG_SETTING_GROW);

    return grow == HG_GROW_EXACT ? setting(simulator, HG_SETTING_ALIGNMENT) : grow;
}

/* Add memory until the hole at the end has `need` bytes. Returns its index. */
static int grow(struct simulator *simulator, uint64_t need)
{
    bool merges = setting(simulator, HG_SETTING_COALESCE) != HG_COALESCE_NEVER;
    int last = merges ? ending_at(&simulator->holes, simulator->end) : NONE;
    uint64_t missing = last == NONE ? larger(need, simulator->min_block)
                                    : need - simulator->holes.items[last].size;
    struct extent hole = {simulator->end, round_up(missing, quantum(simulator))};

    simulator->end += hole.size;
    if (last != NONE)
        hole = join(simulator, hole, last);
    add_hole(simulator, hole);
    return starting_at(&simulator->holes, hole.at);
}

/* Give back whole quanta of `hole`, which was just freed, if it ends the heap and is worth it. What
 * is kept is nothing, or enough for a block. */
static struct extent trim(struct simulator *simulator, struct extent hole)
{
    uint64_t unit = quantum(simulator), kept = hole.size % unit;

    if (hole.at + hole.size != simulator->end || hole.size < setting(simulator, HG_SETTING_TRIM))
        return hole;
    while (kept > 0 && kept < simulator->min_block)
        kept += unit;
    if (kept >= hole.size)
        return hole;
    simulator->end -= hole.size - kept;
    hole.size = kept;
    if (kept == 0 && simulator->rover == hole.at)
        simulator->rover = 0;
    return hole;
}

/* ---- Operations ---- */

void simulator_init(struct simulator *simulator, enum simulator_fit fit,
                    const struct hg_config *config, uint64_t start, uint64_t end)
{
    uint64_t alignment = config->settings[HG_SETTING_ALIGNMENT];
    uint64_t least = config->settings[HG_SETTING_HEADER] + LINKS + FOOTER;

    memset(simulator, 0, sizeof *simulator);
    simulator->fit = fit;
    simulator->config = *config;
    simulator->min_block =
        round_up(larger(least, config->settings[HG_SETTING_MIN_BLOCK]), alignment);
    simulator->end = end;
    if (end > start)
        add_hole(simulator, (struct extent){start, end - start});
}

/* Bytes of the block that holds `size` bytes of payload. */
static uint64_t block_size(const struct simulator *simulator, uint64_t size)
{
    uint64_t footer =
        setting(simulator, HG_SETTING_BOUNDARY_TAGS) == HG_BOUNDARY_TAGS_ALL ? FOOTER : 0;
    uint64_t least = setting(simulator, HG_SETTING_HEADER) + size + footer;

    return larger(round_up(least, setting(simulator, HG_SETTING_ALIGNMENT)), simulator->min_block);
}

/* Put what is left of a hole back on the list: in the hole's place, unless sizes decide. */
static void put_back(struct simulator *simulator, int index, struct extent rest)
{
    enum hg_order order = (enum hg_order)setting(simulator, HG_SETTING_ORDER);

    if (order == HG_ORDER_SIZE_UP || order == HG_ORDER_SIZE_DOWN)
        add_hole(simulator, rest);
    else
        insert(&simulator->holes, index, rest);
    simulator->rover = rest.at;
}

/* Use the hole at `index` for a block of `need` bytes. */
static struct extent place(struct simulator *simulator, int index, uint64_t need)
{
    struct extent block, rest;

    simulator->rover = simulator->holes.items[index].at;
    block = remove_hole(simulator, index);
    rest = (struct extent){block.at + need, block.size - need};
    if (rest.size < simulator->min_block ||
        rest.size < setting(simulator, HG_SETTING_SPLIT_THRESHOLD))
        return block;
    if (setting(simulator, HG_SETTING_PLACE) == HG_PLACE_HIGH) {
        rest.at = block.at;
        block.at += rest.size;
    }
    block.size = need;
    put_back(simulator, index, rest);
    return block;
}

/* The lowest hole that another one touches from above; NONE if there is none. */
static int lowest_touched(const struct extents *holes)
{
    int lowest = NONE;

    for (size_t i = 0; i < holes->count; i++) {
        const struct extent *hole = &holes->items[i];

        if ((lowest == NONE || hole->at < holes->items[lowest].at) &&
            starting_at(holes, hole->at + hole->size) != NONE)
            lowest = (int)i;
    }
    return lowest;
}

/* Merge all holes that touch, lowest first, unless the setting is never. */
static void merge_holes(struct simulator *simulator)
{
    struct extents *holes = &simulator->holes;
    int index;

    if (setting(simulator, HG_SETTING_COALESCE) == HG_COALESCE_NEVER)
        return;
    while ((index = lowest_touched(holes)) != NONE) {
        uint64_t rover = simulator->rover;
        struct extent whole = remove_hole(simulator, index);

        if (rover == whole.at)
            simulator->rover = rover;
        while ((index = starting_at(holes, whole.at + whole.size)) != NONE)
            whole = join(simulator, whole, index);
        add_hole(simulator, whole);
    }
}

uint64_t simulator_allocate(struct simulator *simulator, uint64_t size)
{
    uint64_t need = block_size(simulator, size);
    int index = choose(simulator, need);
    struct extent block;

    if (index == NONE && setting(simulator, HG_SETTING_COALESCE) == HG_COALESCE_DEFERRED) {
        merge_holes(simulator);
        index = choose(simulator, need);
    }
    if (index == NONE)
        index = grow(simulator, need);
    block = place(simulator, index, need);
    insert(&simulator->used, 0, block);
    return block.at + setting(simulator, HG_SETTING_HEADER);
}

void simulator_free(struct simulator *simulator, uint64_t payload)
{
    int index = starting_at(&simulator->used, payload - setting(simulator, HG_SETTING_HEADER));
    struct extent hole;

    assert_true(index != NONE);
    hole = take_out(&simulator->used, index);
    if (setting(simulator, HG_SETTING_COALESCE) == HG_COALESCE_IMMEDIATE) {
        if ((index = ending_at(&simulator->holes, hole.at)) != NONE)
            hole = join(simulator, hole, index);
        if ((index = starting_at(&simulator->holes, hole.at + hole.size)) != NONE)
            hole = join(simulator, hole, index);
    }
    hole = trim(simulator, hole);
    if (hole.size > 0)
        add_hole(simulator, hole);
}

void simulator_coalesce(struct simulator *simulator)
{
    struct extent hole, kept;
    uint64_t rover;
    int index;

    if (setting(simulator, HG_SETTING_COALESCE) == HG_COALESCE_NEVER)
        return;
    merge_holes(simulator);
    index = ending_at(&simulator->holes, simulator->end);
    if (index == NONE)
        return;
    rover = simulator->rover;
    hole = simulator->holes.items[index];
    kept = trim(simulator, hole);
    if (kept.size == hole.size)
        return;
    remove_hole(simulator, index);
    if (kept.size > 0)
        add_hole(simulator, kept);
    if (kept.size > 0 && rover == hole.at)
        simulator->rover = rover;
}
