/* words.c: see words.h. */
#include "view/words.h"

#include <inttypes.h>
#include <stdio.h>

const char *words_block(const struct session *session, const struct block *block)
{
    const char *name;

    switch ((enum hg_kind)block->kind) {
    case HG_FREE: return "free";
    case HG_BOOKKEEPING: return block->at == 0 ? "state" : "end";
    case HG_UNREADABLE: return "unreadable";
    case HG_USED: break;
    }
    name = session_block_name(session, block);
    return name ? name : "leaked";
}

const char *words_place(const struct session *session, const struct view_options *options,
                        uint64_t at, char buffer[WORDS_PLACE_MAX])
{
    if (options->absolute_addresses)
        snprintf(buffer, WORDS_PLACE_MAX, "0x%" PRIx64, session->mirror->heap_start + at);
    else
        snprintf(buffer, WORDS_PLACE_MAX, "+0x%04" PRIx64, at);
    return buffer;
}
