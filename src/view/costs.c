/* costs.c: see costs.h. */
#include "view/costs.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "session/costs.h"

enum { BAR_COLUMNS = 30, EIGHTHS = 8 };

static void add_cost(struct text *text, const char *name, const struct cost *cost)
{
    text_add(text,
             "\n%-14s half need at most %" PRIu64 ", 99 %% at most %" PRIu64 ", the most %" PRIu64,
             name, cost->p50, cost->p99, cost->max);
}

static void add_bar(const struct view_options *options, size_t count, size_t most,
                    struct text *text)
{
    size_t eighths = (count * BAR_COLUMNS * EIGHTHS + most - 1) / most;

    for (; eighths >= EIGHTHS; eighths -= EIGHTHS)
        utf8_add(text, view_glyph(options, GLYPH_METER_FULL));
    if (eighths > 0)
        utf8_add(text, view_bar(options, (unsigned)eighths));
}

static void add_histogram(const struct costs *costs, const struct view_options *options,
                          struct text *text)
{
    size_t first = COST_BUCKETS, last = 0, most = 1;

    for (size_t i = 0; i < COST_BUCKETS; i++) {
        if (costs->buckets[i] == 0)
            continue;
        first = i < first ? i : first;
        last = i;
        most = costs->buckets[i] > most ? costs->buckets[i] : most;
    }
    for (size_t i = first; i <= last && i < COST_BUCKETS; i++) {
        text_add(text, "\n%11" PRIu64 " ns  ", (uint64_t)1 << i);
        add_bar(options, costs->buckets[i], most, text);
        text_add(text, " %zu", costs->buckets[i]);
    }
}

void costs_add_text(const struct picture *picture, const struct history *history,
                    const struct view_options *options, struct text *text)
{
    struct costs costs = costs_measure(history);

    if (costs.count == 0)
        return;
    text_add(text, "\n\nin the allocator, of %zu step%s:", costs.count,
             costs.count == 1 ? "" : "s");
    if (costs.visits_are_known && description_can(&picture->description, KIND_EXPLAINS))
        add_cost(text, "examined", &costs.visits);
    add_cost(text, "nanoseconds", &costs.nanoseconds);
    add_histogram(&costs, options, text);
}
