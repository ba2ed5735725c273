/* test_callers.c: who called, in so many characters. */
#include "session/callers.h"

#include "base/text.h"
#include "test.h"

static void places_keep_their_file_where_there_is_little_room(void **state)
{
    static const struct {
        const char *place;
        size_t most;
        const char *expected;
    } rows[] = {
        {"main (foo.c:12)", 34, "main (foo.c:12)"},
        {"main (foo.c:12)", 15, "main (foo.c:12)"},
        {"_nl_make_l10nflist.localalias (l10nflist.c:242)", 34,
         "_nl_mak..alalias (l10nflist.c:242)"},
        {"std::map<...>::operator[] (a-very-long-name-of-a-file.cc:1234)", 34,
         "std::map<...>::o..-a-file.cc:1234)"}, /* nothing would be left of the function */
        {"_IO_fdopen@@GLIBC_2.2.5 (iofdopen.c:122)", 34, "_IO_fdo..BC_2.2.5 (iofdopen.c:122)"},
        {"f\u00e4hrt_durch_die_nacht_und_den_wind (v.c:1)", 24, "f\u00e4hrt_d..en_wind (v.c:1)"},
        {"0x27664a (cc1)", 34, "0x27664a (cc1)"},
        {"0x12345678", 6, "0x..78"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct text text = {0};

        callers_shorten(rows[i].place, rows[i].most, &text);
        assert_string_equal(text_string(&text), rows[i].expected);
        text_finish(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_keep_their_file_where_there_is_little_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
