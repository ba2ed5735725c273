/* grade_index.c: what an allocator is worth. See grade.h. */
#include "own/grade.h"

#include <math.h>

#define POINTS 100.0
#define NS_PER_SECOND 1e9

static bool is_passed(const struct grade *grade, size_t number)
{
    return examination_is_passed(&grade->results[number]);
}

size_t grade_passed(const struct grade *grade)
{
    size_t passed = 0;

    for (size_t i = 0; i < grade->count; i++)
        passed += is_passed(grade, i);
    return passed;
}

double grade_utilization(const struct grade *grade, size_t number)
{
    uint64_t peak = grade->results[number].peak_heap;

    return is_passed(grade, number) && peak > 0
               ? (double)grade->traces[number].peak_live / (double)peak
               : 0;
}

double grade_speed(const struct grade *grade, size_t number)
{
    uint64_t nanoseconds = grade->results[number].best_ns;

    return nanoseconds > 0
               ? (double)grade->traces[number].op_count * NS_PER_SECOND / (double)nanoseconds
               : 0;
}

/* Whether a trace that was passed counts for one of the two. */
static bool counts(const struct grade *grade, size_t number, enum trace_worth one, bool of_worth)
{
    enum trace_worth worth = grade->traces[number].worth;

    return is_passed(grade, number) && (!of_worth || worth == TRACE_WORTH_BOTH || worth == one);
}

double grade_mean_utilization(const struct grade *grade, bool of_worth)
{
    double sum = 0;
    size_t count = 0;

    for (size_t i = 0; i < grade->count; i++) {
        if (!counts(grade, i, TRACE_WORTH_SPACE, of_worth))
            continue;
        sum += grade_utilization(grade, i);
        count++;
    }
    return count > 0 ? sum / (double)count : 0;
}

double grade_mean_speed(const struct grade *grade, enum grade_mean mean, bool of_worth)
{
    double operations = 0, seconds = 0, each = 0, logarithms = 0, count = 0;

    for (size_t i = 0; i < grade->count; i++) {
        double speed = grade_speed(grade, i), size = (double)grade->traces[i].op_count;

        if (!counts(grade, i, TRACE_WORTH_SPEED, of_worth))
            continue;
        if (speed <= 0)
            return 0;
        operations += size;
        seconds += size / speed;
        each += 1 / speed;
        logarithms += log(speed);
        count++;
    }
    if (count == 0)
        return 0;
    switch (mean) {
    case GRADE_MEAN_total: return operations / seconds;
    case GRADE_MEAN_harmonic: return count / each;
    case GRADE_MEAN_geometric: return exp(logarithms / count);
    }
    return 0;
}

/* How much of the way from `least` to `most`. */
static double part(double value, double least, double most)
{
    double way = (value - least) / (most - least);

    return way < 0 ? 0 : way > 1 ? 1 : way;
}

double grade_index(const struct grade *grade, unsigned formula, double *ret_for_utilization)
{
    const struct grade_rules *rules = &grade->rules;
    double utilization = grade_mean_utilization(grade, formula != 2002), speed;

    *ret_for_utilization = 0;
    if (grade->count == 0 || grade_passed(grade) < grade->count)
        return 0;
    if (formula == 2002) {
        speed = part(grade_mean_speed(grade, GRADE_MEAN_total, false), 0, rules->library_speed);
    } else {
        utilization = part(utilization, rules->least_utilization, rules->most_utilization);
        speed =
            part(grade_mean_speed(grade, rules->mean, true), rules->least_speed, rules->most_speed);
    }
    *ret_for_utilization = POINTS * rules->utilization_weight * utilization;
    return *ret_for_utilization + POINTS * (1 - rules->utilization_weight) * speed;
}
