/* followed.h: a program whose calls of malloc are the steps of a session, as they come. Each is
 * carried out once more on the session's heap, which has the same policy and settings and starts
 * alike, so that it is, byte for byte but for payloads, the heap that the program has. Whether each
 * step led to the same payload and the same break is looked at.
 *
 * What always holds, as long as the program is followed: the session's steps are its calls, up to
 * some one, and nobody else makes any. */
#ifndef SESSION_FOLLOWED_H
#define SESSION_FOLLOWED_H

#include "follow/guest.h"
#include "session/lives.h"
#include "session/session.h"

struct import;

enum followed_end {
    FOLLOWED_STILL,    /* it may make more steps */
    FOLLOWED_ENDED,    /* it has ended, and all its calls are steps */
    FOLLOWED_DIFFERED, /* a step of ours went otherwise than its call: `problem` says how */
    FOLLOWED_FAILED,   /* our heap process did not survive a step: the same */
};

/* What is known of a program. */
struct followed {
    struct guest *guest;
    enum followed_end end;
    struct text problem;
    bool has_begun;               /* it loaded the library */
    bool is_put_off;              /* it is a copy of another, of whose steps it has none yet */
    size_t beginnings;            /* how often: it may execute others */
    uint64_t told_before;         /* calls that were told before its first step; a child's may be
                                     less than none, as its parent's calls are steps of its, too */
    struct call last;             /* its last call, if there was one */
    struct followed_steps *steps; /* how its calls become steps; NULL once they do not */
    struct session *eldest;       /* of a family: where another of it may be shown; else NULL, */
    struct lives lives;           /* and what it was before it executed another program */
};

/* Run a program on a fresh heap of the session's config. Its first call waits: the program is held.
 *   errors  it is not to be had, the config does not do for programs, or another program runs */
bool session_run(struct session *session, struct guest_wish *wish, enum launch_outcome *ret_outcome,
                 struct error *error);

/* Whether a program is there whose heap it is, so that nobody else may make steps. */
bool session_is_followed(const struct session *session);

/* The same, in words of why something cannot be done; a program that has ended meanwhile is taken
 * note of. Returns false if it is followed. */
bool session_is_free(struct session *session, struct error *error);

/* Keep so many bytes of the steps of a program, and of others of its family: see past.h. */
void session_keep_past(struct session *session, uint64_t bytes);

/* Make steps of some of the calls that wait, `most` at most. The session must be at its last step,
 * and is not yet at the new ones: see session_catch_up.
 *   returns  how many */
size_t session_follow(struct session *session, size_t most);

/* Let the session be at the last step that was made, which is told.
 *   cost     O(blocks) */
void session_catch_up(struct session *session);

/* NULL does nothing. The program is killed. */
void followed_destroy(struct followed *followed);

#endif
