/* changes.c: see changes.h. */
#include "view/changes.h"

#include "collector/events.h"

/* Which bytes an event changed for the map, and into what. */
enum part {
    PART_NONE,
    PART_BLOCK, /* [at, at + size) */
    PART_PAIR,  /* [at, at + size + other) */
    PART_LEFT,  /* the first `other` bytes of the block */
    PART_RIGHT  /* the last `other` bytes of it */
};

/* What is not here changes nothing that the map shows. */
static const struct {
    enum part part;
    enum change change;
} changes[EVENT_COUNT] = {
    [HG_EVENT_HANDOVER] = {PART_BLOCK, CHANGE_NEW},
    [HG_EVENT_ABSORB] = {PART_RIGHT, CHANGE_NEW},
    [HG_EVENT_RELEASE] = {PART_BLOCK, CHANGE_FREED},
    [HG_EVENT_SPLIT] = {PART_PAIR, CHANGE_REMAINDER},
    [HG_EVENT_MERGE_LEFT] = {PART_LEFT, CHANGE_MERGED},
    [HG_EVENT_MERGE_RIGHT] = {PART_RIGHT, CHANGE_MERGED},
};

bool change_of_event(const struct hg_event *event, struct changed_region *ret_region)
{
    enum part part = event->kind < EVENT_COUNT ? changes[event->kind].part : PART_NONE;
    uint64_t at = event->at, size = event->size;

    switch (part) {
    case PART_NONE: return false;
    case PART_BLOCK: break;
    case PART_PAIR: size += event->other; break;
    case PART_LEFT: size = event->other; break;
    case PART_RIGHT:
        at += size - event->other;
        size = event->other;
        break;
    }
    *ret_region = (struct changed_region){changes[event->kind].change, at, size};
    return true;
}

bool change_shows_on(enum change change, const struct block *block)
{
    return block->kind == (change == CHANGE_NEW ? HG_KIND_USED : HG_KIND_FREE);
}

/* ---- What they look like ---- */

static const struct {
    char sign;
    enum style style;
    const char *word;
} looks[CHANGES] = {
    [CHANGE_NEW] = {'+', STYLE_NEW, "new"},
    [CHANGE_FREED] = {'-', STYLE_FREED, "freed"},
    [CHANGE_REMAINDER] = {'/', STYLE_REMAINDER, "remainder"},
    [CHANGE_MERGED] = {'*', STYLE_MERGED, "merged"},
};

char change_sign(enum change change)
{
    return looks[change].sign;
}

enum style change_style(enum change change)
{
    return looks[change].style;
}

const char *change_word(enum change change)
{
    return looks[change].word;
}

static bool shows(const struct picture *picture, const struct changed_region *region)
{
    struct block_cursor cursor = block_table_find(&picture->blocks, region->at);
    const struct block *block;

    for (; (block = block_cursor_get(&cursor)) && block->at < region->at + region->size;
         block_cursor_next(&cursor)) {
        if (change_shows_on(region->change, block))
            return true;
    }
    return false;
}

unsigned changes_seen(const struct picture *picture)
{
    struct changed_region region;
    unsigned seen = 0;

    for (size_t i = 0; i < picture->events.count; i++) {
        if (change_of_event(&picture->events.items[i], &region) && !(seen & 1u << region.change) &&
            shows(picture, &region))
            seen |= 1u << region.change;
    }
    return seen;
}

bool change_of_block(const struct picture *picture, const struct block *block,
                     enum change *ret_change)
{
    struct changed_region region;

    for (size_t i = picture->events.count; i > 0; i--) {
        if (change_of_event(&picture->events.items[i - 1], &region) &&
            region.at < block->at + block->size && block->at < region.at + region.size &&
            change_shows_on(region.change, block)) {
            *ret_change = region.change;
            return true;
        }
    }
    return false;
}

void changes_add_legend(const struct picture *picture, struct text *text)
{
    unsigned seen = changes_seen(picture), before = 0;

    for (int change = 0; change < CHANGES; change++) {
        if (seen & 1u << change) {
            text_add_string(text, before++ > 0 ? ", " : "  signs: ");
            text_add_bytes(text, &looks[change].sign, 1);
            text_add_string(text, " ");
            text_add_string(text, looks[change].word);
        }
    }
}
