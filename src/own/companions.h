/* companions.h: the other files of a hand-in that is in several: a source belongs to it if it lies
 * beside it, and one of its files includes the header of that name. What the lab itself has does
 * not. Headers may also lie in a folder "include" or "inc" there, or beside the source's folder. */
#ifndef OWN_COMPANIONS_H
#define OWN_COMPANIONS_H

#include <stddef.h>

#include "base/text.h"

enum { COMPANIONS_MAX = 32, COMPANIONS_FOLDERS_MAX = 6 };

struct companions {
    struct text paths[COMPANIONS_MAX];
    size_t count;
    struct text folders[COMPANIONS_FOLDERS_MAX]; /* where its headers may lie besides */
    size_t folder_count;
};

/* Find those of the source at `path`. What cannot be read has none. */
void companions_find(const char *path, struct companions *ret_companions);

/* Take over one more, of the source at `source`, unless it is known, or is that itself. */
void companions_add(struct companions *companions, const char *source, const char *path);

/* Append what the headers beside the source at `path`, which it includes, say of types of pointers:
 * see source.h. */
void companions_add_pointer_types(const char *path, struct text *text);

/* Append the names of the lab's headers that the source at `path` includes, and that do not lie
 * beside it: "mm.h and memlib.h". */
void companions_add_absent(const char *path, struct text *text);
void companions_finish(struct companions *companions);

#endif
