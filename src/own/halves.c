/* halves.c: see halves.h. */
#include "own/halves.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "own/headers.h"
#include "own/interface.h"
#include "own/language.h"

enum { PART_MAX = 1024 * 1024 };

/* A source, and what it says. */
struct part {
    struct text path, stripped;
};

/* All of a folder in one language, by their names. */
struct parts {
    struct part items[COMPANIONS_MAX];
    size_t count;
};

static void parts_finish(struct parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        text_finish(&parts->items[i].path);
        text_finish(&parts->items[i].stripped);
    }
}

static bool is_c(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot && strcmp(dot, ".c") == 0;
}

/* Whether a file of this name may be a part: no file of the lab's is one. */
static bool may_be(const char *name, bool is_cpp)
{
    const char *dot = strrchr(name, '.');

    return name[0] != '.' && (is_cpp ? language_is_cpp(name) : is_c(name)) &&
           !headers_are_of_lab(name, (size_t)(dot - name));
}

/* Read a source; programs, which drive an allocator or test it, are none. */
static bool read_part(const char *folder, const char *name, struct part *part)
{
    struct text source = {0};
    struct stat status;
    bool good;

    *part = (struct part){0};
    text_add(&part->path, "%s%s", folder, name);
    good = stat(text_string(&part->path), &status) == 0 && S_ISREG(status.st_mode) &&
           status.st_size <= PART_MAX && file_read(text_string(&part->path), &source) &&
           !memchr(text_string(&source), '\0', source.length);
    if (good)
        source_strip(text_string(&source), &part->stripped);
    text_finish(&source);
    return good && !source_defines(text_string(&part->stripped), "main");
}

/*   folder  "" or with a slash at its end */
static struct parts read_parts(const char *folder, bool is_cpp)
{
    struct parts parts = {.count = 0};
    struct dirent **names = NULL;
    int count = scandir(folder[0] ? folder : ".", &names, NULL, alphasort);

    for (int i = 0; i < count; i++) {
        struct part *part = &parts.items[parts.count];

        if (parts.count < COMPANIONS_MAX && may_be(names[i]->d_name, is_cpp)) {
            parts.count++;
            if (!read_part(folder, names[i]->d_name, part)) {
                text_finish(&part->path);
                text_finish(&part->stripped);
                parts.count--;
            }
        }
        free(names[i]);
    }
    free(names);
    return parts;
}

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
 *   folder  as of read_parts */
static void add_parts(const char *folder, const char *path, struct text *stripped,
                      struct companions *companions)
{
    struct parts parts = read_parts(folder, language_is_cpp(path));
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
        struct parts parts = read_parts(inside, is_cpp);

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
