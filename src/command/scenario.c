/* scenario.c: see scenario.h. */
#include "command/scenario.h"

#include <inttypes.h>
#include <string.h>

#include "base/file.h"
#include "collector/collector.h"
#include "kind/kind.h"
#include "settings/settings.h"

static void add_setting(const struct hg_config *config, unsigned setting, struct text *text)
{
    char buffer[SIZE_TEXT_MAX];

    text_add(text, "set %s %s\n", kind_setting(setting)->name,
             setting_text(setting, config->settings[setting], buffer));
}

/* Add the first setting that differs and that a heap can have along with those that `typed` has, to
 * which it is added.
 *   returns  false when there is none */
static bool add_next_setting(const struct hg_config *config, struct hg_config *typed,
                             struct text *text)
{
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++) {
        struct hg_config next = *typed;
        unsigned ignored;

        next.settings[setting] = config->settings[setting];
        if (next.settings[setting] == typed->settings[setting] ||
            kind_config_problem(&next, &ignored))
            continue;
        add_setting(config, setting, text);
        *typed = next;
        return true;
    }
    return false;
}

/* The settings come in an order in which each can be typed, and the policy as soon as it can: some
 * settings go with it alone, and it with some settings alone. */
void scenario_add_config(const struct hg_config *config, struct text *text)
{
    struct hg_config typed = kind_config_default(kind_policy(0, NULL)->name), next;
    bool more = true;
    unsigned ignored;

    while (more) {
        next = typed;
        next.policy = config->policy;
        more = strcmp(typed.policy, config->policy) != 0 && !kind_config_problem(&next, &ignored);
        if (more) {
            text_add(text, "policy %s\n", config->policy);
            typed = next;
        } else {
            more = add_next_setting(config, &typed, text);
        }
    }
}

/* How steps collect garbage, as far as was typed. */
struct collecting {
    bool is_auto;
    uint32_t window;
};

/* Whether the step can be typed, so that it does what it did. */
static bool can_be_typed(const struct session *session, const struct step *step)
{
    if (step->op.kind == OP_COALESCE)
        return session->mirror->picture.config.settings[HG_SETTING_COALESCE] != HG_COALESCE_NEVER;
    return !step->left_out && !(step->op.kind == OP_FREE && step->result.refused);
}

/* Let the steps from this one on collect garbage as it does. */
static void add_collecting(const struct step *step, struct collecting *typed, struct text *text)
{
    struct collecting wanted = *typed;

    if (op_has(&step->op, OP_GIVES))
        wanted.is_auto = step->op.window > 0;
    if (step->op.window > 0)
        wanted.window = step->op.window;
    if (wanted.is_auto != typed->is_auto)
        text_add(text, "set gc %s\n", wanted.is_auto ? "auto" : "off");
    if (wanted.window != typed->window)
        text_add(text, "set gc-step %u\n", wanted.window);
    *typed = wanted;
}

/* Say which line the next steps are. The file is named from the root on, since nobody knows from
 * where the scenario will be played. */
static void add_mark(const struct sources *sources, uint32_t mark, struct text *text)
{
    const char *path;

    if (mark == 0) {
        text_add(text, "code off\n");
        return;
    }
    path = sources_path(sources, mark);
    text_add(text, "code \"");
    text_add_typed(text, path, strlen(path));
    text_add(text, ":%" PRIu32 "\"\n", sources_line_number(sources, mark));
}

bool scenario_add(const struct session *session, struct text *text, size_t *ret_left_out)
{
    enum { TICK_EVERY = 4096 };
    const struct history *history = session->history;
    size_t count = history->steps.count;
    struct collecting typed = {.window = COLLECTOR_WORDS};
    size_t left_out = 0;
    uint32_t mark = 0;

    text_add(text, "# saved by heapglass; to be played on a fresh heap\n");
    scenario_add_config(&session->mirror->picture.config, text);
    for (size_t i = 0; i < count; i++) {
        const struct step *step = steps_at(&history->steps, i + 1);
        bool can_be = can_be_typed(session, step);

        if (step->mark != mark)
            add_mark(&history->sources, step->mark, text);
        mark = step->mark;
        left_out += !can_be;
        add_collecting(step, &typed, text);
        text_add(text, "%s", can_be ? "" : "# refused: ");
        history_add_command(history, step, text);
        text_add(text, "\n");
        if ((i + 1) % TICK_EVERY == 0 && !progress_tick(&history->progress, i + 1, count))
            return false;
    }
    *ret_left_out = left_out;
    return true;
}

bool scenario_save(const struct session *session, const char *path, bool replaces,
                   struct text *output, struct error *error)
{
    struct text scenario = {0};
    size_t left_out = 0;
    bool good = history_is_whole(session->history, error) &&
                (scenario_add(session, &scenario, &left_out) ||
                 error_set_kind(error, ERROR_STOPPED, "stopped; no file has been written")) &&
                file_write(path, &scenario, replaces, error);

    text_finish(&scenario);
    if (!good)
        return false;
    text_add(output, "%s leads to where we are: %zu step%s.", path, session->history->steps.count,
             session->history->steps.count == 1 ? "" : "s");
    if (left_out > 0)
        text_add(output,
                 " %zu of them this heap refused to carry out; they are comments in the file.",
                 left_out);
    return true;
}
