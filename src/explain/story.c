/* story.c: a step event by event. Each kind of event has one function that puts it into words, and
 * belongs to one act. */
#include <inttypes.h>
#include <string.h>

#include "collector/events.h"

#include "explain/telling.h"

#define TELL(name) static void tell_##name(struct telling *telling, const struct hg_event *event)

/* The list that an event is about. */
static void add_list(struct telling *telling, const struct hg_event *event)
{
    if (event->list != HG_NO_LIST)
        text_add(telling->text, "the list '%s'", tell_list(telling, event->list));
}

/* "48 bytes at +0x00b8". */
static void add_place(struct telling *telling, const struct hg_event *event)
{
    text_add(telling->text, "%s at %s", tell_amount(telling, event->size),
             tell_offset(telling, event->at));
}

TELL(request)
{
    text_add(telling->text, "%s asks for %s; with what the allocator adds that takes a block of %s",
             tell_own_name(telling), tell_amount(telling, event->size),
             tell_amount(telling, event->other));
}

TELL(visit)
{
    const struct hg_event *request = telling->digest.request;
    uint64_t needed = request ? request->other : 0;

    add_place(telling, event);
    if (event->fits)
        text_add(telling->text, ": fits");
    else if (event->list == HG_NO_LIST)
        text_add(telling->text, ": in use");
    else if (event->size < needed)
        text_add(telling->text, ": too small by %s", tell_amount(telling, needed - event->size));
    else
        text_add(telling->text, ": too small behind an aligned address");
}

TELL(take)
{
    text_add(telling->text, "takes ");
    add_place(telling, event);
    text_add(telling->text, " off ");
    add_list(telling, event);
}

TELL(unlink_event)
{
    add_place(telling, event);
    text_add(telling->text, " leaves ");
    add_list(telling, event);
}

TELL(split)
{
    text_add(telling->text, "cuts the block at %s in two: %s and, to its right, %s",
             tell_offset(telling, event->at), tell_amount(telling, event->size),
             tell_amount(telling, event->other));
}

TELL(whole)
{
    text_add(telling->text, "the block is not split: ");
    if (event->other == 0)
        text_add(telling->text, "it fits exactly");
    else
        text_add(telling->text, "%s more than needed go along", tell_amount(telling, event->other));
}

TELL(handover)
{
    const struct block *block =
        block_table_get(&telling->picture->blocks, telling->step->result.payload);

    text_add(telling->text, "%s = %s, in a block of %s", tell_own_name(telling),
             tell_offset(telling, telling->step->result.payload),
             tell_amount(telling, event->size));
    if (block && block->kind == HG_KIND_USED)
        text_add(telling->text,
                 ": header %u, requested %" PRIu64 ", padding %" PRIu64 ", footer %u",
                 block->header, block->requested, block_padding(block), block->footer);
}

TELL(release)
{
    const struct block *block = block_table_get(&telling->picture->blocks, event->at);

    if (block && block->at == event->at && block->header == 0)
        text_add(telling->text, "the slot at %s, one of %s, is free",
                 tell_offset(telling, event->at), tell_amount(telling, event->size));
    else
        text_add(telling->text, "the header at %s says %s: the block is free",
                 tell_offset(telling, event->at), tell_amount(telling, event->size));
}

TELL(merge_left)
{
    text_add(telling->text, "the block to the left is free (%s): together %s at %s",
             tell_amount(telling, event->other), tell_amount(telling, event->size),
             tell_offset(telling, event->at));
}

TELL(merge_right)
{
    text_add(telling->text, "the block to the right is free (%s): together %s at %s",
             tell_amount(telling, event->other), tell_amount(telling, event->size),
             tell_offset(telling, event->at));
}

TELL(absorb)
{
    text_add(telling->text, "takes in the %s to its right: now %s",
             tell_amount(telling, event->other), tell_amount(telling, event->size));
}

TELL(push)
{
    add_place(telling, event);
    text_add(telling->text, " goes onto ");
    add_list(telling, event);
    if (event->other == UINT64_MAX)
        return;
    if (event->other == 0)
        text_add(telling->text, ", at its head");
    else
        text_add(telling->text, ", behind %" PRIu64 " other%s", event->other,
                 event->other == 1 ? "" : "s");
}

TELL(replace)
{
    add_place(telling, event);
    text_add(telling->text, " takes the place on the list that %s had",
             tell_offset(telling, event->other));
}

TELL(reserve)
{
    text_add(telling->text, "the allocator keeps ");
    add_place(telling, event);
    text_add(telling->text, event->other > 0 ? " for a table of its own" : " for itself");
}

TELL(carve)
{
    text_add(telling->text, "cuts %s at %s into free slots of %s, which go onto ",
             tell_amount(telling, event->size), tell_offset(telling, event->at),
             tell_amount(telling, event->other));
    add_list(telling, event);
}

TELL(gather)
{
    text_add_string(telling->text, event->other > 0 ? "it was a table of the heap's: "
                                                    : "all its slots are free: ");
    add_place(telling, event);
    text_add(telling->text, " is one block again");
}

TELL(reset)
{
    text_add(telling->text, "everything is free at once: the heap is %s",
             tell_amount(telling, event->size));
}

TELL(grow)
{
    uint64_t unit = telling_setting(telling, HG_SETTING_GROW);

    text_add(telling->text, "asks the kernel for memory: the break moves up by %s",
             tell_amount(telling, event->size));
    if (telling_heeds(telling, HG_SETTING_GROW) && unit != HG_GROW_EXACT &&
        event->size % unit == 0 && !telling->picture->description.growth[0])
        text_add(telling->text, ", in steps of %s", tell_amount(telling, unit));
}

TELL(grow_refused)
{
    text_add(telling->text, "asks the kernel for %s more, and is refused",
             tell_amount(telling, event->size));
}

TELL(fresh)
{
    text_add(telling->text, "the new memory is a free block: ");
    add_place(telling, event);
}

TELL(trim_event)
{
    text_add(telling->text, "gives %s back to the kernel: the break moves down to %s",
             tell_amount(telling, event->size), tell_offset(telling, event->at));
}

TELL(discard)
{
    text_add(telling->text, "gives the pages of %s at %s, inside a free block, back to the kernel",
             tell_amount(telling, event->size), tell_offset(telling, event->at));
}

TELL(copy)
{
    text_add(telling->text, "copies %s from %s to %s", tell_amount(telling, event->size),
             tell_offset(telling, event->other), tell_offset(telling, event->at));
}

TELL(refuse)
{
    text_add(telling->text, "NULL: %s", hg_reason_text(event->reason));
}

TELL(root_event)
{
    text_add(telling->text, "%s points to the block of ", tell_root(telling, event));
    add_place(telling, event);
}

TELL(look)
{
    text_add(telling->text, "looks at ");
    add_place(telling, event);
    if (event->fits)
        text_add(telling->text, ": a pointer to the block at %s",
                 tell_offset(telling, event->other));
    else
        text_add(telling->text, ": no pointer");
}

TELL(grey)
{
    text_add(telling->text, "grey: ");
    add_place(telling, event);
    text_add(telling->text, " is reached, and is to be looked through");
}

TELL(black)
{
    text_add(telling->text, "black: ");
    add_place(telling, event);
    text_add(telling->text, " is looked through; it holds %" PRIu64 " pointer%s", event->other,
             event->other == 1 ? "" : "s");
}

TELL(orphan)
{
    text_add(telling->text, "white: nothing led to ");
    add_place(telling, event);
}

TELL(swept)
{
    text_add(telling->text, "%" PRIu64 " orphan%s given back; orphans hold %s", event->other,
             event->other == 1 ? " was" : "s were", tell_amount(telling, event->size));
}

static const struct {
    const char *act;
    void (*tell)(struct telling *telling, const struct hg_event *event);
} kinds[EVENT_COUNT] = {
    [HG_EVENT_REQUEST] = {"request", tell_request},
    [HG_EVENT_VISIT] = {"search", tell_visit},
    [HG_EVENT_TAKE] = {"search", tell_take},
    [HG_EVENT_UNLINK] = {"list", tell_unlink_event},
    [HG_EVENT_SPLIT] = {"split", tell_split},
    [HG_EVENT_WHOLE] = {"split", tell_whole},
    [HG_EVENT_HANDOVER] = {"handover", tell_handover},
    [HG_EVENT_RELEASE] = {"header", tell_release},
    [HG_EVENT_MERGE_LEFT] = {"merge", tell_merge_left},
    [HG_EVENT_MERGE_RIGHT] = {"merge", tell_merge_right},
    [HG_EVENT_ABSORB] = {"merge", tell_absorb},
    [HG_EVENT_PUSH] = {"list", tell_push},
    [HG_EVENT_REPLACE] = {"list", tell_replace},
    [HG_EVENT_RESERVE] = {"split", tell_reserve},
    [HG_EVENT_CARVE] = {"split", tell_carve},
    [HG_EVENT_GATHER] = {"merge", tell_gather},
    [HG_EVENT_RESET] = {"header", tell_reset},
    [HG_EVENT_GROW] = {"grow", tell_grow},
    [HG_EVENT_GROW_REFUSED] = {"grow", tell_grow_refused},
    [HG_EVENT_FRESH] = {"grow", tell_fresh},
    [HG_EVENT_TRIM] = {"trim", tell_trim_event},
    [HG_EVENT_DISCARD] = {"trim", tell_discard},
    [HG_EVENT_COPY] = {"copy", tell_copy},
    [HG_EVENT_REFUSE] = {"answer", tell_refuse},
    [EVENT_ROOT] = {"roots", tell_root_event},
    [EVENT_LOOK] = {"mark", tell_look},
    [EVENT_GREY] = {"mark", tell_grey},
    [EVENT_BLACK] = {"mark", tell_black},
    [EVENT_ORPHAN] = {"orphans", tell_orphan},
    [EVENT_SWEPT] = {"sweep", tell_swept},
};

const char *explain_act(const struct hg_event *event)
{
    return event->kind < EVENT_COUNT ? kinds[event->kind].act : "?";
}

void explain_event(const struct picture *picture, const struct history *history,
                   const struct step *step, const struct hg_event *event, enum explain_sizes sizes,
                   struct text *text)
{
    struct telling telling = telling_begin(picture, history, step, sizes, text);

    telling.is_exact = telling_hides_split(&telling);
    if (event->kind < EVENT_COUNT)
        kinds[event->kind].tell(&telling, event);
}

/* ---- The story ---- */

/* Of a story of more than so many events, what is told at its end. */
enum { EVENTS_FIRST = 160, EVENTS_LAST = 24 };

/* Of a longer search, how many visits are told of at its beginning and at its end. */
enum { VISITS_FIRST = 8, VISITS_LAST = 3 };

static void add_line(struct telling *telling, const char *act, const char *before)
{
    bool again = before && act && strcmp(act, before) == 0;

    text_add(telling->text, "\n%-9s ", again ? "" : act);
}

/* Whether the visit number `place` of `count` in a row is left out. */
static bool is_elided(size_t place, size_t count)
{
    return count > VISITS_FIRST + VISITS_LAST + 1 && place >= VISITS_FIRST &&
           place < count - VISITS_LAST;
}

static size_t visits_from(const struct picture *picture, size_t first)
{
    size_t end = first;

    while (end < picture->events.count && picture->events.items[end].kind == HG_EVENT_VISIT)
        end++;
    return end - first;
}

static void tell_visits(struct telling *telling, size_t first, size_t count, const char **act)
{
    const struct hg_event *events = &telling->picture->events.items[first];

    for (size_t i = 0; i < count; i++) {
        if (is_elided(i, count)) {
            add_line(telling, "search", *act);
            text_add(telling->text, "... %zu more ...", count - VISITS_FIRST - VISITS_LAST);
            i = count - VISITS_LAST;
        }
        add_line(telling, "search", *act);
        tell_visit(telling, &events[i]);
        *act = "search";
    }
}

static void tell_cost(struct telling *telling)
{
    const struct op_result *result = &telling->step->result;

    if (telling->picture->events.dropped)
        text_add(telling->text, "\n          (%" PRIu64 " more %s were not recorded)",
                 telling->picture->events.dropped, telling->digest.swept ? "events" : "visits");
    text_add(telling->text,
             "\ncost      %" PRIu64 " %s%s examined, %" PRIu64 " ns in the allocator",
             result->visits, metrics_searched_word(&telling->picture->metrics),
             result->visits == 1 ? "" : "s", result->nanoseconds);
    if (result->kernel > 0)
        text_add(telling->text, ", %" PRIu64 " of them the kernel's", result->kernel);
}

static void add_story(const struct picture *picture, const struct history *history,
                      const struct step *step, struct text *text)
{
    struct telling telling = telling_begin(picture, history, step, EXPLAIN_ROUNDED, text);
    const char *act = NULL;

    explain_step(picture, history, step, text);
    telling.is_exact = telling_hides_split(&telling);
    for (size_t i = 0; i < picture->events.count;) {
        const struct hg_event *event = &picture->events.items[i];
        size_t visits = visits_from(picture, i);

        if (visits > 0) {
            tell_visits(&telling, i, visits, &act);
            i += visits;
            continue;
        }
        add_line(&telling, explain_act(event), act);
        if (i >= EVENTS_FIRST && i + EVENTS_LAST + 1 < picture->events.count) {
            text_add(text, "... %zu more ...", picture->events.count - EVENTS_LAST - i);
            i = picture->events.count - EVENTS_LAST;
            continue;
        }
        act = explain_act(event);
        kinds[event->kind].tell(&telling, event);
        i++;
    }
    if (description_can(&picture->description, KIND_EXPLAINS))
        tell_cost(&telling);
}

bool explain_story_of(struct session *session, size_t number, struct text *text,
                      struct error *error)
{
    struct history *history = session->history;
    struct visit visit;

    if (number == history->steps.count) {
        add_story(&session->mirror->picture, history, steps_at(&history->steps, number), text);
        return true;
    }
    visit = history_visit(history, session->mirror, number, true, error);
    if (visit.outcome != VISIT_DONE)
        return false;
    if (visit.was_told)
        steps_remember(&history->steps, number, &visit.told, &visit.before, false);
    add_story(&visit.mirror->picture, history, steps_at(&history->steps, number), text);
    mirror_destroy(visit.mirror);
    return true;
}
