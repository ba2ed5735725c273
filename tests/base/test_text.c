/* test_text.c: strings that grow, errors, and UTF-8. */
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/tell.h"
#include "base/utf8.h"
#include "test.h"

static void a_text_grows_and_is_always_a_string(void **state)
{
    struct text text = {0};

    (void)state;
    assert_string_equal(text_string(&text), "");
    for (int i = 0; i < 1000; i++)
        text_add(&text, "%d,", i);
    assert_int_equal(text.length, strlen(text.data));
    assert_string_equal(text.data + text.length - 8, "998,999,");
    text_clear(&text);
    assert_string_equal(text_string(&text), "");
    text_add_repeated(&text, "ab", 3);
    assert_string_equal(text_string(&text), "ababab");
    text_finish(&text);
}

static void numbers_read_as_printf_writes_them(void **state)
{
    static const uint64_t numbers[] = {0, 9, 10, 12345, UINT64_MAX};
    struct text text = {0};
    char expected[64];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(numbers); i++) {
        text_clear(&text);
        text_add_number(&text, numbers[i]);
        snprintf(expected, sizeof expected, "%llu", (unsigned long long)numbers[i]);
        assert_string_equal(text_string(&text), expected);
    }
    for (unsigned i = 0; i < 200000; i++) { /* a half is rounded to the even tenth */
        double number = i % 2 ? i / 80.0 : i / 1999.0;

        text_clear(&text);
        text_add_tenths(&text, number);
        snprintf(expected, sizeof expected, "%.1f", number);
        assert_string_equal(text_string(&text), expected);
    }
    text_clear(&text);
    text_add(&text, "%s-%zu/%" PRIu64 "%% %5s%d %s", "a", (size_t)1, UINT64_MAX, "b", -2, "c");
    assert_string_equal(text_string(&text), "a-1/18446744073709551615%     b-2 c");
    text_clear(&text);
    text_add_tenths(&text, -1.25);
    text_add(&text, "%0200d", 7);
    assert_int_equal(text.length, 204);
    assert_memory_equal(text.data, "-1.20000", 8);
    text_finish(&text);
}

static void an_error_is_cut_off_rather_than_overrun(void **state)
{
    struct error error;
    char text[2 * ERROR_TEXT_MAX];

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(error_set(&error, "%s", text));
    assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
    assert_false(error_append(&error, "more"));
    assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
}

static void every_character_survives_utf8(void **state)
{
    struct text text = {0};

    (void)state;
    for (uint32_t character = 1; character < 0x110000; character++) {
        const char *place;

        if (character >= 0xd800 && character < 0xe000)
            continue;
        text_clear(&text);
        utf8_add(&text, character);
        place = text_string(&text);
        assert_int_equal(utf8_next(&place), character);
        assert_ptr_equal(place, text.data + text.length);
    }
    text_finish(&text);
}

static void what_is_not_utf8_reads_as_a_replacement(void **state)
{
    /* a lone continuation, overlong forms, a surrogate, too large, cut off */
    static const char *const rows[] = {"\x80",         "\xc0\x80",         "\xe0\x80\x80",
                                       "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        const char *place = rows[i];

        assert_int_equal(utf8_next(&place), 0xfffd);
        assert_ptr_equal(place, rows[i] + 1);
    }
}

static void what_a_terminal_would_obey_is_made_visible(void **state)
{
    static const struct {
        const char *string, *visible;
    } rows[] = {
        {"plain, \xc3\xa9 \xe6\x97\xa5", "plain, \xc3\xa9 \xe6\x97\xa5"},
        {"\033[31m", "^[[31m"},
        {"a\tb\nc\r", "a b\nc^M"},
        {"\x7f\xc2\x9b"
         "2J",
         "^?\\x9b2J"},
        {"\xff\xe2\x82", "\\xff\\xe2\\x82"},
        {"a\u202eb\u2066\ufeff\u2028", "a\\u202eb\\u2066\\ufeff\\u2028"}, /* not turned around */
        {"\U000e0041", "\\ue0041"},
        {"\u200d\u0301", "\u200d\u0301"}, /* these only join */
        {"\xef\xbf\xbd", "\xef\xbf\xbd"}, /* U+FFFD itself is a character */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text text = {0};

        utf8_add_visible(&text, rows[i].string, strlen(rows[i].string));
        assert_string_equal(text_string(&text), rows[i].visible);
        text_finish(&text);
    }
}

static void what_ends_a_text_is_cut_off(void **state)
{
    static const struct {
        const char *text, *characters, *rest;
    } rows[] = {
        {"a b \t ", " \t", "a b"}, {" \t", " \t", ""}, {"", " ", ""},
        {"a\n\n", "\n", "a"},      {"a ", "\n", "a "},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text text = {0};

        text_add_string(&text, rows[i].text);
        text_trim_end(&text, rows[i].characters);
        assert_string_equal(text_string(&text), rows[i].rest);
        assert_int_equal(text.length, strlen(rows[i].rest));
        text_finish(&text);
    }
}

static void what_is_told_is_one_line(void **state)
{
    char *written = NULL;
    size_t size = 0;
    FILE *output = open_memstream(&written, &size);

    (void)state;
    tell(output, "%s: %d", "a\nb\033]0;T\a", 7);
    fclose(output);
    assert_string_equal(written, "a^Jb^[]0;T^G: 7\n");
    free(written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_grows_and_is_always_a_string),
        cmocka_unit_test(numbers_read_as_printf_writes_them),
        cmocka_unit_test(an_error_is_cut_off_rather_than_overrun),
        cmocka_unit_test(every_character_survives_utf8),
        cmocka_unit_test(what_is_not_utf8_reads_as_a_replacement),
        cmocka_unit_test(what_a_terminal_would_obey_is_made_visible),
        cmocka_unit_test(what_ends_a_text_is_cut_off),
        cmocka_unit_test(what_is_told_is_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
