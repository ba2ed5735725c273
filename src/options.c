/* options.c: see options.h. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/option.h"
#include "base/size.h"
#include "base/tell.h"
#include "base/text.h"
#include "command/import.h"
#include "command/key.h"
#include "follow/guest.h"
#include "kind/kind.h"
#include "kind/own.h"
#include "kind/own_layout.h"
#include "lesson.h"
#include "settings/settings.h"

/* ---- What each option does ---- */

/* Print what is wrong with the command line. */
static enum options_outcome wrong(const char *what)
{
    tell(stderr, "heapglass: %s", what);
    fputs("Try 'heapglass --help'.\n", stderr);
    return OPTIONS_WRONG;
}

#define OPTION(name)                                                                               \
    static enum options_outcome take_##name(struct options *options, const char *argument)

#define OPTION_SWITCH(name)                                                                        \
    OPTION(name)                                                                                   \
    {                                                                                              \
        (void)argument;                                                                            \
        options->name = true;                                                                      \
        return OPTIONS_RUN;                                                                        \
    }

OPTION_SWITCH(held)
OPTION_SWITCH(batch)
OPTION_SWITCH(keep_going)
OPTION_SWITCH(lenient)
OPTION_SWITCH(quiet)
OPTION_SWITCH(plain)
OPTION_SWITCH(json)
OPTION_SWITCH(ascii)
OPTION_SWITCH(no_config)
OPTION_SWITCH(check_syntax)
OPTION_SWITCH(rehearse)
OPTION_SWITCH(notes)

static struct work *add_work(struct options *options, const char *text, bool is_file)
{
    struct work *work = &options->work[options->work_count++];

    *work = (struct work){text, is_file};
    return work;
}

OPTION(execute)
{
    add_work(options, argument, false);
    return OPTIONS_RUN;
}

OPTION(policy)
{
    struct error error;

    options->has_policy = true;
    return setting_set_policy(&options->config, argument, &error) ? OPTIONS_RUN : wrong(error.text);
}

/* Take an allocator of the user's, whatever comes of it; what its compiler said is for all to
 * read. */
OPTION(allocator)
{
    struct error error = {0};
    bool good;

    own_finish(&options->own);
    good = own_build(argument, &options->own, &error);
    fputs(text_string(&options->own.warnings), stderr);
    if (!good) { /* which is no matter of usage */
        tell(stderr, "heapglass: %s", error.text);
        return OPTIONS_WRONG;
    }
    own_install(&options->own);
    options->has_policy = true;
    return setting_set_policy(&options->config, OWN_POLICY, &error) ? OPTIONS_RUN
                                                                    : wrong(error.text);
}

OPTION(block_layout)
{
    struct own_layout layout;
    const char *problem, *where;
    struct error error;

    (void)options;
    if (!own_layout_parse(argument, &layout, &problem, &where) && problem) {
        error_set(&error, "--block-layout: %s: '%.*s'", problem, (int)strcspn(where, " "), where);
        return wrong(error.text);
    }
    setenv(OWN_LAYOUT, argument, 1);
    return OPTIONS_RUN;
}

OPTION(heap_size)
{
    struct error error;
    uint64_t size;

    (void)options;
    if (!size_parse(argument, &size, &error))
        return wrong(error.text);
    if (size == 0 || size > HG_SIZE_MAX)
        return wrong("--heap-size is how many bytes it is handed, of which there is one at least");
    own_hand_over(size);
    return OPTIONS_RUN;
}

OPTION(checkheap)
{
    (void)options;
    (void)argument;
    setenv(OWN_CHECKS, "1", 1);
    return OPTIONS_RUN;
}

static void prefer(struct options *options, enum preference preference, unsigned value)
{
    options->has_preferences |= 1u << preference;
    options->preferences[preference] = value;
}

/* Set what `set KEY VALUE` would: a setting of the heap, or a preference. */
static bool set(struct options *options, const char *key, const char *value, struct error *error)
{
    unsigned preference = preference_find(key), wanted;

    if (preference < PREFERENCES) {
        if (!preference_parse(preference_info(preference), value, &wanted, error))
            return false;
        prefer(options, (enum preference)preference, wanted);
        return true;
    }
    if (setting_find(key) == KIND_SETTINGS)
        return key_unknown(key, error);
    options->has_settings |= 1u << setting_find(key);
    return setting_set(&options->config, key, value, error);
}

OPTION(set)
{
    const char *equals = strchr(argument, '=');
    struct text key = {0};
    struct error error;
    bool good;

    if (!equals)
        return wrong("--set wants KEY=VALUE");
    text_add_bytes(&key, argument, (size_t)(equals - argument));
    good = set(options, text_string(&key), equals + 1, &error);
    text_finish(&key);
    return good ? OPTIONS_RUN : wrong(error.text);
}

/* Append a word to those of the quiz, as a command has it. */
static void add_quiz_word(struct options *options, const char *before, const char *word)
{
    struct text *words = &options->quiz_words;

    text_add(words, " %s", before);
    if (*word && !word[strcspn(word, " \t;#\"\\")]) {
        text_add_string(words, word);
        return;
    }
    text_add_string(words, "\"");
    text_add_typed(words, word, strlen(word));
    text_add_string(words, "\"");
}

OPTION(seed)
{
    add_quiz_word(options, "--seed ", argument);
    return OPTIONS_RUN;
}

OPTION(count)
{
    add_quiz_word(options, "--count ", argument);
    return OPTIONS_RUN;
}

/* Its NAME is behind a '=', or the next word. */
OPTION(follow)
{
    const char *next = options->words[optind];

    if (!argument && next && guest_is_name(next)) {
        argument = next;
        optind++;
    }
    options->follow = argument;
    options->takes_children = !argument;
    return OPTIONS_RUN;
}

OPTION(up)
{
    uint64_t calls;
    struct error error;

    if (!number_parse(argument, &calls, &error))
        return wrong(error.text);
    options->up = calls < PROGRAM_UP_MOST ? (unsigned)calls : PROGRAM_UP_MOST;
    return OPTIONS_RUN;
}

OPTION(output)
{
    options->output = argument;
    return OPTIONS_RUN;
}

OPTION(step)
{
    (void)argument;
    prefer(options, PREFERENCE_STEP, STEP_ON);
    return OPTIONS_RUN;
}

OPTION(notes_to)
{
    options->notes_to = argument;
    return OPTIONS_RUN;
}

OPTION(present)
{
    (void)argument;
    prefer(options, PREFERENCE_PRESENT, PRESENT_ON);
    return OPTIONS_RUN;
}

OPTION(no_mouse)
{
    (void)argument;
    prefer(options, PREFERENCE_MOUSE, MOUSE_OFF);
    return OPTIONS_RUN;
}

OPTION(color)
{
    static const char *const words[] = {"auto", "always", "never"};

    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], argument) == 0) {
            options->color = (enum color_use)i;
            return OPTIONS_RUN;
        }
    }
    return wrong("--color is auto, always or never");
}

/* The command that stands first on the command line; NULL where there is none. */
static const char *first_command(const struct options *options)
{
    return options->runs ? "run" : options->is_quiz ? "quiz" : options->opener;
}

OPTION(help)
{
    (void)argument;
    if (options->is_lesson)
        fputs(lesson_usage, stdout);
    else if (first_command(options))
        options_print_command_help(first_command(options));
    else
        options_print_help();
    return OPTIONS_DONE;
}

OPTION(man)
{
    (void)options;
    (void)argument;
    return OPTIONS_MANUAL;
}

OPTION(version)
{
    (void)options;
    (void)argument;
    puts("heapglass " HEAPGLASS_VERSION);
    return OPTIONS_DONE;
}

/* ---- The table ---- */

static const struct {
    struct option_info info;
    enum options_outcome (*take)(struct options *options, const char *argument);
} rows[] = {
    {{'e', "execute", "COMMANDS", "run COMMANDS ('alloc A 10M; free A')"}, take_execute},
    {{'p', "policy", "NAME", "how blocks are chosen: first-fit, best-fit, buddy, ..."},
     take_policy},
    {{'a', "allocator", "FILE", "your own allocator: mm.c of the malloc lab, or a library"},
     take_allocator},
    {{0, "block-layout", "WORDS", "how its blocks lie: header=4 size=~7 used=1, or csapp-implicit"},
     take_block_layout},
    {{0, "heap-size", "SIZE", "what one is handed that wants all its memory at once (1G)"},
     take_heap_size},
    {{0, "checkheap", NULL, "let it look at itself by mm_checkheap after each step"},
     take_checkheap},
    {{'s', "set", "KEY=VALUE", "change a setting, as 'set KEY VALUE' does; 'set' lists them"},
     take_set},
    {{'o', "output", "FILE", "of run: a file for what the PROGRAM prints"}, take_output},
    {{0, "follow", "[NAME]", "of run: its children, too; or the first NAME that it runs, alone"},
     take_follow},
    {{0, "up", "N", "of run: name those as callers that are N calls further up"}, take_up},
    {{0, "held", NULL, "of run: let the PROGRAM wait in its first call"}, take_held},
    {{0, "seed", "S", "of quiz: a number or a word; the same one makes the same quiz"}, take_seed},
    {{0, "count", "N", "of quiz: how many questions (5)"}, take_count},
    {{0, "batch", NULL, "leave when the files and COMMANDS are done"}, take_batch},
    {{0, "keep-going", NULL, "go on after a command in a file has failed"}, take_keep_going},
    {{0, "lenient", NULL, "leave out what cannot be read of a trace"}, take_lenient},
    {{'q', "quiet", NULL, "print errors and what 'say' says, and nothing else"}, take_quiet},
    {{0, "plain", NULL, "plain text instead of the full screen"}, take_plain},
    {{0, "json", NULL, "one JSON object for each step"}, take_json},
    {{0, "ascii", NULL, "draw with ASCII characters alone"}, take_ascii},
    {{0, "step", NULL, "play each step event by event, in the full screen"}, take_step},
    {{0, "present", NULL, "for a projector: the map, one figure and what is said, large"},
     take_present},
    {{0, "notes", NULL, "show the speaker's notes of a scenario, too"}, take_notes},
    {{0, "notes-to", "TTY", "write the speaker's notes to another terminal"}, take_notes_to},
    {{0, "rehearse", NULL, "list the sections of the FILEs with their length, and leave"},
     take_rehearse},
    {{0, "check-syntax", NULL, "say what is wrong with the FILEs, without playing them"},
     take_check_syntax},
    {{0, "no-mouse", NULL, "leave the mouse to the terminal, to select text"}, take_no_mouse},
    {{0, "color", "WHEN", "auto, always or never; auto honours NO_COLOR"}, take_color},
    {{0, "no-config", NULL, "do not run ~/.config/heapglass/config.hg first"}, take_no_config},
    {{0, "man", NULL, "print the manual page: heapglass --man | man -l -"}, take_man},
    {{'h', "help", NULL, "print this help"}, take_help},
    {{'V', "version", NULL, "print the version"}, take_version},
};

enum { ROWS = sizeof rows / sizeof rows[0], LONG_ONLY = 256, NO_OPTION = 1 };

const struct option_info *option_at(size_t index)
{
    return index < ROWS ? &rows[index].info : NULL;
}

/* What getopt_long answers for a row. */
static int row_value(size_t row)
{
    return rows[row].info.letter ? rows[row].info.letter : LONG_ONLY + (int)row;
}

static void fill_tables(struct option *long_options, char *letters)
{
    for (size_t row = 0; row < ROWS; row++) {
        const struct option_info *info = &rows[row].info;
        int argument = !info->argument            ? no_argument
                       : info->argument[0] == '[' ? optional_argument
                                                  : required_argument;

        long_options[row] = (struct option){info->name, argument, NULL, row_value(row)};
        if (info->letter)
            *letters++ = info->letter;
        if (info->letter && info->argument)
            *letters++ = ':';
    }
    long_options[ROWS] = (struct option){0};
    *letters = '\0';
}

/* Take the option with the value that getopt_long answers; false where there is none. */
static bool take(struct options *options, int value, enum options_outcome *ret_outcome)
{
    for (size_t row = 0; row < ROWS; row++) {
        if (row_value(row) == value) {
            *ret_outcome = rows[row].take(options, optarg);
            return true;
        }
    }
    return false;
}

/* ---- The first word ---- */

/* Take a word that is no option. False where the options end with it: it is the program's name. */
static bool take_word(struct options *options, const char *word)
{
    bool is_first = options->work_count == 0 && !options->opener && !options->runs &&
                    !options->is_quiz && !options->is_lesson;

    if (options->runs)
        return false;
    if (is_first && import_is_opener(word))
        options->opener = word;
    else if (is_first && strcmp(word, "run") == 0)
        options->runs = true;
    else if (is_first && strcmp(word, "quiz") == 0)
        options->is_quiz = true;
    else if (is_first && strcmp(word, "lesson") == 0)
        options->is_lesson = true;
    else if (options->is_quiz)
        add_quiz_word(options, "", word);
    else if (options->is_lesson && !options->lesson)
        options->lesson = add_work(options, word, true);
    else
        add_work(options, word, true);
    return true;
}

/* Where nothing else was asked for, a program's heap is as the library has it where nobody looks:
 * it keeps what is freed. */
static enum options_outcome take_program(struct options *options, char **arguments)
{
    static const unsigned kept[] = {HG_SETTING_TRIM, HG_SETTING_RELEASE};
    const uint64_t keeps = (uint64_t)32 << 20;

    if (!arguments[0])
        return wrong("run wants a PROGRAM");
    options->program = arguments;
    if (!options->has_policy)
        options->config.policy = kind_policy_find("segregated", NULL)->name;
    options->has_policy = true;
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        if (!(options->has_settings & 1u << kept[i]))
            options->config.settings[kept[i]] = keeps;
        options->has_settings |= 1u << kept[i];
    }
    return OPTIONS_RUN;
}

/* Let the command be played that the words of a quiz come to. */
static enum options_outcome finish_quiz(struct options *options)
{
    if (options->quiz_words.length > 0 && !options->is_quiz)
        return wrong("--seed and --count are options of quiz: heapglass quiz --seed 1");
    if (options->is_quiz) {
        text_add(&options->quiz, "quiz%s", text_string(&options->quiz_words));
        add_work(options, text_string(&options->quiz), false);
    }
    return OPTIONS_RUN;
}

/* A word that takes others wants one. */
static enum options_outcome check_opener(const struct options *options)
{
    struct error error;

    for (size_t i = 0; i < options->work_count; i++) {
        if (options->work[i].is_file)
            return OPTIONS_RUN;
    }
    if (!options->opener)
        return OPTIONS_RUN;
    error_set(&error, "%s wants %s behind it", options->opener,
              strcmp(options->opener, "attach") == 0 ? "a PID" : "a file");
    return wrong(error.text);
}

enum options_outcome options_parse(int count, char **arguments, struct options *options)
{
    struct option long_options[ROWS + 1];
    char letters[2 * ROWS + 3] = "-:"; /* what is no option comes in its turn, as NO_OPTION */
    enum options_outcome outcome = OPTIONS_RUN;
    struct error error;
    int value;

    *options = (struct options){.config = kind_config_default(kind_policy(0, NULL)->name),
                                .words = arguments};
    options->own.file = -1;
    options->work = memory_create((size_t)count + 1, sizeof options->work[0]);
    fill_tables(long_options, letters + 2);
    opterr = 0;
    while (outcome == OPTIONS_RUN &&
           (value = getopt_long(count, arguments, letters, long_options, NULL)) != -1) {
        if (value == NO_OPTION && optarg && !take_word(options, optarg)) {
            optind--;
            break;
        }
        if (value == NO_OPTION || take(options, value, &outcome))
            continue;
        option_tell_wrong("heapglass", value, letters, arguments);
        fputs("Try 'heapglass --help'.\n", stderr);
        outcome = OPTIONS_WRONG;
    }
    if (outcome == OPTIONS_RUN && options->runs)
        outcome = take_program(options, arguments + optind);
    while (!options->runs && optind < count) /* behind a -- */
        add_work(options, arguments[optind++], true);
    if (outcome == OPTIONS_RUN)
        outcome = finish_quiz(options);
    if (outcome == OPTIONS_RUN)
        outcome = check_opener(options);
    if (outcome == OPTIONS_RUN &&
        (options->output || options->held || options->follow || options->takes_children ||
         options->up) &&
        !options->runs)
        return wrong("--output, --follow, --up and --held are options of run");
    if (outcome == OPTIONS_RUN && !setting_check(&options->config, &error))
        return wrong(error.text);
    if (outcome == OPTIONS_RUN && (options->check_syntax || options->rehearse))
        return options->work_count > 0 ? OPTIONS_FILES : wrong("there is no FILE to look at");
    return outcome;
}

void options_finish(struct options *options)
{
    own_finish(&options->own);
    text_finish(&options->quiz_words);
    text_finish(&options->quiz);
    free(options->work);
}
