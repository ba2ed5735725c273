/* callers.c: see callers.h. */
#include "session/callers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "session/followed.h"
#include "session/origins.h"

/* ---- Ranks ---- */

static double average_lifetime(const struct caller *caller)
{
    return caller->freed > 0 ? (double)caller->lifetime / (double)caller->freed : 0;
}

static double by_live(const struct caller *caller)
{
    return (double)caller->bytes;
}

static double by_count(const struct caller *caller)
{
    return (double)caller->allocations;
}

static double by_peak(const struct caller *caller)
{
    return (double)caller->peak;
}

static const struct {
    const char *word;
    double (*weight)(const struct caller *caller);
} orders[CALLERS_ORDERS] = {
    [CALLERS_BY_LIVE] = {"live", by_live},
    [CALLERS_BY_COUNT] = {"count", by_count},
    [CALLERS_BY_PEAK] = {"peak", by_peak},
    [CALLERS_BY_LIFETIME] = {"lifetime", average_lifetime},
};

const char *callers_order_word(enum callers_order order)
{
    return orders[order].word;
}

static int compare(const void *a, const void *b, void *context)
{
    double (*weight)(const struct caller *caller) = orders[*(enum callers_order *)context].weight;
    const struct caller *first = a, *second = b;
    double left = weight(first), right = weight(second);

    if (left != right)
        return left > right ? -1 : 1;
    return first->site < second->site ? -1 : first->site > second->site;
}

/* ---- What the steps did ---- */

/* Those that allocated, to the front. */
static size_t drop_others(struct caller *callers, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (callers[i].allocations > 0)
            callers[kept++] = callers[i];
    }
    return kept;
}

static const struct origins *find_origins(const struct session *session)
{
    const struct traced *traced = session->history->steps.traced;

    return session->followed && traced ? traced->origins : NULL;
}

struct caller *callers_find(const struct session *session, enum callers_order order,
                            size_t *ret_count, struct error *error)
{
    const struct steps *steps = &session->history->steps;
    struct caller_sums sums;
    struct caller *callers;

    if (!find_origins(session)) {
        error_set(error, "nobody knows who called; 'run PROGRAM' follows one");
        return NULL;
    }
    sums = caller_sums_copy(&steps->traced->sums);
    caller_sums_follow(&sums, steps->traced,
                       steps->count < steps->traced_count ? steps->count : steps->traced_count);
    callers = sums.callers;
    *ret_count = drop_others(callers, sums.count);
    free(sums.blocks);
    qsort_r(callers, *ret_count, sizeof callers[0], compare, &order);
    return callers;
}

/* ---- In words ---- */

void callers_add_site(const struct session *session, uint32_t site, struct text *text)
{
    guest_add_place(session->followed->guest, find_origins(session)->sites[site], text);
}

/* How many characters there are up to an end. */
static size_t count_characters(const char *string, const char *end)
{
    size_t count = 0;

    for (; string < end && *string; count++)
        utf8_next(&string);
    return count;
}

static const char *skip_characters(const char *string, size_t count)
{
    while (count-- > 0)
        utf8_next(&string);
    return string;
}

/* The first and the last characters of a name, `most` in all. */
static void add_ends(const char *name, const char *end, size_t most, struct text *text)
{
    size_t count = count_characters(name, end), kept = most > 2 ? most - 2 : 0, first = kept / 2;
    const char *last = skip_characters(name, count - (kept - first));

    text_add_bytes(text, name, (size_t)(skip_characters(name, first) - name));
    text_add(text, "..");
    text_add_bytes(text, last, (size_t)(end - last));
}

void callers_shorten(const char *place, size_t most, struct text *text)
{
    enum { NAME_LEAST = 8 };
    const char *end = place + strlen(place), *file = strrchr(place, '(');
    size_t count = count_characters(place, end), behind;

    if (count <= most) {
        text_add_string(text, place);
        return;
    }
    while (file && file > place && file[-1] == ' ')
        file--;
    behind = file ? count_characters(file, end) : 0;
    if (!file || behind + NAME_LEAST > most) {
        add_ends(place, end, most, text);
        return;
    }
    add_ends(place, file, most - behind, text);
    text_add_string(text, file);
}

void callers_add_short_site(const struct session *session, uint32_t site, size_t most,
                            struct text *text)
{
    struct text place = {0};

    callers_add_site(session, site, &place);
    callers_shorten(text_string(&place), most, text);
    text_finish(&place);
}

void callers_add_time(const struct session *session, uint64_t ticks, struct text *text)
{
    static const struct {
        uint64_t unit;
        const char *name;
    } units[] = {{1000000000, "s"}, {1000000, "ms"}, {1000, "\u00b5s"}};
    uint64_t nanoseconds = (uint64_t)((double)ticks * session->followed->guest->tick_ns);

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (nanoseconds >= units[i].unit) {
            text_add_tenths(text, (double)nanoseconds / (double)units[i].unit);
            text_add(text, " %s", units[i].name);
            return;
        }
    }
    text_add(text, "%" PRIu64 " ns", nanoseconds);
}

void callers_add_lifetime(const struct session *session, const struct caller *caller,
                          struct text *text)
{
    double average = average_lifetime(caller),
           in_ticks = average * session->followed->guest->tick_ns / CALL_TICK_NS;

    if (caller->freed == 0)
        return;
    if (in_ticks * in_ticks * (double)caller->freed < 1)
        text_add(text, "< 1 ms");
    else
        callers_add_time(session, (uint64_t)average, text);
}

/* The next step that is timed, after one, of those that are kept; 0 where there is none. */
static size_t next_timed(const struct origins *origins, size_t number)
{
    size_t gone = origins->rows.gone * PACKED_ROWS;

    number = number < gone ? gone : number;
    do
        number++;
    while (number <= origins->count && !origins_is_timed(origins, number));
    return number <= origins->count ? number : 0;
}

/* When it was, after the first call: just then, or between two moments. */
static void add_moment(const struct session *session, const struct origins *origins, size_t number,
                       struct text *text)
{
    const struct origin origin = origins_at(origins, number);
    size_t next = origin.is_timed ? number : next_timed(origins, number);

    callers_add_time(session, origin.time, text);
    if (next == 0) {
        text_add(text, " or more");
    } else if (next > number) {
        text_add(text, " to ");
        callers_add_time(session, origins_at(origins, next).time, text);
    }
    text_add(text, " after the first call");
}

void callers_add_origin(const struct session *session, size_t step, struct text *text)
{
    const struct origins *origins = find_origins(session);
    struct origin origin;

    if (!origins || step == 0 || step > session->history->steps.traced_count)
        return;
    origin = origins_at(origins, step);
    text_add(text, " Called by ");
    callers_add_site(session, origin.site, text);
    text_add(text, ", in thread %" PRIu32 ", ", origin.thread);
    add_moment(session, origins, step, text);
    text_add(text, ".");
}

void callers_add_maker(const struct session *session, uint64_t at, struct text *text)
{
    const struct picture *picture = &session->mirror->picture;
    const struct block *block = block_table_get(&picture->blocks, at);
    const struct allocation *allocation = block ? picture_allocation(picture, block) : NULL;

    if (allocation)
        callers_add_origin(session, allocation->born, text);
}
