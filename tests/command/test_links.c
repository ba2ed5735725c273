/* test_links.c: the commands about slots, structures made of them, and the collector. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/random.h"
#include "collector/events.h"
#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

static const struct picture *picture_of(const struct spy *spy)
{
    return &spy->session->mirror->picture;
}

static uint64_t used_blocks(const struct spy *spy)
{
    return picture_of(spy)->metrics.used_blocks;
}

static void slots_are_written_and_read(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 24; alloc B 24; link A.1 -> B");
    spy_expect_said(spy, "points to +0x00e0 now, where B does");
    spy_expect(spy, "let C = A.1; expect C = B");
    spy_expect(spy, "link A.2 -> B+8; let D = A.2");
    spy_expect_said(spy, "D points to +0x00e8 now, where A.2 does");
    spy_expect(spy, "link A.0->A; unlink A.1; let C = A.1; expect C = NULL");
    spy_expect(spy, "link A.2 -> NULL; check");
    spy_destroy(spy);
}

static void what_is_no_slot_is_refused(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 24; alloc B 20; alloc S 4; let N = NULL");
    spy_expect_error(spy, "link A.3 -> B", "'A' has 24 bytes, and so the slots 0 to 2", 13);
    spy_expect_error(spy, "link A.0 -> N", "'N' is NULL", 13);
    spy_expect_error(spy, "link N.0 -> A", "'N' is NULL", 13);
    spy_expect_error(spy, "link A.0 -> Z", "no variable 'Z'", 13);
    spy_expect_error(spy, "link A -> B", "'.' and the number of a slot are missing", 8);
    spy_expect_error(spy, "link A.x -> B", "a slot is a number", 8);
    spy_expect_error(spy, "link A.0 B", "'->' is missing", 10);
    spy_expect_error(spy, "unlink A.0 B", "behind the slot there can be nothing", 12);
    spy_expect_error(spy, "unlink B.2", "'B' has 20 bytes, and so the slots 0 to 1", 1);
    spy_expect_error(spy, "unlink S.0", "'S' has 4 bytes, too few for a slot", 1);
    spy_expect(spy, "free B");
    spy_expect_error(spy, "link B.0 -> A", "memory that step 5 freed; link! B.0 -> A writes", 13);
    spy_expect_error(spy, "link A.0 -> B", "'B' is dangling: step 5 freed", 13);
    assert_int_equal(spy->session->history->steps.count, 5);
    spy_expect(spy, "link! A.0 -> B");
    spy_destroy(spy);
}

static void what_is_forced_is_told_of_as_damage(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 24; alloc B 24; link! A.3 -> B");
    spy_expect_said(spy, "damaged");
    spy_expect(spy, "undo; check");
    spy_destroy(spy);
}

static void structures_are_made_of_steps(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "list A 4");
    assert_int_equal(spy->session->history->steps.count, 12);
    assert_int_equal(picture_of(spy)->links.count, 3);
    spy_expect(spy, "let B = A.0; let B = B.0; let B = B.0; let B = B.0; expect B = NULL");
    spy_expect(spy, "reset; ring A 3; let B = A.0; let B = B.0; let B = B.0; expect B = A");
    spy_expect(spy, "reset; tree A 3 32");
    assert_int_equal(used_blocks(spy), 7);
    assert_int_equal(picture_of(spy)->links.count, 6);
    assert_int_equal(picture_of(spy)->ledger.lost, 0);
    spy_expect(spy, "let A = NULL");
    assert_int_equal(picture_of(spy)->ledger.lost, 7);
    spy_expect_error(spy, "list A 0", "it can be from 1 to", 8);
    spy_expect_error(spy, "tree A 3 8", "need 16 bytes for their pointers", 10);
    spy_destroy(spy);
}

static void leaks_counts_and_the_graph_are_told(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "leaks");
    spy_expect_said(spy, "Nothing is leaked");
    spy_expect(spy, "ring R 2; list A 3; graph");
    spy_expect_said(spy, "A --> [");
    spy_expect_said(spy, ", above");
    spy_expect(spy, "let R = NULL; let A = NULL; leaks");
    spy_expect_said(spy, "5 blocks are leaked, 120 bytes in all:");
    spy_expect_said(spy, "(let R = NULL), keeps 1 more alive, 24 bytes, in a circle");
    spy_expect_said(spy, "(let A = NULL), keeps 2 more alive, 48 bytes");
    spy_expect(spy, "refcount");
    spy_expect_said(spy, "Of 5 leaked blocks reference counts would have freed 3, and left 2");
    spy_expect(spy, "graph --dot");
    spy_expect_said(spy, "digraph heap {");
    spy_expect_error(spy, "graph --png", "it can be --dot", 7);
    spy_destroy(spy);
}

static void gc_frees_what_is_not_reached(void **state)
{
    struct spy *spy = spy_create();
    size_t steps;

    (void)state;
    spy_expect(spy, "list A 3; let B = A.0; let A = NULL");
    steps = spy->session->history->steps.count;
    spy_expect(spy, "gc --dry-run");
    spy_expect_said(spy, "gc would free 1 block, with 24 bytes:");
    assert_int_equal(spy->session->history->steps.count, steps);
    assert_int_equal(picture_of(spy)->marks.count, 1);
    spy_expect(spy, "gc");
    spy_expect_said(spy, "2 blocks were reached. 1 was not, and is given back: 24 bytes.");
    assert_int_equal(picture_of(spy)->marks.count, 0);
    spy_expect(spy, "undo");
    assert_int_equal(used_blocks(spy), 3);
    spy_expect(spy, "redo; check");
    assert_int_equal(used_blocks(spy), 2);
    spy_expect(spy, "explain");
    spy_expect_said(spy, "B points to the block of");
    spy_expect_error(spy, "gc --now", "it can be --dry-run", 4);
    spy_destroy(spy);
}

/* More blocks than events can be told of. */
static void what_a_large_collection_came_to_is_told(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "list A 12000; let A = NULL; gc --dry-run");
    spy_expect_said(spy, "gc would free 12000 blocks, with 281K:");
    spy_expect(spy, "gc");
    spy_expect_said(spy, "It reached none: all 12000 are given back, 281K.");
    spy_destroy(spy);
}

static void a_heap_that_tells_too_little_cannot_be_collected(void **state)
{
    (void)state;
#ifndef __SANITIZE_ADDRESS__ /* whose malloc takes the place of the C library's */
    struct spy *spy = spy_create();

    spy_expect(spy, "policy glibc");
    spy->session->mirror->picture.description.capabilities &= ~(uint32_t)KIND_TELLS_FREE;
    spy_expect_error(spy, "gc", "does not tell used blocks from free ones", 1);
    spy_destroy(spy);
#endif
}

static void what_looks_like_a_pointer_is_named(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 24; alloc B 64; link A.1 -> B; free B; let B = NULL");
    spy_expect(spy, "alloc C 64; let C = NULL; gc");
    spy_expect_said(spy,
                    "One leaked block stays, as something looks like a pointer to it: the 8 bytes "
                    "at +0x00c8, to the block at +0x00d8.");
    spy_expect(spy, "unlink A.1; gc");
    assert_int_equal(used_blocks(spy), 1);
    spy_destroy(spy);
}

static void with_gc_auto_the_heap_grows_only_when_it_must(void **state)
{
    struct spy *spy = spy_create();
    uint64_t size;

    (void)state;
    spy_expect(spy, "set grow exact; alloc A 1K; alloc B 1K; set gc auto");
    size = picture_of(spy)->metrics.heap_size;
    spy_expect(spy, "alloc A 1K; alloc A 1K");
    spy_expect_said(spy, "the collector looked for garbage and freed 1 block");
    spy_expect(spy, "alloc A 1K; alloc A 1K; alloc A 1K");
    assert_in_range(picture_of(spy)->metrics.heap_size, size, size + 1200);
    spy_expect(spy, "set gc off; alloc A 1K; alloc A 1K; check");
    assert_true(picture_of(spy)->metrics.heap_size > size + 1200);
    spy_destroy(spy);
}

/* Whether the collector had its turn in the last step. */
static bool has_collected(const struct spy *spy)
{
    const struct events *events = &picture_of(spy)->events;

    for (size_t i = 0; i < events->count; i++) {
        if (events->items[i].kind == EVENT_SWEPT)
            return true;
    }
    return false;
}

/* What lies on the stack without being a pointer keeps the lost block alive. */
static void where_nothing_can_be_freed_collecting_is_put_off(void **state)
{
    enum { LARGE = 1 << 20 };
    struct spy *spy = spy_create();
    size_t small = 0, large = 0, grown = 0;
    char line[64];

    (void)state;
    spy_expect(spy, "call f; alloc p 24; return; call g; local x 8; set gc auto");
    assert_int_equal(picture_of(spy)->ledger.lost, 1);
    for (int i = 0; i < 100; i++) {
        bool is_large = picture_of(spy)->metrics.heap_size > LARGE;
        uint64_t size = picture_of(spy)->metrics.heap_size;

        snprintf(line, sizeof line, "alloc a%d 40K", i);
        spy_expect(spy, line);
        *(is_large ? &large : &small) += has_collected(spy);
        grown += is_large && picture_of(spy)->metrics.heap_size > size;
    }
    assert_int_equal(picture_of(spy)->ledger.lost, 1);
    assert_true(small > 5);
    assert_true(grown > 10);
    assert_in_range(large, 1, 4);
    spy_expect(spy, "limit 4500K; alloc big 1G"); /* whatever was put off, it is now or never */
    assert_true(has_collected(spy));
    spy_expect(spy, "undo 40; redo 40; check");
    spy_destroy(spy);
}

/* Once the user wants it stopped, all is as it was. */
static void gc_can_be_stopped(void **state)
{
    struct spy *spy = spy_create();
    uint64_t steps;

    (void)state;
    spy_expect(spy, "alloc a1..a60000 8K; let a1 = NULL; set gc-step 1"); /* takes its time */
    steps = spy->session->history->steps.count;
    spy->ticks_until_stop = 1;
    spy_expect_error(spy, "gc", "stopped: nothing was freed", 1);
    spy->ticks_until_stop = 1;
    spy_expect_error(spy, "gc --dry-run", "stopped", 1);
    spy->ticks_until_stop = 0;
    assert_int_equal(spy->session->history->steps.count, steps);
    assert_int_equal(used_blocks(spy), 60000);
    spy_expect(spy, "gc; check");
    assert_int_equal(used_blocks(spy), 59999);
    spy_destroy(spy);
}

static void what_was_collected_is_saved(void **state)
{
    char path[] = "/tmp/heapglass-links-XXXXXX", line[64];
    struct spy *spy = spy_create(), *other = spy_create();
    int descriptor = mkstemp(path);

    (void)state;
    assert_true(descriptor >= 0);
    close(descriptor);
    spy_expect(spy, "list A 3; let B = A.0; link A.1 -> B+8; set gc-step 1; gc; set gc auto");
    spy_expect(spy,
               "alloc C 100K; alloc C 100K; let A = NULL; alloc C 100K; set gc off; alloc D 8");
    snprintf(line, sizeof line, "save! %s", path);
    spy_expect(spy, line);
    snprintf(line, sizeof line, "source %s", path);
    spy_expect(other, line);
    assert_int_equal(other->session->history->steps.count, spy->session->history->steps.count);
    assert_int_equal(used_blocks(other), used_blocks(spy));
    assert_int_equal(picture_of(other)->links.count, picture_of(spy)->links.count);
    assert_int_equal(picture_of(other)->ledger.lost, picture_of(spy)->ledger.lost);
    spy_expect(other, "check");
    unlink(path);
    spy_destroy(spy);
    spy_destroy(other);
}

static void what_variables_are(const struct spy *spy, const char *wanted)
{
    const struct picture *picture = picture_of(spy);
    struct text text = {0};

    for (size_t i = 0; i < picture->variables.named_count; i++) {
        uint32_t place = picture->variables.named[i];
        struct variable variable = picture_variable(picture, place);
        static const char *const states[] = {"NULL",     "live", "interior", "stack",
                                             "dangling", "wild", "data"};

        text_add(&text, "%s%s %s", i > 0 ? ", " : "", picture_name(picture, place),
                 states[variable_state(&variable)]);
    }
    assert_string_equal(text_string(&text), wanted);
    text_finish(&text);
}

static void stack_data_has_slots(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "local x 64; alloc p 24; link x.3 -> p; link x.0 -> p+8; link x.1 -> &x");
    what_variables_are(spy, "x.3 live, x.1 stack, x.0 interior, p live");
    spy_expect(spy, "let p = NULL; expect leaks = 0; gc; expect leaks = 0; let p = x.3; check");
    spy_expect(spy, "who p");
    spy_expect_said(spy, "Pointed to by x.3, x.0 (+8), p.");
    spy_expect(spy, "who &x+24");
    spy_expect_said(spy, "is byte 24 of x, 64 bytes of data. Its slot x.3 points to +0x00c0.");
    spy_expect(spy, "graph");
    spy_expect_said(spy, "x.3 --> [+0x00c0 24]");
    spy_expect(spy, "free p; expect x = data");
    what_variables_are(spy, "x.3 dangling, x.1 stack, x.0 dangling, p dangling");
    spy_expect(spy, "undo; unlink x.3; let p = NULL; expect leaks = 0; check");
    spy_destroy(spy);
}

static void slots_of_stack_data_are_lost_with_it(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "call f; local x 40; alloc p 24; link x.1 -> p; let p = NULL");
    spy_expect(spy, "call g; alloc q 8; link f:x.4 -> q");
    what_variables_are(spy, "x.4 live, x.1 live, x data, p NULL, q live");
    spy_expect(spy, "return; expect leaks = 0; fill x 0; expect leaks = 2; check; undo; check");
    what_variables_are(spy, "x.4 live, x.1 live, x data, p NULL");
    spy_expect(spy, "return; expect leaks = 2; check");
    spy_destroy(spy);
}

static void what_is_no_slot_of_stack_data_is_refused(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc p 8; call f; local x 20; local y 4; let q = main:p");
    spy_expect_error(spy, "link x.2 -> q", "'x' has 20 bytes, and so the slots 0 to 1; link!", 13);
    spy_expect_error(spy, "link y.0 -> q", "'y' has 4 bytes, too few for a slot", 13);
    spy_expect_error(spy, "link x.0 -> x", "'x' is 20 bytes of stack data, and holds no pointer",
                     13);
    spy_expect_error(spy, "let x = q", "and holds no pointer; its slots can: x.0", 9);
    spy_expect(spy, "link x.0 -> q");
    spy_expect_error(spy, "free x", "'x' is stack data, which the allocator never gave out", 6);
    spy_expect(spy, "link! x.3 -> q");
    spy_expect_error(spy, "check", "in f's frame the saved frame pointer has been overwritten", 1);
    spy_expect(spy, "undo; check; return; check");
    spy_destroy(spy);
}

/* A line of a random program, which need not make sense. */
static void write_line(struct random *random, char line[64])
{
    int a = (int)random_below(random, 6), b = (int)random_below(random, 6);
    unsigned n = (unsigned)random_below(random, 6);

    switch (random_below(random, 20)) {
    case 0:
    case 1:
    case 2: snprintf(line, 64, "alloc v%d %u", a, 8 + 8 * n); break;
    case 3: snprintf(line, 64, "free v%d", a); break;
    case 4: snprintf(line, 64, "let v%d = v%d+%u", a, b, n); break;
    case 5: snprintf(line, 64, "let v%d = NULL", a); break;
    case 6: snprintf(line, 64, "let v%d = v%d.%u", a, b, n); break;
    case 7: snprintf(line, 64, "realloc v%d %u", a, 8 + 16 * n); break;
    case 8: snprintf(line, 64, "call f v%d", a); break;
    case 9: snprintf(line, 64, n % 2 ? "return" : "return v%d -> v%d", a, b); break;
    case 10: snprintf(line, 64, "local w%d %u; let v%d = &w%d", a, 1 + 5 * n, b, a); break;
    case 11: snprintf(line, 64, "poke &v%d+%u 0x%02x", a, n, 16 * b); break;
    case 12: snprintf(line, 64, n % 2 ? "gc" : "fill v%d 0", a); break;
    case 13: snprintf(line, 64, "link v%d.%u -> &v%d", a, n, b); break;
    case 14: snprintf(line, 64, "link w%d.%u -> v%d", a, n, b); break;
    case 15: snprintf(line, 64, n % 2 ? "unlink w%d.%u" : "link w%d.%u -> &w1", a, n); break;
    case 16: snprintf(line, 64, "let v%d = w%d.%u", a, b, n); break;
    case 17: snprintf(line, 64, "poke &w%d+%u 0x%02x", a, 4 * n, 16 * b); break;
    default: snprintf(line, 64, "link v%d.%u -> v%d", a, n, b); break;
    }
}

/* What is known of pointers, in any order. */
static uint64_t pointers_of(const struct spy *spy)
{
    const struct picture *picture = picture_of(spy);
    const struct allocation *entry;
    uint64_t sum = picture->variables.called_count;
    size_t place = 0;

    while ((entry = ledger_next(&picture->ledger, &place)))
        sum += bits_mix(entry->payload ^ bits_mix(entry->lost_in + 1));
    for (size_t i = 0; i < picture->links.known; i++) {
        const struct payload_link *link = &picture->links.items[i];

        if (link->at != OFFSET_NULL)
            sum += bits_mix(link->at ^ bits_mix(link->target)) + link->freed_in + link->points_in;
    }
    for (uint32_t i = 0; i < picture->variables.count; i++) {
        const struct variable *variable = variables_get(&picture->variables, i);

        if (variable->name != NO_NAME)
            sum += bits_mix(i + bits_mix(variable->payload ^ variable_state(variable))) +
                   variable->freed_in;
    }
    return sum;
}

/* Whatever is done, going back and forth, supposing and saving lead to where it led. */
static void random_programs_go_back_and_forth_and_are_saved(void **state)
{
    char path[] = "/tmp/heapglass-links-XXXXXX", line[64];
    int descriptor = mkstemp(path);

    (void)state;
    assert_true(descriptor >= 0);
    close(descriptor);
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct spy *spy = spy_create(), *other = spy_create();
        struct random random = {seed};
        uint64_t sum, steps;

        for (int i = 0; i < 150; i++) {
            write_line(&random, line);
            interpreter_run_line(&spy->interpreter, line);
        }
        sum = pointers_of(spy);
        steps = spy->session->history->steps.count;
        assert_in_range(steps, 40, 400);
        spy_expect(spy, "whatif gc");
        assert_int_equal(pointers_of(spy), sum);
        snprintf(line, sizeof line, "undo %zu; redo %zu", (size_t)steps / 2, (size_t)steps / 2);
        spy_expect(spy, line);
        assert_int_equal(pointers_of(spy), sum);
        snprintf(line, sizeof line, "save! %s", path);
        spy_expect(spy, line);
        snprintf(line, sizeof line, "source %s", path);
        spy_expect(other, line);
        assert_int_equal(other->session->history->steps.count, steps);
        assert_int_equal(pointers_of(other), sum);
        spy_destroy(spy);
        spy_destroy(other);
    }
    unlink(path);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_are_written_and_read),
        cmocka_unit_test(what_is_no_slot_is_refused),
        cmocka_unit_test(what_is_forced_is_told_of_as_damage),
        cmocka_unit_test(stack_data_has_slots),
        cmocka_unit_test(slots_of_stack_data_are_lost_with_it),
        cmocka_unit_test(what_is_no_slot_of_stack_data_is_refused),
        cmocka_unit_test(structures_are_made_of_steps),
        cmocka_unit_test(leaks_counts_and_the_graph_are_told),
        cmocka_unit_test(gc_frees_what_is_not_reached),
        cmocka_unit_test(what_a_large_collection_came_to_is_told),
        cmocka_unit_test(a_heap_that_tells_too_little_cannot_be_collected),
        cmocka_unit_test(what_looks_like_a_pointer_is_named),
        cmocka_unit_test(with_gc_auto_the_heap_grows_only_when_it_must),
        cmocka_unit_test(where_nothing_can_be_freed_collecting_is_put_off),
        cmocka_unit_test(gc_can_be_stopped),
        cmocka_unit_test(what_was_collected_is_saved),
        cmocka_unit_test(random_programs_go_back_and_forth_and_are_saved),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
