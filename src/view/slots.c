/* slots.c: see slots.h. */
#include "view/slots.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "session/links.h"
#include "view/words.h"

uint64_t slots_find(const struct picture *picture, uint64_t at)
{
    for (uint64_t i = 0; picture->links.count > 0 && i < SLOT_BYTES && i <= at; i++) {
        if (links_find(&picture->links, at - i) != NO_LINK)
            return at - i;
    }
    return OFFSET_NULL;
}

/* The first link of a payload that lies behind the offset `at`, as far as is looked; NULL if there
 * is none. */
static const struct payload_link *next_link(const struct picture *picture,
                                            const struct allocation *allocation, uint64_t at)
{
    enum { LOOKED_AT_MOST = 64 };
    const struct payload_link *next = NULL;
    uint32_t number = allocation->links_out;

    for (int i = 0; i < LOOKED_AT_MOST && number != NO_LINK; i++) {
        const struct payload_link *link = &picture->links.items[number];

        if (link->at >= at && (!next || link->at < next->at))
            next = link;
        number = link->next_out;
    }
    return next;
}

/* What a slot points to: the name of a block, or an offset. */
static const char *target_of(const struct picture *picture, const struct view_options *options,
                             const struct payload_link *link, char place[WORDS_PLACE_MAX])
{
    const struct allocation *target = ledger_find(&picture->ledger, link->target);

    if (link->freed_in > 0)
        return "freed";
    if (link->points_in)
        return "stack";
    if (target && target->referrer != NO_VARIABLE)
        return picture_name(picture, target->referrer);
    return words_place(picture, options, link->word, place);
}

/* Draw " .0>B", or " .0>" where the rest has no room; its width. */
static int draw_slot(struct grid *grid, int row, int column, int columns, enum style style,
                     const struct view_options *options, uint64_t slot, const char *target)
{
    char number[32];
    int width, target_width = grid_text_width(target);

    snprintf(number, sizeof number, " .%" PRIu64, slot);
    width = (int)strlen(number) + 1;
    if (width > columns)
        return 0;
    grid_text(grid, row, column, width, style, number);
    grid_put(grid, row, column + width - 1, view_glyph(options, GLYPH_ARROW), style);
    if (width + target_width > columns)
        return width;
    grid_text(grid, row, column + width, target_width, style, target);
    return width + target_width;
}

int slots_draw(struct grid *grid, int row, int column, int columns, enum style style,
               const struct picture *picture, const struct block *block,
               const struct view_options *options)
{
    const struct allocation *allocation = picture_allocation(picture, block);
    const struct payload_link *link = allocation ? next_link(picture, allocation, 0) : NULL;
    char place[WORDS_PLACE_MAX];
    int taken = 0, width;

    for (; link; link = next_link(picture, allocation, link->at + 1)) {
        width = draw_slot(grid, row, column + taken, columns - taken, style, options,
                          payload_link_slot(link), target_of(picture, options, link, place));
        if (width == 0)
            break;
        taken += width;
    }
    if (link && taken < columns)
        grid_put(grid, row, column + taken++, view_glyph(options, GLYPH_ELLIPSIS), style);
    return taken;
}
