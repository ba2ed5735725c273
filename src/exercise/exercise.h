/* exercise.h: exercises: a random small heap, a command, a question on what it will do, the right
 * answer, and the answers that come of what people commonly get wrong.
 *
 * The heap is real: an allocator makes it, step by step, in a process of its own, and carries out
 * the command. The right answer is what then happened, by events, blocks and lists; a wrong one is
 * what happens on a heap of another policy or setting, or what follows from the real blocks by a
 * known slip. The same seed makes the same exercise on every machine. */
#ifndef EXERCISE_EXERCISE_H
#define EXERCISE_EXERCISE_H

#include "exercise/answer.h"
#include "session/session.h"

/* What is asked: the topic as users write it, what it asks, and its answer. */
/* clang-format off */
#define EXERCISE_TOPICS(X)                                                                        \
    X(PLACE, place, "where a new block will go", BLOCK)                                         \
    X(SEARCH, search, "how many blocks the search examines", NUMBER)                              \
    X(MERGE, merge, "which blocks merge", CHOICE)                                               \
    X(FRAGMENTATION, fragmentation, "how large the external fragmentation is", PERCENT)         \
    X(FIT, fit, "whether a request can be met", CHOICE)                                         \
    X(LIST, list, "what the free list looks like afterwards", SIZES)                            \
    X(SIZE, size, "how large a block, or its remainder, is", NUMBER)

enum exercise_topic {
#define X(name, word, asks, kind) TOPIC_##name,
    EXERCISE_TOPICS(X)
#undef X
    TOPICS /* how many there are */
};
/* clang-format on */

/* A topic's word, and what it asks; and the topic of a word: TOPICS if there is none, which `error`
 * then says. */
const char *exercise_topic_word(enum exercise_topic topic);
const char *exercise_topic_asks(enum exercise_topic topic);
enum exercise_topic exercise_topic_find(const char *word, struct error *error);

enum { THOUGHTS_MAX = 12 };

/* An answer that is wrong, and what whoever gives it probably did: "forgot the header". */
struct thought {
    struct text answer;
    const char *words;
};

struct exercise {
    enum exercise_topic topic;
    enum answer_kind kind;
    const char *choices;    /* of a choice: "yes|no" */
    struct session *before; /* as it is when the question is asked, without steps to be redone */
    struct session *after;  /* as the command made it */
    struct text command;    /* "alloc K 200" */
    uint64_t subject;       /* the offset of the block that the command frees; 0 for none */
    struct text question;   /* with **bold** and `code` */
    struct text answer;     /* the right one */
    struct text reason;     /* why: sentences */
    struct thought thoughts[THOUGHTS_MAX];
    size_t thought_count;
};

/* Which of many exercises. */
struct exercise_id {
    uint64_t seed;
    unsigned number; /* of it, in a row of exercises */
    enum exercise_topic topic;
};

/* Make an exercise for heaps of `config`.
 *   ret_exercise  to be given back with exercise_finish
 *   returns       false with `error` set where such a heap does not tell what it does, or has
 *                 nothing of the topic that is worth a question
 *   cost          a few heap processes */
bool exercise_create(const struct hg_config *config, const struct exercise_id *id,
                     struct exercise *ret_exercise, struct error *error);
/* One that is all zero is none. */
void exercise_finish(struct exercise *exercise);

/* Make number `number` of the exercises of a seed: of its topic, or, of TOPICS, of one after the
 * other of those that there are for such heaps, in an order that the seed chooses. */
bool exercise_create_any(const struct hg_config *config, const struct exercise_id *id,
                         struct exercise *ret_exercise, struct error *error);

/* Whether the answer can be given by pointing to a block: the offset of which is then given. */
bool exercise_is_pointed(const struct exercise *exercise);

/* Read what was given as an answer into the form that answers have, which `text` then is; false
 * with `error` set where it cannot be one. */
bool exercise_read_answer(const struct exercise *exercise, const char *given, struct text *text,
                          struct error *error);

/* Whether an answer in that form is right; and what was probably thought where it is not: NULL if
 * that is not known. */
bool exercise_is_right(const struct exercise *exercise, const char *answer);
const char *exercise_thought(const struct exercise *exercise, const char *answer);

/* Append the answer as it is told: "+0x00b8", "3", "62.5 %". */
void exercise_add_answer(const struct exercise *exercise, const char *answer, struct text *text);

/* ---- For who makes one ---- */

/* Take note of a wrong answer, unless it is right, or another thought's. */
void exercise_think(struct exercise *exercise, const char *words, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
