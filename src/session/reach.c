/* reach.c: see reach.h. */
#include "session/reach.h"

#include <stdlib.h>

#include "base/memory.h"

/* How far another parent is looked for before all that hangs on a payload is doubted. */
enum { PARENTS_TRIED = 8, ANCESTORS_TRIED = 64 };

static const struct payload_link *link_at(const struct graph *graph, uint32_t number)
{
    return &graph->links->items[number];
}

void payloads_add(struct payloads *payloads, uint64_t payload)
{
    payloads->items = memory_reserve(payloads->items, &payloads->capacity, payloads->count + 1,
                                     sizeof payloads->items[0]);
    payloads->items[payloads->count++] = payload;
}

struct payloads payloads_copy(const struct payloads *payloads)
{
    struct payloads copy = {.count = payloads->count};

    copy.items = memory_reserve(NULL, &copy.capacity, payloads->count, sizeof copy.items[0]);
    memory_copy(copy.items, payloads->items, payloads->count * sizeof copy.items[0]);
    return copy;
}

/* ---- Coming back ---- */

static void find_again(const struct graph *graph, struct allocation *allocation, uint32_t parent)
{
    allocation->lost_in = 0;
    allocation->parent = parent;
    graph->ledger->lost--;
}

/* Payloads that are found from here on stand behind those that were lost, as long as the search
 * takes. */
void reach_gain(const struct graph *graph, uint64_t payload, uint32_t link)
{
    struct allocation *allocation = ledger_find(graph->ledger, payload);
    struct payloads *losses = graph->losses;
    size_t first = losses->count;

    if (!allocation || allocation->lost_in == 0 ||
        (link != NO_LINK && ledger_find(graph->ledger, link_at(graph, link)->source)->lost_in > 0))
        return;
    find_again(graph, allocation, link);
    payloads_add(losses, payload);
    for (size_t i = first; i < losses->count; i++) {
        uint32_t out = ledger_find(graph->ledger, losses->items[i])->links_out;

        for (; out != NO_LINK; out = link_at(graph, out)->next_out) {
            struct allocation *next = ledger_find(graph->ledger, link_at(graph, out)->target);

            if (!next || next->lost_in == 0)
                continue;
            find_again(graph, next, out);
            payloads_add(losses, next->payload);
        }
    }
    losses->count = first;
}

/* ---- Going ---- */

/* Whether parents lead from a payload that is not lost to a variable, as far as is looked: not if
 * they lead to one whose parent is being looked for. */
static bool leads_to_variable(const struct graph *graph, uint64_t payload)
{
    for (unsigned i = 0; i < ANCESTORS_TRIED; i++) {
        const struct allocation *allocation = ledger_find(graph->ledger, payload);

        if (allocation->parent == NO_LINK)
            return allocation->referrer != NO_VARIABLE;
        payload = link_at(graph, allocation->parent)->source;
    }
    return false;
}

/* Find another parent near by. */
static bool find_parent(const struct graph *graph, struct allocation *allocation)
{
    uint32_t in = allocation->links_in;

    for (unsigned i = 0; i < PARENTS_TRIED && in != NO_LINK; i++) {
        uint64_t source = link_at(graph, in)->source;

        if (ledger_find(graph->ledger, source)->lost_in == 0 && leads_to_variable(graph, source)) {
            allocation->parent = in;
            return true;
        }
        in = link_at(graph, in)->next_in;
    }
    return false;
}

static void lose(const struct graph *graph, struct allocation *allocation)
{
    allocation->lost_in = graph->step;
    graph->ledger->lost++;
    payloads_add(graph->losses, allocation->payload);
}

/* Whether more than the link `via` refers to a payload. */
static bool has_other_links(const struct graph *graph, const struct allocation *allocation,
                            uint32_t via)
{
    return allocation->links_in != NO_LINK &&
           (allocation->links_in != via || link_at(graph, via)->next_in != NO_LINK);
}

/* Entries of the ledger, which stay where they are as long as none comes or goes. */
struct entries {
    struct allocation **items;
    size_t count, capacity;
};

static void add_entry(struct entries *entries, struct allocation *allocation)
{
    entries->items = memory_reserve(entries->items, &entries->capacity, entries->count + 1,
                                    sizeof entries->items[0]);
    entries->items[entries->count++] = allocation;
}

/* A payload is lost that hung on the link `via`. */
static void lose_by(const struct graph *graph, struct allocation *allocation, uint32_t via,
                    struct entries *queue, struct entries *linked)
{
    lose(graph, allocation);
    add_entry(queue, allocation);
    if (has_other_links(graph, allocation, via))
        add_entry(linked, allocation);
}

/* Let all be lost that hangs on a payload by parents, up to what variables refer to. What has other
 * links to it, which may hold it, is added to `linked`. */
static void doubt(const struct graph *graph, struct allocation *allocation, struct entries *linked)
{
    struct entries queue = {0};

    lose_by(graph, allocation, NO_LINK, &queue, linked);
    for (size_t i = 0; i < queue.count; i++) {
        uint32_t out = queue.items[i]->links_out;

        for (; out != NO_LINK; out = link_at(graph, out)->next_out) {
            struct allocation *next = ledger_find(graph->ledger, link_at(graph, out)->target);

            if (!next || next->parent != out)
                continue;
            next->parent = NO_LINK;
            if (next->referrer == NO_VARIABLE)
                lose_by(graph, next, out, &queue, linked);
        }
    }
    free(queue.items);
}

/* Of what is doubted from the loss number `first` on, bring back what something leads to that is
 * not: that begins at what has several links to it. */
static void settle(const struct graph *graph, size_t first, const struct entries *linked)
{
    struct payloads *losses = graph->losses;
    size_t kept = first, lost = graph->ledger->lost;

    for (size_t i = 0; i < linked->count; i++) {
        const struct allocation *doubted = linked->items[i];

        for (uint32_t in = doubted->links_in; in != NO_LINK && doubted->lost_in > 0;
             in = link_at(graph, in)->next_in)
            reach_gain(graph, doubted->payload, in);
    }
    if (graph->ledger->lost == lost)
        return;
    for (size_t i = first; i < losses->count; i++) {
        if (ledger_find(graph->ledger, losses->items[i])->lost_in > 0)
            losses->items[kept++] = losses->items[i];
    }
    losses->count = kept;
}

/* Whether something holds the payload, or it is lost already, or no more. */
static bool is_held(const struct graph *graph, struct allocation *allocation)
{
    return !allocation || allocation->lost_in > 0 || allocation->referrer != NO_VARIABLE ||
           allocation->parent != NO_LINK || find_parent(graph, allocation);
}

/* All parents are looked for before anything is doubted: what one payload leads to may be another's
 * parent. */
void reach_settle(const struct graph *graph, const struct payloads *doubted)
{
    size_t first = graph->losses->count;
    struct entries linked = {0};

    for (size_t i = 0; i < doubted->count; i++)
        is_held(graph, ledger_find(graph->ledger, doubted->items[i]));
    for (size_t i = 0; i < doubted->count; i++) {
        struct allocation *allocation = ledger_find(graph->ledger, doubted->items[i]);

        if (!is_held(graph, allocation))
            doubt(graph, allocation, &linked);
    }
    settle(graph, first, &linked);
    free(linked.items);
}
