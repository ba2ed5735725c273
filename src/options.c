/* options.c: see options.h. */
#include "options.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "allocator.h"
#include "base/memory.h"
#include "base/option.h"
#include "base/size.h"
#include "base/suggest.h"
#include "base/tell.h"
#include "base/text.h"
#include "command/command.h"
#include "command/import.h"
#include "command/key.h"
#include "follow/guest.h"
#include "kind/kind.h"
#include "kind/own.h"
#include "kind/own_layout.h"
#include "lesson.h"
#include "settings/settings.h"
#include "work.h"

/* ---- What each option does ---- */

#define OPTION(name) static bool take_##name(void *whole, const char *argument, struct error *error)

static struct work *add_work(struct options *options, const char *text, bool is_file)
{
    struct work *work = &options->work[options->work_count++];

    *work = (struct work){text, is_file};
    return work;
}

OPTION(execute)
{
    (void)error;
    add_work(whole, argument, false);
    return true;
}

OPTION(policy)
{
    struct options *options = whole;

    options->has_policy = true;
    options->is_own = options->own_wish.file_count > 0 && strcmp(argument, OWN_POLICY) == 0;
    return options->is_own || setting_set_policy(&options->config, argument, error);
}

/* It is made when all options are known. */
OPTION(allocator)
{
    struct options *options = whole;

    (void)error;
    options->sources[options->own_wish.file_count++] = argument;
    options->has_policy = options->is_own = true;
    return true;
}

OPTION(block_layout)
{
    struct own_layout layout;
    const char *problem, *where;

    (void)whole;
    if (!own_layout_parse(argument, &layout, &problem, &where) && problem)
        return error_set(error, "--block-layout: %s: '%.*s'", problem, (int)strcspn(where, " "),
                         where);
    return setenv(OWN_LAYOUT, argument, 1) == 0;
}

OPTION(heap_size)
{
    uint64_t size;

    (void)whole;
    if (!size_parse(argument, &size, error))
        return false;
    if (size == 0 || size > HG_SIZE_MAX)
        return error_set(error, "--heap-size is how many bytes it is handed, of which there is one "
                                "at least");
    own_hand_over(size);
    return true;
}

OPTION(checkheap)
{
    (void)whole;
    (void)argument;
    (void)error;
    return setenv(OWN_CHECKS, "1", 1) == 0;
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
    char key[SETTING_KEY_MAX];
    const char *value = setting_cut_pair(argument, key, error);

    return value && set(whole, key, value, error);
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
    (void)error;
    add_quiz_word(whole, "--seed ", argument);
    return true;
}

OPTION(count)
{
    (void)error;
    add_quiz_word(whole, "--count ", argument);
    return true;
}

/* Its NAME is behind a '=', or the next word. */
OPTION(follow)
{
    struct options *options = whole;
    const char *next = options->words[optind];

    (void)error;
    if (!argument && next && guest_is_name(next)) {
        argument = next;
        optind++;
    }
    options->follow = argument;
    options->takes_children = !argument;
    return true;
}

OPTION(up)
{
    uint64_t calls;

    if (!number_parse(argument, &calls, error))
        return false;
    *(unsigned *)whole = calls < PROGRAM_UP_MOST ? (unsigned)calls : PROGRAM_UP_MOST;
    return true;
}

#define OPTION_PREFERS(name, preference, value)                                                    \
    OPTION(name)                                                                                   \
    {                                                                                              \
        (void)argument;                                                                            \
        (void)error;                                                                               \
        prefer(whole, preference, value);                                                          \
        return true;                                                                               \
    }

OPTION_PREFERS(step, PREFERENCE_STEP, STEP_ON)
OPTION_PREFERS(present, PREFERENCE_PRESENT, PRESENT_ON)
OPTION_PREFERS(no_mouse, PREFERENCE_MOUSE, MOUSE_OFF)

OPTION(color)
{
    static const char *const words[] = {"auto", "always", "never"};

    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], argument) == 0) {
            *(enum color_use *)whole = (enum color_use)i;
            return true;
        }
    }
    return error_set(error, "--color is auto, always or never");
}

/* ---- The table ---- */

#define FIELD(name) offsetof(struct options, name)

static const struct option_row rows[] = {
    {'e', "execute", "COMMANDS", take_execute, 0, "run COMMANDS ('alloc A 10M; free A')"},
    {'p', "policy", "NAME", take_policy, 0,
     "how blocks are chosen: first-fit, best-fit, buddy, ..."},
    {'a', "allocator", "FILE", take_allocator, 0,
     "your own allocator: mm.c of the malloc lab, a.c,b.c, or a library"},
    {0, "functions", "NAME", option_take_text, FIELD(own_wish.functions),
     "of several in it, those that are driven: ff_malloc, or a part of that"},
    {0, "align", "N", own_take_alignment, FIELD(alignment),
     "what its payloads must be a multiple of: 4, 8 or 16 (as its lab asks)"},
    {0, "bits", "32|64", own_take_bits, FIELD(own_wish.bits),
     "of its pointers, its long and its size_t (as it was written for)"},
    {0, "again", "TRACE", option_take_text, FIELD(again),
     "let it go through TRACE first, and call mm_init again then"},
    {0, "block-layout", "WORDS", take_block_layout, 0,
     "how its blocks lie: header=4 size=~7 used=1, or csapp-implicit"},
    {0, "heap-size", "SIZE", take_heap_size, 0,
     "what one is handed that wants all its memory at once (1G)"},
    {0, "checkheap", NULL, take_checkheap, 0,
     "let it look at itself by mm_checkheap after each step"},
    {'s', "set", "KEY=VALUE", take_set, 0,
     "change a setting, as 'set KEY VALUE' does; 'set' lists them"},
    {'o', "output", "FILE", option_take_text, FIELD(output),
     "of run: a file for what the PROGRAM prints"},
    {0, "follow", "[NAME]", take_follow, 0,
     "of run: its children, too; or the first NAME that it runs, alone"},
    {0, "up", "N", take_up, FIELD(up), "of run: name those as callers that are N calls further up"},
    {0, "held", NULL, option_take_switch, FIELD(held),
     "of run: let the PROGRAM wait in its first call"},
    {0, "seed", "S", take_seed, 0, "of quiz: a number or a word; the same one makes the same quiz"},
    {0, "count", "N", take_count, 0, "of quiz: how many questions (5)"},
    {0, "batch", NULL, option_take_switch, FIELD(batch),
     "leave when the files and COMMANDS are done"},
    {0, "keep-going", NULL, option_take_switch, FIELD(keep_going),
     "go on after a command in a file has failed"},
    {0, "lenient", NULL, option_take_switch, FIELD(lenient),
     "leave out what cannot be read of a trace"},
    {'q', "quiet", NULL, option_take_switch, FIELD(quiet),
     "print errors and what 'say' says, and nothing else"},
    {0, "plain", NULL, option_take_switch, FIELD(plain), "plain text instead of the full screen"},
    {0, "json", NULL, option_take_switch, FIELD(json), "one JSON object for each step"},
    {0, "ascii", NULL, option_take_switch, FIELD(ascii), "draw with ASCII characters alone"},
    {0, "step", NULL, take_step, 0, "play each step event by event, in the full screen"},
    {0, "present", NULL, take_present, 0,
     "for a projector: the map, one figure and what is said, large"},
    {0, "notes", NULL, option_take_switch, FIELD(notes),
     "show the speaker's notes of a scenario, too"},
    {0, "notes-to", "TTY", option_take_text, FIELD(notes_to),
     "write the speaker's notes to another terminal"},
    {0, "rehearse", NULL, option_take_switch, FIELD(rehearse),
     "list the sections of the FILEs with their length, and leave"},
    {0, "check-syntax", NULL, option_take_switch, FIELD(check_syntax),
     "say what is wrong with the FILEs, without playing them"},
    {0, "no-mouse", NULL, take_no_mouse, 0, "leave the mouse to the terminal, to select text"},
    {0, "color", "WHEN", take_color, FIELD(color), "auto, always or never; auto honours NO_COLOR"},
    {0, "no-config", NULL, option_take_switch, FIELD(no_config),
     "do not run ~/.config/heapglass/config.hg first"},
    {0, "man", NULL, NULL, 0, "print the manual page: heapglass --man | man -l -"},
    {'h', "help", NULL, NULL, 0, "print this help"},
    {'V', "version", NULL, NULL, 0, "print the version"},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const struct option_row *options_row(size_t index)
{
    return index < ROWS ? &rows[index] : NULL;
}

/* ---- The first word ---- */

/* Those that say what a command line is for, where they stand first. */
static const char *const first_words[] = {"import", "attach",   "open",  "run",   "lesson",
                                          "quiz",   "homework", "bench", "grade", "trace"};

/* Take a word that is no option. False where the options end with it: it is the program's name. */
static bool take_word(void *whole, const char *word)
{
    struct options *options = whole;
    bool is_first = !options->has_words;

    if (options->runs)
        return false;
    options->has_words = true;
    if (is_first && import_is_opener(word))
        options->opener = word;
    else if (is_first && strcmp(word, "run") == 0)
        options->runs = add_work(options, word, false);
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

static const struct option_command command = {
    .name = "heapglass", .rows = rows, .row_count = ROWS, .take_word = take_word};

/* Say what is wrong with the command line. */
static enum options_outcome wrong(const char *what)
{
    option_complain(&command, what);
    return OPTIONS_WRONG;
}

/* ---- What is asked for in place of all else ---- */

/* The command that stands first on the command line; NULL where there is none. */
static const char *first_command(const struct options *options)
{
    return options->runs ? "run" : options->is_quiz ? "quiz" : options->opener;
}

static enum options_outcome print_help(const struct options *options)
{
    if (options->is_lesson)
        fputs(lesson_usage, stdout);
    else if (first_command(options))
        options_print_command_help(first_command(options));
    else
        options_print_help();
    return OPTIONS_DONE;
}

static enum options_outcome answer(const struct options *options, const char *asked)
{
    if (strcmp(asked, "man") == 0)
        return OPTIONS_MANUAL;
    if (strcmp(asked, "help") == 0)
        return print_help(options);
    puts("heapglass " HEAPGLASS_VERSION);
    return OPTIONS_DONE;
}

/* ---- All of it ---- */

/* Where nothing else was asked for, a program's heap is as the library has it. */
static bool take_program(struct options *options, char **arguments, struct error *error)
{
    if (!arguments[0])
        return error_set(error, "run wants a PROGRAM");
    options->program = arguments;
    if (!options->has_policy)
        options->config.policy = kind_policy_find("segregated", NULL)->name;
    options->has_policy = true;
    options->has_settings = setting_suit_program(&options->config, options->has_settings);
    return true;
}

/* Let the command be played that the words of a quiz come to. */
static bool finish_quiz(struct options *options, struct error *error)
{
    if (options->quiz_words.length > 0 && !options->is_quiz)
        return error_set(error, "--seed and --count are options of quiz: heapglass quiz --seed 1");
    if (options->is_quiz) {
        text_add(&options->quiz, "quiz%s", text_string(&options->quiz_words));
        add_work(options, text_string(&options->quiz), false);
    }
    return true;
}

/* A word that takes others wants one. */
static bool check_opener(const struct options *options, struct error *error)
{
    for (size_t i = 0; i < options->work_count; i++) {
        if (options->work[i].is_file)
            return true;
    }
    return !options->opener ||
           error_set(error, "%s wants %s behind it", options->opener,
                     strcmp(options->opener, "attach") == 0 ? "a PID" : "a file");
}

static bool check_program_options(const struct options *options, struct error *error)
{
    bool are_there = options->output || options->held || options->follow ||
                     options->takes_children || options->up;

    return options->runs || !are_there ||
           error_set(error, "--output, --follow, --up and --held are options of run");
}

/* Say what the first of these, which is no file, was probably meant to be: a word that begins a
 * command line, an option without its dashes, or a command; false if it was. */
static bool check_slip(const struct work *work, const struct work *end, struct error *error)
{
    struct suggestion suggestion = suggestion_for(work->text);

    for (size_t i = 0; i < sizeof first_words / sizeof first_words[0]; i++) {
        if (strcmp(first_words[i], work->text) == 0)
            return error_set(error, "%s stands before all options: heapglass %s", work->text,
                             work->text);
        suggestion_consider(&suggestion, first_words[i]);
    }
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, work->text) == 0)
            return error_set(error, "%s: there is no such file; did you mean '--%s'?", work->text,
                             work->text);
    }
    if (suggestion.best)
        return error_set(error, "%s: there is no such file; did you mean '%s'?", work->text,
                         suggestion.best);
    if (!command_find(work->text))
        return true;
    error_set(error, "%s: there is no such file; a command stands behind -e: -e '%s", work->text,
              work->text);
    while (++work < end && work->is_file)
        error_append(error, " %s", work->text);
    return error_append(error, "'");
}

static bool check_first_file(const struct options *options, struct error *error)
{
    const struct work *work = options->work, *end = work + options->work_count;

    while (work < end && !work->is_file)
        work++;
    return work == end || options->opener || options->is_lesson || work_is_input(work) ||
           strpbrk(work->text, "./") || access(work->text, F_OK) == 0 ||
           check_slip(work, end, error);
}

/* What the options cannot say one by one. */
static bool complete(struct options *options, char **words, struct error *error)
{
    if (options->runs && !take_program(options, words, error))
        return false;
    for (; !options->runs && *words; words++) /* behind a -- */
        add_work(options, *words, true);
    return finish_quiz(options, error) && check_opener(options, error) &&
           check_first_file(options, error) && check_program_options(options, error) &&
           setting_check(&options->config, error);
}

enum options_outcome options_parse(int count, char **arguments, struct options *options)
{
    struct option_line line;
    struct error error;

    *options = (struct options){.config = kind_config_default(kind_policy(0, NULL)->name),
                                .words = arguments};
    options->own.file = -1;
    options->work = memory_create((size_t)count + 1, sizeof options->work[0]);
    options->sources = memory_create((size_t)count + 1, sizeof options->sources[0]);
    switch (option_read(&command, count, arguments, options, &line)) {
    case OPTION_ASKED: return answer(options, line.asked->name);
    case OPTION_WRONG: return OPTIONS_WRONG;
    case OPTION_READ: break;
    }
    if (!allocator_check(options, &error))
        return wrong(error.text);
    if (!allocator_build(options))
        return OPTIONS_WRONG;
    if (!complete(options, line.words, &error))
        return wrong(error.text);
    if (options->check_syntax || options->rehearse)
        return options->work_count > 0 ? OPTIONS_FILES : wrong("there is no FILE to look at");
    return OPTIONS_RUN;
}

void options_finish(struct options *options)
{
    own_finish(&options->own);
    text_finish(&options->quiz_words);
    text_finish(&options->quiz);
    free(options->work);
    free(options->sources);
}
