/* parts.c: see parts.h. */
#include "own/parts.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "own/headers.h"
#include "own/language.h"
#include "own/source.h"

enum { PART_MAX = 1024 * 1024 };

void parts_finish(struct parts *parts)
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

struct parts parts_read(const char *folder, bool is_cpp)
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
