/* choice.c: see choice.h. */
#include "base/choice.h"

#include <string.h>

bool choice_find(const char *name, const char *const *choices, const char *word,
                 unsigned *ret_number, struct error *error)
{
    for (unsigned number = 0; choices[number]; number++) {
        if (strcmp(choices[number], word) == 0) {
            *ret_number = number;
            return true;
        }
    }
    error_set(error, "%s cannot be '%s'; it can be", name, word);
    for (unsigned number = 0; choices[number]; number++)
        error_append(error, "%s %s", number ? "," : "", choices[number]);
    return false;
}
