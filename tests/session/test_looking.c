/* test_looking.c: what changed from one look at a heap to the next. */
#include "session/looking.h"

#include <stdio.h>
#include <string.h>

#include "target/serve.h"
#include "test.h"

static struct session *session;

static void act(enum op_kind kind, const char *name, uint64_t size)
{
    struct error error;

    if (!session_act(session, &(struct action){.kind = kind, .name = name, .size = size}, &error))
        fail_msg("%s", error.text);
}

/* From here on, what there is now is what was seen before. */
static void look(void)
{
    block_table_finish(&session->looks.before);
    block_table_copy(&session->looks.before, &session->mirror->picture.blocks);
    session->looks.has_before = true;
}

static void expect_change(const char *words)
{
    struct text text = {0};
    struct error error;

    assert_true(session_add_changes(session, &text, &error));
    if (!strstr(text_string(&text), words))
        fail_msg("'%s' is not in '%s'", words, text_string(&text));
    text_finish(&text);
}

static void set_up(void)
{
    struct hg_config config = kind_config_default("first-fit");
    struct error error;

    session = session_create(&config, &error);
    assert_non_null(session);
}

static void blocks_come_and_go_and_change_their_size(void **state)
{
    struct error error;
    struct text text = {0};

    (void)state;
    set_up();
    assert_false(session_add_changes(session, &text, &error));
    act(OP_ALLOC, "A", 100);
    act(OP_ALLOC, "B", 1000);
    act(OP_ALLOC, "C", 40);
    look();
    expect_change("3 blocks stayed as they were, and the break where it was.");
    act(OP_FREE, "A", 0);
    expect_change("freed     1 block, 112 bytes: +0x00b8 112");
    act(OP_ALLOC, "D", 2000);
    expect_change("allocated 1 block");
    act(OP_REALLOC, "B", 500);
    expect_change("shrank    1 block");
    expect_change("1 block stayed as it was");
    look();
    act(OP_REALLOC, "B", 900);
    expect_change("grew      1 block");
    act(OP_ALLOC, "E", 1 << 20);
    expect_change("the break moved up by");
    session_destroy(session);
}

/* Only the largest are listed; the others are counted. */
static void many_changes_are_counted(void **state)
{
    char name[16];

    (void)state;
    set_up();
    look();
    for (unsigned i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "a%u", i);
        act(OP_ALLOC, name, 100 + 16 * i);
    }
    expect_change("allocated 30 blocks");
    expect_change(", and 22 smaller");
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_and_go_and_change_their_size),
        cmocka_unit_test(many_changes_are_counted),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
