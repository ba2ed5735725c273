/* options.h: the command line: one table of options, from which parsing, --help and the manual page
 * are made. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "heapglass/heap.h"
#include "base/option.h"
#include "base/text.h"
#include "own/build.h"
#include "show/preferences.h"
#include "terminal/ink.h"

/* Something to play: a file, "-" for standard input, or COMMANDS of -e. */
struct work {
    const char *text; /* its memory is the command line's */
    bool is_file;
};

struct options {
    char **words; /* all of the command line, up to a NULL */
    struct hg_config config;
    struct work *work; /* in the order of the command line */
    size_t work_count;
    enum color_use color;
    const char **sources;         /* -a's FILEs, in order, */
    struct hand_in_wish own_wish; /* what is to become of them, */
    struct own_allocator own;     /* and what did; */
    const char *again;            /* a trace that they go through before; NULL for none */
    uint64_t alignment;           /* that its payloads must have; 0 for what its lab asks */
    bool is_own;                  /* -a was given, and no -p behind it */
    bool has_policy;              /* -p was given, or -a */
    uint32_t has_settings;        /* a bit, 1 << HG_..., for each -s of the heap's, */
    unsigned has_preferences;     /* and 1 << PREFERENCE_... for each of the user's */
    unsigned preferences[PREFERENCES];
    bool has_words;         /* one that is neither option nor argument has been seen */
    bool is_lesson;         /* the first word was lesson: */
    struct work *lesson;    /* what is to become its file, the name now; NULL where none stands */
    bool is_quiz;           /* the first word was quiz: */
    struct text quiz_words; /* what stands behind that, and its options; */
    struct text quiz;       /* and the command that they come to */
    const char *opener;     /* the first word, if it was import, attach or open; or NULL */
    bool runs;              /* the first word was run */
    char **program;         /* to be run, with its arguments, up to a NULL; NULL for none */
    unsigned up;            /* callers are those so many calls further up */
    const char *follow;     /* the name of the one to follow; NULL for the program itself */
    bool takes_children;    /* it and its children are followed */
    bool held;              /* in its first call */
    const char *output;     /* the file for what it prints; NULL for none */
    bool lenient;           /* what cannot be read of traces is left out */
    bool no_config, batch, keep_going, quiet, ascii, plain, json;
    bool check_syntax, rehearse; /* the files, instead of playing them */
    bool notes;                  /* show the speaker's, or */
    const char *notes_to;        /* write them to this terminal; NULL for none */
};

enum options_outcome {
    OPTIONS_RUN,    /* go on */
    OPTIONS_FILES,  /* go on with the files, without a heap */
    OPTIONS_MANUAL, /* the manual page is asked for */
    OPTIONS_DONE,   /* what was asked for has been printed */
    OPTIONS_WRONG   /* what is wrong has been printed */
};

/* Read the command line into `options`, which options_finish gives back. */
enum options_outcome options_parse(int count, char **arguments, struct options *options);
void options_finish(struct options *options);

/* The option with this index, which has a help; NULL beyond the last. */
const struct option_row *options_row(size_t index);

/* What the program is, in paragraphs, for --help and the manual page. */
extern const char options_usage[], options_description[], options_statuses[];

/* Print what --help does; behind a command that stands first on the command line, what the help on
 * that command says. */
void options_print_help(void);
void options_print_command_help(const char *name);

#endif
