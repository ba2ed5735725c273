/* options.h: the command line: one table of options, from which parsing, --help and the manual page
 * are made. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "heapglass/heap.h"
#include "terminal/ink.h"

struct options {
    struct hg_config config;
    const char **commands; /* of -e; the caller's memory is the command line's */
    size_t command_count;
    char **files;
    size_t file_count;
    enum color_use color;
    bool has_policy;       /* -p was given */
    uint32_t has_settings; /* a bit, 1 << HG_..., for each -s */
    bool no_config, batch, keep_going, quiet, ascii, plain, json, step;
};

enum options_outcome {
    OPTIONS_RUN,    /* go on */
    OPTIONS_MANUAL, /* the manual page is asked for */
    OPTIONS_DONE,   /* what was asked for has been printed */
    OPTIONS_WRONG   /* what is wrong has been printed */
};

/* Read the command line into `options`, which options_finish gives back. */
enum options_outcome options_parse(int count, char **arguments, struct options *options);
void options_finish(struct options *options);

/* An option as people see it. */
struct option_info {
    char letter; /* 0 if it has none */
    const char *name;
    const char *argument; /* NULL if it takes none */
    const char *help;     /* one line */
};

/* The option with this index; NULL beyond the last. */
const struct option_info *option_at(size_t index);

/* What the program is, in paragraphs, for --help and the manual page. */
extern const char options_usage[], options_description[], options_statuses[];

#endif
