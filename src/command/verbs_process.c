/* verbs_process.c: the processes that are followed together. */
#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "base/utf8.h"
#include "command/following.h"
#include "command/verbs.h"
#include "session/family.h"

/* ---- The list ---- */

enum { NAME_COLUMNS = 13 };

static void add_state(const struct followed *followed, struct text *output)
{
    const struct guest *guest = followed->guest;
    struct barred barred;

    if (guest->has_ended) {
        guest_add_end(guest, output);
    } else if (followed->problem.length == 0) {
        text_add(output, "%s",
                 !followed->has_begun && !followed->is_put_off ? "begins"
                 : guest_waits(guest)                          ? "waits"
                                                               : "runs");
    }
    if (guest_find_barred(guest, &barred)) {
        text_add(output, "; ");
        utf8_add_visible(output, barred.name, strlen(barred.name));
        text_add(output, " %s", obstacle_text(barred.obstacle));
    }
    if (followed->problem.length > 0)
        text_add(output, "%snot followed any more", guest->has_ended ? ", " : "");
}

static void add_process(struct session *session, size_t index, struct text *output)
{
    const struct session *member = family_member(session, index);
    const struct followed *followed = member->followed;
    const struct steps *steps = &member->history->steps;
    char live[SIZE_TEXT_MAX] = "-";

    if (!followed->is_put_off)
        size_short(steps->traced_count > 0 ? steps_live(steps, steps->traced_count) : 0, live);
    text_add(output, "\n%c%3zu %8d %10zu %8s  %-12s  ", index == family_shown(session) ? '>' : ' ',
             index + 1, (int)guest_process(followed->guest), family_calls(session, index), live,
             text_string(&followed->guest->name));
    add_state(followed, output);
    if (followed->guest->fork.parent && followed->beginnings <= 1)
        text_add(output, ", a copy of %d", (int)followed->guest->fork.parent);
}

static void add_barred(const struct barred *barred, struct text *output)
{
    if (barred->process)
        text_add(output, "\n%4s %8d %10s %8s  ", "-", (int)barred->process, "-", "-");
    else
        text_add(output, "\n%4s %8s %10s %8s  ", "-", "-", "-", "-");
    utf8_add_visible(output, barred->name, strlen(barred->name));
    text_add(output, "%*s %s",
             strlen(barred->name) < NAME_COLUMNS ? (int)(NAME_COLUMNS - strlen(barred->name)) : 0,
             "", obstacle_text(barred->obstacle));
}

static void list(struct session *session, struct text *output)
{
    const struct children *children = &guest_first(session->followed->guest)->children;
    bool are_put_off = false;

    text_add(output, "%4s %8s %10s %8s  %-12s  %s", "", "process", "calls", "live", "name",
             "state");
    for (size_t i = 0; i < family_count(session); i++) {
        add_process(session, i, output);
        are_put_off |= family_member(session, i)->followed->is_put_off;
    }
    for (size_t i = 0; i < children->barred_count; i++)
        add_barred(&children->barred[i], output);
    if (children->refused > 0)
        text_add(output, "\n%zu more were not followed: %d are the most.", children->refused,
                 GUEST_CHILDREN_MOST);
    if (are_put_off)
        text_add(output, "\nA copy with '-' has many steps of its parent's, which are made when "
                         "'process N' shows it.");
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
