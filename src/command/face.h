/* face.h: who is told what comes of commands: the screen, plain text, JSON. A face decides how it
 * looks. */
#ifndef COMMAND_FACE_H
#define COMMAND_FACE_H

#include "base/progress.h"
#include "base/text.h"
#include "show/outcome.h"
#include "show/show.h"

struct guest;

/* How the user wants a scenario to go on. */
enum pause_end {
    PAUSE_ON,           /* to the next pause */
    PAUSE_BACK,         /* to the one before */
    PAUSE_AGAIN,        /* to this one once more, as it was before anything was tried */
    PAUSE_SECTION_BACK, /* to the beginning of this section, or of the one before */
    PAUSE_SECTION_ON,
    PAUSE_OVER /* not at all */
};

struct pause {
    const char *why;       /* a sentence about it; NULL if there is nothing to say */
    bool is_played;        /* the scenario can go back, too */
    unsigned milliseconds; /* how long it takes to read what was said */
    struct text *answer;   /* for what is typed as the answer to a question; NULL: none is asked */
    bool is_quiz;          /* it is a quiz's, which can be left */
    bool picks;            /* the answer can be a block that is pointed to: its offset */
};

/* A program that is followed. */
struct watched {
    const char *text; /* how it does */
    /* Its heap has changed, and is to be shown; else the session may be between two steps, and
     * nothing of it is to be looked at. */
    bool is_new;
    bool may_be_held; /* else it is, or has ended, and what it has done is still taken in */
};

struct face {
    /* An outcome. */
    void (*report)(void *context, const struct outcome *outcome);
    struct progress progress; /* of what is being done; it stops where the user wants that */
    /* The same of what is done between two steps, when nothing of the session is to be looked at;
     * all zero where that makes no difference. */
    struct progress inner_progress;
    /* The heap process is stopped, by a signal or by a debugger, and what was asked of it waits:
     * called a few times a second. Returns false if the user wants to wait no longer. NULL to
     * wait. */
    bool (*stopped)(void *context);
    /* The scenario wants the class to look, or cannot go on by itself: let the user look around,
     * and do what they want, until they say how to go on. NULL where nobody is waited for. */
    enum pause_end (*pause)(void *context, const struct pause *pause);
    /* Let so much time pass; the user can cut it short. NULL where nobody looks. */
    void (*wait)(void *context, unsigned milliseconds);
    /* A program runs: show how things are. Called many times a second; returns false when the
     * program is to be held. NULL for `watched`: no more of it. NULL where nobody looks. */
    bool (*watch)(void *context, const struct watched *watched);
    /* Let a program have the terminal, and pass on what there is; NULL: take it back. Returns false
     * once the user wants it back. NULL where there is no terminal to lend. */
    bool (*lend)(void *context, struct guest *guest);
    /* Something for the speaker alone. NULL where the notes are not wanted. */
    void (*note)(void *note_context, const char *text);
    void *note_context;
    /* From now on it is about this session, of which `show` says what is looked at; both are there
     * until it is about another. NULL where nothing is shown of it but outcomes. */
    void (*visit)(void *context, struct session *session, struct show *show);
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
    bool is_seen;     /* the heap is shown all the time */
    bool ahead;       /* commands may be carried out before it is told of those before them */
    bool lists;       /* it reads all free lists when it is told of a step */
    bool quiet;       /* it is told of failures, and of what the user says, and of nothing else */
    bool owns_output; /* nobody else may print to standard output */
    bool walks;       /* it goes through comparisons step by step: their sessions are kept */
    void *context;
};

#endif
