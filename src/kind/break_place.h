/* break_place.h: a break that begins elsewhere than where the kernel chose: some allocators are
 * right only where their heap lies as the lab's driver lays it. */
#ifndef KIND_BREAK_PLACE_H
#define KIND_BREAK_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* Let this process's break begin, empty, at `address`, that of a page. What lay below it stays
 * where it was.
 *   returns  false where the kernel does not know how, or something lies there; the break is then
 *            where it was */
bool break_place(uintptr_t address);

/* Let it begin at `start` and be at `end`, between which there is memory already. */
bool break_place_around(uintptr_t start, uintptr_t end);

#endif
