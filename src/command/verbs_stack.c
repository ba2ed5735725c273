/* verbs_stack.c: the commands about variables, and about functions and their frames. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "command/place.h"
#include "command/pointer.h"
#include "command/queue.h"
#include "command/verbs.h"
#include "explain/who.h"
#include "session/scope.h"
#include "session/callers.h"

/* "B = A", "B = A+8", "B = A.0", "B = &x" or "B = NULL". */
VERB(let)
{
    char name[SCOPED_NAME_MAX + 1], other[SCOPED_NAME_MAX + 1];
    struct reader reader = reader_of(&arguments->items[0]), pointer;
    struct action action = {.kind = OP_LET, .name = name};

    if (!reader_name(&reader, name, error))
        return false;
    if (*reader.at != '=') {
        error_set(error, "'=' is missing; it reads 'let B = A'");
        return reader_fail(&reader, error);
    }
    reader_skip(&reader, 1);
    pointer = reader;
    if (!reader_pointer(&reader, other, &action, error))
        return false;
    interpreter->task.column = reader_column(&pointer);
    return interpreter_act(interpreter, &action, error);
}

/* Before a command of several steps: nothing is behind what is known any more. */
static bool settle(struct interpreter *interpreter, struct error *error)
{
    return queue_settle(interpreter) || error_set_told(error);
}

/* ---- call ---- */

/* Whether all that is passed is there; else the call is not made. */
static bool check_passed(struct interpreter *interpreter, const struct argument *passed,
                         struct error *error)
{
    struct reader reader = reader_of(passed);
    char name[SCOPED_NAME_MAX + 1];
    struct variable variable;
    uint32_t place;

    while (*reader.at) {
        struct reader start = reader;

        if (!reader_name(&reader, name, error))
            return false;
        if (!name_is_valid(name)) {
            error_set(error, "what is passed must be a variable of the caller's own");
            return reader_fail(&start, error);
        }
        if (!session_variable(interpreter->session, name, &place, &variable, error))
            return reader_fail(&start, error);
        if (!variable_can_point(&variable)) {
            error_set(error, "'%s' is stack data: pass a pointer to it", name);
            return reader_fail(&start, error);
        }
    }
    return true;
}

/* Each becomes a variable of the function's, of the same name. */
static bool pass(struct interpreter *interpreter, const struct argument *passed,
                 struct error *error)
{
    struct reader reader = reader_of(passed);
    char name[SCOPED_NAME_MAX + 1], other[sizeof SCOPE_CALLER ":" + NAME_LENGTH_MAX];

    while (*reader.at) {
        if (!reader_name(&reader, name, error))
            return false;
        snprintf(other, sizeof other, SCOPE_CALLER ":%.*s", NAME_LENGTH_MAX, name);
        if (!interpreter_act(interpreter,
                             &(struct action){.kind = OP_LET, .name = name, .other = other}, error))
            return false;
    }
    return true;
}

VERB(call)
{
    const char *function = arguments->items[0].text;
    const struct argument *passed = arguments->count > 1 ? &arguments->items[1] : NULL;

    if (!name_is_valid(function)) {
        error_set(error, "'%s' is not the name of a function", function);
        return verb_fail_at(error, &arguments->items[0]);
    }
    if (passed && !(settle(interpreter, error) && check_passed(interpreter, passed, error)))
        return false;
    return interpreter_act(interpreter, &(struct action){.kind = OP_CALL, .name = function},
                           error) &&
           (!passed || pass(interpreter, passed, error));
}

/* ---- local, return, recurse ---- */

VERB(local)
{
    if (strchr(arguments->name, ':'))
        return error_set(error, "a local is made in the frame on top, and not in another");
    return interpreter_act(interpreter,
                           &(struct action){.kind = OP_LOCAL,
                                            .name = arguments->name,
                                            .size = arguments->items[0].number},
                           error);
}

/* Read "-> q". */
static bool read_into(struct reader *reader, char ret_name[SCOPED_NAME_MAX + 1],
                      struct error *error)
{
    struct reader name;

    if (!reader_is_at_arrow(reader)) {
        error_set(error, "behind what is returned there can only be -> and the caller's variable");
        return reader_fail(reader, error);
    }
    reader_skip(reader, 2);
    name = *reader;
    if (!reader_name(reader, ret_name, error))
        return false;
    if (!name_is_valid(ret_name)) {
        error_set(error, "what is returned goes to a variable of the caller's own");
        return reader_fail(&name, error);
    }
    if (*reader->at) {
        error_set(error, "behind the caller's variable there can be nothing more");
        return reader_fail(reader, error);
    }
    return true;
}

VERB(return )
{
    char other[SCOPED_NAME_MAX + 1], into[SCOPED_NAME_MAX + 1];
    struct action action = {.kind = OP_RETURN};
    struct reader reader;

    if (arguments->count == 0)
        return interpreter_act(interpreter, &action, error);
    reader = reader_of(&arguments->items[0]);
    if (!reader_pointer(&reader, other, &action, error))
        return false;
    action.name = other;
    if (*reader.at) {
        if (!read_into(&reader, into, error))
            return false;
        action.name = into;
    }
    if (!name_is_valid(action.name) || strcmp(action.name, "NULL") == 0)
        return error_set(error,
                         "it is not said which of the caller's variables gets it; "
                         "it reads 'return %s -> p'",
                         arguments->items[0].text);
    return interpreter_act(interpreter, &action, error);
}

VERB(recurse)
{
    const struct picture *picture;
    uint64_t count = arguments->items[0].number;
    struct action action = {.kind = OP_CALL};
    char function[NAME_LENGTH_MAX + 1];

    if (!settle(interpreter, error))
        return false;
    picture = &interpreter->session->mirror->picture;
    if (picture->variables.called_count == 0)
        return error_set(error, "main does not call itself; call a function first");
    if (count == 0)
        return error_set(error, "nothing is called 0 times");
    snprintf(function, sizeof function, "%s",
             picture_frame_name(picture, picture->variables.called_count));
    action.name = function;
    for (uint64_t done = 0; done < count; done++) {
        if (!interpreter_act(interpreter, &action, error))
            return false;
        if (!progress_tick(&interpreter->face.progress, done + 1, count))
            return error_set(error, "stopped after %" PRIu64 " of %" PRIu64 " calls", done + 1,
                             count);
    }
    return true;
}

/* ---- who ---- */

/* The offset that is meant: of where a variable lies (&x), of stack data, of what is pointed to. */
static bool find_place(const struct session *session, const char *text, uint64_t *ret_at,
                       struct error *error)
{
    const struct picture *picture = &session->mirror->picture;
    struct reach reach = {.distance = 0};
    bool is_address = text[0] == '&';
    struct variable variable;
    uint32_t place;

    if (!reach_parse(session, text + is_address, &reach, error))
        return false;
    *ret_at = reach.distance;
    if (!reach.name[0])
        return true;
    if (!session_variable(session, reach.name, &place, &variable, error))
        return false;
    if (is_address || variable.bytes > 0)
        *ret_at += picture_offset_of(picture, place);
    else if (variable.payload == OFFSET_NULL)
        return error_set(error, "'%s' is NULL; &%s is where it lies", reach.name, reach.name);
    else
        *ret_at += variable.payload;
    return true;
}

VERB(who)
{
    struct session *session = interpreter->session;
    uint64_t at;

    if (!find_place(session, arguments->items[0].text, &at, error))
        return verb_fail_at(error, &arguments->items[0]);
    who_add(&session->mirror->picture, at, &interpreter->task.output);
    callers_add_maker(session, at, &interpreter->task.output);
    return true;
}
