/* expect.c: see expect.h. */
#include "command/expect.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

/* What is no measure of the steps: it is read when it is asked for. */
static const char resident[] = "resident";

const char *expect_subject(unsigned index)
{
    unsigned measures = 0;

    while (measure_at(measures))
        measures++;
    if (index < measures)
        return measure_at(index)->name;
    if (index - measures < RATIOS)
        return ratio_at(index - measures)->name;
    return index - measures == RATIOS ? resident : NULL;
}

bool expect_asks(const char *subject)
{
    return strcmp(subject, resident) == 0;
}

/* The number of a ratio; RATIOS if there is none of this name. */
static unsigned find_ratio(const char *name)
{
    unsigned number = 0;

    while (number < RATIOS && strcmp(ratio_at(number)->name, name) != 0)
        number++;
    return number;
}

/* Whether "is" (below 0, 0 or above 0, as in comparing) is what the relation wants. */
static bool relation_holds(const char *relation, int is, bool *ret_holds)
{
    static const struct {
        const char *relation;
        bool below, same, above;
    } relations[] = {
        {"=", false, true, false}, {"!=", true, false, true}, {"<", true, false, false},
        {"<=", true, true, false}, {">", false, false, true}, {">=", false, true, true},
    };

    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++) {
        if (strcmp(relations[i].relation, relation) == 0) {
            *ret_holds = is < 0    ? relations[i].below
                         : is == 0 ? relations[i].same
                                   : relations[i].above;
            return true;
        }
    }
    return false;
}

static bool bad_relation(const char *relation, struct error *error)
{
    return error_set(error, "'%s' is no relation; relations are = != < <= > >=", relation);
}

bool expect_relation_is(const char *relation, struct error *error)
{
    bool ignored;

    return relation_holds(relation, 0, &ignored) || bad_relation(relation, error);
}

static int compare_numbers(uint64_t left, uint64_t right)
{
    return (left > right) - (left < right);
}

bool expect_number_holds(const char *subject, uint64_t found, const char *relation,
                         const char *value, struct error *error)
{
    char number[SIZE_TEXT_MAX];
    uint64_t expected;
    bool holds;

    if (!size_parse(value, &expected, error))
        return false;
    if (!relation_holds(relation, compare_numbers(found, expected), &holds))
        return bad_relation(relation, error);
    snprintf(number, sizeof number, "%" PRIu64, found);
    return holds || error_set_claim(error, number, "%s %s %s", subject, relation, value);
}

static bool expect_ratio(const char *subject, double ratio, const char *relation, const char *value,
                         struct error *error)
{
    double actual = ratio * 100, expected;
    char found[SIZE_TEXT_MAX];
    bool holds;
    char *end;
    int is;

    expected = strtod(value, &end);
    if (end == value || strcmp(end, "%") != 0 || !isfinite(expected))
        return error_set(error, "'%s' is no percentage, such as 50%%", value);
    if (isnan(actual))
        return error_set(error, "%s is not known: this heap does not tell it", subject);
    is = fabs(actual - expected) <= 0.05 ? 0 : actual < expected ? -1 : 1;
    if (!relation_holds(relation, is, &holds))
        return bad_relation(relation, error);
    snprintf(found, sizeof found, "%.1f%%", actual);
    return holds || error_set_claim(error, found, "%s %s %s", subject, relation, value);
}

static bool expect_resident(struct session *session, const char *relation, const char *value,
                            struct error *error)
{
    struct pages pages = {0};
    bool holds = session_read_pages(session, &pages, error) &&
                 expect_number_holds(resident, pages_resident(&pages), relation, value, error);

    pages_finish(&pages);
    return holds;
}

static const char *state_of(const struct variable *variable)
{
    switch (variable_state(variable)) {
    case VARIABLE_NULL: return "NULL";
    case VARIABLE_LIVE:
    case VARIABLE_INTERIOR: return "live";
    case VARIABLE_STACK: return "stack";
    case VARIABLE_DANGLING: return "freed";
    case VARIABLE_WILD: return "wild";
    case VARIABLE_DATA: break;
    }
    return "data";
}

/* Whether `text` is a state of variables, and whether this one is in it. What was freed, or popped
 * with its frame, is dangling as well; so is what is wild. */
static bool is_state(const char *text, const struct variable *variable, bool *ret_in_it)
{
    enum variable_state state = variable_state(variable);
    const struct {
        const char *name;
        bool holds;
    } states[] = {
        {"NULL", state == VARIABLE_NULL},
        {"live", variable_is_live(variable)},
        {"freed", state == VARIABLE_DANGLING},
        {"dangling", state == VARIABLE_DANGLING || state == VARIABLE_WILD},
        {"stack", state == VARIABLE_STACK},
        {"wild", state == VARIABLE_WILD},
        {"data", state == VARIABLE_DATA},
    };

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(states[i].name, text) == 0) {
            *ret_in_it = states[i].holds;
            return true;
        }
    }
    return false;
}

static bool expect_variable(const struct session *session, const char *name,
                            const struct variable *variable, const char *relation,
                            const char *value, struct error *error)
{
    const char *state = state_of(variable);
    char found[64];
    struct variable other;
    bool equal, holds;
    uint32_t slot;
    uint64_t at;
    int is; /* below, at or above what is expected */

    if (is_state(value, variable, &equal)) {
        is = !equal;
    } else if (session_variable(session, value, &slot, &other, error)) {
        is = compare_numbers(variable->payload, other.payload);
    } else {
        if (!size_parse(value[0] == '+' ? value + 1 : value, &at, error))
            return error_set(
                error,
                "'%s' is neither NULL, live, freed, dangling, stack, wild, data, a variable nor an "
                "offset",
                value);
        is = compare_numbers(variable->payload, at);
    }
    if (!relation_holds(relation, is, &holds))
        return bad_relation(relation, error);
    if (holds)
        return true;
    snprintf(found, sizeof found, "%s", state);
    if (variable->payload != OFFSET_NULL)
        snprintf(found, sizeof found, "%s, at +0x%04" PRIx64, state, variable->payload);
    return error_set_claim(error, found, "%s %s %s", name, relation, value);
}

bool expect_holds(struct session *session, const char *subject, const char *relation,
                  const char *value, struct error *error)
{
    const struct metrics *metrics = &session->mirror->picture.metrics;
    const struct measure *measure = measure_find(subject);
    unsigned ratio = find_ratio(subject);
    struct variable variable;
    uint32_t slot;

    if (measure && !measure_is_known(measure, metrics))
        return error_set(error, "%s is not known: this heap does not tell it", subject);
    if (measure)
        return expect_number_holds(subject, measure_value(measure, metrics), relation, value,
                                   error);
    if (strcmp(subject, resident) == 0)
        return expect_resident(session, relation, value, error);
    if (ratio < RATIOS)
        return expect_ratio(subject, ratio_value(ratio, metrics), relation, value, error);
    if (!session_variable(session, subject, &slot, &variable, error))
        return false;
    return expect_variable(session, subject, &variable, relation, value, error);
}
