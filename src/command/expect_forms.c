/* expect_forms.c: see expect_forms.h. */
#include "command/expect_forms.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "command/expect.h"
#include "command/lexer.h"
#include "command/parser.h"
#include "command/verbs.h"
#include "session/leaks.h"

/* ---- Sizes as they are shown ---- */

/* Whether a number is what `text` says: the same, or, with a unit, one that is shown so. */
static bool is_shown_as(uint64_t number, const char *text)
{
    char shown[SIZE_TEXT_MAX];
    struct error ignored;
    uint64_t exact;

    if (size_parse(text, &exact, &ignored) && exact == number)
        return true;
    return strpbrk(text, "KMG") && (strcmp(size_short(number, shown), text) == 0 ||
                                    strcmp(size_in_words(number, shown), text) == 0);
}

/* A number that should be `value`, or stand in the relation to it. */
static bool number_holds(const char *subject, uint64_t found, const char *relation,
                         const char *value, struct error *error)
{
    char number[SIZE_TEXT_MAX];
    uint64_t expected;

    if (*value)
        return expect_number_holds(subject, found, relation, value, error);
    if (!size_parse(relation, &expected, error))
        return false;
    snprintf(number, sizeof number, "%" PRIu64, found);
    return is_shown_as(found, relation) ||
           error_set_claim(error, number, "%s %s", subject, relation);
}

/* ---- The forms ---- */

typedef bool form(struct interpreter *interpreter, const struct arguments *arguments,
                  struct error *error);

static const char *word(const struct arguments *arguments, size_t index)
{
    return index < arguments->count ? arguments->items[index].text : "";
}

/* The claim is about something, which is missing. */
static bool missing(const char *what, struct error *error)
{
    return error_set(error, "%s is missing", what);
}

static bool leaks_hold(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error)
{
    struct leaks leaks = leaks_find(&interpreter->session->mirror->picture);
    uint64_t blocks = leaks.blocks;

    leaks_finish(&leaks);
    return number_holds("leaks", blocks, word(arguments, 1), word(arguments, 2), error);
}

static bool grew_holds(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error)
{
    uint64_t grew = history_growth_of_last_step(interpreter->session->history);

    return number_holds("grew", grew, word(arguments, 1), word(arguments, 2), error);
}

static bool check_holds(struct interpreter *interpreter, const struct arguments *arguments,
                        struct error *error)
{
    char found[ERROR_CLAIM_MAX];
    struct error problem;

    (void)arguments;
    if (session_check(interpreter->session, &problem))
        return true;
    snprintf(found, sizeof found, "that %.*s", ERROR_CLAIM_MAX - 8, problem.text);
    return error_set_claim(error, found, "a whole heap");
}

/* ---- What fails ---- */

/* The command that stands behind the first word. */
static const char *command_of(const struct interpreter *interpreter,
                              const struct arguments *arguments)
{
    return interpreter->task.line + arguments->items[1].column - 1;
}

/* Try the command on a heap like this one.
 *   ret_refused  why it was refused; "" if it was not
 *   ret_null     it was answered NULL */
static bool try_command(struct interpreter *interpreter, const struct arguments *arguments,
                        struct text *command, struct error *ret_refused, bool *ret_null,
                        struct error *error)
{
    struct session *imagined;
    size_t before;

    text_add(command, "%s", command_of(interpreter, arguments));
    command->data[strcspn(command->data, ";#")] = '\0';
    imagined = session_imagine(interpreter->session, NULL, error);
    if (!imagined)
        return false;
    before = imagined->history->steps.count;
    error_clear(ret_refused);
    interpreter_try(interpreter, imagined, text_string(command), ret_refused);
    *ret_null = false;
    for (size_t i = before; i < imagined->history->steps.count; i++) {
        const struct step *step = steps_at(&imagined->history->steps, i + 1);

        *ret_null |= op_has(&step->op, OP_GIVES) &&
                     (step->result.refused || step->result.payload == OFFSET_NULL);
    }
    session_destroy(imagined);
    return true;
}

static bool failure_holds(struct interpreter *interpreter, const struct arguments *arguments,
                          bool null_counts, struct error *error)
{
    struct text command = {0};
    struct error refusal;
    bool is_null, good;

    if (arguments->count < 2)
        return missing("COMMAND", error);
    good = try_command(interpreter, arguments, &command, &refusal, &is_null, error);
    if (good && refusal.kind == ERROR_NONE && !(null_counts && is_null))
        good = error_set_claim(error, is_null ? "that it answers NULL" : "that it succeeds",
                               "'%s' to %s", text_string(&command),
                               null_counts ? "fail" : "be an error");
    text_finish(&command);
    return good;
}

static bool fail_holds(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error)
{
    return failure_holds(interpreter, arguments, true, error);
}

static bool error_holds(struct interpreter *interpreter, const struct arguments *arguments,
                        struct error *error)
{
    return failure_holds(interpreter, arguments, false, error);
}

/* ---- Free lists ---- */

static void add_sizes(const struct picture *picture, const struct free_lists *lists,
                      struct text *text)
{
    char shown[SIZE_TEXT_MAX];

    if (free_lists_are_unreadable(lists))
        text_add_string(text, "unreadable");
    for (uint32_t list = 0; list < lists->count; list++) {
        for (size_t i = 0; i < lists->lists[list].count; i++) {
            const struct block *block =
                block_table_get(&picture->blocks, lists->lists[list].items[i]);

            text_add(text, "%s%s", text->length ? " " : "",
                     block ? size_exact(block->size, shown) : "?");
        }
    }
}

/* Whether the sizes, separated by blanks, are those that are wanted. */
static bool sizes_match(const char *found, const struct statement *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        size_t length = strcspn(found, " ");
        struct text size = {0};
        struct error ignored;
        uint64_t bytes = 0;
        bool good;

        text_add_bytes(&size, found, length);
        good = size_parse(text_string(&size), &bytes, &ignored) &&
               is_shown_as(bytes, wanted->tokens[i].text);
        text_finish(&size);
        if (!good)
            return false;
        found += length;
        found += *found == ' ';
    }
    return !*found;
}

static bool list_holds(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error)
{
    struct session *session = interpreter->session;
    struct statement wanted = {0};
    struct free_lists lists = {0};
    struct text expected = {0}, found = {0};
    size_t position = 0;
    bool good;

    if (arguments->count < 2)
        return missing("SIZE", error);
    text_add(&expected, "%s%s%s", word(arguments, 1), arguments->count > 2 ? " " : "",
             word(arguments, 2));
    good = session_read_lists(session, SIZE_MAX, &lists, error);
    if (good)
        add_sizes(&session->mirror->picture, &lists, &found);
    if (good && strcmp(text_string(&expected), "none") != 0)
        good = lexer_next(text_string(&expected), &position, &wanted, error);
    if (good && !sizes_match(text_string(&found), &wanted))
        good = error_set_claim(error, found.length ? text_string(&found) : "none", "freelist %s",
                               text_string(&expected));
    free_lists_finish(&lists);
    statement_finish(&wanted);
    text_finish(&expected);
    text_finish(&found);
    return good;
}

static const struct {
    const char *word;
    form *holds;
} forms[] = {
    {"fail", fail_holds},   {"error", error_holds}, {"freelist", list_holds},
    {"check", check_holds}, {"leaks", leaks_hold},  {"grew", grew_holds},
};

enum { FORMS = sizeof forms / sizeof forms[0] };

const char *expect_forms_word(unsigned index)
{
    return index < FORMS ? forms[index].word : NULL;
}

/* ---- Of a variable's block ---- */

static const char *const parts[] = {"at", "size", "header", "requested", "padding", "footer"};

enum { PART_AT, PART_SIZE, PART_HEADER, PART_REQUESTED, PART_PADDING, PART_FOOTER, PARTS };

static unsigned find_part(const char *name)
{
    unsigned number = 0;

    while (number < PARTS && strcmp(parts[number], name) != 0)
        number++;
    return number;
}

static uint64_t part_of(const struct block *block, unsigned number)
{
    switch (number) {
    case PART_SIZE: return block->size;
    case PART_HEADER: return block->header;
    case PART_REQUESTED: return block->requested;
    case PART_PADDING: return block_padding(block);
    default: return block->footer;
    }
}

static bool place_holds(const char *name, uint64_t payload, const char *value, struct error *error)
{
    char found[SIZE_TEXT_MAX] = "NULL";
    uint64_t at;

    if (strcmp(value, "NULL") == 0)
        at = OFFSET_NULL;
    else if (!size_parse(value[0] == '+' ? value + 1 : value, &at, error))
        return false;
    if (at == payload)
        return true;
    if (payload != OFFSET_NULL)
        snprintf(found, sizeof found, "+0x%04" PRIx64, payload);
    return error_set_claim(error, found, "%s at %s", name, value);
}

/* The value has a relation before it: "> 100". */
static bool related_holds(const char *subject, uint64_t found, const char *value,
                          struct error *error)
{
    size_t length = strcspn(value, " \t");
    struct text relation = {0};
    bool good;

    text_add_bytes(&relation, value, length);
    value += length;
    value += strspn(value, " \t");
    good = expect_number_holds(subject, found, text_string(&relation), value, error);
    text_finish(&relation);
    return good;
}

static bool part_holds(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error)
{
    const struct session *session = interpreter->session;
    const char *name = word(arguments, 0), *value = word(arguments, 2);
    unsigned number = find_part(word(arguments, 1));
    const struct block *block;
    struct variable variable;
    char text[SIZE_TEXT_MAX];
    uint64_t found;
    uint32_t place;

    if (!session_variable(session, name, &place, &variable, error))
        return false;
    if (!*value)
        return missing("VALUE", error);
    if (number == PART_AT)
        return place_holds(name, variable.payload, value, error);
    block = variable.payload == OFFSET_NULL
                ? NULL
                : block_table_get(&session->mirror->picture.blocks, variable.payload);
    if (!block)
        return error_set_claim(error, "no block", "%s %s %s", name, parts[number], value);
    found = part_of(block, number);
    if (strchr("=!<>", *value))
        return related_holds(parts[number], found, value, error);
    snprintf(text, sizeof text, "%" PRIu64, found);
    return is_shown_as(found, value) ||
           error_set_claim(error, text, "%s %s %s", name, parts[number], value);
}

/* ---- Together ---- */

static form *find_form(const struct arguments *arguments)
{
    for (unsigned i = 0; i < FORMS; i++) {
        if (strcmp(forms[i].word, word(arguments, 0)) == 0)
            return forms[i].holds;
    }
    return find_part(word(arguments, 1)) < PARTS ? part_holds : NULL;
}

const char *expect_forms_variable(const struct arguments *arguments)
{
    return find_form(arguments) == part_holds ? word(arguments, 0) : NULL;
}

bool expect_forms_has(const struct arguments *arguments)
{
    return find_form(arguments) != NULL;
}

bool expect_forms_hold(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error)
{
    return find_form(arguments)(interpreter, arguments, error);
}

bool check_expect(const struct arguments *arguments, struct error *error)
{
    bool is_form = expect_forms_has(arguments);
    size_t least = !is_form ? 3 : strcmp(word(arguments, 0), "check") == 0 ? 1 : 2;

    least = is_form && find_part(word(arguments, 1)) < PARTS ? 3 : least;
    if (!is_form && arguments->count > 1 && !expect_relation_is(word(arguments, 1), error))
        return verb_fail_at(error, &arguments->items[1]);
    return arguments->count >= least ||
           missing(arguments->count == 1 && !is_form ? "RELATION" : "VALUE", error);
}
