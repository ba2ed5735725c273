/* hand_in.c: see hand_in.h. */
#include "own/hand_in.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "own/halves.h"
#include "own/language.h"
#include "own/scopes.h"

bool hand_in_is_source(const char *path)
{
    const char *dot = strrchr(path, '.');

    return (dot && strcmp(dot, ".c") == 0) || language_is_cpp(path);
}

/* ---- Which files ---- */

static bool add_path(struct hand_in_paths *paths, const char *path, size_t length,
                     struct error *error)
{
    if (paths->count == COMPANIONS_MAX)
        return error_set(error, "an allocator has %d files at most", COMPANIONS_MAX);
    text_add_bytes(&paths->paths[paths->count++], path, length);
    return true;
}

/* A name with commas in it may be that of a file. */
static bool add_word(struct hand_in_paths *paths, const char *word, struct error *error)
{
    bool good = true;

    if (access(word, F_OK) == 0)
        return add_path(paths, word, strlen(word), error);
    for (size_t length; good && *word; word += length + (word[length] == ',')) {
        length = strcspn(word, ",");
        if (length > 0)
            good = add_path(paths, word, length, error);
    }
    return good;
}

/* Put the file that is meant by a folder in its place. */
static bool enter_folder(struct text *path, struct error *error)
{
    struct text inside = {0};
    struct stat status;
    bool good;

    if (stat(text_string(path), &status) != 0 || !S_ISDIR(status.st_mode))
        return true;
    good = halves_find(text_string(path), &inside, error);
    text_finish(path);
    *path = inside;
    return good;
}

bool hand_in_find(const struct hand_in_wish *wish, struct hand_in_paths *ret_paths,
                  struct error *error)
{
    bool good = true;

    *ret_paths = (struct hand_in_paths){.count = 0};
    for (size_t i = 0; good && i < wish->file_count; i++)
        good = add_word(ret_paths, wish->files[i], error);
    if (good && ret_paths->count == 0)
        return error_set(error, "an allocator's FILE is missing");
    return good && (ret_paths->count > 1 || enter_folder(&ret_paths->paths[0], error));
}

void hand_in_paths_finish(struct hand_in_paths *paths)
{
    for (size_t i = 0; i < paths->count; i++)
        text_finish(&paths->paths[i]);
}

/* ---- What they say ---- */

static bool read_source(const char *path, struct text *ret_source, struct text *ret_stripped,
                        struct error *error)
{
    struct stat status;

    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(error, "%s: it is no file", path);
    if (!file_read(path, ret_source))
        return error_set_errno(error, "%s", path);
    if (ret_source->length == 0 || memchr(ret_source->data, '\0', ret_source->length))
        return error_set(error, "%s: it is neither C or C++ source nor a shared library", path);
    source_strip(text_string(ret_source), ret_stripped);
    return true;
}

/* Take over the one that allocates, of those that were read. */
static void take_first(const struct hand_in_paths *paths, struct text *sources,
                       struct text *stripped, struct hand_in *hand_in)
{
    struct text all = {0};
    size_t first = 0;

    for (size_t i = 0; i < paths->count; i++)
        text_add_string(&all, text_string(&stripped[i]));
    interface_find(text_string(&all), &hand_in->interface);
    while (first < paths->count &&
           !source_defines(text_string(&stripped[first]), hand_in->interface.allocate))
        first++;
    first = first < paths->count ? first : 0;
    text_add_string(&hand_in->path, text_string(&paths->paths[first]));
    hand_in->source = sources[first];
    hand_in->own = stripped[first];
    sources[first] = stripped[first] = (struct text){0};
    text_finish(&all);
}

/* Let the others come along. */
static void take_others(const struct hand_in_paths *paths, const struct text *stripped,
                        struct hand_in *hand_in)
{
    companions_find(text_string(&hand_in->path), &hand_in->companions);
    text_add_string(&hand_in->stripped, text_string(&hand_in->own));
    companions_add_pointer_types(text_string(&hand_in->path), &hand_in->stripped);
    for (size_t i = 0; i < paths->count; i++) {
        companions_add(&hand_in->companions, text_string(&hand_in->path),
                       text_string(&paths->paths[i]));
        text_add_string(&hand_in->stripped, text_string(&stripped[i]));
    }
    if (paths->count == 1)
        halves_add(text_string(&hand_in->path), &hand_in->stripped, &hand_in->companions);
}

/* Where no function allocates that is in no namespace and no class, look into these. */
static void enter_scopes(struct hand_in *hand_in)
{
    struct interface interface;
    struct text outside = {0}, flat = {0};

    scopes_outside(text_string(&hand_in->stripped), &outside);
    interface_find(text_string(&outside), &interface);
    hand_in->is_scoped = !source_defines(text_string(&outside), interface.allocate);
    text_finish(&outside);
    if (!hand_in->is_scoped)
        return;
    scopes_flatten(text_string(&hand_in->stripped), &flat);
    text_finish(&hand_in->stripped);
    hand_in->stripped = flat;
}

static bool choose_functions(const char *functions, struct hand_in *hand_in, struct error *error)
{
    struct error problem;

    return interface_choose(text_string(&hand_in->stripped), functions, &hand_in->interface,
                            &hand_in->others, &problem) ||
           error_set(error, "%s: %s", text_string(&hand_in->path), problem.text);
}

bool hand_in_read(const struct hand_in_paths *paths, const char *functions,
                  struct hand_in *ret_hand_in, struct error *error)
{
    struct text sources[COMPANIONS_MAX] = {{0}}, stripped[COMPANIONS_MAX] = {{0}};
    bool good = true;

    *ret_hand_in = (struct hand_in){.path = {0}};
    for (size_t i = 0; good && i < paths->count; i++)
        good = read_source(text_string(&paths->paths[i]), &sources[i], &stripped[i], error);
    if (good) {
        take_first(paths, sources, stripped, ret_hand_in);
        take_others(paths, stripped, ret_hand_in);
        if (language_is_cpp(text_string(&ret_hand_in->path)))
            enter_scopes(ret_hand_in);
        good = choose_functions(functions, ret_hand_in, error);
    }
    for (size_t i = 0; i < paths->count; i++) {
        text_finish(&sources[i]);
        text_finish(&stripped[i]);
    }
    return good;
}

void hand_in_finish(struct hand_in *hand_in)
{
    text_finish(&hand_in->path);
    text_finish(&hand_in->source);
    text_finish(&hand_in->own);
    text_finish(&hand_in->stripped);
    text_finish(&hand_in->others);
    companions_finish(&hand_in->companions);
}
