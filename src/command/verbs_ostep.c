/* verbs_ostep.c: OSTEP's exercises on free space, solved with the book's numbers, and done on a
 * real heap beside them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/size.h"
#include "command/import.h"
#include "command/ostep.h"
#include "command/queue.h"
#include "command/verbs.h"
#include "session/free_lists.h"
#include "settings/settings.h"

enum { REAL_HEADER = 16, REAL_UNIT = 16 };

/* Whether a real heap can have the very numbers of the exercise. */
static bool is_real(const struct ostep_options *options)
{
    return options->header == REAL_HEADER && options->alignment == REAL_UNIT &&
           options->heap_size % REAL_UNIT == 0;
}

/* A heap of the exercise's kind. Where the book counts bytes, it has 16 for each. */
static struct hg_config config_of(const struct ostep_options *options)
{
    struct hg_config config = hg_config_default("ostep");

    config.settings[HG_SETTING_FIT] = options->fit;
    config.settings[HG_SETTING_ORDER] = options->order;
    config.settings[HG_SETTING_COALESCE] =
        options->coalesces ? HG_COALESCE_IMMEDIATE : HG_COALESCE_NEVER;
    config.settings[HG_SETTING_FIXED] = HG_SWITCH_ON;
    config.settings[HG_SETTING_GROW] =
        is_real(options) ? options->heap_size : options->heap_size * REAL_UNIT;
    return config;
}

/* ---- The book's numbers ---- */

static void add_book(const struct ostep_exercise *exercise, const struct ostep_step *step,
                     struct text *text)
{
    if (step->frees)
        text_add(text, "\n\nFree(ptr[%" PRIu32 "]) returned %" PRId64, step->id, step->answer);
    else
        text_add(text,
                 "\n\nptr[%" PRIu32 "] = Alloc(%" PRIu64 ") returned %" PRId64 " (searched %" PRIu64
                 " elements)",
                 step->id, step->size, step->answer, step->searched);
    text_add(text, "\nFree List [ Size %zu ]: ", exercise->piece_count);
    for (size_t i = 0; i < exercise->piece_count; i++)
        text_add(text, "[ addr:%" PRIu64 " sz:%" PRIu64 " ]", exercise->pieces[i].at,
                 exercise->pieces[i].size);
}

/* ---- The real heap's ---- */

static void add_offset(uint64_t at, struct text *text)
{
    char offset[SIZE_TEXT_MAX];

    text_add(text, "%s", offset_text(at, offset));
}

static void add_list(struct session *session, struct text *text)
{
    const struct picture *picture = &session->mirror->picture;
    struct free_lists lists = {0};
    struct error ignored;

    if (!session_read_lists(session, OSTEP_STEPS_MAX, &lists, &ignored))
        return;
    text_add(text, "; free");
    for (size_t i = 0; lists.count > 0 && i < lists.lists[0].count; i++) {
        const struct block *block = block_table_get(&picture->blocks, lists.lists[0].items[i]);

        text_add(text, " ");
        add_offset(lists.lists[0].items[i], text);
        text_add(text, ":%" PRIu64, block ? block->size : 0);
    }
    free_lists_finish(&lists);
}

/* What came of the last step. */
static void add_result(struct session *session, const struct ostep_step *step, struct text *text)
{
    const struct op_result *result = &history_last_step(session->history)->result;

    if (step->frees) {
        text_add(text, "free p%" PRIu32, step->id);
        return;
    }
    text_add(text, "alloc p%" PRIu32 " %" PRIu64 " = ", step->id, step->size);
    if (result->refused)
        text_add(text, "NULL");
    else
        add_offset(result->payload, text);
    text_add(text, ", %" PRIu64 " examined", result->visits);
}

/* Do the step for real, and say so. What there is not, as the real heap had no room, is not freed,
 * and that is said, too. */
static void do_step(struct session *session, const struct ostep_step *step, struct text *text)
{
    char name[NAME_LENGTH_MAX + 1];
    struct action action = {.kind = step->frees ? OP_FREE : OP_ALLOC, .name = name};
    struct error error;

    snprintf(name, sizeof name, "p%" PRIu32, step->id);
    action.size = step->size;
    text_add(text, "\nhere: ");
    if (session_act(session, &action, &error))
        add_result(session, step, text);
    else
        text_add(text, "%s", error.text);
    add_list(session, text);
}

static void add_heading(const struct ostep_options *options, struct text *text)
{
    text_add(text,
             "The book's numbers, base %" PRIu64 ", header %" PRIu64
             "; 'here' a real heap, whose header has 16 bytes and whose sizes are rounded up to "
             "16, with ",
             options->base, options->header);
    text_add(text, is_real(options) ? "the book's base at +0x100."
                                    : "16 bytes for each of the "
                                      "book's.");
}

/* A fresh heap of `config`, and no steps. */
static bool begin(struct interpreter *interpreter, const struct hg_config *config,
                  struct error *error)
{
    size_t refused;

    if (!queue_settle(interpreter))
        return error_set_told(error);
    return session_reset(interpreter->session, error) &&
           session_configure(interpreter->session, config, &refused, error);
}

/* Solve the exercise that the words are the options of. */
static bool solve(struct interpreter *interpreter, const char *words, struct error *error)
{
    struct text *text = &interpreter->task.output;
    struct ostep_exercise *exercise;
    struct ostep_options options;
    struct ostep_step step;
    struct hg_config config;

    if (!ostep_parse(words, &options, error))
        return false;
    config = config_of(&options);
    if (!setting_check(&config, error) || !begin(interpreter, &config, error))
        return false;
    exercise = memory_create(1, sizeof *exercise);
    ostep_begin(exercise, &options);
    add_heading(&options, text);
    while (ostep_next(exercise, &step, error)) {
        add_book(exercise, &step, text);
        do_step(interpreter->session, &step, text);
    }
    free(exercise);
    return error->text[0] == '\0';
}

/* The same of the words in an argument, to which an error then points. */
static bool solve_argument(struct interpreter *interpreter, const struct arguments *arguments,
                           size_t number, struct error *error)
{
    const struct argument *words = number < arguments->count ? &arguments->items[number] : NULL;

    if (solve(interpreter, words ? words->text : "", error))
        return true;
    if (words && error->column > 0)
        error->column += words->column - 1 + words->quoted;
    return false;
}

VERB(ostep)
{
    return solve_argument(interpreter, arguments, 0, error);
}

/* ---- Imported ones ---- */

/* What stands behind "ostep" or the name of the book's program, with or without python before it;
 * NULL where the text does not begin so. */
static const char *find_ostep_options(const char *text)
{
    static const char *const programs[] = {"ostep", "malloc.py", "./malloc.py"};
    size_t length = strcspn(text, " \t\n");

    if (length >= strlen("python") && strncmp(text, "python", strlen("python")) == 0) {
        text += length;
        text += strspn(text, " \t");
        length = strcspn(text, " \t\n");
    }
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (strlen(programs[i]) == length && strncmp(text, programs[i], length) == 0)
            return text + length;
    }
    return NULL;
}

/* Whether a file can be looked into without taking anything out of it, or waiting for somebody who
 * writes. */
static bool is_regular(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/* The options in a file that begins with the command line of an exercise of OSTEP's; to be given
 * back with free, NULL if it does not. */
static char *read_ostep_options(const struct interpreter *interpreter, const char *name)
{
    char *path = verb_resolve_path(interpreter, name), *line = NULL, *found = NULL;
    FILE *file = strcmp(name, "-") == 0 || !is_regular(path) ? NULL : fopen(path, "re");
    const char *options = NULL;
    size_t capacity = 0;

    if (file && getline(&line, &capacity, file) > 0)
        options = find_ostep_options(line);
    if (options)
        found = strndup(options, strcspn(options, "\n"));
    if (file)
        fclose(file);
    free(line);
    free(path);
    return found;
}

/* Let an error in the first line of a file point to the file. Returns false. */
static bool fail_in_file(struct error *error, const struct argument *file)
{
    struct error what = *error;

    if (what.column > 0)
        error_set_kind(error, what.kind, "%s:1: %s", file->text, what.text);
    return verb_fail_at(error, file);
}

bool import_ostep(struct interpreter *interpreter, const struct arguments *arguments,
                  bool *ret_good, struct error *error)
{
    const struct argument *file = &arguments->items[0];
    bool is_here = strcmp(file->text, "ostep") == 0;
    char *options = is_here ? NULL : read_ostep_options(interpreter, file->text);

    if (is_here)
        *ret_good = solve_argument(interpreter, arguments, 1, error);
    else if (options)
        *ret_good = solve(interpreter, options, error) || fail_in_file(error, file);
    free(options);
    return is_here || options;
}
