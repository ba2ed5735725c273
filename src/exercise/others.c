/* others.c: wrong answers that are right elsewhere: what the same moves lead to on heaps of other
 * policies and settings, or for a smaller request. See topics.h. */
#include "exercise/topics.h"

#include "settings/settings.h"

#define OF(topic) (1u << TOPIC_##topic)

/* Who goes by another rule than the heap's. */
static const struct other {
    unsigned topics;         /* bits, to which it matters */
    enum hg_setting setting; /* that has this value, where the policy is the heap's own: */
    uint64_t value;
    const char *policy; /* NULL */
    const char *words;
} others[] = {
    {.topics = OF(PLACE) | OF(SEARCH) | OF(LIST) | OF(FRAGMENTATION),
     .policy = "first-fit",
     .words = "took first fit: the first block on the list that is large enough"},
    {.topics = OF(PLACE) | OF(SEARCH) | OF(LIST) | OF(FRAGMENTATION),
     .policy = "best-fit",
     .words = "took best fit: the smallest block that is large enough"},
    {.topics = OF(PLACE) | OF(SEARCH) | OF(LIST) | OF(FRAGMENTATION),
     .policy = "worst-fit",
     .words = "took worst fit: the largest block"},
    {.topics = OF(PLACE) | OF(SEARCH),
     .policy = "next-fit",
     .words = "took next fit: going on where the last search ended"},
    {.topics = OF(PLACE) | OF(SEARCH) | OF(LIST),
     .setting = HG_SETTING_ORDER,
     .value = HG_ORDER_ADDRESS,
     .words = "took the free list to be in the order of addresses"},
    {.topics = OF(PLACE) | OF(SEARCH) | OF(LIST),
     .setting = HG_SETTING_ORDER,
     .value = HG_ORDER_LIFO,
     .words = "took the free list to begin with what was freed last"},
    {.topics = OF(PLACE) | OF(SEARCH) | OF(LIST),
     .setting = HG_SETTING_ORDER,
     .value = HG_ORDER_FIFO,
     .words = "took the free list to end with what was freed last"},
    {.topics = OF(FRAGMENTATION) | OF(LIST),
     .setting = HG_SETTING_COALESCE,
     .value = HG_COALESCE_NEVER,
     .words = "forgot that free neighbours merge"},
    {.topics = OF(FRAGMENTATION) | OF(LIST),
     .setting = HG_SETTING_COALESCE,
     .value = HG_COALESCE_IMMEDIATE,
     .words = "merged at once, which this heap does not do"},
};

/* Whether two heaps have the same blocks: else what happens on the one says nothing of the
 * other. */
static bool are_alike(const struct picture *one, const struct picture *other)
{
    struct block_cursor left = block_table_find(&one->blocks, 0);
    struct block_cursor right = block_table_find(&other->blocks, 0);
    const struct block *a, *b;

    for (; (a = block_cursor_get(&left)); block_cursor_next(&left), block_cursor_next(&right)) {
        b = block_cursor_get(&right);
        if (!b || a->at != b->at || a->size != b->size || a->kind != b->kind)
            return false;
    }
    return true;
}

/* Note the answer that another heap gives to the same question. */
static void note(struct making *making, struct session *session, const struct move *command,
                 const char *words)
{
    enum exercise_topic topic = making->exercise->topic;
    struct making other = *making;
    struct text answer = {0};
    struct error ignored;

    other.command = *command;
    other.lists_after = (struct free_lists){0};
    if (making_run(&other, session, topic == TOPIC_LIST, &ignored) &&
        exercise_kind_of(topic)->answer(&other, &answer))
        exercise_think(making->exercise, words, "%s", text_string(&answer));
    free_lists_finish(&other.lists_after);
    text_finish(&answer);
}

static void think_of_other(struct making *making, const struct other *other)
{
    struct hg_config config = *making->config;
    bool is_other_policy = other->policy != NULL;
    struct session *session;
    struct error error;

    if (is_other_policy)
        config.policy = other->policy;
    else
        config.settings[other->setting] = other->value;
    session = plan_repeat(making->plan, &config, &error);
    if (!session)
        making_lacks(making, &error);
    if (session && (!is_other_policy || are_alike(making->before, &session->mirror->picture)))
        note(making, session, &making->command, other->words);
    session_destroy(session);
}

/* Note what comes of it if whoever answers asks for the header's bytes less. */
static void think_of_less(struct making *making)
{
    uint64_t header = setting_of(making->before, "header", 0);
    struct move less = making->command;
    struct session *session;
    struct error error;

    if (less.kind != OP_ALLOC || less.size <= header || header == 0)
        return;
    less.size -= header;
    session = session_imagine(making->plan->session, NULL, &error);
    if (session)
        note(making, session, &less, "forgot the header, which needs room, too");
    else
        making_lacks(making, &error);
    session_destroy(session);
}

void think_of_others(struct making *making)
{
    unsigned topic = 1u << making->exercise->topic;

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct other *other = &others[i];

        if (!(other->topics & topic))
            continue;
        if (other->policy ? strcmp(other->policy, making->config->policy) == 0
                          : making->config->settings[other->setting] == other->value ||
                                !setting_matters(making->config, other->setting))
            continue;
        think_of_other(making, other);
    }
    if (topic & (OF(PLACE) | OF(SEARCH) | OF(LIST)))
        think_of_less(making);
}
