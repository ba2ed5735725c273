/* tally.c: see tally.h. */
#include "tally/tally.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"

struct tally_case *tally_add(struct tally *tally, const char *name)
{
    struct tally_case *added;
    struct text visible = {0};

    utf8_add_visible_line(&visible, name);
    tally->cases =
        memory_reserve(tally->cases, &tally->capacity, tally->count + 1, sizeof tally->cases[0]);
    added = &tally->cases[tally->count++];
    *added = (struct tally_case){.name = memory_copy_string(text_string(&visible))};
    text_finish(&visible);
    return added;
}

void tally_finish(struct tally *tally)
{
    for (size_t i = 0; i < tally->count; i++) {
        free(tally->cases[i].name);
        text_finish(&tally->cases[i].remark);
        text_finish(&tally->cases[i].faults);
    }
    free(tally->cases);
    text_finish(&tally->remarks);
    *tally = (struct tally){0};
}

size_t tally_passed(const struct tally *tally)
{
    size_t passed = 0;

    for (size_t i = 0; i < tally->count; i++)
        passed += tally->cases[i].is_passed;
    return passed;
}

static void write_text(struct text *text, FILE *output)
{
    fwrite(text_string(text), 1, text->length, output);
    text_finish(text);
}

/* ---- TAP ---- */

/* Append lines, each behind a sign that they are remarks. */
static void add_remarks(const struct text *lines, struct text *text)
{
    for (const char *line = text_string(lines); *line;) {
        size_t length = strcspn(line, "\n");

        text_add(text, "# %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void tally_write_tap(const struct tally *tally, FILE *output)
{
    struct text text = {0};

    text_add(&text, "TAP version 14\n1..%zu\n", tally->count);
    for (size_t i = 0; i < tally->count; i++) {
        const struct tally_case *one = &tally->cases[i];

        text_add(&text, "%sok %zu - ", one->is_passed ? "" : "not ", i + 1);
        for (const char *name = one->name; *name; name++)
            text_add(&text, *name == '#' || *name == '\\' ? "\\%c" : "%c", *name);
        text_add_string(&text, "\n");
        add_remarks(&one->remark, &text);
        add_remarks(&one->faults, &text);
    }
    add_remarks(&tally->remarks, &text);
    write_text(&text, output);
}

/* ---- JUnit ---- */

/* Append a text as XML has it; what XML cannot have becomes a question mark. */
static void add_escaped(struct text *text, const char *string)
{
    struct text visible = {0};

    utf8_add_visible(&visible, string, strlen(string));
    for (const char *c = text_string(&visible); *c; c++) {
        switch (*c) {
        case '&': text_add_string(text, "&amp;"); break;
        case '<': text_add_string(text, "&lt;"); break;
        case '>': text_add_string(text, "&gt;"); break;
        case '"': text_add_string(text, "&quot;"); break;
        default: text_add_bytes(text, c, 1); break;
        }
    }
    text_finish(&visible);
}

static void add_case(const struct tally *tally, const struct tally_case *one, struct text *text)
{
    const char *faults = text_string(&one->faults);
    struct text first = {0};

    text_add_string(text, "  <testcase classname=\"");
    add_escaped(text, tally->name);
    text_add_string(text, "\" name=\"");
    add_escaped(text, one->name);
    text_add(text, "\" time=\"%.6f\"", one->seconds);
    if (one->is_passed) {
        text_add_string(text, "/>\n");
        return;
    }
    text_add_bytes(&first, faults, strcspn(faults, "\n"));
    text_add_string(text, ">\n    <failure message=\"");
    add_escaped(text, text_string(&first));
    text_add_string(text, "\">");
    add_escaped(text, faults);
    text_add_string(text, "</failure>\n  </testcase>\n");
    text_finish(&first);
}

void tally_write_junit(const struct tally *tally, FILE *output)
{
    struct text text = {0};

    text_add_string(&text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"");
    add_escaped(&text, tally->name);
    text_add(&text, "\" tests=\"%zu\" failures=\"%zu\">\n", tally->count,
             tally->count - tally_passed(tally));
    for (size_t i = 0; i < tally->count; i++)
        add_case(tally, &tally->cases[i], &text);
    text_add_string(&text, "</testsuite>\n");
    write_text(&text, output);
}

/* ---- Gradescope ---- */

/* A string of JSON, which takes UTF-8 alone. */
static json_t *visible(const char *string)
{
    struct text text = {0};
    json_t *json;

    utf8_add_visible(&text, string, strlen(string));
    json = json_string(text_string(&text));
    text_finish(&text);
    return json;
}

static json_t *test_of(const struct tally_case *one)
{
    json_t *test = json_object();
    const struct text *said = one->is_passed ? &one->remark : &one->faults;

    json_object_set_new(test, "name", visible(one->name));
    json_object_set_new(test, "status", json_string(one->is_passed ? "passed" : "failed"));
    json_object_set_new(test, "output", visible(text_string(said)));
    return test;
}

void tally_write_gradescope(const struct tally *tally, FILE *output)
{
    json_t *report = json_object(), *tests = json_array();

    for (size_t i = 0; i < tally->count; i++)
        json_array_append_new(tests, test_of(&tally->cases[i]));
    json_object_set_new(report, "score", json_real(tally->score));
    json_object_set_new(report, "output", visible(text_string(&tally->remarks)));
    json_object_set_new(report, "tests", tests);
    json_dumpf(report, output, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    fputc('\n', output);
    json_decref(report);
}
