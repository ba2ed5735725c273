/* test_untold.c: a heap that tells nothing is cut at the payloads that are known. */
#include "session/untold.h"

#include <stdlib.h>

#include "test.h"

static void payloads_cut_what_is_untold(void **state)
{
    static const struct allocation allocations[] = {
        {.payload = 0x40, .requested = 100, .born = 3},
        {.payload = 0x10, .requested = 16, .born = 1},
        {.payload = 0x20, .requested = 0x30, .born = 2}, /* into the next: both cannot be */
        {.payload = 0x200, .requested = 0, .born = 4},   /* nothing to show */
        {.payload = 0x2f0, .requested = 100, .born = 5}, /* beyond the end */
        {.payload = 0x400, .requested = 8, .born = 6},   /* elsewhere */
    };
    static const struct {
        uint64_t at, size;
        enum hg_kind kind;
    } expected[] = {
        {0, 0x10, HG_KIND_UNTOLD}, {0x10, 0x10, HG_KIND_USED},    {0x20, 0x20, HG_KIND_USED},
        {0x40, 100, HG_KIND_USED}, {0xa4, 0x24c, HG_KIND_UNTOLD}, {0x2f0, 0x10, HG_KIND_USED},
    };
    struct hg_block whole = {.size = 0x300, .kind = HG_KIND_UNTOLD};
    struct picture picture = {0};
    struct block *blocks;
    size_t count;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(allocations); i++)
        ledger_enter(&picture.ledger, &allocations[i]);
    blocks = untold_cut(&picture, &whole, &count);
    assert_int_equal(count, TEST_COUNT(expected));
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(blocks[i].at, expected[i].at);
        assert_int_equal(blocks[i].size, expected[i].size);
        assert_int_equal(blocks[i].kind, expected[i].kind);
        assert_int_equal(blocks[i].requested,
                         expected[i].kind == HG_KIND_USED ? expected[i].size : 0);
    }
    free(blocks);
    picture_finish(&picture);
}

static void without_payloads_it_stays_one(void **state)
{
    struct hg_block whole = {.at = 0x100, .size = 0x300, .kind = HG_KIND_UNTOLD};
    struct picture picture = {0};
    size_t count;
    struct block *blocks = untold_cut(&picture, &whole, &count);

    (void)state;
    assert_int_equal(count, 1);
    assert_int_equal(blocks[0].at, 0x100);
    assert_int_equal(blocks[0].size, 0x300);
    assert_int_equal(blocks[0].kind, HG_KIND_UNTOLD);
    free(blocks);
    picture_finish(&picture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(payloads_cut_what_is_untold),
        cmocka_unit_test(without_payloads_it_stays_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
