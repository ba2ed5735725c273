/* verbs_session.c: the commands that are about the session, and those for scenarios. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/expect.h"
#include "command/help.h"
#include "command/verbs.h"

VERB(steps)
{
    (void)arguments;
    (void)error;
    interpreter->show = (struct show){.kind = SHOW_STEPS};
    return true;
}

/* The path of a file that a scenario names: beside the scenario, unless it is absolute. */
static char *resolve_path(const struct location *location, const char *path)
{
    const char *slash = location->file ? strrchr(location->file, '/') : NULL;
    struct text resolved = {0};

    if (slash && path[0] != '/')
        text_add_bytes(&resolved, location->file, (size_t)(slash - location->file) + 1);
    text_add(&resolved, "%s", path);
    return resolved.data;
}

VERB(source)
{
    char *path = resolve_path(&interpreter->location, arguments->items[0].text);
    bool good = interpreter_run_file(interpreter, path, error);

    free(path);
    return good || verb_fail_at(error, &arguments->items[0]);
}

VERB(say)
{
    (void)error;
    text_add(&interpreter->output, "%s", arguments->items[0].text);
    interpreter->saying = true;
    return true;
}

VERB(pause)
{
    const struct face *face = &interpreter->face;

    (void)arguments;
    return !face->pause || face->pause(face->context) || error_set(error, "stopped");
}

VERB(expect)
{
    return expect_holds(interpreter->session, arguments->items[0].text, arguments->items[1].text,
                        arguments->items[2].text, error) ||
           verb_fail_at(error, &arguments->items[0]);
}

VERB(help)
{
    if (arguments->count == 0) {
        help_add_overview(&interpreter->output);
        return true;
    }
    return help_add_topic(arguments->items[0].text,
                          arguments->count > 1 ? arguments->items[1].text : NULL,
                          &interpreter->output, error) ||
           verb_fail_at(error, &arguments->items[arguments->count - 1]);
}

VERB(quit)
{
    (void)arguments;
    (void)error;
    interpreter->quit = true;
    return true;
}
