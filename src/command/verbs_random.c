/* verbs_random.c: random heaps: blocks of random sizes, of which some are freed again, in an order
 * that depends on how long they live. The same seed makes the same steps. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/size.h"
#include "command/lexer.h"
#include "command/parameter.h"
#include "command/queue.h"
#include "command/tell.h"
#include "command/verbs.h"

enum lifetime { LIFETIME_SHORT, LIFETIME_LONG, LIFETIME_MIXED, LIFETIMES };

enum { BLOCKS_MOST = 1000 * 1000, SHORT_LIFE = 4 };

struct plan {
    uint64_t low, high; /* sizes */
    uint64_t percent;   /* freed again */
    struct random random;
    enum lifetime lifetime;
};

/* ---- Options ---- */

static bool read_sizes(const char *text, struct plan *plan, struct error *error)
{
    const char *dots = strstr(text, "..");
    struct text low = {0};
    bool good;

    if (!dots)
        return error_set(error, "'%s' are no sizes, such as 16..4096", text);
    text_add_bytes(&low, text, (size_t)(dots - text));
    good = size_parse(text_string(&low), &plan->low, error) &&
           size_parse(dots + 2, &plan->high, error);
    text_finish(&low);
    if (good && (plan->low == 0 || plan->low > plan->high))
        return error_set(error, "'%s': the first size is from 1 to the second", text);
    return good;
}

static bool read_percent(const char *text, struct plan *plan, struct error *error)
{
    if (strcmp(text, "0") == 0 || strcmp(text, "0%") == 0) {
        plan->percent = 0;
        return true;
    }
    return parameter_kind(PARAMETER_PERCENT)->read(text, &plan->percent, error);
}

static bool read_seed(const char *text, struct plan *plan, struct error *error)
{
    (void)error;
    plan->random.state = random_seed(text);
    return true;
}

static bool read_lifetime(const char *text, struct plan *plan, struct error *error)
{
    static const char *const names[LIFETIMES] = {"short", "long", "mixed"};

    for (unsigned i = 0; i < LIFETIMES; i++) {
        if (strcmp(text, names[i]) == 0) {
            plan->lifetime = (enum lifetime)i;
            return true;
        }
    }
    return error_set(error, "a lifetime is short, long or mixed, not '%s'", text);
}

static const struct {
    const char *name;
    bool (*read)(const char *text, struct plan *plan, struct error *error);
} options[] = {
    {"--sizes", read_sizes},
    {"--free", read_percent},
    {"--seed", read_seed},
    {"--lifetime", read_lifetime},
};

enum { OPTIONS = sizeof options / sizeof options[0] };

static bool read_option(const struct token *name, const struct token *value, struct plan *plan,
                        struct error *error)
{
    size_t option = 0;

    while (option < OPTIONS && strcmp(options[option].name, name->text) != 0)
        option++;
    if (option == OPTIONS)
        return error_set(error,
                         "there is no option '%s'; there are --sizes, --free, --seed, --lifetime",
                         name->text);
    if (!value)
        return error_set(error, "%s wants a value", name->text);
    return options[option].read(value->text, plan, error);
}

static bool read_plan(const struct arguments *arguments, struct plan *plan, struct error *error)
{
    struct statement statement = {0};
    size_t position = 0;
    bool good = true;

    *plan = (struct plan){16, 4096, 50, {1}, LIFETIME_MIXED};
    if (arguments->items[0].number < 1 || arguments->items[0].number > BLOCKS_MOST) {
        error_set(error, "it can be from 1 to %d blocks", BLOCKS_MOST);
        return verb_fail_at(error, &arguments->items[0]);
    }
    if (arguments->count > 1)
        good = lexer_next(arguments->items[1].text, &position, &statement, error);
    for (size_t i = 0; good && i < statement.count; i += 2) {
        const struct token *value = i + 1 < statement.count ? &statement.tokens[i + 1] : NULL;

        good = read_option(&statement.tokens[i], value, plan, error);
        error->column = arguments->items[1].column + (int)statement.tokens[i].start;
    }
    statement_finish(&statement);
    return good;
}

bool check_random(const struct arguments *arguments, struct error *error)
{
    struct plan plan;

    return read_plan(arguments, &plan, error);
}

/* ---- Lives ---- */

/* A block that is freed again, behind so many allocations. */
struct life {
    uint64_t block, end, order;
};

static int compare_lives(const void *left, const void *right)
{
    const struct life *a = left, *b = right;

    if (a->end != b->end)
        return a->end < b->end ? -1 : 1;
    return (a->order > b->order) - (a->order < b->order);
}

static int compare_orders(const void *left, const void *right)
{
    const struct life *a = left, *b = right;

    return (a->order > b->order) - (a->order < b->order);
}

/* How many allocations the block number `block` sees, its own with them. */
static uint64_t end_of(struct plan *plan, uint64_t block, uint64_t count)
{
    uint64_t end = count;

    if (plan->lifetime == LIFETIME_SHORT)
        end = block + 1 + random_below(&plan->random, SHORT_LIFE);
    else if (plan->lifetime == LIFETIME_MIXED)
        end = block + 1 + random_below(&plan->random, count);
    return end < count ? end : count;
}

/* Choose which are freed, and when, in that order. */
static struct life *choose_lives(struct plan *plan, uint64_t count, uint64_t *ret_count)
{
    struct life *lives = memory_create(count, sizeof *lives);

    for (uint64_t i = 0; i < count; i++)
        lives[i] = (struct life){i, end_of(plan, i, count), random_next(&plan->random)};
    qsort(lives, count, sizeof *lives, compare_orders);
    *ret_count = count * plan->percent / 100;
    qsort(lives, *ret_count, sizeof *lives, compare_lives);
    return lives;
}

/* A size: each power of two is as frequent as any other. */
static uint64_t choose_size(struct plan *plan)
{
    uint64_t octaves = 0, low, high;

    while (plan->low << (octaves + 1) <= plan->high && octaves < 62)
        octaves++;
    low = plan->low << random_below(&plan->random, octaves + 1);
    high = low > plan->high / 2 ? plan->high : 2 * low - 1;
    return low + random_below(&plan->random, high - low + 1);
}

/* ---- Steps ---- */

/* The number behind which no r1, r2 and so on is taken. */
static uint64_t last_taken(const struct picture *picture)
{
    uint64_t last = 0, number;
    struct error ignored;

    for (size_t i = 0; i < picture->variables.named_count; i++) {
        const char *name = picture_name(picture, picture->variables.named[i]);

        if (name[0] == 'r' && name[1] >= '1' && name[1] <= '9' &&
            number_parse(name + 1, &number, &ignored) && number > last)
            last = number;
    }
    return last;
}

static bool act(struct interpreter *interpreter, enum op_kind kind, uint64_t number, uint64_t size,
                struct error *error)
{
    char name[NAME_LENGTH_MAX + 1];

    snprintf(name, sizeof name, "r%" PRIu64, number);
    return interpreter_act(interpreter, &(struct action){.kind = kind, .name = name, .size = size},
                           error);
}

/* Make a step, and tell of it at once, as of a command of its own. */
static bool step(struct interpreter *interpreter, enum op_kind kind, uint64_t number, uint64_t size,
                 struct error *error)
{
    if (!act(interpreter, kind, number, size, error))
        return false;
    if (!interpreter->task.queued)
        tell_step(interpreter);
    interpreter->task.told = true;
    return true;
}

/* Whether the user wants more of it. */
static bool goes_on(struct interpreter *interpreter, uint64_t done, uint64_t total,
                    struct error *error)
{
    return progress_tick(&interpreter->face.progress, done, total) ||
           error_set(error, "stopped after %" PRIu64 " of %" PRIu64 " blocks", done, total);
}

VERB(random)
{
    uint64_t count = arguments->items[0].number, freed, base, next = 0;
    struct life *lives;
    struct plan plan;
    bool good = read_plan(arguments, &plan, error);

    if (!good)
        return false;
    if (!queue_settle(interpreter)) /* which names are taken is known only then */
        return error_set_told(error);
    base = last_taken(&interpreter->session->mirror->picture) + 1;
    lives = choose_lives(&plan, count, &freed);
    for (uint64_t i = 0; good && i < count; i++) {
        good = step(interpreter, OP_ALLOC, base + i, choose_size(&plan), error);
        for (; good && next < freed && lives[next].end <= i + 1; next++)
            good = step(interpreter, OP_FREE, base + lives[next].block, 0, error);
        good = good && (i + 1 == count || goes_on(interpreter, i + 1, count, error));
    }
    free(lives);
    return good;
}
