/* grade_report.c: see grade_report.h. */
#include "own/grade_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"
#include "own/build.h"
#include "own/fault.h"
#include "tally/tally.h"
#include "target/said.h"

static bool is_passed(const struct grade *grade, size_t number)
{
    return examination_is_passed(&grade->results[number]);
}

/* ---- What was found ---- */

/* Append a word as a shell takes it, if it can be shown at all. */
static void add_word(const char *word, struct text *text)
{
    bool is_plain = word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789_-+=./,:@%")] == '\0';

    text_add_string(text, is_plain ? " " : " '");
    utf8_add_visible_line(text, word);
    text_add_string(text, is_plain ? "" : "'");
}

/* Append the path of a trace, or of where one that is made is written to. */
static void add_path(const struct grade *grade, size_t number, struct text *text)
{
    add_word(grade->paths[number], text);
    text_add_string(text, grade->are_made ? ".rep" : "");
}

/* Append the command that shows the heap after a step of a trace, a row of operations. An operation
 * that frees NULL is no step of a session.
 *   is_anew  of the heap that began anew behind the trace */
static void add_command(const struct grade *grade, size_t number, uint64_t operation, bool is_anew,
                        struct text *text)
{
    const struct trace *trace = &grade->traces[number];
    uint64_t step = operation;

    for (uint64_t i = 0; i < operation; i++)
        step -= trace->ops[i].id == TRACE_NULL_ID;
    if (grade->are_made)
        text_add(text, "heapglass trace generate %s -o %s.rep && ", trace->name, trace->name);
    text_add_string(text, "heapglass --allocator");
    add_word(grade->file, text);
    if (grade->functions) {
        text_add_string(text, " --functions");
        add_word(grade->functions, text);
    }
    if (grade->bits > 0)
        text_add(text, " --bits %" PRIu64, grade->bits);
    if (grade->alignment > 0)
        text_add(text, " --align %" PRIu64, grade->alignment);
    if (is_anew) {
        text_add_string(text, " --again");
        add_path(grade, number, text);
    }
    add_path(grade, number, text);
    text_add(text, "%s -e 'goto %" PRIu64 "'\n", grade->lenient ? " --lenient" : "", step);
}

/* Append the lines on what a trace found, each behind `before`, and how to look at it. */
static void add_faults(const struct grade *grade, size_t number, const char *before,
                       struct text *text)
{
    const struct examination_result *result = &grade->results[number];

    for (size_t i = 0; i < fault_count(result); i++) {
        bool is_end = result->end != EXAMINATION_DONE && i + 1 == fault_count(result);
        bool is_anew;
        uint64_t step;

        text_add_string(text, before);
        fault_add(result, &grade->traces[number], i, &grade->limits, text, &step, &is_anew);
        text_add_string(text, "\n");
        if (step == 0)
            continue;
        text_add_string(text, before);
        add_command(grade, number, step - is_end, is_anew,
                    text); /* where it ended, what was before is left */
    }
}

/* "600 Kops" */
static void add_kops(double speed, struct text *text)
{
    text_add(text, "%.0f Kops", speed / 1000);
}

/* "index of 2002: 84 = 44 for utilization + 40 for speed", and what was reckoned with. */
static void add_index(const struct grade *grade, unsigned formula, struct text *text)
{
    static const char *const means[] = {
#define X(name) #name,
        GRADE_MEANS(X)
#undef X
    };
    const struct grade_rules *rules = &grade->rules;
    double of_utilization, index = grade_index(grade, formula, &of_utilization);

    if (grade->count == 0 || grade_passed(grade) < grade->count) {
        text_add(text, "index of %u: 0, as %s\n", formula,
                 grade->count == 0 ? "there was nothing to grade it on"
                                   : "not all traces were passed");
        return;
    }
    text_add(text, "index of %u: %.0f = %.0f for utilization + %.0f for speed", formula, index,
             of_utilization, index - of_utilization);
    if (formula == 2002) {
        text_add(text, "; all %.0f from ", 100 - 100 * rules->utilization_weight);
        add_kops(rules->library_speed, text);
    } else {
        text_add(text, "; %.1f%% from %.0f%% to %.0f%%, ",
                 grade_mean_utilization(grade, true) * 100, rules->least_utilization * 100,
                 rules->most_utilization * 100);
        add_kops(grade_mean_speed(grade, rules->mean, true), text);
        text_add(text, " (%s) from %.0f to ", means[rules->mean], rules->least_speed / 1000);
        add_kops(rules->most_speed, text);
    }
    text_add_string(text, formula == 2002 ? " on\n" : "\n");
}

/* Why a trace that was passed was not audited; "" where that needs no word. */
static const char *unaudited(const struct grade *grade, size_t number)
{
    static const char *const why[] = {
        [AUDIT_NOT_WANTED] = "",
        [AUDIT_DONE] = "",
        [AUDIT_ELSEWHERE] = "not audited: its payloads do not lie on the break",
        [AUDIT_DENIED] = "not audited: the system keeps one process from another's memory",
    };

    return is_passed(grade, number) ? why[grade->results[number].audited] : "";
}

/* Append the line on what it was not examined on, if there is such. */
static void add_left_out(const struct grade *grade, struct text *text)
{
    if (grade->left_out.length == 0)
        return;
    text_add_string(text, "left out, as there is no realloc: ");
    utf8_add_visible_line(text, text_string(&grade->left_out));
    text_add_string(text, "\n");
}

/* Append what it printed on a trace that it passed. */
static void add_printed(const struct grade *grade, size_t number, struct text *text)
{
    const struct examination_result *result = &grade->results[number];

    text_add_string(text, "it ");
    said_add(text, result->said.data, result->said.length);
}

/* Whether it printed something on a trace that it passed. */
static bool has_printed(const struct grade *grade, size_t number)
{
    return is_passed(grade, number) && grade->results[number].said.length > 0;
}

/* Append a line on what it printed where it passed, if it did: on the first such trace. */
static void add_all_printed(const struct grade *grade, struct text *text)
{
    size_t count = 0, first = 0;

    for (size_t i = grade->count; i-- > 0;) {
        count += has_printed(grade, i);
        first = has_printed(grade, i) ? i : first;
    }
    if (count == 0)
        return;
    utf8_add_visible_line(text, grade->traces[first].name);
    text_add_string(text, ": ");
    add_printed(grade, first, text);
    if (count > 1)
        text_add(text, "; so it did on %zu more", count - 1);
    text_add_string(text, "; the time that takes is in its speed\n");
}

/* ---- Text ---- */

static void add_row(const struct grade *grade, size_t number, struct text *text)
{
    static const char *const worths[] = {
        [TRACE_WORTH_NONE] = "  not counted in 2016",
        [TRACE_WORTH_BOTH] = "",
        [TRACE_WORTH_SPACE] = "  util alone in 2016",
        [TRACE_WORTH_SPEED] = "  Kops alone in 2016",
    };
    const struct trace *trace = &grade->traces[number];
    double utilization = grade_utilization(grade, number);

    utf8_add_visible_line(text, trace->name);
    for (size_t width = strlen(trace->name); width < 16; width++)
        text_add_string(text, " ");
    if (!is_passed(grade, number))
        text_add(text, "  no         -          -");
    else if (utilization > 0)
        text_add(text, "  yes   %6.1f  %9.0f", utilization * 100,
                 grade_speed(grade, number) / 1000);
    else
        text_add(text, "  yes        ?  %9.0f", grade_speed(grade, number) / 1000);
    text_add(text, "  %10zu%s", trace->op_count, worths[trace->worth]);
    text_add(text, "%s%s\n", *unaudited(grade, number) ? "  " : "", unaudited(grade, number));
}

/* Whether it ended before a trace had begun, so that the trace has no part in it. */
static bool is_before_all(const struct grade *grade, size_t number)
{
    const struct examination_result *result = &grade->results[number];

    return result->round <= SHEET_FIRST && result->step == 0 && result->end != EXAMINATION_DONE &&
           result->fault_count == 0;
}

/* Whether the same is to be told of two traces. */
static bool is_alike(const struct grade *grade, size_t a, size_t b)
{
    const struct examination_result *one = &grade->results[a], *other = &grade->results[b];

    return is_before_all(grade, a) && is_before_all(grade, b) && one->end == other->end &&
           one->number == other->number && one->address == other->address &&
           strcmp(text_string(&one->problem), text_string(&other->problem)) == 0 &&
           strcmp(text_string(&one->said), text_string(&other->said)) == 0;
}

/* The first trace of which the same is to be told. */
static size_t first_like(const struct grade *grade, size_t number)
{
    size_t first = 0;

    while (first < number && !is_alike(grade, first, number))
        first++;
    return first;
}

/* Append the names of a trace and of all like it, of which it is the first. */
static void add_names(const struct grade *grade, size_t number, struct text *text)
{
    size_t alike = 1;

    for (size_t i = number + 1; i < grade->count; i++)
        alike += is_alike(grade, number, i);
    if (alike > 1 && alike == grade->count) {
        text_add_string(text, "all traces");
        return;
    }
    utf8_add_visible_line(text, grade->traces[number].name);
    for (size_t i = number + 1; i < grade->count; i++) {
        if (!is_alike(grade, number, i))
            continue;
        text_add_string(text, ", ");
        utf8_add_visible_line(text, grade->traces[i].name);
    }
}

/* What was found on a trace, and on all like it. */
static void add_found(const struct grade *grade, size_t number, struct text *text)
{
    text_add_string(text, "\n");
    add_names(grade, number, text);
    text_add_string(text, ":\n");
    add_faults(grade, number, "  ", text);
}

/* What there is to say of all that were passed. */
static void add_summary(const struct grade *grade, struct text *text)
{
    size_t passed = grade_passed(grade);

    text_add(text, "%-16s  %zu of %zu", "all", passed, grade->count);
    if (passed > 0 || grade->count == 0)
        text_add(text, "  %.1f mean utilization, %.0f Kops over %s",
                 grade_mean_utilization(grade, false) * 100,
                 grade_mean_speed(grade, GRADE_MEAN_total, false) / 1000,
                 passed < grade->count ? "those" : "all");
    text_add_string(text, "\n");
}

void grade_report_text(const struct grade *grade, FILE *output)
{
    struct text text = {0};

    if (grade->problem.length > 0)
        return; /* which was told as an error */
    text_add(&text, "%-16s  passed util %%       Kops  operations\n", "trace");
    for (size_t i = 0; i < grade->count; i++)
        add_row(grade, i, &text);
    add_summary(grade, &text);
    add_left_out(grade, &text);
    add_all_printed(grade, &text);
    for (size_t i = 0; i < grade->count; i++) {
        if (!is_passed(grade, i) && first_like(grade, i) == i)
            add_found(grade, i, &text);
    }
    text_add_string(&text, "\n");
    add_index(grade, 2002, &text);
    add_index(grade, 2016, &text);
    fwrite(text_string(&text), 1, text.length, output);
    text_finish(&text);
}

/* ---- What others read ---- */

/* What came of the traces, one by one.
 *   formulas  how many indexes are told of, those in `formula` */
static struct tally tally_of(const struct grade *grade, const unsigned *formula, size_t formulas)
{
    struct tally tally = {.name = grade->file};
    double ignored;

    if (grade->problem.length > 0) {
        text_add(&tally_add(&tally, "build")->faults, "%s", text_string(&grade->problem));
        return tally;
    }
    for (size_t i = 0; i < grade->count; i++) {
        struct tally_case *one = tally_add(&tally, grade->traces[i].name);

        one->is_passed = is_passed(grade, i);
        one->seconds = (double)grade->results[i].best_ns / 1e9;
        text_add(&one->remark, "utilization %.1f %%, %.0f Kops\n",
                 grade_utilization(grade, i) * 100, grade_speed(grade, i) / 1000);
        if (*unaudited(grade, i))
            text_add(&one->remark, "%s\n", unaudited(grade, i));
        if (has_printed(grade, i)) {
            add_printed(grade, i, &one->remark);
            text_add_string(&one->remark, "\n");
        }
        add_faults(grade, i, "", &one->faults);
    }
    add_left_out(grade, &tally.remarks);
    if (grade->is_narrow)
        text_add_string(&tally.remarks, "driven with pointers of 32 bits\n");
    if (grade->has_casts && grade_passed(grade) < grade->count)
        text_add_string(&tally.remarks, OWN_CASTS "\n");
    for (size_t i = 0; i < formulas; i++)
        add_index(grade, formula[i], &tally.remarks);
    tally.score = grade_index(grade, grade->index, &ignored);
    return tally;
}

void grade_report_tap(const struct grade *grade, FILE *output)
{
    static const unsigned both[] = {2002, 2016};
    struct tally tally = tally_of(grade, both, 2);

    tally_write_tap(&tally, output);
    tally_finish(&tally);
}

void grade_report_junit(const struct grade *grade, FILE *output)
{
    struct tally tally = tally_of(grade, NULL, 0);

    tally_write_junit(&tally, output);
    tally_finish(&tally);
}

void grade_report_gradescope(const struct grade *grade, FILE *output)
{
    struct tally tally = tally_of(grade, &grade->index, 1);

    tally_write_gradescope(&tally, output);
    tally_finish(&tally);
}
