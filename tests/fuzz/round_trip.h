/* round_trip.h: what holds of every trace, whichever file it came from, and of every refusal. */
#ifndef TESTS_ROUND_TRIP_H
#define TESTS_ROUND_TRIP_H

#include <stdlib.h>
#include <string.h>

#include "trace/trace.h"

static inline void require(bool condition)
{
    if (!condition)
        abort();
}

/* What is wrong is told with the file's name, and where it is; what is wrong with all of a file is
 * in no column. */
static inline void check_error(const struct error *error)
{
    require(strncmp(error->text, "fuzz:", 5) == 0);
    require(error->column > 0 || strncmp(error->text, "fuzz: it ", 9) == 0);
}

/* It reads back as it was written. */
static inline void check_round_trip(const struct trace *trace)
{
    char *written = NULL;
    size_t size = 0;
    FILE *output = open_memstream(&written, &size);
    struct trace again;
    struct error error;

    require(output && trace_write(trace, output, &error));
    fclose(output);
    require(trace_parse("again", written, size, false, &again, &error));
    require(again.op_count == trace->op_count && again.live == trace->live &&
            again.peak_live == trace->peak_live);
    require(trace->op_count == 0 ||
            memcmp(again.ops, trace->ops, trace->op_count * sizeof trace->ops[0]) == 0);
    trace_finish(&again);
    free(written);
}

#endif
