/* slot.c: see slot.h. */
#include "command/slot.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"

struct reader reader_of(const struct argument *argument)
{
    return (struct reader){argument, argument->text};
}

int reader_column(const struct reader *reader)
{
    return reader->argument->column + (int)(reader->at - reader->argument->text);
}

bool reader_fail(const struct reader *reader, struct error *error)
{
    error->column = reader_column(reader);
    return false;
}

void reader_skip(struct reader *reader, size_t count)
{
    reader->at += count;
    reader->at += strspn(reader->at, " \t");
}

bool reader_name(struct reader *reader, char ret_name[SCOPED_NAME_MAX + 1], struct error *error)
{
    size_t length;

    reader_skip(reader, 0);
    length = strcspn(reader->at, " \t=+.-");
    snprintf(ret_name, SCOPED_NAME_MAX + 1, "%.*s", (int)length, reader->at);
    if (length > SCOPED_NAME_MAX || !name_is_scoped(ret_name)) {
        if (length == 0)
            length = strcspn(reader->at, " \t");
        error_set(error, "'%.*s' is not a name; names look like A, b2, last_one", (int)length,
                  reader->at);
        return reader_fail(reader, error);
    }
    reader_skip(reader, length);
    return true;
}

bool reader_slot_number(struct reader *reader, uint64_t *ret_slot, struct error *error)
{
    enum { NUMBER_MAX = 20 };
    char number[NUMBER_MAX + 1];
    size_t length;

    if (*reader->at != '.') {
        error_set(error, "'.' and the number of a slot are missing, as in A.0");
        return reader_fail(reader, error);
    }
    length = strspn(reader->at + 1, "0123456789");
    snprintf(number, sizeof number, "%.*s", (int)(length < NUMBER_MAX ? length : NUMBER_MAX),
             reader->at + 1);
    if (length == 0 || !size_parse(number, ret_slot, error)) {
        error_set(error, "a slot is a number, from 0 on, as in A.0");
        reader->at++;
        return reader_fail(reader, error);
    }
    reader_skip(reader, 1 + length);
    return true;
}

bool reader_slot(struct reader *reader, char ret_name[SCOPED_NAME_MAX + 1], uint64_t *ret_slot,
                 struct error *error)
{
    return reader_name(reader, ret_name, error) && reader_slot_number(reader, ret_slot, error);
}

bool reader_offset(struct reader *reader, uint64_t *ret_offset, struct error *error)
{
    *ret_offset = 0;
    if (!*reader->at)
        return true;
    if (*reader->at != '+') {
        error_set(error, "behind the variable there can only be + and a number of bytes");
        return reader_fail(reader, error);
    }
    reader_skip(reader, 1);
    return size_parse(reader->at, ret_offset, error) || reader_fail(reader, error);
}
