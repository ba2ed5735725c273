/* test_size.c: sizes and numbers as people write them. */
#include "base/size.h"

#include <string.h>

#include "test.h"

static void sizes_are_read(void **state)
{
    static const struct {
        const char *text;
        uint64_t size;
    } rows[] = {
        {"0", 0},
        {"24", 24},
        {"24B", 24},
        {"16K", 16384},
        {"16k", 16384},
        {"4KiB", 4096},
        {"4kb", 4096},
        {"10M", 10485760},
        {"1.5G", 1610612736},
        {"0.5K", 512},
        {".5K", 0}, /* not read: see below */
        {"0x40", 64},
        {"0XfF", 255},
        {"1T", (uint64_t)1 << 40},
        {"15E", (uint64_t)15 << 60},
        {"18446744073709551615", UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error error;
        uint64_t size = 0;
        bool read = size_parse(rows[i].text, &size, &error);

        assert_int_equal(read, rows[i].text[0] != '.');
        assert_int_equal(size, rows[i].size);
    }
}

static void what_is_no_size_is_refused_and_named(void **state)
{
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"", "is not a size"},
        {"abc", "is not a size"},
        {".", "is not a size"},
        {"-5", "is negative"},
        {"12Q", "there is no unit 'Q'"},
        {"12KK", "there is no unit 'KK'"},
        {"12 K", "there is no unit ' K'"},
        {"1.5", "is not a whole number of bytes"},
        {"1.0001K", "is not a whole number of bytes"},
        {"16E", "is too large"},
        {"18446744073709551616", "is too large"},
        {"99999999999999999999999", "is too large"},
        {"0x", "is not a number"},
        {"0xg", "is not a number"},
        {"0x10000000000000000", "is too large"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct error error = {0};
        uint64_t size = 77;

        assert_false(size_parse(rows[i].text, &size, &error));
        assert_int_equal(size, 77);
        if (!strstr(error.text, rows[i].message))
            fail_msg("'%s' was refused with: %s", rows[i].text, error.text);
    }
}

static void sizes_are_written_short_and_exact(void **state)
{
    static const struct {
        uint64_t size;
        const char *brief, *exact;
    } rows[] = {
        {0, "0", "0"},
        {1023, "1023", "1023"},
        {1024, "1K", "1K"},
        {1536, "1.5K", "1536"},
        {10485760, "10M", "10M"},
        {10485776, "10M", "10485776"},
        {10590617, "10.1M", "10590617"},
        {1023 * 1024, "1M", "1023K"},
        {(uint64_t)3 << 39, "1.5T", "1536G"},
        {UINT64_MAX, "16E", "18446744073709551615"},
    };
    char buffer[SIZE_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        assert_string_equal(size_short(rows[i].size, buffer), rows[i].brief);
        assert_string_equal(size_exact(rows[i].size, buffer), rows[i].exact);
    }
}

static void an_exact_size_reads_back_as_itself(void **state)
{
    struct error error;
    char buffer[SIZE_TEXT_MAX];

    (void)state;
    for (uint64_t size = 1; size; size = size > UINT64_MAX / 3 ? 0 : size * 3) {
        uint64_t read;

        assert_true(size_parse(size_exact(size << (size % 7), buffer), &read, &error));
        assert_int_equal(read, size << (size % 7));
    }
}

static void sizes_and_offsets_are_written_in_sentences(void **state)
{
    static const struct {
        uint64_t number;
        const char *size, *offset;
    } rows[] = {
        {0, "0 bytes", "+0x0000"},
        {1, "1 byte", "+0x0001"},
        {0xb8, "184 bytes", "+0x00b8"},
        {1023, "1023 bytes", "+0x03ff"},
        {1536, "1.5K", "+0x0600"},
        {0x12345, "72.8K", "+0x12345"},
        {UINT64_MAX, "16E", "+0xffffffffffffffff"},
    };
    char buffer[SIZE_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        assert_string_equal(size_in_words(rows[i].number, buffer), rows[i].size);
        assert_string_equal(offset_text(rows[i].number, buffer), rows[i].offset);
    }
}

static void numbers_are_written_in_groups(void **state)
{
    static const struct {
        uint64_t number;
        const char *text;
    } rows[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {10485776, "10,485,776"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    char buffer[NUMBER_GROUPED_MAX];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_string_equal(number_grouped(rows[i].number, buffer), rows[i].text);
}

/* 1 MiB behind the heap's end an offset still says where that is. */
static void places_far_from_a_heap_are_addresses(void **state)
{
    static const struct {
        uint64_t at, start, size;
        const char *words;
    } rows[] = {
        {0x10, 0x10000000, 0x1000, "+0x0010"},
        {0x1000, 0x10000000, 0x1000, "+0x1000"},
        {0x101000, 0x10000000, 0x1000, "+0x101000"},
        {0x101001, 0x10000000, 0x1000, "0x10101001"},
        {-0x10000000ull + 0xe, 0x10000000, 0x1000, "0x000e"},
        {0x2aaaa1b50008, 0x555555f00000, 0, "0x7ffff7a50008"},
    };
    char buffer[SIZE_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        assert_string_equal(place_text(rows[i].at, rows[i].start, rows[i].size, buffer),
                            rows[i].words);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(what_is_no_size_is_refused_and_named),
        cmocka_unit_test(sizes_are_written_short_and_exact),
        cmocka_unit_test(sizes_and_offsets_are_written_in_sentences),
        cmocka_unit_test(places_far_from_a_heap_are_addresses),
        cmocka_unit_test(an_exact_size_reads_back_as_itself),
        cmocka_unit_test(numbers_are_written_in_groups),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
