/* guest_children.c: children of a guest that are guests themselves. See guest.h. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "follow/guest_parts.h"

struct guest *guest_first(struct guest *guest)
{
    return guest->first ? guest->first : guest;
}

struct guest *guest_next_child(struct guest *first)
{
    struct children *children = &first->children;

    return children->told < children->count ? children->guests[children->told++] : NULL;
}

/* ---- Processes that are not ours ---- */

bool guest_child_has_ended(struct guest *child)
{
    struct pollfd handle = {.fd = child->handle, .events = POLLIN};

    if (child->handle >= 0)
        return poll(&handle, 1, 0) > 0;
    return kill(child->process, 0) != 0 && errno == ESRCH;
}

void guest_kill_child(struct guest *child)
{
    enum { WITHIN_MS = 1000 };
    struct pollfd handle = {.fd = child->handle, .events = POLLIN};

    if (child->handle >= 0 && syscall(SYS_pidfd_send_signal, child->handle, SIGKILL, NULL, 0) == 0)
        poll(&handle, 1, WITHIN_MS); /* until it has ended */
}

/* ---- Requests ---- */

/* A child's guest, like the first one's. NULL where there is no memory for its calls. */
static struct guest *create_child(struct guest *first, const struct call_request *request)
{
    struct guest *child = memory_create(1, sizeof *child);
    const struct guest_wish wish = {.policy = first->ring->policy,
                                    .settings = first->ring->settings,
                                    .heap_start = first->ring->heap_start,
                                    .up = first->ring->up};
    struct error ignored;

    child->first = first;
    child->process = (pid_t)request->process;
    child->fork = (struct guest_fork){(pid_t)request->parent, request->calls};
    child->ring_file = child->terminal = child->output = -1;
    child->started_ticks = first->started_ticks;
    child->started_ns = first->started_ns;
    child->handle = (int)syscall(SYS_pidfd_open, child->process, 0);
    if (!guest_create_ring(child, &wish, &ignored)) {
        guest_destroy(child);
        return NULL;
    }
    child->ring->process = request->process;
    child->ring->gate = first->ring->gate;
    if (child->fork.parent) /* else it is looked at when it begins */
        guest_look_at_maps(child);
    return child;
}

/* The guest of a process, which is followed already where it has executed a program since. */
static struct guest *find_child(const struct guest *first, const struct call_request *request)
{
    const struct children *children = &first->children;

    for (size_t i = children->count; i-- > 0;) {
        struct guest *child = children->guests[i];

        if (child->process == (pid_t)request->process && !request->parent && !child->has_ended)
            return child;
    }
    return NULL;
}

static struct guest *find_or_create_child(struct guest *first, const struct call_request *request)
{
    struct children *children = &first->children;
    struct guest *child = find_child(first, request);

    if (child)
        return child;
    if (children->count < GUEST_CHILDREN_MOST)
        child = create_child(first, request);
    if (child)
        children->guests[children->count++] = child;
    else
        children->refused++;
    children->awaited_until_ms = 0;
    return child;
}

static void answer(struct guest *first, struct call_request *request)
{
    const struct guest *child = find_or_create_child(first, request);

    __atomic_store_n(&request->state,
                     child ? CALL_REQUEST_FOUND + (uint32_t)child->ring_file : CALL_REQUEST_REFUSED,
                     __ATOMIC_SEQ_CST);
    guest_wake(&request->state);
}

/* What it is, it has said; it waits for no answer. */
static void note_barred(struct children *children, struct call_request *request)
{
    struct barred barred = {.process =
                                request->process == CALL_ELSEWHERE ? 0 : (pid_t)request->process,
                            .obstacle = request->bar.obstacle % OBSTACLES};

    memcpy(barred.name, request->bar.name, sizeof barred.name - 1);
    if (children->barred_count < GUEST_CHILDREN_MOST)
        children->barred[children->barred_count++] = barred;
    else
        children->refused++;
    request->state = CALL_REQUEST_WRITTEN;
    __atomic_store_n(&request->process, 0, __ATOMIC_SEQ_CST);
}

bool guest_find_barred(const struct guest *guest, struct barred *ret_barred)
{
    const struct call_bar *bar = &guest->ring->bar;

    if (bar->obstacle % OBSTACLES == OBSTACLE_NONE)
        bar = &guest->bar;
    if (bar->obstacle == OBSTACLE_NONE)
        return false;
    *ret_barred =
        (struct barred){.process = guest_process(guest), .obstacle = bar->obstacle % OBSTACLES};
    memcpy(ret_barred->name, bar->name, sizeof ret_barred->name - 1);
    return true;
}

void guest_kill_askers(struct guest *first)
{
    struct call_request *requests = first->ring->requests;

    for (size_t i = 0; first->ring->takes_children && i < CALL_REQUESTS_MOST; i++) {
        pid_t process = (pid_t)requests[i].process;

        if (__atomic_load_n(&requests[i].state, __ATOMIC_ACQUIRE) == CALL_REQUEST_ASKED &&
            requests[i].bar.obstacle == OBSTACLE_NONE && process > 1)
            kill(process, SIGKILL);
    }
}

void guest_answer_children(struct guest *first)
{
    struct call_request *requests = first->ring->requests;

    for (size_t i = 0; first->ring->takes_children && i < CALL_REQUESTS_MOST; i++) {
        if (__atomic_load_n(&requests[i].state, __ATOMIC_ACQUIRE) != CALL_REQUEST_ASKED)
            continue;
        if (requests[i].bar.obstacle != OBSTACLE_NONE)
            note_barred(&first->children, &requests[i]);
        else
            answer(first, &requests[i]);
    }
}
