/* handin.c: see handin.h. */
#include "handin/handin.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/option.h"
#include "base/size.h"
#include "base/tell.h"
#include "handin/play.h"
#include "kind/kind.h"
#include "settings/settings.h"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

#define MIB ((uint64_t)1 << 20)
enum { DEFAULT_SECONDS = 10, MOST_SECONDS = 3600, DEFAULT_MIB = 512, LEAST_MIB = 16 };

/* ---- Text ---- */

static void write_text(const struct tally *tally, FILE *output)
{
    for (size_t i = 0; i < tally->count; i++) {
        const struct tally_case *one = &tally->cases[i];
        const char *faults = text_string(&one->faults);

        fprintf(output, "%s %s\n", one->is_passed ? "yes " : "no  ", one->name);
        while (*faults) {
            size_t length = strcspn(faults, "\n");

            fprintf(output, "     %.*s\n", (int)length, faults);
            faults += length + (faults[length] == '\n');
        }
    }
    fputs(text_string(&tally->remarks), output);
}

static const struct format {
    const char *name, *what;
    void (*write)(const struct tally *tally, FILE *output);
} formats[] = {
    {"text", "what was expected, and whether it is so", write_text},
    {"tap", "Test Anything Protocol", tally_write_tap},
    {"junit", "JUnit's XML", tally_write_junit},
    {"gradescope", "Gradescope's results.json, the score of 100", tally_write_gradescope},
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

/* ---- The command line ---- */

struct request {
    struct play play;
    const struct format *format;
};

static int print_help(void)
{
    fputs("usage: heapglass grade [OPTION]... HANDIN.hg\n"
          "\n"
          "Play a scenario that was handed in, to its end, and say of each expect in it, and of\n"
          "each command that fails, its line, the step before it, and what was found instead.\n"
          "It can write no file, read none outside of its folder, start or look at no other\n"
          "process, and takes no more time and memory than it may. What it says is not printed.\n"
          "\n"
          "      --against FILE    the teacher's expects, which are played on the heap that it\n"
          "                        leaves, and count in place of its own\n"
          "  -p, --policy NAME     of the heap that it begins with\n"
          "  -s, --set KEY=VALUE   change a setting of that\n",
          stdout);
    for (size_t i = 0; i < FORMATS; i++)
        printf("  %s %-11s %s\n", i == 0 ? "-f, --format" : "            ", formats[i].name,
               formats[i].what);
    fputs("      --memory SIZE     that it may have (512M)\n"
          "      --time SECONDS    that it may take (10)\n"
          "  -h, --help            print this help\n"
          "\n"
          "The score is the part of the expects that hold, and 0 if it does not come to its end.\n"
          "Exit status: 0 all is as expected, 1 something is not, 2 wrong usage, or a file that\n"
          "is not there.\n",
          stdout);
    return GOOD;
}

static bool take_format(void *format, const char *word, struct error *error)
{
    static const struct option_choice choice = {"--format", formats, FORMATS, sizeof formats[0]};

    return option_take_chosen(format, &choice, word, error);
}

static bool take_time(void *seconds, const char *word, struct error *error)
{
    uint64_t *number = seconds;

    return (number_parse(word, number, error) && *number >= 1 && *number <= MOST_SECONDS) ||
           error_set(error, "--time is from 1 to %d", MOST_SECONDS);
}

static bool take_memory(void *memory, const char *word, struct error *error)
{
    uint64_t *bytes = memory;

    return (size_parse(word, bytes, error) && *bytes >= LEAST_MIB * MIB) ||
           error_set(error, "--memory is %dM at least", LEAST_MIB);
}

#define FIELD(name) offsetof(struct request, name)

static const struct option_row rows[] = {
    {'f', "format", "NAME", take_format, FIELD(format), NULL},
    {'p', "policy", "NAME", setting_take_policy, FIELD(play.config), NULL},
    {'s', "set", "KEY=VALUE", setting_take_pair, FIELD(play.config), NULL},
    {0, "against", "FILE", option_take_text, FIELD(play.against), NULL},
    {0, "memory", "SIZE", take_memory, FIELD(play.memory), NULL},
    {0, "time", "SECONDS", take_time, FIELD(play.seconds), NULL},
    {.letter = 'h', .name = "help"},
};

static const struct option_command command = {.name = "heapglass grade",
                                              .help = "heapglass grade HANDIN.hg --help",
                                              .rows = rows,
                                              .row_count = sizeof rows / sizeof rows[0]};

static int wrong(const char *what)
{
    option_complain(&command, what);
    return USAGE;
}

/* Read the options; the exit status where there is nothing to grade, else -1. */
static int read_options(int count, char **arguments, struct request *request)
{
    struct error error = {0};
    struct option_line line;

    switch (option_read(&command, count, arguments, request, &line)) {
    case OPTION_ASKED: return print_help();
    case OPTION_WRONG: return USAGE;
    case OPTION_READ: break;
    }
    if (line.word_count != 1)
        return wrong(line.word_count == 0 ? "a HANDIN.hg is missing" : "it takes one HANDIN.hg");
    request->play.file = line.words[0];
    return setting_check(&request->play.config, &error) ? -1 : wrong(error.text);
}

/* ---- Grading ---- */

bool handin_is_meant(int count, char **arguments)
{
    for (int i = 1; i < count; i++) {
        size_t length = strlen(arguments[i]);

        if (length > 3 && strcmp(arguments[i] + length - 3, ".hg") == 0)
            return true;
    }
    return false;
}

int handin_command(int count, char **arguments)
{
    struct request request = {
        .play = {.config = kind_config_default(kind_policy(0, NULL)->name),
                 .seconds = DEFAULT_SECONDS,
                 .memory = DEFAULT_MIB * MIB},
        .format = &formats[0],
    };
    int status = read_options(count, arguments, &request);
    struct tally tally = {0};
    struct error error = {0};

    if (status >= 0)
        return status;
    tally.name = request.play.file;
    if (play_run(&request.play, &tally, &error)) {
        request.format->write(&tally, stdout);
        status = tally_passed(&tally) == tally.count ? GOOD : FAILED;
    } else {
        tell(stderr, "heapglass grade: %s", error.text);
        status = USAGE;
    }
    tally_finish(&tally);
    return status;
}
