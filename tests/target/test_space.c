/* test_space.c: the parts of an address space, as the kernel lists them. */
#include "target/space.h"

#include <string.h>
#include <unistd.h>

#include "target/serve.h"
#include "target/target.h"
#include "test.h"

static void each_mapping_is_called_what_it_is(void **state)
{
    static const char maps[] =
        "555555554000-555555560000 r--p 00000000 fe:00 110     /a b/program (deleted)\n"
        "555555560000-5555555b1000 r-xp 0000c000 fe:00 110     /a b/program (deleted)\n"
        "5555555d9000-5555555da000 rw-p 00085000 fe:00 110     /a b/program (deleted)\n"
        "5555555da000-5555555ea000 rw-p 00000000 00:00 0 \n"
        "5555555ea000-555555feb000 rw-p 00000000 00:00 0       [heap]\n"
        "nonsense\n"
        "7ffff5400000-7ffff7400000 rw-p 00000000 00:00 0 \n"
        "7ffff74b8000-7ffff7c13000 rw-s 00000000 00:01 515     /memfd:heapglass (deleted)\n"
        "7ffff7c17000-7ffff7c19000 r--p 00000000 fe:00 333     /usr/lib/libc.so.6\n"
        "7ffff7c19000-7ffff7c20000 rw-p 00000000 00:00 0 \n"
        "7ffff7fc8000-7ffff7fca000 r-xp 00000000 00:00 0       [vdso]\n"
        "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0       [stack]";
    static const struct space_part expected[] = {
        {0x555555554000, 0x5555555b1000, SPACE_TEXT},
        {0x5555555d9000, 0x5555555da000, SPACE_DATA},
        {0x5555555da000, 0x5555555ea000, SPACE_BSS},
        {0x5555555ea000, 0x555555feb000, SPACE_HEAP},
        {0x7ffff5400000, 0x7ffff7400000, SPACE_VARIABLES},
        {0x7ffff74b8000, 0x7ffff7c13000, SPACE_EXCHANGE},
        {0x7ffff7c17000, 0x7ffff7c20000, SPACE_LIBRARIES},
        {0x7ffff7fc8000, 0x7ffff7fca000, SPACE_KERNEL},
        {0x7ffffffde000, 0x7ffffffff000, SPACE_STACK},
    };
    struct space space;

    (void)state;
    space_parse(maps, "/a b/program (deleted)", 0x7ffff73ffff8, &space);
    assert_int_equal(space.count, TEST_COUNT(expected));
    for (size_t i = 0; i < space.count; i++) {
        assert_int_equal(space.parts[i].start, expected[i].start);
        assert_int_equal(space.parts[i].end, expected[i].end);
        assert_int_equal(space.parts[i].kind, expected[i].kind);
    }
    assert_ptr_equal(space_find(&space, SPACE_HEAP), &space.parts[3]);
    assert_null(space_find(&space, SPACE_OTHER));
    space_finish(&space);
}

static void assert_heap_is(struct target *target, uint64_t start, uint64_t size)
{
    struct space space;
    struct error error;
    const struct space_part *heap;

    assert_true(space_read((int)target_pid(target), 0, &space, &error));
    heap = space_find(&space, SPACE_HEAP);
    assert_non_null(heap);
    assert_int_equal(heap->start, start);
    assert_int_equal(heap->end, start + size);
    for (enum space_kind kind = SPACE_TEXT; kind <= SPACE_HEAP; kind++)
        assert_non_null(space_find(&space, kind));
    assert_non_null(space_find(&space, SPACE_STACK));
    assert_non_null(space_find(&space, SPACE_EXCHANGE));
    assert_null(space_find(&space, SPACE_VARIABLES));
    for (size_t i = 1; i < space.count; i++)
        assert_true(space.parts[i].start >= space.parts[i - 1].end);
    space_finish(&space);
}

static void the_heap_is_the_part_that_the_break_ends(void **state)
{
    struct hg_config config = kind_config_default("first-fit");
    struct kind_description description;
    struct target_splice splice;
    struct target_change change;
    struct error error;
    struct target *target = target_create(NULL, &error);

    (void)state;
    assert_non_null(target);
    assert_true(target_open(target, &config, &description, &splice, &error));
    assert_heap_is(target, splice.heap_start, splice.heap_size);
    assert_true(target_run(target, &(struct op){.kind = OP_ALLOC, .size = 10 << 20}, &change));
    assert_true(change.result.heap_size > 10 << 20);
    assert_heap_is(target, splice.heap_start, change.result.heap_size);
    target_destroy(target);
}

static void a_process_that_is_gone_has_none(void **state)
{
    struct space space;
    struct error error;

    (void)state;
    assert_false(space_read(-1, 0, &space, &error));
    assert_non_null(strstr(error.text, "does not tell"));
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mapping_is_called_what_it_is),
        cmocka_unit_test(the_heap_is_the_part_that_the_break_ends),
        cmocka_unit_test(a_process_that_is_gone_has_none),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
