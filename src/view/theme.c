/* theme.c: the one table of themes. Colours of the sixteen that terminals show in different ways
 * are paired so that text can be read in all of them: black on the bright ones, white on the
 * others; and brown, which some show as yellow, is no paper but where there are only eight. */
#include "view/theme.h"

#include <stddef.h>

#include "show/preferences.h"

enum { OWN = COLOR_OWN };

/* The eight colours, and the same in bright. */
enum {
    BLACK,
    RED,
    GREEN,
    YELLOW,
    BLUE,
    MAGENTA,
    CYAN,
    WHITE,
    GRAY,
    L_RED,
    L_GREEN,
    L_YELLOW,
    L_BLUE,
    L_MAGENTA,
    L_CYAN,
    L_WHITE,
};

enum {
    BOLD = ATTRIBUTE_BOLD,
    DIM = ATTRIBUTE_DIM,
    FILL = ATTRIBUTE_REVERSE,
    UNDERLINE = ATTRIBUTE_UNDERLINE,
    LIT =
        BOLD | FILL | UNDERLINE, /* without colours: what is lit is told from the focus by weight */
};

/* For screens that are looked at in the dark: a dark ground of its own. */
static const struct theme_style dark[STYLES] = {
    [STYLE_PLAIN] = {{0xd4d8dd, 0x101316}, {WHITE, BLACK}, {WHITE, BLACK}, 0, 0},
    [STYLE_DIM] = {{0x8f969e, 0x101316}, {WHITE, BLACK}, {WHITE, BLACK}, 0, DIM},
    [STYLE_STRONG] = {{0xffffff, 0x101316}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, BOLD, BOLD},
    [STYLE_EMPHASIS] = {{0xffffff, 0x101316},
                        {L_WHITE, BLACK},
                        {L_WHITE, BLACK},
                        BOLD | UNDERLINE,
                        BOLD | UNDERLINE},
    [STYLE_TITLE] = {{0xffffff, 0x0a5c84}, {L_WHITE, BLUE}, {L_WHITE, BLUE}, 0, FILL},
    [STYLE_BORDER] = {{0x555c64, 0x101316}, {GRAY, BLACK}, {WHITE, BLACK}, 0, DIM},
    [STYLE_HEADING] = {{0x83cdf5, 0x101316}, {L_CYAN, BLACK}, {L_CYAN, BLACK}, 0, BOLD},
    [STYLE_USED_1] = {{0xffffff, 0x0e62ad}, {L_WHITE, BLUE}, {L_WHITE, BLUE}, 0, FILL},
    [STYLE_USED_2] = {{0xffffff, 0x6360ae}, {L_WHITE, MAGENTA}, {L_WHITE, MAGENTA}, 0, FILL},
    [STYLE_USED_3] = {{0xffffff, 0x125b5e}, {BLACK, CYAN}, {BLACK, CYAN}, 0, FILL},
    [STYLE_USED_4] = {{0xffffff, 0x855c88}, {L_WHITE, L_BLUE}, {BLACK, GREEN}, 0, FILL},
    [STYLE_CROWD] = {{0x000000, 0x8fb0d2}, {BLACK, WHITE}, {L_CYAN, BLUE}, 0, FILL},
    [STYLE_FREE] = {{0x8bd48b, 0x1c2024}, {L_GREEN, BLACK}, {L_GREEN, BLACK}, 0, 0},
    [STYLE_BOOKKEEPING] = {{0xffffff, 0x7c5410}, {BLACK, L_WHITE}, {BLUE, WHITE}, 0, FILL | BOLD},
    [STYLE_UNREADABLE] = {{0xffffff, 0xcc1420}, {L_WHITE, RED}, {L_YELLOW, RED}, BOLD, BOLD},
    [STYLE_LEAKED] = {{0xffffff, 0xa03070}, {L_RED, BLACK}, {L_WHITE, RED}, 0, FILL},
    [STYLE_DAMAGED] = {{0x000000, 0xff7a5c}, {L_YELLOW, RED}, {L_CYAN, RED}, BOLD, FILL | BOLD},
    [STYLE_NEW] = {{0xfff8b4, 0x5e5a00}, {BLACK, L_MAGENTA}, {BLACK, YELLOW}, BOLD, FILL | BOLD},
    [STYLE_FREED] = {{0xffb0ae, 0x601014}, {BLACK, L_RED}, {L_RED, BLACK}, 0, BOLD},
    [STYLE_REMAINDER] = {{0xb4fcae, 0x0a5c14}, {BLACK, L_GREEN}, {GREEN, BLACK}, BOLD, BOLD},
    [STYLE_MERGED] = {{0xaef6fa, 0x141486}, {BLACK, L_CYAN}, {CYAN, BLACK}, BOLD, BOLD},
    [STYLE_OUTSIDE] = {{0x454b52, 0x101316}, {GRAY, BLACK}, {WHITE, BLACK}, 0, DIM},
    [STYLE_HEADER] = {{0x000000, 0xd8ac5c}, {BLACK, L_YELLOW}, {BLACK, WHITE}, 0, BOLD},
    [STYLE_PADDING] = {{0x000000, 0xa6a09a}, {BLACK, GREEN}, {L_MAGENTA, BLACK}, 0, 0},
    [STYLE_METER] = {{0xd8ac5c, 0x2e3338}, {L_YELLOW, BLACK}, {YELLOW, BLACK}, 0, 0},
    [STYLE_ERROR] = {{0xff8b88, 0x101316}, {L_RED, BLACK}, {L_RED, BLACK}, BOLD, BOLD},
    [STYLE_NOTICE] = {{0xffd68a, 0x101316}, {L_YELLOW, BLACK}, {L_YELLOW, BLACK}, 0, BOLD},
    [STYLE_LIT] = {{0x000000, 0xfff85a}, {BLACK, L_WHITE}, {L_YELLOW, BLUE}, BOLD | UNDERLINE, LIT},
    [STYLE_PROMPT] = {{0x83cdf5, 0x101316}, {L_CYAN, BLACK}, {L_CYAN, BLACK}, BOLD, BOLD},
};

/* For projectors: strong inks and pale papers on white. */
static const struct theme_style light[STYLES] = {
    [STYLE_PLAIN] = {{0x1c1f22, 0xffffff}, {BLACK, L_WHITE}, {BLACK, WHITE}, 0, 0},
    [STYLE_DIM] = {{0x5c6268, 0xffffff}, {BLACK, L_WHITE}, {BLACK, WHITE}, 0, DIM},
    [STYLE_STRONG] = {{0x000000, 0xffffff}, {BLACK, L_WHITE}, {BLACK, WHITE}, BOLD, BOLD},
    [STYLE_EMPHASIS] = {{0x000000, 0xffffff},
                        {BLACK, L_WHITE},
                        {BLACK, WHITE},
                        BOLD | UNDERLINE,
                        BOLD | UNDERLINE},
    [STYLE_TITLE] = {{0xffffff, 0x0a5c84}, {L_WHITE, BLUE}, {L_WHITE, BLUE}, 0, FILL},
    [STYLE_BORDER] = {{0xa0a5aa, 0xffffff}, {GRAY, L_WHITE}, {BLACK, WHITE}, 0, DIM},
    [STYLE_HEADING] = {{0x0a5c84, 0xffffff}, {BLUE, L_WHITE}, {BLUE, WHITE}, BOLD, BOLD},
    [STYLE_USED_1] = {{0x000000, 0x8bd0fa}, {BLACK, L_CYAN}, {BLACK, CYAN}, 0, FILL},
    [STYLE_USED_2] = {{0x000000, 0xd6b0fb}, {BLACK, L_MAGENTA}, {L_WHITE, MAGENTA}, 0, FILL},
    [STYLE_USED_3] = {{0x000000, 0x9adccc}, {BLACK, L_GREEN}, {BLACK, GREEN}, 0, FILL},
    [STYLE_USED_4] = {{0x000000, 0x9aa4f4}, {BLACK, L_YELLOW}, {L_WHITE, BLUE}, 0, FILL},
    [STYLE_CROWD] = {{0x000000, 0x8fb0d2}, {BLACK, WHITE}, {L_CYAN, BLUE}, 0, FILL},
    [STYLE_FREE] = {{0x0a5a14, 0xeef0ec}, {BLACK, L_WHITE}, {BLACK, WHITE}, 0, 0},
    [STYLE_BOOKKEEPING] =
        {{0xffffff, 0x4a3c28}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, 0, FILL | BOLD},
    [STYLE_UNREADABLE] = {{0xffffff, 0xcc1420}, {BLACK, L_RED}, {L_YELLOW, RED}, BOLD, BOLD},
    [STYLE_LEAKED] = {{0xffffff, 0xa03070}, {RED, L_WHITE}, {L_MAGENTA, BLACK}, 0, FILL},
    [STYLE_DAMAGED] = {{0x000000, 0xff7a5c}, {RED, L_YELLOW}, {L_CYAN, RED}, BOLD, FILL | BOLD},
    [STYLE_NEW] = {{0x000000, 0xfffa8c}, {L_WHITE, MAGENTA}, {BLACK, YELLOW}, BOLD, FILL | BOLD},
    [STYLE_FREED] = {{0x8a0c14, 0xfcd8d6}, {L_WHITE, L_BLUE}, {L_RED, BLACK}, BOLD, BOLD},
    [STYLE_REMAINDER] = {{0x0a5a14, 0xd6fcd4}, {BLACK, GREEN}, {L_GREEN, BLACK}, BOLD, BOLD},
    [STYLE_MERGED] = {{0x101064, 0xd8d8fc}, {L_WHITE, BLUE}, {L_CYAN, BLACK}, BOLD, BOLD},
    [STYLE_OUTSIDE] = {{0xbcc0c4, 0xffffff}, {GRAY, L_WHITE}, {BLACK, WHITE}, 0, DIM},
    [STYLE_HEADER] = {{0xffffff, 0x8a5a08}, {L_WHITE, RED}, {L_WHITE, RED}, 0, BOLD},
    [STYLE_PADDING] = {{0x000000, 0xbcc0c4}, {BLACK, CYAN}, {BLUE, WHITE}, 0, 0},
    [STYLE_METER] = {{0xb06408, 0xe2e4e6}, {RED, L_WHITE}, {RED, WHITE}, 0, 0},
    [STYLE_ERROR] = {{0xcc1420, 0xffffff}, {RED, L_WHITE}, {L_WHITE, RED}, BOLD, BOLD},
    [STYLE_NOTICE] = {{0x8a5a08, 0xffffff}, {MAGENTA, L_WHITE}, {BLUE, WHITE}, BOLD, BOLD},
    [STYLE_LIT] = {{0xffffff, 0x000000}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, BOLD | UNDERLINE, LIT},
    [STYLE_PROMPT] = {{0x0a5c84, 0xffffff}, {BLUE, L_WHITE}, {BLUE, WHITE}, BOLD, BOLD},
};

/* For low vision: white or black text on black or bright papers, at a contrast of 7:1 or more. */
static const struct theme_style high_contrast[STYLES] = {
    [STYLE_PLAIN] = {{0xffffff, 0x000000}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, BOLD, 0},
    [STYLE_DIM] = {{0xd0d0d0, 0x000000}, {WHITE, BLACK}, {WHITE, BLACK}, 0, 0},
    [STYLE_STRONG] = {{0xffff00, 0x000000}, {L_YELLOW, BLACK}, {L_YELLOW, BLACK}, BOLD, BOLD},
    [STYLE_EMPHASIS] = {{0xffff00, 0x000000},
                        {L_YELLOW, BLACK},
                        {L_YELLOW, BLACK},
                        BOLD | UNDERLINE,
                        BOLD | UNDERLINE},
    [STYLE_TITLE] = {{0x000000, 0xffffff}, {BLACK, L_WHITE}, {BLACK, WHITE}, 0, FILL},
    [STYLE_BORDER] = {{0xffffff, 0x000000}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, 0, 0},
    [STYLE_HEADING] = {{0x00ffff, 0x000000}, {L_CYAN, BLACK}, {L_CYAN, BLACK}, BOLD, BOLD},
    [STYLE_USED_1] = {{0x000000, 0xffffff}, {BLACK, L_WHITE}, {BLACK, WHITE}, 0, FILL},
    [STYLE_USED_2] = {{0x000000, 0x00ffff}, {BLACK, L_CYAN}, {BLACK, CYAN}, 0, FILL},
    [STYLE_USED_3] = {{0x000000, 0xafafff}, {BLACK, L_GREEN}, {BLACK, GREEN}, 0, FILL},
    [STYLE_USED_4] = {{0x000000, 0xffafff}, {BLACK, L_MAGENTA}, {L_WHITE, MAGENTA}, 0, FILL},
    [STYLE_CROWD] = {{0x000000, 0xd0d8b0}, {BLACK, WHITE}, {L_YELLOW, MAGENTA}, 0, FILL},
    [STYLE_FREE] = {{0xffffff, 0x000000}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, BOLD, 0},
    [STYLE_BOOKKEEPING] = {{0x000000, 0xffafaf}, {L_WHITE, L_BLUE}, {BLUE, WHITE}, 0, FILL | BOLD},
    [STYLE_UNREADABLE] = {{0xffffff, 0xaf0000}, {L_WHITE, RED}, {L_YELLOW, RED}, BOLD, BOLD},
    [STYLE_LEAKED] = {{0xffffff, 0x5f0087}, {L_RED, BLACK}, {L_RED, BLACK}, BOLD, FILL},
    [STYLE_DAMAGED] = {{0x000000, 0xff5f87}, {L_YELLOW, RED}, {L_CYAN, RED}, BOLD, FILL | BOLD},
    [STYLE_NEW] = {{0x000000, 0xffff00}, {BLACK, L_YELLOW}, {L_WHITE, BLUE}, BOLD, FILL | BOLD},
    [STYLE_FREED] = {{0xffffff, 0x870000}, {L_WHITE, MAGENTA}, {L_WHITE, RED}, BOLD, BOLD},
    [STYLE_REMAINDER] = {{0xffffff, 0x005f00}, {BLACK, GREEN}, {L_GREEN, BLACK}, BOLD, BOLD},
    [STYLE_MERGED] = {{0xffffff, 0x000087}, {L_WHITE, BLUE}, {L_CYAN, BLACK}, BOLD, BOLD},
    [STYLE_OUTSIDE] = {{0xd0d0d0, 0x000000}, {WHITE, BLACK}, {WHITE, BLACK}, 0, 0},
    [STYLE_HEADER] = {{0x000000, 0xff8700}, {BLACK, L_RED}, {BLACK, YELLOW}, 0, BOLD},
    [STYLE_PADDING] = {{0x000000, 0xa8a8a8}, {BLACK, CYAN}, {L_MAGENTA, BLACK}, 0, 0},
    [STYLE_METER] = {{0xffff00, 0x000000}, {L_YELLOW, BLACK}, {L_YELLOW, BLACK}, 0, 0},
    [STYLE_ERROR] = {{0xffafaf, 0x000000}, {L_WHITE, RED}, {L_WHITE, RED}, BOLD, BOLD},
    [STYLE_NOTICE] = {{0xffff00, 0x000000}, {L_YELLOW, BLACK}, {L_YELLOW, BLACK}, BOLD, BOLD},
    [STYLE_LIT] =
        {{0x000000, 0xffff00}, {BLACK, L_YELLOW}, {L_YELLOW, BLUE}, BOLD | UNDERLINE, LIT},
    [STYLE_PROMPT] = {{0x00ffff, 0x000000}, {L_CYAN, BLACK}, {L_CYAN, BLACK}, BOLD, BOLD},
};

/* Blue, orange and yellow, and light against dark: apart for those who see no red or no green, too.
 */
static const struct theme_style color_blind[STYLES] = {
    [STYLE_PLAIN] = {{0xd4d8dd, 0x101316}, {WHITE, BLACK}, {WHITE, BLACK}, 0, 0},
    [STYLE_DIM] = {{0x8f969e, 0x101316}, {WHITE, BLACK}, {WHITE, BLACK}, 0, DIM},
    [STYLE_STRONG] = {{0xffffff, 0x101316}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, BOLD, BOLD},
    [STYLE_EMPHASIS] = {{0xffffff, 0x101316},
                        {L_WHITE, BLACK},
                        {L_WHITE, BLACK},
                        BOLD | UNDERLINE,
                        BOLD | UNDERLINE},
    [STYLE_TITLE] = {{0xffffff, 0x0a5c84}, {L_WHITE, BLUE}, {L_WHITE, BLUE}, 0, FILL},
    [STYLE_BORDER] = {{0x555c64, 0x101316}, {GRAY, BLACK}, {WHITE, BLACK}, 0, DIM},
    [STYLE_HEADING] = {{0x83cdf5, 0x101316}, {L_CYAN, BLACK}, {L_CYAN, BLACK}, 0, BOLD},
    [STYLE_USED_1] = {{0xffffff, 0x0e62ad}, {L_WHITE, BLUE}, {L_WHITE, BLUE}, 0, FILL},
    [STYLE_USED_2] = {{0x000000, 0x60b0dc}, {BLACK, CYAN}, {BLACK, CYAN}, 0, FILL},
    [STYLE_USED_3] = {{0xffffff, 0x000087}, {L_WHITE, MAGENTA}, {L_CYAN, BLUE}, BOLD, FILL},
    [STYLE_USED_4] = {{0x000000, 0xb2d6fc}, {BLACK, L_CYAN}, {BLACK, WHITE}, 0, FILL},
    [STYLE_CROWD] = {{0x000000, 0xd2d2d0}, {BLACK, WHITE}, {WHITE, BLUE}, 0, FILL},
    [STYLE_FREE] = {{0xbcbfc2, 0x1c2024}, {WHITE, BLACK}, {WHITE, BLACK}, 0, 0},
    [STYLE_BOOKKEEPING] = {{0x000000, 0xffd7af}, {BLACK, L_MAGENTA}, {BLUE, WHITE}, 0, FILL | BOLD},
    [STYLE_UNREADABLE] = {{0xffffff, 0x6208fa}, {L_WHITE, L_BLUE}, {L_WHITE, MAGENTA}, BOLD, BOLD},
    [STYLE_LEAKED] = {{0xffffff, 0x5f005f}, {L_RED, BLACK}, {L_RED, BLACK}, 0, FILL},
    [STYLE_DAMAGED] = {{0x000000, 0xe4ff9a}, {L_YELLOW, RED}, {L_CYAN, RED}, BOLD, FILL | BOLD},
    [STYLE_NEW] = {{0x000000, 0xffff00}, {BLACK, L_WHITE}, {L_WHITE, RED}, BOLD, FILL | BOLD},
    [STYLE_FREED] = {{0xffffff, 0x5a5856}, {L_WHITE, RED}, {L_YELLOW, BLACK}, BOLD, BOLD},
    [STYLE_REMAINDER] = {{0x000000, 0xb08a60}, {BLACK, GREEN}, {L_WHITE, BLACK}, 0, BOLD},
    [STYLE_MERGED] = {{0xffffff, 0x875f00}, {BLACK, L_RED}, {L_CYAN, BLACK}, BOLD, BOLD},
    [STYLE_OUTSIDE] = {{0x454b52, 0x101316}, {GRAY, BLACK}, {WHITE, BLACK}, 0, DIM},
    [STYLE_HEADER] = {{0x000000, 0xd88a06}, {BLACK, L_YELLOW}, {BLACK, YELLOW}, 0, BOLD},
    [STYLE_PADDING] = {{0x000000, 0x8f969e}, {BLACK, L_GREEN}, {L_MAGENTA, BLACK}, 0, 0},
    [STYLE_METER] = {{0xffb20a, 0x2e3338}, {L_YELLOW, BLACK}, {YELLOW, BLACK}, 0, 0},
    [STYLE_ERROR] = {{0xffb20a, 0x101316}, {L_YELLOW, BLACK}, {L_YELLOW, BLACK}, BOLD, BOLD},
    [STYLE_NOTICE] = {{0xfcf8b0, 0x101316}, {L_WHITE, BLACK}, {L_WHITE, BLACK}, 0, BOLD},
    [STYLE_LIT] =
        {{0x000000, 0xffff00}, {BLACK, L_MAGENTA}, {L_YELLOW, BLUE}, BOLD | UNDERLINE, LIT},
    [STYLE_PROMPT] = {{0x83cdf5, 0x101316}, {L_CYAN, BLACK}, {L_CYAN, BLACK}, BOLD, BOLD},
};

/* No colours: weight and reverse video alone. */
#define MONO(attributes)                                                                           \
    {                                                                                              \
        {OWN, OWN}, {OWN, OWN}, {OWN, OWN}, (attributes), (attributes)                             \
    }
static const struct theme_style mono[STYLES] = {
    [STYLE_PLAIN] = MONO(0),
    [STYLE_DIM] = MONO(DIM),
    [STYLE_STRONG] = MONO(BOLD),
    [STYLE_EMPHASIS] = MONO(BOLD | UNDERLINE),
    [STYLE_TITLE] = MONO(FILL),
    [STYLE_BORDER] = MONO(DIM),
    [STYLE_HEADING] = MONO(BOLD),
    [STYLE_USED_1] = MONO(FILL),
    [STYLE_USED_2] = MONO(FILL),
    [STYLE_USED_3] = MONO(FILL),
    [STYLE_USED_4] = MONO(FILL),
    [STYLE_CROWD] = MONO(FILL),
    [STYLE_FREE] = MONO(0),
    [STYLE_BOOKKEEPING] = MONO(FILL | BOLD),
    [STYLE_UNREADABLE] = MONO(BOLD),
    [STYLE_LEAKED] = MONO(FILL),
    [STYLE_DAMAGED] = MONO(FILL | BOLD),
    [STYLE_NEW] = MONO(FILL | BOLD),
    [STYLE_FREED] = MONO(BOLD),
    [STYLE_REMAINDER] = MONO(BOLD),
    [STYLE_MERGED] = MONO(BOLD),
    [STYLE_OUTSIDE] = MONO(DIM),
    [STYLE_HEADER] = MONO(BOLD),
    [STYLE_PADDING] = MONO(0),
    [STYLE_LIT] = MONO(LIT),
    [STYLE_METER] = MONO(0),
    [STYLE_ERROR] = MONO(BOLD),
    [STYLE_NOTICE] = MONO(BOLD),
    [STYLE_PROMPT] = MONO(BOLD),
};
#undef MONO

static const struct theme_style *const themes[THEMES] = {
    [THEME_DARK] = dark,
    [THEME_LIGHT] = light,
    [THEME_HIGH_CONTRAST] = high_contrast,
    [THEME_COLOR_BLIND] = color_blind,
    [THEME_MONO] = mono,
};

const struct theme_style *theme_get(unsigned theme)
{
    return theme < THEMES ? themes[theme] : NULL;
}
