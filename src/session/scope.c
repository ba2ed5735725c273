/* scope.c: see scope.h. */
#include "session/scope.h"

#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "base/suggest.h"

static const struct variables *variables_of(const struct session *session)
{
    return &session->mirror->picture.variables;
}

/* ---- What there is not ---- */

static bool no_such_frame(const struct session *session, const char *name, size_t length,
                          struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    size_t frames = variables_frames(&picture->variables);

    if (!error)
        return false;
    if (strlen(SCOPE_CALLER) == length && memcmp(name, SCOPE_CALLER, length) == 0)
        return error_set(error, "main is on top, and nobody called it");
    error_set(error, "no frame of '%.*s' is on the stack; on top is that of %s", (int)length, name,
              picture_frame_name(picture, frames - 1));
    return false;
}

/* Where the frame on top has no variable of a name, but another has: it is meant, perhaps. */
static bool is_elsewhere(const struct session *session, const char *name, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const struct variables *variables = &picture->variables;
    uint32_t id;
    size_t frame;

    if (!names_find(&session->history->names, name, &id) || id >= variables->names ||
        variables->by_name[id] == NO_VARIABLE)
        return false;
    frame = variables_frame_of(variables, variables->by_name[id]);
    error_set(error, "no variable '%s' in %s's frame; in %s's there is one: '%s:%s'", name,
              picture_frame_name(picture, variables->called_count),
              picture_frame_name(picture, frame), picture_frame_name(picture, frame), name);
    return true;
}

static bool no_such_variable(const struct session *session, size_t frame, const char *name,
                             struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const struct variables *variables = &picture->variables;
    struct suggestion suggestion;

    if (!error)
        return false;
    suggestion = suggestion_for(name);
    if (frame == variables->called_count && is_elsewhere(session, name, error))
        return false;
    for (uint32_t place = variables_frame(variables, frame).first;
         place < variables_frame_end(variables, frame); place++) {
        const struct variable *variable = variables_get(variables, place);

        if (variable->name != NO_NAME && !variable_is_slot(variable))
            suggestion_consider(&suggestion, picture_own_name(picture, place));
    }
    error_set(error, "no variable '%s'", name);
    if (variables->called_count > 0)
        error_append(error, " in %s's frame", picture_frame_name(picture, frame));
    if (!suggestion_add(&suggestion, error) && strcmp(name, "NULL") == 0)
        error_append(error, "; 'let p = NULL' makes one of that value");
    return false;
}

/* ---- What there is ---- */

/* Whether a frame is of the function that a scope names, which has so many characters. */
static bool is_frame_of(const struct picture *picture, size_t frame, const char *scope,
                        size_t length)
{
    const char *name = picture_frame_name(picture, frame);

    return strlen(name) == length && memcmp(scope, name, length) == 0;
}

/* The frame that a scope means for a name: the innermost of the function that has a variable called
 * so; or just the innermost, if none has. */
static bool find_frame(const struct session *session, const char *scope, size_t length, uint32_t id,
                       size_t *ret_frame, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const struct variables *variables = &picture->variables;
    size_t frame = variables_frames(variables);
    uint32_t place = id < variables->names ? variables->by_name[id] : NO_VARIABLE;

    if (length == strlen(SCOPE_CALLER) && memcmp(scope, SCOPE_CALLER, length) == 0) {
        *ret_frame = frame - 2;
        return frame >= 2 || no_such_frame(session, scope, length, error);
    }
    for (; place != NO_VARIABLE; place = variables_get(variables, place)->outer) {
        *ret_frame = variables_frame_of(variables, place);
        if (is_frame_of(picture, *ret_frame, scope, length))
            return true;
    }
    while (frame-- > 0) {
        *ret_frame = frame;
        if (is_frame_of(picture, frame, scope, length))
            return true;
    }
    return no_such_frame(session, scope, length, error);
}

bool session_variable(const struct session *session, const char *name, uint32_t *ret_place,
                      struct variable *ret_variable, struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    const char *colon = strchr(name, ':'), *rest = colon ? colon + 1 : name;
    size_t frame = picture->variables.called_count;
    uint32_t id = NO_NAME, place;

    names_find(&session->history->names, rest, &id);
    if (colon && !find_frame(session, name, (size_t)(colon - name), id, &frame, error))
        return false;
    if (!variables_find(&picture->variables, frame, id, &place))
        return no_such_variable(session, frame, rest, error);
    *ret_place = place;
    *ret_variable = variable_as_named(variables_get(&picture->variables, place));
    return true;
}

bool session_has_variable(const struct session *session, const char *name)
{
    struct variable variable;
    uint32_t place;

    return session_variable(session, name, &place, &variable, NULL);
}

bool session_knows_name(const struct session *session, const char *name)
{
    const char *colon = strchr(name, ':');
    uint32_t id;

    return names_find(&session->history->names, colon ? colon + 1 : name, &id);
}

/* Whether the stack has room for so many words more. */
static bool has_room(const struct session *session, uint64_t words, struct error *error)
{
    uint64_t used = variables_of(session)->count;
    char all[SIZE_TEXT_MAX], left[SIZE_TEXT_MAX], wanted[SIZE_TEXT_MAX];

    if (words <= VARIABLES_MAX - used)
        return true;
    if (used == VARIABLES_MAX && variables_of(session)->called_count == 0)
        return error_set(error, "there are %u variables already, and there can be no more",
                         VARIABLES_MAX);
    return error_set(error, "the stack overflows: of its %s %s are left, and this takes %s",
                     size_short((uint64_t)VARIABLES_MAX * WORD_BYTES, all),
                     size_short((VARIABLES_MAX - used) * WORD_BYTES, left),
                     size_short(words * WORD_BYTES, wanted));
}

static bool cannot_point(const char *name, const struct variable *variable, struct error *error)
{
    error_set(error, "'%s' is %" PRIu32 " byte%s of stack data, and holds no pointer", name,
              variable->bytes, variable->bytes == 1 ? "" : "s");
    if (variable->bytes >= SLOT_BYTES)
        error_append(error, "; its slots can: %s.0", name);
    return false;
}

bool scope_place_for(struct session *session, const char *name, uint32_t *ret_place,
                     struct error *error)
{
    const struct variables *variables = variables_of(session);
    struct variable variable = {0};

    if (strchr(name, ':') || picture_find(&session->mirror->picture,
                                          names_add(&session->history->names, name), ret_place))
        return session_variable(session, name, ret_place, &variable, error) &&
               (variable_can_point(&variable) || cannot_point(name, &variable, error));
    *ret_place = (uint32_t)variables->count;
    return has_room(session, 1, error);
}

bool scope_check_source(const struct session *session, const struct action *action,
                        uint32_t *ret_place, struct error *error)
{
    struct variable variable = {0};

    *ret_place = NO_VARIABLE;
    if (!action->other)
        return action->argument == 0 ||
               error_set(error, "what is pointed to is NULL, to which nothing can be added");
    if (!session_variable(session, action->other, ret_place, &variable, error))
        return false;
    if (action->address || action->kind == OP_LOAD)
        return true;
    if (!variable_can_point(&variable)) {
        cannot_point(action->other, &variable, error);
        error_append(error, "; its address is &%s", action->other);
        return false;
    }
    return action->argument == 0 || variable.bytes > 0 || variable.payload != OFFSET_NULL ||
           error_set(error, "%s is NULL, to which nothing can be added", action->other);
}

/* ---- Frames ---- */

static bool resolve_call(const struct session *session, const struct action *action, struct op *op,
                         struct error *error)
{
    const struct variables *variables = variables_of(session);

    if (strcmp(action->name, "main") == 0 || strcmp(action->name, SCOPE_CALLER) == 0)
        return error_set(error, "no function can be called '%s': that is what %s is called",
                         action->name,
                         action->name[0] == 'm' ? "the first frame" : "the frame below the top");
    op->slot = (uint32_t)variables->count;
    op->other = NO_VARIABLE;
    if (variables->called_count > 0)
        op->other = variables->called[variables->called_count - 1].first + FRAME_SAVED_POINTER;
    return has_room(session, FRAME_WORDS, error);
}

/* Stack data begins at its lowest word, which is the one that its name means. */
static bool resolve_local(struct session *session, const struct action *action, struct op *op,
                          struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    uint64_t words = (action->size - 1) / WORD_BYTES + 1;
    uint32_t there;

    if (action->size == 0)
        return error_set(error, "a local has one byte at least");
    if (picture_find(picture, names_add(&session->history->names, action->name), &there))
        return error_set(error, "'%s' is there already, in %s's frame", action->name,
                         picture_frame_name(picture, picture->variables.called_count));
    if (!has_room(session, words, error))
        return false;
    op->slot = (uint32_t)(picture->variables.count + words - 1);
    return true;
}

/* The caller's variable that is handed a value, which may be a new one: in the place of the frame
 * that is popped. */
static bool resolve_into(struct session *session, const struct action *action, struct op *op,
                         struct error *error)
{
    const struct variables *variables = variables_of(session);
    size_t top = variables->called_count;
    uint32_t id = names_add(&session->history->names, action->name);

    if (!variables_find(variables, top - 1, id, &op->slot)) {
        op->slot = variables->called[top - 1].first;
        return true;
    }
    return variable_can_point(variables_get(variables, op->slot)) ||
           cannot_point(action->name, variables_get(variables, op->slot), error);
}

static bool resolve_return(struct session *session, const struct action *action, struct op *op,
                           struct error *error)
{
    op->slot = op->other = NO_VARIABLE;
    if (variables_of(session)->called_count == 0)
        return error_set(error, "main is on top, and the program would end with it: there is no "
                                "caller to return to");
    return !action->name || (scope_check_source(session, action, &op->other, error) &&
                             resolve_into(session, action, op, error));
}

bool scope_resolve(struct session *session, const struct action *action, struct op *op,
                   struct error *error)
{
    unsigned traits = op_info(action->kind)->traits;

    if (traits & OP_ENTERS)
        return resolve_call(session, action, op, error);
    if (traits & OP_DECLARES)
        return resolve_local(session, action, op, error);
    return resolve_return(session, action, op, error);
}
