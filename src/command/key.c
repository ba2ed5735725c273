/* key.c: see key.h. */
#include "command/key.h"

#include "base/suggest.h"
#include "settings/settings.h"
#include "show/preferences.h"

bool key_unknown(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    setting_suggest(&suggestion);
    preference_suggest(&suggestion);
    error_set(error, "there is no setting '%s'", name);
    if (suggestion_add(&suggestion, error))
        return false;
    return error_append(error, "; 'set' lists them");
}
