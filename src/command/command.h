/* command.h: what a command is.
 *
 * A command is a row in one const table. The parser, completion, help and the list in the README
 * are made from that table and from nothing else. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/text.h"

struct interpreter;

enum parameter_type {
    PARAMETER_NONE,
    PARAMETER_NEW_NAME, /* names of variables, which need not exist */
    PARAMETER_NAME,     /* names of variables */
    PARAMETER_SIZE,     /* bytes */
    PARAMETER_LIMIT,    /* bytes, or none */
    PARAMETER_NUMBER,   /* a whole number */
    PARAMETER_BYTE,     /* 0 to 255, or one character */
    PARAMETER_PERCENT,  /* 1 to 100 */
    PARAMETER_PLACE,    /* a variable or an offset */
    PARAMETER_ZOOM,     /* the same, or how to zoom */
    PARAMETER_POLICY,   /* the name of a policy */
    PARAMETER_PRESET,   /* the name of a preset */
    PARAMETER_KEY,      /* the name of a setting or a preference */
    PARAMETER_VALUE,    /* a value for the key before it */
    PARAMETER_COMMAND,  /* the name of a command */
    PARAMETER_FILE,     /* the name of a file */
    PARAMETER_CODE,     /* the same, and a line of it; or off */
    PARAMETER_SWITCH,   /* on or off */
    PARAMETER_SUBJECT,  /* what expect can look at */
    PARAMETER_RELATION, /* = != < <= > >= */
    PARAMETER_TEXT,     /* all the rest of the command, as it stands */
    PARAMETER_BYTES,    /* the same: numbers up to 255, and texts in quotes */
    PARAMETER_SUPPOSED, /* the same: options and a command that makes steps */
    PARAMETER_PANELS,   /* the same: names of panels */
    PARAMETER_DRY_RUN,  /* an option: only say what would be done */
    PARAMETER_LENIENT,  /* an option: leave out what cannot be read */
    PARAMETER_DOT,      /* an option: in the language of Graphviz */
    PARAMETER_COMPARED, /* the same: policies, and commands behind a -- */
    PARAMETER_FUNCTION, /* the name of a function */
    PARAMETER_PASSED,   /* all the rest: variables */
    PARAMETER_RETURNED, /* the same: a pointer, and a variable of the caller's */
    PARAMETER_PROCESS,  /* a process that is followed */
    PARAMETER_WORD,     /* a word, or a text in quotes */
    PARAMETER_SECONDS,  /* seconds, as milliseconds */
    PARAMETER_RANDOM,   /* all the rest: options of random */
    PARAMETER_QUIZ,     /* the same: a topic, and options of quiz */
    PARAMETER_TYPES     /* how many there are */
};

struct parameter {
    enum parameter_type type;
    const char *label;
    bool optional;
    bool repeated; /* of the last one: there may be more */
};

struct argument {
    const char *text;
    uint64_t number; /* of sizes, limits, numbers, bytes and seconds */
    int column;
    bool quoted; /* it stands in quotes, which the text is without */
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
    GROUP_STACK,
    GROUP_HEAP,
    GROUP_LOOK,
    GROUP_TIME,
    GROUP_PROGRAM,
    GROUP_SCENARIO,
    GROUP_SESSION,
    COMMAND_GROUPS
};

/* What a command gets at, besides the heap and what is shown of it. */
enum command_reach {
    REACH_HEAP,
    REACH_READ,    /* the file that its first argument names, to read */
    REACH_OUTSIDE, /* files to write, or other processes, to start or to look at */
};

struct command {
    const char *name;
    const char *aliases[ALIASES_MAX];
    enum command_group group;
    bool sets_up;   /* may stand in a config file */
    bool can_force; /* may be written with a ! */
    enum command_reach reach;
    bool steps; /* it makes steps, and nothing else */
    struct parameter parameters[PARAMETERS_MAX];
    /* Whether the arguments can be right, of whatever heap; NULL: there is nothing to be said of
     * them without one. */
    bool (*check)(const struct arguments *arguments, struct error *error);
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

#endif
