/* verbs_memory.c: the commands that call the allocator, and those that use what it gave. */
#include <string.h>

#include "command/queue.h"
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

/* ---- fill ---- */

/* Write so many bytes, as memset does: as far as that goes, which may be beyond the payload. */
static bool fill_so_many(struct interpreter *interpreter, const struct arguments *arguments,
                         unsigned char byte, struct error *error)
{
    uint64_t length = arguments->items[1].number;
    unsigned char bytes[STORE_MAX];

    if (length == 0 || length > sizeof bytes) {
        error_set(error,
                  length ? "at most %d bytes can be written at once, or all of the payload"
                         : "there is nothing to write",
                  STORE_MAX);
        return verb_fail_at(error, &arguments->items[1]);
    }
    memset(bytes, byte, length);
    return interpreter_act(interpreter,
                           &(struct action){.kind = OP_POKE,
                                            .name = arguments->name,
                                            .size = length,
                                            .bytes = bytes,
                                            .forced = arguments->forced},
                           error);
}

/* Whether so many bytes are just what was asked for of what NAME points to. */
static bool is_all(struct interpreter *interpreter, const char *name, uint64_t length)
{
    const struct session *session = interpreter->session;
    const struct allocation *allocation;
    struct variable variable;
    struct error ignored;
    uint32_t place;

    if (!session_variable(session, name, &place, &variable, &ignored))
        return false;
    allocation = ledger_find(&session->mirror->picture.ledger, variable.payload);
    return allocation && allocation->requested == length;
}

/* Without a byte, the name's first letter: it is easy to find in a dump. */
VERB(fill)
{
    uint64_t byte =
        arguments->count > 0 ? arguments->items[0].number : (unsigned char)arguments->name[0];

    if (arguments->count > 1 && !queue_settle(interpreter))
        return error_set_told(error);
    if (arguments->count > 1 && !is_all(interpreter, arguments->name, arguments->items[1].number))
        return fill_so_many(interpreter, arguments, (unsigned char)byte, error);
    return interpreter_act(
        interpreter, &(struct action){.kind = OP_FILL, .name = arguments->name, .argument = byte},
        error);
}
