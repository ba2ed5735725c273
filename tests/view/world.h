/* world.h: heaps to look at, in the test's own process: a heap on an arena, the picture that
 * follows it, and its history. They are what a session would have of the same steps, but nothing
 * here forks, and views draw them all the same.
 *
 * What differs each time in a heap process is always the same here: step number n took 20 * (n - 1)
 * nanoseconds. */
#ifndef TESTS_VIEW_WORLD_H
#define TESTS_VIEW_WORLD_H

#include "kind/kind.h"
#include "session/history.h"
#include "target/recorder.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

struct world {
    struct picture picture;
    struct history *history; /* without checkpoints */
    const struct kind *kind;
    void *heap;
    struct hg_arena arena;
    struct recorder recorder;
};

/* Open a heap of the policy, whose kind is one that is placed. */
struct world *world_begin(const char *policy);
void world_end(struct world *world);

/* Carry out a step that makes sense there. */
void world_act(struct world *world, enum op_kind kind, const char *name, uint64_t size);

/* Fill what was asked for of the variable's payload. */
void world_fill(struct world *world, const char *name, unsigned char byte);

/* Let a variable hold another one's address. */
void world_point_to(struct world *world, const char *name, const char *variable);

/* Write where another variable points into slot number `slot` of what a variable points to. */
void world_link(struct world *world, const char *name, uint64_t slot, const char *other);

/* Go back to where things were after step number `step`: so many steps once more, on a fresh
 * heap. */
void world_go(struct world *world, size_t step);

/* What has been done in it: nothing; 10 bytes and 24; many alike; the story of three blocks of 10M;
 * small blocks with holes between them, and a leak; a thousand holes; blocks without a hole; slots
 * of a pool; blocks that come and go, the last steps undone; every kind of cell, after a step that
 * hands out, cuts off, gives back and merges; a function that was called, with every state of
 * variables but two. */
void world_tell_nothing(struct world *world);
void world_tell_of_ten_bytes(struct world *world);
void world_tell_of_slabs(struct world *world);
void world_tell_story(struct world *world);
void world_tell_of_small_blocks(struct world *world);
void world_tell_of_many_holes(struct world *world);
void world_tell_of_line(struct world *world);
void world_tell_of_pool(struct world *world);
void world_tell_of_time(struct world *world);
void world_tell_of_everything(struct world *world);
void world_tell_of_frames(struct world *world);

/* The heap's bytes from an offset on, as they stand in memory. */
unsigned char *world_bytes(const struct world *world, uint64_t at);

/* Read all free lists, at most `most` elements of each.
 *   returns  the caller's, to be given back with free_lists_finish */
struct free_lists world_lists(const struct world *world, size_t most);

/* A scene of the world as it stands, of which all is looked at; without lists. */
struct scene world_scene(const struct world *world);

/* Draw the screen after the last step: it is about that one's block.
 *   outlook  NULL to look at all */
void world_draw(const struct world *world, const struct outlook *outlook,
                const struct view_options *options, struct grid *grid);

#endif
