/* test_exercise.c: the answers of exercises are those of an independent model; the same seed makes
 * the same exercise; and slips are known for what they are. */
#include "exercise/exercise.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "exercise/model.h"
#include "target/serve.h"
#include "test.h"

static struct exercise make(const char *policy, enum exercise_topic topic, uint64_t seed)
{
    struct hg_config config = kind_config_default(policy);
    const struct exercise_id id = {seed, 0, topic};
    struct exercise exercise;
    struct error error;

    if (!exercise_create(&config, &id, &exercise, &error))
        fail_msg("%s", error.text);
    return exercise;
}

/* ---- The model ---- */

/* The free list of a heap, as it was read from memory. */
static struct model model_of(struct session *session)
{
    const struct block_table *blocks = &session->mirror->picture.blocks;
    struct model model = {0};
    struct free_lists lists;
    struct error error;

    assert_true(session_read_lists(session, SIZE_MAX, &lists, &error));
    assert_int_equal(lists.count, 1);
    for (size_t i = 0; i < lists.lists[0].count; i++) {
        const struct block *block = block_table_get(blocks, lists.lists[0].items[i]);

        assert_true(model.count < MODEL_HOLES_MAX - 1);
        model.list[model.count++] = (struct hole){block->at, block->size};
    }
    free_lists_finish(&lists);
    return model;
}

/* Let the model do what the command says. */
static struct outcome_of_model play(const struct exercise *exercise, enum model_fit fit,
                                    struct model *model)
{
    const char *command = text_string(&exercise->command);
    const struct picture *picture = &exercise->before->mirror->picture;
    struct outcome_of_model outcome;
    struct variable variable;
    const struct block *block;
    struct error error;
    char name[2] = "";
    uint32_t place;
    uint64_t size;

    if (sscanf(command, "alloc %1[A-Z] %" SCNu64, name, &size) == 2) {
        outcome = model_allocate(model, fit, size);
        outcome.is_met |= picture->limit == NO_LIMIT; /* the heap can grow */
        return outcome;
    }
    assert_int_equal(sscanf(command, "free %1[A-Z]", name), 1);
    assert_true(session_variable(exercise->before, name, &place, &variable, &error));
    block = block_table_get(&picture->blocks, variable.payload);
    return model_free(model, block->at, block->size);
}

static void add_answer(const struct exercise *exercise, const struct outcome_of_model *outcome,
                       const struct model *model, struct text *text)
{
    bool left = outcome->left, right = outcome->right;

    switch ((unsigned)exercise->topic) {
    case TOPIC_PLACE: text_add(text, "+0x%04" PRIx64, outcome->at); break;
    case TOPIC_SEARCH: text_add(text, "%zu", outcome->visits); break;
    case TOPIC_MERGE:
        text_add(text, "%s", left && right ? "both" : left ? "left" : right ? "right" : "none");
        break;
    case TOPIC_FRAGMENTATION: text_add(text, "%.1f", model_fragmentation(model) * 100); break;
    case TOPIC_FIT: text_add(text, outcome->is_met ? "yes" : "no"); break;
    case TOPIC_LIST:
        for (size_t i = 0; i < model->count; i++)
            text_add(text, "%s%" PRIu64, i ? " " : "", model->list[i].size);
        break;
    case TOPIC_SIZE:
        text_add(text, "%" PRIu64,
                 strstr(text_string(&exercise->question), "left of") ? outcome->remainder
                                                                     : outcome->block);
        break;
    default: break;
    }
}

static void answers_are_those_of_a_model_on_lists(void **state)
{
    enum { SEEDS = 5 };
    static const char *const policies[] = {
        [MODEL_FIRST] = "first-fit", [MODEL_BEST] = "best-fit", [MODEL_WORST] = "worst-fit"};

    (void)state;
    for (unsigned fit = MODEL_FIRST; fit <= MODEL_WORST; fit++) {
        for (unsigned topic = 0; topic < TOPICS; topic++) {
            for (uint64_t seed = 1; seed <= SEEDS; seed++) {
                struct exercise exercise = make(policies[fit], (enum exercise_topic)topic, seed);
                struct model model = model_of(exercise.before);
                struct outcome_of_model outcome = play(&exercise, (enum model_fit)fit, &model);
                struct text answer = {0};

                add_answer(&exercise, &outcome, &model, &answer);
                if (!exercise_is_right(&exercise, text_string(&answer)))
                    fail_msg("%s, %s, seed %" PRIu64 ", %s: the model says %s, the exercise %s",
                             policies[fit], exercise_topic_word((enum exercise_topic)topic), seed,
                             text_string(&exercise.command), text_string(&answer),
                             text_string(&exercise.answer));
                text_finish(&answer);
                exercise_finish(&exercise);
            }
        }
    }
}

/* ---- Seeds ---- */

/* All that is asked and answered. */
static void add_all(const struct exercise *exercise, struct text *text)
{
    text_add(text, "%s\n%s\n%s\n%s\n", text_string(&exercise->command),
             text_string(&exercise->question), text_string(&exercise->answer),
             text_string(&exercise->reason));
    for (size_t i = 0; i < exercise->thought_count; i++)
        text_add(text, "%s: %s\n", text_string(&exercise->thoughts[i].answer),
                 exercise->thoughts[i].words);
}

static void the_same_seed_makes_the_same_exercise(void **state)
{
    (void)state;
    for (unsigned topic = 0; topic < TOPICS; topic++) {
        struct text texts[3] = {0};

        for (unsigned i = 0; i < 3; i++) {
            struct exercise exercise = make("first-fit", (enum exercise_topic)topic, 41 + i / 2);

            add_all(&exercise, &texts[i]);
            exercise_finish(&exercise);
        }
        assert_string_equal(text_string(&texts[0]), text_string(&texts[1]));
        assert_string_not_equal(text_string(&texts[0]), text_string(&texts[2]));
        for (unsigned i = 0; i < 3; i++)
            text_finish(&texts[i]);
    }
}

/* A seed is for every machine and for good: sheets that were handed out must be solved as then. */
static void a_seed_makes_the_exercise_that_it_made_always(void **state)
{
    struct exercise exercise = make("best-fit", TOPIC_PLACE, 1);

    (void)state;
    assert_string_equal(text_string(&exercise.command), "alloc K 248");
    assert_string_equal(text_string(&exercise.answer), "+0x03e8");
    exercise_finish(&exercise);
}

static void a_word_is_a_seed_as_well(void **state)
{
    (void)state;
    assert_int_equal(random_seed("42"), 42);
    assert_int_equal(random_seed("Ada Lovelace"), random_seed("Ada Lovelace"));
    assert_int_not_equal(random_seed("Ada Lovelace"), random_seed("Ada Lovelacf"));
}

/* ---- Policies and topics ---- */

static void every_policy_with_a_choice_has_questions_of_every_topic(void **state)
{
    static const char *const policies[] = {"first-fit", "next-fit",   "best-fit", "worst-fit",
                                           "buddy",     "segregated", "tlsf",     "csapp",
                                           "kr",        "osmem"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(policies); i++) {
        for (unsigned topic = 0; topic < TOPICS; topic++) {
            struct exercise exercise = make(policies[i], (enum exercise_topic)topic, 3);

            assert_true(exercise.question.length > 0);
            assert_true(exercise.reason.length > 0);
            assert_true(exercise.thought_count > 0);
            assert_int_equal(exercise.after->history->steps.count,
                             exercise.before->history->steps.count + 1);
            exercise_finish(&exercise);
        }
    }
}

static void what_is_not_worth_asking_is_not_asked(void **state)
{
    struct hg_config config = kind_config_default("linear");
    struct exercise exercise;
    struct error error;

    (void)state;
    assert_false(
        exercise_create(&config, &(struct exercise_id){1, 0, TOPIC_MERGE}, &exercise, &error));
    assert_string_equal(error.text, "linear has no question of merge");
    assert_false(
        exercise_create_any(&config, &(struct exercise_id){1, 0, TOPICS}, &exercise, &error));
    assert_string_equal(error.text, "linear has nothing that is worth a question");
    config = kind_config_default("glibc"); /* which does not tell what it looks at */
    assert_false(
        exercise_create(&config, &(struct exercise_id){1, 0, TOPIC_SEARCH}, &exercise, &error));
}

static void exercises_without_a_topic_go_through_all_of_them(void **state)
{
    struct hg_config config = kind_config_default("first-fit");
    unsigned seen = 0;

    (void)state;
    for (unsigned number = 0; number < TOPICS; number++) {
        struct exercise exercise;
        struct error error;

        assert_true(exercise_create_any(&config, &(struct exercise_id){9, number, TOPICS},
                                        &exercise, &error));
        seen |= 1u << exercise.topic;
        exercise_finish(&exercise);
    }
    assert_int_equal(seen, (1u << TOPICS) - 1);
}

/* ---- Answers ---- */

static void a_slip_is_known_for_what_it_is(void **state)
{
    (void)state;
    for (unsigned topic = 0; topic < TOPICS; topic++) {
        struct exercise exercise = make("first-fit", (enum exercise_topic)topic, 5);

        for (size_t i = 0; i < exercise.thought_count; i++) {
            const char *answer = text_string(&exercise.thoughts[i].answer);
            struct text read = {0};
            struct error error;

            assert_true(exercise_read_answer(&exercise, answer, &read, &error));
            assert_false(exercise_is_right(&exercise, text_string(&read)));
            assert_ptr_equal(exercise_thought(&exercise, text_string(&read)),
                             exercise.thoughts[i].words);
            text_finish(&read);
        }
        exercise_finish(&exercise);
    }
}

static void a_slip_of_reckoning_goes_by_the_heaps_own_rules(void **state)
{
    static const struct {
        const char *policy;
        uint64_t seed;
        const char *answer, *words;
    } rows[] = {
        {"first-fit", 3, "337", "forgot to round up"},
        {"first-fit", 3, "336", "forgot the header"},
        {"first-fit", 2, "16",
         "forgot that a remainder too small for a block of its own goes along"},
        {"buddy", 1, "960", "rounded up to the alignment, and not to a power of two"},
        {"csapp", 1, "100", "forgot to round up"}, /* header and footer are 4 bytes each */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct exercise exercise = make(rows[i].policy, TOPIC_SIZE, rows[i].seed);
        const char *thought = exercise_thought(&exercise, rows[i].answer);

        assert_string_equal(thought ? thought : "", rows[i].words);
        exercise_finish(&exercise);
    }
}

/* Who answers with one side is told that it is the other only where it is. */
static void sides_are_confused_only_where_one_merges(void **state)
{
    static const struct {
        const char *given, *right;
    } rows[] = {{"left", "right"}, {"right", "left"}};
    size_t seen[TEST_COUNT(rows)] = {0};

    (void)state;
    for (uint64_t seed = 1; seed < 25; seed++) {
        struct exercise exercise = make("first-fit", TOPIC_MERGE, seed);

        for (size_t i = 0; i < TEST_COUNT(rows); i++) {
            const char *words = exercise_thought(&exercise, rows[i].given);
            bool is_other = strcmp(text_string(&exercise.answer), rows[i].right) == 0;

            if (strcmp(text_string(&exercise.answer), rows[i].given) == 0)
                continue;
            assert_int_equal(words && strstr(words, " for ") != NULL, is_other);
            seen[i] += is_other;
        }
        exercise_finish(&exercise);
    }
    assert_true(seen[0] > 0 && seen[1] > 0);
}

/* Of some exercise, best fit's answer where first fit is asked for. */
static void who_takes_best_for_first_is_told_so(void **state)
{
    bool seen = false;

    (void)state;
    for (uint64_t seed = 1; !seen && seed < 20; seed++) {
        struct exercise first = make("first-fit", TOPIC_PLACE, seed);
        struct model model = model_of(first.before);
        struct outcome_of_model best = play(&first, MODEL_BEST, &model);
        struct text answer = {0};
        const char *thought;

        text_add(&answer, "+0x%04" PRIx64, best.at);
        thought = exercise_thought(&first, text_string(&answer));
        if (!exercise_is_right(&first, text_string(&answer))) {
            assert_non_null(thought);
            assert_non_null(strstr(thought, "best fit"));
            seen = true;
        }
        text_finish(&answer);
        exercise_finish(&first);
    }
    assert_true(seen);
}

static void assert_read(const struct exercise *exercise, const char *given, const char *expected)
{
    struct text text = {0};
    struct error error;
    bool good = exercise_read_answer(exercise, given, &text, &error);

    if (good != (expected != NULL))
        fail_msg("'%s': %s", given, good ? "taken" : error.text);
    if (good)
        assert_string_equal(text_string(&text), expected);
    text_finish(&text);
}

static void answers_are_read_in_many_forms(void **state)
{
    struct exercise place = make("first-fit", TOPIC_PLACE, 1);
    struct exercise part = make("first-fit", TOPIC_FRAGMENTATION, 1);
    struct exercise merge = make("first-fit", TOPIC_MERGE, 1);
    struct exercise list = make("first-fit", TOPIC_LIST, 1);
    struct text address = {0};
    struct error error;

    (void)state;
    text_add(&address, "0x%" PRIx64, place.before->mirror->picture.heap_start + 0xb8);
    assert_read(&place, "+0x00b8", "+0x00b8");
    assert_read(&place, " 0xb8 ", "+0x00b8");
    assert_read(&place, "0xbf", "+0x00b8");
    assert_read(&place, text_string(&address), "+0x00b8");
    assert_read(&place, "0x100000", NULL);
    assert_read(&place, "there", NULL);
    assert_read(&part, "62.5%", "62.5");
    assert_read(&part, "62.46 %", "62.5");
    assert_read(&part, "much", NULL);
    assert_read(&merge, "L", "left");
    assert_read(&merge, "", NULL);
    assert_read(&merge, "up", NULL);
    assert_false(exercise_read_answer(&merge, "up", &address, &error));
    assert_string_equal(error.text, "'up' is no answer here; type none, left, right or both");
    text_clear(&address);
    text_add(&address, "+0x%" PRIx64, merge.subject);
    assert_read(&merge, text_string(&address), "none");
    text_clear(&address);
    text_add(&address, "+0x%" PRIx64, merge.subject - 1);
    assert_read(&merge, text_string(&address), "left");
    assert_read(&merge, "+0x100000", NULL);
    assert_read(&list, "208, 96  2K", "208 96 2048");
    assert_read(&list, "none", "none");
    assert_read(&list, "208 x", NULL);
    text_finish(&address);
    exercise_finish(&place);
    exercise_finish(&part);
    exercise_finish(&merge);
    exercise_finish(&list);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_those_of_a_model_on_lists),
        cmocka_unit_test(the_same_seed_makes_the_same_exercise),
        cmocka_unit_test(a_seed_makes_the_exercise_that_it_made_always),
        cmocka_unit_test(a_word_is_a_seed_as_well),
        cmocka_unit_test(every_policy_with_a_choice_has_questions_of_every_topic),
        cmocka_unit_test(what_is_not_worth_asking_is_not_asked),
        cmocka_unit_test(exercises_without_a_topic_go_through_all_of_them),
        cmocka_unit_test(a_slip_is_known_for_what_it_is),
        cmocka_unit_test(a_slip_of_reckoning_goes_by_the_heaps_own_rules),
        cmocka_unit_test(sides_are_confused_only_where_one_merges),
        cmocka_unit_test(who_takes_best_for_first_is_told_so),
        cmocka_unit_test(answers_are_read_in_many_forms),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
