/* paper.h: what stands on a sheet, whichever way it is written: one item after the other. It is
 * plain data, so that a library of its own can set it. */
#ifndef HOMEWORK_PAPER_H
#define HOMEWORK_PAPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum paper_kind {
    PAPER_SHEET,    /* begins one: text is its title, label whose it is, "" for a line to fill in */
    PAPER_HEADING,  /* text */
    PAPER_TEXT,     /* a paragraph, with **bold** and `code` */
    PAPER_ROWS,     /* lines as they stand */
    PAPER_HEAP,     /* blocks, in the order of their addresses */
    PAPER_BLANK,    /* room to write: text is what */
    PAPER_SOLUTION, /* the same, filled in: a paragraph */
};

enum paper_fill { PAPER_FREE, PAPER_USED, PAPER_OWN };

enum { PAPER_NAME_MAX = 16 };

struct paper_block {
    uint64_t at, size;
    enum paper_fill fill;
    char name[PAPER_NAME_MAX]; /* "A" */
    char *words;               /* "A, 100 asked for" */
};

struct paper_item {
    enum paper_kind kind;
    char *text, *label;
    struct paper_block *blocks; /* of a heap */
    size_t block_count;
};

/* A paper that is all zero is empty. */
struct paper {
    struct paper_item *items;
    size_t count, capacity;
};

/* Write bytes to where the paper goes. False if that fails. */
struct paper_output {
    bool (*put)(void *context, const unsigned char *bytes, size_t count);
    void *context;
};

/* What a library that sets papers exports, under the name PAPER_PDF: write it as PDF. False if that
 * fails. */
typedef bool paper_setter(const struct paper *paper, const struct paper_output *output);
#define PAPER_PDF "heapglass_paper_pdf"

#endif
