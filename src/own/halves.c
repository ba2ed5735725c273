/* halves.c: see halves.h. */
#include "own/halves.h"

#include <string.h>
#include <unistd.h>

#include "own/interface.h"
#include "own/language.h"
#include "own/parts.h"

/* The interface of all that a folder has. */
static struct interface interface_of(const struct parts *parts)
{
    struct interface interface;
    struct text all = {0};

    for (size_t i = 0; i < parts->count; i++)
        text_add_string(&all, text_string(&parts->items[i].stripped));
    interface_find(text_string(&all), &interface);
    text_finish(&all);
    return interface;
}

/* Whether a source has both halves of an allocator, or neither. */
static bool is_even(const struct text *stripped, const struct interface *interface)
{
    const char *said = text_string(stripped);

    return source_defines(said, interface->allocate) == source_defines(said, interface->release);
}

/* Let all parts in a folder but the one at `path` come along, if that has but half of what they
 * have.
 *   folder  as of parts_read */
static void add_parts(const char *folder, const char *path, struct text *stripped,
                      struct companions *companions)
{
    struct parts parts = parts_read(folder, language_is_cpp(path));
    struct interface interface = interface_of(&parts);
    bool is_half = !is_even(stripped, &interface);

    for (size_t i = 0; is_half && i < parts.count; i++) {
        if (strcmp(text_string(&parts.items[i].path), path) == 0)
            continue;
        text_add_string(stripped, text_string(&parts.items[i].stripped));
        companions_add(companions, path, text_string(&parts.items[i].path));
    }
    parts_finish(&parts);
}

void halves_add(const char *path, struct text *stripped, struct companions *companions)
{
    const char *slash = strrchr(path, '/');
    struct interface interface;
    struct text folder = {0};

    interface_find(text_string(stripped), &interface);
    if (source_defines(text_string(stripped), interface.allocate) &&
        source_defines(text_string(stripped), interface.release))
        return;
    text_add_bytes(&folder, path, slash ? (size_t)(slash + 1 - path) : 0);
    add_parts(text_string(&folder), path, stripped, companions);
    text_finish(&folder);
}

/* ---- A folder ---- */

/* Find the part that allocates; more than one is an error. */
static bool choose(const char *folder, const struct parts *parts, struct text *ret_path,
                   struct error *error)
{
    struct interface interface = interface_of(parts);
    const struct part *found = NULL;

    for (size_t i = 0; i < parts->count; i++) {
        if (!source_defines(text_string(&parts->items[i].stripped), interface.allocate))
            continue;
        if (found)
            return error_set(error, "%s: both %s and %s have %s: name one", folder,
                             text_string(&found->path), text_string(&parts->items[i].path),
                             interface.allocate);
        found = &parts->items[i];
    }
    if (found)
        text_add_string(ret_path, text_string(&found->path));
    return true;
}

/* Choose among the sources in one language, and after these in the other. */
static bool choose_by_language(const char *folder, const char *inside, struct text *ret_path,
                               struct error *error)
{
    bool good = true;

    for (int is_cpp = 0; good && ret_path->length == 0 && is_cpp < 2; is_cpp++) {
        struct parts parts = parts_read(inside, is_cpp);

        good = choose(folder, &parts, ret_path, error);
        parts_finish(&parts);
    }
    return good;
}

bool halves_find(const char *folder, struct text *ret_path, struct error *error)
{
    struct text inside = {0}, of_lab = {0};
    bool good;

    text_add_string(&inside, folder);
    text_trim_end(&inside, "/");
    text_add_string(&inside, "/");
    text_add(&of_lab, "%smm.c", text_string(&inside));
    good = access(text_string(&of_lab), F_OK) == 0 ||
           choose_by_language(folder, text_string(&inside), ret_path, error);
    if (ret_path->length == 0) /* also where there is nothing, to be told */
        text_add_string(ret_path, text_string(&of_lab));
    text_finish(&inside);
    text_finish(&of_lab);
    return good;
}
