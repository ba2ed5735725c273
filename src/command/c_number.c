/* c_number.c: see c_number.h. */
#include "command/c_number.h"

#include <ctype.h>
#include <string.h>

#include "base/size.h"
#include "command/lexer.h"

/* ---- Types ---- */

/* Where several words make a type, the last that has a size counts: unsigned long long int. */
static const struct {
    const char *name;
    uint64_t size; /* 0: it says nothing of the size */
    bool is_rank;  /* int behind it does not matter */
} types[] = {
    {"const", 0, false},   {"unsigned", 0, false}, {"signed", 0, false},  {"void", 1, false},
    {"char", 1, false},    {"short", 2, true},     {"int", 4, false},     {"long", 8, true},
    {"float", 4, false},   {"double", 8, false},   {"bool", 1, false},    {"size_t", 8, false},
    {"int8_t", 1, false},  {"uint8_t", 1, false},  {"int16_t", 2, false}, {"uint16_t", 2, false},
    {"int32_t", 4, false}, {"uint32_t", 4, false}, {"int64_t", 8, false}, {"uint64_t", 8, false},
};

static void skip_blanks(const char *line, size_t *place)
{
    *place += strspn(line + *place, " \t");
}

static size_t word_length(const char *word)
{
    size_t length = 0;

    while (isalnum((unsigned char)word[length]) || word[length] == '_')
        length++;
    return length;
}

static bool take(const char *line, size_t *place, const char *word)
{
    size_t length = strlen(word);

    if (strncmp(line + *place, word, length) != 0 ||
        (isalpha((unsigned char)word[0]) && word_length(line + *place) != length))
        return false;
    *place += length;
    skip_blanks(line, place);
    return true;
}

bool c_type_skip(const char *line, size_t *place, uint64_t *ret_size)
{
    enum { INT_SIZE = 4 };
    bool found = false, has_rank = false;
    uint64_t size = 0;
    size_t i;

    if (take(line, place, "struct")) {
        *place += word_length(line + *place);
        skip_blanks(line, place);
        found = true;
    }
    do {
        for (i = 0; i < sizeof types / sizeof types[0]; i++) {
            if (line[*place] != types[i].name[0] || !take(line, place, types[i].name))
                continue;
            if (types[i].size && !(has_rank && types[i].size == INT_SIZE))
                size = types[i].size;
            has_rank |= types[i].is_rank;
            found = true;
            break;
        }
    } while (i < sizeof types / sizeof types[0]);
    if (ret_size)
        *ret_size = size;
    return found;
}

/* ---- Sums ---- */

/* A number in the making: where it is read, and what is wrong with it. */
struct sum {
    const char *line;
    size_t place;
    struct error *error;
    int depth; /* of brackets */
};

enum { DEPTH_MAX = 32 };

static bool read_sum(struct sum *sum, uint64_t *ret_number);

static bool fail_at(struct sum *sum, size_t place)
{
    sum->error->column = lexer_column(place);
    return false;
}

/* Read behind sizeof. */
static bool read_sizeof(struct sum *sum, uint64_t *ret_number)
{
    enum { POINTER_SIZE = 8 };
    bool is_pointer = false;
    size_t start;

    start = sum->place;
    if (!take(sum->line, &start, "(") || sum->line[start] == '*') {
        error_set(sum->error, "behind sizeof there is a type here, as in sizeof(int): what a "
                              "variable points to has none");
        return fail_at(sum, start);
    }
    sum->place = start;
    if (!c_type_skip(sum->line, &sum->place, ret_number)) {
        error_set(sum->error, "no type that is known; there are char, int, long, void *, size_t");
        return fail_at(sum, start);
    }
    skip_blanks(sum->line, &sum->place);
    while (take(sum->line, &sum->place, "*"))
        is_pointer = true;
    if (is_pointer)
        *ret_number = POINTER_SIZE;
    if (*ret_number == 0) {
        error_set(sum->error, "how large that is, is not known here; write a number of bytes");
        return fail_at(sum, start);
    }
    if (take(sum->line, &sum->place, ")"))
        return true;
    error_set(sum->error, "')' is missing");
    return fail_at(sum, sum->place);
}

static bool read_literal(struct sum *sum, uint64_t *ret_number)
{
    size_t start = sum->place, length = word_length(sum->line + start);
    const char *behind = sum->line + start + length;
    char text[64] = "";

    if (sum->line[start] == '\'' && sum->line[start + 1] && sum->line[start + 2] == '\'') {
        *ret_number = (unsigned char)sum->line[start + 1];
        sum->place += 3;
        skip_blanks(sum->line, &sum->place);
        return true;
    }
    if (length > 0 && behind[0] == '.' && isdigit((unsigned char)behind[1]))
        length += 1 + word_length(behind + 1); /* 1.5M */
    if (length == 0 || length >= sizeof text) {
        error_set(sum->error, "a number is missing");
        return fail_at(sum, start);
    }
    memcpy(text, sum->line + start, length);
    if (!size_parse(text, ret_number, sum->error))
        return fail_at(sum, start);
    sum->place += length;
    skip_blanks(sum->line, &sum->place);
    return true;
}

static bool read_factor(struct sum *sum, uint64_t *ret_number)
{
    bool good;

    if (take(sum->line, &sum->place, "sizeof"))
        return read_sizeof(sum, ret_number);
    if (sum->line[sum->place] != '(' && sum->line[sum->place] != '-')
        return read_literal(sum, ret_number);
    if (++sum->depth > DEPTH_MAX) {
        error_set(sum->error, "there are too many brackets");
        return fail_at(sum, sum->place);
    }
    if (take(sum->line, &sum->place, "-")) { /* as size_t has it, that is very much */
        good = read_factor(sum, ret_number);
        *ret_number = good ? -*ret_number : 0;
    } else {
        take(sum->line, &sum->place, "(");
        good = read_sum(sum, ret_number);
        if (good && !take(sum->line, &sum->place, ")")) {
            error_set(sum->error, "')' is missing");
            good = fail_at(sum, sum->place);
        }
    }
    sum->depth--;
    return good;
}

static bool read_product(struct sum *sum, uint64_t *ret_number)
{
    uint64_t factor;

    if (!read_factor(sum, ret_number))
        return false;
    for (;;) {
        size_t start = sum->place;
        bool divides = take(sum->line, &sum->place, "/");

        if (!divides && !take(sum->line, &sum->place, "*"))
            return true;
        if (!read_factor(sum, &factor))
            return false;
        if (divides ? factor == 0 : __builtin_mul_overflow(*ret_number, factor, ret_number)) {
            error_set(sum->error,
                      divides ? "this divides by 0" : "this is more than a size can hold");
            return fail_at(sum, start);
        }
        if (divides)
            *ret_number /= factor;
    }
}

static bool read_sum(struct sum *sum, uint64_t *ret_number)
{
    uint64_t term;

    if (!read_product(sum, ret_number))
        return false;
    for (;;) {
        size_t start = sum->place;
        bool subtracts = take(sum->line, &sum->place, "-");

        if (!subtracts && !take(sum->line, &sum->place, "+"))
            return true;
        if (!read_product(sum, &term))
            return false;
        if (subtracts) {
            *ret_number -= term;
        } else if (__builtin_add_overflow(*ret_number, term, ret_number)) {
            error_set(sum->error, "this is more than a size can hold");
            return fail_at(sum, start);
        }
    }
}

bool c_number_read(const char *line, size_t *place, uint64_t *ret_number, struct error *error)
{
    struct sum sum = {.line = line, .place = *place, .error = error};

    *ret_number = 0;
    if (!read_sum(&sum, ret_number))
        return false;
    *place = sum.place;
    return true;
}
