/* size.h: sizes and numbers as people write them.
 *
 *      24   16K   10M   1.5G   0x40   4KiB   512B
 *
 * Units are powers of 1024. A fraction must come to a whole number of bytes. */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Read all of `text` as a number of bytes.
 *   ret_size  untouched on failure
 *   errors    what is wrong with it: not a number, an unknown unit, too large, not whole */
bool size_parse(const char *text, uint64_t *ret_size, struct error *error);

/* Read all of `text` as a whole number, decimal or 0x. */
bool number_parse(const char *text, uint64_t *ret_number, struct error *error);

/* Write a number's digits, without a 0 behind them.
 *   returns  where they end */
enum { NUMBER_DIGITS_MAX = 20 };
char *number_write(uint64_t number, char place[NUMBER_DIGITS_MAX]);

/* A number in groups of three digits ("10,485,776"). Returns `buffer`. */
enum { NUMBER_GROUPED_MAX = NUMBER_DIGITS_MAX + NUMBER_DIGITS_MAX / 3 + 1 };
const char *number_grouped(uint64_t number, char buffer[NUMBER_GROUPED_MAX]);

enum { SIZE_TEXT_MAX = 24 };

/* A size in at most four digits and a unit: "24", "16K", "10.0M" -> "10M", "1.5G"; rounded to
 * nearest where it is not exact. Returns `buffer`. */
const char *size_short(uint64_t size, char buffer[SIZE_TEXT_MAX]);

/* A size in a sentence: "1 byte", "104 bytes", "3.8K". Returns `buffer`. */
const char *size_in_words(uint64_t size, char buffer[SIZE_TEXT_MAX]);

/* An offset: "+0x00b8". Returns `buffer`. */
const char *offset_text(uint64_t at, char buffer[SIZE_TEXT_MAX]);

/* Whether what lies at an offset is in a heap of so many bytes, or so near to it that the offset
 * says where it is. */
bool place_is_near(uint64_t at, uint64_t size);

/* Where something lies that need not be near a heap of so many bytes, which begins at the address
 * `start`: its offset, or else its address, "0x000e". Returns `buffer`. */
const char *place_text(uint64_t at, uint64_t start, uint64_t size, char buffer[SIZE_TEXT_MAX]);

/* A size that reads back as the same number of bytes, with a unit where that is exact. Returns
 * `buffer`. */
const char *size_exact(uint64_t size, char buffer[SIZE_TEXT_MAX]);

#endif
