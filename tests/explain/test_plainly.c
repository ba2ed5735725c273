/* test_plainly.c: what is said of a step on a heap that does not tell what it does. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "acting.h"
#include "explain/explain.h"
#include "needs_glibc.h"
#include "target/serve.h"

static void assert_explained(const struct session *session, const char *sentences)
{
    struct text text = {0};

    explain_last_step(session, EXPLAIN_ROUNDED, &text);
    assert_string_equal(text_string(&text), sentences);
    text_finish(&text);
}

static void sentences_say_what_came_of_a_step_and_no_more(void **state)
{
    struct session *session = begin("glibc");
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
    if (!malloc_is_the_c_librarys())
        return 0;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
