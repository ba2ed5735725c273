/* command.h: the language: what a command is, and the interpreter that runs lines of them.
 *
 * A command is a row in one const table. The parser, completion, help and the list in the README
 * are made from that table and from nothing else. A face (screen, plain text, JSON) is told of each
 * outcome; it decides how it looks. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "base/text.h"
#include "session/comparison.h"
#include "show/outcome.h"
#include "show/show.h"
#include "session/session.h"

/* ---- Faces ---- */

struct face {
    /* An outcome. */
    void (*report)(void *context, const struct outcome *outcome);
    /* What is being done has come to its `done`-th part of `total`, which is 0 if nobody knows.
     * Returns false if the user wants it stopped. */
    bool (*tick)(void *context, size_t done, size_t total);
    /* The heap process is stopped, by a signal or by a debugger, and what was asked of it waits: called
     * a few times a second. Returns false if the user wants to wait no longer. NULL to wait. */
    bool (*stopped)(void *context);
    /* The scenario wants the class to look: wait for a key. Returns false if that is to be the end.
     * NULL where there is nobody to wait for. */
    bool (*pause)(void *context);
    /* A preference has changed. */
    void (*prefer)(void *context, const unsigned *preferences);
    /* Other panels were chosen: tell the outlook what has room now. NULL where nothing is
     * short of room. */
    void (*measure)(void *context);
    bool walks; /* it goes through comparisons step by step: their sessions are kept */
    void *context;
};

/* ---- The interpreter ---- */

struct interpreter {
    struct session *session;
    struct show *show;
    struct face face;
    struct target_waiter waiter; /* the face's, for the session */
    struct location location;    /* of the line at hand */
    const char *line;            /* the line at hand */
    unsigned depth;              /* how many files are being read */
    bool keep_going;             /* read on after a command in a file failed */
    bool configuring;       /* settings are all that may change, and nothing is told but errors */
    bool quit;              /* quit was asked for */
    bool stopped;           /* the user stopped the file, and so all that it is read from */
    bool stepped;           /* the command at hand made a step */
    struct text output;     /* what the command at hand has to say */
    struct exhibit exhibit; /* what it wants to be looked at */
    bool saying;            /* the output is the user's own words */
    bool told;              /* the face has been told what the command at hand has to say */
    /* What if: the session is imagined, and all that it can be asked is steps. */
    bool supposing;
    struct imagined *supposed;    /* what it is, where a face is told of it */
    const char *supposition;      /* the options ("-p best-fit "); "" for none */
    struct imagined *imagined;    /* of the last what if: a face may go on drawing it */
    struct comparison comparison; /* of the command at hand */
};

enum { SOURCE_DEPTH_MAX = 16 };

/* Begin: commands act on `session` and `show`, and `face`, which is copied, is told. All must outlive
 * it. */
void interpreter_init(struct interpreter *interpreter, struct session *session, struct show *show,
                      const struct face *face);
void interpreter_finish(struct interpreter *interpreter);

/* Let the views be about the block that the last step was about; before the first, about the heap's
 * start. */
void interpreter_look_at_last_step(struct interpreter *interpreter);

/* Let the command at hand show an exhibit, which is taken over. */
void interpreter_exhibit(struct interpreter *interpreter, const struct exhibit *exhibit);

/* Set a preference, and tell the face. */
void interpreter_prefer(struct interpreter *interpreter, enum preference preference,
                        unsigned value);

/* Run the commands in a line, up to the first that fails.
 *   returns  false when one failed; the face has been told */
bool interpreter_run_line(struct interpreter *interpreter, const char *line);

/* Run the lines of a file, up to the first in which a command fails, unless keep_going.
 *   returns  false with `error` set when the file cannot be read; when the user stopped it,
 *            ERROR_STOPPED; or when a command failed, of which the face has been told, ERROR_TOLD */
bool interpreter_run_file(struct interpreter *interpreter, const char *path, struct error *error);

/* Run a file that may hold nothing but commands that set something up; they are carried out without
 * a word, and what is wrong with one keeps no other from being run. */
bool interpreter_configure(struct interpreter *interpreter, const char *path, struct error *error);

/* Run the lines of standard input, as those of a file.
 *   as_typed  one that fails does not keep those after it from being run */
bool interpreter_run_input(struct interpreter *interpreter, bool as_typed, struct error *error);

/* Run what follows `position` in the line at hand as one statement, for another session, of which
 * the face is told as imagined. The command at hand is `interpreter`'s, and has been told of.
 *   supposition  see there
 *   session      taken over
 *   returns      false when it failed; the face has been told */
bool interpreter_suppose(struct interpreter *interpreter, size_t position, const char *supposition,
                         struct session *session);

/* Run a line of commands that make steps in another session, telling no face.
 *   returns  false with `error` set when one failed */
bool interpreter_try(struct interpreter *interpreter, struct session *session, const char *line,
                     struct error *error);

/* Run the lines of a text, up to the first in which a command fails.
 *   returns  false when one failed; the face has been told */
bool interpreter_run_text(struct interpreter *interpreter, const char *text);

/* ---- Commands ---- */

enum parameter_type {
    PARAMETER_NONE,
    PARAMETER_NEW_NAME, /* names of variables, which need not exist */
    PARAMETER_NAME,     /* names of variables */
    PARAMETER_SIZE,     /* bytes */
    PARAMETER_LIMIT,    /* bytes, or none */
    PARAMETER_NUMBER,   /* a whole number */
    PARAMETER_BYTE,     /* 0 to 255, or one character */
    PARAMETER_PLACE,    /* a variable or an offset */
    PARAMETER_ZOOM,     /* the same, or how to zoom */
    PARAMETER_POLICY,   /* the name of a policy */
    PARAMETER_KEY,      /* the name of a setting or a preference */
    PARAMETER_VALUE,    /* a value for the key before it */
    PARAMETER_COMMAND,  /* the name of a command */
    PARAMETER_FILE,     /* the name of a file */
    PARAMETER_SWITCH,   /* on or off */
    PARAMETER_SUBJECT,  /* what expect can look at */
    PARAMETER_RELATION, /* = != < <= > >= */
    PARAMETER_TEXT,     /* all the rest of the command, as it stands */
    PARAMETER_SUPPOSED, /* the same: options and a command that makes steps */
    PARAMETER_PANELS,   /* the same: names of panels */
    PARAMETER_COMPARED, /* the same: policies, and commands behind a -- */
};

struct parameter {
    enum parameter_type type;
    const char *label;
    bool optional;
    bool repeated; /* of the last one: there may be more */
};

struct argument {
    const char *text;
    uint64_t number; /* of sizes, limits, numbers and bytes */
    int column;
};

enum { PARAMETERS_MAX = 3, ALIASES_MAX = 2 };

struct arguments {
    const char *name; /* the variable at hand: the handler runs once for each */
    struct argument items[PARAMETERS_MAX];
    size_t count; /* how many of the parameters were given */
    bool forced;  /* the command was written with a ! */
};

enum command_group {
    GROUP_MEMORY,
    GROUP_HEAP,
    GROUP_LOOK,
    GROUP_TIME,
    GROUP_SESSION,
    COMMAND_GROUPS
};

struct command {
    const char *name;
    const char *aliases[ALIASES_MAX];
    enum command_group group;
    bool sets_up;   /* may stand in a config file */
    bool can_force; /* may be written with a ! */
    bool steps;     /* it makes steps, and nothing else */
    struct parameter parameters[PARAMETERS_MAX];
    const char *summary;  /* one line */
    const char *help;     /* more, in sentences */
    const char *examples; /* one per line */
    bool (*run)(struct interpreter *interpreter, const struct arguments *arguments,
                struct error *error);
};

/* The table: its rows, and the row of a name or an alias; NULL beyond the last, or for none. */
const struct command *command_at(size_t index);
const struct command *command_find(const char *name);

/* Say that there is no command of this name, and which was probably meant. Returns false. */
bool command_unknown(const char *name, struct error *error);

/* The heading of a group ("Allocating and freeing"). */
const char *command_group_title(enum command_group group);

/* Append "alloc NAME SIZE". */
void command_add_usage(const struct command *command, struct text *text);

/* ---- Completion ---- */

struct completion {
    size_t start;      /* where in the line the word begins that the candidates complete */
    bool quoted;       /* it begins with a quote */
    char **candidates; /* sorted, each once; whole words */
    size_t count, capacity;
};

/* What can stand at the end of `line`, of which only what is left of the cursor is given.
 *   returns  candidates that the caller gives back with completion_finish */
struct completion command_complete(const struct interpreter *interpreter, const char *line);
void completion_finish(struct completion *completion);

/* Append what all candidates, of which there are some, begin with, as it is to stand in the line
 * from `start` on: in quotes where it needs them, and with a blank behind if it is complete. */
void completion_add_common(const struct completion *completion, struct text *text);

#endif
