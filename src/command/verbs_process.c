/* verbs_process.c: the processes that are followed together. */
#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "command/following.h"
#include "command/verbs.h"
#include "session/family.h"

/* ---- The list ---- */

static void add_state(const struct followed *followed, struct text *output)
{
    const struct guest *guest = followed->guest;

    if (guest->has_ended) {
        guest_add_end(guest, output);
        if (!followed->has_begun)
            text_add(output, ", without the library");
    } else if (followed->problem.length == 0) {
        text_add(output, "%s",
                 !followed->has_begun ? "begins"
                 : guest_waits(guest) ? "waits"
                                      : "runs");
    }
    if (followed->problem.length > 0)
        text_add(output, "%snot followed any more", guest->has_ended ? ", " : "");
}

static void add_process(const struct session *session, size_t index, struct text *output)
{
    const struct session *member = family_member(session, index);
    const struct followed *followed = member->followed;
    const struct steps *steps = &member->history->steps;
    size_t calls = steps->traced_count;
    char live[SIZE_TEXT_MAX];

    text_add(output, "\n%c%3zu %8d %10zu %8s  %-12s  ", index == family_shown(session) ? '>' : ' ',
             index + 1, (int)guest_process(followed->guest), calls,
             size_short(calls > 0 ? steps_live(steps, calls) : 0, live),
             text_string(&followed->guest->name));
    add_state(followed, output);
    if (followed->guest->fork.parent && followed->beginnings <= 1)
        text_add(output, ", a copy of %d", (int)followed->guest->fork.parent);
}

static void list(const struct session *session, struct text *output)
{
    size_t refused = family_refused(session);

    text_add(output, "%4s %8s %10s %8s  %-12s  %s", "", "process", "calls", "live", "name",
             "state");
    for (size_t i = 0; i < family_count(session); i++)
        add_process(session, i, output);
    if (refused > 0)
        text_add(output, "\n%zu more were not followed: %d are the most.", refused,
                 GUEST_CHILDREN_MOST);
}

/* ---- Another ---- */

static bool is_called(const struct session *member, const char *word, uint64_t number)
{
    return strcmp(text_string(&member->followed->guest->name), word) == 0 ||
           (uint64_t)guest_process(member->followed->guest) == number;
}

/* By its number in the list, its number in the system, or its name. */
static bool find(const struct session *session, const char *word, size_t *ret_index,
                 struct error *error)
{
    uint64_t number = 0;
    struct error ignored;

    if (number_parse(word, &number, &ignored) && number >= 1 && number <= family_count(session)) {
        *ret_index = (size_t)number - 1;
        return true;
    }
    for (size_t i = 0; i < family_count(session); i++) {
        if (is_called(family_member(session, i), word, number)) {
            *ret_index = i;
            return true;
        }
    }
    return error_set(error, "no process '%s' is followed; 'process' lists them", word);
}

VERB(process)
{
    struct session *session = interpreter->session;
    size_t index = 0;

    if (!session->followed)
        return error_set(error, "there is no program; 'run PROGRAM' starts one");
    if (arguments->count == 0) {
        list(session, &interpreter->task.output);
        return true;
    }
    if (!find(session, arguments->items[0].text, &index, error))
        return verb_fail_at(error, &arguments->items[0]);
    if (!family_show(session, index, error))
        return false;
    following_show_state(interpreter);
    return true;
}
