/* notice.c: see notice.h. */
#include "session/notice.h"

void notice_add(struct session *session, const char *format, ...)
{
    va_list arguments;

    if (session->notice.length > 0)
        text_add(&session->notice, "; ");
    va_start(arguments, format);
    text_add_list(&session->notice, format, arguments);
    va_end(arguments);
}

void notice_add_dropped(struct session *session, size_t count, const char *which)
{
    if (count == 1)
        notice_add(session, "the step %s cannot be redone any more", which);
    else
        notice_add(session, "the %zu steps %s cannot be redone any more", count, which);
}

void notice_add_undone(struct session *session)
{
    const struct steps *steps = &session->history->steps;
    size_t count = steps->known - steps->count;

    notice_add_dropped(session, count, count == 1 ? "that was undone" : "that were undone");
}
