/* test_anything.c: whatever is typed, clicked and resized, in whatever order, the screen lives: it
 * takes the next command, and leaves as ever. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/random.h"
#include "terminal/program.h"
#include "test.h"

enum { ROUNDS = 25, ACTIONS = 40 }; /* of a round, after which it must answer */

/* Lines that lead to every page and mode; a '#' is a number. */
static const char *const lines[] = {
    "alloc A 10M",
    "alloc b# #",
    "free b#",
    "calloc c# 3 9",
    "realloc b# #",
    "aligned d# 64 100",
    "random 50 --seed #",
    "repeat 5 alloc q 10",
    "list L 5",
    "tree T 4",
    "gc",
    "reset",
    "undo",
    "undo 3",
    "redo",
    "goto #",
    "next",
    "diff",
    "steps",
    "marks",
    "policy buddy",
    "policy tlsf",
    "policy segregated",
    "policy pool-stack",
    "policy first-fit",
    "policy csapp",
    "set guard on",
    "set addresses absolute",
    "set theme light",
    "set theme mono",
    "set map hilbert",
    "set map rows",
    "set present on",
    "set present off",
    "set check each",
    "limit 1M",
    "limit none",
    "layout +pages +memory +histogram +code",
    "layout map",
    "layout ribbon meters",
    "layout map pages memory ribbon free meters timeline message",
    "step on",
    "step off",
    "animate 50",
    "animate off",
    "zoom in",
    "zoom out",
    "zoom all",
    "zoom fit",
    "zoom b#",
    "detail",
    "explain",
    "legend",
    "show b#",
    "blocks",
    "freelist",
    "stats",
    "vars",
    "who b#",
    "dump b# 500",
    "pages",
    "memory",
    "leaks",
    "graph",
    "refcount",
    "brk",
    "check",
    "compare",
    "compare buddy tlsf",
    "whatif alloc Z #",
    "whatif -p best-fit free b#",
    "call f 1",
    "local x 40",
    "recurse 3",
    "return",
    "poke b#+8 0xff",
    "write! b# \"abcdefghijklmnopqrstuvwxyz\"",
    "read! b# 99",
    "help",
    "help alloc",
    "help keys",
    "help policy",
    "quiz --count 2",
    "ask \"x\" a,b a",
    "pause hello",
    "wait 0.1",
    "say **hi** {largest} 日本",
    "title x",
    "section y",
    "source /dev/null",
    "import /dev/null",
    "open /dev/null",
    "callers",
    "output",
    "terminal",
    "send x",
    "arenas",
    "free! b#",
    "coalesce",
    "touch A",
    "fill A",
    "policy",
    "set",
    "alloc '",
};

static const char *const keys[] = {
    "\033",
    "\r",
    "\t",
    "\033[A",
    "\033[B",
    "\033[C",
    "\033[D",
    "\033[5~",
    "\033[6~",
    "\033[H",
    "\033[F",
    "\033[3~",
    "\033OP",
    "\033OQ",
    "\033OR",
    "\033OS",
    "\033[15~",
    "\033[17~",
    "\033[18~",
    "\033[19~",
    "\033[20~",
    "\033[21~",
    "\033[23~",
    "\033[24~",
    "\x12",
    "\x03",
    "\x0c",
    "\x01",
    "\x05",
    "\x0b",
    "\x17",
    "+",
    "-",
    "0",
    "<",
    ">",
    "[",
    "]",
    "{",
    "}",
    "?",
    "1",
    " ",
    "n",
    "q",
    "y",
    "\0331",
    "\0337",
    "\0338",
    "\0330",
    "\033s",
    "\033t",
    "\x1d",
    "\033[1;5C",
    "\033[1;3D",
    "\033[Z",
    "\xff",
    "\xe6\x97",
    "\033[200~alloc z 4\nfree z\n\033[201~",
};

static const int sizes[][2] = {{24, 80}, {30, 100}, {45, 160}, {5, 20}, {1, 1},  {2, 200},
                               {60, 2},  {10, 40},  {24, 79},  {99, 9}, {3, 39}, {11, 41}};

static void type_line(struct term *term, struct random *random)
{
    static const int numbers[] = {0, 1, 2, 3, 5, 8, 100, 4096, 1 << 20};
    const char *line = lines[random_below(random, TEST_COUNT(lines))];
    char typed[256];
    size_t length = 0;

    for (; *line; line++) {
        int number = numbers[random_below(random, TEST_COUNT(numbers))];
        size_t room = sizeof typed - length;

        length += (size_t)(*line == '#' ? snprintf(typed + length, room, "%d", number)
                                        : snprintf(typed + length, room, "%c", *line));
    }
    term_type(term, typed);
    term_type(term, random_below(random, 5) ? "\r" : " ; ");
}

static void type_key(struct term *term, struct random *random)
{
    term_type(term, keys[random_below(random, TEST_COUNT(keys))]);
}

static void use_mouse(struct term *term, struct random *random)
{
    static const int buttons[] = {0, 0, 2, 32, 35, 64, 65};
    char report[64];

    snprintf(report, sizeof report, "\033[<%d;%d;%d%c",
             buttons[random_below(random, TEST_COUNT(buttons))], (int)random_below(random, 300) + 1,
             (int)random_below(random, 90) + 1, random_below(random, 2) ? 'M' : 'm');
    term_type(term, report);
}

static void resize(struct term *term, struct random *random)
{
    const int *size = sizes[random_below(random, TEST_COUNT(sizes))];

    term_resize(term, size[0], size[1]);
}

static void act(struct term *term, struct random *random)
{
    unsigned number = (unsigned)random_below(random, 20);

    if (number < 8)
        type_line(term, random);
    else if (number < 16)
        type_key(term, random);
    else if (number < 18)
        use_mouse(term, random);
    else
        resize(term, random);
    term_glance(term);
}

/* Back to the prompt from wherever it is, with the message on the screen: another line is
 * answered. What was typed before may have begun something by then that takes the line for keys, so
 * it is typed again. */
static void expect_answer(struct term *term, unsigned round)
{
    enum { TRIES = 30, WAIT_MS = 2000 };
    char line[128], answer[64];
    bool is_answered = false;

    term_resize(term, 24, 80);
    snprintf(answer, sizeof answer, "round %u is over", round);
    snprintf(line, sizeof line, "\035\003\003layout map message; set present off; say \"%s\"\r",
             answer);
    for (unsigned i = 0; i < TRIES && !is_answered; i++) {
        term_type(term, line);
        is_answered = term_shows(term, answer, WAIT_MS);
    }
    if (!is_answered)
        term_expect(term, answer);
}

static void live_through(uint64_t seed)
{
    struct random random = {seed};
    struct term *term =
        program_start_as(24, 80, "xterm-256color", seed % 2 ? "C.UTF-8" : "C", "--no-config", NULL);

    term_expect(term, "heap> ");
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < ACTIONS; i++)
            act(term, &random);
        expect_answer(term, round);
    }
    term_type(term, "quit\r");
    assert_true(WIFEXITED(term_wait_end(term)));
    term_finish(term);
}

static void whatever_is_done_the_screen_lives(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2; seed++)
        live_through(seed);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_done_the_screen_lives),
    };

    return program_find(count, arguments) ? cmocka_run_group_tests(tests, NULL, program_clean_up)
                                          : 2;
}
