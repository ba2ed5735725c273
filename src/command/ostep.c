/* ostep.c: see ostep.h. */
#include "command/ostep.h"

#include <string.h>

#include "base/size.h"

/* ---- Options ---- */

#define NUMBER_MOST ((uint64_t)1 << 40)

static bool take_word(const char **at, char *word, size_t room)
{
    size_t length;

    *at += strspn(*at, " \t");
    length = strcspn(*at, " \t");
    if (length == 0 || length >= room)
        return false;
    memcpy(word, *at, length);
    word[length] = '\0';
    *at += length;
    return true;
}

/* Take one of some words. */
static bool take_choice(const char *value, const char *const *choices, unsigned *ret_number,
                        struct error *error)
{
    for (unsigned number = 0; choices[number]; number++) {
        if (strcmp(choices[number], value) == 0) {
            *ret_number = number;
            return true;
        }
    }
    error_set(error, "'%s' is none of", value);
    for (unsigned number = 0; choices[number]; number++)
        error_append(error, "%s %s", number ? "," : "", choices[number]);
    return false;
}

static bool take_number(char letter, const char *value, uint64_t *ret_number, struct error *error)
{
    uint64_t number;

    if (letter == 'a' && strcmp(value, "-1") == 0)
        value = "0";
    if (!size_parse(value, &number, error))
        return false;
    if (letter != 's' && number > NUMBER_MOST)
        return error_set(error, "-%c %s is more than can be shown", letter, value);
    *ret_number = number;
    return true;
}

/* The number that a letter sets: P, if it is none of the others. */
static uint64_t *number_of(struct ostep_options *options, char letter)
{
    switch (letter) {
    case 's': return &options->seed;
    case 'S': return &options->heap_size;
    case 'b': return &options->base;
    case 'H': return &options->header;
    case 'a': return &options->alignment;
    case 'n': return &options->steps;
    case 'r': return &options->range;
    default: return &options->percent;
    }
}

static bool take_value(struct ostep_options *options, char letter, const char *value,
                       struct error *error)
{
    static const char *const fits[] = {"FIRST", "BEST", "WORST", NULL};
    static const char *const orders[] = {"INSERT-FRONT", "INSERT-BACK", "ADDRSORT", "SIZESORT+",
                                         "SIZESORT-",    NULL}; /* as enum hg_order */
    static const enum hg_fit meant[] = {HG_FIT_IS_FIRST, HG_FIT_IS_BEST, HG_FIT_IS_WORST};
    unsigned number;

    switch (letter) {
    case 'p':
        if (!take_choice(value, fits, &number, error))
            return false;
        options->fit = meant[number];
        return true;
    case 'l':
        if (!take_choice(value, orders, &number, error))
            return false;
        options->order = (enum hg_order)number;
        return true;
    case 'A': memcpy(options->list, value, strlen(value) + 1); return true;
    default: return take_number(letter, value, number_of(options, letter), error);
    }
}

/* Read the option that stands at the beginning of a text; goes on behind it.
 *   ret_word  where the word begins that an error is about */
static bool take_option(struct ostep_options *options, const char **text, const char **ret_word,
                        struct error *error)
{
    char word[sizeof options->list], value[sizeof options->list];

    *ret_word = *text;
    if (!take_word(text, word, sizeof word))
        return error_set(error, "an option is too long");
    if (strcmp(word, "-C") == 0)
        options->coalesces = true;
    if (strcmp(word, "-C") == 0 || strcmp(word, "-c") == 0)
        return true; /* answers are always given */
    if (word[0] != '-' || !word[1] || word[2] || !strchr("sSbHaplnrPA", word[1]))
        return error_set(error,
                         "there is no option '%s'; there are -s -S -b -H -a -p -l -C -n -r -P -A "
                         "-c",
                         word);
    if (!take_word(text, value, sizeof value))
        return error_set(error, "%s needs a value", word);
    *ret_word = *text - strlen(value);
    return take_value(options, word[1], value, error);
}

bool ostep_parse(const char *text, struct ostep_options *ret_options, struct error *error)
{
    const char *at = text, *word;
    struct ostep_options options = {.heap_size = 100,
                                    .base = 1000,
                                    .fit = HG_FIT_IS_BEST,
                                    .order = HG_ORDER_ADDRESS,
                                    .steps = 10,
                                    .range = 10,
                                    .percent = 50};

    while (*(at += strspn(at, " \t"))) {
        if (take_option(&options, &at, &word, error))
            continue;
        error->column = (int)(word - text) + 1;
        return false;
    }
    if (options.percent == 0)
        return error_set(error, "-P must be more than 0: nothing would ever be allocated");
    if (options.steps > OSTEP_STEPS_MAX)
        return error_set(error, "-n can be up to %d", (int)OSTEP_STEPS_MAX);
    *ret_options = options;
    return true;
}

void ostep_begin(struct ostep_exercise *exercise, const struct ostep_options *options)
{
    *exercise = (struct ostep_exercise){.options = *options, .piece_count = 1};
    exercise->pieces[0] = (struct ostep_piece){options->base, options->heap_size};
    exercise->at = exercise->options.list;
    twister_seed(&exercise->twister, options->seed);
}

/* ---- The list ---- */

static struct ostep_piece remove_piece(struct ostep_exercise *exercise, size_t index)
{
    struct ostep_piece piece = exercise->pieces[index];

    exercise->piece_count--;
    memmove(&exercise->pieces[index], &exercise->pieces[index + 1],
            (exercise->piece_count - index) * sizeof piece);
    return piece;
}

static void insert_piece(struct ostep_exercise *exercise, size_t index, struct ostep_piece piece)
{
    memmove(&exercise->pieces[index + 1], &exercise->pieces[index],
            (exercise->piece_count - index) * sizeof piece);
    exercise->pieces[index] = piece;
    exercise->piece_count++;
}

static bool is_behind(enum hg_order order, const struct ostep_piece *before,
                      const struct ostep_piece *piece)
{
    switch (order) {
    case HG_ORDER_ADDRESS: return before->at > piece->at;
    case HG_ORDER_SIZE_UP: return before->size > piece->size;
    case HG_ORDER_SIZE_DOWN: return before->size < piece->size;
    case HG_ORDER_LIFO:
    case HG_ORDER_FIFO: break;
    }
    return false;
}

/* A stable sort of a list that is nearly sorted. */
static void sort_pieces(struct ostep_exercise *exercise)
{
    for (size_t i = 1; i < exercise->piece_count; i++) {
        struct ostep_piece piece = exercise->pieces[i];
        size_t place = i;

        while (place > 0 &&
               is_behind(exercise->options.order, &exercise->pieces[place - 1], &piece))
            place--;
        remove_piece(exercise, i);
        insert_piece(exercise, place, piece);
    }
}

static void merge_pieces(struct ostep_exercise *exercise)
{
    for (size_t i = 0; i + 1 < exercise->piece_count;) {
        struct ostep_piece *piece = &exercise->pieces[i];

        if (piece->at + piece->size == piece[1].at)
            piece->size += remove_piece(exercise, i + 1).size;
        else
            i++;
    }
}

/* ---- Steps ---- */

/* The bytes that a request takes: rounded up, then with a header. */
static uint64_t taken_by(const struct ostep_options *options, uint64_t size)
{
    uint64_t over = options->alignment ? size % options->alignment : 0;

    return size + (over ? options->alignment - over : 0) + options->header;
}

/* Which piece the fit takes; the count of pieces if none will do. */
static size_t search(const struct ostep_exercise *exercise, uint64_t size, uint64_t *ret_searched)
{
    enum hg_fit fit = exercise->options.fit;
    size_t chosen = exercise->piece_count;

    *ret_searched = 0;
    for (size_t i = 0; i < exercise->piece_count; i++) {
        uint64_t own = exercise->pieces[i].size;

        ++*ret_searched;
        if (own < size)
            continue;
        if (chosen == exercise->piece_count ||
            (fit == HG_FIT_IS_BEST && own < exercise->pieces[chosen].size) ||
            (fit == HG_FIT_IS_WORST && own > exercise->pieces[chosen].size))
            chosen = i;
        if (fit == HG_FIT_IS_FIRST)
            break;
    }
    return chosen;
}

static void allocate(struct ostep_exercise *exercise, uint64_t size, struct ostep_step *step)
{
    uint64_t taken = taken_by(&exercise->options, size);
    size_t chosen = search(exercise, taken, &step->searched);
    struct ostep_piece *piece = &exercise->pieces[chosen];

    step->id = exercise->next_id++;
    step->size = size;
    step->failed = chosen == exercise->piece_count;
    step->answer = step->failed ? -1 : (int64_t)piece->at;
    exercise->given[step->id] = (struct ostep_piece){.at = UINT64_MAX};
    if (step->failed)
        return;
    exercise->given[step->id] = (struct ostep_piece){piece->at, taken};
    exercise->live[exercise->live_count++] = step->id;
    exercise->served++;
    piece->at += taken;
    piece->size -= taken;
    if (piece->size == 0)
        remove_piece(exercise, chosen);
}

static void release(struct ostep_exercise *exercise, uint32_t id, struct ostep_step *step)
{
    struct ostep_piece piece = exercise->given[id];
    bool is_front = exercise->options.order == HG_ORDER_LIFO;

    *step = (struct ostep_step){.frees = true, .id = id, .again = piece.size == 0};
    if (step->again) {
        step->answer = -1;
        return;
    }
    exercise->given[id].size = 0;
    insert_piece(exercise, is_front ? 0 : exercise->piece_count, piece);
    sort_pieces(exercise);
    if (exercise->options.coalesces)
        merge_pieces(exercise);
}

/* A chance that cannot be taken, to free where nothing is live, is drawn again. */
static void draw(struct ostep_exercise *exercise, struct ostep_step *step)
{
    const struct ostep_options *options = &exercise->options;
    struct twister *twister = &exercise->twister;
    size_t index;

    for (;;) {
        if (twister_fraction(twister) < (double)options->percent / 100.0) {
            allocate(exercise, (uint64_t)(twister_fraction(twister) * (double)options->range) + 1,
                     step);
            step->answer += (int64_t)options->header;
            return;
        }
        if (exercise->live_count > 0)
            break;
    }
    index = (size_t)(twister_fraction(twister) * (double)exercise->live_count);
    release(exercise, exercise->live[index], step);
    exercise->live_count--;
    memmove(&exercise->live[index], &exercise->live[index + 1],
            (exercise->live_count - index) * sizeof exercise->live[0]);
}

/* Take one operation off the list. */
static bool take_operation(struct ostep_exercise *exercise, char *ret_sign, uint64_t *ret_number,
                           struct error *error)
{
    char digits[24];
    size_t length;

    exercise->at += *exercise->at == ',';
    *ret_sign = *exercise->at;
    length = *ret_sign ? strspn(exercise->at + 1, "0123456789") : 0;
    if (!strchr("+-", *ret_sign) || length == 0 || length >= sizeof digits ||
        !strchr(",", exercise->at[1 + length]))
        return error_set(error, "-A %s: operations are +SIZE and -NUMBER, parted by commas",
                         exercise->options.list);
    memcpy(digits, exercise->at + 1, length);
    digits[length] = '\0';
    exercise->at += 1 + length;
    if (!size_parse(digits, ret_number, error))
        return false;
    return *ret_number <= NUMBER_MOST || error_set(error, "-A %s: a number is too large", digits);
}

/* The next operation of the list, without those that the program leaves out. */
static bool follow(struct ostep_exercise *exercise, struct ostep_step *step, struct error *error)
{
    uint64_t number = 0;
    char sign = '\0';

    while (*exercise->at) {
        if (!take_operation(exercise, &sign, &number, error))
            return false;
        if (sign == '+') {
            if (number + exercise->options.header == 0)
                return error_set(error, "-A +0 takes nothing where there is no header");
            if (exercise->next_id == OSTEP_STEPS_MAX)
                return error_set(error, "-A has more than %d allocations", (int)OSTEP_STEPS_MAX);
            allocate(exercise, number, step);
            return true;
        }
        if (number >= exercise->served)
            continue;
        if (exercise->given[number].at == UINT64_MAX)
            return error_set(error,
                             "-A frees ptr[%d], which got nothing: there the book's program "
                             "stops",
                             (int)number);
        release(exercise, (uint32_t)number, step);
        return true;
    }
    return false;
}

bool ostep_next(struct ostep_exercise *exercise, struct ostep_step *ret_step, struct error *error)
{
    struct ostep_step step = {0};

    *error = (struct error){0};
    if (exercise->options.list[0]) {
        if (!follow(exercise, &step, error))
            return false;
    } else {
        if (exercise->made == exercise->options.steps)
            return false;
        draw(exercise, &step);
    }
    exercise->made++;
    *ret_step = step;
    return true;
}
