/* grade_options.c: see grade_options.h. */
#include "own/grade_options.h"

#include <stddef.h>
#include <string.h>

#include "base/option.h"
#include "base/size.h"
#include "base/tell.h"
#include "own/build.h"
#include "own/grade_report.h"
#include "own/hand_in.h"

#define MIB ((uint64_t)1 << 20)
#define MOST_MEMORY (16384 * MIB)
enum { DEFAULT_SECONDS = 10, MOST_SECONDS = 3600, TIMED_MS = 100, NS_PER_MS = 1000000 };

/* The first two are those of 2002; the bounds are what a course has published that sets the lab as
 * it was from 2016 on. */
static const struct grade_rules default_rules = {.utilization_weight = 0.60,
                                                 .library_speed = 600e3,
                                                 .least_utilization = 0.55,
                                                 .most_utilization = 0.75,
                                                 .least_speed = 10500e3,
                                                 .most_speed = 18500e3,
                                                 .mean = GRADE_MEAN_geometric};

/* What is graded on where nobody names a trace: small, as an allocator may be slow. */
static const char *const made[] = {"compiler:20", "binary:500",   "coalescing:500", "random:1000",
                                   "growth:500",  "strings:2000", "replace:300",    "server:500"};

static const struct grade_format formats[] = {
#define X(name, what) {#name, what, grade_report_##name},
    GRADE_FORMATS(X)
#undef X
};

enum { FORMATS = sizeof formats / sizeof formats[0] };

static const struct mean {
    const char *name;
    enum grade_mean mean;
} means[] = {
#define X(name) {#name, GRADE_MEAN_##name},
    GRADE_MEANS(X)
#undef X
};

static int print_help(void)
{
    fputs("usage: heapglass grade [OPTION]... FILE [TRACE]...\n"
          "       heapglass grade [OPTION]... HANDIN.hg    a scenario, by what it expects: see\n"
          "                                                heapglass grade HANDIN.hg --help\n"
          "\n"
          "Examine your own allocator, FILE as of --allocator, or a.c,b.c where it is in\n"
          "several, on traces: whether each payload is aligned, in the heap, overlaps with no\n"
          "other, and keeps what is written to it, also through realloc, and all of that once\n"
          "more after mm_init is called again; how much of the heap is used, and how fast it is.\n"
          "Each trace runs in a process of its own, that can start no other, write no file and\n"
          "use no network. Where no TRACE is named, there are some made by 'heapglass trace\n"
          "generate'. Where there is no realloc, and no lab that wants one, traces that call it\n"
          "are left out.\n"
          "\n",
          stdout);
    for (size_t i = 0; i < FORMATS; i++)
        printf("  %s %-12s %s\n", i == 0 ? "-f, --format" : "            ", formats[i].name,
               formats[i].what);
    fputs("      --align N           what payloads must be a multiple of: 4, 8 or 16; else 16\n"
          "                          where mm_init answers a bool, as later labs have it, or\n"
          "                          memory is mapped with mem_map, and 8\n"
          "      --memory SIZE       that the heap may have (100M), or is handed at once (1G)\n"
          "      --time SECONDS      that a run through a trace may take (10)\n"
          "      --index 2002|2016   the formula that the score is by (2002)\n"
          "      --weight PERCENT    points that are for utilization (60); courses set this, as\n"
          "                          all of these:\n"
          "      --library KOPS      of 2002: the speed from which on there are all points for it\n"
          "                          (600)\n"
          "      --bounds U:U:K:K    of 2016: from which to which utilization, in percent, and\n"
          "                          speed, in thousand operations a second, there are points\n"
          "                          (55:75:10500:18500)\n"
          "      --mean NAME         of 2016: total, harmonic or geometric, of the speeds\n"
          "                          (geometric)\n"
          "      --lenient           leave out of traces what cannot be read, and take headers\n"
          "                          that are wrong or short\n"
          "      --functions NAME    of several sets of functions that FILE has, the one to\n"
          "                          drive, by what allocates in it, or a part of that name:\n"
          "                          ff_malloc, or Best::allocate\n"
          "      --bits 32|64        of a pointer, a long and a size_t; else 32 where its\n"
          "                          Makefile has -m32 or its source was written so, and 64\n"
          "      --no-audit          believe the allocator: each trace that it passed is else\n"
          "                          carried through it once more by a process that it cannot\n"
          "                          reach, whose word counts for all but speed\n"
          "  -h, --help              print this help\n"
          "\n"
          "util %  peak of live bytes asked for / peak of the heap\n"
          "Kops    thousand operations a second, of the best run: until three agree within 1 %,\n"
          "        or for 25 ms; fewer than three, where they take 0.1 s\n"
          "2002    60 U + 40 min(1, T / 600 Kops): U the mean utilization, T over all operations\n"
          "2016    60 (U - from) / (to - from) + 40 (T - from) / (to - from): T the mean speed;\n"
          "        a trace that begins with 2 counts for U alone, with 3 for T alone, and with 0\n"
          "        for neither\n"
          "\n"
          "Exit status: 0 all traces were passed, 1 one was not, 2 wrong usage, or what cannot be\n"
          "read or compiled; of what cannot be compiled tap, junit and gradescope tell all the\n"
          "same, with a score of 0.\n",
          stdout);
    return GRADE_GOOD;
}

/* ---- The command line ---- */

static bool take_format(void *format, const char *word, struct error *error)
{
    static const struct option_choice choice = {"--format", formats, FORMATS, sizeof formats[0]};

    return option_take_chosen(format, &choice, word, error);
}

static bool take_number(const char *option, const char *word, uint64_t least, uint64_t most,
                        uint64_t *ret_number, struct error *error)
{
    char low[SIZE_TEXT_MAX], high[SIZE_TEXT_MAX];

    if (size_parse(word, ret_number, error) && *ret_number >= least && *ret_number <= most)
        return true;
    return error_set(error, "%s is from %s to %s", option, size_exact(least, low),
                     size_exact(most, high));
}

static bool take_memory(void *whole, const char *word, struct error *error)
{
    struct grade_request *request = whole;

    request->has_memory = true;
    return take_number("--memory", word, MIB, MOST_MEMORY, &request->grade.limits.memory, error);
}

static bool take_time(void *seconds, const char *word, struct error *error)
{
    return take_number("--time", word, 1, MOST_SECONDS, seconds, error);
}

static bool take_index(void *index, const char *word, struct error *error)
{
    *(unsigned *)index = strcmp(word, "2016") == 0 ? 2016 : 2002;
    return strcmp(word, "2002") == 0 || strcmp(word, "2016") == 0 ||
           error_set(error, "--index is 2002 or 2016");
}

/* A number that is at least `least` and at most `most`. */
static bool take_real(const char *option, const char *word, double least, double most,
                      double *ret_number, struct error *error)
{
    char end;

    return (sscanf(word, "%lf%c", ret_number, &end) == 1 && *ret_number >= least &&
            *ret_number <= most) ||
           error_set(error, "%s is a number from %g to %g", option, least, most);
}

static bool take_weight(void *part, const char *word, struct error *error)
{
    double percent;

    if (!take_real("--weight", word, 0, 100, &percent, error))
        return false;
    *(double *)part = percent / 100;
    return true;
}

static bool take_library(void *speed, const char *word, struct error *error)
{
    double kops;

    if (!take_real("--library", word, 1, 1e9, &kops, error))
        return false;
    *(double *)speed = kops * 1000;
    return true;
}

static bool take_mean(void *mean, const char *word, struct error *error)
{
    static const struct option_choice choice = {"--mean", means, sizeof means / sizeof means[0],
                                                sizeof means[0]};
    const struct mean *row = NULL;

    if (!option_take_chosen(&row, &choice, word, error))
        return false;
    *(enum grade_mean *)mean = row->mean;
    return true;
}

static bool take_bounds(void *all, const char *word, struct error *error)
{
    struct grade_rules *rules = all;
    double numbers[4];
    char end;

    if (sscanf(word, "%lf:%lf:%lf:%lf%c", &numbers[0], &numbers[1], &numbers[2], &numbers[3],
               &end) != 4 ||
        !(numbers[0] < numbers[1]) || !(numbers[2] < numbers[3]))
        return error_set(error, "--bounds is four numbers, as in 55:75:10500:18500");
    rules->least_utilization = numbers[0] / 100;
    rules->most_utilization = numbers[1] / 100;
    rules->least_speed = numbers[2] * 1000;
    rules->most_speed = numbers[3] * 1000;
    return true;
}

#define FIELD(name) offsetof(struct grade_request, name)

static const struct option_row rows[] = {
    {'f', "format", "NAME", take_format, FIELD(format), NULL},
    {0, "align", "N", own_take_alignment, FIELD(grade.alignment), NULL},
    {0, "memory", "SIZE", take_memory, 0, NULL},
    {0, "time", "SECONDS", take_time, FIELD(grade.limits.seconds), NULL},
    {0, "index", "YEAR", take_index, FIELD(grade.index), NULL},
    {0, "weight", "PERCENT", take_weight, FIELD(grade.rules.utilization_weight), NULL},
    {0, "library", "KOPS", take_library, FIELD(grade.rules.library_speed), NULL},
    {0, "bounds", "U:U:K:K", take_bounds, FIELD(grade.rules), NULL},
    {0, "mean", "NAME", take_mean, FIELD(grade.rules.mean), NULL},
    {0, "lenient", NULL, option_take_switch, FIELD(grade.lenient), NULL},
    {0, "functions", "NAME", option_take_text, FIELD(grade.functions), NULL},
    {0, "bits", "N", own_take_bits, FIELD(grade.bits), NULL},
    {0, "no-audit", NULL, option_take_switch, FIELD(grade.limits.is_believed), NULL},
    {.letter = 'h', .name = "help"},
};

static const struct option_command command = {
    .name = "heapglass grade", .rows = rows, .row_count = sizeof rows / sizeof rows[0]};

static int complain_of_source(const char *first, const char *second)
{
    struct error error;

    error_set(&error, "%s: it is no trace; what belongs to one allocator goes together: %s,%s",
              second, first, second);
    option_complain(&command, error.text);
    return GRADE_USAGE;
}

int grade_options_read(int count, char **arguments, struct grade_request *request)
{
    struct option_line line;

    *request = (struct grade_request){
        .grade = {.limits = {.seconds = DEFAULT_SECONDS, .time_ns = (uint64_t)TIMED_MS * NS_PER_MS},
                  .rules = default_rules,
                  .index = 2002},
        .format = &formats[0],
    };
    switch (option_read(&command, count, arguments, request, &line)) {
    case OPTION_ASKED: return print_help();
    case OPTION_WRONG: return GRADE_USAGE;
    case OPTION_READ: break;
    }
    if (line.word_count == 0) {
        option_complain(&command, "a FILE is missing");
        return GRADE_USAGE;
    }
    for (size_t i = 1; i < line.word_count; i++) {
        if (hand_in_is_source(line.words[i]))
            return complain_of_source(line.words[0], line.words[i]);
    }
    request->grade.file = line.words[0];
    request->grade.are_made = line.word_count == 1;
    request->paths = request->grade.are_made ? made : (const char *const *)line.words + 1;
    request->path_count =
        request->grade.are_made ? sizeof made / sizeof made[0] : line.word_count - 1;
    return GRADE_GO_ON;
}
