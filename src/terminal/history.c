/* history.c: see history.h. */
#include "terminal/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/user_file.h"

#define VARIABLE "XDG_STATE_HOME"

enum { BYTES_MOST = 64 << 20 }; /* of a file that is read */

static size_t count_lines(FILE *file)
{
    size_t lines = 0;
    int character;

    while ((character = getc(file)) != EOF)
        lines += character == '\n';
    rewind(file);
    return lines;
}

/* Write the lines from number `skip` on to a new file, and put it in the place of the old one. */
static void shorten(const struct history_file *file, FILE *old, size_t skip)
{
    struct text path = {0};
    char *line = NULL;
    size_t capacity = 0;
    FILE *shortened;
    int descriptor;

    text_add(&path, "%s.XXXXXX", file->path);
    descriptor = mkostemp(path.data, O_CLOEXEC);
    shortened = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    while (shortened && getline(&line, &capacity, old) > 0) {
        if (skip > 0)
            skip--;
        else
            fputs(line, shortened);
    }
    free(line);
    if (shortened) {
        bool written = fflush(shortened) == 0 && !ferror(shortened) && fsync(descriptor) == 0;

        fclose(shortened);
        if (!written || rename(path.data, file->path) != 0)
            unlink(path.data);
    }
    text_finish(&path);
    rewind(old);
}

static void load(struct history_file *file, FILE *stream,
                 void (*enter)(void *context, const char *line), void *context)
{
    size_t lines = count_lines(stream);
    size_t skip = lines > HISTORY_LINES ? lines - HISTORY_LINES : 0;
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;

    if (lines > 2 * HISTORY_LINES)
        shorten(file, stream, skip);
    while ((length = getline(&line, &capacity, stream)) > 0) {
        file->torn = line[length - 1] != '\n';
        line[strcspn(line, "\n")] = '\0';
        if (skip > 0)
            skip--;
        else if (line[0])
            enter(context, line);
    }
    free(line);
}

/* Read the file, if there is one.
 *   errors  there is one that cannot be read, or no place for one */
static bool read_file(struct history_file *file, void (*enter)(void *context, const char *line),
                      void *context, struct error *error)
{
    struct stat status;
    int descriptor;
    FILE *stream;

    if (!user_file_make_directories(VARIABLE, file->path))
        return error_set_errno(error, "%s", file->path);
    descriptor = user_file_open(file->path, error);
    if (descriptor < 0)
        return error->kind == ERROR_MISSING;
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        close(descriptor); /* nothing comes from a device */
        return true;
    }
    if (status.st_size > BYTES_MOST) {
        close(descriptor);
        return error_set(error, "%s: this is too large for a history", file->path);
    }
    stream = fdopen(descriptor, "r");
    load(file, stream, enter, context);
    fclose(stream);
    return true;
}

bool history_file_open(struct history_file *file, void (*enter)(void *context, const char *line),
                       void *context, struct error *error)
{
    struct error why;

    *file = (struct history_file){.path = user_file_path(VARIABLE, ".local/state", "history")};
    if (!file->path || read_file(file, enter, context, &why))
        return true;
    error_set_kind(error, why.kind, "no history is kept: %s", why.text);
    history_file_close(file);
    return false;
}

void history_file_close(struct history_file *file)
{
    free(file->path);
    *file = (struct history_file){0};
}

static bool append(const struct history_file *file, const char *line)
{
    int descriptor = open(file->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    struct text text = {0};
    bool written;

    if (descriptor < 0)
        return false;
    text_add(&text, "%s%s\n", file->torn ? "\n" : "", line);
    written = write(descriptor, text.data, text.length) == (ssize_t)text.length;
    if (!written && errno == 0)
        errno = ENOSPC;
    text_finish(&text);
    return close(descriptor) == 0 && written;
}

bool history_file_add(struct history_file *file, const char *line, struct error *error)
{
    if (!file->path)
        return true;
    errno = 0;
    if (!append(file, line)) {
        error_set_errno(error, "the history is no longer kept: %s", file->path);
        history_file_close(file);
        return false;
    }
    file->torn = false;
    return true;
}
