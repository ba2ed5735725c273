/* fit_roll.c: see fit_roll.h. */
#include "heap/fit/fit_roll.h"

#include <string.h>

enum { WORD = FIT_FOOTER };

static struct fit_entry entry_of(const struct fit *fit, const struct fit_block *block)
{
    return (struct fit_entry){.place = (uint32_t)(hg_offset(&fit->heap, block) / WORD),
                              .size = (uint32_t)(fit_size(block) / WORD)};
}

/* ---- Entries ---- */

/* Make room for an entry behind so many others, on the side where less has to move. */
static void open_gap(struct fit_roll *roll, uint32_t position)
{
    struct fit_entry *head = &roll->entries[roll->first];
    bool is_full_behind = roll->first + roll->count == roll->room;

    if (roll->first > 0 && (is_full_behind || position < roll->count / 2)) {
        memmove(head - 1, head, position * sizeof *head);
        roll->first--;
    } else {
        memmove(head + position + 1, head + position, (roll->count - position) * sizeof *head);
    }
    roll->count++;
}

/* The reverse. */
static void close_gap(struct fit_roll *roll, uint32_t position)
{
    struct fit_entry *head = &roll->entries[roll->first];

    roll->count--;
    if (position < roll->count / 2) {
        memmove(head + 1, head, position * sizeof *head);
        roll->first++;
    } else {
        memmove(head + position, head + position + 1, (roll->count - position) * sizeof *head);
    }
}

/* How many are before the block at `place`; as many as there are where it is not among them. */
static uint32_t find(const struct fit_roll *roll, uint32_t place)
{
    const struct fit_entry *head = &roll->entries[roll->first];
    uint32_t near = roll->last > 0 ? roll->last - 1 : 0, i = 0;

    for (uint32_t end = near + 2; near < end && near < roll->count; near++) {
        if (head[near].place == place)
            return near;
    }
    while (i < roll->count && head[i].place != place)
        i++;
    return i;
}

uint32_t hg_fit_roll_find(const struct fit *fit, const struct fit_roll *roll,
                          const struct fit_block *block)
{
    return block ? find(roll, entry_of(fit, block).place) : roll->count;
}

/* ---- As the list changes ---- */

void hg_fit_roll_drop(const struct fit *fit)
{
    struct hg_aside *aside = hg_aside_of(&fit->heap);

    if (aside)
        aside->is_kept = false;
}

void hg_fit_roll_spare(const struct fit *fit)
{
    struct fit_roll *roll = fit_roll(fit);

    if (roll && ++roll->idle > FIT_ROLL_IDLE)
        hg_fit_roll_drop(fit);
}

void hg_fit_roll_push(const struct fit *fit, const struct fit_block *block, uint64_t position)
{
    struct fit_roll *roll = fit_roll(fit);

    if (!roll)
        return;
    if (position > roll->count || roll->count == roll->room || fit->heap.size / WORD > UINT32_MAX) {
        hg_fit_roll_drop(fit);
        return;
    }
    open_gap(roll, (uint32_t)position);
    roll->entries[roll->first + position] = entry_of(fit, block);
    roll->last = (uint32_t)position;
}

void hg_fit_roll_push_behind(const struct fit *fit, const struct fit_block *block,
                             const struct fit_block *prev)
{
    struct fit_roll *roll = fit_roll(fit);

    if (roll)
        hg_fit_roll_push(fit, block,
                         prev ? (uint64_t)find(roll, entry_of(fit, prev).place) + 1 : 0);
}

void hg_fit_roll_remove(const struct fit *fit, const struct fit_block *block)
{
    struct fit_roll *roll = fit_roll(fit);
    uint32_t position;

    if (!roll)
        return;
    position = find(roll, entry_of(fit, block).place);
    if (position == roll->count) {
        hg_fit_roll_drop(fit);
        return;
    }
    close_gap(roll, position);
    roll->last = position;
}

/* ---- Making it ---- */

static size_t room_in(const struct hg_aside *aside)
{
    size_t room = aside->size > sizeof(struct fit_roll)
                      ? (aside->size - sizeof(struct fit_roll)) / sizeof(struct fit_entry)
                      : 0;

    return room < UINT32_MAX ? room : UINT32_MAX;
}

/* Enter all that is on the list; false where that is not as much as is counted. */
static bool enter_all(const struct fit *fit, struct fit_roll *roll)
{
    const struct fit_block *block = fit->head;
    uint32_t i = 0;

    for (; block && i < roll->count; block = fit_links(&fit->layout, block)->next)
        roll->entries[roll->first + i++] = entry_of(fit, block);
    return !block && i == roll->count;
}

struct fit_roll *hg_fit_roll_make(const struct fit *fit)
{
    struct hg_aside *aside = hg_aside_of(&fit->heap);
    struct fit_roll *roll = fit_roll(fit);
    size_t room;

    if (!aside)
        return NULL;
    if (roll && roll->count == fit->free_count) {
        roll->idle = 0;
        return roll;
    }
    aside->is_kept = false;
    if (fit->free_count < FIT_ROLL_LEAST || fit->heap.size / WORD > UINT32_MAX)
        return NULL;
    if (!aside->memory && aside->lend)
        aside->lend(aside);
    room = room_in(aside);
    roll = aside->memory;
    if (!roll || room < fit->free_count)
        return NULL;
    *roll = (struct fit_roll){.room = (uint32_t)room,
                              .first = (uint32_t)(room - fit->free_count) / 2,
                              .count = fit->free_count};
    aside->is_kept = enter_all(fit, roll);
    return fit_roll(fit);
}
