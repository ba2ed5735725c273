/* playback.h: a scenario that is played for somebody who can go on, back, and to other sections.
 *
 * What always holds: at a stop, a pause or a question, the heap is what the scenario makes of it,
 * whatever was tried at other stops. Going back undoes all steps since the beginning and plays it
 * again up to there, telling nobody: what is done again is redone, and what comes behind it can be.
 * Where the scenario itself began again, with a reset or another policy, it is played on a fresh
 * heap. Either way the heap is the same, byte for byte. */
#ifndef COMMAND_PLAYBACK_H
#define COMMAND_PLAYBACK_H

#include "command/interpreter.h"

enum { PLAYBACK_ANSWERS_MAX = 256 };

struct playback {
    struct playback *outer; /* one waits while another is played */
    struct text beginning;  /* commands that lead to the heap as it was before the first line, */
    size_t step;            /* after this step */
    unsigned beginnings;    /* of the session, then */
    struct show show;       /* as it was there */
    size_t sections_known;  /* of the file */
    size_t stops, sections; /* up to now */
    size_t section_stops;   /* before the section at hand */
    size_t words;           /* that were said since the last stop */
    size_t asked;           /* questions up to now, and how each was answered at first */
    enum { ANSWER_NONE, ANSWER_WRONG, ANSWER_RIGHT } answers[PLAYBACK_ANSWERS_MAX];
    bool is_skipping;                 /* up to a stop or a section, telling nobody */
    size_t until_stop, until_section; /* 0 for none */
    bool again;                       /* it is to be played from its beginning */
};

/* Begin: `path` is going to be played. Returns false where it cannot be, since a second reading
 * would not find the same. */
bool playback_begin(struct playback *playback, struct interpreter *interpreter, const char *path);
void playback_end(struct playback *playback, struct interpreter *interpreter);

/* Whether it is to be played again; the heap is then as it was at the beginning. */
bool playback_goes_back(struct playback *playback, struct interpreter *interpreter);

/* Whether nobody is to be told what comes of commands. */
bool playback_is_skipping(const struct interpreter *interpreter);

/* Wait, if there is somebody to wait for.
 *   pause    how; what only the playback knows is filled in
 *   returns  false with `error` set where the scenario does not go on from here */
bool playback_stop(struct interpreter *interpreter, struct pause *pause, struct error *error);

/* Something is said; a section begins; a question was answered. */
void playback_note_words(struct interpreter *interpreter, const char *text);
void playback_note_section(struct interpreter *interpreter);
void playback_note_answer(struct interpreter *interpreter, bool was_given, bool is_right);

#endif
