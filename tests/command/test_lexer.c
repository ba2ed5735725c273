/* test_lexer.c: lines, statements, tokens. */
#include "command/lexer.h"

#include <string.h>

#include "base/text.h"
#include "test.h"

/* All statements of a line, as "a|b;c|d". */
static void expect_statements(const char *line, const char *expected)
{
    struct statement statement = {0};
    struct text text = {0};
    struct error error;
    size_t position = 0;

    while (lexer_next(line, &position, &statement, &error)) {
        text_add(&text, "%s", text.length ? ";" : "");
        for (size_t i = 0; i < statement.count; i++)
            text_add(&text, "%s%s", i ? "|" : "", statement.tokens[i].text);
    }
    assert_int_equal(error.kind, ERROR_NONE);
    assert_string_equal(text_string(&text), expected);
    text_finish(&text);
    statement_finish(&statement);
}

static void lines_are_cut_into_tokens(void **state)
{
    (void)state;
    expect_statements("", "");
    expect_statements("   \t ", "");
    expect_statements(";;;", "");
    expect_statements("alloc A 10M", "alloc|A|10M");
    expect_statements("  alloc\tA  10M ; free A;", "alloc|A|10M;free|A");
    expect_statements("a;b;c", "a;b;c");
    expect_statements("free A # all; of this is comment", "free|A");
    expect_statements("# comment", "");
    expect_statements("say a#b", "say|a#b");
    expect_statements("source \"my file; #1.hg\"", "source|my file; #1.hg");
    expect_statements("say \"a \\\"b\\\" \\\\ c\"", "say|a \"b\" \\ c");
    expect_statements("import \"a\\x0Ab\\x7f\\x01\" \"\\x41\\x00\\x8\\\\x0a\"",
                      "import|a\nb\x7f\x01|\\x41\\x00\\x8\\x0a");
    expect_statements("run sh -c 'ls; echo \"#1\" \\' &", "run|sh|-c|ls; echo \"#1\" \\|&");
    expect_statements("say it's A's; say '", "say|it's|A's;say|'");
    expect_statements("say 'tis 'so'; say 'a'b' '';c", "say|'tis|so;say|'a'b'|;c");
    expect_statements("run echo 'a; '\\''b' c;d", "run|echo|a; 'b|c;d");
    expect_statements("say 'a'\\';b", "say|a';b");
    expect_statements("say 'a'\\b 'a'\\ ''a", "say|'a'\\b|'a'\\|''a");
    expect_statements("free a1..a9:2 B\r\n", "free|a1..a9:2|B");
}

static void tokens_know_where_they_stand(void **state)
{
    struct statement statement = {0};
    struct error error;
    size_t position = 0;

    (void)state;
    assert_true(lexer_next("  free \"x y\" z", &position, &statement, &error));
    assert_int_equal(statement.tokens[0].start, 2);
    assert_int_equal(statement.tokens[0].end, 6);
    assert_int_equal(statement.tokens[1].start, 7);
    assert_int_equal(statement.tokens[1].end, 12);
    assert_true(statement.tokens[1].quoted);
    assert_int_equal(statement.tokens[2].start, 13);
    statement_finish(&statement);
}

static void expect_error(const char *line, const char *message, int column)
{
    struct statement statement = {0};
    struct error error;
    size_t position = 0;

    while (lexer_next(line, &position, &statement, &error))
        ;
    if (!strstr(error.text, message))
        fail_msg("\"%s\" is not in \"%s\"", message, error.text);
    assert_int_equal(error.column, column);
    statement_finish(&statement);
}

static void what_makes_no_sense_has_a_column(void **state)
{
    static char many[4 * TOKENS_MAX];

    (void)state;
    expect_error("alloc A; say \"open", "quote is not closed", 14);
    expect_error("alloc \x01 A", "control character", 7);
    memset(many, ' ', sizeof many - 1);
    for (size_t i = 0; i < sizeof many - 1; i += 2)
        many[i] = 'x';
    expect_error(many, "too many words", 2 * TOKENS_MAX + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_cut_into_tokens),
        cmocka_unit_test(tokens_know_where_they_stand),
        cmocka_unit_test(what_makes_no_sense_has_a_column),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
