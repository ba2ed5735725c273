/* verbs_look.c: the commands that look at the heap and change nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "command/place.h"
#include "command/verbs.h"
#include "explain/parts.h"
#include "session/compared.h"
#include "session/followed.h"

static bool show(struct interpreter *interpreter, enum exhibit_kind kind)
{
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = kind});
    return true;
}

#define VERB_THAT_SHOWS(name, kind)                                                                \
    VERB(name)                                                                                     \
    {                                                                                              \
        (void)arguments;                                                                           \
        (void)error;                                                                               \
        return show(interpreter, kind);                                                            \
    }

VERB_THAT_SHOWS(map, EXHIBIT_MAP)
VERB_THAT_SHOWS(legend, EXHIBIT_LEGEND)
VERB_THAT_SHOWS(blocks, EXHIBIT_BLOCKS)
VERB_THAT_SHOWS(stats, EXHIBIT_STATS)
VERB_THAT_SHOWS(vars, EXHIBIT_VARIABLES)

/* Lists are read anew: what faces have of them is only as much as a panel can show. */
VERB(freelist)
{
    struct exhibit exhibit = {.kind = EXHIBIT_FREE_LIST};

    (void)arguments;
    if (!session_read_lists(interpreter->session, SIZE_MAX, &exhibit.lists, error))
        return false;
    interpreter_exhibit(interpreter, &exhibit);
    return true;
}

/* ---- dump ---- */

/* What a dump shows where no length is given: a variable's block, or so many bytes. */
enum { DUMP_DEFAULT = 64, DUMP_MAX = 1024 * 1024 };

static uint64_t default_length(const struct session *session, const char *place, uint64_t at)
{
    const struct block *block = block_table_get(&session->mirror->picture.blocks, at);

    return !place_is_offset(place) && block && block->size < DUMP_DEFAULT ? block->size
                                                                          : DUMP_DEFAULT;
}

VERB(dump)
{
    struct session *session = interpreter->session;
    const char *place = arguments->items[0].text;
    uint64_t at = 0, length;
    unsigned char *bytes = NULL;
    size_t count = 0;

    if (!place_find(session, place, &at, error))
        return verb_fail_at(error, &arguments->items[0]);
    length = arguments->count > 1 ? arguments->items[1].number : default_length(session, place, at);
    if (length > DUMP_MAX) {
        error_set(error, "at most %d bytes can be dumped at once", DUMP_MAX);
        return verb_fail_at(error, &arguments->items[1]);
    }
    if (!session_read_bytes(session, at, length, &bytes, &count, error))
        return false;
    interpreter_exhibit(interpreter,
                        &(struct exhibit){EXHIBIT_DUMP, .at = at, .bytes = bytes, .count = count});
    return true;
}

/* A program that is held can be looked at, too. */
static bool compare(struct interpreter *interpreter, struct error *error)
{
    const struct session *session = interpreter->session;
    struct compared compared;

    if (!session_is_followed(session))
        return true;
    if (!session_can_compare(session)) {
        text_add(&interpreter->task.output,
                 " %s does not wait in its next call, so its memory was "
                 "not compared.",
                 text_string(&session->followed->guest->name));
        return true;
    }
    if (!session_compare(interpreter->session, &compared, error))
        return false;
    text_add(&interpreter->task.output,
             " So is it in the memory of process %d: %" PRIu64 " block%s, %" PRIu64
             " bytes of headers and footers, and %" PRIu64 " free list%s.",
             (int)guest_process(session->followed->guest), compared.blocks,
             compared.blocks == 1 ? "" : "s", compared.bytes, compared.lists,
             compared.lists == 1 ? "" : "s");
    return true;
}

VERB(check)
{
    const struct metrics *metrics;
    uint64_t blocks;

    (void)arguments;
    if (!session_check(interpreter->session, error)) {
        damage_explain(interpreter->session, error);
        return false;
    }
    metrics = &interpreter->session->mirror->picture.metrics;
    blocks = metrics->used_blocks + metrics->free_blocks;
    text_add(&interpreter->task.output,
             "The heap is whole, and what is shown is what is there: %" PRIu64
             " block%s in %" PRIu64 " bytes.",
             blocks, blocks == 1 ? "" : "s", metrics->heap_size);
    return compare(interpreter, error);
}
