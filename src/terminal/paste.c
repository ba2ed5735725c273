/* paste.c: see paste.h. */
#include "terminal/paste.h"

static const wchar_t end[PASTE_END_LENGTH + 1] = L"\033[201~";

void paste_open(struct paste *paste)
{
    *paste = (struct paste){.is_open = true};
}

void paste_feed(struct paste *paste, wchar_t character)
{
    paste->first = paste->count = 0;
    if (character != end[paste->matched]) { /* what looked like the end was text */
        while (paste->count < paste->matched) {
            paste->ready[paste->count] = end[paste->count];
            paste->count++;
        }
        paste->matched = 0;
    }
    if (character == end[paste->matched])
        paste->matched++;
    else
        paste->ready[paste->count++] = character;
    paste->is_open = paste->matched < PASTE_END_LENGTH;
}

bool paste_take(struct paste *paste, wchar_t *ret_character)
{
    if (paste->first == paste->count)
        return false;
    *ret_character = paste->ready[paste->first++];
    return true;
}
