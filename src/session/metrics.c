/* metrics.c: see metrics.h. */
#include "session/metrics.h"

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

struct metrics metrics_measure(const struct block_table *blocks, const struct metrics *before)
{
    const struct block_sums *sums = &blocks->sums;
    struct metrics metrics = {
        .heap_size = block_table_end(blocks),
        .requested = sums->requested,
        .used = sums->bytes[HG_USED],
        .padding = sums->padding,
        .free = sums->bytes[HG_FREE],
        .largest_free = block_table_largest_free(blocks),
        .tags = sums->tags,
        .bookkeeping = sums->bytes[HG_BOOKKEEPING],
        .used_blocks = sums->count[HG_USED],
        .free_blocks = sums->count[HG_FREE],
    };

    metrics.peak_requested = larger(metrics.requested, before->peak_requested);
    metrics.peak_heap = larger(metrics.heap_size, before->peak_heap);
    return metrics;
}

static double ratio(uint64_t part, uint64_t whole)
{
    return whole ? (double)part / (double)whole : 0;
}

double metrics_external_ratio(const struct metrics *metrics)
{
    return metrics->free ? 1 - ratio(metrics->largest_free, metrics->free) : 0;
}

double metrics_internal_ratio(const struct metrics *metrics)
{
    return ratio(metrics->padding, metrics->used);
}

double metrics_overhead_ratio(const struct metrics *metrics)
{
    return ratio(metrics->tags + metrics->bookkeeping, metrics->heap_size);
}

double metrics_utilization_ratio(const struct metrics *metrics)
{
    return ratio(metrics->peak_requested, metrics->peak_heap);
}
