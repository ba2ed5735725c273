/* changes.c: see changes.h. */
#include "view/changes.h"

bool change_of_event(const struct hg_event *event, struct changed_region *ret_region)
{
    uint64_t at = event->at, size = event->size, end = at + size;

    switch ((enum hg_event_kind)event->kind) {
    case HG_EVENT_HANDOVER: *ret_region = (struct changed_region){CHANGE_NEW, at, size}; break;
    case HG_EVENT_ABSORB:
        *ret_region = (struct changed_region){CHANGE_NEW, end - event->other, event->other};
        break;
    case HG_EVENT_RELEASE: *ret_region = (struct changed_region){CHANGE_FREED, at, size}; break;
    case HG_EVENT_SPLIT:
        *ret_region = (struct changed_region){CHANGE_REMAINDER, at, size + event->other};
        break;
    case HG_EVENT_MERGE_LEFT:
        *ret_region = (struct changed_region){CHANGE_MERGED, at, event->other};
        break;
    case HG_EVENT_MERGE_RIGHT:
        *ret_region = (struct changed_region){CHANGE_MERGED, end - event->other, event->other};
        break;
    case HG_EVENT_REQUEST:
    case HG_EVENT_CARVE:
    case HG_EVENT_GATHER:
    case HG_EVENT_VISIT:
    case HG_EVENT_TAKE:
    case HG_EVENT_UNLINK:
    case HG_EVENT_WHOLE:
    case HG_EVENT_PUSH:
    case HG_EVENT_REPLACE:
    case HG_EVENT_RESERVE:
    case HG_EVENT_RESET:
    case HG_EVENT_GROW:
    case HG_EVENT_GROW_REFUSED:
    case HG_EVENT_FRESH:
    case HG_EVENT_TRIM:
    case HG_EVENT_DISCARD:
    case HG_EVENT_COPY:
    case HG_EVENT_REFUSE:
    case HG_EVENT_COUNT: return false;
    }
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

void changes_add_legend(const struct picture *picture, struct text *text)
{
    bool found[CHANGES] = {false};
    struct changed_region region;

    for (size_t i = 0; i < picture->events.count; i++) {
        if (change_of_event(&picture->events.items[i], &region) && !found[region.change])
            found[region.change] = shows(picture, &region);
    }
    for (int change = 0; change < CHANGES; change++) {
        if (found[change])
            text_add(text, "  %c %s", looks[change].sign, looks[change].word);
    }
}
