/* test_c_syntax.c: C as on a blackboard is read as the commands that mean it. */
#include <string.h>

#include "command/spy.h"
#include "target/serve.h"
#include "test.h"

static void statements_of_c_are_commands(void **state)
{
    static const struct {
        const char *line, *commands;
    } rows[] = {
        {"A = malloc(10);", "alloc A 10\n"},
        {"A=malloc(10)", "alloc A 10\n"},
        {"p = malloc ( 40 ) ;", "alloc p 40\n"},
        {"p = malloc(10M)", "alloc p 10M\n"},
        {"void *p = malloc(10)", "alloc p 10\n"},
        {"char *p = malloc(10 * sizeof(int));", "alloc p 40\n"},
        {"const char* p = (char *)malloc((1 + 2) * 4);", "alloc p 12\n"},
        {"struct node *n = malloc(sizeof(struct node *));", "alloc n 8\n"},
        {"p = malloc(sizeof(unsigned long long int) + sizeof(short int))", "alloc p 10\n"},
        {"p = malloc(0x40 / 2 - 2)", "alloc p 30\n"},
        {"p = malloc(-1)", "alloc p 18446744073709551615\n"},
        {"q = calloc(4, 8)", "calloc q 4 8\n"},
        {"q = aligned_alloc(64, 100);", "aligned q 64 100\n"},
        {"p = malloc(40); p = realloc(p, 80)", "alloc p 40\nrealloc p 80\n"},
        {"p = malloc(40); q = p; q = p + 8; q = (char *) p + 8; q = NULL; q = 0",
         "alloc p 40\nlet q = p\nlet q = p+8\nlet q = p+8\nlet q = NULL\nlet q = NULL\n"},
        {"p = malloc(4); free(p); // gone", "alloc p 4\nfree p\n"},
        {"p = malloc(4); free (p) # gone", "alloc p 4\nfree p\n"},
        {"// nothing at all", ""},
        {"p = malloc(40); memset(p, 0, 40)", "alloc p 40\nfill p 0x00\n"},
        {"p = malloc(40); memset(p, 'x', 2)", "alloc p 40\npoke p 0x78 0x78\n"},
        {"p = malloc(4); strcpy(p, \"a;b)\")", "alloc p 4\nwrite p \"a;b)\"\n"},
        {"p = malloc(4); strcpy(p + 2, \"ab\")", "alloc p 4\nwrite p+2 \"ab\"\n"},
        {"a = malloc(8); f = a; free(a)", "alloc a 8\nlet f = a\nfree a\n"}, /* names, too */
        {"whatif p = malloc(8)", "whatif alloc p 8\n"},
        {"call f; int x; char b[2 * 8]; int *p = &x; return p;",
         "call f\nlocal x 4\nlocal b 16\nlet p = &x\nreturn p\n"},
        {"p = malloc(40); q = malloc(8); p[1] = q; r = p[1]; p[1] = NULL; p[0] = (char *) q + 4",
         "alloc p 40\nalloc q 8\nlink p.1 -> q\nlet r = p.1\nunlink p.1\nlink p.0 -> q+4\n"},
        {"say (see above) = all", "say (see above) = all\n"}, /* no C */
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct spy *spy = spy_create();

        spy_expect(spy, rows[i].line);
        if (strcmp(text_string(&spy->commands), rows[i].commands) != 0)
            fail_msg("%s: %s", rows[i].line, text_string(&spy->commands));
        spy_destroy(spy);
    }
}

static void wrong_c_is_pointed_at(void **state)
{
    static const struct {
        const char *line, *words;
        int column;
    } rows[] = {
        {"p = malloc(10", "')' is missing; it reads NAME = malloc(SIZE);", 14},
        {"p = malloc();", "a number is missing; it reads NAME = malloc(SIZE);", 12},
        {"p = calloc(4);", "',' is missing; it reads NAME = calloc(COUNT, SIZE);", 13},
        {"p = malloc(10 * sizeof(foo));", "no type that is known", 24},
        {"p = malloc(10 * sizeof *p);", "behind sizeof there is a type here", 24},
        {"p = malloc(sizeof (*p) * 10);", "behind sizeof there is a type here", 20},
        {"p = malloc(sizeof(struct node));", "how large that is, is not known", 19},
        {"p = malloc(10 * );", "a number is missing", 17},
        {"p = malloc(1 / 0);", "divides by 0", 14},
        {"p = malloc(0xffffffffffffffff * 2);", "more than a size can hold", 31},
        {"p = malloc(3Q);", "no unit 'Q'", 12},
        {"p = malloc(1) p", "a ';' is missing before this", 15},
        {"p = mallok(10);", "there is no function 'mallok' here; there are malloc,", 5},
        {"malloc(10);", "nothing would point to what malloc answers", 1},
        {"realloc(B, 10);", "nothing would point to what realloc answers", 1},
        {"p = realloc(B, 10);", "first p = B; then p = realloc(p, ...)", 13},
        {"p = free(B);", "free answers nothing", 5},
        {"free(X);", "no variable 'X'", 6},
        {"free();", "a variable is missing; it reads free(NAME);", 6},
        {"q = X;", "no variable 'X'", 5},
        {"q = (char *)X;", "no variable 'X'", 13},
        {"p[1 = B;", "here it reads p[0] = q;", 5},
        {"int i = 5;", "only pointers are given values", 7},
        {"struct node n;", "how large that is, is not known", 13},
        {"char b[4;", "']' is missing", 9},
        {"char *p;", "'=' is missing", 8},
        {"strcpy(B, X);", "a text in quotes is missing", 11},
        {"strcpy(B, \"x);", "this quote is not closed", 11},
        {"memset(B, 256, 1);", "no byte", 11},
        {"whatif p = malloc(;", "a number is missing", 19},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc B 100");
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        spy_expect_error(spy, rows[i].line, rows[i].words, rows[i].column);
    assert_int_equal(spy->session->history->steps.count, 1);
    spy_destroy(spy);
}

/* memset goes as far as it is told, as C's does. */
static void memset_goes_beyond_the_payload(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "p = malloc(24); q = malloc(24); memset(p, 65, 32)");
    spy_expect_error(spy, "check", "", 1);
    spy_expect_error(spy, "memset(p, 65, 0)", "there is nothing to write", 15);
    spy_expect_error(spy, "memset(p, 65, 1M)", "at most 4096 bytes", 15);
    spy_destroy(spy);
}

static void titles_have_c_where_it_is_wanted(void **state)
{
    static const struct {
        const char *line, *c_form;
    } rows[] = {
        {"alloc p 1K", "p = malloc(1024);"},
        {"calloc q 4 8", "q = calloc(4, 8);"},
        {"realloc p 80", "p = realloc(p, 80);"},
        {"aligned r 4K 100", "r = aligned_alloc(4096, 100);"},
        {"fill p 0x41", "memset(p, 65, 80);"},
        {"write p+8 \"hi\"", "strcpy(p + 8, \"hi\");"},
        {"let s = p+8", "s = p+8;"},
        {"let s = NULL", "s = NULL;"},
        {"free p", "free(p);"},
        {"call f", "f();"},
        {"local x 4", "char x[4];"},
        {"limit 1M", ""},
        {"coalesce", ""},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc p 10");
    assert_string_equal(text_string(&spy->c_form), "");
    spy_expect(spy, "reset; set syntax c");
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect(spy, rows[i].line);
        assert_string_equal(text_string(&spy->c_form), rows[i].c_form);
    }
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_of_c_are_commands),
        cmocka_unit_test(wrong_c_is_pointed_at),
        cmocka_unit_test(memset_goes_beyond_the_payload),
        cmocka_unit_test(titles_have_c_where_it_is_wanted),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
