/* json_pointers.c: see json_pointers.h. */
#include "report/json_pointers.h"

#include <inttypes.h>

#include "report/json_write.h"
#include "session/leaks.h"

/* ---- Members ---- */

static void write_number(struct text *text, const char *name, uint64_t number)
{
    json_write_name(text, name);
    json_write_number(text, number);
}

/* A number, or null if it is `none`. */
static void write_some(struct text *text, const char *name, uint64_t number, uint64_t none)
{
    json_write_name(text, name);
    if (number == none)
        json_write_null(text);
    else
        json_write_number(text, number);
}

static void write_string(struct text *text, const char *name, const char *string)
{
    json_write_name(text, name);
    json_write_string(text, string);
}

static void write_address(struct text *text, const struct picture *picture, uint64_t offset)
{
    json_write_name(text, "address");
    text_add(text, "\"0x%" PRIx64 "\"", picture->heap_start + offset);
}

/* Begin an element of a list, and the list with the first of them. */
static void begin_element(struct text *text, const char *list, bool *began)
{
    if (!*began) {
        json_write_name(text, list);
        json_write_begin(text, '[');
    }
    *began = true;
    json_write_begin(text, '{');
}

static void end_list(struct text *text, bool began)
{
    if (began)
        json_write_end(text, ']');
}

/* ---- Lists ---- */

static void write_links(struct text *text, const struct picture *picture)
{
    bool began = false;

    for (size_t i = 0; picture->links.count > 0 && i < picture->links.known; i++) {
        const struct payload_link *link = &picture->links.items[i];

        if (link->at == OFFSET_NULL)
            continue;
        begin_element(text, "links", &began);
        write_number(text, "at", link->at);
        write_number(text, "payload", link->source);
        write_number(text, "slot", (link->at - link->source) / SLOT_BYTES);
        write_some(text, "to", link->target, OFFSET_NULL);
        write_address(text, picture, link->word);
        write_some(text, "freed_in", link->freed_in, 0);
        json_write_end(text, '}');
    }
    end_list(text, began);
}

static void write_dangling(struct text *text, const struct picture *picture)
{
    const struct variables *variables = &picture->variables;
    bool began = false;

    for (size_t i = 0; i < variables->named_count; i++) {
        uint32_t place = variables->named[i];
        const struct variable *variable = &variables->items[place];

        if (variable_state(variable) != VARIABLE_DANGLING)
            continue;
        begin_element(text, "dangling", &began);
        write_string(text, "name", picture_name(picture, place));
        write_string(text, "frame",
                     picture_frame_name(picture, variables_frame_of(variables, place)));
        write_address(text, picture, variable->payload);
        write_number(text, "freed_in", variable->freed_in);
        json_write_end(text, '}');
    }
    end_list(text, began);
}

static void write_leaks(struct text *text, const struct picture *picture)
{
    struct leaks leaks = {0};
    bool began = false;

    if (picture->ledger.lost > 0)
        leaks = leaks_find(picture);
    for (size_t i = 0; i < leaks.count; i++) {
        const struct leak *leak = &leaks.items[i];

        begin_element(text, "leaks", &began);
        write_number(text, "payload", leak->allocation->payload);
        write_number(text, "requested", leak->allocation->requested);
        write_number(text, "allocated_in", leak->allocation->born);
        write_number(text, "lost_in", leak->allocation->lost_in);
        write_number(text, "keeps", leak->kept);
        write_number(text, "keeps_bytes", leak->kept_bytes);
        json_write_name(text, "circle");
        json_write_bool(text, leak->is_circle);
        json_write_end(text, '}');
    }
    end_list(text, began);
    leaks_finish(&leaks);
}

void json_write_pointers(struct text *text, const struct picture *picture)
{
    write_links(text, picture);
    write_dangling(text, picture);
    write_leaks(text, picture);
}
