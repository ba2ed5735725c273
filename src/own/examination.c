/* examination.c: see examination.h. */
#include "own/examination.h"

#include "own/audit.h"
#include "own/run.h"

/* Find out in which step it ended that was measured: while it is, none is written down. So all is
 * done once more as it was.
 *   mode  of the run that ended so */
static bool retrace(const struct trace *trace, const struct examination_limits *limits,
                    enum sheet_mode mode, struct examination_result *result, struct error *error)
{
    struct examination_result again = {0};
    struct run run;
    bool good;

    if (result->run == 0 || result->end == EXAMINATION_DONE || result->end == EXAMINATION_REFUSED)
        return true;
    good = run_open(trace, limits, mode, &run, error);
    if (good) {
        run.sheet->retraced = result->run;
        good = run_through(&run, &again, error);
    }
    if (good) {
        run_take_sheet(&run, &again);
        result->is_lost =
            again.run != result->run || again.end != result->end || again.number != result->number;
        result->step = result->is_lost ? 0 : again.step;
    }
    run_close(&run);
    examination_finish(&again);
    return good;
}

static bool check(const struct trace *trace, const struct examination_limits *limits,
                  struct examination_result *result, struct error *error)
{
    struct run run;
    bool good =
        run_open(trace, limits, SHEET_CHECK, &run, error) && run_through(&run, result, error);

    if (good)
        run_take_sheet(&run, result);
    run_close(&run);
    return good && retrace(trace, limits, SHEET_CHECK, result, error);
}

/* Find out which step it was that did the damage. */
static bool locate(const struct trace *trace, const struct examination_limits *limits,
                   struct fault *fault, struct error *error)
{
    struct examination_result again = {0};
    struct run run;
    bool good = run_open(trace, limits, SHEET_LOCATE, &run, error);

    if (good) {
        run.sheet->watched = fault->id;
        run.sheet->watched_from = fault->other_step;
        good = run_through(&run, &again, error);
    }
    if (good && again.end == EXAMINATION_DONE && run.sheet->fault_count > 0 &&
        run.sheet->step <= fault->step)
        fault->since = run.sheet->step;
    run_close(&run);
    return good;
}

static bool measure(const struct trace *trace, const struct examination_limits *limits,
                    struct examination_result *result, struct error *error)
{
    struct run run;
    bool good =
        run_open(trace, limits, SHEET_TIME, &run, error) && run_through(&run, result, error);

    if (good && result->end == EXAMINATION_DONE) {
        result->best_ns = run.sheet->best_ns;
    } else if (good) {
        run_take_sheet(&run, result);
        result->is_fresh = true;
        good = retrace(trace, limits, SHEET_TIME, result, error);
    }
    run_close(&run);
    return good;
}

/* Whether a fault is one that there can be. */
static bool makes_sense(const struct fault *fault, const struct trace *trace)
{
    return fault->kind < FAULT_KINDS && fault->id < trace->id_count &&
           fault->other < trace->id_count && fault->step > 0 && fault->step <= trace->op_count;
}

bool examination_run(const struct trace *trace, const struct examination_limits *limits,
                     struct examination_result *ret_result, struct error *error)
{
    struct examination_result result = {0};
    bool good = check(trace, limits, &result, error);
    size_t kept = 0;

    for (size_t i = 0; i < result.listed; i++) {
        if (makes_sense(&result.faults[i], trace))
            result.faults[kept++] = result.faults[i];
    }
    result.listed = kept;
    if (kept == 0 || result.fault_count < kept)
        result.fault_count = kept;
    for (size_t i = 0; good && i < kept; i++) {
        if (result.faults[i].kind == FAULT_DAMAGED && result.faults[i].round == SHEET_FIRST)
            good = locate(trace, limits, &result.faults[i], error);
    }
    if (good && result.best_ns == 0 && examination_is_passed(&result))
        good = measure(trace, limits, &result, error);
    if (good && !limits->is_believed && examination_is_passed(&result)) {
        result.audited = AUDIT_ELSEWHERE;
        good = result.peak_heap == 0 || result.is_apart || audit(trace, limits, &result, error);
    }
    if (good)
        *ret_result = result;
    else
        examination_finish(&result);
    return good;
}

void examination_finish(struct examination_result *result)
{
    text_finish(&result->problem);
    text_finish(&result->said);
}

bool examination_is_passed(const struct examination_result *result)
{
    return result->end == EXAMINATION_DONE && result->fault_count == 0;
}
