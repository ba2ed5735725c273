/* test_printed.c: what a program printed, as text. */
#include <string.h>

#include "follow/printed.h"
#include "test.h"

static void what_is_printed_becomes_lines(void **state)
{
    static const struct {
        const char *printed, *text;
    } rows[] = {
        {"one\r\ntwo\r\n", "one\ntwo\n"},
        {"50%\r99%\rdone\r\n", "done\n"},
        {"\033[1;31mred\033[0m and \033]0;title\007plain", "red and plain"},
        {"\033]8;;http://x\033\\link\033]8;;\033\\", "link"},
        {"abc\b\bd", "ad"},
        {"a\n\bb", "a\nb"},
        {"bell\007 \tt\001ab", "bell \ttab"},
        {"\033(Bset\033=on", "seton"},
        {"\303\244\r\r\n", "\303\244\n"},
        {"cut \033[3", "cut "},
        {"cut \033", "cut "},
        {"", ""},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        for (size_t cut = 0; cut <= strlen(rows[i].printed); cut++) {
            struct text text = {0};

            printed_add(rows[i].printed, cut, &text); /* cut off anywhere, it does no harm */
            if (cut == strlen(rows[i].printed))
                assert_string_equal(text_string(&text), rows[i].text);
            text_finish(&text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_becomes_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
