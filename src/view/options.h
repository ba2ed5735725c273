/* options.h: what the output can do, and the characters that views draw with. */
#ifndef VIEW_OPTIONS_H
#define VIEW_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct view_options {
    bool ascii;              /* draw with ASCII characters alone */
    bool unstyled;           /* the output has no colours and no reverse video */
    bool absolute_addresses; /* instead of offsets from the heap's start */
    bool hilbert;            /* the map's cells go along a curve, and not row by row */
};

/* The characters that views draw with. */
enum glyph {
    GLYPH_HORIZONTAL,
    GLYPH_VERTICAL,
    GLYPH_TOP_LEFT,
    GLYPH_TOP_RIGHT,
    GLYPH_BOTTOM_LEFT,
    GLYPH_BOTTOM_RIGHT,
    GLYPH_TEE_LEFT, /* in the left border, open to the right */
    GLYPH_TEE_RIGHT,
    GLYPH_TEE_DOWN,
    GLYPH_TEE_UP,
    GLYPH_CROSS,
    GLYPH_FREE,
    GLYPH_USED, /* a used block without room for its name */
    GLYPH_MANY, /* several used blocks */
    GLYPH_BOOKKEEPING,
    GLYPH_UNREADABLE,
    GLYPH_UNTOLD,
    GLYPH_LEAKED,
    GLYPH_GREY, /* what a collector found of a block */
    GLYPH_BLACK,
    GLYPH_ORPHAN,
    GLYPH_DAMAGED,
    GLYPH_PAGE, /* where a page of memory begins */
    GLYPH_HEADER,
    GLYPH_FOOTER,
    GLYPH_TAGS, /* a footer and the next block's header */
    GLYPH_PADDING,
    GLYPH_ARROW,
    GLYPH_ELLIPSIS,
    GLYPH_MINUS,
    GLYPH_LIT,
    GLYPH_METER_FULL,
    GLYPH_METER_EMPTY,
    GLYPHS
};

uint32_t view_glyph(const struct view_options *options, enum glyph glyph);

/* A bar that is `eighths` of a cell wide (1 to 7), from its left side, or high, from below. Without
 * such characters: what stands for less than a half, or for more. */
uint32_t view_bar(const struct view_options *options, unsigned eighths);
uint32_t view_column(const struct view_options *options, unsigned eighths);

#endif
