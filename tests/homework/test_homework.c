/* test_homework.c: sheets of exercises, with room for answers or with the answers, in all formats.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell.h"
#include "test.h"

/* Lines of shell run the program as $P; $D is a folder for what they write. */
static char folder[] = "/tmp/heapglass-homework-XXXXXX";

static void a_sheet_has_exercises_and_room_for_answers(void **state)
{
    static const struct shell_row rows[] = {
        {"$P homework --seed 4 --count 7 | tee $D/sheet", 0, "Heap exercises, seed 4\nName: ____"},
        {"cat $D/sheet", 0, "The heap: first-fit; header 8"},
        {"grep -c '^Exercise [1-7]$' $D/sheet", 0, "7\n"},
        {"grep -c '^Answer: ____' $D/sheet", 0, "7\n"},
        {"grep -c 'free list, head first: ' $D/sheet", 0, "7\n"},
        {"$P homework --count 7 | awk 'length > 79' | wc -l", 0, "0\n"},
        {"$P homework -p best-fit --count 2", 0, "The heap: best-fit;"},
        {"$P homework -p first-fit -s order=address --count 1", 0, "order address"},
        {"$P homework --topic merge --count 3 | grep -c 'With which neighbours'", 0, "3\n"},
        {"$P homework --topic fit --topic size --count 4 | grep -c 'NULL (no)'", 0, "2\n"},
        {"$P homework --help", 0, "fragmentation  how large the external fragmentation is"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void solutions_are_of_the_same_sheet(void **state)
{
    static const struct shell_row rows[] = {
        {"$P homework --seed 4 --count 7 >$D/sheet; "
         "$P homework --seed 4 --count 7 --solutions >$D/solved; grep -c Answer $D/solved",
         1, "0\n"},
        {"$P homework --seed 4 --count 1 --topic place --solutions", 0, "> +0x"},
        {"$P homework --seed 4 --count 1 --topic place --solutions", 0, "  request   "},
        /* a student can know where a search goes on */
        {"$P homework -p next-fit --topic search --count 4 | grep -c 'search goes on at'", 0,
         "4\n"},
        {"$P homework -p kr --topic place --count 4 | grep -c 'search goes on at'", 0, "4\n"},
        {"$P homework -p best-fit --topic place --count 4 | grep -c 'goes on at'", 1, "0\n"},
        {"$P homework -p kr --count 1", 0,
         "kr; header 16, alignment 16, smallest block 32; blocks"},
        {"$P homework -p csapp --count 1", 0, "csapp; header 4, footer 4, alignment 8, fit first"},
        /* sizes are those of the blocks, and not rounded */
        {"$P homework --seed 3 --count 14 --solutions | grep -cE '[0-9]K'", 1, "0\n"},
        {"$P homework -p buddy --count 14 --solutions | grep -cE '[0-9]K'", 1, "0\n"},
        /* what is asked stands in both */
        {"grep -E '^(alloc [A-Z] [0-9]+|free [A-Z]):' $D/sheet >$D/a; "
         "grep -E '^(alloc [A-Z] [0-9]+|free [A-Z]):' $D/solved | cmp - $D/a && "
         "wc -l <$D/a",
         0, "7\n"},
        /* and both are the same the next time: nothing of the machine is in them */
        {"$P homework --seed 4 --count 7 --solutions | cmp - $D/solved && echo same", 0, "same"},
        {"$P homework --seed 5 --count 7 --solutions | cmp -s - $D/solved", 1, ""},
        /* the quiz of the same seed asks the same */
        {"$P -e 'quiz --seed 4 --count 7' | "
         "grep -oE '^[1-7] of 7: (alloc [A-Z] [0-9]+|free [A-Z])' | cut -d' ' -f4- >$D/b; "
         "grep -oE '^(alloc [A-Z] [0-9]+|free [A-Z]):' $D/sheet | "
         "tr -d : | cmp - $D/b && wc -l <$D/b",
         0, "7\n"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void every_student_has_a_sheet_of_their_own(void **state)
{
    static const struct shell_row rows[] = {
        {"printf 'Ada\\n\\nBob B.\\r\\nAda\\n' >$D/names; "
         "$P homework --students $D/names --count 2 >$D/a; grep ^Name $D/a",
         0, "Name: Ada\nName: Bob B.\nName: Ada\n"},
        {"tr -d '\\n' <$D/a | tr '\\f' '\\n' >$D/sheets; sort -u $D/sheets | wc -l", 0, "2\n"},
        {"$P homework --students $D/names --count 2 --solutions | grep -c '^> '", 0, ""},
        {"$P homework --students $D/names --seed 2 --count 2 | cmp -s - $D/a", 1, ""},
        /* blanks around a name are none of it */
        {"printf ' \\t\\n  Ada \\n' >$D/blanks; $P homework --students $D/blanks --count 2 >$D/b; "
         "printf 'Ada' >$D/blanks; $P homework --students $D/blanks --count 2 | cmp - $D/b && "
         "grep ^Name $D/b",
         0, "Name: Ada\n"},
        {"echo >$D/none; $P homework --students $D/none 2>&1", 1, "there is no name in it"},
        {"$P homework --students $D/missing 2>&1", 1, "missing: No such file"},
        {"$P homework -o $D/a.docx 2>&1; ls $D/a.docx 2>&1", 2, "'.docx' is no format's ending"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void a_sheet_is_written_in_several_formats(void **state)
{
    static const struct shell_row rows[] = {
        {"$P homework --count 2 -o $D/a.md && cat $D/a.md", 0, "| offset | bytes | block |"},
        {"cat $D/a.md", 0, "## Exercise 2\n"},
        {"$P homework --count 2 -f markdown --solutions", 0, "\n> **"},
        {"$P homework --count 2 -o $D/a.txt && head -n 1 $D/a.txt", 0, "Heap exercises, seed 1"},
        {"$P homework --count 2 -f text -o $D/b.md && head -n 1 $D/b.md", 0, "Heap exercises"},
        {"$P homework --count 2 -o $D/no/such.md 2>&1", 1, "such.md"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void a_pdf_can_be_read(void **state)
{
    static const struct shell_row rows[] = {
        {"$P homework --count 2 -o $D/a.pdf && head -c 5 $D/a.pdf", 0, "%PDF-"},
        {"pdftotext -layout $D/a.pdf - ", 0, "Exercise 2"},
        {"$P homework --count 2 | grep -m 1 'free list'", 0, "free list, head first"},
        {"$P homework --count 2 | grep -m 1 -o 'first: .*' >$D/a; "
         "pdftotext -layout $D/a.pdf - | grep -c -F -f $D/a",
         0, "1\n"},
        {"printf 'J\\303\\266rg\\nBob\\nEve\\n' >$D/names; $P homework --students $D/names --count "
         "9 "
         "--solutions -o $D/s.pdf && pdftotext $D/s.pdf - | grep J",
         0, "J\303\266rg"},
        {"pdfinfo $D/s.pdf | awk '/^Pages/ && $2 >= 6 {print \"many\"}'", 0, "many"},
        {"pdffonts $D/s.pdf | grep -c yes", 0, ""},
        {"$P homework -f pdf --count 1 | head -c 5", 0, "%PDF-"},
    };

    struct shell_run tools =
        shell_run("test -e ${P%/*}/homework/libheapglass-pdf.so && command -v pdftotext");

    (void)state;
    text_finish(&tools.output);
    if (tools.status != 0) {
        test_skipped("there is no cairo, or nothing to read a PDF with");
        return;
    }
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void every_policy_with_a_choice_has_sheets(void **state)
{
    static const struct shell_row rows[] = {
        {"for p in next-fit worst-fit buddy segregated tlsf csapp kr osmem; do "
         "$P homework -p $p --count 7 --solutions | grep -c '^Exercise'; done | sort -u",
         0, "7\n"},
        {"$P homework -p linear 2>&1", 1, "linear has nothing that is worth a question"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void what_cannot_be_is_refused(void **state)
{
    static const struct shell_row rows[] = {
        {"$P homework --count 0 2>&1", 2, "--count is from 1 to 100"},
        {"$P homework --topic plce 2>&1", 2, "did you mean 'place'?"},
        {"$P homework --format word 2>&1", 2, "--format is text, markdown or pdf"},
        {"$P homework -p best 2>&1", 2, "there is no policy 'best'"},
        {"$P homework -s alignment=3 2>&1", 2, "alignment"},
        {"$P homework --hard 2>&1", 2, "Try 'heapglass homework --help'."},
        {"$P homework sheet.md 2>&1", 2, "-o FILE is written"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sheet_has_exercises_and_room_for_answers),
        cmocka_unit_test(solutions_are_of_the_same_sheet),
        cmocka_unit_test(every_student_has_a_sheet_of_their_own),
        cmocka_unit_test(a_sheet_is_written_in_several_formats),
        cmocka_unit_test(a_pdf_can_be_read),
        cmocka_unit_test(every_policy_with_a_choice_has_sheets),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    int failed;

    if (count != 2 || setenv("P", arguments[1], 1) != 0 || !mkdtemp(folder) ||
        setenv("D", folder, 1) != 0)
        return 2;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    shell_expect("rm -r $D", 0, "");
    return failed;
}
