/* parts.h: the sources in a folder that may be parts of an allocator: no program, and nothing of
 * the lab's own. */
#ifndef OWN_PARTS_H
#define OWN_PARTS_H

#include "own/companions.h"

/* A source, and what it says. */
struct part {
    struct text path, stripped;
};

/* All of a folder in one language, in the order of their names. */
struct parts {
    struct part items[COMPANIONS_MAX];
    size_t count;
};

/* Read them; what cannot be read is none.
 *   folder   "" or with a slash at its end
 *   returns  for parts_finish */
struct parts parts_read(const char *folder, bool is_cpp);
void parts_finish(struct parts *parts);

#endif
