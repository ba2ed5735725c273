/* program.h: how the program runs, and what comes of it. */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "options.h"

struct notes;

enum status {
    STATUS_GOOD = 0,
    STATUS_FAILED = 1,  /* a command failed */
    STATUS_USAGE = 2,   /* wrong usage, or a scenario that cannot be read */
    STATUS_NO_HEAP = 3, /* the heap process could not be started */
};

enum way_out { OUT_FULL_SCREEN, OUT_PLAIN, OUT_JSON };

/* How the program runs: what was asked for, and what there is to run on. */
struct program {
    struct options options;
    enum way_out way_out;
    bool is_interactive; /* there is somebody who can type */
    bool plays_input;    /* standard input is one of the files */
    char *lesson;        /* the name of the one that is played; NULL for none */
    char *lesson_path;   /* and its file */
    int input;           /* the file that standard input was kept in; 0 where it was not */
    struct notes *notes; /* where the speaker's go; NULL for nowhere else than options say */
};

#endif
