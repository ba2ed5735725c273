/* test_samples.c: what the README and the help tell people to type can be typed. Samples need not
 * succeed on any heap, but they are commands that there are, with arguments that can be. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/help.h"
#include "command/spy.h"
#include "command/topic.h"
#include "heapglass/heap.h"
#include "kind/kind.h"
#include "show/preferences.h"
#include "target/serve.h"
#include "settings/preset.h"
#include "test.h"

static const char *readme, *syntax;

/* What is said of a line that nobody should be told to type. */
static const char *const wrong[] = {
    "there is no command", "there is no setting", "there is no policy",   "there is no panel",
    "one word too many",   "is missing",          "is not a name",        "cannot be '",
    "there is no unit",    "is no byte",          "there is no function",
};

/* A heap on which most samples make sense. */
static const char setup[] = "alloc a1..a9 1K; alloc A 100; alloc B 40; alloc C 24; alloc D 10; "
                            "alloc p 64; let q = p; free a2 a4";

static size_t tried;

static void try(const char *sample)
{
    struct spy *spy = spy_create();

    spy_expect(spy, setup);
    interpreter_run_line(&spy->interpreter, sample);
    for (size_t i = 0; !spy->ok && i < TEST_COUNT(wrong); i++) {
        if (strstr(text_string(&spy->last), wrong[i]))
            fail_msg("'%s': %s", sample, text_string(&spy->last));
    }
    spy_destroy(spy);
    tried++;
}

/* Whether it stands for something to be typed: it begins with a command, and has no placeholders,
 * such as NAME, in it. */
static bool is_sample(const char *text)
{
    size_t length = strcspn(text, " !;");
    char name[32] = "";
    size_t capitals = 0;

    if (length == 0 || length >= sizeof name || strstr(text, "...") || strstr(text, "  ") ||
        strstr(text, " (") || !text[length] || strcmp(text + length, "!") == 0)
        return false;
    memcpy(name, text, length);
    if (!command_find(name))
        return false;
    for (const char *at = text; *at; at++) {
        capitals = *at >= 'A' && *at <= 'Z' ? capitals + 1 : 0;
        if (capitals == 3 && strncmp(at - 2, "NUL", 3) != 0)
            return false;
    }
    return true;
}

/* Try all that stands in a text between two of these signs. */
static void try_quoted(const char *text, char sign)
{
    while (text && (text = strchr(text, sign))) {
        const char *end = strchr(++text, sign);
        struct text sample = {0};

        if (!end)
            return;
        text_add_bytes(&sample, text, (size_t)(end - text));
        if (is_sample(text_string(&sample)))
            try(text_string(&sample));
        text_finish(&sample);
        text = end + 1;
    }
}

/* Try each line that stands apart and is a sample. */
static void try_lines(const char *text, const char *indent)
{
    while (*text) {
        size_t length = strcspn(text, "\n"), margin = strlen(indent);
        struct text sample = {0};

        if (strncmp(text, indent, margin) == 0 && length > margin) {
            text_add_bytes(&sample, text + margin, length - margin);
            if (is_sample(text_string(&sample)))
                try(text_string(&sample));
        }
        text_finish(&sample);
        text += length + (text[length] == '\n');
    }
}

static void samples_of_the_readme_can_be_typed(void **state)
{
    struct text text = {0};
    FILE *file = fopen(readme, "re");
    char line[1024];

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        text_add_string(&text, line);
    fclose(file);
    tried = 0;
    try_lines(text_string(&text), "    ");
    try_quoted(text_string(&text), '`');
    assert_true(tried > 20);
    text_finish(&text);
}

static void samples_of_help_can_be_typed(void **state)
{
    const struct hg_policy_info *policy;
    const struct preset *preset;
    const struct hg_setting_info *setting;

    (void)state;
    tried = 0;
    for (size_t i = 0; command_at(i); i++) {
        const struct command *command = command_at(i);

        if (command->examples)
            try_lines(command->examples, "");
        if (command->help)
            try_quoted(command->help, '\'');
    }
    for (unsigned i = 0; topic_at(i); i++)
        try_quoted(topic_at(i)->text, '\'');
    for (int panel = 0; panel < PANELS; panel++)
        try_quoted(topic_panel((enum panel)panel), '\'');
    for (unsigned i = 0; (policy = hg_policy(i)); i++)
        try_quoted(policy->reason, '\'');
    for (unsigned i = 0; (preset = preset_at(i)); i++)
        try_quoted(preset->rules ? preset->rules : "", '\'');
    for (unsigned i = 0; (setting = hg_setting(i)); i++)
        try_quoted(setting->reason, '\'');
    assert_true(tried > 60);
}

/* ---- The syntax file ---- */

/* Whether the file has the word among the keywords of a group. */
static bool has_keyword(const char *group, const char *word)
{
    FILE *file = fopen(syntax, "re");
    char line[1024], head[64];
    bool found = false;

    assert_non_null(file);
    snprintf(head, sizeof head, "syn keyword %s ", group);
    while (!found && fgets(line, sizeof line, file)) {
        if (strncmp(line, head, strlen(head)) != 0)
            continue;
        for (char *at = strtok(line + strlen(head), " \n"); at && !found; at = strtok(NULL, " \n"))
            found = strcmp(at, word) == 0;
    }
    fclose(file);
    return found;
}

static void expect_keyword(const char *group, const char *word)
{
    if (!has_keyword(group, word))
        fail_msg("the syntax file does not have %s among %s", word, group);
}

/* Whatever is typed by name has its colour, and nothing else has that of a command. */
static void the_syntax_file_has_the_words_that_there_are(void **state)
{
    const struct hg_policy_info *policy;
    FILE *file = fopen(syntax, "re");
    char line[1024];

    (void)state;
    assert_non_null(file);
    for (size_t i = 0; command_at(i); i++) {
        expect_keyword("hgCommand", command_at(i)->name);
        for (size_t j = 0; j < ALIASES_MAX && command_at(i)->aliases[j]; j++) {
            if (strcmp(command_at(i)->aliases[j], "?") != 0)
                expect_keyword("hgCommand", command_at(i)->aliases[j]);
        }
    }
    for (unsigned i = 0; (policy = kind_policy(i, NULL)); i++)
        expect_keyword("hgPolicy", policy->name);
    for (unsigned i = 0; i < KIND_SETTINGS; i++)
        expect_keyword("hgSetting", kind_setting(i)->name);
    for (unsigned i = 0; preference_info(i); i++)
        expect_keyword("hgSetting", preference_info(i)->name);
    while (fgets(line, sizeof line, file)) {
        if (strncmp(line, "syn keyword hgCommand ", 22) != 0)
            continue;
        for (char *at = strtok(line + 22, " \n"); at; at = strtok(NULL, " \n")) {
            if (!command_find(at))
                fail_msg("the syntax file has a command that there is not: %s", at);
        }
    }
    fclose(file);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_of_the_readme_can_be_typed),
        cmocka_unit_test(samples_of_help_can_be_typed),
        cmocka_unit_test(the_syntax_file_has_the_words_that_there_are),
    };
    char folder[] = "/tmp/heapglass-samples-XXXXXX";
    int failed;

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    readme = count > 2 ? realpath(arguments[1], NULL) : NULL;
    syntax = count > 2 ? realpath(arguments[2], NULL) : NULL;
    if (!readme || !syntax || !mkdtemp(folder) || chdir(folder) != 0)
        return 2;
    failed = cmocka_run_group_tests(tests, NULL, NULL); /* some write files */
    return failed || system("rm -r \"$PWD\"") != 0;
}
