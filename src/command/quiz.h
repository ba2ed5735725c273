/* quiz.h: a quiz: exercises, one after the other, each asked, answered and explained on a heap of
 * its own. The session is left as it is. */
#ifndef COMMAND_QUIZ_H
#define COMMAND_QUIZ_H

#include "command/interpreter.h"
#include "exercise/exercise.h"

enum { QUIZ_COUNT = 5, QUIZ_COUNT_MOST = 100 };

struct quiz {
    enum exercise_topic topic; /* TOPICS for all of them */
    uint64_t seed;
    uint64_t count;
};

/* Ask all questions, or up to where the user leaves it, and tell the score.
 *   returns  false with `error` set where no question can be made */
bool quiz_run(struct interpreter *interpreter, const struct quiz *quiz, struct error *error);

#endif
