/* homework.c: see homework.h. */
#include "homework/homework.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/file.h"
#include "base/lines.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/random.h"
#include "base/status_line.h"
#include "base/tell.h"
#include "base/utf8.h"
#include "homework/sheet.h"
#include "kind/kind.h"
#include "settings/settings.h"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

enum { DEFAULT_COUNT = 5, COUNT_MOST = 100, TOPICS_MOST = 16 };

static const struct format {
    const char *name, *ending, *what;
    bool (*add)(const struct paper *paper, struct text *text, struct error *error);
} formats[] = {
#define X(name, ending, what) {#name, ending, what, paper_add_##name},
    PAPER_FORMATS(X)
#undef X
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

/* What the command line asks for. */
struct request {
    struct hg_config config;
    struct sheet sheet;
    enum exercise_topic topics[TOPICS_MOST];
    const struct format *format; /* NULL while none was asked for */
    const char *output;          /* NULL for standard output */
    const char *students;        /* a file of names, one a line; NULL for none */
};

static int print_help(void)
{
    fputs("usage: heapglass homework [OPTION]...\n"
          "\n"
          "Make a sheet of exercises on small random heaps: a heap, a command, a question, and\n"
          "room for the answer. The same seed makes the same sheet, and --solutions the same one\n"
          "solved, by an allocator that carries it out.\n"
          "\n"
          "      --seed S          a number, or any word: each student's name is a seed (1)\n"
          "      --students FILE   a sheet for each name in FILE, one a line, by seed and name\n"
          "      --count N         exercises of a sheet (5)\n"
          "      --topic TOPIC     only such exercises; may be given several times:\n",
          stdout);
    for (unsigned topic = 0; topic < TOPICS; topic++)
        printf("                          %-14s %s\n",
               exercise_topic_word((enum exercise_topic)topic),
               exercise_topic_asks((enum exercise_topic)topic));
    fputs("  -p, --policy NAME     of the heaps: first-fit, best-fit, buddy, csapp, ...\n"
          "  -s, --set KEY=VALUE   change a setting of theirs\n"
          "      --solutions       solve it, and tell each step\n",
          stdout);
    for (size_t i = 0; i < FORMATS; i++)
        printf("%s %-9s %s\n", i == 0 ? "  -f, --format" : "              ", formats[i].name,
               formats[i].what);
    fputs("  -o, --output FILE     write to FILE, by whose ending the format is known\n"
          "  -h, --help            print this help\n"
          "\n"
          "Exit status: 0 all is well, 1 a sheet could not be made or written, 2 wrong usage.\n",
          stdout);
    return GOOD;
}

/* ---- The command line ---- */

static bool take_format(void *format, const char *word, struct error *error)
{
    static const struct option_choice choice = {"--format", formats, FORMATS, sizeof formats[0]};

    return option_take_chosen(format, &choice, word, error);
}

static bool take_count(void *exercises, const char *word, struct error *error)
{
    uint64_t count;

    if (!number_parse(word, &count, error) || count < 1 || count > COUNT_MOST)
        return error_set(error, "--count is from 1 to %d", COUNT_MOST);
    *(unsigned *)exercises = (unsigned)count;
    return true;
}

static bool take_topic(void *whole, const char *word, struct error *error)
{
    enum exercise_topic topic = exercise_topic_find(word, error);
    struct request *request = whole;

    if (topic == TOPICS)
        return false;
    if (request->sheet.topic_count == TOPICS_MOST)
        return error_set(error, "--topic can be given %d times", TOPICS_MOST);
    request->topics[request->sheet.topic_count++] = topic;
    return true;
}

#define FIELD(name) offsetof(struct request, name)

static const struct option_row rows[] = {
    {0, "seed", "S", option_take_text, FIELD(sheet.seed_words), NULL},
    {0, "students", "FILE", option_take_text, FIELD(students), NULL},
    {0, "count", "N", take_count, FIELD(sheet.count), NULL},
    {0, "topic", "TOPIC", take_topic, 0, NULL},
    {'p', "policy", "NAME", setting_take_policy, FIELD(config), NULL},
    {'s', "set", "KEY=VALUE", setting_take_pair, FIELD(config), NULL},
    {0, "solutions", NULL, option_take_switch, FIELD(sheet.is_solved), NULL},
    {'f', "format", "NAME", take_format, FIELD(format), NULL},
    {'o', "output", "FILE", option_take_text, FIELD(output), NULL},
    {.letter = 'h', .name = "help"},
};

static const struct option_command command = {
    .name = "heapglass homework", .rows = rows, .row_count = sizeof rows / sizeof rows[0]};

static int wrong(const char *what)
{
    option_complain(&command, what);
    return USAGE;
}

/* Where no format was asked for, the output's name ends in it, if that has an ending. */
static bool choose_format(struct request *request, struct error *error)
{
    const char *slash = request->output ? strrchr(request->output, '/') : NULL;
    const char *name = slash ? slash : request->output;
    const char *ending = name ? strrchr(name, '.') : NULL;

    if (request->format)
        return true;
    request->format = &formats[0];
    if (!ending)
        return true;
    for (size_t i = 0; i < FORMATS; i++) {
        if (strcmp(formats[i].ending, ending) == 0) {
            request->format = &formats[i];
            return true;
        }
    }
    return error_set(error, "%s: '%s' is no format's ending; --format says which is meant",
                     request->output, ending);
}

/* Read the options; the exit status where there is nothing to make, else -1. */
static int read_options(int count, char **arguments, struct request *request)
{
    struct error error = {0};
    struct option_line line;

    switch (option_read(&command, count, arguments, request, &line)) {
    case OPTION_ASKED: return print_help();
    case OPTION_WRONG: return USAGE;
    case OPTION_READ: break;
    }
    if (line.word_count > 0)
        return wrong("it takes no FILE; -o FILE is written");
    return setting_check(&request->config, &error) && choose_format(request, &error)
               ? -1
               : wrong(error.text);
}

/* ---- Sheets ---- */

/* A sheet for everybody. */
static bool add_one(struct request *request, struct paper *paper, struct error *error)
{
    request->sheet.seed = random_seed(request->sheet.seed_words);
    request->sheet.student = "";
    return sheet_add(&request->sheet, paper, error);
}

/* Add the sheet of a student, whose seed is made of the common one and the name. */
static bool add_student(struct request *request, const char *name, struct paper *paper,
                        struct error *error)
{
    struct text visible = {0};
    bool good;

    utf8_add_visible_line(&visible, name);
    request->sheet.seed = bits_mix(random_seed(request->sheet.seed_words)) ^ random_seed(name);
    request->sheet.student = text_string(&visible);
    good = sheet_add(&request->sheet, paper, error);
    text_finish(&visible);
    return good;
}

/* Cut blanks and the line's end off: the name alone, by which the sheet is made, too.
 *   returns  where it begins */
static char *trim(char *line)
{
    static const char blanks[] = " \t\r\n";
    char *name = line + strspn(line, blanks);
    size_t length = strlen(name);

    while (length > 0 && strchr(blanks, name[length - 1]))
        length--;
    name[length] = '\0';
    return name;
}

struct students {
    char **items; /* names */
    size_t count, capacity;
};

static void finish_students(struct students *students)
{
    for (size_t i = 0; i < students->count; i++)
        free(students->items[i]);
    free(students->items);
}

/* Read their names, one in each line that is not empty. */
static bool read_students(const char *path, struct students *students, struct error *error)
{
    struct line_reader reader = {.descriptor = open(path, O_RDONLY | O_CLOEXEC)};
    enum line_outcome outcome = LINE_FAILED;
    char *line;

    if (reader.descriptor < 0)
        return error_set_errno(error, "%s", path);
    while ((outcome = line_reader_next(&reader, &line)) == LINE_READ) {
        const char *name = trim(line);

        if (!*name)
            continue;
        students->items = memory_reserve(students->items, &students->capacity, students->count + 1,
                                         sizeof students->items[0]);
        students->items[students->count++] = memory_copy_string(name);
    }
    if (outcome == LINE_FAILED)
        error_set_errno(error, "%s", path);
    else if (outcome != LINE_END)
        error_set(error, "%s: this is no list of names", path);
    else if (students->count == 0)
        error_set(error, "%s: there is no name in it", path);
    line_reader_finish(&reader);
    close(reader.descriptor);
    return outcome == LINE_END && students->count > 0;
}

/* A sheet for each name of the file. */
static bool add_students(struct request *request, struct paper *paper, struct error *error)
{
    struct students students = {0};
    bool good = read_students(request->students, &students, error);
    struct status_line status = status_line_begin(true, students.count);

    for (size_t i = 0; good && i < students.count; i++) {
        status_line_next(&status, students.items[i], NULL);
        good = add_student(request, students.items[i], paper, error);
    }
    status_line_end(&status);
    finish_students(&students);
    return good;
}

/* ---- Writing ---- */

static bool write_paper(const struct request *request, const struct paper *paper,
                        struct error *error)
{
    const struct format *format = request->format;
    struct text text = {0};
    bool good;

    if (!request->output && strcmp(format->name, "pdf") == 0 && isatty(STDOUT_FILENO))
        return error_set(error, "a PDF is nothing for a terminal: -o FILE writes it to a file");
    good = format->add(paper, &text, error);
    if (good && request->output)
        good = file_write(request->output, &text, true, error);
    else if (good)
        fwrite(text_string(&text), 1, text.length, stdout);
    text_finish(&text);
    return good;
}

int homework_command(int count, char **arguments)
{
    struct request request = {
        .config = kind_config_default(kind_policy(0, NULL)->name),
        .sheet = {.seed_words = "1", .count = DEFAULT_COUNT},
    };
    struct paper paper = {0};
    struct error error = {0};
    int status = read_options(count, arguments, &request);
    bool good;

    if (status >= 0)
        return status;
    request.sheet.config = &request.config;
    request.sheet.topics = request.topics;
    good = request.students ? add_students(&request, &paper, &error)
                            : add_one(&request, &paper, &error);
    good = good && write_paper(&request, &paper, &error);
    if (!good)
        tell(stderr, "heapglass homework: %s", error.text);
    paper_finish(&paper);
    return good ? GOOD : FAILED;
}
