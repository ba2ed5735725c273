/* world.c: see world.h. */
#include "view/world.h"

#include <stdio.h>

#include "test.h"

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
    assert_true(session_go(session, session->steps.count - 12, &error));
}
