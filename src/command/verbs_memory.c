/* verbs_memory.c: the commands that call the allocator, and those that use what it gave. */
#include <string.h>

#include "command/slot.h"
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

/* "B = A", "B = A+8", "B = A.0" or "B = NULL". */
VERB(let)
{
    char name[NAME_LENGTH_MAX + 1], other[NAME_LENGTH_MAX + 1];
    struct reader reader = reader_of(&arguments->items[0]), pointer;
    struct action action = {.kind = OP_LET, .name = name, .other = other};

    if (!reader_name(&reader, name, error))
        return false;
    if (*reader.at != '=') {
        error_set(error, "'=' is missing; it reads 'let B = A'");
        return reader_fail(&reader, error);
    }
    reader_skip(&reader, 1);
    pointer = reader;
    if (!reader_name(&reader, other, error))
        return false;
    if (*reader.at == '.')
        action.kind = OP_LOAD;
    if (action.kind == OP_LOAD && !reader_slot_number(&reader, &action.size, error))
        return false;
    if (action.kind == OP_LOAD && *reader.at) {
        error_set(error, "behind the slot there can be nothing");
        return reader_fail(&reader, error);
    }
    if (!reader_offset(&reader, &action.argument, error))
        return false;
    if (strcmp(other, "NULL") == 0)
        action.other = NULL;
    interpreter->task.column = reader_column(&pointer);
    return interpreter_act(interpreter, &action, error);
}
