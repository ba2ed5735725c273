/* test_suggest.c: the word that somebody probably meant. */
#include "base/suggest.h"

#include <string.h>

#include "test.h"

static const char *suggest(const char *word)
{
    static const char *const words[] = {"alloc", "calloc", "realloc", "free", "freelist", "A", "B"};
    struct suggestion suggestion = suggestion_for(word);

    for (size_t i = 0; i < TEST_COUNT(words); i++)
        suggestion_consider(&suggestion, words[i]);
    return suggestion.best;
}

static void near_words_are_suggested(void **state)
{
    (void)state;
    assert_string_equal(suggest("aloc"), "alloc");
    assert_string_equal(suggest("rfee"), "free"); /* two letters exchanged */
    assert_string_equal(suggest("FREE"), "free");
    assert_string_equal(suggest("frees"), "free");
    assert_string_equal(suggest("freelst"), "freelist");
    assert_string_equal(suggest("rfeelsit"), "freelist"); /* and two, twice */
    assert_string_equal(suggest("Bb"), "B");
    assert_string_equal(suggest("a"), "A");
}

static void far_words_are_not(void **state)
{
    char long_word[200];

    (void)state;
    memset(long_word, 'a', sizeof long_word - 1);
    long_word[sizeof long_word - 1] = '\0';
    assert_null(suggest("xyzzy"));
    assert_null(suggest("C"));
    assert_null(suggest(""));
    assert_null(suggest(long_word));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_words_are_suggested),
        cmocka_unit_test(far_words_are_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
