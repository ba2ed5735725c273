/* size.c: see size.h. */
#include "base/size.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/bits.h"

static const char units[] = "KMGTPE"; /* 1024, 1024^2, ... */

static bool is_below_zero(const char *text)
{
    return text[0] == '-' && isdigit((unsigned char)text[1]);
}

static bool is_too_large(const char *text, struct error *error)
{
    return error_set(error, "'%s' is too large", text);
}

bool number_parse(const char *text, uint64_t *ret_number, struct error *error)
{
    bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned long long number;
    char *end;

    if (is_below_zero(text))
        return error_set(error, "'%s' is negative", text);
    if (!isdigit((unsigned char)text[0]) || (hexadecimal && !isxdigit((unsigned char)text[2])))
        return error_set(error, "'%s' is not a number", text);
    errno = 0;
    number = strtoull(text, &end, hexadecimal ? 16 : 10);
    if (*end)
        return error_set(error, "'%s' is not a whole number", text);
    if (errno == ERANGE)
        return is_too_large(text, error);
    *ret_number = number;
    return true;
}

/* How many bits `unit` ("", "B", "K", "kb", "KiB") shifts a number; -1 if it is none. */
static int unit_shift(const char *unit)
{
    const char *found;

    if (strcasecmp(unit, "") == 0 || strcasecmp(unit, "b") == 0)
        return 0;
    found = strchr(units, toupper((unsigned char)unit[0]));
    if (!found || (unit[1] && strcasecmp(unit + 1, "b") != 0 && strcasecmp(unit + 1, "ib") != 0))
        return -1;
    return 10 * (int)(found - units + 1);
}

/* The fraction after a decimal point, times 2^shift; it must be whole. */
static bool parse_fraction(const char *digits, size_t length, int shift, uint64_t *ret_size)
{
    enum { MOST_DIGITS = 18 }; /* 10^18 fits into 64 bits */
    unsigned __int128 numerator = 0, denominator = 1;

    if (length > MOST_DIGITS)
        return false;
    for (size_t i = 0; i < length; i++) {
        numerator = numerator * 10 + (unsigned)(digits[i] - '0');
        denominator *= 10;
    }
    numerator <<= shift;
    if (numerator % denominator)
        return false;
    *ret_size = (uint64_t)(numerator / denominator);
    return true;
}

bool size_parse(const char *text, uint64_t *ret_size, struct error *error)
{
    size_t whole_length = strspn(text, "0123456789");
    const char *fraction = text + whole_length + (text[whole_length] == '.');
    size_t fraction_length = strspn(fraction, "0123456789");
    int shift = unit_shift(fraction + fraction_length);
    uint64_t whole, part;

    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return number_parse(text, ret_size, error);
    if (is_below_zero(text))
        return error_set(error, "'%s' is negative", text);
    if (whole_length == 0)
        return error_set(error, "'%s' is not a size; sizes look like 24, 16K, 1.5M, 0x40", text);
    if (shift < 0)
        return error_set(error, "'%s': there is no unit '%s'; units are K, M, G, T, P, E", text,
                         fraction + fraction_length);
    errno = 0;
    whole = strtoull(text, NULL, 10);
    if (errno == ERANGE || (shift > 0 && whole >> (64 - shift)))
        return is_too_large(text, error);
    if (!parse_fraction(fraction, fraction_length, shift, &part))
        return error_set(error, "'%s' is not a whole number of bytes", text);
    if (__builtin_add_overflow(whole << shift, part, ret_size))
        return is_too_large(text, error);
    return true;
}

char *number_write(uint64_t number, char place[NUMBER_DIGITS_MAX])
{
    char digits[NUMBER_DIGITS_MAX];
    size_t first = NUMBER_DIGITS_MAX;

    do {
        digits[--first] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return mempcpy(place, digits + first, NUMBER_DIGITS_MAX - first);
}

const char *number_grouped(uint64_t number, char buffer[NUMBER_GROUPED_MAX])
{
    char digits[NUMBER_DIGITS_MAX];
    const char *end = number_write(number, digits);
    char *place = buffer;

    for (const char *digit = digits; digit < end; digit++) {
        if (digit > digits && (end - digit) % 3 == 0)
            *place++ = ',';
        *place++ = *digit;
    }
    *place = '\0';
    return buffer;
}

/* Write a number, and what stands behind it. */
static void write_number(uint64_t number, const char *behind, char buffer[SIZE_TEXT_MAX])
{
    memcpy(number_write(number, buffer), behind, strlen(behind) + 1);
}

const char *size_in_words(uint64_t size, char buffer[SIZE_TEXT_MAX])
{
    if (size >= 1024)
        return size_short(size, buffer);
    write_number(size, size == 1 ? " byte" : " bytes", buffer);
    return buffer;
}

/* Write a number in at least four digits. */
static void write_hex(uint64_t number, char *place)
{
    enum { DIGITS_LEAST = 4, BITS_PER_DIGIT = 4 };
    unsigned digits = number > 0 ? bits_floor_log2(number) / BITS_PER_DIGIT + 1 : 0;

    if (digits < DIGITS_LEAST)
        digits = DIGITS_LEAST;
    while (digits-- > 0)
        *place++ = "0123456789abcdef"[number >> digits * BITS_PER_DIGIT & 0xf];
    *place = '\0';
}

const char *offset_text(uint64_t at, char buffer[SIZE_TEXT_MAX])
{
    write_hex(at, mempcpy(buffer, "+0x", 3));
    return buffer;
}

bool place_is_near(uint64_t at, uint64_t size)
{
    enum { NEAR = 1024 * 1024 };

    return at <= size || at - size <= NEAR;
}

const char *place_text(uint64_t at, uint64_t start, uint64_t size, char buffer[SIZE_TEXT_MAX])
{
    if (place_is_near(at, size))
        return offset_text(at, buffer);
    write_hex(start + at, mempcpy(buffer, "0x", 2));
    return buffer;
}

/* size / 2^shift, rounded to the nearest whole number, and to the even one of two. */
static uint64_t shift_rounded(unsigned __int128 size, unsigned shift)
{
    unsigned __int128 unit = (unsigned __int128)1 << shift, rest = size & (unit - 1);
    uint64_t whole = (uint64_t)(size >> shift);

    return whole + (2 * rest > unit || (2 * rest == unit && whole % 2 == 1));
}

const char *size_short(uint64_t size, char buffer[SIZE_TEXT_MAX])
{
    char behind[4] = {0};
    unsigned unit = 0;
    uint64_t tenths;

    if (size < 1024) {
        write_number(size, "", buffer);
        return buffer;
    }
    do {
        unit++;
    } while (shift_rounded(size, 10 * unit) >= 1000 && units[unit]);
    tenths = shift_rounded((unsigned __int128)size * 10, 10 * unit);
    behind[0] = units[unit - 1];
    if (tenths < 1000 && tenths % 10 > 0)
        memcpy(behind, (char[]){'.', (char)('0' + tenths % 10), units[unit - 1]}, 3);
    write_number(tenths < 1000 ? tenths / 10 : shift_rounded(size, 10 * unit), behind, buffer);
    return buffer;
}

const char *size_exact(uint64_t size, char buffer[SIZE_TEXT_MAX])
{
    char behind[2] = {0};
    size_t unit = 0;

    while (size != 0 && size % 1024 == 0 && units[unit]) {
        size /= 1024;
        unit++;
    }
    if (unit > 0)
        behind[0] = units[unit - 1];
    write_number(size, behind, buffer);
    return buffer;
}
