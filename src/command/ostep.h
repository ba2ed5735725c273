/* ostep.h: the exercises of OSTEP's homework on free space: what its program asks of a heap under
 * given options, and what it answers. Numbers alone: no heap of ours is touched.
 *   source   Arpaci-Dusseau and Arpaci-Dusseau, Operating Systems: Three Easy Pieces, chapter 17 */
#ifndef COMMAND_OSTEP_H
#define COMMAND_OSTEP_H

#include "base/error.h"
#include "base/twister.h"
#include "heapglass/heap.h"

enum { OSTEP_STEPS_MAX = 1000 };

/* What the program is asked for, by its own letters. */
struct ostep_options {
    uint64_t seed, heap_size, base, header, alignment; /* -s -S -b -H -a; alignment 0 for none */
    enum hg_fit fit;                                   /* -p */
    enum hg_order order;                               /* -l */
    bool coalesces;                                    /* -C */
    uint64_t steps, range, percent;                    /* -n -r -P */
    char list[512];                                    /* -A: "+10,-0"; "" for none */
};

struct ostep_piece {
    uint64_t at, size;
};

/* A step of an exercise, and the program's answer. */
struct ostep_step {
    bool frees;
    bool failed;   /* of an allocation: there was no piece for it */
    bool again;    /* of a free: it was freed before */
    uint32_t id;   /* ptr[id] */
    uint64_t size; /* of an allocation */
    int64_t answer;
    uint64_t searched;
};

struct ostep_exercise {
    struct ostep_options options;
    struct twister twister;
    struct ostep_piece pieces[OSTEP_STEPS_MAX + 2]; /* the list */
    size_t piece_count;
    struct ostep_piece given[OSTEP_STEPS_MAX]; /* by id; of size 0 where there is none */
    uint32_t live[OSTEP_STEPS_MAX];            /* ids that can be chosen, in the order they came */
    size_t live_count;
    uint32_t next_id, served; /* allocations so far, and those that got something */
    uint64_t made;            /* steps so far */
    const char *at;           /* what is left of the list of operations */
};

/* Read options, parted by blanks; an error's column is that of the word in the text, 0 where it is
 * about none of them.
 *   errors   what is no option, no value of it, or beyond what can be shown */
bool ostep_parse(const char *text, struct ostep_options *ret_options, struct error *error);

void ostep_begin(struct ostep_exercise *exercise, const struct ostep_options *options);

/* The next step. Returns false, with no error set, at the end; and with one where the program would
 * stop, too. */
bool ostep_next(struct ostep_exercise *exercise, struct ostep_step *ret_step, struct error *error);

#endif
