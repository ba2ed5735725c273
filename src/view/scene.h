/* scene.h: what is to be drawn: a picture of a heap, how it came about, and what of it is looked
 * at. */
#ifndef VIEW_SCENE_H
#define VIEW_SCENE_H

#include "session/free_lists.h"
#include "session/history.h"
#include "session/picture.h"
#include "show/outlook.h"
#include "target/pages.h"
#include "target/space.h"

#define NO_FOCUS UINT64_MAX

struct scene {
    const struct picture *picture;
    const struct history *history; /* that led to it; NULL where nobody knows */
    const struct outlook *outlook;
    const struct free_lists *lists; /* as read after the last step */
    uint64_t focus;                 /* the offset that the views are about; NO_FOCUS for none */
    bool has_header;                /* the first word of the block there has been read: */
    uint64_t header;
    const struct pages *pages;  /* as read after the last step; NULL where nobody looked */
    const struct space *space;  /* likewise */
    bool is_imagined;           /* this is what if, and not what is */
    uint64_t lit_low, lit_high; /* what lies between these offsets is lit; equal: nothing */
    uint64_t scale;             /* bytes that a map has room for at least; 0: just the heap */
};

#endif
