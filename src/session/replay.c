/* replay.c: see replay.h. */
#include "session/replay.h"

#include <stdlib.h>

#include "base/memory.h"
#include "session/failure.h"
#include "session/followed.h"
#include "session/import.h"
#include "session/linking.h"
#include "session/looking.h"

void replay_add_notice(struct session *session, const char *format, ...)
{
    va_list arguments;

    if (session->notice.length > 0)
        text_add(&session->notice, "; ");
    va_start(arguments, format);
    text_add_list(&session->notice, format, arguments);
    va_end(arguments);
}

/* ---- Replaying ---- */

/* How many of the bytes asked for lie from the offset `at` on. */
static uint64_t bytes_from(const struct allocation *allocation, uint64_t at)
{
    uint64_t before = at - allocation->payload;

    return before < allocation->requested ? allocation->requested - before : 0;
}

/* So many percent of `size` bytes, rounded up. */
static uint64_t part_of(uint64_t size, uint64_t percent)
{
    return size / 100 * percent + (size % 100 * percent + 99) / 100;
}

/* What the collector starts from; where an allocation may collect, nothing if nothing can be
 * garbage. */
static uint32_t roots_of(const struct picture *picture, const struct op *op)
{
    if (!op_has(op, OP_COLLECTS) && picture->ledger.lost == 0)
        return NO_ROOTS;
    return (uint32_t)picture->variables.count;
}

/* How many bytes a variable is about: of stack data its own; else those that it points to. */
static uint64_t bytes_to_fill(const struct picture *picture, const struct variable *variable)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, variable->target);
    uint64_t distance, bytes;
    uint32_t place;

    if (variable->bytes > 0)
        return variable->bytes;
    if (allocation)
        return bytes_from(allocation, variable->payload);
    if (!variable->points_in || !picture_own(picture, variable->payload, &place, &distance))
        return 0;
    bytes = picture->variables.items[place].bytes;
    bytes = bytes > 0 ? bytes : WORD_BYTES;
    return distance < bytes ? bytes - distance : 0;
}

/* How many bytes of what is freed are to be filled. */
static uint64_t bytes_to_wipe(const struct picture *picture, const struct variable *variable)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, variable->payload);

    return picture_is_guarded(picture) && allocation ? allocation->requested : 0;
}

bool replay_complete(const struct picture *picture, struct step *step)
{
    struct op *op = &step->op;
    struct variable variable = picture_variable(picture, op->slot);
    static const char *const no_names[2] = {"", ""};
    struct error ignored;

    op->roots = op->window > 0 ? roots_of(picture, op) : 0;
    if (op_has(op, OP_FILLS)) {
        op->address = variable.bytes > 0;
        op->size = bytes_to_fill(picture, &variable);
        if (op_has(op, OP_PARTLY))
            op->size = part_of(op->size, op->argument);
        return op->size > 0;
    }
    if (op_has(op, OP_STORES)) {
        op->address = op->own || variable.bytes > 0;
        return op->slot == NO_VARIABLE || op->address || variable_is_live(&variable) ||
               variable.points_in || (step->forced && variable.payload != OFFSET_NULL);
    }
    if (op_has(op, OP_SLOT))
        return linking_check(picture, step, no_names, &ignored);
    if (op_has(op, OP_TAKES))
        *(op_has(op, OP_GIVES) ? &op->argument : &op->size) = bytes_to_wipe(picture, &variable);
    return !op_has(op, OP_TAKES) || step->forced || variable.freed_in == 0;
}

/* Carry out a step once more, and note its result anew. */
static bool repeat(struct mirror *mirror, struct step *step, uint32_t number)
{
    struct picture *picture = &mirror->picture;

    step->before = picture_variable(picture, step->op.slot).payload;
    step->collected = NULL;
    step->rewritten_count = 0;
    step->left_out = !replay_complete(picture, step);
    if (step->left_out) {
        step->result = (struct op_result){
            .payload = step->before, .heap_size = picture->metrics.heap_size, .refused = true};
        picture_set_events(picture, NULL, 0, 0);
        picture_set_said(picture, NULL, 0);
    } else if (!mirror_run(mirror, step, number)) {
        return false;
    }
    step->metrics = picture->metrics;
    return true;
}

/* Carry out the steps behind number `from`, where the mirror is, up to number `to`, noting their
 * results anew.
 *   stoppable  whether history->progress may end it
 *   returns    the number of the last one carried out: less than `to` where the heap process did
 *              not survive the next one, or where the user stopped it */
static size_t replay(struct history *history, struct mirror *mirror, size_t from, size_t to,
                     bool stoppable)
{
    enum { PROGRESS_INTERVAL = 512, LOOKED_AT_MOST = 1000 /* pages would take as long again */ };
    bool looks = history->watches_pages || to - from <= LOOKED_AT_MOST;

    wounds_cut(&history->wounds, (uint32_t)from);
    for (size_t i = from; i < to; i++) {
        struct step *step = steps_own(&history->steps, i + 1);

        if (!repeat(mirror, step, (uint32_t)i + 1))
            return i;
        history_keep_collected(history, step);
        if (!step->left_out)
            history_keep_rewritten(history, step, &mirror->picture.rewritten);
        history_note_damage(history, &mirror->picture, i + 1);
        history_note_memory(history, mirror, i + 1, looks);
        history_note(history, mirror, i + 1, true);
        if ((i + 1) % PROGRESS_INTERVAL == 0 && !progress_tick(&history->progress, i + 1, to) &&
            stoppable)
            return i + 1;
    }
    return to;
}

/* Why a replay ended after step number `done`, of `count`. */
static void describe_stop(const struct mirror *mirror, size_t done, size_t count,
                          struct error *error)
{
    const struct target_failure *failure = target_failure(mirror->target);
    struct text text = {0};

    text_add(&text, "step %zu of %zu: ", done + 1, count);
    if (failure->kind == TARGET_FINE)
        text_add(&text, "stopped");
    else
        failure_add(failure, &text);
    error_set(error, "%s; the heap is as it was", text_string(&text));
    text_finish(&text);
}

/* Let a step that was copied have its own list of what was collected. */
static void copy_collected(struct history *history, struct step *step)
{
    const uint64_t *payloads = step->collected;

    if (!payloads)
        return;
    step->collected = memory_create(step->result.collected, sizeof payloads[0]);
    memory_copy(step->collected, payloads, step->result.collected * sizeof payloads[0]);
    history_keep_collected(history, step);
}

static void copy_rewritten(struct history *history, struct step *step)
{
    if (step->rewritten_count > 0)
        step->rewritten = arena_keep(&history->stored, step->rewritten,
                                     step->rewritten_count * sizeof(struct word_change));
}

/* Let the steps that were copied, other than those of a trace, have their own bytes and lists. */
static void own_steps(struct history *history)
{
    struct steps *steps = &history->steps;

    for (size_t i = steps->traced_count; i < steps->known; i++) {
        struct step *step = steps_own(steps, i + 1);

        if (op_has(&step->op, OP_STORES))
            step->op.bytes = arena_keep(&history->stored, step->op.bytes, step->op.size);
        copy_collected(history, step);
        copy_rewritten(history, step);
    }
}

/* A history with a copy of the first `count` steps of another, and of all names. */
static struct history *copy_history(const struct history *history, size_t count)
{
    struct history *copy = history_create();

    copy->progress = history->progress;
    copy->waiter = history->waiter;
    copy->watches_pages = history->watches_pages;
    copy->sources = sources_copy(&history->sources);
    copy->opening = history->opening;
    copy->names = names_copy(&history->names);
    copy->steps = steps_copy(&history->steps, count);
    own_steps(copy);
    copy->wounds = wounds_copy(&history->wounds);
    wounds_cut(&copy->wounds, (uint32_t)count);
    return copy;
}

/* A session with a mirror, which is at the last of the steps of a history, and with that. */
static struct session *join(struct mirror *mirror, struct history *history)
{
    struct session *session = memory_create(1, sizeof *session);

    session->mirror = mirror;
    session->history = history;
    mirror->picture.names = &history->names;
    return session;
}

/* Go on from the traced steps, where a mirror is, to step number `count`, of those known. */
static struct session *replay_own(struct history *history, struct mirror *mirror, size_t count,
                                  size_t known, struct error *error)
{
    size_t traced = history->steps.traced_count, done = count;
    struct visit visit;

    history->steps.count = traced;
    history->steps.known = known;
    if (count > traced)
        done = replay(history, mirror, traced, count, true);
    if (done < count)
        describe_stop(mirror, done, count, error);
    if (count < traced) {
        visit = history_visit(history, mirror, count, true, error);
        if (visit.outcome != VISIT_DONE)
            done = count + 1;
        else
            history_move(history, &mirror, &visit, count);
    }
    history->steps.count = count;
    if (done == count)
        return join(mirror, history);
    history_destroy(history);
    mirror_destroy(mirror);
    return NULL;
}

/* A session on a heap of `config`, with the steps up to now replayed there, and a copy of those
 * that were undone.
 *   begins  whether it is to have checkpoints */
static struct session *create_replayed(const struct session *session,
                                       const struct hg_config *config, bool begins,
                                       struct error *error)
{
    struct mirror *mirror =
        mirror_create(config, &session->history->names, session->history->waiter, error);
    size_t count = session->history->steps.count, known = session->history->steps.known;
    struct history *history;

    if (!mirror)
        return NULL;
    history = copy_history(session->history, known);
    history->opening = mirror->picture.metrics;
    if (begins)
        history_begin(history, mirror);
    if (history->steps.traced_count > 0 && !import_again(history, mirror, error)) {
        history_destroy(history);
        mirror_destroy(mirror);
        return NULL;
    }
    return replay_own(history, mirror, count, known, error);
}

struct session *session_imagine(struct session *session, const struct hg_config *config,
                                struct error *error)
{
    size_t count = session->history->steps.count;
    struct session *other = NULL;
    struct mirror *mirror;

    if (!session_check_acts(session, error))
        return NULL;

    if (config) {
        other = create_replayed(session, config, false, error);
    } else {
        mirror = mirror_clone(session->mirror, error);
        other = mirror ? join(mirror, copy_history(session->history, count)) : NULL;
        if (other)
            other->history->resident = session->history->resident;
    }
    if (!other)
        return NULL;
    steps_cut(&other->history->steps, count);
    return other;
}

/* ---- Another heap ---- */

static size_t count_newly_refused(const struct steps *before, const struct steps *after)
{
    size_t refused = 0;

    for (size_t i = 1; i <= after->count; i++)
        refused += steps_at(after, i)->result.refused && !steps_at(before, i)->result.refused;
    return refused;
}

/* Let the user know of steps, which there are, that are no more. */
static void add_dropped(struct session *session, size_t count, const char *which)
{
    if (count == 1)
        replay_add_notice(session, "the step %s cannot be redone any more", which);
    else
        replay_add_notice(session, "the %zu steps %s cannot be redone any more", count, which);
}

void replay_add_dropped(struct session *session)
{
    const struct steps *steps = &session->history->steps;
    size_t count = steps->known - steps->count;

    add_dropped(session, count, count == 1 ? "that was undone" : "that were undone");
}

/* Replay the steps that were undone beyond those up to now, on a clone; drop them if that fails. */
static void replay_undone(struct session *session)
{
    struct steps *steps = &session->history->steps;
    struct mirror *mirror;
    struct error ignored;

    if (steps->known == steps->count || steps->known == steps->traced_count)
        return;
    if (steps->count < steps->traced_count) {
        add_dropped(session, steps->known - steps->traced_count, "behind the trace");
        steps_cut(steps, steps->traced_count);
        return;
    }
    mirror = mirror_clone(session->mirror, &ignored);
    if (!mirror ||
        replay(session->history, mirror, steps->count, steps->known, false) < steps->known) {
        replay_add_dropped(session);
        steps_cut(steps, steps->count);
        checkpoints_cut(&session->history->checkpoints, steps->count);
    }
    mirror_destroy(mirror);
}

bool session_configure(struct session *session, const struct hg_config *config, size_t *ret_refused,
                       struct error *error)
{
    struct session *other, before = *session;

    if (!session_is_free(session, error))
        return false;
    other = create_replayed(session, config, true, error);
    if (!other)
        return false;
    replay_undone(other);
    *ret_refused = count_newly_refused(&session->history->steps, &other->history->steps);
    if (other->notice.length > 0)
        replay_add_notice(session, "%s", text_string(&other->notice));
    session->mirror = other->mirror;
    session->history = other->history;
    session->beginnings++;
    other->mirror = before.mirror;
    other->history = before.history;
    session_destroy(other);
    return true;
}

static void take_over(struct session *session, struct mirror *mirror)
{
    mirror_destroy(session->mirror);
    session->mirror = mirror;
}

bool session_reset(struct session *session, struct error *error)
{
    struct history *history = session->history;
    struct mirror *mirror;

    if (!session_is_free(session, error))
        return false;
    mirror =
        mirror_create(&session->mirror->picture.config, &history->names, history->waiter, error);
    if (!mirror)
        return false;
    take_over(session, mirror);
    steps_finish(&history->steps);
    names_finish(&history->names);
    sources_finish(&history->sources);
    arena_finish(&history->stored);
    wounds_finish(&history->wounds);
    checkpoints_finish(&history->checkpoints);
    history_begin(history, mirror);
    session->beginnings++;
    return true;
}

/* ---- Going back and forth ---- */

bool session_go(struct session *session, size_t step, struct error *error)
{
    struct visit visit = history_visit(session->history, session->mirror, step, true, error);

    if (visit.outcome != VISIT_DONE)
        return false;
    history_move(session->history, &session->mirror, &visit, step);
    return true;
}

/* ---- When the heap process does not survive ---- */

/* Forget the steps behind number `step`, undone ones too. */
static void forget_behind(struct session *session, size_t step)
{
    steps_cut(&session->history->steps,
              step < session->history->steps.count ? step : session->history->steps.count);
    wounds_cut(&session->history->wounds, (uint32_t)step);
    checkpoints_cut(&session->history->checkpoints, step);
}

/* Some step went otherwise than before: replay all from a fresh heap, and note the results anew. */
static bool replay_anew(struct session *session, struct error *error)
{
    struct mirror *mirror =
        mirror_create(&session->mirror->picture.config, &session->history->names,
                      session->history->waiter, error);
    size_t done;

    if (!mirror)
        return false;
    take_over(session, mirror);
    checkpoints_finish(&session->history->checkpoints);
    history_begin(session->history, mirror);
    forget_behind(session, session->history->steps.count);
    if (session->history->steps.traced_count > 0 &&
        !import_again(session->history, session->mirror, error))
        return false;
    done = replay(session->history, session->mirror, session->history->steps.traced_count,
                  session->history->steps.count, false);
    if (done == session->history->steps.count)
        return true;
    forget_behind(session, done);
    return replay_anew(session, error);
}

static bool recover(struct session *session, struct error *error)
{
    struct visit visit;

    while ((visit = history_visit(session->history, session->mirror, session->history->steps.count,
                                  false, error))
               .outcome != VISIT_DONE) {
        if (visit.outcome == VISIT_DIFFERED) {
            replay_add_notice(session, "%s", error->text);
            return replay_anew(session, error);
        }
        if (visit.outcome == VISIT_NO_PROCESS)
            return false;
        if (visit.outcome == VISIT_DIED)
            forget_behind(session, visit.step - 1);
    }
    take_over(session, visit.mirror);
    return true;
}

/* Whoever looks at the session while it is being recovered, to show how far that is, must not begin
 * to recover it as well. */
bool replay_recover(struct session *session, struct error *error)
{
    bool good;

    if (session->is_recovering)
        return error_set(error, "the heap process does not answer");
    session->is_recovering = true;
    good = recover(session, error);
    session->is_recovering = false;
    return good;
}

void replay_add_recovery(const struct session *session, struct text *text)
{
    if (session->history->steps.count == 0)
        text_add(text, "; a fresh heap has taken its place");
    else
        text_add(text, "; a fresh heap is as it was after step %zu", session->history->steps.count);
}

bool replay_revive(struct session *session, const struct target_failure *failure,
                   struct error *error)
{
    if (!session->is_recovering) {
        text_clear(&session->notice);
        failure_add(failure, &session->notice);
    }
    if (!replay_recover(session, error))
        return false;
    replay_add_recovery(session, &session->notice);
    return true;
}

bool session_revive(struct session *session, struct error *error)
{
    struct target_failure failure;

    return !target_has_ended(session->mirror->target, &failure) ||
           replay_revive(session, &failure, error);
}
