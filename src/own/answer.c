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

void answer_all(const struct subject *subject, struct sheet *sheet)
{
    struct greeting greeting = {
        .heap = subject->heap, .can_resize = subject->can_resize, .is_handed = subject->is_handed};
    struct question questions[SUBJECT_MOST];
    struct answer answers[SUBJECT_MOST];
    bool good = say(&greeting, sizeof greeting);

    while (good) {
        ssize_t size = read(SHEET_CHANNEL_FD, questions, sizeof questions);
        size_t count = size > 0 ? (size_t)size / sizeof questions[0] : 0;

        for (size_t i = 0; i < count; i++) {
            sheet->step++;
            subject->answer(subject->context, &questions[i], 1, &answers[i]);
        }
        good = count > 0 && say(answers, count * sizeof answers[0]);
    }
}
