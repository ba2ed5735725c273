/* figures.c: see figures.h. */
#include "command/figures.h"

#include "base/size.h"
#include "base/suggest.h"
#include "kind/kind.h"
#include "settings/settings.h"

enum { FIGURE_NAME_MAX = 96 };

/* ---- Values ---- */

/* How a number is to be read. */
struct style_of_number {
    bool is_count; /* not of bytes */
    bool exact;    /* all its digits */
};

static void add_grouped(uint64_t number, struct text *text)
{
    char buffer[NUMBER_GROUPED_MAX];

    text_add_string(text, number_grouped(number, buffer));
}

static void add_number(uint64_t number, struct style_of_number style, struct text *text)
{
    char buffer[SIZE_TEXT_MAX];

    if (style.is_count || style.exact)
        add_grouped(number, text);
    else
        text_add(text, "%s", size_in_words(number, buffer));
}

/* ---- Of the heap, and of the last step ---- */

typedef void figure_adder(const struct interpreter *interpreter, bool exact, struct text *text);

static const struct step *last_step(const struct interpreter *interpreter)
{
    return history_last_step(interpreter->session->history);
}

static void add_fits(const struct interpreter *interpreter, bool exact, struct text *text)
{
    bool is_exact;
    const struct picture *picture = &interpreter->session->mirror->picture;
    uint64_t size = picture_request_served(picture, &is_exact);

    if (picture->metrics.untold > 0)
        text_add(text, "?");
    else
        add_number(size, (struct style_of_number){.exact = exact}, text);
}

static void add_step(const struct interpreter *interpreter, bool exact, struct text *text)
{
    (void)exact;
    text_add(text, "%zu", interpreter->session->history->steps.count);
}

static void add_examined(const struct interpreter *interpreter, bool exact, struct text *text)
{
    const struct step *step = last_step(interpreter);

    (void)exact;
    add_grouped(step ? step->result.visits : 0, text);
}

static void add_nanoseconds(const struct interpreter *interpreter, bool exact, struct text *text)
{
    const struct step *step = last_step(interpreter);

    (void)exact;
    add_grouped(step ? step->result.nanoseconds - step->result.kernel : 0, text);
    text_add(text, " ns");
}

static void add_kernel(const struct interpreter *interpreter, bool exact, struct text *text)
{
    const struct step *step = last_step(interpreter);

    (void)exact;
    add_grouped(step ? step->result.kernel : 0, text);
    text_add(text, " ns");
}

static void add_grew(const struct interpreter *interpreter, bool exact, struct text *text)
{
    add_number(history_growth_of_last_step(interpreter->session->history),
               (struct style_of_number){.exact = exact}, text);
}

static void add_policy(const struct interpreter *interpreter, bool exact, struct text *text)
{
    (void)exact;
    text_add(text, "%s", interpreter->session->mirror->picture.config.policy);
}

static void add_resident(const struct interpreter *interpreter, bool exact, struct text *text)
{
    struct pages pages = {0};
    struct error ignored;

    if (!session_read_pages(interpreter->session, &pages, &ignored)) {
        text_add(text, "an unknown number of bytes");
        return;
    }
    add_number(pages_resident(&pages), (struct style_of_number){.exact = exact}, text);
    pages_finish(&pages);
}

static void add_asked(const struct interpreter *interpreter, bool exact, struct text *text)
{
    (void)exact;
    text_add(text, "%zu", interpreter->score.asked);
}

static void add_right(const struct interpreter *interpreter, bool exact, struct text *text)
{
    (void)exact;
    text_add(text, "%zu", interpreter->score.right);
}

/* Besides all measures, ratios and settings. */
static const struct {
    const char *name, *meaning;
    figure_adder *add;
} figures[] = {
    {"fits", "the largest request that fits without the heap growing", add_fits},
    {"step", "the number of the last step", add_step},
    {"examined", "how many free blocks the last step examined", add_examined},
    {"ns", "what the last step took in the allocator, without the kernel", add_nanoseconds},
    {"kernel-ns", "what the last step took in the kernel, moving the break", add_kernel},
    {"grew", "by how much the last step made the heap grow", add_grew},
    {"policy", "the policy", add_policy},
    {"resident", "bytes of the heap's pages that are in memory", add_resident},
    {"asked", "how many questions were asked so far", add_asked},
    {"right", "how many of them were answered right", add_right},
};

enum { FIGURES = sizeof figures / sizeof figures[0] };

/* ---- Of a variable ---- */

static const struct {
    const char *name, *meaning;
} of_variables[] = {
    {"at", "where it points"},
    {"block", "where the block begins, at its header"},
    {"size", "bytes of the block, header and padding with them"},
    {"requested", "bytes that were asked for"},
    {"padding", "bytes of padding"},
    {"header", "bytes of its header"},
    {"footer", "bytes of its footer"},
};

enum { OF_VARIABLES = sizeof of_variables / sizeof of_variables[0] };

static unsigned find_of_variable(const char *name)
{
    unsigned number = 0;

    while (number < OF_VARIABLES && strcmp(of_variables[number].name, name) != 0)
        number++;
    return number;
}

/* Append "A.padding". */
static bool add_of_variable(const struct interpreter *interpreter, const char *name,
                            const char *part, bool exact, struct text *text, struct error *error)
{
    const struct picture *picture = &interpreter->session->mirror->picture;
    struct style_of_number style = {.exact = exact};
    const struct block *block;
    struct variable variable;
    char buffer[SIZE_TEXT_MAX];
    uint32_t place;

    if (!session_variable(interpreter->session, name, &place, &variable, error))
        return false;
    if (strcmp(part, "at") == 0) {
        text_add(text, "%s",
                 variable.payload == OFFSET_NULL ? "NULL" : offset_text(variable.payload, buffer));
        return true;
    }
    block = variable.payload == OFFSET_NULL ? NULL
                                            : block_table_get(&picture->blocks, variable.payload);
    if (!block)
        return error_set(error, "'%s' points to no block", name);
    if (strcmp(part, "block") == 0)
        text_add(text, "%s", offset_text(block->at, buffer));
    else if (strcmp(part, "size") == 0)
        add_number(block->size, style, text);
    else if (strcmp(part, "requested") == 0)
        add_number(block->requested, style, text);
    else if (strcmp(part, "padding") == 0)
        add_number(block_padding(block), style, text);
    else
        add_number(strcmp(part, "header") == 0 ? block->header : block->footer, style, text);
    return true;
}

/* ---- By name ---- */

/* The name of each of these figures, of measures and of ratios; NULL beyond the last. */
static const char *name_at(unsigned index)
{
    unsigned measures = 0;

    if (index < FIGURES)
        return figures[index].name;
    index -= FIGURES;
    while (measure_at(measures))
        measures++;
    if (index < measures)
        return measure_at(index)->name;
    index -= measures;
    return index < RATIOS ? ratio_at(index)->name : NULL;
}

static bool unknown(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    for (unsigned i = 0; name_at(i); i++)
        suggestion_consider(&suggestion, name_at(i));
    error_set(error, "there is no figure '%.64s'", name);
    if (strlen(name) == 1 && name[0] >= 'i' && name[0] <= 'l')
        return error_append(error, "; {%s} counts the rounds within repeat", name);
    if (suggestion_add(&suggestion, error))
        return false;
    return error_append(error, "; 'help figures' lists them, and {{ is a brace");
}

static bool add_figure(const struct interpreter *interpreter, const char *name, bool exact,
                       struct text *text, struct error *error)
{
    const struct picture *picture = &interpreter->session->mirror->picture;
    const struct measure *measure = measure_find(name);
    unsigned setting = setting_find(name);
    char buffer[SIZE_TEXT_MAX];

    for (unsigned i = 0; i < FIGURES; i++) {
        if (strcmp(figures[i].name, name) == 0) {
            figures[i].add(interpreter, exact, text);
            return true;
        }
    }
    if (measure && !measure_is_known(measure, &picture->metrics)) {
        text_add(text, "?");
        return true;
    }
    if (measure) {
        add_number(measure_value(measure, &picture->metrics),
                   (struct style_of_number){measure->is_count, exact}, text);
        return true;
    }
    for (unsigned ratio = 0; ratio < RATIOS; ratio++) {
        if (strcmp(ratio_at(ratio)->name, name) == 0) {
            ratio_add(text, ratio_value(ratio, &picture->metrics));
            return true;
        }
    }
    if (setting >= KIND_SETTINGS)
        return unknown(name, error);
    text_add(text, "%s", setting_text(setting, picture->config.settings[setting], buffer));
    return true;
}

/* ---- In a text ---- */

/* A figure as it is written. */
struct written {
    char name[FIGURE_NAME_MAX];
    char *part; /* behind the dot; NULL for none */
    bool exact;
};

/* Read the figure whose brace is at `string`. Returns where it ends; NULL with `error` set. */
static const char *read_written(const char *string, struct written *ret_written,
                                struct error *error)
{
    size_t length = strcspn(string + 1, "}");
    char *suffix;

    if (!string[1 + length]) {
        error_set(error, "this brace is not closed; {{ is a brace");
        return NULL;
    }
    if (length == 0 || length >= sizeof ret_written->name) {
        error_set(error, "there is no such figure; 'help figures' lists them");
        return NULL;
    }
    memcpy(ret_written->name, string + 1, length);
    ret_written->name[length] = '\0';
    suffix = strrchr(ret_written->name, ':');
    ret_written->exact = suffix && strcmp(suffix, ":bytes") == 0;
    if (ret_written->exact)
        *suffix = '\0';
    ret_written->part = strchr(ret_written->name, '.');
    if (ret_written->part)
        *ret_written->part++ = '\0';
    return string + length + 2;
}

static bool add_written(const struct interpreter *interpreter, const struct written *written,
                        struct text *text, struct error *error)
{
    if (!written->part)
        return add_figure(interpreter, written->name, written->exact, text, error);
    if (find_of_variable(written->part) == OF_VARIABLES)
        return error_set(error, "there is no figure '%s' of a variable; 'help figures' lists them",
                         written->part);
    return add_of_variable(interpreter, written->name, written->part, written->exact, text, error);
}

bool figures_expand(const struct interpreter *interpreter, const char *string, struct text *text,
                    struct error *error)
{
    const char *place = string;

    while (*place) {
        size_t length = strcspn(place, "{");
        struct written written;
        const char *next;

        text_add_bytes(text, place, length);
        place += length;
        if (!*place)
            break;
        if (place[1] == '{') {
            text_add(text, "{");
            place += 2;
            continue;
        }
        next = read_written(place, &written, error);
        if (!next || !add_written(interpreter, &written, text, error)) {
            error->column = (int)(place - string) + 1;
            return false;
        }
        place = next;
    }
    return true;
}

/* ---- Without a heap ---- */

static bool can_be(const struct written *written, struct error *error)
{
    bool is_counter = strlen(written->name) == 1 && strchr("ijkl", written->name[0]);

    if (written->part && find_of_variable(written->part) == OF_VARIABLES)
        return error_set(error, "there is no figure '%s' of a variable; 'help figures' lists them",
                         written->part);
    if (written->part || is_counter || setting_find(written->name) < KIND_SETTINGS)
        return true;
    for (unsigned i = 0; name_at(i); i++) {
        if (strcmp(name_at(i), written->name) == 0)
            return true;
    }
    return unknown(written->name, error);
}

bool figures_check(const char *string, struct error *error)
{
    const char *place = string;

    while ((place = strchr(place, '{'))) {
        struct written written;
        const char *next = place + 2;

        if (place[1] != '{' &&
            (!(next = read_written(place, &written, error)) || !can_be(&written, error))) {
            error->column = (int)(place - string) + 1;
            return false;
        }
        place = next;
    }
    return true;
}

void figures_add_help(struct text *text)
{
    text_add(text, "In what say, pause, ask, title, section and note are given, these are computed "
                   "when they are said:\n");
    for (unsigned i = 0; measure_at(i); i++)
        text_add(text, "  {%s}%*s%s\n", measure_at(i)->name,
                 (int)(14 - strlen(measure_at(i)->name)), "", measure_at(i)->meaning);
    for (unsigned i = 0; i < RATIOS; i++)
        text_add(text, "  {%s}%*s%s%s / %s\n", ratio_at(i)->name,
                 (int)(14 - strlen(ratio_at(i)->name)), "",
                 ratio_at(i)->is_complement ? "1 - " : "", ratio_at(i)->part_words,
                 ratio_at(i)->whole_words);
    for (unsigned i = 0; i < FIGURES; i++)
        text_add(text, "  {%s}%*s%s\n", figures[i].name, (int)(14 - strlen(figures[i].name)), "",
                 figures[i].meaning);
    text_add(text, "and each setting, such as {alignment}. Of a variable A:\n");
    for (unsigned i = 0; i < OF_VARIABLES; i++)
        text_add(text, "  {A.%s}%*s%s\n", of_variables[i].name,
                 (int)(12 - strlen(of_variables[i].name)), "", of_variables[i].meaning);
    text_add(text,
             "{free:bytes} has all digits; {{ is a brace; within repeat, {i} is the number of "
             "the round, and {j} that of the repeat around it.");
}
