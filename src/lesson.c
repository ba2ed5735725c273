/* lesson.c: see lesson.h. */
#include "lesson.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/library.h"
#include "base/lines.h"
#include "base/memory.h"
#include "base/size.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/user_file.h"
#include "command/rehearsal.h"

const char lesson_usage[] =
    "usage: heapglass lesson                      list the lessons\n"
    "       heapglass lesson NAME [OPTION]...     play one, by its name or its number\n"
    "What was finished is remembered. HEAPGLASS_LESSONS can name another folder of them.\n";

/* ---- Where they are ---- */

/* The folder of the program itself, with what is to be found from there. */
static char *beside_program(const char *way)
{
    struct text path = {0};

    library_add_own_folder(&path);
    text_add_string(&path, way);
    return path.data;
}

/* Where lessons can be: as the environment says, installed, or in the source of what was built. */
static char *find_folder(void)
{
    static const char *const ways[] = {
        "../share/heapglass/lessons",
        "../scripts/lessons",
        "../../scripts/lessons",
        "../../../scripts/lessons",
    };
    const char *wanted = getenv("HEAPGLASS_LESSONS");

    if (wanted && *wanted)
        return memory_copy_string(wanted);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char *folder = beside_program(ways[i]);

        if (folder && access(folder, R_OK | X_OK) == 0)
            return folder;
        free(folder);
    }
    return NULL;
}

static int is_lesson(const struct dirent *entry)
{
    const char *name = entry->d_name, *dot = strrchr(name, '.');

    return name[0] >= '0' && name[0] <= '9' && strchr(name, '-') && dot && strcmp(dot, ".hg") == 0;
}

struct course {
    char *folder;
    struct dirent **files;
    int count;
};

static bool open_course(struct course *course, struct error *error)
{
    *course = (struct course){.folder = find_folder()};
    if (!course->folder)
        return error_set(error, "the lessons are not to be found; HEAPGLASS_LESSONS says where");
    course->count = scandir(course->folder, &course->files, is_lesson, alphasort);
    if (course->count > 0)
        return true;
    if (course->count < 0)
        error_set_errno(error, "%s", course->folder);
    else
        error_set(error, "%s: there are no lessons here", course->folder);
    free(course->folder);
    return false;
}

static void close_course(struct course *course)
{
    for (int i = 0; i < course->count; i++)
        free(course->files[i]);
    free(course->files);
    free(course->folder);
}

/* "fragmentation", of the file 04-fragmentation.hg; to be freed. */
static char *name_of(const struct course *course, int number)
{
    const char *file = course->files[number]->d_name, *dash = strchr(file, '-');
    struct text name = {0};

    text_add_bytes(&name, dash + 1, strlen(dash + 1) - strlen(".hg"));
    return name.data;
}

static char *path_of(const struct course *course, int number)
{
    struct text path = {0};

    text_add(&path, "%s/%s", course->folder, course->files[number]->d_name);
    return path.data;
}

/* ---- Which were finished ---- */

static char *state_path(void)
{
    return user_file_path("XDG_STATE_HOME", ".local/state", "lessons");
}

/* The names, a line for each; nothing where nothing is known. */
static void read_finished(struct text *names)
{
    struct line_reader reader = {0};
    struct error ignored;
    char *path = state_path(), *line;

    reader.descriptor = path ? user_file_open(path, &ignored) : -1;
    free(path);
    if (reader.descriptor < 0)
        return;
    while (line_reader_next(&reader, &line) == LINE_READ)
        text_add(names, "%s\n", line);
    line_reader_finish(&reader);
    close(reader.descriptor);
}

static bool is_finished(const struct text *names, const char *name)
{
    for (const char *line = text_string(names); *line; line += strcspn(line, "\n") + 1) {
        if (strcspn(line, "\n") == strlen(name) && strncmp(line, name, strlen(name)) == 0)
            return true;
    }
    return false;
}

bool lesson_finish(const char *name, struct error *error)
{
    struct text names = {0};
    char *path = state_path();
    bool good = true;

    read_finished(&names);
    if (path && !is_finished(&names, name)) {
        text_add(&names, "%s\n", name);
        good = (user_file_make_directories("XDG_STATE_HOME", path) ||
                error_set_errno(error, "%s", path)) &&
               file_write(path, &names, true, error);
    }
    text_finish(&names);
    free(path);
    return good;
}

/* ---- One, and all ---- */

static void print_lesson(const struct course *course, int number, const struct text *finished)
{
    char *path = path_of(course, number), *name = name_of(course, number);
    struct rehearsal rehearsal;
    struct error error;
    uint64_t milliseconds = 0;

    if (rehearsal_read(path, &rehearsal, &error)) {
        for (size_t i = 0; i < rehearsal.count; i++)
            milliseconds += rehearsal.items[i].milliseconds;
        printf("%3d  %-14s %2" PRIu64 " min  %-8s  %s\n", number + 1, name,
               (milliseconds + 30000) / 60000, is_finished(finished, name) ? "finished" : "",
               rehearsal.title ? rehearsal.title : "");
        rehearsal_finish(&rehearsal);
    } else {
        printf("%3d  %-14s %s\n", number + 1, name, error.text);
    }
    free(path);
    free(name);
}

bool lesson_list(struct error *error)
{
    struct text finished = {0};
    struct course course;

    if (!open_course(&course, error))
        return false;
    read_finished(&finished);
    for (int i = 0; i < course.count; i++)
        print_lesson(&course, i, &finished);
    puts("'heapglass lesson NAME' plays one; with --present, on a projector.");
    text_finish(&finished);
    close_course(&course);
    return true;
}

/* Whether a lesson is meant by its name or its number. */
static bool is_wanted(const char *wanted, const char *name, int number)
{
    struct error ignored;
    uint64_t typed;

    return strcmp(wanted, name) == 0 ||
           (number_parse(wanted, &typed, &ignored) && typed == (uint64_t)number + 1);
}

bool lesson_find(const char *wanted, char **ret_path, char **ret_name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(wanted);
    char *best = NULL;
    struct course course;
    bool found = false;

    if (!open_course(&course, error))
        return false;
    for (int i = 0; i < course.count && !found; i++) {
        char *name = name_of(&course, i);
        size_t distance = suggestion.distance;

        found = is_wanted(wanted, name, i);
        suggestion_consider(&suggestion, name);
        if (found) {
            *ret_path = path_of(&course, i);
            *ret_name = memory_copy_string(name);
        } else if (suggestion.distance < distance) {
            free(best);
            best = memory_copy_string(name);
        }
        free(name);
    }
    if (!found && best)
        error_set(error, "there is no lesson '%s'; did you mean '%s'?", wanted, best);
    else if (!found)
        error_set(error, "there is no lesson '%s'; 'heapglass lesson' lists them", wanted);
    free(best);
    close_course(&course);
    return found;
}
