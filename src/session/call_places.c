/* call_places.c: see call_places.h. */
#include "session/call_places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "session/import.h"

void call_places_finish(struct call_places *places)
{
    address_table_finish(&places->blocks);
    free(places->vacant);
    *places = (struct call_places){0};
}

/* Name the next variable; there are as many names. */
static void name_place(const struct call_places *places, struct names *names)
{
    char name[32];

    if (names_are_numbered(names)) {
        names_add_numbered(names);
        return;
    }
    snprintf(name, sizeof name, "b%" PRIu32, places->count);
    names_add(names, name);
}

/* A variable for a new block. There are as many names as a trace would have; then those that have
 * no block any more are used again. */
static uint32_t find_place(struct call_places *places, struct names *names)
{
    if (places->vacant_count > 0 && places->count >= IMPORT_NAMED_MOST)
        return places->vacant[--places->vacant_count];
    name_place(places, names);
    return places->count++;
}

static void leave_place(struct call_places *places, uint32_t place)
{
    places->vacant = memory_reserve(places->vacant, &places->vacant_capacity,
                                    places->vacant_count + 1, sizeof places->vacant[0]);
    places->vacant[places->vacant_count++] = place;
}

void call_places_recall(struct call_places *places, const struct traced *traced,
                        const struct traced_place *known, uint32_t count)
{
    for (; places->count < count; places->count++) {
        const struct traced_place *place = &known[places->count];

        if (traced_holds(traced, place))
            address_table_add(&places->blocks,
                              traced_rows_payload(&traced->rows, place->changed) + 1, places->count,
                              traced_rows_size(&traced->rows, place->changed));
        else
            leave_place(places, places->count);
    }
}

/* The kinds of operation that calls are. */
static const enum op_kind op_kinds[CALL_KINDS] = {
    [CALL_MALLOC] = OP_ALLOC,    [CALL_CALLOC] = OP_CALLOC, [CALL_ALIGNED] = OP_ALIGNED,
    [CALL_REALLOC] = OP_REALLOC, [CALL_FREE] = OP_FREE,
};

bool call_places_step(struct call_places *places, struct names *names, const struct call *call,
                      struct traced_step *ret_step)
{
    bool takes = call->old != CALL_NULL, gives = call->kind != CALL_FREE;
    bool is_refused = gives && call->payload == CALL_NULL;
    uint64_t size = call->size < TRACED_SIZE_MOST ? call->size : TRACED_SIZE_MOST;
    struct address_entry block = {0};

    if (takes && !address_table_take(&places->blocks, call->old + 1, &block))
        return false;
    if (!takes)
        block.number = find_place(places, names);
    *ret_step = (struct traced_step){
        .kind = op_kinds[call->kind],
        .place = block.number & TRACED_PLACE_MOST,
        .power = (uint8_t)(call->power & 63u),
        .size = (gives ? size : block.size) & TRACED_SIZE_MOST,
        .payload_bits =
            (takes && (is_refused || !gives) ? call->old : call->payload) & TRACED_SIZE_MOST,
        .heap_size = call->heap_size & TRACED_SIZE_MOST,
    };
    if (gives && !is_refused)
        address_table_add(&places->blocks, call->payload + 1, block.number, size);
    else if (takes && gives)
        address_table_add(&places->blocks, call->old + 1, block.number, block.size);
    else
        leave_place(places, block.number);
    return true;
}
