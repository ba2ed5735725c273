/* shelf.h: an array that may outgrow memory. From some size on its items lie in a file without a
 * name, mapped, so that the system keeps in memory what is used of them and lets the rest go. One
 * that is all zero is empty. */
#ifndef BASE_SHELF_H
#define BASE_SHELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shelf {
    void *items;     /* behind those that are gone; they move when more are reserved */
    size_t gone;     /* so many of the first were let go */
    size_t capacity; /* of items, behind those */
    size_t mapped;   /* bytes of the file; 0 as long as all lie in memory */
    size_t begins;   /* where in the file these begin */
    int file;
};

/* Make room for `count` items of `size` bytes, with those that are gone.
 *   memory_most  so many bytes may lie in memory; where no file is to be had, all do
 *   returns      false, and nothing changed, where there is no room for them */
bool shelf_reserve(struct shelf *shelf, size_t count, size_t size, uint64_t memory_most);

/* Let some of the first `first` items go, of `count`: all of them where they lie in memory, and of
 * a file as many as make whole steps by which it grows. `gone` then says how many.
 *   size  a power of two */
void shelf_let_go(struct shelf *shelf, size_t first, size_t count, size_t size);

void shelf_finish(struct shelf *shelf);

#endif
