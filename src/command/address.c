/* address.c: see address.h. */
#include "command/address.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char sign[] = "+0x";
enum { SIGN_LENGTH = sizeof sign - 1, LEAST_DIGITS = 4 };

/* The next offset from `text` on that stands by itself, with its sign; NULL if there is none. */
static const char *find_offset(const char *text)
{
    const char *found = text;

    while ((found = strstr(found, sign))) {
        const char *digits = found + SIGN_LENGTH;

        if ((found == text || !isalnum((unsigned char)found[-1])) &&
            strspn(digits, "0123456789abcdef") >= LEAST_DIGITS)
            return found;
        found = digits;
    }
    return NULL;
}

void address_add_text(const struct session *session, const struct show *show, const char *sentence,
                      struct text *text)
{
    bool wants_addresses = show->preferences[PREFERENCE_ADDRESSES] == ADDRESSES_ABSOLUTE;
    const char *offset;

    while (wants_addresses && (offset = find_offset(sentence))) {
        char *end;
        uint64_t at = strtoull(offset + 1, &end, 16);

        text_add_bytes(text, sentence, (size_t)(offset - sentence));
        text_add(text, "0x%" PRIx64, session->mirror->picture.heap_start + at);
        sentence = end;
    }
    text_add_string(text, sentence);
}
