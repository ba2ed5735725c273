/* options.c: see options.h. */
#include "view/options.h"

struct glyph_pair {
    uint32_t unicode;
    char ascii;
};

static const struct glyph_pair glyphs[GLYPHS] = {
    [GLYPH_HORIZONTAL] = {0x2500, '-'},  [GLYPH_VERTICAL] = {0x2502, '|'},
    [GLYPH_TOP_LEFT] = {0x250c, '+'},    [GLYPH_TOP_RIGHT] = {0x2510, '+'},
    [GLYPH_BOTTOM_LEFT] = {0x2514, '+'}, [GLYPH_BOTTOM_RIGHT] = {0x2518, '+'},
    [GLYPH_TEE_LEFT] = {0x251c, '+'},    [GLYPH_TEE_RIGHT] = {0x2524, '+'},
    [GLYPH_TEE_DOWN] = {0x252c, '+'},    [GLYPH_TEE_UP] = {0x2534, '+'},
    [GLYPH_CROSS] = {0x253c, '+'},       [GLYPH_FREE] = {0xb7, '.'},
    [GLYPH_USED] = {0x2592, '='},        [GLYPH_MANY] = {0x2593, '#'},
    [GLYPH_BOOKKEEPING] = {0x2261, '%'}, [GLYPH_UNREADABLE] = {'?', '?'},
    [GLYPH_UNTOLD] = {'~', '~'},         [GLYPH_HEADER] = {'[', '['},
    [GLYPH_FOOTER] = {']', ']'},         [GLYPH_TAGS] = {0x2551, '|'},
    [GLYPH_PADDING] = {0x2591, '_'},     [GLYPH_ARROW] = {0x2192, '>'},
    [GLYPH_ELLIPSIS] = {0x2026, '~'},    [GLYPH_MINUS] = {0x2212, '-'},
    [GLYPH_LIT] = {0x25c6, '*'},         [GLYPH_METER_FULL] = {0x2588, '#'},
    [GLYPH_METER_EMPTY] = {0x2591, '.'}, [GLYPH_LEAKED] = {0xd7, 'x'},
    [GLYPH_GREY] = {0x25cb, 'o'},        [GLYPH_BLACK] = {0x25cf, '@'},
    [GLYPH_ORPHAN] = {0x2573, 'X'},      [GLYPH_DAMAGED] = {'!', '!'},
    [GLYPH_PAGE] = {0xa6, '\''},
};

uint32_t view_glyph(const struct view_options *options, enum glyph glyph)
{
    return options->ascii ? (uint32_t)glyphs[glyph].ascii : glyphs[glyph].unicode;
}

uint32_t view_bar(const struct view_options *options, unsigned eighths)
{
    enum { LEFT_ONE_EIGHTH = 0x258f }; /* and on down to seven eighths, U+2589 */

    if (options->ascii)
        return eighths < 4 ? ':' : '+';
    return LEFT_ONE_EIGHTH - (eighths - 1);
}

uint32_t view_column(const struct view_options *options, unsigned eighths)
{
    enum { LOWER_ONE_EIGHTH = 0x2581 }; /* and on up to seven eighths, U+2587 */

    if (options->ascii)
        return eighths < 4 ? ':' : '+';
    return LOWER_ONE_EIGHTH + (eighths - 1);
}
