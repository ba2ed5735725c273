/* style.h: what a cell on the screen means. What it looks like is a theme's business. */
#ifndef VIEW_STYLE_H
#define VIEW_STYLE_H

enum style {
    STYLE_PLAIN,
    STYLE_DIM,    /* what explains something else */
    STYLE_STRONG, /* what is to be read first */
    STYLE_TITLE,  /* the line at the top */
    STYLE_BORDER,
    STYLE_HEADING, /* in a border */
    STYLE_USED_1,  /* blocks in use, in shades that tell neighbours apart */
    STYLE_USED_2,
    STYLE_USED_3,
    STYLE_USED_4,
    STYLE_CROWD, /* several blocks in use */
    STYLE_FREE,
    STYLE_BOOKKEEPING, /* the allocator's own data, which belong to no block */
    STYLE_UNREADABLE,
    STYLE_LEAKED,    /* a block in use to which no variable leads */
    STYLE_DAMAGED,   /* a block that is not what it was made */
    STYLE_NEW,       /* what the last step handed out */
    STYLE_FREED,     /* what it gave back */
    STYLE_REMAINDER, /* what it cut off; while a collector plays, what that has looked through */
    STYLE_MERGED,    /* what it merged with what it gave back; or what has been reached */
    STYLE_OUTSIDE,   /* beyond the break */
    STYLE_HEADER,    /* a block's header or footer */
    STYLE_PADDING,
    STYLE_METER, /* the full part of a meter */
    STYLE_ERROR,
    STYLE_NOTICE,
    STYLE_PROMPT,
    STYLE_LIT,      /* what a step is just about */
    STYLE_EMPHASIS, /* what stands out in what is to be read first */
    STYLES,         /* how many there are */
    STYLE_NONE = STYLES
};

enum { USED_SHADES = STYLE_USED_4 - STYLE_USED_1 + 1 };

#endif
