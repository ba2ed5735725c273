/* user_file.c: see user_file.h. */
#include "base/user_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/text.h"

char *user_file_path(const char *variable, const char *fallback, const char *name)
{
    const char *folder = getenv(variable), *home = getenv("HOME");
    struct text path = {0};

    if (folder && folder[0] == '/')
        text_add(&path, "%s/heapglass/%s", folder, name);
    else if (home && home[0] == '/')
        text_add(&path, "%s/%s/heapglass/%s", home, fallback, name);
    return path.data;
}

bool user_file_make_directories(const char *path)
{
    char *copy = memory_copy_string(path);
    bool made = true;

    for (char *slash = strchr(copy + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = mkdir(copy, 0700) == 0 || errno == EEXIST;
        *slash = '/';
    }
    free(copy);
    return made;
}
