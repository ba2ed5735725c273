/* verbs_memory.c: the commands that call the allocator, and those that use what it gave. */
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
