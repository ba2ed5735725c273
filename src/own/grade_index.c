/* grade_index.c: what an allocator is worth. See grade.h. */
#include "own/grade.h"

#define UTILIZATION_WEIGHT 60.0
#define SPEED_WEIGHT 40.0
#define LIBRARY_SPEED 600e3 /* of the C library's malloc, as it was reckoned in 2002 */
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

double grade_mean_utilization(const struct grade *grade)
{
    double sum = 0;

    for (size_t i = 0; i < grade->count; i++)
        sum += grade_utilization(grade, i);
    return grade->count > 0 ? sum / (double)grade->count : 0;
}

double grade_speed(const struct grade *grade, size_t number)
{
    uint64_t nanoseconds = grade->results[number].best_ns;

    return nanoseconds > 0
               ? (double)grade->traces[number].op_count * NS_PER_SECOND / (double)nanoseconds
               : 0;
}

double grade_total_speed(const struct grade *grade)
{
    double operations = 0, nanoseconds = 0;

    for (size_t i = 0; i < grade->count; i++) {
        if (grade->results[i].best_ns == 0)
            continue;
        operations += (double)grade->traces[i].op_count;
        nanoseconds += (double)grade->results[i].best_ns;
    }
    return nanoseconds > 0 ? operations * NS_PER_SECOND / nanoseconds : 0;
}

double grade_harmonic_speed(const struct grade *grade)
{
    double sum = 0;

    for (size_t i = 0; i < grade->count; i++) {
        if (grade_speed(grade, i) <= 0)
            return 0;
        sum += 1 / grade_speed(grade, i);
    }
    return sum > 0 ? (double)grade->count / sum : 0;
}

/* How much of the way from `least` to `most`. */
static double part(double value, double least, double most)
{
    double way = (value - least) / (most - least);

    return way < 0 ? 0 : way > 1 ? 1 : way;
}

double grade_index(const struct grade *grade, unsigned formula, double *ret_for_utilization)
{
    const struct grade_bounds *bounds = &grade->bounds;
    double utilization = grade_mean_utilization(grade), speed;

    *ret_for_utilization = 0;
    if (grade->count == 0 || grade_passed(grade) < grade->count)
        return 0;
    if (formula == 2002) {
        speed = part(grade_total_speed(grade), 0, LIBRARY_SPEED);
    } else {
        utilization = part(utilization, bounds->least_utilization, bounds->most_utilization);
        speed = part(grade_harmonic_speed(grade), bounds->least_speed, bounds->most_speed);
    }
    *ret_for_utilization = UTILIZATION_WEIGHT * utilization;
    return UTILIZATION_WEIGHT * utilization + SPEED_WEIGHT * speed;
}
