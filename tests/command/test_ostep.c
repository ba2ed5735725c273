/* test_ostep.c: OSTEP's exercises: the book's numbers, and those of a real heap beside them. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/ostep.h"
#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

/* ---- The book's numbers ---- */

/* FNV-1a of a number's eight bytes. */
static void add(uint64_t *hash, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        *hash = (*hash ^ (number & 0xff)) * 0x100000001b3u;
        number >>= 8;
    }
}

/* All numbers of an exercise, its steps' and its lists', in the order in which they are printed. */
static void add_exercise(uint64_t *hash, const char *options)
{
    static struct ostep_exercise exercise;
    struct ostep_options parsed;
    struct ostep_step step;
    struct error error;

    assert_true(ostep_parse(options, &parsed, &error));
    ostep_begin(&exercise, &parsed);
    while (ostep_next(&exercise, &step, &error)) {
        add(hash, step.id);
        if (!step.frees) {
            add(hash, step.size);
            add(hash, (uint64_t)step.answer);
            add(hash, step.searched);
        } else {
            add(hash, (uint64_t)step.answer);
        }
        add(hash, exercise.piece_count);
        for (size_t i = 0; i < exercise.piece_count; i++) {
            add(hash, exercise.pieces[i].at);
            add(hash, exercise.pieces[i].size);
        }
    }
    assert_string_equal(error.text, "");
}

/* 720 runs: three fits, five orders, four headers, merging or not, six seeds. The sum is that of
 * what the book's own program prints. */
static void the_grid_of_exercises_has_the_numbers_of_the_books_program(void **state)
{
    static const char *const fits[] = {"FIRST", "BEST", "WORST"};
    static const char *const orders[] = {"ADDRSORT", "SIZESORT+", "SIZESORT-", "INSERT-FRONT",
                                         "INSERT-BACK"};
    uint64_t hash = 0xcbf29ce484222325u;
    char options[128];
    int runs = 0;

    (void)state;
    for (size_t fit = 0; fit < TEST_COUNT(fits); fit++) {
        for (size_t order = 0; order < TEST_COUNT(orders); order++) {
            for (int rest = 0; rest < 4 * 2 * 6; rest++, runs++) {
                snprintf(options, sizeof options, "-n 40 -p %s -l %s -H %d %s -s %d", fits[fit],
                         orders[order], rest % 4 * 4, rest / 4 % 2 ? "-C" : "-c", rest / 8);
                add_exercise(&hash, options);
            }
        }
    }
    assert_int_equal(runs, 720);
    assert_int_equal(hash, 0x709f1f18f1e39e81u);
}

static void alignments_sizes_and_seeds_of_two_words_are_the_programs_too(void **state)
{
    uint64_t hash = 0xcbf29ce484222325u;

    (void)state;
    add_exercise(&hash, "-a 4 -n 60 -S 300 -b 5000 -r 30 -P 70 -C -l ADDRSORT -p FIRST -s 99");
    add_exercise(&hash, "-s 1234567890123 -n 100 -S 1000 -H 16 -a 16 -r 50");
    add_exercise(&hash, "-A +10,-0,+20,+5,-1,-7,-1,+3");
    assert_int_equal(hash, 0x22492c39ce646d33u);
}

/* ---- Beside a real heap ---- */

static void answers_are_given_beside_those_of_a_real_heap(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; ostep -s 3 -n 10 -H 4 -p BEST -l SIZESORT+ -C");
    spy_expect_said(spy, "ptr[2] = Alloc(9) returned 1025 (searched 2 elements)\n"
                         "Free List [ Size 2 ]: [ addr:1000 sz:10 ][ addr:1034 sz:66 ]");
    spy_expect_said(spy, "here: ");
    spy_expect(spy, "check; undo; redo");
    spy_destroy(spy);
}

/* Where header and alignment are 16, the real heap has the very numbers of the book. */
static void a_real_heap_has_the_books_numbers_where_it_can(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "ostep -b 256 -S 960 -H 16 -a 16 -r 60 -n 30 -s 5 -l SIZESORT- -p WORST -C");
    for (const char *at = text_string(&spy->last); (at = strstr(at, "Free List")); at++) {
        const char *book = strchr(at, ':'), *here = strstr(at, "; free");
        unsigned long place, size, real_place, real_size;
        int length;

        book += 2;
        here += strlen("; free");
        while (sscanf(book, "[ addr:%lu sz:%lu ]%n", &place, &size, &length) == 2) {
            book += length;
            assert_int_equal(sscanf(here, " +%lx:%lu%n", &real_place, &real_size, &length), 2);
            here += length;
            assert_int_equal(real_place, place);
            assert_int_equal(real_size, size);
        }
        assert_true(*here == '\n' || *here == '\0');
    }
    spy_destroy(spy);
}

/* As a command line, or in a file as the book has it. */
static void exercises_are_imported(void **state)
{
    char path[] = "/tmp/heapglass-ostep-XXXXXX", line[64];
    static const char command[] = "python3 ./malloc.py -s 3 -n 10 -H 4 -p BEST -l SIZESORT+ -C\n";
    struct spy *spy = spy_create();
    int file = mkstemp(path);

    (void)state;
    assert_int_equal(write(file, command, strlen(command)), strlen(command));
    close(file);
    spy_expect(spy, "import ostep -s 3 -n 10 -H 4 -p BEST -l SIZESORT+ -C");
    spy_expect_said(spy, "ptr[2] = Alloc(9) returned 1025 (searched 2 elements)");
    snprintf(line, sizeof line, "reset; import %s", path);
    spy_expect(spy, line);
    spy_expect_said(spy, "ptr[2] = Alloc(9) returned 1025 (searched 2 elements)");
    spy_expect_error(spy, "import ostep -x", "there is no option '-x'", 14);
    spy_expect_error(spy, "import none x", "behind the file there can be --lenient, not 'x'", 13);
    file = open(path, O_WRONLY | O_CLOEXEC); /* in place of python3 */
    assert_int_equal(write(file, "perhaps", strlen("perhaps")), strlen("perhaps"));
    close(file);
    snprintf(line, sizeof line, "import %s", path);
    spy_expect_error(spy, line, "it does not begin as a trace does", 8);
    file = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
    assert_int_equal(write(file, "ostep -s\n", strlen("ostep -s\n")), strlen("ostep -s\n"));
    close(file);
    spy_expect_error(spy, line, ":1: -s needs a value", 8);
    unlink(path);
    spy_destroy(spy);
}

static void what_cannot_be_an_exercise_is_refused(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10");
    spy_expect_error(spy, "ostep -x 3", "there is no option '-x'", 7);
    spy_expect_error(spy, "ostep -s", "-s needs a value", 7);
    spy_expect_error(spy, "ostep -s 3  -n x", "'x' is not a size", 16);
    spy_expect_error(spy, "ostep \"-s 3 -q\"", "there is no option '-q'", 13);
    spy_expect_error(spy, "ostep -s 3 -n 2000", "-n can be up to 1000", 1);
    spy_expect_error(spy, "ostep -p SECOND", "'SECOND' is none of FIRST, BEST, WORST", 10);
    spy_expect_error(spy, "ostep -n 100000", "-n can be up to 1000", 1);
    spy_expect_error(spy, "ostep -P 0", "-P must be more than 0", 1);
    spy_expect_error(spy, "ostep -S 1T", "grow", 1);
    spy_expect(spy, "expect A = live");
    spy_expect_error(spy, "ostep -A 10", "operations are +SIZE and -NUMBER", 1);
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_grid_of_exercises_has_the_numbers_of_the_books_program),
        cmocka_unit_test(alignments_sizes_and_seeds_of_two_words_are_the_programs_too),
        cmocka_unit_test(answers_are_given_beside_those_of_a_real_heap),
        cmocka_unit_test(a_real_heap_has_the_books_numbers_where_it_can),
        cmocka_unit_test(exercises_are_imported),
        cmocka_unit_test(what_cannot_be_an_exercise_is_refused),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
