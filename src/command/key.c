/* key.c: see key.h. */
#include "command/key.h"

#include <string.h>

#include "base/suggest.h"
#include "settings/settings.h"
#include "show/preferences.h"

bool key_unknown(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    setting_suggest(&suggestion);
    preference_suggest(&suggestion);
    error_set(error, "there is no setting '%s'", name);
    if (strcmp(name, "layout") == 0)
        return error_append(error, "; the command 'layout' is of panels, and how an allocator's "
                                   "blocks lie is told by --block-layout");
    if (suggestion_add(&suggestion, error))
        return false;
    return error_append(error, "; 'set' lists them");
}
