/* test_plainly.c: what is said of a step on a heap that does not tell what it does. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "explain/explain.h"
#include "kind/c_library.h"
#include "session/session.h"
#include "target/serve.h"
#include "test.h"

static struct session *start(const char *policy)
{
    struct hg_config config = kind_config_default(policy);
    struct error error;
    struct session *session = session_create(&config, &error);

    assert_non_null(session);
    return session;
}

static void act(struct session *session, enum op_kind kind, const char *name, uint64_t size)
{
    struct action action = {.kind = kind, .name = name, .size = size};
    struct error error;

    if (!session_act(session, &action, &error))
        fail_msg("%s", error.text);
}

static const struct block *block_of(const struct session *session, const char *name)
{
    struct variable variable;
    struct error error;
    uint32_t slot;

    assert_true(session_variable(session, name, &slot, &variable, &error));
    return block_table_get(&session->mirror->picture.blocks, variable.payload);
}

static void assert_explained(const struct session *session, const char *sentences)
{
    struct text text = {0};

    explain_last_step(session, EXPLAIN_ROUNDED, &text);
    assert_string_equal(text_string(&text), sentences);
    text_finish(&text);
}

static void sentences_say_what_came_of_a_step_and_no_more(void **state)
{
    struct session *session = start("glibc");
    struct kind_description *description = &session->mirror->picture.description;
    char sentences[200];
    uint64_t at;

    (void)state;
    description->capabilities &= ~(uint32_t)KIND_INFERS;
    act(session, OP_ALLOC, "A", 100);
    at = block_of(session, "A")->at;
    snprintf(sentences, sizeof sentences,
             "A's payload lies in a block of 112 bytes at +0x%04" PRIx64
             ", and 104 bytes of it can "
             "be used. This heap does not tell how.",
             at);
    assert_explained(session, sentences);
    act(session, OP_FREE, "A", 0);
    snprintf(sentences, sizeof sentences,
             "The allocator took A's payload at +0x%04" PRIx64 " back. What is free there now has "
             "112 bytes and begins at +0x%04" PRIx64 ". This heap does not tell how.",
             at + 8, at);
    assert_explained(session, sentences);
    act(session, OP_ALLOC, "B", UINT64_MAX / 2);
    assert_explained(session, "The allocator answered NULL. This heap does not tell why.");
    act(session, OP_FREE, "B", 0);
    assert_explained(session, "B is NULL: free does nothing.");
    session_destroy(session);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_say_what_came_of_a_step_and_no_more),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    if (!c_library_has_malloc()) { /* a sanitizer's, or valgrind's */
        puts("1..0 # SKIP malloc is not the C library's");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
