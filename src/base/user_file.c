/* user_file.c: see user_file.h. */
#include "base/user_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool write_all(int descriptor, const char *text)
{
    size_t length = strlen(text);
    bool written = write(descriptor, text, length) == (ssize_t)length && fsync(descriptor) == 0;

    return close(descriptor) == 0 && written;
}

bool user_file_write(const char *path, const char *text)
{
    struct text fresh = {0};
    bool written = false;
    int descriptor;

    if (!user_file_make_directories(path))
        return false;
    text_add(&fresh, "%s.XXXXXX", path);
    descriptor = mkostemp(fresh.data, O_CLOEXEC);
    if (descriptor >= 0) {
        written = write_all(descriptor, text) && rename(fresh.data, path) == 0;
        if (!written)
            unlink(fresh.data);
    }
    text_finish(&fresh);
    return written;
}
