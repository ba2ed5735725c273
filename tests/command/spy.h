/* spy.h: an interpreter with a face that remembers what it was told. */
#ifndef TESTS_COMMAND_SPY_H
#define TESTS_COMMAND_SPY_H

#include "command/interpreter.h"

struct spy {
    struct session *session;
    struct show show;
    struct interpreter interpreter;
    struct text commands; /* of all outcomes, a line each */
    struct text last;     /* what the last one said, or its error */
    struct text notice;   /* of the last one */
    struct text c_form;   /* the same */
    bool ok;
    int column;
    struct location location;
    char file[256];
    enum exhibit_kind shown;
    bool imagined;       /* the last one was a what if */
    struct metrics seen; /* of the session that the last one was about */
    size_t compared;     /* how many policies the last one compared */
    unsigned preferred[PREFERENCES];
    size_t outcomes;
    const enum pause_end *ends; /* of the pauses, one after the other; NULL: nobody waits */
    const char *const *answers; /* to questions, the same */
    size_t pauses;
    struct text said;        /* all that was said, a line each */
    size_t ticks_until_stop; /* the user wants to stop after so many; 0 for never */
};

struct spy *spy_create(void);
/* Let pauses be waited for, and end so. */
void spy_wait(struct spy *spy, const enum pause_end *ends, const char *const *answers);
void spy_destroy(struct spy *spy);

/* Run a line; it must succeed, or fail with these words at this column. */
void spy_expect(struct spy *spy, const char *line);
void spy_expect_error(struct spy *spy, const char *line, const char *words, int column);

/* What the last line said has these words in it. */
void spy_expect_said(const struct spy *spy, const char *words);

#endif
