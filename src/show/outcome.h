/* outcome.h: what came of one step, or of one command that is no step: what every way out (screen,
 * plain text, JSON) is told. */
#ifndef SHOW_OUTCOME_H
#define SHOW_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "show/exhibit.h"

struct comparison;
struct imagined;
struct step;

/* Where a line comes from; file is NULL for the keyboard and the command line. */
struct location {
    const char *file;
    unsigned line;
};

/* Whether what a command has to say is the user's own, and what it is. */
enum said {
    SAID_NOTHING,
    SAID_TEXT,
    SAID_TITLE,  /* of a scenario, */
    SAID_SECTION /* or of the part that begins */
};

struct exercise;

/* A question of a quiz, or what came of it. */
struct quiz_outcome {
    const struct exercise *exercise;
    uint64_t seed;
    size_t number, count; /* it is number 1, 2, ... of so many */
    const char *given;    /* the answer; "" if there was none; NULL: it is only asked */
    bool is_right;        /* that */
};

/* Valid during the call that tells of it only. */
struct outcome {
    const char *command;     /* "alloc a7 1M" */
    const char *c_form;      /* of a step, where it is wanted: "a7 = malloc(1048576);"; else NULL */
    const struct step *step; /* NULL if the command changed nothing */
    bool ok;
    const char *error;            /* if not ok */
    int column;                   /* of the error in the line, from 1; 0 if it has none */
    const char *expected, *found; /* where what was claimed is not so; else NULL */
    const char *line;             /* the line the command stands in */
    struct location location;
    const char *text;   /* the explanation of a step, or what the command has to say */
    enum said said;     /* the text is the user's own: with **bold** and `code` */
    const char *notice; /* what happened to the heap process before it; "" if nothing did */
    const struct exhibit *exhibit; /* NULL for none */
    struct imagined *imagined; /* what if: where it would lead to; valid until the next what if */
    const struct quiz_outcome *quiz; /* of quiz; else NULL */
    struct comparison *comparison; /* of compare; else NULL; a face may take it, leaving it empty */
};

/* What the command wants to be looked at. */
static inline enum exhibit_kind outcome_exhibit_kind(const struct outcome *outcome)
{
    return outcome->exhibit ? outcome->exhibit->kind : EXHIBIT_NOTHING;
}

/* Append where a command stands that failed, "hole.hg:5:8: ", as part of one line; nothing for one
 * that is in no file. */
void outcome_add_place(const struct outcome *outcome, struct text *text);

#endif
