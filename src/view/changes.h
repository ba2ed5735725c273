/* changes.h: what the last step did to which part of the heap, as its events tell it. */
#ifndef VIEW_CHANGES_H
#define VIEW_CHANGES_H

#include "base/text.h"
#include "session/picture.h"
#include "view/style.h"

enum change { CHANGE_NEW, CHANGE_FREED, CHANGE_REMAINDER, CHANGE_MERGED, CHANGES };

struct changed_region {
    enum change change;
    uint64_t at, size;
};

/* The region that an event changed; false for an event that changes none. Where regions of a step
 * overlap, the later one counts; and only what is of the change's kind after the step: used if new,
 * else free. */
bool change_of_event(const struct hg_event *event, struct changed_region *ret_region);

/* Whether `block`, as it is after the step, shows the change. */
bool change_shows_on(enum change change, const struct block *block);

/* Its character on the map, and its style. */
char change_sign(enum change change);
enum style change_style(enum change change);

/* What it is called ("freed"). */
const char *change_word(enum change change);

/* Those that show on any block: a bit, 1 << change, for each. */
unsigned changes_seen(const struct picture *picture);

/* The last change that shows on `block`; false if none does. */
bool change_of_block(const struct picture *picture, const struct block *block,
                     enum change *ret_change);

/* Append the signs and words of the changes that show on the blocks ("  signs: + new"). */
void changes_add_legend(const struct picture *picture, struct text *text);

#endif
