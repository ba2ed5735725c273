/* place.c: see place.h. */
#include "command/place.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"

bool place_is_offset(const char *text)
{
    return text[0] == '+' || (text[0] >= '0' && text[0] <= '9');
}

static bool parse_offset(const struct session *session, const char *text, uint64_t *ret_at,
                         struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    uint64_t at;

    if (!size_parse(text[0] == '+' ? text + 1 : text, &at, error))
        return false;
    if (at >= picture->heap_start) /* an absolute address */
        at -= picture->heap_start;
    if (at >= picture->metrics.heap_size)
        return error_set(error, "%s is beyond the break, +0x%04" PRIx64, text,
                         picture->metrics.heap_size);
    *ret_at = at;
    return true;
}

bool place_find(const struct session *session, const char *text, uint64_t *ret_at,
                struct error *error)
{
    const struct block *block;
    struct variable variable;
    uint32_t slot;

    if (place_is_offset(text))
        return parse_offset(session, text, ret_at, error);
    if (!name_is_scoped(text))
        return error_set(error, "'%s' is no place; places look like A, +0x40", text);
    if (!session_variable(session, text, &slot, &variable, error))
        return false;
    if (variable.bytes > 0)
        return error_set(error, "'%s' lies on the stack, and not in the heap", text);
    if (variable.payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL", text);
    block = block_table_get(&session->mirror->picture.blocks, variable.payload);
    if (!block)
        return error_set(error, "'%s' points beyond the break", text);
    *ret_at = block->at;
    return true;
}

bool reach_parse(const struct session *session, const char *text, struct reach *ret_reach,
                 struct error *error)
{
    struct reach reach = {.address = text[0] == '&'};
    const char *name = text + reach.address;
    size_t length = strcspn(name, "+-");
    bool is_below = name[length] == '-';

    if (place_is_offset(text)) {
        if (!size_parse(text[0] == '+' ? text + 1 : text, &reach.distance, error))
            return false;
        if (reach.distance >= session->mirror->picture.heap_start)
            reach.distance -= session->mirror->picture.heap_start;
        *ret_reach = reach;
        return true;
    }
    snprintf(reach.name, sizeof reach.name, "%.*s", (int)length, name);
    if (length > SCOPED_NAME_MAX || !name_is_scoped(reach.name) ||
        (name[length] && !isdigit((unsigned char)name[length + 1])))
        return error_set(error, "'%s' is no place; places look like A, A+8, A-8, &A, +0x40", text);
    if (name[length] && !size_parse(name + length + 1, &reach.distance, error))
        return false;
    if (reach.distance > HG_SIZE_MAX)
        return error_set(error, "'%s' is further than any heap", name + length);
    reach.distance = is_below ? -reach.distance : reach.distance;
    *ret_reach = reach;
    return true;
}
