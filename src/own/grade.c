/* grade.c: see grade.h. One examination after the other. */
#include "own/grade.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/tell.h"
#include "own/build.h"
#include "own/grade_options.h"
#include "trace/generate.h"

/* Make the file an allocator that can be examined. */
static bool build(struct grade_request *request, struct own_allocator *own, struct error *error)
{
    struct hand_in_wish wish = {&request->grade.file, 1, request->grade.functions,
                                request->grade.bits};
    bool good = own_build(&wish, own, error);

    fputs(text_string(&own->warnings), stderr);
    if (!good)
        return false;
    request->grade.limits.alignment =
        request->grade.alignment > 0 ? request->grade.alignment : lab_alignment(own->lab);
    request->grade.is_narrow = own->is_narrow;
    request->grade.has_casts = own->has_casts;
    request->lacks_realloc = !own->can_resize && !lab_wants_realloc(own->lab);
    request->grade.limits.frees_by_realloc = lab_frees_by_realloc(own->lab);
    if (own->array.size > 0)
        request->grade.limits.memory = own->array.size;
    else if (!request->has_memory)
        request->grade.limits.memory = lab_memory(own->lab);
    own_install(own);
    own_hand_over(request->grade.limits.memory);
    return true;
}

static bool read_trace(const struct grade *grade, const char *path, struct trace *ret_trace,
                       struct error *error)
{
    return grade->are_made ? trace_generate(path, ret_trace, error)
                           : trace_read(path, grade->lenient, ret_trace, error);
}

/* Whether a trace asks for what the allocator does not have, and need not have. */
static bool is_left_out(struct grade_request *request, const struct trace *trace)
{
    struct text *names = &request->grade.left_out;

    if (!request->lacks_realloc || trace->kind_counts[TRACE_REALLOCATE] == 0)
        return false;
    text_add(names, "%s%s", names->length > 0 ? ", " : "", trace->name);
    return true;
}

/* Examine it on each trace; a trace that cannot be read keeps no other from being graded. */
static int examine_all(struct grade_request *request)
{
    size_t count = request->path_count;
    struct grade *grade = &request->grade;
    int status = GRADE_GOOD;

    grade->traces = memory_create(count, sizeof grade->traces[0]);
    grade->paths = memory_create(count, sizeof grade->paths[0]);
    grade->results = memory_create(count, sizeof grade->results[0]);
    for (size_t i = 0; i < count; i++) {
        struct trace *trace = &grade->traces[grade->count];
        struct examination_result *result = &grade->results[grade->count];
        struct error error = {0};

        if (!read_trace(grade, request->paths[i], trace, &error)) {
            tell(stderr, "heapglass grade: %s", error.text);
            status = GRADE_USAGE;
        } else if (is_left_out(request, trace)) {
            trace_finish(trace);
        } else if (!examination_run(trace, &grade->limits, result, &error)) {
            tell(stderr, "heapglass grade: %s", error.text);
            trace_finish(trace);
            return GRADE_USAGE;
        } else {
            grade->paths[grade->count++] = request->paths[i];
        }
    }
    if (status == GRADE_GOOD && (grade->count == 0 || grade_passed(grade) < grade->count))
        status = GRADE_FAILED;
    return status;
}

static void finish(struct grade *grade)
{
    for (size_t i = 0; i < grade->count; i++) {
        trace_finish(&grade->traces[i]);
        examination_finish(&grade->results[i]);
    }
    free(grade->traces);
    free(grade->paths);
    free(grade->results);
    text_finish(&grade->left_out);
}

int grade_command(int count, char **arguments)
{
    struct grade_request request;
    struct own_allocator own = {.file = -1};
    struct error error = {0};
    int status = grade_options_read(count, arguments, &request);

    if (status != GRADE_GO_ON)
        return status;
    if (build(&request, &own, &error)) {
        status = examine_all(&request);
        if (request.grade.count > 0 || request.grade.left_out.length > 0)
            request.format->report(&request.grade, stdout);
        finish(&request.grade);
    } else {
        tell(stderr, "heapglass grade: %s", error.text);
        text_add(&request.grade.problem, "%s\n%s", error.text, text_string(&own.warnings));
        request.format->report(&request.grade, stdout);
        text_finish(&request.grade.problem);
        status = GRADE_USAGE;
    }
    own_finish(&own);
    return status;
}
