/* who.c: see who.h. */
#include "explain/who.h"

#include <inttypes.h>

#include "base/size.h"
#include "explain/parts.h"
#include "explain/stack_word.h"

/* Bytes [low, high), and who is found to point there. */
struct search {
    const struct picture *picture;
    uint64_t low, high;
    size_t found;
    struct text *text;
};

static bool is_inside(const struct search *search, uint64_t at)
{
    return at != OFFSET_NULL && at >= search->low && at < search->high;
}

/* Begin with who it is; then how far behind the start of what is meant it points. */
static void begin(struct search *search)
{
    text_add_string(search->text, search->found++ == 0 ? "\nPointed to by " : ", ");
}

static void add_distance(const struct search *search, uint64_t to, uint64_t start, bool is_live)
{
    if (to > start)
        text_add(search->text, " (+%" PRIu64 ")", to - start);
    else if (to < start)
        text_add(search->text, " (-%" PRIu64 ")", start - to);
    if (!is_live)
        text_add_string(search->text, " (dangling)");
}

static void find_variables(struct search *search, uint64_t start)
{
    const struct variables *variables = &search->picture->variables;

    for (size_t i = 0; i < variables->named_count; i++) {
        uint32_t place = variables->named[i];
        const struct variable *variable = variables_get(variables, place);

        if (variable_state(variable) == VARIABLE_DATA || !is_inside(search, variable->payload))
            continue;
        begin(search);
        stack_word_add_variable(search->picture, place, search->text);
        add_distance(search, variable->payload, start,
                     variable_is_live(variable) || variable->points_in);
    }
}

static void find_links(struct search *search, uint64_t start)
{
    const struct links *links = &search->picture->links;

    for (size_t i = 0; i < links->known; i++) {
        const struct payload_link *link = &links->items[i];
        struct part part;

        if (link->at == OFFSET_NULL || !is_inside(search, link->word))
            continue;
        begin(search);
        part = part_at(search->picture, link->at);
        text_add(search->text, "slot %" PRIu64 " of ", payload_link_slot(link));
        part_add_name(search->picture, &part, search->text);
        add_distance(search, link->word, start, link->target != OFFSET_NULL);
    }
}

static void find_all(struct search *search, uint64_t start)
{
    find_variables(search, start);
    find_links(search, start);
    if (search->found > 0)
        text_add_string(search->text, ".");
    else if (!search->picture->metrics.is_unasked) /* nobody knows of others' */
        text_add_string(search->text, "\nNothing points to it.");
}

/* ---- On the stack ---- */

/* Where the word in a place points to, if it is a slot of stack data. */
static void add_slot(const struct picture *picture, uint32_t place, struct text *text)
{
    const struct variable *variable = variables_get(&picture->variables, place);
    uint32_t ignored;

    if (variable->slot_name == NO_NAME || variable->payload == OFFSET_NULL)
        return;
    text_add(text, " Its slot %s points to ", names_text(picture->names, variable->slot_name));
    if (picture_place_of(picture, variable->payload, &ignored))
        text_add(text, "0x%" PRIx64, picture->heap_start + variable->payload);
    else
        text_add(text, "+0x%04" PRIx64, variable->payload);
    text_add_string(text, variable_state(variable) == VARIABLE_DANGLING ? " (dangling)." : ".");
}

static void add_on_stack(const struct picture *picture, uint64_t at, uint32_t place,
                         struct text *text)
{
    struct search search = {.picture = picture, .text = text};
    uint64_t distance = at % WORD_BYTES, bytes = WORD_BYTES;
    uint32_t own = place;

    text_add(text, "0x%" PRIx64 " on the stack is ", picture->heap_start + at);
    if (picture_own(picture, at, &own, &distance)) {
        uint32_t held = variables_get(&picture->variables, own)->bytes;

        bytes = held > 0 ? held : WORD_BYTES;
        if (distance > 0)
            text_add(text, "byte %" PRIu64 " of ", distance);
        stack_word_add_own(picture, own, text);
        text_add(text, ", %" PRIu64 " byte%s%s.", bytes, bytes == 1 ? "" : "s",
                 held > 0 ? " of data" : " that hold a pointer");
        if (held > 0)
            add_slot(picture, place, text);
    } else {
        stack_word_add(picture, place, text);
        text_add(text, ".");
    }
    search.low = at - distance;
    search.high = search.low + bytes;
    find_all(&search, search.low);
}

/* ---- In the heap ---- */

static void add_allocation(const struct picture *picture, const struct block *block,
                           struct text *text)
{
    const struct allocation *allocation = picture_allocation(picture, block);
    char size[SIZE_TEXT_MAX];

    if (!allocation)
        return;
    text_add(text, ": %s asked for in step %" PRIu32, size_short(allocation->requested, size),
             allocation->born);
    if (allocation->lost_in > 0)
        text_add(text, ", leaked since step %" PRIu32, allocation->lost_in);
}

static void add_in_heap(const struct picture *picture, uint64_t at, struct text *text)
{
    const struct block *block = block_table_get(&picture->blocks, at);
    struct part part = part_at(picture, at);
    struct search search = {.picture = picture, .text = text};
    uint64_t start;

    text_add(text, "+0x%04" PRIx64 " is ", at);
    if (block && part.low < at)
        text_add(text, "byte %" PRIu64 " of ", at - part.low);
    part_add_name(picture, &part, text);
    if (!block) {
        text_add(text, ".");
        return;
    }
    add_allocation(picture, block, text);
    text_add(text, ". Its block lies from +0x%04" PRIx64 " to +0x%04" PRIx64 ".", block->at,
             block->at + block->size);
    search.low = block->at;
    search.high = block->at + block->size;
    start = block->at + block->header;
    find_all(&search, start);
}

void who_add(const struct picture *picture, uint64_t at, struct text *text)
{
    uint32_t place;

    if (picture_place_of(picture, at, &place))
        add_on_stack(picture, at, place, text);
    else
        add_in_heap(picture, at, text);
}
