/* sources.c: see sources.h. */
#include "session/sources.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "base/memory.h"
#include "base/utf8.h"

enum { FILE_BYTES_MOST = 4 << 20, TAB_COLUMNS = 8 };

struct source_file {
    unsigned users;
    char *given, *path; /* as given; from the root on */
    char **lines;
    size_t count, capacity;
};

static void release(struct source_file *file)
{
    if (--file->users > 0)
        return;
    for (size_t i = 0; i < file->count; i++)
        free(file->lines[i]);
    free(file->lines);
    free(file->given);
    free(file->path);
    free(file);
}

void sources_finish(struct sources *sources)
{
    for (size_t i = 0; i < sources->file_count; i++)
        release(sources->files[i]);
    free(sources->files);
    free(sources->marks);
    *sources = (struct sources){0};
}

struct sources sources_copy(const struct sources *sources)
{
    struct sources copy = {.file_count = sources->file_count,
                           .file_capacity = sources->file_count + 1,
                           .mark_count = sources->mark_count,
                           .mark_capacity = sources->mark_count + 1,
                           .now = sources->now};

    copy.files = memory_create(copy.file_capacity, sizeof copy.files[0]);
    copy.marks = memory_create(copy.mark_capacity, sizeof copy.marks[0]);
    memory_copy(copy.files, sources->files, copy.file_count * sizeof copy.files[0]);
    memory_copy(copy.marks, sources->marks, copy.mark_count * sizeof copy.marks[0]);
    for (size_t i = 0; i < copy.file_count; i++)
        copy.files[i]->users++;
    return copy;
}

/* ---- Reading a file ---- */

/* A line as it can be shown; the caller's. */
static char *showable(const char *line)
{
    struct text blank = {0}, text = {0};

    for (size_t column = 0; *line; line++) {
        size_t blanks = *line == '\t' ? TAB_COLUMNS - column % TAB_COLUMNS : 1;

        for (size_t i = 0; i < blanks; i++)
            text_add_bytes(&blank, *line == '\t' ? " " : line, 1);
        column += ((unsigned char)*line & 0xc0) == 0x80 ? 0 : blanks; /* one for a character */
    }
    text_add_string(&text, "");
    utf8_add_visible_line(&text, text_string(&blank));
    text_finish(&blank);
    return text.data;
}

static void add_line(struct source_file *file, const char *line)
{
    file->lines =
        memory_reserve(file->lines, &file->capacity, file->count + 1, sizeof file->lines[0]);
    file->lines[file->count++] = showable(line);
}

static bool read_lines(int descriptor, struct source_file *file, struct error *error)
{
    struct line_reader reader = {.descriptor = descriptor};
    enum line_outcome outcome;
    char *line;

    while ((outcome = line_reader_next(&reader, &line)) == LINE_READ)
        add_line(file, line);
    if (outcome == LINE_FAILED)
        error_set_errno(error, "%s", file->given);
    else if (outcome == LINE_TOO_LONG)
        error_set(error, "%s:%zu: this line is longer than %d characters", file->given,
                  file->count + 1, LINE_LENGTH_MAX);
    else if (outcome != LINE_END)
        error_set(error, "%s: this is no text file", file->given);
    line_reader_finish(&reader);
    return outcome == LINE_END;
}

/* Open a file that is one, and no folder, pipe or device. */
static int open_file(const char *path, struct error *error)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;

    if (descriptor < 0 || fstat(descriptor, &status) != 0) {
        error_set_errno(error, "%s", path);
    } else if (!S_ISREG(status.st_mode)) {
        error_set(error, "%s: this is no text file", path);
    } else if (status.st_size > FILE_BYTES_MOST) {
        error_set(error, "%s: it has %" PRIu64 " bytes; at most %d can be shown", path,
                  (uint64_t)status.st_size, FILE_BYTES_MOST);
    } else {
        return descriptor;
    }
    if (descriptor >= 0)
        close(descriptor);
    return -1;
}

/* Returns NULL with `error` set. */
static struct source_file *read_file(const char *path, struct error *error)
{
    int descriptor = open_file(path, error);
    struct source_file *file;
    bool good;

    if (descriptor < 0)
        return NULL;
    file = memory_create(1, sizeof *file);
    file->users = 1;
    file->given = memory_copy_string(path);
    file->path = realpath(path, NULL);
    if (!file->path)
        file->path = memory_copy_string(path);
    good = read_lines(descriptor, file, error);
    close(descriptor);
    if (good)
        return file;
    release(file);
    return NULL;
}

/* The number of a file, which is read if it has none; false with `error` set. */
static bool find_file(struct sources *sources, const char *path, uint32_t *ret_file,
                      struct error *error)
{
    struct source_file *file;
    uint32_t number = 0;

    while (number < sources->file_count && strcmp(sources->files[number]->given, path) != 0)
        number++;
    *ret_file = number;
    if (number < sources->file_count)
        return true;
    file = read_file(path, error);
    if (!file)
        return false;
    sources->files = memory_reserve(sources->files, &sources->file_capacity,
                                    sources->file_count + 1, sizeof sources->files[0]);
    sources->files[sources->file_count++] = file;
    return true;
}

/* ---- Marks ---- */

bool sources_mark(struct sources *sources, const char *path, uint64_t line, bool *ret_line_at_fault,
                  struct error *error)
{
    const struct source_file *file;
    uint32_t number;

    *ret_line_at_fault = false;
    if (!find_file(sources, path, &number, error))
        return false;
    file = sources->files[number];
    *ret_line_at_fault = line == 0 || line > file->count;
    if (*ret_line_at_fault)
        return error_set(error, "%s has no line %" PRIu64 "; it has %zu line%s", path, line,
                         file->count, file->count == 1 ? "" : "s");
    sources->marks = memory_reserve(sources->marks, &sources->mark_capacity,
                                    sources->mark_count + 1, sizeof sources->marks[0]);
    sources->marks[sources->mark_count++] = (struct source_mark){number, (uint32_t)line};
    sources->now = (uint32_t)sources->mark_count;
    return true;
}

static const struct source_file *file_of(const struct sources *sources, uint32_t mark)
{
    return sources->files[sources->marks[mark - 1].file];
}

const char *sources_path(const struct sources *sources, uint32_t mark)
{
    return file_of(sources, mark)->path;
}

const char *sources_name(const struct sources *sources, uint32_t mark)
{
    const char *path = file_of(sources, mark)->given, *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

size_t sources_line_count(const struct sources *sources, uint32_t mark)
{
    return file_of(sources, mark)->count;
}

const char *sources_line(const struct sources *sources, uint32_t mark, size_t line)
{
    return file_of(sources, mark)->lines[line - 1];
}

uint32_t sources_line_number(const struct sources *sources, uint32_t mark)
{
    return sources->marks[mark - 1].line;
}

void sources_add_line(const struct sources *sources, struct text *text)
{
    uint32_t line;

    if (sources->now == 0)
        return;
    line = sources_line_number(sources, sources->now);
    text_add(text, "%s:%" PRIu32 "  %s", sources_name(sources, sources->now), line,
             sources_line(sources, sources->now, line));
}
