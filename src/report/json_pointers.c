/* json_pointers.c: see json_pointers.h. */
#include "report/json_pointers.h"

#include "report/json_write.h"
#include "session/leaks.h"

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
        json_member_number(text, "at", link->at);
        json_member_number(text, "payload", link->source);
        json_member_number(text, "slot", payload_link_slot(link));
        json_member_some(text, "to", link->target, OFFSET_NULL);
        json_member_address(text, "address", picture->heap_start + link->word);
        json_member_some(text, "freed_in", link->freed_in, 0);
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
        const struct variable *variable = variables_get(variables, place);

        if (variable_state(variable) != VARIABLE_DANGLING)
            continue;
        begin_element(text, "dangling", &began);
        json_member_string(text, "name", picture_name(picture, place));
        json_member_string(text, "frame",
                           picture_frame_name(picture, variables_frame_of(variables, place)));
        json_member_address(text, "address", picture->heap_start + variable->payload);
        json_member_number(text, "freed_in", variable->freed_in);
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
        json_member_number(text, "payload", leak->allocation->payload);
        json_member_number(text, "requested", leak->allocation->requested);
        json_member_number(text, "allocated_in", leak->allocation->born);
        json_member_number(text, "lost_in", leak->allocation->lost_in);
        json_member_number(text, "keeps", leak->kept);
        json_member_number(text, "keeps_bytes", leak->kept_bytes);
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
