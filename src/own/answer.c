/* answer.c: see answer.h. */
#include "own/answer.h"

#include <unistd.h>

static bool say(const void *what, size_t size)
{
    return write(SHEET_CHANNEL_FD, what, size) == (ssize_t)size;
}

void answer_hello(const void *low)
{
    struct greeting greeting = {.heap.low = (uint64_t)(uintptr_t)low};

    say(&greeting, sizeof greeting);
}

/* The payload that a question is about, and that it leaves, of those that were answered. */
static uint64_t payload_of(const uint64_t *left, const struct question *question, size_t i)
{
    return question->of > 0 && question->of <= i ? left[question->of - 1] : question->payload;
}

static uint64_t left_by(const struct question *question, uint64_t answered)
{
    bool is_refused = question->kind == TRACE_REALLOCATE && answered == 0 && question->size > 0;

    return is_refused ? question->payload : answered;
}

void answer_all(const struct subject *subject, struct sheet *sheet)
{
    struct greeting greeting = {
        .heap = subject->heap, .can_resize = subject->can_resize, .is_handed = subject->is_handed};
    static struct question questions[SUBJECT_MOST];
    static struct answer answers[SUBJECT_MOST];
    static uint64_t left[SUBJECT_MOST];
    bool good = say(&greeting, sizeof greeting);

    while (good) {
        ssize_t size = read(SHEET_CHANNEL_FD, questions, sizeof questions);
        size_t count = size > 0 ? (size_t)size / sizeof questions[0] : 0;

        for (size_t i = 0; i < count; i++) {
            sheet->step++;
            questions[i].payload = payload_of(left, &questions[i], i);
            subject->answer(subject->context, &questions[i], 1, &answers[i]);
            left[i] = left_by(&questions[i], answers[i].payload);
        }
        good = count > 0 && say(answers, count * sizeof answers[0]);
    }
}
