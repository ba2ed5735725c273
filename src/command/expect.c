/* expect.c: see expect.h. */
#include "command/expect.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"

/* What can be looked at: a number of bytes or blocks, or a ratio. */
struct subject {
    const char *name;
    size_t offset; /* of the number in struct metrics */
    double (*ratio)(const struct metrics *metrics);
};

static const struct subject subjects[] = {
    {"heap", offsetof(struct metrics, heap_size), NULL},
    {"requested", offsetof(struct metrics, requested), NULL},
    {"used", offsetof(struct metrics, used), NULL},
    {"padding", offsetof(struct metrics, padding), NULL},
    {"free", offsetof(struct metrics, free), NULL},
    {"largest", offsetof(struct metrics, largest_free), NULL},
    {"used-blocks", offsetof(struct metrics, used_blocks), NULL},
    {"free-blocks", offsetof(struct metrics, free_blocks), NULL},
    {"external", 0, metrics_external_ratio},
    {"internal", 0, metrics_internal_ratio},
    {"overhead", 0, metrics_overhead_ratio},
    {"utilization", 0, metrics_utilization_ratio},
};

enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

const char *expect_subject(unsigned index)
{
    return index < SUBJECTS ? subjects[index].name : NULL;
}

static const struct subject *find_subject(const char *name)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (strcmp(subjects[i].name, name) == 0)
            return &subjects[i];
    }
    return NULL;
}

/* Whether "is" (below 0, 0 or above 0, as in comparing) is what the relation wants. */
static bool relation_holds(const char *relation, int is, bool *ret_holds)
{
    static const struct {
        const char *relation;
        bool below, same, above;
    } relations[] = {
        {"=", false, true, false},  {"!=", true, false, true}, {"<", true, false, false},
        {"<=", true, true, false},  {">", false, false, true}, {">=", false, true, true},
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

static bool expect_number(const struct subject *subject, uint64_t actual, const char *relation,
                          const char *value, struct error *error)
{
    uint64_t expected;
    bool holds;

    if (!size_parse(value, &expected, error))
        return false;
    if (!relation_holds(relation, (actual > expected) - (actual < expected), &holds))
        return bad_relation(relation, error);
    return holds || error_set(error, "%s is %" PRIu64 ", not %s %" PRIu64, subject->name, actual,
                              relation, expected);
}

static bool expect_ratio(const struct subject *subject, double ratio, const char *relation,
                         const char *value, struct error *error)
{
    double actual = ratio * 100, expected;
    bool holds;
    char *end;
    int is;

    expected = strtod(value, &end);
    if (end == value || strcmp(end, "%") != 0)
        return error_set(error, "'%s' is no percentage, such as 50%%", value);
    is = fabs(actual - expected) <= 0.05 ? 0 : actual < expected ? -1 : 1;
    if (!relation_holds(relation, is, &holds))
        return bad_relation(relation, error);
    return holds || error_set(error, "%s is %.1f%%, not %s %s", subject->name, actual, relation,
                              value);
}

static const char *state_of(const struct session *session, const struct variable *variable)
{
    if (variable->payload == EXCHANGE_NULL)
        return "NULL";
    if (variable->freed_in)
        return "freed";
    return variable_is_live(session->mirror, variable) ? "live" : "dangling";
}

static bool is_state(const char *text)
{
    static const char *const states[] = {"NULL", "freed", "live", "dangling"};

    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(states[i], text) == 0)
            return true;
    }
    return false;
}

static bool expect_variable(const struct session *session, const char *name,
                            const struct variable *variable, const char *relation,
                            const char *value, struct error *error)
{
    const char *state = state_of(session, variable);
    struct variable other;
    bool equal, holds;
    uint32_t slot;
    uint64_t at;

    if (is_state(value)) {
        equal = strcmp(state, value) == 0;
    } else if (session_variable(session, value, &slot, &other, error)) {
        equal = variable->payload == other.payload;
    } else {
        if (!size_parse(value[0] == '+' ? value + 1 : value, &at, error))
            return error_set(error, "'%s' is neither NULL, live, freed, a variable nor an offset",
                             value);
        equal = variable->payload == at;
    }
    if (!relation_holds(relation, !equal, &holds))
        return bad_relation(relation, error);
    if (holds)
        return true;
    error_set(error, "%s is %s", name, state);
    if (variable->payload != EXCHANGE_NULL)
        error_append(error, ", at +0x%04" PRIx64, variable->payload);
    return error_append(error, ", not %s %s", relation, value);
}

bool expect_holds(const struct session *session, const char *subject, const char *relation,
                  const char *value, struct error *error)
{
    const struct metrics *metrics = &session->mirror->metrics;
    const struct subject *found = find_subject(subject);
    struct variable variable;
    uint32_t slot;

    if (found && found->ratio)
        return expect_ratio(found, found->ratio(metrics), relation, value, error);
    if (found)
        return expect_number(found, *(const uint64_t *)((const void *)((const char *)metrics +
                                                                       found->offset)),
                             relation, value, error);
    if (!session_variable(session, subject, &slot, &variable, error))
        return false;
    return expect_variable(session, subject, &variable, relation, value, error);
}
