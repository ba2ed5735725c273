/* rep_write.c: .rep files, written. */
#include <errno.h>
#include <inttypes.h>

#include "trace/format.h"

static void write_op(const struct trace_op *op, FILE *output)
{
    static const char letters[TRACE_KINDS] = {'a', 'r', 'f'};

    if (op->kind != TRACE_FREE)
        fprintf(output, "%c %" PRIu32 " %" PRIu64 "\n", letters[op->kind], op->id, op->size);
    else if (op->id == TRACE_NULL_ID)
        fputs("f -1\n", output);
    else
        fprintf(output, "f %" PRIu32 "\n", op->id);
}

void rep_write(const struct trace *trace, FILE *output)
{
    fprintf(output, "%d\n%" PRIu32 "\n%zu\n%" PRIu64 "\n", (int)trace->worth, trace->id_count,
            trace->op_count, trace->peak_live);
    for (size_t i = 0; i < trace->op_count && !ferror(output); i++)
        write_op(&trace->ops[i], output);
}

bool trace_write(const struct trace *trace, FILE *output, struct error *error)
{
    errno = 0;
    rep_write(trace, output);
    if (fflush(output) != 0 || ferror(output))
        return error_set_errno(error, "%s cannot be written", trace->name);
    return true;
}

bool trace_write_file(const struct trace *trace, const char *path, struct error *error)
{
    FILE *output = fopen(path, "we");
    bool good;

    if (!output)
        return error_set_errno(error, "%s", path);
    good = trace_write(trace, output, error) || error_set_errno(error, "%s", path);
    if (fclose(output) != 0 && good)
        good = error_set_errno(error, "%s", path);
    return good;
}
