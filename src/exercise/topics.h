/* topics.h: what each topic asks of what happened, and what people get wrong there. */
#ifndef EXERCISE_TOPICS_H
#define EXERCISE_TOPICS_H

#include "exercise/plan.h"

/* An exercise in the making: the command has been carried out. */
struct making {
    struct exercise *exercise;
    const struct plan *plan; /* its session is the exercise's before */
    const struct hg_config *config;
    struct move command;
    const struct picture *before, *after;
    struct free_lists lists_before, lists_after;
    const struct step *step; /* the command's */
    unsigned choice;         /* below MAKING_CHOICES, where a topic asks one thing or another */
    struct error *trouble;   /* why a heap that it takes could not be had; ERROR_NONE: it could */
};

enum { MAKING_CHOICES = 10 };

struct exercise_kind {
    const char *word, *asks;
    enum answer_kind kind;
    /* Append the answer that what happened gives. False where it gives none. */
    bool (*answer)(const struct making *making, struct text *text);
    /* Append the question, and the reason's beginning. False where it is not worth asking. */
    bool (*ask)(struct making *making);
    /* Note the slips that can be reckoned on the heap itself. */
    void (*think)(struct making *making);
};

/* The row of a topic. */
const struct exercise_kind *exercise_kind_of(enum exercise_topic topic);

#define X(name, word, asks, kind)                                                                  \
    bool topic_answer_##word(const struct making *making, struct text *text);                      \
    bool topic_ask_##word(struct making *making);                                                  \
    void topic_think_##word(struct making *making);
EXERCISE_TOPICS(X)
#undef X

/* ---- For topics ---- */

/* Carry out a plan's command, and read what came of it.
 *   session  that is as the plan made it; in it the command is carried out
 *   lists    whether the lists that it has then are wanted
 *   returns  false with `error` set where that cannot be */
bool making_run(struct making *making, struct session *session, bool lists, struct error *error);

/* Whether a heap could not be had for lack of processes or memory, not for what it should be. */
bool making_is_lack(const struct error *error);

/* Note that a heap could not be had. Where that is for lack of it, there is no exercise: without
 * the wrong answers that it gives, it would be another one. */
void making_lacks(struct making *making, const struct error *error);

/* Append the question: what stands before and behind the name that the command is about. */
void making_ask(const struct making *making, const char *before, const char *behind);

/* Note a number, or a block, as a wrong answer. */
void making_think(const struct making *making, const char *words, uint64_t number);
void making_think_block(const struct making *making, const char *words, const struct block *block);

/* The free block that was taken; NULL if that was none of those that there were. */
const struct block *making_taken(const struct making *making);

bool making_is_refused(const struct making *making);

/* The first event of a kind; NULL if there was none. */
const struct hg_event *event_first(const struct picture *picture, enum hg_event_kind kind);

/* The value of a setting of the heap; `otherwise` where it means nothing to it. */
uint64_t setting_of(const struct picture *picture, const char *name, uint64_t otherwise);

/* What the heap's payloads are aligned to, in bytes. */
uint64_t alignment_of(const struct picture *picture);

/* Note what the same moves lead to on heaps of other policies and settings. */
void think_of_others(struct making *making);

#endif
