/* answer.c: see answer.h. */
#include "own/answer.h"

#include <unistd.h>

#include "own/sheet.h"

static bool say(const struct answer *answer)
{
    return write(SHEET_CHANNEL_FD, answer, sizeof *answer) == sizeof *answer;
}

void answer_hello(const void *low)
{
    say(&(struct answer){.low = (uint64_t)(uintptr_t)low});
}

/* The payload that a question is answered with; NULL for one that only gives back. */
static void *carry_out(const struct subject *subject, const struct question *question)
{
    void *payload = (void *)(uintptr_t)question->payload;

    switch (question->kind) {
    case TRACE_ALLOCATE: return subject->allocate(subject->context, question->size);
    case TRACE_REALLOCATE: return subject->resize(subject->context, payload, question->size);
    default: subject->release(subject->context, payload); return NULL;
    }
}

static struct answer answer_of(const struct subject *subject, const void *payload)
{
    return (struct answer){.payload = (uint64_t)(uintptr_t)payload,
                           .low = (uint64_t)(uintptr_t)subject->low(subject->context),
                           .bound = subject->bound(subject->context),
                           .size = subject->size(subject->context),
                           .can_resize = subject->can_resize,
                           .is_handed = subject->is_handed};
}

void answer_all(const struct subject *subject)
{
    struct answer answer = answer_of(subject, NULL);
    struct question question;

    while (say(&answer) && read(SHEET_CHANNEL_FD, &question, sizeof question) == sizeof question)
        answer = answer_of(subject, carry_out(subject, &question));
}
