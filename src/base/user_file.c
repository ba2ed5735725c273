/* user_file.c: see user_file.h. */
#include "base/user_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

/* A folder that the environment names; NULL if it names none. */
static const char *folder_of(const char *variable)
{
    const char *folder = getenv(variable);

    return folder && folder[0] == '/' ? folder : NULL;
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

char *user_file_path(const char *variable, const char *fallback, const char *name)
{
    const char *folder = folder_of(variable), *home = folder_of("HOME");
    struct text path = {0};

    if (folder)
        text_add(&path, "%s/heapglass/%s", folder, name);
    else if (home)
        text_add(&path, "%s/%s/heapglass/%s", home, fallback, name);
    return path.data;
}

bool user_file_make_directories(const char *variable, const char *path)
{
    const char *folder = folder_of(variable), *home = folder_of("HOME");
    const char *root = home && is_below(path, home) ? home : folder;
    char *copy = memory_copy_string(path);
    bool made = root != NULL;

    for (char *slash = root ? strchr(copy + strlen(root) + 1, '/') : NULL; slash && made;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        made = mkdir(copy, 0700) == 0 || errno == EEXIST;
        *slash = '/';
    }
    free(copy);
    return made;
}

/* Say why a file cannot be opened. A link that leads nowhere is there all the same. */
static int cannot_open(const char *path, struct error *error)
{
    int number = errno;
    struct stat status;

    error_set_errno(error, "%s", path);
    if (number == ENOTDIR)
        error->kind = ERROR_MISSING;
    else if (number == ENOENT && lstat(path, &status) == 0)
        error_set(error, "%s: this link leads to no file", path);
    return -1;
}

int user_file_open(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (descriptor < 0)
        return cannot_open(path, error);
    if (fstat(descriptor, &status) == 0 && (S_ISREG(status.st_mode) || S_ISCHR(status.st_mode)))
        return descriptor;
    close(descriptor);
    errno = EISDIR;
    if (S_ISDIR(status.st_mode))
        return cannot_open(path, error);
    error_set(error, "%s: this is no regular file", path);
    return -1;
}
