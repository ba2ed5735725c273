/* reach_model.c: see reach_model.h. */
#include "session/reach_model.h"

#include "test.h"

static void reach(struct model *model, int number)
{
    if (number == NOTHING || !model->objects[number].lives || model->objects[number].reached)
        return;
    model->objects[number].reached = true;
    for (int slot = 0; slot < SLOTS; slot++)
        reach(model, model->objects[number].slots[slot]);
}

void model_judge(struct model *model, uint32_t step)
{
    for (int i = 0; i < model->count; i++)
        model->objects[i].reached = false;
    for (int frame = 0; frame <= model->top; frame++) {
        for (int i = 0; i < NAMES; i++)
            reach(model, model->frames[frame].variables[i]);
    }
    for (int i = 0; i < model->count; i++) {
        struct object *object = &model->objects[i];

        if (object->reached)
            object->lost_in = 0;
        else if (object->lives && object->lost_in == 0)
            object->lost_in = step;
    }
}

int model_object_at(const struct model *model, uint64_t payload)
{
    for (int i = 0; i < model->count; i++) {
        if (model->objects[i].lives && model->objects[i].payload == payload)
            return i;
    }
    return NOTHING;
}

void model_kill(struct model *model, int number)
{
    model->objects[number].lives = false;
    for (int frame = 0; frame <= model->top; frame++) {
        for (int i = 0; i < NAMES; i++) {
            if (model->frames[frame].variables[i] == number)
                model->frames[frame].variables[i] = NOTHING;
        }
    }
    for (int i = 0; i < model->count; i++) {
        for (int slot = 0; slot < SLOTS; slot++) {
            if (model->objects[i].slots[slot] == number)
                model->objects[i].slots[slot] = NOTHING;
        }
    }
}

int model_add(struct model *model, uint64_t payload, uint64_t size)
{
    struct object *object = &model->objects[model->count];

    assert_true(model->count < OBJECTS);
    *object = (struct object){.lives = true, .payload = payload, .size = size};
    for (int slot = 0; slot < SLOTS; slot++)
        object->slots[slot] = NOTHING;
    return model->count++;
}

void model_push(struct model *model)
{
    model->top++;
    for (int i = 0; i < NAMES; i++)
        model_top(model)->variables[i] = NOTHING;
}

bool model_points_beyond(const struct model *model, int number, uint64_t size)
{
    for (int frame = 0; frame <= model->top; frame++) {
        for (int i = 0; i < NAMES; i++) {
            if (model->frames[frame].variables[i] == number &&
                model->frames[frame].offsets[i] >= size)
                return true;
        }
    }
    return false;
}
