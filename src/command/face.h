/* face.h: who is told what comes of commands: the screen, plain text, JSON. A face decides how it
 * looks. */
#ifndef COMMAND_FACE_H
#define COMMAND_FACE_H

#include "base/progress.h"
#include "base/text.h"
#include "show/outcome.h"

struct face {
    /* An outcome. */
    void (*report)(void *context, const struct outcome *outcome);
    struct progress progress; /* of what is being done; it stops where the user wants that */
    /* The heap process is stopped, by a signal or by a debugger, and what was asked of it waits:
     * called a few times a second. Returns false if the user wants to wait no longer. NULL to
     * wait. */
    bool (*stopped)(void *context);
    /* The scenario wants the class to look, or cannot go on by itself: let the user look around,
     * and do what they want, until they let it go on. Returns false if that is to be the end. NULL
     * where there is nobody to wait for.
     *   why  a sentence about it; NULL if there is nothing to say */
    bool (*pause)(void *context, const char *why);
    /* A preference has changed. */
    void (*prefer)(void *context, const unsigned *preferences);
    /* Other panels were chosen: tell the outlook what has room now. NULL where nothing is
     * short of room. */
    void (*measure)(void *context);
    /* There is nothing more to tell until more commands come: let whoever waits for what was told
     * see it. NULL where it is seen at once. */
    void (*rest)(void *context);
    /* Append what the keys do. NULL where there are none. */
    void (*add_keys)(struct text *text);
    bool ahead; /* commands may be carried out before it is told of those before them */
    bool lists; /* it reads all free lists when it is told of a step */
    bool quiet; /* it is told of failures, and of what the user says, and of nothing else */
    bool walks; /* it goes through comparisons step by step: their sessions are kept */
    void *context;
};

#endif
