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

/* Append what a file holds, stripped. What cannot be read holds nothing. */
static void add_stripped(const char *path, struct text *text)
{
    struct text source = {0}, stripped = {0};

    if (file_read(path, &source)) {
        source_strip(text_string(&source), &stripped);
        text_add_string(text, text_string(&stripped));
    }
    text_finish(&source);
    text_finish(&stripped);
}

/* Let the others come along: those whose headers are included, and those that are named, or have
 * the other half. */
static void take_others(const struct hand_in_paths *paths, const struct text *stripped,
                        struct hand_in *hand_in)
{
    const char *path = text_string(&hand_in->path);
    size_t before;

    companions_find(path, &hand_in->companions);
    for (size_t i = 0; i < hand_in->companions.count; i++)
        add_stripped(text_string(&hand_in->companions.paths[i]), &hand_in->beside);
    text_add_string(&hand_in->stripped, text_string(&hand_in->own));
    companions_add_pointer_types(path, &hand_in->stripped);
    before = hand_in->stripped.length;
    for (size_t i = 0; i < paths->count; i++) {
        companions_add(&hand_in->companions, path, text_string(&paths->paths[i]));
        text_add_string(&hand_in->stripped, text_string(&stripped[i]));
    }
    if (paths->count == 1)
        halves_add(path, &hand_in->stripped, &hand_in->companions);
    text_add_string(&hand_in->beside, text_string(&hand_in->stripped) + before);
}

/* ---- Which functions ---- */

static void replace(struct text *text, struct text with)
{
    text_finish(text);
    *text = with;
}

/* Leave of all scopes only this one. */
static void keep_scope(struct hand_in *hand_in, const char *scope)
{
    struct text own = {0}, all = {0};

    scopes_keep(text_string(&hand_in->own), scope, &own);
    scopes_keep(text_string(&hand_in->stripped), scope, &all);
    replace(&hand_in->own, own);
    replace(&hand_in->stripped, all);
}

/* How long the scope of a name is, such as "a::Pool::allocate". */
static size_t scope_length(const char *name, size_t length)
{
    while (length > 0 && name[length - 1] != ':')
        length--;
    return length > 0 ? length - 2 : 0;
}

/* Append the scope of the name that is wished for by its end, or of the first.
 *   names  of functions, as of scopes_list */
static void add_scope(const char *names, const char *wish, struct text *scope)
{
    size_t wished = wish ? scope_length(wish, strlen(wish)) : 0;

    for (size_t length; *names; names += length + strspn(names + length, ", ")) {
        size_t own = scope_length(names, length = strcspn(names, ","));

        if (own >= wished && strncmp(names + own - wished, wish ? wish : "", wished) == 0 &&
            (own == wished || wished == 0 || names[own - wished - 1] == ':')) {
            text_add_bytes(scope, names, own);
            return;
        }
    }
    text_add_bytes(scope, wish ? wish : "", wished);
}

/* The name of what allocates in all scopes together. */
static void add_allocate(const struct hand_in *hand_in, struct text *name)
{
    struct interface interface;
    struct text flat = {0};

    scopes_flatten(text_string(&hand_in->stripped), &flat);
    interface_find(text_string(&flat), &interface);
    text_add_string(name, interface.allocate);
    text_finish(&flat);
}

/* Look into the scope that is named, or else the first that has what allocates.
 *   ret_names  of all that do, is appended to */
static void enter_scope(const char *functions, struct hand_in *hand_in, struct text *ret_names)
{
    struct text allocate = {0}, scope = {0}, flat = {0};

    add_allocate(hand_in, &allocate);
    scopes_list(text_string(&hand_in->stripped), text_string(&allocate), ret_names);
    add_scope(text_string(ret_names), functions && strstr(functions, "::") ? functions : NULL,
              &scope);
    if (scope.length > 0)
        keep_scope(hand_in, text_string(&scope));
    scopes_flatten(text_string(&hand_in->stripped), &flat);
    replace(&hand_in->stripped, flat);
    text_finish(&allocate);
    text_finish(&scope);
}

/* Whether no function allocates that is in no namespace and no class. */
static bool is_scoped(const struct hand_in *hand_in)
{
    struct interface interface;
    struct text outside = {0};
    bool is_outside;

    scopes_outside(text_string(&hand_in->stripped), &outside);
    interface_find(text_string(&outside), &interface);
    is_outside = source_defines(text_string(&outside), interface.allocate);
    text_finish(&outside);
    return !is_outside;
}

/* Append all names of a list but one. */
static void add_others(const char *names, const char *but, struct text *others)
{
    for (size_t length; *names; names += length + strspn(names + length, ", ")) {
        length = strcspn(names, ",");
        if (strlen(but) != length || strncmp(names, but, length) != 0)
            text_add(others, "%s%.*s", others->length > 0 ? ", " : "", (int)length, names);
    }
}

/* Whether any function allocates. */
static bool has_any(const struct hand_in *hand_in)
{
    struct interface interface;

    interface_find(text_string(&hand_in->stripped), &interface);
    return source_defines(text_string(&hand_in->stripped), interface.allocate);
}

/* Choose among what is in scopes.
 *   names  of all that allocates in any */
static bool choose_in_scope(const char *functions, const char *names, struct hand_in *hand_in,
                            struct error *error)
{
    const char *colon = functions ? strrchr(functions, ':') : NULL;
    const char *wish = colon ? (colon[1] ? colon + 1 : NULL) : functions;
    struct text driven = {0};

    if (colon && !has_any(hand_in))
        return error_set(error, "no one set of functions is meant by '%s'; what allocates is %s",
                         functions, names);
    if (!interface_choose(text_string(&hand_in->stripped), wish, &hand_in->interface,
                          &hand_in->others, error))
        return false;
    scopes_qualify(text_string(&hand_in->own), hand_in->interface.allocate, &driven);
    if (driven.length > 0)
        add_others(names, text_string(&driven), &hand_in->others);
    text_finish(&driven);
    return true;
}

static bool choose_functions(const char *functions, struct hand_in *hand_in, struct error *error)
{
    struct text names = {0};
    struct error problem;
    bool good;

    hand_in->is_scoped = language_is_cpp(text_string(&hand_in->path)) &&
                         (is_scoped(hand_in) || (functions && strstr(functions, "::")));
    if (hand_in->is_scoped)
        enter_scope(functions, hand_in, &names);
    good = hand_in->is_scoped ? choose_in_scope(functions, text_string(&names), hand_in, &problem)
                              : interface_choose(text_string(&hand_in->stripped), functions,
                                                 &hand_in->interface, &hand_in->others, &problem);
    text_finish(&names);
    return good || error_set(error, "%s: %s", text_string(&hand_in->path), problem.text);
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
    text_finish(&hand_in->beside);
    text_finish(&hand_in->others);
    companions_finish(&hand_in->companions);
}
