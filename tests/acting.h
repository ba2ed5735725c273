/* acting.h: a session begun and acted on by a test, which fails where it cannot. */
#ifndef TESTS_ACTING_H
#define TESTS_ACTING_H

#include "session/session.h"
#include "test.h"

/* A session on a fresh heap, which the caller destroys. */
static inline struct session *begin_configured(const struct hg_config *config)
{
    struct error error;
    struct session *session = session_create(config, &error);

    if (!session)
        fail_msg("%s", error.text);
    return session;
}

/* The same, with the settings that `policy` begins with. */
static inline struct session *begin(const char *policy)
{
    struct hg_config config = kind_config_default(policy);

    return begin_configured(&config);
}

/* Carry out a step of this kind on what bears this name; the number is its size, or the per cent
 * that it touches. The step that it was. */
static inline const struct step *act(struct session *session, enum op_kind kind, const char *name,
                                     uint64_t number)
{
    struct action action = {.kind = kind, .name = name, .size = number, .argument = number};
    struct error error;

    if (!session_act(session, &action, &error))
        fail_msg("%s", error.text);
    return history_last_step(session->history);
}

/* The block that a name of the program's points to. */
static inline const struct block *block_of(const struct session *session, const char *name)
{
    struct variable variable;
    struct error error;
    uint32_t slot;

    if (!session_variable(session, name, &slot, &variable, &error))
        fail_msg("%s", error.text);
    return block_table_get(&session->mirror->picture.blocks, variable.payload);
}

#endif
