/* world.h: sessions to look at. */
#ifndef TESTS_VIEW_WORLD_H
#define TESTS_VIEW_WORLD_H

#include "session/session.h"
#include "view/grid.h"
#include "view/options.h"
#include "view/scene.h"

/* Begin a session on a heap of the policy, and carry out steps there. */
struct session *world_begin(const char *policy);
void world_act(struct session *session, enum op_kind kind, const char *name, uint64_t size);

/* What has been done in it: nothing; the story of three blocks of 10M; small blocks with holes
 * between them, and a leak; a thousand holes; blocks without a hole; slots of a pool; blocks that
 * come and go, the last steps undone; every kind of cell, after a step that hands out, cuts off, gives
 * back and merges. */
void world_tell_nothing(struct session *session);
void world_tell_story(struct session *session);
void world_tell_of_small_blocks(struct session *session);
void world_tell_of_many_holes(struct session *session);
void world_tell_of_line(struct session *session);
void world_tell_of_pool(struct session *session);
void world_tell_of_time(struct session *session);
void world_tell_of_everything(struct session *session);

/* A scene of the session as it stands, of which all is looked at. */
struct scene world_scene(const struct session *session);

/* Draw the screen after the last step: it is about that one's block.
 *   outlook  NULL to look at all */
void world_draw(struct session *session, const struct outlook *outlook,
                const struct view_options *options, struct grid *grid);

#endif
