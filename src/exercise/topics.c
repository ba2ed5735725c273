/* topics.c: see topics.h. */
#include "exercise/topics.h"

#include <inttypes.h>

#include "base/size.h"
#include "base/suggest.h"
#include "kind/kind.h"

static const struct exercise_kind topics[TOPICS] = {
#define X(name, word, asks, kind)                                                                  \
    [TOPIC_##name] = {                                                                             \
        #word, asks, ANSWER_##kind, topic_answer_##word, topic_ask_##word, topic_think_##word},
    EXERCISE_TOPICS(X)
#undef X
};

const struct exercise_kind *exercise_kind_of(enum exercise_topic topic)
{
    return &topics[topic];
}

const char *exercise_topic_word(enum exercise_topic topic)
{
    return topics[topic].word;
}

const char *exercise_topic_asks(enum exercise_topic topic)
{
    return topics[topic].asks;
}

enum exercise_topic exercise_topic_find(const char *word, struct error *error)
{
    struct suggestion suggestion = suggestion_for(word);

    for (unsigned topic = 0; topic < TOPICS; topic++) {
        if (strcmp(topics[topic].word, word) == 0)
            return (enum exercise_topic)topic;
        suggestion_consider(&suggestion, topics[topic].word);
    }
    error_set(error, "there is no topic '%s'", word);
    if (suggestion_add(&suggestion, error))
        return TOPICS;
    for (unsigned topic = 0; topic < TOPICS; topic++)
        error_append(error, "%s %s", topic ? "," : "; there are", topics[topic].word);
    return TOPICS;
}

/* ---- For topics ---- */

bool making_run(struct making *making, struct session *session, bool lists, struct error *error)
{
    const struct action action = {
        .kind = making->command.kind, .name = making->command.name, .size = making->command.size};

    if (!session_act(session, &action, error))
        return false;
    making->after = &session->mirror->picture;
    making->step = history_last_step(session->history);
    return !lists || session_read_lists(session, SIZE_MAX, &making->lists_after, error);
}

bool making_is_lack(const struct error *error)
{
    return error->kind == ERROR_SYSTEM || error->kind == ERROR_NO_MEMORY;
}

void making_lacks(struct making *making, const struct error *error)
{
    if (making_is_lack(error) && making->trouble->kind == ERROR_NONE)
        *making->trouble = *error;
}

void making_ask(const struct making *making, const char *before, const char *behind)
{
    text_add(&making->exercise->question, "%s **%s** %s", before, making->command.name, behind);
}

void making_think(const struct making *making, const char *words, uint64_t number)
{
    exercise_think(making->exercise, words, "%" PRIu64, number);
}

void making_think_block(const struct making *making, const char *words, const struct block *block)
{
    char at[SIZE_TEXT_MAX];

    exercise_think(making->exercise, words, "%s", offset_text(block->at, at));
}

const struct block *making_taken(const struct making *making)
{
    const struct hg_event *take = event_first(making->after, HG_EVENT_TAKE);
    const struct block *block = take ? block_table_get(&making->before->blocks, take->at) : NULL;

    if (!block || block->kind != HG_KIND_FREE)
        return NULL;
    return block->at == take->at && block->size == take->size ? block : NULL;
}

bool making_is_refused(const struct making *making)
{
    return making->step->result.refused;
}

const struct hg_event *event_first(const struct picture *picture, enum hg_event_kind kind)
{
    for (size_t i = 0; i < picture->events.count; i++) {
        if (picture->events.items[i].kind == kind)
            return &picture->events.items[i];
    }
    return NULL;
}

uint64_t setting_of(const struct picture *picture, const char *name, uint64_t otherwise)
{
    const struct description_setting *setting = description_setting(&picture->description, name);

    return setting ? setting->value : otherwise;
}

uint64_t alignment_of(const struct picture *picture)
{
    enum { USUAL = 16 };
    const struct hg_policy_info *info = kind_policy_find(picture->description.policy, NULL);

    return setting_of(picture, "alignment", info && info->alignment ? info->alignment : USUAL);
}
