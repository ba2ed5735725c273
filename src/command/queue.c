/* queue.c: see queue.h. The session carries out ahead what it can foresee: of the queue the first,
 * as many as it says it has begun. */
#include "command/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "command/reading.h"
#include "command/tell.h"

/* A command as it stands in a file; the actions on its names share it. */
struct origin {
    unsigned users;
    const struct command *command;
    size_t line_number;
    struct location location;
    char *line, *text; /* both in: */
    char strings[];
};

struct pending {
    struct action action; /* with these names, and a copy of its bytes */
    char name[SCOPED_NAME_MAX + 1], other[SCOPED_NAME_MAX + 1];
    struct origin *origin;
    int column;
};

struct queue {
    struct pending items[AHEAD_MAX]; /* a ring: the first is at `first` */
    size_t first, count;
    bool has_failed;
    size_t failed_line; /* the last in which one failed */
};

static struct pending *item(struct queue *queue, size_t index)
{
    return &queue->items[(queue->first + index) % AHEAD_MAX];
}

/* ---- Origins ---- */

static struct origin *origin_create(const struct task *task)
{
    size_t line_size = strlen(task->line) + 1, text_size = strlen(task->text) + 1;
    struct origin *origin = memory_create(1, sizeof *origin + line_size + text_size);

    *origin = (struct origin){.users = 1,
                              .command = task->command,
                              .line_number = task->line_number,
                              .location = task->location};
    origin->line = memcpy(origin->strings, task->line, line_size);
    origin->text = memcpy(origin->strings + line_size, task->text, text_size);
    return origin;
}

static void release(struct origin *origin)
{
    if (--origin->users == 0)
        free(origin);
}

/* Where the command at hand stands: as the last on the queue, if it is the same command. */
static struct origin *origin_of(struct queue *queue, const struct task *task)
{
    struct origin *last = queue->count > 0 ? item(queue, queue->count - 1)->origin : NULL;

    if (last && last->line_number == task->line_number && last->command == task->command &&
        strcmp(last->text, task->text) == 0) {
        last->users++;
        return last;
    }
    return origin_create(task);
}

/* ---- Finishing ---- */

static void drop_first(struct queue *queue)
{
    release(item(queue, 0)->origin);
    free((void *)item(queue, 0)->action.bytes);
    queue->first = (queue->first + 1) % AHEAD_MAX;
    queue->count--;
}

void queue_destroy(struct queue *queue)
{
    while (queue && queue->count > 0)
        drop_first(queue);
    free(queue);
}

/* One in this line failed, which is told of: drop what is not to be carried out either. */
static void note_failure(struct queue *queue, size_t line_number, bool keeps_going)
{
    queue->has_failed = true;
    queue->failed_line = line_number;
    while (queue->count > 0 && (!keeps_going || item(queue, 0)->origin->line_number == line_number))
        drop_first(queue);
}

/* Finish the first action, which has begun or is to be carried out alone. */
static bool finish_action(struct interpreter *interpreter, struct error *error)
{
    struct queue *queue = interpreter->queue;
    struct session *session = interpreter->session;
    const struct action *action = &item(queue, 0)->action;

    if (session->ahead.count == 0)
        return session_revive(session, error) && session_act(session, action, error);
    return session_finish_act(session, action, error);
}

/* Finish the first, and tell of it as the command at hand. */
static void finish_first(struct interpreter *interpreter)
{
    struct queue *queue = interpreter->queue;
    const struct pending *first = item(queue, 0);
    const struct origin *origin = first->origin;
    size_t line_number = origin->line_number;
    struct task task = interpreter->task;
    struct error error;
    bool good;

    error_clear(&error);
    interpreter->task = (struct task){.command = origin->command,
                                      .line = origin->line,
                                      .text = origin->text,
                                      .line_number = line_number,
                                      .location = origin->location,
                                      .column = first->column};
    good = finish_action(interpreter, &error);
    if (good)
        tell_step(interpreter);
    else
        tell_failure(interpreter, &error);
    task_finish(&interpreter->task);
    interpreter->task = task;
    drop_first(queue);
    if (!good)
        note_failure(queue, line_number, interpreter->reading->keep_going);
}

/* Let the session begin what can be foreseen. */
static void begin(struct interpreter *interpreter)
{
    struct queue *queue = interpreter->queue;
    struct session *session = interpreter->session;

    while (session->ahead.count < queue->count &&
           session_begin_act(session, &item(queue, session->ahead.count)->action,
                             interpreter->face.lists))
        continue;
}

/* ---- The command at hand ---- */

bool queue_is_open(const struct interpreter *interpreter)
{
    return interpreter->reading && interpreter->face.ahead && !interpreter->supposing &&
           !interpreter->reading->sets_up &&
           interpreter->show->preferences[PREFERENCE_CHECK] == CHECK_OFF;
}

/* Whether a failure keeps the command at hand from being carried out. */
static bool can_go_on(const struct interpreter *interpreter)
{
    const struct queue *queue = interpreter->queue;

    return !queue || !queue->has_failed ||
           (interpreter->reading->keep_going &&
            queue->failed_line != interpreter->task.line_number);
}

/* Keep a name, if there is one, in `place`. */
static const char *keep_name(const char *name, char place[SCOPED_NAME_MAX + 1])
{
    size_t length = name ? strnlen(name, SCOPED_NAME_MAX) : 0;

    memory_copy(place, name, length);
    place[length] = '\0';
    return name ? place : NULL;
}

static void set_action(struct pending *pending, const struct action *action)
{
    pending->action = *action;
    pending->action.name = keep_name(action->name, pending->name);
    pending->action.other = keep_name(action->other, pending->other);
    if (action->bytes)
        pending->action.bytes =
            memcpy(memory_create(action->size + 1, 1), action->bytes, action->size);
}

bool queue_add(struct interpreter *interpreter, const struct action *action)
{
    struct queue *queue = interpreter->queue;
    struct pending *pending;

    if (!queue)
        queue = interpreter->queue = memory_create(1, sizeof *queue);
    if (queue->count == AHEAD_MAX)
        finish_first(interpreter);
    if (!can_go_on(interpreter))
        return false;
    pending = item(queue, queue->count);
    pending->origin = origin_of(queue, &interpreter->task);
    pending->column = interpreter->task.column;
    set_action(pending, action);
    queue->count++;
    begin(interpreter);
    return true;
}

bool queue_settle(struct interpreter *interpreter)
{
    struct queue *queue = interpreter->queue;

    while (queue && queue->count > 0) {
        begin(interpreter);
        finish_first(interpreter);
    }
    return can_go_on(interpreter);
}

bool queue_take_failure(struct interpreter *interpreter)
{
    struct queue *queue = interpreter->queue;
    bool has_failed = queue && queue->has_failed;

    if (has_failed)
        queue->has_failed = false;
    return has_failed;
}
