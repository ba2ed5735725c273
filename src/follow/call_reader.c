/* call_reader.c: see call_reader.h. */
#include "follow/call_reader.h"

enum { POWERS = 64 };

static unsigned kind_of(uint32_t what)
{
    return what & ((1u << CELL_KIND_BITS) - 1);
}

static unsigned site_of(uint32_t what)
{
    return what >> CELL_KIND_BITS & (CALL_SITES - 1);
}

/* ---- What is no call ---- */

/* Where a call's answer is has no room in its cell. */
static void read_payload(struct call_reader *reader, uint64_t payload)
{
    if (reader->end > 0)
        reader->calls[reader->end - 1].payload = payload;
}

/* The heap's size is told behind the call that changed it. */
static void read_heap_size(struct call_reader *reader, uint64_t size)
{
    reader->next.heap_size = size;
    if (reader->end > 0)
        reader->calls[reader->end - 1].heap_size = size;
}

static void read_value(struct call_reader *reader, uint32_t what, uint64_t value)
{
    struct call *next = &reader->next;

    switch (kind_of(what)) {
    case CELL_THREAD: next->thread = (uint32_t)value; break;
    case CELL_SITE: reader->sites[site_of(what)] = value; break;
    case CELL_TIME:
        next->time = value;
        next->is_timed = true;
        break;
    case CELL_OLD: next->old = value; break;
    case CELL_POWER: next->power = value < POWERS ? (uint8_t)value : POWERS; break;
    case CELL_SIZE: next->size = value; break;
    case CELL_HEAP: read_heap_size(reader, value); break;
    case CELL_PAYLOAD: read_payload(reader, value); break;
    default: break;
    }
}

/* Returns whether it was one. */
static bool read_other(struct call_reader *reader, struct call_cell cell)
{
    unsigned kind = kind_of(cell.what);

    if (reader->due) {
        read_value(reader, reader->due, call_cell_value(cell));
        reader->due = 0;
        return true;
    }
    if (kind < CALL_KINDS || kind >= CELL_KINDS)
        return false;
    reader->due = cell.what;
    return true;
}

/* ---- Calls ---- */

/* Whether there can be such a call. */
static bool is_sound(const struct call *call)
{
    switch (call->kind) {
    case CALL_BEGAN: return call->payload != 0 && call->payload != CALL_NULL;
    case CALL_REALLOC: return call->old != CALL_NULL;
    default: return call->kind < CALL_KINDS && call->power < POWERS;
    }
}

/* Another program begins: nothing that was said before is of its calls. */
static void begin(struct call_reader *reader)
{
    reader->next = (struct call){.old = reader->next.old};
    for (size_t site = 0; site < CALL_SITES; site++)
        reader->sites[site] = 0;
}

/* What it answered, or was given. */
static void read_where(struct call *call, uint64_t payload)
{
    switch (call->kind) {
    case CALL_BEGAN:
        call->payload = call->old;
        call->old = CALL_NULL;
        break;
    case CALL_FREE:
    case CALL_WRONG:
        call->payload = CALL_NULL;
        call->old = payload != CALL_NULL ? payload : call->old;
        break;
    case CALL_REALLOC: call->payload = payload; break;
    default: call->payload = payload; call->old = CALL_NULL;
    }
}

static struct call call_of(const struct call_reader *reader, struct call_cell cell)
{
    struct call call = reader->next;
    uint32_t size = cell.what >> CELL_SIZE_SHIFT;

    call.kind = (uint8_t)kind_of(cell.what);
    if (size < CELL_SIZE_MOST)
        call.size = size;
    read_where(&call, call_cell_payload(cell.where));
    call.caller = reader->sites[site_of(cell.what)];
    if (!is_sound(&call))
        call.kind = CALL_KINDS;
    return call;
}

/* What was said of one call alone is of no other. */
static void forget(struct call *next)
{
    next->is_timed = false;
    next->power = 0;
    next->old = CALL_NULL;
}

size_t call_reader_read(struct call_reader *reader, const struct call_cell *cells, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const struct call_cell cell = cells[i];

        if (read_other(reader, cell))
            continue;
        if (reader->end == CALL_READER_MOST)
            break;
        if (kind_of(cell.what) == CALL_BEGAN)
            begin(reader);
        reader->calls[reader->end++] = call_of(reader, cell);
        forget(&reader->next);
    }
    reader->position += i;
    return i;
}

bool call_reader_peek(const struct call_reader *reader, const struct call_cell *cell,
                      struct call *ret_call)
{
    const struct call call = call_of(reader, *cell);

    if (reader->due || call.kind == CALL_BEGAN || call.kind == CALL_WRONG ||
        call.kind >= CALL_KINDS)
        return false;
    *ret_call = call;
    return true;
}
