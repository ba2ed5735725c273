/* pointer.c: see pointer.h. */
#include "command/pointer.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"

bool reader_is_at_arrow(const struct reader *reader)
{
    return strncmp(reader->at, "->", 2) == 0;
}

/* Read "+8", if it is there, up to an arrow or to the end. */
static bool read_offset(struct reader *reader, uint64_t *ret_offset, struct error *error)
{
    const char *arrow = strstr(reader->at, "->");
    struct text number = {0};
    struct reader part;
    bool good;

    if (!arrow)
        return reader_offset(reader, ret_offset, error);
    if (reader_is_at_arrow(reader))
        return true;
    text_add_bytes(&number, reader->at, (size_t)(arrow - reader->at));
    text_trim_end(&number, " \t");
    part = (struct reader){reader->argument, text_string(&number)};
    good = reader_offset(&part, ret_offset, error);
    if (!good)
        error->column = reader_column(reader) + (int)(part.at - text_string(&number));
    text_finish(&number);
    reader->at = arrow;
    return good;
}

bool reader_pointer(struct reader *reader, char other[SCOPED_NAME_MAX + 1], struct action *action,
                    struct error *error)
{
    action->address = *reader->at == '&';
    reader_skip(reader, action->address);
    if (!reader_name(reader, other, error))
        return false;
    action->other = !action->address && strcmp(other, "NULL") == 0 ? NULL : other;
    if (action->kind != OP_LET || action->address || *reader->at != '.')
        return read_offset(reader, &action->argument, error);
    action->kind = OP_LOAD;
    if (!reader_slot_number(reader, &action->size, error))
        return false;
    if (!*reader->at)
        return true;
    error_set(error, "behind the slot there can be nothing");
    return reader_fail(reader, error);
}
