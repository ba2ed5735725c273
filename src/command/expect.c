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

/* How one number compares with another. */
enum { BELOW = 1, SAME = 2, ABOVE = 4 };

/* How numbers compare that stand in a relation. */
static bool relation_read(const char *relation, unsigned *ret_wanted, struct error *error)
{
    static const struct {
        const char *relation;
        unsigned wanted;
    } relations[] = {
        {"=", SAME},          {"!=", BELOW | ABOVE}, {"<", BELOW},
        {"<=", BELOW | SAME}, {">", ABOVE},          {">=", ABOVE | SAME},
    };

    for (size_t i = 0; i < sizeof relations / sizeof relations[0]; i++) {
        if (strcmp(relations[i].relation, relation) == 0) {
            *ret_wanted = relations[i].wanted;
            return true;
        }
    }
    return error_set(error, "'%s' is no relation; relations are = != < <= > >=", relation);
}

bool expect_relation_is(const char *relation, struct error *error)
{
    unsigned ignored;

    return relation_read(relation, &ignored, error);
}

static unsigned compare_numbers(uint64_t left, uint64_t right)
{
    return left < right ? BELOW : left == right ? SAME : ABOVE;
}

/* To a tenth of a percent. */
static unsigned compare_percents(double left, double right)
{
    return fabs(left - right) <= 0.05 ? SAME : left < right ? BELOW : ABOVE;
}

bool expect_number_holds(const char *subject, uint64_t found, const char *relation,
                         const char *value, struct error *error)
{
    char number[SIZE_TEXT_MAX];
    uint64_t expected;
    unsigned wanted = 0;

    if (!size_parse(value, &expected, error) || !relation_read(relation, &wanted, error))
        return false;
    snprintf(number, sizeof number, "%" PRIu64, found);
    return compare_numbers(found, expected) & wanted ||
           error_set_claim(error, number, "%s %s %s", subject, relation, value);
}

/* ---- Measures and ratios ---- */

static bool percent_parse(const char *text, double *ret_percent, struct error *error)
{
    char *end;

    *ret_percent = strtod(text, &end);
    return (end != text && strcmp(end, "%") == 0 && isfinite(*ret_percent)) ||
           error_set(error, "'%s' is no percentage, such as 50%%", text);
}

bool expectation_read(const char *subject, const char *relation, const char *value,
                      struct expectation *ret_expectation, struct error *error)
{
    const struct measure *measure = measure_find(subject);

    *ret_expectation = (struct expectation){.measure = measure, .ratio = find_ratio(subject)};
    if (!measure && ret_expectation->ratio == RATIOS)
        return error_set(error, "'%s' is no measure", subject);
    return (measure ? size_parse(value, &ret_expectation->number, error)
                    : percent_parse(value, &ret_expectation->percent, error)) &&
           relation_read(relation, &ret_expectation->wanted, error);
}

/* How what is found compares; 0 where that is not known. */
static unsigned compare_found(const struct expectation *expectation, const struct metrics *metrics)
{
    const struct measure *measure = expectation->measure;
    double ratio;

    if (measure)
        return measure_is_known(measure, metrics)
                   ? compare_numbers(measure_value(measure, metrics), expectation->number)
                   : 0;
    ratio = ratio_value(expectation->ratio, metrics);
    return isnan(ratio) ? 0 : compare_percents(ratio * 100, expectation->percent);
}

bool expectation_holds(const struct expectation *expectation, const struct metrics *metrics)
{
    return compare_found(expectation, metrics) & expectation->wanted;
}

bool expectation_is_of_kept(const struct expectation *expectation)
{
    return expectation->measure ? measure_is_kept(expectation->measure)
                                : ratio_is_kept(expectation->ratio);
}

/* Whether it holds, or what is so instead. */
static bool expect_measured(const struct metrics *metrics, const char *subject,
                            const char *relation, const char *value, struct error *error)
{
    struct expectation expectation;
    char found[SIZE_TEXT_MAX];

    if (!expectation_read(subject, relation, value, &expectation, error))
        return false;
    if (compare_found(&expectation, metrics) == 0)
        return error_set(error, "%s is not known: this heap does not tell it", subject);
    if (expectation_holds(&expectation, metrics))
        return true;
    if (expectation.measure)
        snprintf(found, sizeof found, "%" PRIu64, measure_value(expectation.measure, metrics));
    else
        snprintf(found, sizeof found, "%.1f%%", ratio_value(expectation.ratio, metrics) * 100);
    return error_set_claim(error, found, "%s %s %s", subject, relation, value);
}

/* ---- Others ---- */

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
    unsigned is, wanted = 0;
    uint32_t slot;
    uint64_t at;
    bool equal;

    if (is_state(value, variable, &equal)) {
        is = equal ? SAME : ABOVE;
    } else if (session_variable(session, value, &slot, &other, NULL)) {
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
    if (!relation_read(relation, &wanted, error))
        return false;
    if (is & wanted)
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
    struct variable variable;
    uint32_t slot;

    if (measure_find(subject) || find_ratio(subject) < RATIOS)
        return expect_measured(metrics, subject, relation, value, error);
    if (strcmp(subject, resident) == 0)
        return expect_resident(session, relation, value, error);
    if (!session_variable(session, subject, &slot, &variable, error))
        return false;
    return expect_variable(session, subject, &variable, relation, value, error);
}
