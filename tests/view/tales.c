/* tales.c: what is told in worlds. See world.h. */
#include <stdio.h>

#include "view/world.h"

void world_tell_nothing(struct world *world)
{
    (void)world;
}

void world_tell_of_ten_bytes(struct world *world)
{
    world_act(world, OP_ALLOC, "A", 10);
    world_act(world, OP_ALLOC, "B", 24);
}

void world_tell_of_slabs(struct world *world)
{
    char name[8];

    for (int i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "s%d", i);
        world_act(world, OP_ALLOC, name, 120 + (uint64_t)i % 8);
    }
    world_act(world, OP_FREE, "s3", 0);
    world_act(world, OP_FREE, "s8", 0);
}

void world_tell_story(struct world *world)
{
    world_act(world, OP_ALLOC, "A", 10 << 20);
    world_act(world, OP_ALLOC, "B", 10 << 20);
    world_act(world, OP_ALLOC, "C", 10 << 20);
    world_act(world, OP_FREE, "B", 0);
}

void world_tell_of_small_blocks(struct world *world)
{
    char name[8];

    for (int i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "v%d", i);
        world_act(world, OP_ALLOC, name, (uint64_t)(i * 7 % 90 + 1));
    }
    for (int i = 0; i < 30; i += 3) {
        snprintf(name, sizeof name, "v%d", i);
        world_act(world, OP_FREE, name, 0);
    }
    world_act(world, OP_ALLOC, "v1", 500); /* leaks a block */
}

void world_tell_of_many_holes(struct world *world)
{
    char name[8];

    for (int i = 0; i < 2000; i++) {
        snprintf(name, sizeof name, "h%d", i);
        world_act(world, OP_ALLOC, name, 1000);
    }
    for (int i = 0; i < 2000; i += 2) {
        snprintf(name, sizeof name, "h%d", i);
        world_act(world, OP_FREE, name, 0);
    }
}

void world_tell_of_line(struct world *world)
{
    world_act(world, OP_ALLOC, "A", 100);
    world_act(world, OP_ALLOC, "B", 1000);
}

void world_tell_of_pool(struct world *world)
{
    char name[8];

    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "s%d", i);
        world_act(world, OP_ALLOC, name, 40);
    }
    world_act(world, OP_FREE, "s3", 0);
    world_act(world, OP_FREE, "s1", 0);
}

void world_tell_of_time(struct world *world)
{
    char name[8];

    for (int i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "t%d", i);
        world_act(world, OP_ALLOC, name, (uint64_t)(i * 997 % 5000));
        snprintf(name, sizeof name, "t%d", i / 2);
        if (i % 4 != 0 && i % 2 == 1)
            world_act(world, OP_FREE, name, 0);
    }
    world_go(world, world->history->steps.count - 12);
}

void world_tell_of_everything(struct world *world)
{
    char name[8];

    world_act(world, OP_ALLOC, "big", 3000);
    world_act(world, OP_ALLOC, "moves", 1200);
    world_act(world, OP_ALLOC, "merges", 800);
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "t%d", i);
        world_act(world, OP_ALLOC, name, 20);
    }
    world_act(world, OP_ALLOC, "hole", 500);
    world_act(world, OP_ALLOC, "last", 1000);
    world_act(world, OP_FREE, "merges", 0);
    world_act(world, OP_FREE, "hole", 0);
    world_act(world, OP_REALLOC, "moves", 2500);
}

void world_tell_of_frames(struct world *world)
{
    world_act(world, OP_ALLOC, "A", 1000);
    world_act(world, OP_ALLOC, "gone", 200);
    world_act(world, OP_FREE, "gone", 0);
    world_act(world, OP_CALL, "new_int_array", 0);
    world_act(world, OP_LOCAL, "n", 4);
    world_act(world, OP_LOCAL, "buffer", 32);
    world_act(world, OP_ALLOC, "an_array_with_a_long_name", 400);
    world_point_to(world, "p", "n");
    world_act(world, OP_ALLOC, "nothing", UINT64_MAX / 2);
    world_act(world, OP_ALLOC, "B", 24);
}
