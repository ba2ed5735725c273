/* interpreter.h: running commands, and telling a face what comes of them.
 *
 * Its parts are apart by how long they live: the interpreter, the file being read, the command at
 * hand, and what that supposes. Each is begun by assigning it anew. */
#ifndef COMMAND_INTERPRETER_H
#define COMMAND_INTERPRETER_H

#include "command/face.h"
#include "session/comparison.h"
#include "session/session.h"
#include "show/show.h"
#include "trace/launch.h"

struct command;
struct playback;
struct queue;
struct reading;

/* The command at hand, and what has come of it so far. */
struct task {
    const struct command *command;   /* NULL until it is known */
    const char *line;                /* it stands in, */
    const char *text;                /* and as it stands there */
    size_t line_number;              /* of all lines that were run */
    struct location location;        /* of the line */
    int column;                      /* where it is at fault, if nothing else is said */
    struct text output;              /* what it has to say */
    struct exhibit exhibit;          /* what it wants to be looked at */
    struct comparison comparison;    /* of compare */
    enum said saying;                /* whether the output is the user's own words */
    bool stepped;                    /* it made a step */
    const struct quiz_outcome *quiz; /* of a quiz; else NULL */
    bool queued;                     /* it is to make one when those before it have */
    bool told;                       /* the face has been told of it */
};

/* Let nothing have come of it yet. */
void task_begin(struct task *task);
void task_finish(struct task *task);

/* What if: all that the session can be asked is steps. */
struct supposition {
    struct imagined *imagined; /* what the face is told that it leads to; NULL if it is not told */
    const char *options;       /* as typed ("-p best-fit "); "" for none */
};

/* What is told of a step; kept, so that its memory serves for all steps. */
struct step_words {
    struct text command, c_form, explanation;
};

/* How the questions of a scenario were answered. */
struct score {
    size_t asked, right;
};

/* So many calls further up callers can be, at most. */
enum { PROGRAM_UP_MOST = 64 };

/* The program of the command line. */
struct program_line {
    char **arguments;            /* they end in NULL; NULL for none */
    uint32_t up;                 /* callers are those so many calls further up */
    const char *follow;          /* it, or the first that it runs of this name; NULL for it */
    bool takes_children;         /* and its children, too */
    bool is_held;                /* it is to wait in its first call */
    const char *output;          /* the file for what it prints; NULL for none */
    enum launch_outcome outcome; /* of the last that was to be started */
};

struct interpreter {
    struct session *session;
    struct show *show;
    struct face face;
    struct target_waiter waiter; /* the face's, for the session */
    bool keep_going;             /* read on after a command in a file failed */
    const char *opener;          /* the command that takes the command line's files; or NULL */
    bool lenient;                /* traces lack what cannot be read of them */
    struct program_line program;
    int input;                 /* the file that standard input was kept in; 0 where it was not */
    bool quit;                 /* quit was asked for */
    bool resumed;              /* a file went on after a failure, as the user wanted */
    struct imagined *imagined; /* of the last what if: a face may go on drawing it */
    const struct supposition *supposing; /* NULL where what is done is done */
    struct reading *reading;             /* the file being read; NULL for none: see reading.h */
    struct task task;
    struct playback *playback; /* of the scenario that somebody plays; NULL for none */
    const struct pause *pause; /* that is waited for; NULL for none */
    bool wants_back;           /* in it, 'resume' was typed */
    bool shows_notes;          /* for the speaker */
    struct score score;
    const char *confined_to; /* what is run is not trusted: see confine.h; NULL: it is */
    bool is_in_quiz;         /* the session is a question's: it can be looked at */
    struct queue *queue;     /* of commands that are to make steps; NULL until there are some */
    size_t lines;            /* that were run */
    struct step_words words;
};

/* Begin: commands act on `session` and `show`, and `face`, which is copied, is told. All must
 * outlive it. */
void interpreter_init(struct interpreter *interpreter, struct session *session, struct show *show,
                      const struct face *face);
void interpreter_finish(struct interpreter *interpreter);

/* ---- For whoever has commands ---- */

/* Run the commands in a line, up to the first that fails.
 *   returns  false when one failed; the face has been told */
bool interpreter_run_line(struct interpreter *interpreter, const char *line);

/* Run a line while another command waits, and a file for that: the line is of neither. */
bool interpreter_run_aside(struct interpreter *interpreter, const char *line);

/* Run the next command of a line from *position on, which then is behind it.
 *   returns  false when it failed, of which the face has been told, or where there is none
 *   ret_good  whether none failed */
bool interpreter_run_next(struct interpreter *interpreter, const char *line, size_t *position,
                          bool *ret_good);

/* Run the lines of a text, up to the first in which a command fails.
 *   returns  false when one failed; the face has been told */
bool interpreter_run_text(struct interpreter *interpreter, const char *text);

/* Run so many times a text of commands that stands in a file, or in a line: {i} in it is the number
 * of the round.
 *   location  of the line before its first, or of the line that it stands in
 *   depth     how many repeats are around this one
 *   errors    as interpreter_run_file */
bool interpreter_repeat(struct interpreter *interpreter, const char *text, uint64_t rounds,
                        struct location location, struct error *error);

/* Run the lines of a file, up to the first in which a command fails, unless keep_going.
 *   returns  false with `error` set when the file cannot be read; when the user stopped it,
 *            ERROR_STOPPED; or when a command failed, of which the face has been told,
 *            ERROR_TOLD */
bool interpreter_run_file(struct interpreter *interpreter, const char *path, struct error *error);

/* Run the lines of standard input, as those of a file.
 *   as_typed  one that fails does not keep those after it from being run */
bool interpreter_run_input(struct interpreter *interpreter, bool as_typed, struct error *error);

/* Run a file that may hold nothing but commands that set something up; they are carried out without
 * a word, and what is wrong with one keeps no other from being run. */
bool interpreter_configure(struct interpreter *interpreter, const char *path, struct error *error);

/* ---- For commands ---- */

/* Let the views be about the block that the last step was about; before the first, about the heap's
 * start. */
void interpreter_look_at_last_step(struct interpreter *interpreter);

/* Let the command at hand show an exhibit, which is taken over. */
void interpreter_exhibit(struct interpreter *interpreter, const struct exhibit *exhibit);

/* Carry out an action as the next step; or, where the face lets steps be made ahead, put it behind
 * those that are to be made. */
bool interpreter_act(struct interpreter *interpreter, const struct action *action,
                     struct error *error);

/* From one place that a collector looks at to the next, as the user wants it. */
uint32_t interpreter_window(const struct interpreter *interpreter);

/* Let the session keep as much of the steps of programs as is preferred. */
void interpreter_keep_past(const struct interpreter *interpreter);

/* Set a preference, and tell the face. */
void interpreter_prefer(struct interpreter *interpreter, enum preference preference,
                        unsigned value);

/* Run what follows `position` in the line at hand as one statement, for another session, of which
 * the face is told as imagined. The command at hand is `interpreter`'s, and has been told of.
 *   options  see struct supposition
 *   session  taken over
 *   returns  false when it failed; the face has been told */
bool interpreter_suppose(struct interpreter *interpreter, size_t position, const char *options,
                         struct session *session);

/* Run a line of commands that make steps in another session, telling no face.
 *   returns  false with `error` set when one failed */
bool interpreter_try(struct interpreter *interpreter, struct session *session, const char *line,
                     struct error *error);

#endif
