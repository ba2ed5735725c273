/* confine.c: see confine.h. */
#include "command/confine.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command/verbs.h"

bool confine_is_inside(const char *folder, const char *path, struct error *error)
{
    char *real = realpath(path, NULL);
    size_t length = strlen(folder);
    struct stat status;
    bool is_inside;

    if (!real)
        return error_set_errno(error, "%s", path);
    is_inside = strncmp(real, folder, length) == 0 && (real[length] == '/' || length == 1);
    if (!is_inside)
        error_set(error, "%s: it lies outside of the folder of what is graded", path);
    else if (stat(real, &status) != 0)
        is_inside = error_set_errno(error, "%s", path);
    else if (!S_ISREG(status.st_mode))
        is_inside = error_set(error, "%s: it is no regular file", path);
    free(real);
    return is_inside;
}

/* Whether the file that the command reads may be read. */
static bool may_read(const struct interpreter *interpreter, const struct parsed *parsed,
                     struct error *error)
{
    const struct argument *argument = &parsed->arguments.items[0];
    const char *colon = strrchr(argument->text, ':');
    bool has_line = parsed->command->parameters[0].type == PARAMETER_CODE;
    struct text name = {0};
    char *path;
    bool good;

    if (has_line && !colon)
        return true; /* it names no file */
    text_add_bytes(&name, argument->text,
                   has_line ? (size_t)(colon - argument->text) : strlen(argument->text));
    path = verb_resolve_path(interpreter, text_string(&name));
    good = confine_is_inside(interpreter->confined_to, path, error);
    error->column = argument->column;
    text_finish(&name);
    free(path);
    return good;
}

bool confine_allows(const struct interpreter *interpreter, const struct parsed *parsed,
                    struct error *error)
{
    switch (parsed->command->reach) {
    case REACH_HEAP: return true;
    case REACH_READ: return may_read(interpreter, parsed, error);
    case REACH_OUTSIDE: break;
    }
    return error_set(error, "what is graded may not write files, nor start or look at processes");
}
