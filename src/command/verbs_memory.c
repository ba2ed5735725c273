/* verbs_memory.c: the commands that call the allocator, and those that use what it gave. */
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "command/verbs.h"

VERB(alloc)
{
    return interpreter_act(interpreter,
                           &(struct action){.kind = OP_ALLOC,
                                            .name = arguments->name,
                                            .size = arguments->items[0].number},
                           error);
}

VERB(calloc)
{
    return interpreter_act(interpreter,
                           &(struct action){.kind = OP_CALLOC,
                                            .name = arguments->name,
                                            .argument = arguments->items[0].number,
                                            .size = arguments->items[1].number},
                           error);
}

VERB(realloc)
{
    return interpreter_act(interpreter,
                           &(struct action){.kind = OP_REALLOC,
                                            .name = arguments->name,
                                            .size = arguments->items[0].number},
                           error);
}

VERB(aligned)
{
    return interpreter_act(interpreter,
                           &(struct action){.kind = OP_ALIGNED,
                                            .name = arguments->name,
                                            .argument = arguments->items[0].number,
                                            .size = arguments->items[1].number},
                           error);
}

VERB(free)
{
    return interpreter_act(
        interpreter,
        &(struct action){.kind = OP_FREE, .name = arguments->name, .forced = arguments->forced},
        error);
}

/* Without a byte, the name's first letter: it is easy to find in a dump. */
VERB(fill)
{
    uint64_t byte =
        arguments->count > 0 ? arguments->items[0].number : (unsigned char)arguments->name[0];

    return interpreter_act(
        interpreter, &(struct action){.kind = OP_FILL, .name = arguments->name, .argument = byte},
        error);
}

/* ---- let ---- */

/* What is read of an argument, up to here. */
struct reader {
    const struct argument *argument;
    const char *at;
};

static int column_of(const struct reader *reader)
{
    return reader->argument->column + (int)(reader->at - reader->argument->text);
}

static bool fail_here(const struct reader *reader, struct error *error)
{
    error->column = column_of(reader);
    return false;
}

/* Read a name, and the blanks around it. */
static bool read_name(struct reader *reader, char ret_name[NAME_LENGTH_MAX + 1],
                      struct error *error)
{
    size_t length;

    reader->at += strspn(reader->at, " \t");
    length = strcspn(reader->at, " \t=+");
    snprintf(ret_name, NAME_LENGTH_MAX + 1, "%.*s", (int)length, reader->at);
    if (length > NAME_LENGTH_MAX || !name_is_valid(ret_name)) {
        error_set(error, "'%.*s' is not a name; names look like A, b2, last_one", (int)length,
                  reader->at);
        return fail_here(reader, error);
    }
    reader->at += length;
    reader->at += strspn(reader->at, " \t");
    return true;
}

/* Read "+8", if it is there, to the end. */
static bool read_offset(struct reader *reader, uint64_t *ret_offset, struct error *error)
{
    *ret_offset = 0;
    if (!*reader->at)
        return true;
    if (*reader->at != '+') {
        error_set(error, "behind the variable there can only be + and a number of bytes");
        return fail_here(reader, error);
    }
    reader->at += 1 + strspn(reader->at + 1, " \t");
    return size_parse(reader->at, ret_offset, error) || fail_here(reader, error);
}

/* "B = A", "B = A+8" or "B = NULL". */
VERB(let)
{
    char name[NAME_LENGTH_MAX + 1], other[NAME_LENGTH_MAX + 1];
    struct reader reader = {&arguments->items[0], arguments->items[0].text}, pointer;
    struct action action = {.kind = OP_LET, .name = name, .other = other};

    if (!read_name(&reader, name, error))
        return false;
    if (*reader.at != '=') {
        error_set(error, "'=' is missing; it reads 'let B = A'");
        return fail_here(&reader, error);
    }
    reader.at += 1 + strspn(reader.at + 1, " \t");
    pointer = reader;
    if (!read_name(&reader, other, error) || !read_offset(&reader, &action.argument, error))
        return false;
    if (strcmp(other, "NULL") == 0)
        action.other = NULL;
    interpreter->task.column = column_of(&pointer);
    return interpreter_act(interpreter, &action, error);
}
