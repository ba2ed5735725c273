/* guest_heirs.c: processes that guests started, and that have yet to ask whether they may be
 * guests. See guest.h. */
#include <ctype.h>
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "follow/guest_parts.h"

/* How long they are waited for: one that loads no library of ours, and was started in a way that
 * nobody noted, never asks. */
enum { WITHIN_MS = 1000, MOMENT_MS = 1 };

/* Whether a process has asked, or will not. */
static bool is_known(const struct guest *first, pid_t process)
{
    const struct children *children = &first->children;

    if (process == first->process)
        return true;
    for (size_t i = 0; i < children->count; i++) {
        if (children->guests[i]->process == process)
            return true;
    }
    for (size_t i = 0; i < children->barred_count; i++) {
        if (children->barred[i].process == process)
            return true;
    }
    return false;
}

/* Whether a process has in its environment where the calls of guests are told. */
static bool has_inherited(const char *process, const struct text *entry)
{
    struct text path = {0}, environment = {0};
    bool has;

    text_add(&path, "/proc/%s/environ", process);
    has = file_read(text_string(&path), &environment) &&
          memmem(environment.data, environment.length, entry->data, entry->length + 1);
    text_finish(&environment);
    text_finish(&path);
    return has;
}

static bool find_heir(const struct guest *first)
{
    DIR *processes = opendir("/proc");
    struct text entry = {0};
    struct dirent *item;
    bool found = false;

    if (!processes)
        return false;
    text_add(&entry, "%s=", CALL_RING_VARIABLE);
    guest_add_ring_path(first, &entry);
    while (!found && (item = readdir(processes))) {
        if (isdigit((unsigned char)item->d_name[0]))
            found =
                !is_known(first, (pid_t)atoi(item->d_name)) && has_inherited(item->d_name, &entry);
    }
    text_finish(&entry);
    closedir(processes);
    return found;
}

bool guest_awaits_heirs(struct guest *guest)
{
    struct guest *first = guest_first(guest);
    struct children *children = &first->children;

    if (!first->ring->takes_children || children->count == GUEST_CHILDREN_MOST)
        return false;
    if (children->awaited_until_ms == 0)
        children->awaited_until_ms = clock_ms() + WITHIN_MS;
    if (clock_ms() >= children->awaited_until_ms || !find_heir(first))
        return false;
    poll(NULL, 0, MOMENT_MS);
    return true;
}
