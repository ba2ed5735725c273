/* words.c: the names of events, and the words for reasons and invariants. */
#include <string.h>

#include "heap/engine.h"

#define X(name, text) text,
static const char *const event_names[] = {HG_EVENTS(X)};
static const char *const reason_texts[] = {HG_REASONS(X)};
static const char *const invariant_texts[] = {HG_INVARIANTS(X)};
#undef X

void hg_copy_name(char *name, size_t name_size, const char *text)
{
    size_t length = strlen(text) < name_size ? strlen(text) : name_size - 1;

    memcpy(name, text, length);
    name[length] = '\0';
}

void hg_write_name(char *name, size_t name_size, const char *text, uint64_t number)
{
    char digits[20];
    size_t length = 0, count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    hg_copy_name(name, name_size, text);
    length = strlen(name);
    while (count > 0 && length + 1 < name_size)
        name[length++] = digits[--count];
    name[length] = '\0';
}

const char *hg_event_name(unsigned kind)
{
    return kind < HG_EVENT_COUNT ? event_names[kind] : "unknown";
}

const char *hg_reason_text(unsigned reason)
{
    return reason < HG_REASON_COUNT ? reason_texts[reason] : "unknown";
}

const char *hg_invariant_text(unsigned invariant)
{
    return invariant < HG_INVARIANT_COUNT ? invariant_texts[invariant] : "unknown";
}
