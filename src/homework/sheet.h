/* sheet.h: sheets of exercises, made as papers, and the ways to write these. */
#ifndef HOMEWORK_SHEET_H
#define HOMEWORK_SHEET_H

#include "base/text.h"
#include "exercise/exercise.h"
#include "homework/paper.h"

struct sheet {
    const struct hg_config *config;
    const char *student; /* "" for nobody in particular */
    uint64_t seed;
    const char *seed_words; /* as it was given */
    const enum exercise_topic *topics;
    size_t topic_count; /* 0 for all of them */
    unsigned count;     /* of exercises */
    bool is_solved;
};

/* Append a sheet to a paper.
 *   returns  false with `error` set where there are no such exercises */
bool sheet_add(const struct sheet *sheet, struct paper *paper, struct error *error);

void paper_finish(struct paper *paper);

/* The forms that a paper can be written in. */
/* clang-format off */
#define PAPER_FORMATS(X)                                                                          \
    X(text, ".txt", "plain text, 79 columns")                                                     \
    X(markdown, ".md", "Markdown")                                                                \
    X(pdf, ".pdf", "PDF, A4")
/* clang-format on */

#define X(name, ending, what)                                                                      \
    bool paper_add_##name(const struct paper *paper, struct text *text, struct error *error);
PAPER_FORMATS(X)
#undef X

#endif
