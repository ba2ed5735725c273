/* followed_parts.h: what the files share that follow a program: see followed.h. */
#ifndef SESSION_FOLLOWED_PARTS_H
#define SESSION_FOLLOWED_PARTS_H

#include "session/call_places.h"
#include "session/followed.h"
#include "session/import_run.h"

/* The payloads that variables have, by place. */
struct held {
    uint64_t *payloads;
    size_t count, capacity;
};

/* How calls become steps. */
struct followed_steps {
    struct import *import;
    struct call_places places;
    struct traced *inherited; /* steps of the process that it is a copy of; NULL for none */
    size_t inherited_count;   /* so many are its, too; */
    size_t copied;            /* of those, it has so many, */
    struct held held;         /* after which that process held these */
    size_t memory_due; /* after so many steps, whether there is memory for more is looked at */
};

/* Let the session, which has no steps, follow a guest, which is taken over. */
void followed_begin(struct session *session, struct guest *guest);

/* A fresh heap, and a history that begins there. NULL with `error` set if there cannot be one. */
struct mirror *followed_open_heap(const struct hg_config *config, struct history *history,
                                  struct error *error);

/* Be ready to make more steps, or make an end where there can be none. */
void followed_go_on(struct session *session);

/* Make a step of a call. */
void followed_take_call(struct session *session, const struct call *call);

/* Forget how calls become steps; the steps stay. Does nothing where that was done. The first lets
 * the session stay where it is, which must not be asked for its heap any more after the other. */
void followed_leave_steps(struct session *session);
void followed_finish_steps(struct followed *followed);

/* No more steps, as one came to `outcome`, which is not IMPORT_DONE: the session goes to the last
 * that went well. The program is held. */
void followed_end_steps(struct session *session, enum import_outcome outcome);

/* No more steps, as a problem is in the way of the next: the session stays where it is, or catches
 * up first. The program is held. */
void followed_end_here(struct session *session, const char *problem);
void followed_end_unexpectedly(struct session *session, const char *problem);

#endif
