/* world.c: see world.h. */
#include "view/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/explain.h"
#include "test.h"
#include "view/screen.h"

struct session *world_begin(const char *policy)
{
    struct hg_config config = hg_config_default(policy);
    struct error error;
    struct session *session = session_create(&config, &error);

    assert_non_null(session);
    return session;
}

void world_act(struct session *session, enum op_kind kind, const char *name, uint64_t size)
{
    struct action action = {.kind = kind, .name = name, .size = size};
    struct error error;

    if (!session_act(session, &action, &error))
        fail_msg("%s", error.text);
}

void world_tell_nothing(struct session *session)
{
    (void)session;
}

void world_tell_story(struct session *session)
{
    world_act(session, OP_ALLOC, "A", 10 << 20);
    world_act(session, OP_ALLOC, "B", 10 << 20);
    world_act(session, OP_ALLOC, "C", 10 << 20);
    world_act(session, OP_FREE, "B", 0);
}

void world_tell_of_small_blocks(struct session *session)
{
    char name[8];

    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "v%d", i);
        world_act(session, OP_ALLOC, name, (uint64_t)(i * 7 % 90 + 1));
    }
    for (int i = 0; i < 30; i += 3) {
        snprintf(name, sizeof name, "v%d", i);
        world_act(session, OP_FREE, name, 0);
    }
    world_act(session, OP_ALLOC, "v1", 500); /* leaks a block */
}

void world_tell_of_many_holes(struct session *session)
{
    char name[8];

    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "h%d", i);
        world_act(session, OP_ALLOC, name, 1000);
    }
    for (int i = 0; i < 2000; i += 2) {
        snprintf(name, sizeof name, "h%d", i);
        world_act(session, OP_FREE, name, 0);
    }
}

void world_tell_of_line(struct session *session)
{
    world_act(session, OP_ALLOC, "A", 100);
    world_act(session, OP_ALLOC, "B", 1000);
}

void world_tell_of_pool(struct session *session)
{
    char name[8];

    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "s%d", i);
        world_act(session, OP_ALLOC, name, 40);
    }
    world_act(session, OP_FREE, "s3", 0);
    world_act(session, OP_FREE, "s1", 0);
}

void world_tell_of_time(struct session *session)
{
    struct error error;
    char name[8];

    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "t%d", i);
        world_act(session, OP_ALLOC, name, (uint64_t)(i * 997 % 5000));
        snprintf(name, sizeof name, "t%d", i / 2);
        if (i % 4 != 0 && i % 2 == 1)
            world_act(session, OP_FREE, name, 0);
    }
    assert_true(session_go(session, session->history->steps.count - 12, &error));
}

void world_tell_of_everything(struct session *session)
{
    char name[8];

    world_act(session, OP_ALLOC, "big", 3000);
    world_act(session, OP_ALLOC, "moves", 1200);
    world_act(session, OP_ALLOC, "merges", 800);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "t%d", i);
        world_act(session, OP_ALLOC, name, 20);
    }
    world_act(session, OP_ALLOC, "hole", 500);
    world_act(session, OP_ALLOC, "last", 1000);
    world_act(session, OP_FREE, "merges", 0);
    world_act(session, OP_FREE, "hole", 0);
    world_act(session, OP_REALLOC, "moves", 2500);
}

struct scene world_scene(const struct session *session)
{
    static const struct outlook all;

    return (struct scene){
        .picture = &session->mirror->picture, .history = session->history, .outlook = &all};
}

/* The first word of the block in focus, if it has a header. */
static void read_header(struct session *session, struct scene *scene)
{
    const struct block *block = block_table_get(&session->mirror->picture.blocks, scene->focus);
    unsigned char *bytes;
    struct error error;
    size_t count;

    if (!block || block->header < sizeof scene->header)
        return;
    assert_true(
        session_read_bytes(session, block->at, sizeof scene->header, &bytes, &count, &error));
    memcpy(&scene->header, bytes, sizeof scene->header);
    scene->has_header = true;
    free(bytes);
}

void world_draw(struct session *session, const struct outlook *outlook,
                const struct view_options *options, struct grid *grid)
{
    struct text explanation = {0};
    struct message message = {.heading = "what happened", .style = STYLE_PLAIN};
    struct free_lists lists;
    struct scene scene = world_scene(session);
    struct error error;

    explain_last_step(session, &explanation);
    message.text = text_string(&explanation);
    if (outlook)
        scene.outlook = outlook;
    scene.focus = session_place_of_last_step(session);
    read_header(session, &scene);
    assert_true(session_read_lists(session, 64, &lists, &error));
    scene.lists = &lists;
    screen_draw(grid, &scene, options, &message, NULL, 0);
    free_lists_finish(&lists);
    text_finish(&explanation);
}
