/* shelf.h: an array that may outgrow memory. From some size on its items lie in a file without a
 * name, mapped, so that the system keeps in memory what is used of them and lets the rest go. One
 * that is all zero is empty. */
#ifndef BASE_SHELF_H
#define BASE_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shelf {
    void *items;     /* they move when more are reserved */
    size_t capacity; /* of items */
    size_t mapped;   /* bytes of the file; 0 as long as all lie in memory */
    int file;
};

/* Make room for `count` items of `size` bytes.
 *   memory_most  so many bytes may lie in memory; where no file is to be had, all do
 *   returns      false, and nothing changed, where there is no room for them */
bool shelf_reserve(struct shelf *shelf, size_t count, size_t size, uint64_t memory_most);

void shelf_finish(struct shelf *shelf);

#endif
