/* memory.h: the memory of something else: a running process, or one that left a core file.
 *
 * It is a list of regions, by address, and a way to read. Whoever looks for a heap there goes by
 * these alone, so it does not matter which of the two it is. */
#ifndef FOREIGN_MEMORY_H
#define FOREIGN_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MEMORY_NAME_MAX = 128 };

/* A part of an address space, all of which is mapped alike. */
struct memory_region {
    uint64_t start, end; /* addresses */
    uint64_t held;       /* bytes from its start on that can be read */
    uint64_t place;      /* of a core: where in the file they stand */
    bool is_writable;
    char name[MEMORY_NAME_MAX]; /* the file that is mapped, or "[heap]"; "" for nothing known */
};

/* A thread, and where its own variables end: an address, or 0 where that is not known. */
struct memory_thread {
    int number;
    uint64_t pointer;
};

struct memory {
    struct memory_region *regions; /* none is empty, and they do not overlap */
    size_t count, capacity;
    struct memory_thread *threads;
    size_t thread_count, thread_capacity;
    /* Read bytes; false where not all can be read. */
    bool (*read)(const struct memory *memory, uint64_t at, void *bytes, size_t size);
    /* Copy bytes to a place in a file, without anybody looking at them; NULL where there is no such
     * way, and false where it fails: read may then know more. */
    bool (*copy)(const struct memory *memory, uint64_t at, uint64_t size, int file, uint64_t place);
    bool is_stopped;  /* the process, by a signal */
    int signal;       /* that a core's first thread was reached by; 0 for none */
    int process;      /* whose it is; of a core 0, */
    int file;         /* and that file; else the process's page table, or -1 */
    uint64_t missing; /* bytes at the end of that file which are cut off */
};

void memory_finish(struct memory *memory);

/* Add a region; a thread. */
void memory_add(struct memory *memory, const struct memory_region *region);
void memory_add_thread(struct memory *memory, int number, uint64_t pointer);

/* Put the regions in the order of their addresses, and leave out those that overlap another. */
void memory_sort(struct memory *memory);

/* The region that an address lies in; NULL if none.
 *   cost  O(log regions) */
const struct memory_region *memory_region_at(const struct memory *memory, uint64_t at);

/* The first region of a file whose name begins so, without folders; or NULL. */
const struct memory_region *memory_find(const struct memory *memory, const char *name);

/* The name of a region without folders. */
const char *memory_region_name(const struct memory_region *region);

#endif
