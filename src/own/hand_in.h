/* hand_in.h: what is compiled of an allocator: its source, the others that belong to it, and which
 * of the functions in them are driven. */
#ifndef OWN_HAND_IN_H
#define OWN_HAND_IN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "own/companions.h"
#include "own/interface.h"

/* What is asked for. */
struct hand_in_wish {
    const char *const *files; /* each a path, or several with commas between them; */
    size_t file_count;        /* 1 at least, unless nothing is asked for */
    const char *functions;    /* those that are to be driven, as of interface_choose; or NULL */
    uint64_t bits;            /* of a pointer, 32 or 64; 0 for as many as it was written for */
};

struct hand_in {
    struct text path;     /* the source's, which the others go with */
    struct text source;   /* what it holds, */
    struct text own;      /* stripped (see source.h), */
    struct text stripped; /* and with what is needed of the others; flat where it is scoped */
    bool is_scoped;       /* its functions are in a namespace or a class: see scopes.h */
    struct companions companions;
    struct text beside; /* what those hold, stripped */
    struct interface interface;
    struct text others; /* names of what allocates, too, and is not driven: "a, b" */
};

/* The paths of the files. */
struct hand_in_paths {
    struct text paths[COMPANIONS_MAX];
    size_t count;
};

/* Tell the files apart; a folder stands for one in it, if it is the only one: see halves.h.
 *   ret_paths  for hand_in_paths_finish, whatever comes of it
 *   errors     too many; of a folder nobody knows which file it is */
bool hand_in_find(const struct hand_in_wish *wish, struct hand_in_paths *ret_paths,
                  struct error *error);
void hand_in_paths_finish(struct hand_in_paths *paths);

/* Read sources, and what goes with them. The one that allocates is the first.
 *   ret_hand_in  for hand_in_finish, whatever comes of it
 *   errors       one cannot be read, or is no source; there are no such functions */
bool hand_in_read(const struct hand_in_paths *paths, const char *functions,
                  struct hand_in *ret_hand_in, struct error *error);
void hand_in_finish(struct hand_in *hand_in);

/* Whether a path is that of a source, by its ending. */
bool hand_in_is_source(const char *path);

#endif
