/* test_maps.c: what a process has mapped, line by line, and nothing of lines that are none. */
#include "base/maps.h"

#include <errno.h>
#include <unistd.h>

#include "test.h"

static void each_line_is_taken_apart(void **state)
{
    static const char lines[] =
        "00400000-00401000 r-xp 0000c000 fe:00 110     /a b/program (deleted)\n"
        "5555555da000-5555555ea000 rw-p 00000000 00:00 0 \n"
        "5555555ea000-5555555ea000 rw-p 00000000 00:00 0 [empty]\n"
        "\n"
        "nonsense\n"
        "1000-2000\n"
        "1000-2000 rw\n"
        "7ffff5400000-7ffff7400000 ---p 00000000 00:00 0\n"
        "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]";
    static const struct {
        uint64_t start, end;
        bool is_readable, is_writable;
        const char *name;
    } expected[] = {
        {0x400000, 0x401000, true, false, "/a b/program (deleted)"},
        {0x5555555da000, 0x5555555ea000, true, true, ""},
        {0x7ffff5400000, 0x7ffff7400000, false, false, ""},
        {0xffffffffff600000, 0xffffffffff601000, false, false, "[vsyscall]"},
    };
    const char *at = lines;
    struct mapping mapping;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(expected); i++) {
        assert_true(maps_next(&at, &mapping));
        assert_int_equal(mapping.start, expected[i].start);
        assert_int_equal(mapping.end, expected[i].end);
        assert_int_equal(mapping.is_readable, expected[i].is_readable);
        assert_int_equal(mapping.is_writable, expected[i].is_writable);
        assert_string_equal(mapping.name, expected[i].name);
    }
    assert_false(maps_next(&at, &mapping));
    assert_ptr_equal(at, lines + sizeof lines - 1);
}

static void a_name_that_is_too_long_is_cut_off(void **state)
{
    struct text lines = {0};
    struct mapping mapping;
    const char *at;

    (void)state;
    text_add_string(&lines, "1000-2000 r--p 00000000 00:00 0 /");
    text_add_repeated(&lines, "x", 2 * MAPPING_NAME_MAX);
    text_add_string(&lines, "\n2000-3000 r--p 00000000 00:00 0 y\n");
    at = text_string(&lines);
    assert_true(maps_next(&at, &mapping));
    assert_int_equal(strlen(mapping.name), MAPPING_NAME_MAX - 1);
    assert_true(maps_next(&at, &mapping));
    assert_string_equal(mapping.name, "y");
    text_finish(&lines);
}

static void our_own_are_there_and_nobodys_are_not(void **state)
{
    uint64_t here = (uintptr_t)&our_own_are_there_and_nobodys_are_not;
    struct text lines = {0};
    struct mapping mapping;
    const char *at;
    bool found = false;

    (void)state;
    assert_true(maps_read((int)getpid(), &lines));
    at = text_string(&lines);
    while (!found && maps_next(&at, &mapping))
        found = mapping.start <= here && here < mapping.end;
    assert_true(found && mapping.is_readable && !mapping.is_writable);
    assert_int_equal(mapping.name[0], '/');
    text_clear(&lines);
    assert_false(maps_read(-1, &lines));
    assert_int_equal(errno, ENOENT);
    assert_int_equal(lines.length, 0);
    text_finish(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_line_is_taken_apart),
        cmocka_unit_test(a_name_that_is_too_long_is_cut_off),
        cmocka_unit_test(our_own_are_there_and_nobodys_are_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
