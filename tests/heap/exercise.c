/* exercise.c: see exercise.h. */
#include "heap/exercise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

#define ARENA_SIZE ((size_t)1 << 24)

struct hg_config exercise_config(const char *policy)
{
    struct hg_config config = hg_config_default(policy);

    config.settings[HG_SETTING_GROW] = HG_GROW_EXACT;
    config.settings[HG_SETTING_TRIM] = HG_TRIM_NEVER;
    return config;
}

struct exercise exercise_begin(const struct hg_config *config)
{
    return (struct exercise){.shadow = shadow_create(config, ARENA_SIZE, 1)};
}

void exercise_end(struct exercise *exercise)
{
    shadow_destroy(exercise->shadow);
}

void exercise_forget(struct exercise *exercise)
{
    memset(exercise->named, 0, sizeof(exercise->named));
}

static char name_of(const struct exercise *exercise, uint64_t payload)
{
    for (int i = 0; i < EXERCISE_NAMES; i++) {
        if (exercise->named[i] == (char *)exercise->shadow->heap + payload)
            return (char)('A' + i);
    }
    return '?';
}

static bool add_block(void *context, const struct hg_block *block)
{
    struct exercise *exercise = context;
    size_t length = strlen(exercise->picture);
    char name = block->kind == HG_KIND_FREE ? '-' : name_of(exercise, block->at + block->header);

    if (block->kind != HG_KIND_BOOKKEEPING)
        snprintf(exercise->picture + length, EXERCISE_PICTURE_MAX - length, "%s%c%zu",
                 length ? " " : "", name, (size_t)block->size);
    return true;
}

void exercise_expect(struct exercise *exercise, const char *moves, const char *picture)
{
    struct hg_heap *heap = exercise->shadow->heap;
    struct hg_defect defect;
    char move[16];
    int length;

    for (; sscanf(moves, " %15s%n", move, &length) == 1; moves += length) {
        void **named = &exercise->named[(move[0] == '-' ? move[1] : move[0]) - 'A'];

        exercise->shadow->last_take.kind = HG_EVENT_COUNT;
        exercise->shadow->visits = 0;
        if (move[0] == '-') {
            hg_free(heap, *named);
            *named = NULL;
        } else if (move[1] == '=') {
            *named = hg_realloc(heap, *named, (size_t)atoi(move + 2));
        } else {
            *named = hg_malloc(heap, (size_t)atoi(move + 1));
        }
        assert_true(hg_check(heap, hg_size(heap), &defect));
    }
    exercise->picture[0] = '\0';
    hg_walk(heap, hg_size(heap), 0, add_block, exercise);
    assert_string_equal(exercise->picture, picture);
    if (exercise->shadow->contradiction)
        fail_msg("%s", exercise->shadow->contradiction);
}
