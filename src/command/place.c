/* place.c: see place.h. */
#include "command/place.h"

#include <inttypes.h>

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
    if (!session_variable(session, text, &slot, &variable, error))
        return false;
    if (variable.payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL", text);
    block = block_table_get(&session->mirror->picture.blocks, variable.payload);
    if (!block)
        return error_set(error, "'%s' points beyond the break", text);
    *ret_at = block->at;
    return true;
}
