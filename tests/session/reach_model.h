/* reach_model.h: a plain model of who points to whom: objects by number, and the variables of each
 * frame. What nothing leads to is found by going through all of it. */
#ifndef TESTS_SESSION_REACH_MODEL_H
#define TESTS_SESSION_REACH_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum { NAMES = 12, OBJECTS = 2000, SLOTS = 8, FRAMES = 5, NOTHING = -1 };

struct object {
    bool lives;
    uint64_t payload, size;
    int slots[SLOTS]; /* the object that each points to; NOTHING for none */
    uint32_t lost_in;
    bool reached;
};

struct model_frame {
    int variables[NAMES];    /* the object that each points to; NOTHING for none */
    uint64_t offsets[NAMES]; /* how far into it */
};

struct model {
    struct object *objects;
    int count;
    struct model_frame frames[FRAMES];
    int top; /* the number of the frame on top; main's is 0 */
};

/* Find what is lost now; step number `step` has just been done. */
void model_judge(struct model *model, uint32_t step);

/* The live object that begins there; NOTHING if none does. */
int model_object_at(const struct model *model, uint64_t payload);

/* An object is gone: nothing points to it any more, though words may still hold its address. */
void model_kill(struct model *model, int number);

/* Add an object to which nothing points; its number. */
int model_add(struct model *model, uint64_t payload, uint64_t size);

/* Push a frame without variables. */
void model_push(struct model *model);

/* Whether a variable would point beyond an object if that were so large. */
bool model_points_beyond(const struct model *model, int number, uint64_t size);

static inline struct model_frame *model_top(struct model *model)
{
    return &model->frames[model->top];
}

#endif
