/* outcome.h: what came of one step, or of one command that is no step: what every way out (screen,
 * plain text, JSON) is told. */
#ifndef SESSION_OUTCOME_H
#define SESSION_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct comparison;
struct session;
struct step;

/* What a command wants to be looked at. */
enum show_kind {
    SHOW_NOTHING,
    SHOW_MAP,
    SHOW_RIBBON,
    SHOW_BLOCKS,
    SHOW_FREE_LIST,
    SHOW_STATS,
    SHOW_VARIABLES,
    SHOW_STEPS,
    SHOW_DUMP,
    SHOW_DETAIL,
};

struct show {
    enum show_kind kind;
    uint64_t at;                /* of a dump and a detail: the offset of its first byte */
    const unsigned char *bytes; /* of both */
    size_t count;               /* how many */
};

/* Where a line comes from; file is NULL for the keyboard and the command line. */
struct location {
    const char *file;
    unsigned line;
};

/* Valid during the call that tells of it only. */
struct outcome {
    const char *command;     /* "alloc a7 1M" */
    const struct step *step; /* NULL if the command changed nothing */
    bool ok;
    const char *error; /* if not ok */
    int column;        /* of the error in the line, from 1; 0 if it has none */
    const char *line;  /* the line the command stands in */
    struct location location;
    const char *text;   /* the explanation of a step, or what the command has to say */
    bool said;          /* the text is the user's own */
    const char *notice; /* what happened to the heap process before it; "" if nothing did */
    struct show show;
    struct session *imagined; /* of what if: where it would lead to; valid until the next what if */
    struct comparison *comparison; /* of compare; else NULL; a face may take it, leaving it empty */
};

#endif
