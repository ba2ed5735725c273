/* exercise.c: see exercise.h. */
#include "exercise/exercise.h"

#include <stdarg.h>

#include "base/bits.h"
#include "base/size.h"
#include "exercise/topics.h"
#include "explain/explain.h"

enum { ATTEMPTS = 24 }; /* to find a heap and a command that are worth a question */

void exercise_finish(struct exercise *exercise)
{
    session_destroy(exercise->before);
    session_destroy(exercise->after);
    text_finish(&exercise->command);
    text_finish(&exercise->question);
    text_finish(&exercise->answer);
    text_finish(&exercise->reason);
    for (size_t i = 0; i < exercise->thought_count; i++)
        text_finish(&exercise->thoughts[i].answer);
    *exercise = (struct exercise){0};
}

void exercise_think(struct exercise *exercise, const char *words, const char *format, ...)
{
    struct text answer = {0};
    va_list list;

    va_start(list, format);
    text_add_list(&answer, format, list);
    va_end(list);
    if (exercise->thought_count == THOUGHTS_MAX ||
        exercise_is_right(exercise, text_string(&answer)) ||
        exercise_thought(exercise, text_string(&answer))) {
        text_finish(&answer);
        return;
    }
    exercise->thoughts[exercise->thought_count++] = (struct thought){answer, words};
}

/* ---- Making one ---- */

/* Whether the heap tells what an answer is made of: any of these capabilities will do. */
static bool tells(const struct session *session, enum exercise_topic topic)
{
    static const uint32_t needs[TOPICS] = {
        [TOPIC_PLACE] = KIND_EXPLAINS | KIND_INFERS,
        [TOPIC_SEARCH] = KIND_EXPLAINS,
        [TOPIC_MERGE] = KIND_EXPLAINS | KIND_INFERS,
        [TOPIC_FRAGMENTATION] = KIND_TELLS_FREE,
        [TOPIC_FIT] = KIND_LIMITS,
        [TOPIC_LIST] = KIND_LISTS,
        [TOPIC_SIZE] = KIND_EXPLAINS | KIND_INFERS,
    };

    return session->mirror->picture.description.capabilities & needs[topic];
}

/* Append where the search begins, if that cannot be seen from the heap. */
static void add_start(const struct making *making)
{
    const struct hg_event *visit = event_first(making->after, HG_EVENT_VISIT);
    char at[SIZE_TEXT_MAX];

    if (visit && plan_searches_on(making->before))
        text_add(&making->exercise->question, " (The search goes on at %s.)",
                 offset_text(visit->at, at));
}

/* Ask, answer, and think of what else could be answered. */
static bool fill(struct exercise *exercise, struct making *making)
{
    const struct exercise_kind *topic = exercise_kind_of(exercise->topic);

    move_add_command(&making->command, &exercise->command);
    if (making->command.kind == OP_FREE)
        exercise->subject = block_table_get(&making->before->blocks, making->step->before)->at;
    if (exercise->topic != TOPIC_FIT && event_first(making->after, HG_EVENT_GROW))
        return false; /* by how much is another question */
    if (!topic->answer(making, &exercise->answer) || !topic->ask(making))
        return false;
    add_start(making);
    think_of_others(making);
    topic->think(making);
    explain_last_step(exercise->after, EXPLAIN_EXACT, &exercise->reason);
    return exercise->thought_count > 0;
}

/* Carry out the command on a clone of the plan's heap.
 *   returns  whether that came to something worth a question */
static bool carry_out(struct exercise *exercise, struct making *making)
{
    bool lists = exercise->topic == TOPIC_LIST, good;
    struct error ignored;

    exercise->after = session_imagine(exercise->before, NULL, &ignored);
    if (!exercise->after)
        making_lacks(making, &ignored);
    making->before = &exercise->before->mirror->picture;
    good = exercise->after &&
           (!lists ||
            session_read_lists(exercise->before, SIZE_MAX, &making->lists_before, &ignored)) &&
           making_run(making, exercise->after, lists, &ignored) && fill(exercise, making);
    free_lists_finish(&making->lists_before);
    free_lists_finish(&making->lists_after);
    return good;
}

/* Make an exercise of these random numbers, if they lead to one.
 *   ret_outcome  whether they do
 *   returns      false with `error` set where a heap that it takes cannot be had */
static bool try_to_create(const struct hg_config *config, uint64_t seed, struct exercise *exercise,
                          bool *ret_outcome, struct error *error)
{
    struct plan plan = {.random = {seed}};
    struct making making = {
        .exercise = exercise, .plan = &plan, .config = config, .trouble = error};
    struct error ignored;

    plan.session = exercise->before = session_create(config, error);
    if (!exercise->before)
        return false;
    error_clear(error);
    making.choice = (unsigned)random_below(&plan.random, MAKING_CHOICES);
    *ret_outcome = tells(exercise->before, exercise->topic) &&
                   plan_make(&plan, exercise->topic, &ignored) &&
                   plan_choose(&plan, exercise->topic, &making.command, &ignored) &&
                   carry_out(exercise, &making);
    return error->kind == ERROR_NONE;
}

bool exercise_create(const struct hg_config *config, const struct exercise_id *id,
                     struct exercise *ret_exercise, struct error *error)
{
    uint64_t seed = bits_mix(id->seed ^ bits_mix(id->number * (uint64_t)TOPICS + id->topic + 1));

    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        const struct exercise_kind *topic = exercise_kind_of(id->topic);
        struct exercise exercise = {.topic = id->topic, .kind = topic->kind};
        bool is_worth_it = false, good;

        good = try_to_create(config, bits_mix(seed + attempt), &exercise, &is_worth_it, error);
        if (good && is_worth_it) {
            *ret_exercise = exercise;
            return true;
        }
        exercise_finish(&exercise);
        if (!good)
            return false;
    }
    return error_set(error, "%s has no question of %s", config->policy,
                     exercise_topic_word(id->topic));
}

bool exercise_create_any(const struct hg_config *config, const struct exercise_id *id,
                         struct exercise *ret_exercise, struct error *error)
{
    struct random random = {id->seed};
    struct exercise_id other = *id;
    unsigned order[TOPICS] = {0};

    if (id->topic != TOPICS)
        return exercise_create(config, id, ret_exercise, error);
    for (unsigned i = 0; i < TOPICS; i++) { /* shuffled */
        unsigned place = (unsigned)random_below(&random, i + 1);

        order[i] = order[place];
        order[place] = i;
    }
    for (unsigned i = 0; i < TOPICS; i++) {
        other.topic = (enum exercise_topic)order[(id->number + i) % TOPICS];
        if (exercise_create(config, &other, ret_exercise, error))
            return true;
        if (making_is_lack(error))
            return false;
    }
    return error_set(error, "%s has nothing that is worth a question", config->policy);
}

/* ---- Answers ---- */

bool exercise_is_pointed(const struct exercise *exercise)
{
    return exercise->kind == ANSWER_BLOCK || exercise->topic == TOPIC_MERGE;
}

/* Read a neighbour of the block that is freed, or that block itself, which merges with none. */
static bool read_neighbour(const struct exercise *exercise, uint64_t at, struct text *text,
                           struct error *error)
{
    const struct block_table *blocks = &exercise->before->mirror->picture.blocks;
    const struct block *own = block_table_get(blocks, exercise->subject);
    const struct block *pointed = block_table_get(blocks, at);

    if (!pointed || !own)
        return error_set(error, "there is no block");
    if (pointed == own)
        text_add_string(text, "none");
    else if (pointed->at + pointed->size == own->at)
        text_add_string(text, "left");
    else if (pointed->at == own->at + own->size)
        text_add_string(text, "right");
    else
        return error_set(error, "that block is no neighbour of it");
    return true;
}

bool exercise_read_answer(const struct exercise *exercise, const char *given, struct text *text,
                          struct error *error)
{
    struct error ignored;
    uint64_t at;

    if (exercise->topic == TOPIC_MERGE && given[0] == '+' && number_parse(given + 1, &at, &ignored))
        return read_neighbour(exercise, at, text, error);
    return answer_read(exercise->kind, &exercise->before->mirror->picture, exercise->choices, given,
                       text, error);
}

bool exercise_is_right(const struct exercise *exercise, const char *answer)
{
    return answer_is(exercise->kind, answer, text_string(&exercise->answer));
}

/* Whether the answer is a block that cannot be allocated at all. */
static bool is_no_room(const struct exercise *exercise, const char *answer)
{
    const struct block *block;
    struct error ignored;
    uint64_t at;

    if (exercise->kind != ANSWER_BLOCK || !number_parse(answer + (answer[0] == '+'), &at, &ignored))
        return false;
    block = block_table_get(&exercise->before->mirror->picture.blocks, at);
    return block && block->kind != HG_KIND_FREE;
}

const char *exercise_thought(const struct exercise *exercise, const char *answer)
{
    for (size_t i = 0; i < exercise->thought_count; i++) {
        if (answer_is(exercise->kind, answer, text_string(&exercise->thoughts[i].answer)))
            return exercise->thoughts[i].words;
    }
    return is_no_room(exercise, answer) ? "took a block that is not free" : NULL;
}

void exercise_add_answer(const struct exercise *exercise, const char *answer, struct text *text)
{
    text_add(text, "%s%s", answer, exercise->kind == ANSWER_PERCENT ? " %" : "");
}
