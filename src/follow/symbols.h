/* symbols.h: what code addresses of a program mean: functions, files and lines, from the symbols
 * and the DWARF of the objects that it has mapped, which are read from their files. */
#ifndef FOLLOW_SYMBOLS_H
#define FOLLOW_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct symbols;

/* Of what a text says as /proc/PID/maps does. */
struct symbols *symbols_create(const char *maps, size_t length);
void symbols_destroy(struct symbols *symbols); /* NULL does nothing */

/* Append the place from which the call was made that returns to `address`: "main (foo.c:12)",
 * "main+0x12 (libfoo.so)" or, where there are no symbols, "0x1234 (libfoo.so)".
 *   cost  the first of an object reads its symbols, which can take a second */
void symbols_add_place(struct symbols *symbols, uint64_t address, struct text *text);

#endif
