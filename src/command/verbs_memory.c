/* verbs_memory.c: the commands that call the allocator. */
#include "command/verbs.h"

VERB(alloc)
{
    return verb_act(interpreter,
                    &(struct action){.kind = OP_ALLOC,
                                     .name = arguments->name,
                                     .size = arguments->items[0].number},
                    error);
}

VERB(calloc)
{
    return verb_act(interpreter,
                    &(struct action){.kind = OP_CALLOC,
                                     .name = arguments->name,
                                     .argument = arguments->items[0].number,
                                     .size = arguments->items[1].number},
                    error);
}

VERB(realloc)
{
    return verb_act(interpreter,
                    &(struct action){.kind = OP_REALLOC,
                                     .name = arguments->name,
                                     .size = arguments->items[0].number},
                    error);
}

VERB(aligned)
{
    return verb_act(interpreter,
                    &(struct action){.kind = OP_ALIGNED,
                                     .name = arguments->name,
                                     .argument = arguments->items[0].number,
                                     .size = arguments->items[1].number},
                    error);
}

VERB(free)
{
    return verb_act(
        interpreter,
        &(struct action){.kind = OP_FREE, .name = arguments->name, .forced = arguments->forced},
        error);
}

/* Without a byte, the name's first letter: it is easy to find in a dump. */
VERB(fill)
{
    uint64_t byte =
        arguments->count > 0 ? arguments->items[0].number : (unsigned char)arguments->name[0];

    return verb_act(interpreter,
                    &(struct action){.kind = OP_FILL, .name = arguments->name, .argument = byte},
                    error);
}
