/* companions.c: see companions.h. */
#include "own/companions.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "own/headers.h"
#include "own/language.h"
#include "own/source.h"

/* Append the path of NAME in the folder of `beside`, with another ending. */
static void add_path(const char *beside, const char *name, size_t length, const char *ending,
                     struct text *path)
{
    const char *slash = strrchr(beside, '/');

    if (slash)
        text_add_bytes(path, beside, (size_t)(slash + 1 - beside));
    text_add_bytes(path, name, length);
    text_add_string(path, ending);
}

/* Whether two paths lead to one file. */
static bool is_same(const char *a, const char *b)
{
    struct stat one, other;

    return strcmp(a, b) == 0 || (stat(a, &one) == 0 && stat(b, &other) == 0 &&
                                 one.st_dev == other.st_dev && one.st_ino == other.st_ino);
}

static bool is_file(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool is_known(const struct companions *companions, const char *source, const char *path)
{
    if (is_same(path, source))
        return true;
    for (size_t i = 0; i < companions->count; i++) {
        if (is_same(text_string(&companions->paths[i]), path))
            return true;
    }
    return false;
}

void companions_add(struct companions *companions, const char *source, const char *path)
{
    if (companions->count < COMPANIONS_MAX && !is_known(companions, source, path))
        text_add_string(&companions->paths[companions->count++], path);
}

/* The name that a line includes in quotes, without ".h", if it does.
 *   returns  its length, or 0 */
static size_t included_name(const char *line, const char **ret_name)
{
    size_t length;

    line += strspn(line, " \t");
    if (*line++ != '#')
        return 0;
    line += strspn(line, " \t");
    if (strncmp(line, "include", 7) != 0)
        return 0;
    line += 7;
    line += strspn(line, " \t");
    line += strncmp(line, "\"./", 3) == 0 ? 2 : 0; /* as good as a quote */
    length = *line == '"' || *line == '/' ? strcspn(line + 1, "\"\n") : 0;
    if (length < 3 || strncmp(line + length - 1, ".h\"", 3) != 0)
        return 0;
    *ret_name = line + 1;
    return length - 2;
}

/* Others are in the language of the source. */
static const char *ending_of(const char *source)
{
    return language_is_cpp(source) ? strrchr(source, '.') : ".c";
}

/* Take over the sources whose headers the file at `path` includes, one of those at `source`. */
static void look_at(const char *path, const char *source, struct companions *companions)
{
    FILE *file = fopen(path, "re");
    char line[1024];

    while (file && fgets(line, sizeof line, file)) {
        struct text other = {0};
        const char *name;
        size_t length = included_name(line, &name);

        if (length == 0 || headers_are_of_lab(name, length))
            continue;
        add_path(source, name, length, ending_of(source), &other);
        if (access(text_string(&other), R_OK) == 0)
            companions_add(companions, source, text_string(&other));
        text_finish(&other);
    }
    if (file)
        fclose(file);
}

static void find_folders(const char *path, struct companions *companions)
{
    static const char *const names[COMPANIONS_FOLDERS_MAX] = {
        "include", "includes", "inc", "../include", "../includes", "../inc"};

    for (size_t i = 0; i < COMPANIONS_FOLDERS_MAX; i++) {
        struct text folder = {0};

        add_path(path, names[i], strlen(names[i]), "", &folder);
        if (access(text_string(&folder), R_OK | X_OK) == 0)
            companions->folders[companions->folder_count++] = folder;
        else
            text_finish(&folder);
    }
}

void companions_find(const char *path, struct companions *ret_companions)
{
    *ret_companions = (struct companions){0};
    find_folders(path, ret_companions);
    look_at(path, path, ret_companions);
    for (size_t i = 0; i < ret_companions->count; i++)
        look_at(text_string(&ret_companions->paths[i]), path, ret_companions);
}

void companions_add_pointer_types(const char *path, struct text *text)
{
    FILE *file = fopen(path, "re");
    const char *name;
    char line[1024];

    while (file && fgets(line, sizeof line, file)) {
        struct text header = {0}, said = {0}, stripped = {0};
        size_t length = included_name(line, &name);

        if (length == 0)
            continue;
        add_path(path, name, length, ".h", &header);
        if (is_file(text_string(&header)) && file_read(text_string(&header), &said)) {
            source_strip(text_string(&said), &stripped);
            source_add_pointer_types(text_string(&stripped), text);
        }
        text_finish(&header);
        text_finish(&said);
        text_finish(&stripped);
    }
    if (file)
        fclose(file);
}

void companions_add_absent(const char *path, struct text *text)
{
    FILE *file = fopen(path, "re");
    const char *name, *before = "";
    char line[1024];

    while (file && fgets(line, sizeof line, file)) {
        struct text beside = {0};
        size_t length = included_name(line, &name);

        if (length == 0 || !headers_are_of_lab(name, length))
            continue;
        add_path(path, name, length, ".h", &beside);
        if (access(text_string(&beside), R_OK) != 0) {
            text_add(text, "%s%.*s.h", before, (int)length, name);
            before = " and ";
        }
        text_finish(&beside);
    }
    if (file)
        fclose(file);
}

void companions_finish(struct companions *companions)
{
    for (size_t i = 0; i < companions->count; i++)
        text_finish(&companions->paths[i]);
    for (size_t i = 0; i < companions->folder_count; i++)
        text_finish(&companions->folders[i]);
}
