/* names.c: see names.h. */
#include "session/names.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"
#include "base/memory.h"

enum { SLOTS_LEAST = 64 };

void names_finish(struct names *names)
{
    arena_finish(&names->texts);
    free(names->by_id);
    free(names->slots);
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

/* ---- The table ---- */

static uint32_t hash_of(const char *text)
{
    uint64_t hash = 0;

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    return (uint32_t)bits_mix(hash);
}

/* The slot of a name, or the free one where it would be entered; there are some. */
static struct name_slot *slot_of(const struct names *names, const char *text, uint32_t hash)
{
    size_t place = hash & (names->slot_count - 1);
    struct name_slot *slot = &names->slots[place];

    while (slot->text && (slot->hash != hash || strcmp(slot->text, text) != 0)) {
        place = (place + 1) & (names->slot_count - 1);
        slot = &names->slots[place];
    }
    return slot;
}

/* Keep at least half of the slots free. */
static void make_room(struct names *names)
{
    struct name_slot *before = names->slots;
    size_t count = names->slot_count;

    if (2 * (names->count + 1) <= count)
        return;
    names->slot_count = count > 0 ? 2 * count : SLOTS_LEAST;
    names->slots = memory_create(names->slot_count, sizeof names->slots[0]);
    for (size_t i = 0; i < count; i++) {
        if (before[i].text)
            *slot_of(names, before[i].text, before[i].hash) = before[i];
    }
    free(before);
}

/* ---- Names ---- */

bool names_find(const struct names *names, const char *text, uint32_t *ret_id)
{
    const struct name_slot *slot =
        names->slot_count > 0 ? slot_of(names, text, hash_of(text)) : NULL;

    if (!slot || !slot->text)
        return false;
    *ret_id = slot->id;
    return true;
}

bool names_add_new(struct names *names, const char *text, uint32_t *ret_id)
{
    uint32_t hash = hash_of(text);
    struct name_slot *slot;

    make_room(names);
    slot = slot_of(names, text, hash);
    if (slot->text) {
        *ret_id = slot->id;
        return false;
    }
    names->by_id =
        memory_reserve(names->by_id, &names->capacity, names->count + 1, sizeof names->by_id[0]);
    *slot = (struct name_slot){.text = (const char *)arena_keep(
                                   &names->texts, (const unsigned char *)text, strlen(text) + 1),
                               .hash = hash,
                               .id = (uint32_t)names->count};
    names->by_id[names->count++] = slot->text;
    *ret_id = slot->id;
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
    return names->by_id[id];
}
