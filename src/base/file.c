/* file.c: see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Write all of the text to a file that was just made, with the permissions that new files have. */
static bool fill(int descriptor, const struct text *text)
{
    const char *rest = text_string(text);
    size_t left = text->length;
    mode_t mask = umask(0);

    umask(mask);
    while (left > 0) {
        ssize_t written = write(descriptor, rest, left);

        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            rest += written;
            left -= (size_t)written;
        }
    }
    return fchmod(descriptor, 0666 & ~mask) == 0 && fsync(descriptor) == 0;
}

/* Let the file at `from` take the place at `to`. File systems that cannot refuse to replace are
 * told apart by looking first. */
static bool move_into_place(const char *from, const char *to, bool replaces)
{
    if (replaces)
        return rename(from, to) == 0;
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    if (access(to, F_OK) == 0) {
        errno = EEXIST;
        return false;
    }
    return rename(from, to) == 0;
}

static bool write_whole(const char *path, const struct text *text, bool replaces)
{
    struct text beside = {0};
    bool good = false;
    int descriptor, number;

    text_add(&beside, "%s.XXXXXX", path);
    descriptor = mkostemp(beside.data, O_CLOEXEC);
    if (descriptor >= 0) {
        good = fill(descriptor, text);
        good = close(descriptor) == 0 && good && move_into_place(beside.data, path, replaces);
        number = errno;
        if (!good)
            unlink(beside.data);
        errno = number;
    }
    text_finish(&beside);
    return good;
}

bool file_write(const char *path, const struct text *text, bool replaces, struct error *error)
{
    struct stat status;
    char *target;
    bool good;

    if (stat(path, &status) == 0) {
        if (!S_ISREG(status.st_mode))
            return error_set(error, "%s: this is no regular file", path);
        if (!replaces) {
            errno = EEXIST;
            return error_set_errno(error, "%s", path);
        }
    }
    target = realpath(path, NULL); /* of a symbolic link what it leads to is replaced */
    good = write_whole(target ? target : path, text, replaces);
    if (!good)
        error_set_errno(error, "%s", path);
    free(target);
    return good;
}

bool file_read(const char *path, struct text *text)
{
    enum { PART = 4096 };
    int file = open(path, O_RDONLY | O_CLOEXEC), number;
    char part[PART];
    ssize_t length;

    if (file < 0)
        return false;
    while ((length = read(file, part, PART)) > 0)
        text_add_bytes(text, part, (size_t)length);
    number = errno;
    close(file);
    errno = number;
    return length == 0;
}

const char *file_packed(const char *bytes, size_t size)
{
    static const struct {
        const char *beginning;
        size_t length;
        const char *what;
    } kinds[] = {
        {"\x1f\x8b", 2, "it is compressed; zcat unpacks it"},
        {"\xfd\x37zXZ", 5, "it is compressed; xzcat unpacks it"},
        {"\x28\xb5\x2f\xfd", 4, "it is compressed; zstdcat unpacks it"},
        {"BZh", 3, "it is compressed; bzcat unpacks it"},
        {"PK\x03\x04", 4, "it is a zip archive; unzip -p unpacks it"},
        {"\xff\xfe", 2, "it is UTF-16; iconv -f UTF-16 -t UTF-8 makes UTF-8 of it"},
        {"\xfe\xff", 2, "it is UTF-16; iconv -f UTF-16 -t UTF-8 makes UTF-8 of it"},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (size >= kinds[i].length && memcmp(bytes, kinds[i].beginning, kinds[i].length) == 0)
            return kinds[i].what;
    }
    return NULL;
}
