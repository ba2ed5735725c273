/* notice.h: what the user is to know of a session, besides what was asked for: clauses of
 * session->notice. */
#ifndef SESSION_NOTICE_H
#define SESSION_NOTICE_H

#include "session/session.h"

/* Append a clause. */
void notice_add(struct session *session, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Say of steps, which there are, that they are no more.
 *   which  of them: "behind the trace" */
void notice_add_dropped(struct session *session, size_t count, const char *which);

/* The same of those that were undone. */
void notice_add_undone(struct session *session);

#endif
