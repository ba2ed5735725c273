/* names.c: see names.h. */
#include "session/names.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/bits.h"
#include "base/memory.h"

enum { SLOTS_LEAST = 64, WRITTEN_PAGE = 1024 };

/* A hash table with linear probing, of which at least half is free. Names that are numbers are not
 * in it: they are the first ones, and each is written down when it is first asked for. */
struct name_table {
    unsigned holders;
    struct arena texts;
    size_t count, numbered;
    const char ***written; /* of names that are numbers, in pages; NULL where it is not yet */
    size_t page_count, page_capacity;
    const char **by_id; /* of the others */
    size_t capacity;
    struct name_slot {
        const char *text; /* NULL where there is none */
        uint32_t hash, id;
    } * slots;
    size_t slot_count; /* a power of two */
};

/* The table of names, which is made where there is none. */
static struct name_table *table_of(struct names *names)
{
    if (!names->table) {
        names->table = memory_create(1, sizeof *names->table);
        names->table->holders = 1;
        names->table->slot_count = SLOTS_LEAST;
        names->table->slots = memory_create(SLOTS_LEAST, sizeof names->table->slots[0]);
    }
    return names->table;
}

void names_finish(struct names *names)
{
    struct name_table *table = names->table;

    names->table = NULL;
    if (!table || --table->holders > 0)
        return;
    arena_finish(&table->texts);
    for (size_t i = 0; i < table->page_count; i++)
        free(table->written[i]);
    free(table->written);
    free(table->by_id);
    free(table->slots);
    free(table);
}

struct names names_share(const struct names *names)
{
    if (names->table)
        names->table->holders++;
    return *names;
}

/* ---- What can be one ---- */

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
static struct name_slot *slot_of(const struct name_table *table, const char *text, uint32_t hash)
{
    size_t place = hash & (table->slot_count - 1);
    struct name_slot *slot = &table->slots[place];

    while (slot->text && (slot->hash != hash || strcmp(slot->text, text) != 0)) {
        place = (place + 1) & (table->slot_count - 1);
        slot = &table->slots[place];
    }
    return slot;
}

/* Keep at least half of the slots free. */
static void make_room(struct name_table *table)
{
    struct name_slot *before = table->slots;
    size_t count = table->slot_count;

    if (2 * (table->count - table->numbered + 1) <= count)
        return;
    table->slot_count = 2 * count;
    table->slots = memory_create(table->slot_count, sizeof table->slots[0]);
    for (size_t i = 0; i < count; i++) {
        if (before[i].text)
            *slot_of(table, before[i].text, before[i].hash) = before[i];
    }
    free(before);
}

/* ---- Names that are numbers ---- */

enum { NUMBERED_MAX = sizeof "b4294967295" };

static void write_numbered(char text[NUMBERED_MAX], uint32_t id)
{
    snprintf(text, NUMBERED_MAX, "b%" PRIu32, id);
}

/* Whether a name is one of those; the number of one is the number that it says. */
static bool is_numbered(const struct name_table *table, const char *text, uint32_t *ret_id)
{
    char name[NUMBERED_MAX];
    unsigned long number;

    if (table->numbered == 0 || text[0] != 'b' || strlen(text) >= NUMBERED_MAX)
        return false;
    number = strtoul(text + 1, NULL, 10);
    if (number >= table->numbered)
        return false;
    write_numbered(name, (uint32_t)number);
    if (strcmp(name, text) != 0) /* "b07" is another name */
        return false;
    *ret_id = (uint32_t)number;
    return true;
}

/* Where the name of a number is written down, or is to be. */
static const char **written_at(struct name_table *table, uint32_t id)
{
    size_t page = id / WRITTEN_PAGE;

    table->written =
        memory_reserve(table->written, &table->page_capacity, page + 1, sizeof table->written[0]);
    while (table->page_count <= page)
        table->written[table->page_count++] = NULL;
    if (!table->written[page])
        table->written[page] = memory_create(WRITTEN_PAGE, sizeof table->written[page][0]);
    return &table->written[page][id % WRITTEN_PAGE];
}

static const char *numbered_text(struct name_table *table, uint32_t id)
{
    const char **written = written_at(table, id);
    char text[NUMBERED_MAX];

    if (!*written) {
        write_numbered(text, id);
        *written =
            (const char *)arena_keep(&table->texts, (const unsigned char *)text, strlen(text) + 1);
    }
    return *written;
}

bool names_are_numbered(const struct names *names)
{
    return !names->table || names->table->count == names->table->numbered;
}

void names_add_numbered(struct names *names)
{
    struct name_table *table = table_of(names);

    assert(names_are_numbered(names));
    table->count = ++table->numbered;
}

/* ---- Names ---- */

bool names_find(const struct names *names, const char *text, uint32_t *ret_id)
{
    const struct name_slot *slot;

    if (!names->table)
        return false;
    if (is_numbered(names->table, text, ret_id))
        return true;
    slot = slot_of(names->table, text, hash_of(text));
    if (slot->text)
        *ret_id = slot->id;
    return slot->text != NULL;
}

bool names_add_new(struct names *names, const char *text, uint32_t *ret_id)
{
    struct name_table *table = table_of(names);
    size_t others = table->count - table->numbered;
    uint32_t hash = hash_of(text);
    struct name_slot *slot;

    if (names_find(names, text, ret_id))
        return false;
    make_room(table);
    slot = slot_of(table, text, hash);
    table->by_id =
        memory_reserve(table->by_id, &table->capacity, others + 1, sizeof table->by_id[0]);
    *slot = (struct name_slot){.text = (const char *)arena_keep(
                                   &table->texts, (const unsigned char *)text, strlen(text) + 1),
                               .hash = hash,
                               .id = (uint32_t)table->count++};
    table->by_id[others] = slot->text;
    *ret_id = slot->id;
    return true;
}

uint32_t names_add(struct names *names, const char *text)
{
    uint32_t id;

    names_add_new(names, text, &id);
    return id;
}

const char *names_text(const struct names *names, uint32_t id)
{
    struct name_table *table = names->table;

    return id < table->numbered ? numbered_text(table, id) : table->by_id[id - table->numbered];
}
