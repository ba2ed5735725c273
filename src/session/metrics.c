/* metrics.c: see metrics.h. */
#include "session/metrics.h"

#include <math.h>
#include <string.h>

#define FIELD(name) offsetof(struct metrics, name)

static const struct measure measures[] = {
    {"heap", "from the heap's start to the break", false, false, FIELD(heap_size)},
    {"requested", "requested, in live blocks", false, false, FIELD(requested)},
    {"used", "live blocks, with header, padding and footer", false, false, FIELD(used)},
    {"padding", "usable, but not requested", false, false, FIELD(padding)},
    {"red-zones", "of the padding, what guards payloads", false, true, FIELD(red_zones)},
    {"mapped", "requested, and mapped apart, outside the heap", false, true, FIELD(mapped)},
    {"free", "free blocks", false, false, FIELD(free)},
    {"largest", "the largest free block", false, false, FIELD(largest_free)},
    {"tags", "headers, footers, and the allocator's own data", false, false, FIELD(overhead)},
    {"peak-requested", "the most that was requested at a time", false, false,
     FIELD(peak_requested)},
    {"peak-heap", "the largest that the heap was", false, false, FIELD(peak_heap)},
    {"used-blocks", "how many live blocks", true, false, FIELD(used_blocks)},
    {"free-blocks", "how many free blocks", true, false, FIELD(free_blocks)},
};

static const struct ratio ratios[RATIOS] = {
    [RATIO_EXTERNAL] = {"external", "largest", "free", FIELD(largest_free), FIELD(free), true},
    [RATIO_INTERNAL] = {"internal", "padding", "used", FIELD(padding), FIELD(used), false},
    [RATIO_OVERHEAD] = {"overhead", "own data", "heap", FIELD(overhead), FIELD(heap_size), false},
    [RATIO_UTILIZATION] = {"utilization", "peaks: live", "heap", FIELD(peak_requested),
                           FIELD(peak_heap), false},
};

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

struct metrics metrics_measure(const struct block_table *blocks, bool has_slots,
                               const struct metrics *before)
{
    const struct block_sums *sums = &blocks->sums;
    struct metrics metrics = {
        .heap_size = block_table_end(blocks),
        .requested = sums->requested,
        .used = sums->bytes[HG_KIND_USED],
        .padding = sums->padding,
        .free = sums->bytes[HG_KIND_FREE],
        .largest_free = block_table_largest_free(blocks),
        .overhead = sums->tags + sums->bytes[HG_KIND_BOOKKEEPING],
        .used_blocks = sums->count[HG_KIND_USED],
        .free_blocks = sums->count[HG_KIND_FREE],
        .untold = sums->bytes[HG_KIND_UNTOLD],
        .has_slots = has_slots,
    };

    metrics.peak_requested = larger(metrics.requested, before->peak_requested);
    metrics.peak_heap = larger(metrics.heap_size, before->peak_heap);
    return metrics;
}

static uint64_t field(const struct metrics *metrics, size_t offset)
{
    uint64_t value;

    memcpy(&value, (const char *)metrics + offset, sizeof value);
    return value;
}

const struct measure *measure_at(unsigned number)
{
    return number < sizeof measures / sizeof measures[0] ? &measures[number] : NULL;
}

const struct measure *measure_find(const char *name)
{
    unsigned number = 0;

    while (measure_at(number) && strcmp(measure_at(number)->name, name) != 0)
        number++;
    return measure_at(number);
}

uint64_t measure_value(const struct measure *measure, const struct metrics *metrics)
{
    return field(metrics, measure->offset);
}

/* Whether a measure is kept of each step of a trace. */
static bool is_kept(size_t offset)
{
    return offset == FIELD(heap_size) || offset == FIELD(requested) ||
           offset == FIELD(peak_requested) || offset == FIELD(peak_heap);
}

/* Whether a measure is known of a heap that tells nothing: what was asked for, and how large it
 * is. */
static bool is_always_known(size_t offset)
{
    return is_kept(offset) || offset == FIELD(used_blocks);
}

/* Whether a measure is made of what was asked for. */
static bool is_of_requests(size_t offset)
{
    return offset == FIELD(requested) || offset == FIELD(padding) ||
           offset == FIELD(peak_requested);
}

static bool is_known(size_t offset, const struct metrics *metrics)
{
    return (metrics->untold == 0 || is_always_known(offset)) &&
           (metrics->is_unasked == 0 || !is_of_requests(offset));
}

bool measure_is_known(const struct measure *measure, const struct metrics *metrics)
{
    return is_known(measure->offset, metrics);
}

bool measure_is_kept(const struct measure *measure)
{
    return is_kept(measure->offset);
}

const struct ratio *ratio_at(unsigned number)
{
    return number < RATIOS ? &ratios[number] : NULL;
}

uint64_t ratio_part(const struct ratio *ratio, const struct metrics *metrics)
{
    return field(metrics, ratio->part);
}

uint64_t ratio_whole(const struct ratio *ratio, const struct metrics *metrics)
{
    return field(metrics, ratio->whole);
}

const char *metrics_searched_word(const struct metrics *metrics)
{
    return metrics->has_slots ? "slot" : "free block";
}

double ratio_value(unsigned number, const struct metrics *metrics)
{
    const struct ratio *ratio = &ratios[number];
    uint64_t whole = ratio_whole(ratio, metrics);
    double share = whole ? (double)ratio_part(ratio, metrics) / (double)whole : 0;

    if (!is_known(ratio->part, metrics) || !is_known(ratio->whole, metrics))
        return (double)NAN;
    if (number == RATIO_EXTERNAL && metrics->has_slots)
        return 0;
    return ratio->is_complement && whole ? 1 - share : share;
}

bool ratio_is_kept(unsigned number)
{
    return is_kept(ratios[number].part) && is_kept(ratios[number].whole);
}

void ratio_add(struct text *text, double ratio)
{
    if (isnan(ratio)) {
        text_add_string(text, "?");
        return;
    }
    text_add_tenths(text, ratio * 100);
    text_add_string(text, "%");
}
