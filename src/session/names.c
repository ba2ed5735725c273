/* names.c: see names.h. */
#include "session/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define uthash_fatal(message) memory_exhausted()
#include <uthash.h>

struct name {
    UT_hash_handle hh;
    uint32_t id;
    char text[];
};

void names_finish(struct names *names)
{
    HASH_CLEAR(hh, names->by_text);
    for (size_t id = 0; id < names->count; id++)
        free(names->by_id[id]);
    free(names->by_id);
    *names = (struct names){0};
}

bool name_is_valid(const char *text)
{
    size_t length = 0;

    if (!isalpha((unsigned char)text[0]) && text[0] != '_')
        return false;
    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return text[length] == '\0' && length <= NAME_LENGTH_MAX;
}

bool name_is_scoped(const char *text)
{
    const char *colon = strchr(text, ':');
    char frame[NAME_LENGTH_MAX + 1] = "";
    size_t length = colon ? (size_t)(colon - text) : 0;

    if (!colon)
        return name_is_valid(text);
    if (length > NAME_LENGTH_MAX)
        return false;
    memcpy(frame, text, length);
    return name_is_valid(frame) && name_is_valid(colon + 1);
}

bool names_find(const struct names *names, const char *text, uint32_t *ret_id)
{
    struct name *name;

    HASH_FIND_STR(names->by_text, text, name);
    if (!name)
        return false;
    *ret_id = name->id;
    return true;
}

bool names_add_new(struct names *names, const char *text, uint32_t *ret_id)
{
    size_t length = strlen(text);
    struct name *name;
    unsigned hash;

    HASH_VALUE(text, length, hash);
    HASH_FIND_BYHASHVALUE(hh, names->by_text, text, length, hash, name);
    if (name) {
        *ret_id = name->id;
        return false;
    }
    name = memory_create(1, sizeof *name + length + 1);
    name->id = *ret_id = (uint32_t)names->count;
    memcpy(name->text, text, length + 1);
    HASH_ADD_BYHASHVALUE(hh, names->by_text, text[0], length, hash, name);
    names->by_id =
        memory_reserve(names->by_id, &names->capacity, names->count + 1, sizeof names->by_id[0]);
    names->by_id[names->count++] = name;
    return true;
}

uint32_t names_add(struct names *names, const char *text)
{
    uint32_t id;

    names_add_new(names, text, &id);
    return id;
}

struct names names_copy(const struct names *names)
{
    struct names copy = {0};

    for (uint32_t id = 0; id < names->count; id++)
        names_add(&copy, names_text(names, id));
    return copy;
}

const char *names_text(const struct names *names, uint32_t id)
{
    return names->by_id[id]->text;
}
