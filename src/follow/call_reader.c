/* call_reader.c: see call_reader.h. */
#include "follow/call_reader.h"

enum { POWERS = 64 };

static unsigned kind_of(uint64_t what)
{
    return what & ((1u << CELL_KIND_BITS) - 1);
}

static unsigned site_of(uint64_t what)
{
    return what >> CELL_KIND_BITS & (CALL_SITES - 1);
}

/* ---- What is no call ---- */

/* The heap's size is told behind the call that changed it. */
static void read_heap_size(struct call_reader *reader, uint64_t size)
{
    reader->next.heap_size = size;
    if (reader->end > 0)
        reader->calls[reader->end - 1].heap_size = size;
}

static void read_other(struct call_reader *reader, const struct call_cell *cell)
{
    struct call *next = &reader->next;

    switch (kind_of(cell->what)) {
    case CELL_THREAD: next->thread = (uint32_t)cell->where; break;
    case CELL_SITE: reader->sites[site_of(cell->what)] = cell->where; break;
    case CELL_TIME:
        next->time = cell->where;
        next->is_timed = true;
        break;
    case CELL_OLD: next->old = cell->where; break;
    case CELL_POWER: next->power = cell->where < POWERS ? (uint8_t)cell->where : POWERS; break;
    case CELL_SIZE: next->size = cell->where; break;
    case CELL_HEAP: read_heap_size(reader, cell->where); break;
    default: break;
    }
}

/* ---- Calls ---- */

/* Whether there can be such a call. */
static bool is_sound(const struct call *call)
{
    switch (call->kind) {
    case CALL_BEGAN: return call->payload != 0;
    case CALL_REALLOC: return call->old != CALL_NULL;
    default: return call->kind < CALL_KINDS && call->power < POWERS;
    }
}

/* Another program begins: nothing that was said before is of its calls. */
static void begin(struct call_reader *reader)
{
    reader->next = (struct call){0};
    for (size_t site = 0; site < CALL_SITES; site++)
        reader->sites[site] = 0;
}

static struct call call_of(const struct call_reader *reader, const struct call_cell *cell)
{
    struct call call = reader->next;
    unsigned kind = kind_of(cell->what);
    uint64_t size = cell->what >> CELL_SIZE_SHIFT;
    bool gives = kind != CALL_FREE && kind != CALL_WRONG;

    call.kind = (uint8_t)kind;
    if (size < CELL_SIZE_MOST)
        call.size = size;
    call.payload = gives ? cell->where : CALL_NULL;
    if (kind != CALL_REALLOC)
        call.old = gives ? CALL_NULL : cell->where;
    call.caller = reader->sites[site_of(cell->what)];
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
        unsigned kind = kind_of(cell.what);

        if (kind >= CALL_KINDS && kind < CELL_KINDS) {
            read_other(reader, &cell);
            continue;
        }
        if (reader->end == CALL_READER_MOST)
            break;
        if (kind == CALL_BEGAN)
            begin(reader);
        reader->calls[reader->end++] = call_of(reader, &cell);
        forget(&reader->next);
    }
    reader->position += i;
    return i;
}

bool call_reader_peek(const struct call_reader *reader, const struct call_cell *cell,
                      struct call *ret_call)
{
    const struct call_cell copy = *cell;
    const struct call call = call_of(reader, &copy);

    if (call.kind == CALL_BEGAN || call.kind == CALL_WRONG || call.kind >= CALL_KINDS)
        return false;
    *ret_call = call;
    return true;
}
