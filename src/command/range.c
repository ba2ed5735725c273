/* range.c: see range.h. */
#include "command/range.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "target/op.h"

/* What a name ends in: "a007" is the prefix "a" and the number 7 in 3 digits. */
struct numbered {
    size_t prefix_length;
    uint64_t number;
    size_t digits;
};

static bool split(const char *name, struct numbered *ret_numbered)
{
    enum { MOST_DIGITS = 9 };
    size_t length = strlen(name), start = length;

    while (start > 0 && isdigit((unsigned char)name[start - 1]))
        start--;
    ret_numbered->prefix_length = start;
    ret_numbered->digits = length - start;
    ret_numbered->number = strtoull(name + start, NULL, 10);
    return ret_numbered->digits > 0 && ret_numbered->digits <= MOST_DIGITS;
}

static bool bad_name(const char *text, struct error *error)
{
    if (strlen(text) > NAME_LENGTH_MAX)
        return error_set(error, "a name has at most %d characters", NAME_LENGTH_MAX);
    return error_set(error, "'%s' is not a name; names look like A, b2, last_one", text);
}

static bool parse_stride(const char *text, uint64_t *ret_stride, struct error *error)
{
    char *end;

    *ret_stride = strtoull(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end || *ret_stride == 0)
        return error_set(error, "'%s' is not a step of a range, such as the 2 in a1..a9:2", text);
    return true;
}

/* Read "a1", "a9" and perhaps "2" as a range. */
static bool parse_bounds(const char *from, const char *to, const char *stride,
                         struct range *ret_range, struct error *error)
{
    struct numbered first, last;
    struct range range = {.numbered = true, .stride = 1};
    uint64_t distance;

    if (!name_is_valid(from) || !name_is_valid(to))
        return bad_name(name_is_valid(from) ? to : from, error);
    if (!split(from, &first) || !split(to, &last) || first.prefix_length != last.prefix_length ||
        strncmp(from, to, first.prefix_length) != 0)
        return error_set(error, "%s..%s is no range; a range looks like a1..a9 or a1..a9:2", from,
                         to);
    if (stride && !parse_stride(stride, &range.stride, error))
        return false;
    memcpy(range.prefix, from, first.prefix_length);
    range.first = first.number;
    range.downwards = last.number < first.number;
    distance = range.downwards ? first.number - last.number : last.number - first.number;
    range.count = distance / range.stride + 1;
    if (from[first.prefix_length] == '0')
        range.width = (int)first.digits;
    if (range.count > VARIABLES_MAX)
        return error_set(error, "%s..%s are more than the %u variables there can be", from, to,
                         VARIABLES_MAX);
    *ret_range = range;
    return true;
}

bool range_parse(const char *text, struct range *ret_range, struct error *error)
{
    char from[2 * NAME_LENGTH_MAX + 32];
    char *dots, *colon;

    if (!strstr(text, "..")) {
        if (!name_is_scoped(text))
            return bad_name(text, error);
        *ret_range = (struct range){.count = 1};
        memcpy(ret_range->prefix, text, strlen(text));
        return true;
    }
    if (strlen(text) >= sizeof from)
        return error_set(error, "this range is too long");
    memcpy(from, text, strlen(text) + 1);
    dots = strstr(from, "..");
    *dots = '\0';
    colon = strchr(dots + 2, ':');
    if (colon)
        *colon = '\0';
    return parse_bounds(from, dots + 2, colon ? colon + 1 : NULL, ret_range, error);
}

const char *range_name(const struct range *range, uint64_t index, char name[SCOPED_NAME_MAX + 1])
{
    uint64_t distance = index * range->stride;
    uint64_t number = range->downwards ? range->first - distance : range->first + distance;
    char whole[SCOPED_NAME_MAX + sizeof "18446744073709551615"];

    if (range->numbered)
        snprintf(whole, sizeof whole, "%s%0*" PRIu64, range->prefix, range->width, number);
    else
        memcpy(whole, range->prefix, sizeof range->prefix);
    memcpy(name, whole, SCOPED_NAME_MAX + 1); /* both ends of a range fit, so this one does */
    return name;
}
