/* parameter.c: see parameter.h. */
#include "command/parameter.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "base/size.h"
#include "command/expect.h"
#include "command/expect_forms.h"
#include "command/topic.h"
#include "exercise/exercise.h"
#include "kind/kind.h"
#include "session/family.h"
#include "settings/preset.h"
#include "settings/settings.h"
#include "show/outlook.h"
#include "show/preferences.h"
#include "target/op.h"

/* ---- How they are read ---- */

static bool read_byte(const char *text, uint64_t *ret_byte, struct error *error)
{
    if (strlen(text) == 1 && (text[0] < '0' || text[0] > '9')) {
        *ret_byte = (unsigned char)text[0];
        return true;
    }
    if (!number_parse(text, ret_byte, error) || *ret_byte > UINT8_MAX)
        return error_set(error, "'%s' is no byte; a byte is a number from 0 to 255 or a character",
                         text);
    return true;
}

/* "50" or "50%". */
static bool read_percent(const char *text, uint64_t *ret_percent, struct error *error)
{
    char digits[8] = "";
    size_t length = strcspn(text, "%");
    bool ends_well = text[length] == '\0' || text[length + 1] == '\0';

    if (length < sizeof digits)
        memcpy(digits, text, length);
    if (!ends_well || !number_parse(digits, ret_percent, error) || *ret_percent < 1 ||
        *ret_percent > 100)
        return error_set(error, "'%s' is no whole percentage from 1 to 100", text);
    return true;
}

static bool read_limit(const char *text, uint64_t *ret_limit, struct error *error)
{
    *ret_limit = NO_LIMIT;
    return strcmp(text, "none") == 0 || size_parse(text, ret_limit, error);
}

/* "2", "0.5": up to an hour. */
static bool read_seconds(const char *text, uint64_t *ret_milliseconds, struct error *error)
{
    enum { SECONDS_MOST = 3600 };
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds >= 0 && seconds <= SECONDS_MOST))
        return error_set(error, "'%s' are no seconds; it can be from 0 to %d", text, SECONDS_MOST);
    *ret_milliseconds = (uint64_t)(seconds * 1000 + 0.5);
    return true;
}

/* ---- Sources of candidates ---- */

/* A, or f:A for one that is not in the frame on top; behind a & that is being typed, if one is. */
static void consider_variable(struct completer *completer, const struct picture *picture,
                              uint32_t place)
{
    size_t frame = variables_frame_of(&picture->variables, place);
    struct text name = {0};

    if (variable_is_slot(variables_get(&picture->variables, place)))
        return;
    text_add(&name, "%s", completer->word[0] == '&' ? "&" : "");
    if (frame != picture->variables.called_count)
        text_add(&name, "%s:", picture_frame_name(picture, frame));
    text_add_string(&name, picture_own_name(picture, place));
    completer_consider(completer, text_string(&name));
    text_finish(&name);
}

void completer_consider_variables(struct completer *completer)
{
    const struct picture *picture = &completer->session->mirror->picture;

    for (size_t i = 0; i < picture->variables.named_count; i++)
        consider_variable(completer, picture, picture->variables.named[i]);
}

/* Those that have been called. */
static void consider_functions(struct completer *completer)
{
    const struct history *history = completer->session->history;

    for (size_t i = history->steps.traced_count; i < history->steps.known; i++) {
        const struct step *step = steps_at(&history->steps, i + 1);

        if (op_has(&step->op, OP_ENTERS))
            completer_consider(completer, names_text(&history->names, step->names[0]));
    }
}

static void consider_presets(struct completer *completer)
{
    for (unsigned number = 0; preset_at(number); number++)
        completer_consider(completer, preset_at(number)->name);
}

static void consider_policies(struct completer *completer)
{
    const struct hg_policy_info *policy;

    for (unsigned number = 0; (policy = kind_policy(number, NULL)); number++)
        completer_consider(completer, policy->name);
}

static void consider_keys(struct completer *completer)
{
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++)
        completer_consider(completer, kind_setting(setting)->name);
    for (unsigned preference = 0; preference < PREFERENCES; preference++)
        completer_consider(completer, preference_info(preference)->name);
}

/* The values of the key before; after "help", what the topic before is about. */
static void consider_values(struct completer *completer)
{
    const char *key = completer->statement->tokens[completer->index - 1].text;
    unsigned setting = setting_find(key);

    if (strcmp(key, "policy") == 0)
        consider_policies(completer);
    if (strcmp(key, "preset") == 0)
        consider_presets(completer);
    if (strcmp(key, "set") == 0)
        consider_keys(completer);
    for (int panel = 0; strcmp(key, "panel") == 0 && panel < PANELS; panel++)
        completer_consider(completer, panel_name((enum panel)panel));
    if (setting < KIND_SETTINGS && kind_setting(setting)->choices)
        completer_consider_all(completer, kind_setting(setting)->choices);
    if (setting < KIND_SETTINGS && kind_setting(setting)->word)
        completer_consider(completer, kind_setting(setting)->word);
    for (unsigned preference = 0; preference < PREFERENCES; preference++) {
        if (strcmp(key, preference_info(preference)->name) == 0 &&
            preference_info(preference)->choices)
            completer_consider_all(completer, preference_info(preference)->choices);
    }
}

static void consider_subjects(struct completer *completer)
{
    for (unsigned index = 0; expect_subject(index); index++)
        completer_consider(completer, expect_subject(index));
    for (unsigned index = 0; expect_forms_word(index); index++)
        completer_consider(completer, expect_forms_word(index));
    completer_consider_variables(completer);
}

static void consider_panels(struct completer *completer)
{
    char sign = completer->word[0] && strchr("+-~", completer->word[0]) ? completer->word[0] : '\0';

    completer_consider(completer, "all");
    completer_consider(completer, "only");
    for (int panel = 0; panel < PANELS; panel++) {
        struct text name = {0};

        text_add_bytes(&name, &sign, sign != '\0');
        text_add(&name, "%s", panel_name((enum panel)panel));
        completer_consider(completer, text_string(&name));
        text_finish(&name);
    }
}

static void consider_topics(struct completer *completer)
{
    completer_consider_commands(completer);
    for (unsigned number = 0; topic_at(number); number++)
        completer_consider(completer, topic_at(number)->name);
}

static bool is_directory(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static void consider_file(struct completer *completer, const char *directory, const char *name)
{
    struct text path = {0};

    text_add(&path, "%s%s", directory, name);
    if (is_directory(text_string(&path)))
        text_add(&path, "/");
    completer_consider(completer, text_string(&path));
    text_finish(&path);
}

static void consider_files(struct completer *completer)
{
    const char *slash = strrchr(completer->word, '/');
    size_t length = slash ? (size_t)(slash - completer->word) + 1 : 0;
    char *directory = memory_copy_string(completer->word);
    bool hidden = completer->word[length] == '.';
    DIR *stream;
    struct dirent *entry;

    directory[length] = '\0';
    stream = opendir(length ? directory : ".");
    while (stream && (entry = readdir(stream))) {
        if (entry->d_name[0] != '.' || hidden)
            consider_file(completer, directory, entry->d_name);
    }
    if (stream)
        closedir(stream);
    free(directory);
}

static void consider_processes(struct completer *completer)
{
    const struct session *session = completer->session;

    for (size_t i = 0; session->followed && i < family_count(session); i++)
        completer_consider(completer,
                           text_string(&family_member(session, i)->followed->guest->name));
}

/* Commands that make steps. */
static void consider_steps(struct completer *completer)
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(i)); i++) {
        if (command->steps)
            completer_consider(completer, command->name);
    }
}

/* KEY= for each setting. */
static void consider_assignments(struct completer *completer)
{
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++) {
        struct text text = {0};

        text_add(&text, "%s=", kind_setting(setting)->name);
        completer_consider(completer, text_string(&text));
        text_finish(&text);
    }
}

/* Behind whatif: options, then a command and what belongs to it. */
static void consider_supposed(struct completer *completer)
{
    const struct token *tokens = completer->statement->tokens;
    size_t first = 1, index = completer->index;

    while (first + 1 < index && tokens[first].text[0] == '-')
        first += 2;
    if (first < index && strcmp(tokens[first].text, "-p") == 0)
        consider_policies(completer);
    else if (first < index && strcmp(tokens[first].text, "-s") == 0)
        consider_assignments(completer);
    else if (first < index)
        completer_consider_word(completer, first);
    else
        consider_steps(completer);
}

/* Behind compare: policies, then -- and a command. */
static void consider_compared(struct completer *completer)
{
    const struct token *tokens = completer->statement->tokens;
    size_t first = 1, index = completer->index;

    while (first < index && strcmp(tokens[first].text, "--") != 0)
        first++;
    if (first == index)
        consider_policies(completer);
    else if (first + 1 == index)
        consider_steps(completer);
    else
        completer_consider_word(completer, first + 1);
}

/* ---- The table ---- */

static const char *const none[] = {"none", NULL};
static const char *const zooms[] = {"in", "out", "left", "right", "all", "fit", NULL};
static const char *const off[] = {"off", NULL};
static const char *const switches[] = {"on", "off", NULL};
static const char *const dry_run[] = {"--dry-run", NULL};
static const char *const random_options[] = {"--sizes", "--free", "--seed", "--lifetime", NULL};
static const char *const quiz_words[] = {
#define X(name, word, asks, kind) #word,
    EXERCISE_TOPICS(X)
#undef X
        "--seed",
    "--count", NULL};
static const char *const lenient[] = {"--lenient", NULL};
static const char *const dot[] = {"--dot", NULL};

static const struct parameter_kind kinds[PARAMETER_TYPES] = {
    [PARAMETER_NEW_NAME] = {.is_name = true, .complete = completer_consider_variables},
    [PARAMETER_NAME] = {.is_name = true, .complete = completer_consider_variables},
    [PARAMETER_SIZE] = {.read = size_parse},
    [PARAMETER_LIMIT] = {.read = read_limit, .words = none},
    [PARAMETER_NUMBER] = {.read = number_parse},
    [PARAMETER_BYTE] = {.read = read_byte},
    [PARAMETER_PERCENT] = {.read = read_percent},
    [PARAMETER_PLACE] = {.complete = completer_consider_variables},
    [PARAMETER_ZOOM] = {.words = zooms, .complete = completer_consider_variables},
    [PARAMETER_POLICY] = {.complete = consider_policies},
    [PARAMETER_PRESET] = {.complete = consider_presets},
    [PARAMETER_KEY] = {.complete = consider_keys},
    [PARAMETER_VALUE] = {.complete = consider_values},
    [PARAMETER_COMMAND] = {.complete = consider_topics},
    [PARAMETER_FILE] = {.complete = consider_files},
    [PARAMETER_CODE] = {.words = off, .complete = consider_files},
    [PARAMETER_SWITCH] = {.words = switches},
    [PARAMETER_SUBJECT] = {.complete = consider_subjects},
    [PARAMETER_TEXT] = {.takes_rest = true},
    [PARAMETER_BYTES] = {.takes_rest = true},
    [PARAMETER_SUPPOSED] = {.takes_rest = true, .complete = consider_supposed},
    [PARAMETER_PANELS] = {.takes_rest = true, .complete = consider_panels},
    [PARAMETER_DRY_RUN] = {.words = dry_run},
    [PARAMETER_LENIENT] = {.takes_rest = true, .words = lenient},
    [PARAMETER_DOT] = {.words = dot},
    [PARAMETER_FUNCTION] = {.complete = consider_functions},
    [PARAMETER_PASSED] = {.takes_rest = true, .complete = completer_consider_variables},
    [PARAMETER_RETURNED] = {.takes_rest = true, .complete = completer_consider_variables},
    [PARAMETER_PROCESS] = {.complete = consider_processes},
    [PARAMETER_WORD] = {0},
    [PARAMETER_SECONDS] = {.read = read_seconds},
    [PARAMETER_RANDOM] = {.takes_rest = true, .words = random_options},
    [PARAMETER_QUIZ] = {.takes_rest = true, .words = quiz_words},
    [PARAMETER_COMPARED] = {.takes_rest = true, .complete = consider_compared},
};

const struct parameter_kind *parameter_kind(enum parameter_type type)
{
    return &kinds[type];
}
