/* answer.c: see answer.h. */
#include "exercise/answer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "base/size.h"

void answer_add_block(uint64_t at, struct text *text)
{
    char offset[SIZE_TEXT_MAX];

    text_add_string(text, offset_text(at, offset));
}

void answer_add_percent(double ratio, struct text *text)
{
    text_add_tenths(text, ratio * 100);
}

void answer_add_sizes(const struct picture *picture, const struct free_lists *lists,
                      struct text *text)
{
    size_t before = text->length;

    for (uint32_t list = 0; list < lists->count; list++) {
        for (size_t i = 0; i < lists->lists[list].count; i++) {
            const struct block *block =
                block_table_get(&picture->blocks, lists->lists[list].items[i]);

            text_add(text, "%s%" PRIu64, text->length > before ? " " : "", block ? block->size : 0);
        }
    }
    if (text->length == before)
        text_add_string(text, "none");
}

/* ---- Reading ---- */

/* The block that an offset or an address lies in. */
static bool read_block(const struct picture *picture, const char *given, struct text *text,
                       struct error *error)
{
    const char *digits = given[0] == '+' ? given + 1 : given;
    const struct block *block;
    uint64_t at;

    if (!number_parse(digits, &at, error))
        return error_set(error,
                         "'%s' is no block: point to it, or type where it begins, as in "
                         "+0x00b8",
                         given);
    if (at >= picture->heap_start)
        at -= picture->heap_start; /* an address */
    block = block_table_get(&picture->blocks, at);
    if (!block)
        return error_set(error, "'%s' is not in the heap", given);
    answer_add_block(block->at, text);
    return true;
}

static bool read_number(const char *given, struct text *text, struct error *error)
{
    struct text bare = {0};
    uint64_t number;
    bool good;

    text_add_bytes(&bare, given, strcspn(given, " \t"));
    good = size_parse(text_string(&bare), &number, error) ||
           error_set(error, "'%s' is no number", given);
    if (good)
        text_add_number(text, number);
    text_finish(&bare);
    return good;
}

static bool read_percent(const char *given, struct text *text, struct error *error)
{
    char *end;
    double percent = strtod(given, &end);

    if (end == given || !isfinite(percent) || end[strspn(end, " %")])
        return error_set(error, "'%s' is no percentage, such as 62.5%%", given);
    text_add_tenths(text, percent);
    return true;
}

void answer_add_choices(const char *choices, struct text *text)
{
    for (bool is_first = true; *choices; is_first = false, choices += *choices == '|') {
        size_t length = strcspn(choices, "|");

        if (!is_first)
            text_add_string(text, choices[length] ? ", " : " or ");
        text_add_bytes(text, choices, length);
        choices += length;
    }
}

static bool refuse_choice(const char *choices, const char *given, struct error *error)
{
    struct text words = {0};

    answer_add_choices(choices, &words);
    error_set(error, "'%s' is no answer here; type %s", given, text_string(&words));
    text_finish(&words);
    return false;
}

/* One of the choices, which may be shortened. */
static bool read_choice(const char *choices, const char *given, struct text *text,
                        struct error *error)
{
    for (const char *choice = choices; *choice; choice += *choice == '|') {
        size_t length = strcspn(choice, "|");

        if (given[0] && strlen(given) <= length && strncasecmp(choice, given, strlen(given)) == 0) {
            text_add_bytes(text, choice, length);
            return true;
        }
        choice += length;
    }
    return refuse_choice(choices, given, error);
}

static bool read_sizes(const char *given, struct text *text, struct error *error)
{
    static const char separators[] = " \t,";
    size_t before = text->length;
    bool good = true;

    if (strcasecmp(given, "none") == 0) {
        text_add_string(text, "none");
        return true;
    }
    for (given += strspn(given, separators); good && *given; given += strspn(given, separators)) {
        struct text word = {0};

        text_add_bytes(&word, given, strcspn(given, separators));
        given += word.length;
        text_add_string(text, text->length > before ? " " : "");
        good = read_number(text_string(&word), text, error);
        text_finish(&word);
    }
    return good && (text->length > before ||
                    error_set(error, "these are no sizes, such as 208 96; or none"));
}

bool answer_read(enum answer_kind kind, const struct picture *picture, const char *choices,
                 const char *given, struct text *text, struct error *error)
{
    struct text trimmed = {0};
    bool good = false;

    given += strspn(given, " \t");
    text_add_string(&trimmed, given);
    text_trim_end(&trimmed, " \t\r");
    given = text_string(&trimmed);
    switch (kind) {
    case ANSWER_BLOCK: good = read_block(picture, given, text, error); break;
    case ANSWER_NUMBER: good = read_number(given, text, error); break;
    case ANSWER_PERCENT: good = read_percent(given, text, error); break;
    case ANSWER_CHOICE: good = read_choice(choices, given, text, error); break;
    case ANSWER_SIZES: good = read_sizes(given, text, error); break;
    }
    text_finish(&trimmed);
    return good;
}

bool answer_is(enum answer_kind kind, const char *one, const char *other)
{
    if (kind == ANSWER_PERCENT)
        return fabs(strtod(one, NULL) - strtod(other, NULL)) < 0.55;
    return strcmp(one, other) == 0;
}
