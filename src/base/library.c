/* library.c: see library.h. */
#include "base/library.h"

#include <limits.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

void library_add_own_folder(struct text *path)
{
    char link[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", link, sizeof link);
    const char *program = length > 0 ? link : (const char *)getauxval(AT_EXECFN);

    if (length <= 0) /* /proc is not mounted; it was executed by this path */
        length = program ? (ssize_t)strlen(program) : 0;
    while (length > 0 && program[length - 1] != '/')
        length--;
    text_add_bytes(path, length > 0 ? program : "./", length > 0 ? (size_t)length : 2);
}

bool library_find(const char *name, const char *room, struct text *path, struct error *error)
{
    const struct {
        bool from_program; /* relative to the program's folder */
        const char *folder;
    } places[] = {
        {true, room},
        {true, HEAPGLASS_LIBRARY_FROM_PROGRAM},
        {false, HEAPGLASS_LIBRARY_FOLDER},
    };

    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        text_clear(path);
        if (places[i].from_program)
            library_add_own_folder(path);
        text_add(path, "%s/%s", places[i].folder, name);
        if (access(text_string(path), R_OK) == 0)
            return true;
    }
    return error_set(error, "%s is neither beside the program nor in %s", name,
                     HEAPGLASS_LIBRARY_FOLDER);
}
