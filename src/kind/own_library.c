/* own_library.c: see own_library.h. */
#include "kind/own_library.h"

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kind/break_place.h"
#include "kind/diverted.h"
#include "kind/narrow.h"
#include "kind/own.h"

/* A library's own functions are to be its own also where it calls them: the sanitizer's loader
 * refuses that. */
#if defined(__SANITIZE_ADDRESS__)
#define LOADS_DEEP 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define LOADS_DEEP 0
#endif
#endif
#ifndef LOADS_DEEP
#define LOADS_DEEP RTLD_DEEPBIND
#endif

/* Keep the C library's malloc, whoever calls it, off the break. */
static void move_malloc_away(void)
{
    void *volatile something;

    mallopt(M_MMAP_THRESHOLD, 1);
    mallopt(M_MMAP_MAX, 1 << 20);
    something = malloc(1);
    free(something);
}

/* Load the library, which is there once however often that is done; NULL if it cannot be. */
static void *load(void)
{
    move_malloc_away();
    return dlopen(getenv(OWN_LIBRARY), RTLD_NOW | RTLD_LOCAL | LOADS_DEEP);
}

/* Find the array that is the library's heap.
 *   returns  its first byte; NULL where there is none */
static char *find_array(void *library, size_t *ret_size)
{
    const char *array = getenv(OWN_ARRAY);
    struct link_map *map = NULL;
    char *size;
    uint64_t at;

    if (!array || !library || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0)
        return NULL;
    at = strtoull(array, &size, 0);
    *ret_size = strtoull(size + (*size == ':'), NULL, 0);
    return (char *)(uintptr_t)(map->l_addr + at);
}

void *own_library_place(void)
{
    const char *start = getenv(OWN_START);
    size_t size;
    char *array;

    if (getenv(OWN_ARRAY) && (array = find_array(load(), &size)))
        return break_place_around((uintptr_t)array, (uintptr_t)array + size) ? array : NULL;
    if (start)
        break_place(strtoull(start, NULL, 0));
    return NULL;
}

/* Why a library cannot be loaded, as dlerror says it: with its name, which nobody knows, and in
 * words of the loader's. */
static const char *loading_problem(const char *said)
{
    static const char mark[] = "undefined symbol: ";
    static char text[192];
    const char *found = strstr(said, mark);

    if (!found)
        return said;
    found += strlen(mark);
    snprintf(text, sizeof text,
             "the allocator uses '%.*s', which neither it nor the lab defines; where another "
             "source does, name both: a.c,b.c",
             (int)strcspn(found, " ,"), found);
    return text;
}

/* What the library takes of memory besides its array lies apart from that. */
static void take_apart(void *library)
{
    int *apart = dlsym(library, OWN_TAKES_APART);

    if (apart)
        *apart = true;
}

/* Load what is for 32 bits, whose heap has to lie where its pointers reach.
 *   returns  what is wrong; NULL for nothing */
static const char *load_narrow(void)
{
    move_malloc_away();
    if ((uintptr_t)sbrk(0) > UINT32_MAX)
        return "its heap cannot be moved to below 4 GiB, where pointers of 32 bits reach";
    return narrow_load(getenv(OWN_LIBRARY));
}

/* Load what is for 64 bits, and see to it that what it has of memory is seen.
 *   returns  what is wrong; NULL for nothing */
static const char *load_wide(struct own_library *library)
{
    library->handle = load();
    if (!library->handle)
        return loading_problem(dlerror());
    library->array = find_array(library->handle, &library->array_size);
    if (library->array)
        take_apart(library->handle);
    else
        divert_library(library->handle);
    return NULL;
}

const char *own_library_load(struct own_library *ret_library)
{
    *ret_library = (struct own_library){0};
    return narrow_is_library(getenv(OWN_LIBRARY)) ? load_narrow() : load_wide(ret_library);
}
