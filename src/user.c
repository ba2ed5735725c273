/* user.c: see user.h. */
#include "user.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/user_file.h"
#include "settings/settings.h"
#include "kind/kind.h"

/* ---- The config file ---- */

/* Let the command line's policy and settings prevail. */
static bool prevail(struct session *session, const struct options *options, struct error *error)
{
    struct hg_config config = session->mirror->picture.config;
    size_t refused;

    if (options->has_policy)
        config.policy = options->config.policy;
    for (unsigned setting = 0; setting < KIND_SETTINGS; setting++) {
        if (options->has_settings & 1u << setting)
            config.settings[setting] = options->config.settings[setting];
    }
    if (!options->has_policy && options->has_settings == 0)
        return true;
    return setting_check(&config, error) && session_configure(session, &config, &refused, error);
}

/* Run a file of settings, if it is there. */
static bool run_settings(struct interpreter *interpreter, const char *path, struct error *error)
{
    int descriptor = user_file_open(path, error);

    if (descriptor < 0)
        return error->kind == ERROR_MISSING;
    close(descriptor);
    return interpreter_configure(interpreter, path, error) || error->kind == ERROR_TOLD;
}

bool user_configure(struct interpreter *interpreter, const struct options *options,
                    struct error *error)
{
    char *path = user_file_path("XDG_CONFIG_HOME", ".config", "config.hg");
    bool good;

    if (!path || options->no_config) {
        free(path);
        return true;
    }
    good = run_settings(interpreter, path, error) && prevail(interpreter->session, options, error);
    free(path);
    return good;
}

/* ---- The layout ---- */

static char *layout_path(void)
{
    return user_file_path("XDG_STATE_HOME", ".local/state", "layout");
}

bool user_load_layout(struct interpreter *interpreter, struct error *error)
{
    const struct panel_choice *choice = &interpreter->show->outlook.choice;
    char *path = choice->hidden || choice->wanted ? NULL : layout_path();
    bool good = true;

    if (path)
        good = run_settings(interpreter, path, error);
    free(path);
    return good;
}

bool user_save_layout(const struct interpreter *interpreter, const struct panel_choice *before,
                      struct error *error)
{
    const struct panel_choice *choice = &interpreter->show->outlook.choice;
    bool is_same = choice->hidden == before->hidden && choice->wanted == before->wanted;
    char *path = is_same ? NULL : layout_path();
    struct text text = {0};
    bool good = true;

    text_add(&text, "layout all");
    for (int panel = 0; panel < PANELS; panel++) {
        if ((choice->hidden | choice->wanted) & 1u << panel)
            text_add(&text, " %c%s", choice->hidden & 1u << panel ? '-' : '+',
                     panel_name((enum panel)panel));
    }
    text_add(&text, "\n");
    if (path)
        good = (user_file_make_directories("XDG_STATE_HOME", path) ||
                error_set_errno(error, "%s", path)) &&
               file_write(path, &text, true, error);
    text_finish(&text);
    free(path);
    return good;
}
