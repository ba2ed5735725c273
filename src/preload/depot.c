/* depot.c: see depot.h. */
#include "preload/depot.h"

#include <string.h>

/* Give back the oldest `count` of a class. */
static void shed(struct depot *depot, unsigned class, unsigned count)
{
    struct depot_stack *stack = &depot->stacks[class];
    void **payloads = depot->payloads[class];

    for (unsigned i = 0; i < count; i++)
        cache_release_waiting(payloads[i]);
    stack->held = (uint8_t)(stack->held - count);
    memmove(payloads, payloads + count, stack->held * sizeof *payloads);
    depot->room += count * cache_size(class);
}

static void shed_untouched(struct depot *depot)
{
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        struct depot_stack *stack = &depot->stacks[class];

        shed(depot, class, stack->untouched);
        stack->untouched = stack->held;
    }
}

void depot_give_back(struct depot *depot)
{
    for (unsigned class = 1; class <= CACHE_CLASSES; class ++) {
        shed(depot, class, depot->stacks[class].held);
        depot->stacks[class].untouched = 0;
    }
}

void depot_open(struct depot *depot)
{
    depot->room += DEPOT_BYTES_A_THREAD;
}

void depot_close(struct depot *depot, unsigned left)
{
    if (left == 0 || depot->room < DEPOT_BYTES_A_THREAD)
        depot_give_back(depot);
    depot->room -= DEPOT_BYTES_A_THREAD;
}

static unsigned smaller(size_t a, size_t b)
{
    return (unsigned)(a < b ? a : b);
}

unsigned depot_put(struct depot *depot, unsigned class, void *const *payloads, unsigned count)
{
    struct depot_stack *stack = &depot->stacks[class];
    unsigned size = cache_size(class);

    if (depot->room < count * size)
        shed_untouched(depot);
    count = smaller(count, smaller(depot->room / size, DEPOT_HELD_MOST - stack->held));
    memcpy(depot->payloads[class] + stack->held, payloads, count * sizeof *payloads);
    stack->held = (uint8_t)(stack->held + count);
    depot->room -= count * size;
    return count;
}

unsigned depot_take(struct depot *depot, unsigned class, void **payloads, unsigned most)
{
    struct depot_stack *stack = &depot->stacks[class];
    unsigned count = smaller(stack->held, most);

    stack->held = (uint8_t)(stack->held - count);
    if (stack->held < stack->untouched)
        stack->untouched = stack->held;
    memcpy(payloads, depot->payloads[class] + stack->held, count * sizeof *payloads);
    depot->room += count * cache_size(class);
    return count;
}
