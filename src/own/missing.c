/* missing.c: see missing.h. */
#include "own/missing.h"

#include <ctype.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "own/language.h"
#include "own/parts.h"
#include "own/source.h"

/* What is looked for, and where. */
struct search {
    struct parts parts;
    bool is_read;                   /* they are, as something is missing */
    bool is_wanted[COMPANIONS_MAX]; /* of the parts, as it has something that is */
    struct text first, where;       /* the first that one has, and the source that has it */
};

/* Whether the loader would find it: in the C library, or here. */
static bool is_known(const char *name)
{
    return dlsym(RTLD_DEFAULT, name) != NULL;
}

static void read_beside(const char *path, struct search *search)
{
    const char *slash = strrchr(path, '/');
    struct text folder = {0};

    text_add_bytes(&folder, path, slash ? (size_t)(slash + 1 - path) : 0);
    search->parts = parts_read(text_string(&folder), language_is_cpp(path));
    search->is_read = true;
    text_finish(&folder);
}

/* Whether a source defines a function or a variable for others. */
static bool has(const struct part *part, const char *name)
{
    const char *stripped = text_string(&part->stripped);
    struct source_function function;

    if (!source_find(stripped, name, &function))
        return source_defines_variable(stripped, name);
    text_finish(&function.head);
    return !function.is_static;
}

/* Take what a C++ compiler adds off a name: its last part of "_Z4takem" or "_ZN4pool4takeEm". */
static void make_plain(struct text *name)
{
    const char *at = text_string(name), *last = NULL;
    size_t length = 0;
    struct text plain = {0};

    if (strncmp(at, "_Z", 2) != 0)
        return;
    at += 2 + strspn(at + 2, "NKL");
    while (isdigit((unsigned char)*at)) {
        char *word;

        length = strtoul(at, &word, 10);
        last = word;
        if (length > strlen(word))
            return;
        at = word + length;
    }
    if (!last)
        return;
    text_add_bytes(&plain, last, length);
    text_finish(name);
    *name = plain;
}

/* Look for the source that defines what is missing. */
static void look_for(const char *name, struct search *search)
{
    for (size_t i = 0; i < search->parts.count; i++) {
        const struct part *part = &search->parts.items[i];

        if (!has(part, name))
            continue;
        if (search->first.length == 0) {
            text_add_string(&search->first, name);
            text_add_string(&search->where, text_string(&part->path));
        }
        search->is_wanted[i] = true;
        return;
    }
}

/* Look for all that the library has not, and must have. */
static void look_for_all(const struct symbols *symbols, const char *path, struct search *search)
{
    struct text name = {0};
    Elf64_Sym symbol;

    for (uint64_t i = 0; symbols_get(symbols, i, &symbol); i++) {
        if (symbol.st_shndx != SHN_UNDEF || ELF64_ST_BIND(symbol.st_info) != STB_GLOBAL)
            continue;
        text_clear(&name);
        symbols_add_name(symbols, &symbol, &name);
        if (name.length == 0 || is_known(text_string(&name)))
            continue;
        if (!search->is_read)
            read_beside(path, search);
        make_plain(&name);
        look_for(text_string(&name), search);
    }
    text_finish(&name);
}

/* Append all that is to be named: "a.c,b.c". */
static void add_words(const struct hand_in_paths *paths, const struct search *search,
                      struct text *words)
{
    for (size_t i = 0; i < paths->count; i++)
        text_add(words, "%s%s", i > 0 ? "," : "", text_string(&paths->paths[i]));
    for (size_t i = 0; i < search->parts.count; i++) {
        if (search->is_wanted[i])
            text_add(words, ",%s", text_string(&search->parts.items[i].path));
    }
}

bool missing_check(const struct symbols *symbols, const struct hand_in_paths *paths,
                   struct error *error)
{
    const char *path = text_string(&paths->paths[0]);
    struct search search = {.is_read = false};
    struct text words = {0};
    bool good;

    look_for_all(symbols, path, &search);
    good = search.first.length == 0;
    if (!good) {
        add_words(paths, &search, &words);
        error_set(error,
                  "%s: it uses '%s', which neither it nor the lab defines, but %s does; name all "
                  "that belongs to it: %s",
                  path, text_string(&search.first), text_string(&search.where),
                  text_string(&words));
    }
    parts_finish(&search.parts);
    text_finish(&search.first);
    text_finish(&search.where);
    text_finish(&words);
    return good;
}
