/* subjects.h: programs to be looked at (subject.c), looks at them, and what a heap process reads of
 * these. */
#ifndef TESTS_FOREIGN_SUBJECTS_H
#define TESTS_FOREIGN_SUBJECTS_H

#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/progress.h"
#include "kind/image.h"
#include "target/target.h"

extern const char *subject_path; /* which program it is */

enum { SAID_MOST = 1000 };

/* A program that runs, and what it said of its blocks. */
struct subject {
    pid_t pid;
    int input;
    FILE *output;
    struct said {
        uint64_t offset, usable;
        bool is_used;
    } said[SAID_MOST];
    size_t count;
    uint64_t mapped, mapped_bytes, aligned;
    struct said_apart {
        uint64_t address, usable; /* the latter is 0 of one that was freed */
    } apart[SAID_MOST];
    size_t apart_count;
    uint64_t waiting[SAID_MOST]; /* in another thread's cache: offsets */
    size_t waiting_count;
};

/* Begin it, with the C library that is in a folder, or NULL for ours. */
void subject_begin_with(struct subject *subject, const char *folder, const char *how);
void subject_begin(struct subject *subject, const char *how);

/* Let it do more, and listen to what it says. */
void subject_go_on(struct subject *subject);

/* It ends as it would have if nobody had looked. */
void subject_end(struct subject *subject);

/* A look, and what its image tells. */
struct look {
    int file;
    const struct kind_image *image;
    uint64_t size;
};

bool look_process(int pid, const struct progress *progress, struct look *look, struct error *error);
bool look_core(const char *path, const struct progress *progress, struct look *look,
               struct error *error);
void look_finish(struct look *look);

/* A heap as a heap process reads it. */
struct seen {
    struct target *target;
    struct kind_description description;
    struct hg_block *blocks;
    size_t count;
    uint64_t start;
};

/* Open a heap of a look, by its number or the first. False where it cannot be opened. */
bool see_heap(const struct look *look, unsigned number, struct seen *seen);
bool see(const struct look *look, struct seen *seen);
void see_no_more(struct seen *seen);

/* The block whose payload is at an offset; NULL if none is. */
const struct hg_block *seen_block(const struct seen *seen, uint64_t offset);

/* Each block that the program has is there, with its size; what it freed is free, be it a block of
 * its own or merged into another; and the heap is whole. */
void assert_seen(struct seen *seen, const struct subject *subject);

/* Each block that another thread has is in the heap of its arena, and what it freed waits in its
 * cache, wherever that lies. */
void assert_thread_seen(const struct look *look, const struct subject *subject);

#endif
