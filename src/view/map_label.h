/* map_label.h: what is written into the parts of blocks on a map that has room for it. */
#ifndef VIEW_MAP_LABEL_H
#define VIEW_MAP_LABEL_H

#include "base/size.h"
#include "session/picture.h"

enum map_part_kind { MAP_PART_HEADER, MAP_PART_PAYLOAD, MAP_PART_PADDING, MAP_PART_FOOTER };

/* A part of a block; the payload of one that is free, or the heap's own, is all but its tags. */
struct map_part {
    const struct block *block; /* NULL: there are no more */
    enum map_part_kind kind;
    uint64_t low, high; /* offsets */
};

/* The same in some forms, longest first; "" behind the last. */
enum { LABEL_FORMS = 4, LABEL_MAX = 64 };
struct label {
    char forms[LABEL_FORMS][LABEL_MAX];
};

/* What stands in a part: what it is, how large it is, and both in one line.
 *   is_bare  there is neither colour nor reverse video: brackets tell header and footer */
struct label label_name(const struct picture *picture, const struct map_part *part, bool is_bare);
struct label label_size(const struct map_part *part);
struct label label_line(const struct picture *picture, const struct map_part *part, bool is_bare);

/* The longest form that takes at most so many columns; "" if none does. */
const char *label_choose(const struct label *label, int columns);

#endif
