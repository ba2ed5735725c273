/* test_explain.c: what is said of each kind of step, in full, and the story of some. */
#include <string.h>

#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

/* A heap with `set` commands, a line that is run, and what is then said of its last step. */
struct row {
    const char *before, *line, *said;
};

static const struct row rows[] = {
    /* a free block serves */
    {"", "alloc A 40",
     "A takes the first free block that fits: 3904 bytes at +0x00b8 (1 examined). It was split; "
     "3856 bytes of it stay free."},
    {"alloc A 24; alloc B 24; free A", "alloc C 24",
     "C takes the first free block that fits: 32 bytes at +0x00b8 (1 examined). It fits exactly."},
    {"alloc A 24; alloc B 24; free A", "alloc C 10",
     "C takes the first free block that fits: 32 bytes at +0x00b8 (1 examined). It fits exactly. "
     "Its 32 bytes are 8 header + 10 requested + 14 padding, as sizes are rounded up to the "
     "alignment."},
    {"alloc A 40; alloc B 24; free A", "alloc C 24",
     "C takes the first free block that fits: 48 bytes at +0x00b8 (1 examined). The 16 bytes left "
     "over are too few for a block of their own, so C gets them as well. Its 48 bytes are 8 header "
     "+ 24 requested + 16 padding, as what was left over went along."},
    {"set split-threshold 128; alloc A 120; alloc B 24; free A", "alloc C 24",
     "C takes the first free block that fits: 128 bytes at +0x00b8 (1 examined). The 96 bytes "
     "left over are below the split threshold of 128 bytes, so C gets them as well. Its 128 bytes "
     "are 8 header + 24 requested + 96 padding, as what was left over went along."},
    {"set min-block 64; alloc A 10", "alloc B 10",
     "B takes the first free block that fits: 3.8K at +0x00f8 (1 examined). It was split; 3.7K of "
     "it stay free. Its 64 bytes are 8 header + 10 requested + 46 padding, as no block is "
     "smaller."},
    {"set boundary-tags all", "alloc A 10",
     "A takes the first free block that fits: 3904 bytes at +0x00b8 (1 examined). It was split; "
     "3872 bytes of it stay free. Its 32 bytes are 16 header and footer + 10 requested + 6 "
     "padding, as sizes are "
     "rounded up to the alignment."},
    {"policy best-fit; alloc a1..a5 100; free a1 a3; alloc A 40; free a5", "alloc B 56",
     "B takes the smallest free block that fits: 64 bytes at +0x01c8 (3 examined). It fits "
     "exactly."},
    {"policy worst-fit; alloc a1..a3 100; free a2", "alloc B 100",
     "B takes the largest free block: 3.5K at +0x0208 (2 examined). It was split; 3.4K of it stay "
     "free. Its 112 bytes are 8 header + 100 requested + 4 padding, as sizes are rounded up to the "
     "alignment."},
    {"alloc A 24; alloc B 24; free A; free! A; alloc C 24", "alloc D 24",
     "D takes the first free block that fits: 32 bytes at +0x00b8 (1 examined). It fits exactly. "
     "But +0x00c0 was handed out before and never came back: C points there, too, and what is "
     "written by one name is read by the other."},
    /* none serves */
    {"alloc A 10M; alloc B 10M; alloc C 10M; free B", "alloc D 20M",
     "D needs 20M in one piece; 10M are free, in 2 blocks, none larger than 10M, so the break "
     "moved up by 20M (in steps of 4K), and D lies at +0x1e000e8, beyond C. External "
     "fragmentation is 0.0%: nearly all that is free is one piece, though too small for D."},
    {"alloc a1..a5 10M; free a2 a4; limit 51M", "alloc D 20M",
     "D is NULL. It needs 20M in one piece; 20M are free, in 3 blocks, but the largest has only "
     "10M, and the break cannot move up by 20M: limit 51M, heap 50M."},
    {"set grow exact", "alloc A 100",
     "A needs 112 bytes in one piece; nothing is free, so the break moved up by 112 bytes, and A "
     "lies at +0x00b8, beyond the heap's own state. Its 112 bytes are 8 header + 100 requested + 4 "
     "padding, as sizes are rounded up to the alignment."},
    {"alloc A 3000", "alloc B 1000",
     "B needs 1008 bytes in one piece; the only free block has 896 bytes, so the break moved up by "
     "4K (112 bytes missing, in steps of 4K), and B lies at +0x0c78, beyond A."},
    {"alloc A 9000; alloc B 10; free A", "aligned C 8192 8500",
     "C needs 8.3K in one piece; no free block has that much behind a multiple of 8K, so the break "
     "moved up by ..."},
    {"set place high; set grow 64; alloc A 24; free A", "aligned B 4096 60",
     "B needs 80 bytes in one piece; the only free block has 64 bytes, so the break moved up by "
     "3.9K (80 bytes missing, and more to align it, in steps of 64 bytes), and B lies at +0x0ff8, "
     "beyond a free block. Its 80 bytes are 8 header + 60 requested + 12 padding, as sizes are "
     "rounded up to the alignment."},
    {"set place high; set grow 64; alloc A 24; free A", "alloc B 280",
     "B needs 288 bytes in one piece; the only free block has 64 bytes, so the break moved up by "
     "256 bytes (224 bytes missing, in steps of 64 bytes), and B lies at +0x00d8, beyond a free "
     "block."},
    {"policy buddy; alloc A 24", "alloc B 5000",
     "B needs 8K in one piece; 4K are free, in 7 blocks, but the largest has only 2K, so the break "
     "moved up by 12K (8K missing, and more to align it, in steps of 4K), and B lies at +0x2ff8, "
     "beyond a free block. Its 8192 bytes are 8 header + 5000 requested + 3184 padding, as blocks "
     "have a power of two bytes."},
    {"policy pool-scan; set slot-size 5000; alloc a1..a8 4900", "alloc A 5000",
     "A needs 4.9K in one piece; nothing is free, so the break moved up by 40K (4.9K missing, in "
     "chunks of 40K), and A lies at +0xa010, beyond a table of the heap's."},
    {"", "calloc A 0x100000000 0x100000000",
     "A is NULL. The allocator refused: count times size is larger than any size."},
    {"", "alloc A 0xffffffffffffffff",
     "A is NULL. The allocator refused: the size is larger than any heap can be."},
    {"", "aligned A 3 10",
     "A is NULL. The allocator refused: the alignment is not a power of two."},
    {"set coalesce deferred; set grow exact; alloc a1..a3 100; free a1 a2", "alloc A 200",
     "A takes the first free block that fits: 224 bytes at +0x00b8 (3 examined). Free neighbours "
     "had to be merged first: once two became one. The 16 bytes left "
     "over are too few for a block of their own, so A gets them as well. Its 224 bytes are 8 "
     "header "
     "+ 200 requested + 16 padding, as what was left over went along."},
    {"alloc A 100", "alloc A 56",
     "A takes the first free block that fits: 3.7K at +0x0128 (1 examined). It was split; 3.6K of "
     "it stay free. What A pointed to before (100 bytes at +0x00c0, from step 1) is leaked."},
    /* free */
    {"alloc A 10; alloc B 10; alloc C 10", "free B",
     "B's block (32 bytes at +0x00d8) is free. Its neighbours, A and C, are not free, so nothing "
     "is "
     "merged."},
    {"alloc A 10; alloc B 10; alloc C 10; free A", "free B",
     "B's block (32 bytes at +0x00d8) is free. It merged with the free block to its left into one "
     "of 64 bytes at +0x00b8."},
    {"alloc A 10; alloc B 10; alloc C 10; free B", "free A",
     "A's block (32 bytes at +0x00b8) is free. It merged with the free block to its right into one "
     "of 64 bytes at +0x00b8."},
    {"alloc A 10; alloc B 10; alloc C 10; alloc D 10; free A C", "free B",
     "B's block (32 bytes at +0x00d8) is free. It merged with the free blocks on both sides into "
     "one of 96 bytes at +0x00b8."},
    {"set coalesce never; alloc A 10; alloc B 10; free A", "free B",
     "B's block (32 bytes at +0x00d8) is free. A neighbour is free too, but blocks are never "
     "merged "
     "here."},
    {"set coalesce deferred; alloc A 10; alloc B 10; alloc C 10; free A", "free B",
     "B's block (32 bytes at +0x00d8) is free. A neighbour is free too, but blocks are merged only "
     "when no free block fits."},
    {"policy ostep; set coalesce immediate; alloc a1..a6 100; free a1; free a3; free a5", "free a2",
     "a2's block (128 bytes at +0x0180) is free. A neighbour is free too, but a piece only merges "
     "into the one before it on the list."},
    {"alloc A 200K", "free A",
     "A's block (200K at +0x00b8) is free. It merged with the free block to its right into one of "
     "204K at +0x00b8. What is free at the break has at least 128K, so 200K went back to the "
     "system "
     "and the break moved down."},
    {"policy buddy; set trim 4K; alloc A 4088; alloc B 8184", "free B",
     "B's block (8K at +0x2ff8) is free. A neighbour is free too, but only the two halves of one "
     "block are buddies, which merge. What is free at the break has at least 4K, so 12K went back "
     "to the system and the break moved down."},
    {"alloc A 10; realloc A 0", "free A", "A is NULL: free does nothing."},
    {"alloc A 10; alloc A 20", "free A",
     "A's block (32 bytes at +0x00d8) is free. It merged with the free block to its right into one "
     "of 3.8K at +0x00d8."},
    {"alloc A 10; alloc B 10; alloc C 10; free A", "free! A",
     "The allocator was handed +0x00c0 and believed it. It was freed before: it lay in a free "
     "block of 32 bytes. Its neighbours, the heap's own state and B, are not free, so nothing is "
     "merged. The heap is damaged..."},
    {"policy pool-stack; alloc A 10; free A; alloc B 10", "free! A",
     "The allocator was handed +0x0080 and believed it. It was freed before and has been handed "
     "out again since: whoever points there is left dangling. A neighbour is free too, but slots "
     "are never merged."},
    {"alloc A 40; alloc B 40; let C = A+8; limit none", "free! C",
     "The allocator was handed +0x00c8 and believed it. It is no payload: it lay inside a used "
     "block of 48 bytes, 8 bytes from the start of its payload..."},
    /* realloc */
    {"alloc A 10", "realloc A 20",
     "A stays as it is: its block of 32 bytes has room for this size. Its 32 bytes are 8 header + "
     "20 requested + 4 padding, as sizes are rounded up to the alignment."},
    {"alloc A 10", "realloc A 120", "A grew where it is, into the free block to its right."},
    {"alloc A 3000; alloc B 800", "realloc B 4000",
     "B grew where it is, into the new memory to its right."},
    {"alloc A 1000; alloc B 10", "realloc A 504",
     "A shrank where it is: the 496 bytes behind it are free."},
    {"alloc A 120; alloc B 10", "realloc A 248",
     "A could not grow where it was (B lies behind it), so its 120 bytes were copied to a block at "
     "+0x0158 and the old one was freed."},
    {"alloc A 10", "realloc A 0",
     "Resizing to 0 is freeing, and A is NULL. A's block (32 bytes at +0x00b8) is free. It merged "
     "with the free block to its right into one of 3.8K at +0x00b8."},
    {"alloc A 1M; limit 2M", "realloc A 3M",
     "realloc answered NULL, and A keeps its block. It needs 3M in one piece; the only free block "
     "has 3.8K, and the break cannot move up by 3M: limit 2M, heap 1M."},
    {"policy linear; alloc A 10", "realloc A 0",
     "realloc answered NULL, and A keeps its block. The allocator refused: a linear allocator can "
     "only free everything."},
    /* the others */
    {"", "limit 1M", "From now on the kernel refuses to let the heap grow beyond 1M; it has 4K."},
    {"set grow 64", "limit 5000",
     "From now on the kernel refuses to let the heap grow beyond 4.9K; it has 192 bytes. It counts "
     "whole pages."},
    {"", "limit none", "The heap can grow as far as the system lets it."},
    {"alloc A 1", "fill A 7", "Wrote 1 byte of 0x07 into A's payload at +0x00c0."},
    {"", "coalesce", "There were no free neighbours to merge."},
    {"set coalesce deferred; alloc a1..a4 10; free a1..a3", "coalesce",
     "Merged free neighbours: twice two became one."},
    /* the other policies */
    {"policy linear; alloc A 56", "alloc B 56",
     "B takes the next bytes behind the last block: 3912 bytes at +0x00b8 (1 examined). It was "
     "split; 3848 bytes of it stay free."},
    {"policy linear; alloc A 56; alloc B 56", "realloc A 120",
     "A could not grow where it was, so its 56 bytes were copied to a block at "
     "+0x00f8 and the old one was left behind."},
    {"policy pool-scan; alloc a1..a3 64; free a2", "alloc B 64",
     "B takes the first free slot: 64 bytes at +0x00c0 (2 examined)."},
    {"policy pool-stack; alloc a1..a3 64; free a1 a2", "alloc B 10",
     "B takes the slot on top of the stack: 64 bytes at +0x00c0 (1 examined). Its 64 bytes are 10 "
     "requested + 54 padding, as all slots have the same size."},
    {"policy pool-stack", "alloc B 100",
     "B is NULL. The allocator refused: the size is larger than a slot."},
    {"policy pool-scan; alloc A 1; alloc B 1; free A", "free B",
     "B's block (64 bytes at +0x00c0) is free. A neighbour is free too, but slots are never "
     "merged."},
    {"policy segregated; alloc s1..s9 32", "alloc t 32",
     "t takes the slot at +0x0470, the first on the list 'slots 32'."},
    {"policy segregated; alloc s1..s6 128", "alloc t 128",
     "t needs 128 bytes in one piece; the only free block has 64 bytes, so the break moved up by "
     "2.8K, for 15 slots of 128 bytes, and t lies at +0x0810, beyond a table of the heap's. The "
     "break moved up by 144 bytes more for a table of the heap's own."},
    /* what is done for a table is not told of the request */
    {"policy segregated; set quick-lists always", "alloc A 24",
     "A takes a near-best fit: 64 bytes at +0x0068 (1 examined). It was split; 32 bytes of it stay "
     "free. The break moved up by 64 bytes for a table of the heap's own."},
    {"policy segregated; set bins always; set slabs always; alloc a1..a2 24", "alloc A 24",
     "A needs 32 bytes in one piece; nothing is free, so the break moved up by 1.2K, for 16 slots "
     "of 32 bytes, and A lies at +0x0810, beyond a table of the heap's. Its 32 bytes are 24 "
     "requested + 8 padding, as sizes are rounded up to the alignment. The break moved up by 1.2K "
     "more for tables of the heap's own."},
    {"policy segregated; alloc s1..s9 32", "free s9",
     "s9's block (32 bytes at +0x0450) is free. It is a slot of a slab, and goes back to the list "
     "'slots 32'."},
    {"policy tlsf; alloc A 1064; alloc B 8; free A", "alloc C 1050",
     "C needs 1K in one piece; the lists that were searched have none that fits, though 1K are "
     "free in one, so the break moved up by 1K, and C lies at ..."},
    {"policy buddy; alloc A 24", "alloc B 500",
     "B takes a free block of the lowest order that will do: 512 bytes at +0x11f8 (1 examined)."},
    {"policy buddy; alloc A 24; free A", "alloc B 56",
     "B takes a free block of the lowest order that will do: 4K at +0x0ff8 (1 examined). It was "
     "halved 6 times; 3.9K of it stay free."},
    {"policy buddy; alloc A 24; alloc B 56; free A", "free B",
     "B's block (64 bytes at +0x1038) is free. It merged 6 times, with one free block after the "
     "other, into one of 4K at +0x0ff8."},
};

/* Whether `said` is what is expected; what ends in "..." need only begin so. */
static bool is_expected(const char *said, const char *expected)
{
    size_t length = strlen(expected);

    if (length > 3 && strcmp(expected + length - 3, "...") == 0)
        return strncmp(said, expected, length - 3) == 0;
    return strcmp(said, expected) == 0;
}

static void every_step_has_its_sentence(void **state)
{
    int wrong = 0;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct spy *spy = spy_create();

        spy_expect(spy, rows[i].before);
        spy_expect(spy, rows[i].line);
        if (!is_expected(text_string(&spy->last), rows[i].said)) {
            print_error("%s; %s:\n  said     %s\n  expected %s\n", rows[i].before, rows[i].line,
                        text_string(&spy->last), rows[i].said);
            wrong++;
        }
        spy_destroy(spy);
    }
    assert_int_equal(wrong, 0);
}

/* What a story says, without its cost, which differs. */
static void expect_story(const char *line, const char *story)
{
    struct spy *spy = spy_create();
    const char *told;

    spy_expect(spy, line);
    spy_expect(spy, "explain");
    told = strchr(text_string(&spy->last), '\n') + 1;
    if (strncmp(told, story, strlen(story)) != 0)
        fail_msg("%s:\n%s\nexpected:\n%s", line, told, story);
    spy_destroy(spy);
}

static void a_story_has_a_line_for_each_event(void **state)
{
    (void)state;
    expect_story(
        "alloc A 10; alloc B 56; alloc C 10; free A; alloc D 40",
        "request   D asks for 40 bytes; with what the allocator adds that takes a block of "
        "48 bytes\n"
        "search    32 bytes at +0x00b8: too small by 16 bytes\n"
        "          3.7K at +0x0138: fits\n"
        "          takes 3.7K at +0x0138 off the list 'free'\n"
        "split     cuts the block at +0x0138 in two: 48 bytes and, to its right, 3.6K\n"
        "list      3.6K at +0x0168 takes the place on the list that +0x0138 had\n"
        "handover  D = +0x0140, in a block of 48 bytes: header 8, requested 40, padding 0, "
        "footer 0\n"
        "cost      2 free blocks examined, ");
    expect_story(
        "alloc A 24; alloc B 24; alloc C 24; free B; alloc D 40", /* 3.7K of 3.7K? */
        "request   D asks for 40 bytes; with what the allocator adds that takes a block of "
        "48 bytes\n"
        "search    32 bytes at +0x00d8: too small by 16 bytes\n"
        "          3808 bytes at +0x0118: fits\n"
        "          takes 3808 bytes at +0x0118 off the list 'free'\n"
        "split     cuts the block at +0x0118 in two: 48 bytes and, to its right, 3760 bytes");
    expect_story(
        "alloc A 10; alloc B 10; alloc C 10; free A; free B",
        "header    the header at +0x00d8 says 32 bytes: the block is free\n"
        "list      32 bytes at +0x00b8 leaves the list 'free'\n"
        "merge     the block to the left is free (32 bytes): together 64 bytes at +0x00b8\n"
        "list      64 bytes at +0x00b8 goes onto the list 'free', at its head\n"
        "cost      0 free blocks examined, ");
}

static void a_slot_has_no_header_that_could_say_anything(void **state)
{
    (void)state;
    expect_story("policy pool-stack; alloc A 10; free A",
                 "header    the slot at +0x0080, one of 64 bytes, is free\n"
                 "list      64 bytes at +0x0080 goes onto the list 'slots', at its head\n");
}

static void a_long_search_is_elided_in_the_middle(void **state)
{
    struct spy *spy = spy_create();
    size_t lines = 0;

    (void)state;
    spy_expect(spy, "alloc a1..a100 8; free a1..a99:2");
    spy_expect(spy, "alloc B 100");
    spy_expect(spy, "explain");
    for (const char *place = text_string(&spy->last); (place = strchr(place, '\n')); place++)
        lines++;
    spy_expect_said(spy, "... 40 more ...");
    spy_expect_said(spy, "51 free blocks examined");
    assert_true(lines < 24);
    spy_destroy(spy);
}

/* More than can be recorded one by one. */
static void a_very_long_search_is_counted_all_the_same(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "policy best-fit; set coalesce never; alloc a1..a60000 24; free a1..a60000; "
                    "alloc B 24");
    spy_expect_said(spy, "(60001 examined)");
    spy_expect(spy, "explain");
    spy_expect_said(spy, "10850 more visits were not recorded");
    spy_expect_said(spy, "60001 free blocks examined");
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_step_has_its_sentence),
        cmocka_unit_test(a_story_has_a_line_for_each_event),
        cmocka_unit_test(a_slot_has_no_header_that_could_say_anything),
        cmocka_unit_test(a_long_search_is_elided_in_the_middle),
        cmocka_unit_test(a_very_long_search_is_counted_all_the_same),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
