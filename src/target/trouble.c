/* trouble.c: see trouble.h. */
#include "target/trouble.h"

#include <errno.h>
#include <string.h>

#include "base/limit.h"

static const char *words_of(uint32_t part)
{
#define X(name, text) text,
    static const char *const words[] = {TROUBLES(X)};
#undef X

    return part < sizeof words / sizeof words[0] ? words[part] : "it says what makes no sense";
}

bool trouble_tell(const struct trouble *trouble, const char *what, struct error *error)
{
    error_set_kind(error, ERROR_SYSTEM, "%s: %s", what, words_of(trouble->part));
    if (trouble->number)
        error_append(error, ": %s", strerror(trouble->number));
    if (trouble->part == TROUBLE_PROGRAM && trouble->number == ENOENT)
        error_append(error, "; /proc is not mounted");
    limit_add_causes(trouble->number, error);
    return false;
}
