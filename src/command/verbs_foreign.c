/* verbs_foreign.c: heaps of other programs, which are only looked at. */
#include <stdlib.h>

#include "base/size.h"
#include "command/verbs.h"
#include "foreign/look.h"
#include "session/looking.h"

/* What malloc has given from elsewhere than its main heap. */
static void tell_not_shown(const struct look *look, struct text *output)
{
    const struct mapped_blocks *mapped = &look->mapped;
    char size[SIZE_TEXT_MAX];

    if (look->arenas > 0 || mapped->count > 0)
        text_add(output, " Not shown: ");
    if (look->arenas > 0)
        text_add(output, "%u arena%s of threads", look->arenas, look->arenas == 1 ? "" : "s");
    if (mapped->count > 0)
        text_add(output, "%s%zu large block%s mapped apart, %s", look->arenas > 0 ? ", and " : "",
                 (size_t)mapped->count, mapped->count == 1 ? "" : "s",
                 size_in_words(mapped->bytes, size));
    if (look->arenas > 0 || mapped->count > 0)
        text_add(output, ".");
    if (!mapped->are_known)
        text_add(output, " Large blocks that are mapped apart were not looked for.");
}

/* What was found, and what of it is not shown. */
static void tell_look(const struct session *session, const struct look *look, struct text *output)
{
    const struct metrics *metrics = &session->mirror->picture.metrics;
    char sizes[2][SIZE_TEXT_MAX];

    text_add(output, "The heap of %s, %s: %zu used block%s, %zu free; %s are free.", look->name,
             size_in_words(metrics->heap_size, sizes[0]), (size_t)metrics->used_blocks,
             metrics->used_blocks == 1 ? "" : "s", (size_t)metrics->free_blocks,
             size_in_words(metrics->free, sizes[1]));
    if (look->process)
        text_add(output, " It was stopped while it was copied, and goes on.");
    if (!look->has_cache)
        text_add(output, " No thread cache was found: what waits in one looks used.");
    else if (look->threads > 1)
        text_add(output, " What waits in the caches of its %u other threads looks used.",
                 look->threads - 1);
    tell_not_shown(look, output);
    if (look->goes_on)
        text_add(output, " The heap goes on elsewhere, behind a break that could not move.");
}

/* Chunks are found one by one: behind one that is damaged there are none. */
static void tell_damage(const struct session *session, struct text *output)
{
    const struct block_table *blocks = &session->mirror->picture.blocks;
    char size[SIZE_TEXT_MAX];

    if (blocks->sums.bytes[HG_KIND_UNREADABLE] == 0)
        return;
    text_add(output, " A header is damaged: the last %s cannot be read; check says where.",
             size_in_words(blocks->sums.bytes[HG_KIND_UNREADABLE], size));
}

/* Let the session be a look, and show it. */
static bool show_look(struct interpreter *interpreter, struct look *look, struct error *error)
{
    struct session *session = interpreter->session;

    if (!session_look(session, look->image, error)) {
        look_finish(look);
        return false;
    }
    tell_look(session, look, &interpreter->task.output);
    tell_damage(session, &interpreter->task.output);
    outlook_look_at(&interpreter->show->outlook, look->size, 0);
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_MAP});
    return true;
}

VERB(attach)
{
    const struct argument *process = &arguments->items[0];
    struct look look;

    if (process->number > INT32_MAX) {
        error_set(error, "there is no process %zu", (size_t)process->number);
        return verb_fail_at(error, process);
    }
    if (!look_at_process((int)process->number, &interpreter->face.progress, &look, error))
        return verb_fail_at(error, process);
    return show_look(interpreter, &look, error);
}

VERB(open)
{
    const struct argument *file = &arguments->items[0];
    char *path = verb_resolve_path(interpreter, file->text);
    struct look look;
    bool good = look_at_core(path, &interpreter->face.progress, &look, error);

    free(path);
    return good ? show_look(interpreter, &look, error) : verb_fail_at(error, file);
}

bool foreign_tell_changes(struct interpreter *interpreter, struct error *error)
{
    struct session *session = interpreter->session;
    int64_t process = session->mirror->picture.description.process;
    struct look look;

    if (process > 0) {
        if (!look_at_process((int)process, &interpreter->face.progress, &look, error))
            return false;
        if (!session_look(session, look.image, error)) {
            look_finish(&look);
            return false;
        }
    }
    return session_add_changes(session, &interpreter->task.output, error);
}
