/* fuzz_rep.c: any bytes whatever, as a .rep file: they are refused with a line, or they make a
 * trace that holds what trace.h says and that reads back after it was written. */
#include "fuzz/round_trip.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The live bytes, counted again from the operations. */
static void check_totals(const struct trace *trace)
{
    uint64_t *sizes = calloc(trace->id_count + (size_t)1, sizeof *sizes), live = 0, peak = 0;

    require(sizes != NULL);
    for (size_t i = 0; i < trace->op_count; i++) {
        const struct trace_op *op = &trace->ops[i];

        if (op->id == TRACE_NULL_ID)
            continue;
        require(op->id < trace->id_count && op->size <= TRACE_SIZE_MAX);
        live += op->size - sizes[op->id];
        sizes[op->id] = op->size;
        peak = live > peak ? live : peak;
    }
    require(live == trace->live && peak == trace->peak_live);
    free(sizes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    for (int lenient = 0; lenient < 2; lenient++) {
        struct trace trace;
        struct error error = {0};

        if (!trace_parse("fuzz", (const char *)bytes, size, lenient, &trace, &error)) {
            check_error(&error);
            continue;
        }
        check_totals(&trace);
        check_round_trip(&trace);
        trace_finish(&trace);
    }
    return 0;
}
