/* test_bench.c: `heapglass bench` and `heapglass trace` as programs: options, statuses, peers. */
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/text.h"
#include "heapglass/heap.h"
#include "test.h"

/* Sanitizers put a malloc of their own in place, and nothing can be preloaded before them. */
#ifdef __SANITIZE_ADDRESS__
enum { OWN_MALLOC = false };
#else
enum { OWN_MALLOC = true };
#endif

#define TINY "1 3 6 1 a 0 1000 a 1 2000 f 0 a 2 500 f 1 f 2"

/* Run `line` by the shell; $P is the program, $T the folder of traces. Returns the status. */
static int run(const char *line, struct text *output)
{
    char part[4096];
    size_t length;
    FILE *pipe = popen(line, "r");

    assert_non_null(pipe);
    while ((length = fread(part, 1, sizeof part, pipe)) > 0)
        text_add_bytes(output, part, length);
    return WEXITSTATUS(pclose(pipe));
}

static void expect_run(const char *line, int status, const char *words)
{
    struct text output = {0};
    int actual = run(line, &output);

    if (actual != status || !strstr(text_string(&output), words))
        fail_msg("%s: status %d, \"%s\" expected; status %d:\n%s", line, status, words, actual,
                 text_string(&output));
    text_finish(&output);
}

/* The JSON that a line prints, to be given to json_decref. */
static json_t *run_json(const char *line)
{
    struct text output = {0};
    json_t *object;

    if (run(line, &output) != 0)
        fail_msg("%s: %s", line, text_string(&output));
    object = json_loads(text_string(&output), 0, NULL);
    if (!object)
        fail_msg("%s prints no JSON: %s", line, text_string(&output));
    text_finish(&output);
    return object;
}

static json_t *row_of(const json_t *object, size_t number)
{
    return json_array_get(json_object_get(object, "rows"), number);
}

static const char *string_of(const json_t *row, const char *key)
{
    const char *string = json_string_value(json_object_get(row, key));

    return string ? string : "";
}

static double number_of(const json_t *row, const char *key)
{
    return json_number_value(json_object_get(row, key));
}

static void utilization_is_what_a_hand_comes_to(void **state)
{
    json_t *object = run_json("f=$(mktemp); echo '" TINY "' >$f; "
                              "$P bench --json --runs 1 -p first-fit $f; s=$?; rm $f; exit $s");
    json_t *row = row_of(object, 0);

    (void)state;
    assert_string_equal(string_of(row, "allocator"), "first-fit");
    assert_int_equal(number_of(row, "peak_live"), 3000);
    assert_int_equal(number_of(row, "peak_heap"), 4096);
    assert_true(number_of(row, "utilization") == 3000.0 / 4096);
    assert_string_equal(string_of(row, "heap_measure"), "break");
    assert_true(number_of(row, "mops") > 0);
    row = row_of(object, 1);
    assert_string_equal(string_of(row, "allocator"), "libc");
    assert_true(json_is_true(json_object_get(row, "served")));
    if (OWN_MALLOC) {
        assert_string_equal(string_of(row, "heap_measure"), "mallinfo2");
        assert_true(number_of(row, "peak_heap") >= 3000);
    }
    json_decref(object);
}

/* Holes of 448 bytes cannot hold 512: about half of the heap's peak is of use. */
static void the_c_library_is_charged_for_what_it_takes(void **state)
{
    json_t *object, *row;

    (void)state;
    if (!OWN_MALLOC)
        return;
    object = run_json("$P bench --json --runs 1 -p linear -g binary:2000");
    row = row_of(object, 1);
    assert_true(number_of(row, "utilization") > 0.4 && number_of(row, "utilization") < 0.6);
    json_decref(object);
}

static void every_policy_and_the_c_library_have_a_row(void **state)
{
    json_t *object = run_json("$P bench --json --runs 1 $T/replace.rep -g coalescing:10");
    size_t policies = 0, rows;

    (void)state;
    while (hg_policy((unsigned)policies))
        policies++;
    rows = json_array_size(json_object_get(object, "rows"));
    assert_int_equal(rows, 2 * (policies + 1));
    assert_int_equal(json_array_size(json_object_get(object, "means")), policies + 1);
    for (size_t i = 0; i < rows; i++) {
        json_t *row = row_of(object, i);
        const char *name = i % (policies + 1) < policies
                               ? hg_policy((unsigned)(i % (policies + 1)))->name
                               : "libc";

        assert_string_equal(string_of(row, "allocator"), name);
        assert_string_equal(string_of(row, "trace"), i <= policies ? "replace" : "coalescing:10");
        if (!json_is_true(json_object_get(row, "served")))
            assert_true(strlen(string_of(row, "reason")) > 0);
    }
    json_decref(object);
}

static void latency_is_there_on_request(void **state)
{
    json_t *object =
        run_json("$P bench --json --runs 2 --latency --pre-touch -p buddy -g binary:50");
    json_t *latency = json_object_get(row_of(object, 0), "malloc_ns");

    (void)state;
    assert_string_equal(json_string_value(json_object_get(object, "memory")), "touched");
    assert_true(number_of(latency, "p50") <= number_of(latency, "p99"));
    assert_true(number_of(latency, "p99") <= number_of(latency, "p99.9"));
    assert_true(number_of(latency, "p99.9") > 0);
    json_decref(object);
}

static void peers_are_preloaded(void **state)
{
    static const char *const peers[] = {"mimalloc", "jemalloc", "tcmalloc"};

    (void)state;
    if (!OWN_MALLOC)
        return;
    for (size_t i = 0; i < TEST_COUNT(peers); i++) {
        struct text line = {0};
        json_t *object, *row;

        text_add(&line, "$P bench --json --runs 1 -p buddy -g replace:2000 --peer %s", peers[i]);
        object = run_json(text_string(&line));
        row = row_of(object, 2);
        assert_string_equal(string_of(row, "allocator"), peers[i]);
        assert_string_equal(string_of(row, "heap_measure"), "resident");
        assert_true(number_of(row, "utilization") > 0.2 && number_of(row, "utilization") < 1.05);
        json_decref(object);
        text_finish(&line);
    }
}

static void statuses_and_messages_are_as_help_says(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P bench --help", 0, "usage: heapglass bench"},
        {"$P bench --runs 1 -p buddy -g binary:9", 0, "binary:9  buddy"},
        {"$P bench --runs 1 -p buddy -p linear $T/*.rep", 0, "mean"},
        {"$P bench --runs 1 -s slot-size=512 -p pool-stack -g binary:9", 0, "pool-stack   "},
        {"$P bench --malloc --runs 1 -g binary:9", 0, "binary:9  malloc"},
        {"$P bench --nonsense 2>&1", 2, "Try 'heapglass bench --help'"},
        {"$P bench --nonsense=1 2>&1", 2, "unrecognized option '--nonsense=1'"},
        {"$P bench --plicy=buddy 2>&1", 2, "; did you mean '--policy'?"},
        {"$P bench --p y 2>&1", 2, "option '--p' is ambiguous: --policy --peer --pre-touch"},
        {"$P bench -Z 2>&1", 2, "invalid option -- 'Z'"},
        {"$P bench --json=3 2>&1", 2, "option '--json' doesn't allow an argument"},
        {"$P bench -n 2>&1", 2, "option requires an argument -- 'n'"},
        {"$P bench --runs 2>&1", 2, "option '--runs' requires an argument"},
        {"$P bench -p nofit 2>&1", 2, "there is no policy 'nofit'"},
        {"$P bench -p glibc 2>&1", 2, "policy 'glibc' needs a process of its own"},
        {"$P bench -s slot-size 2>&1", 2, "KEY=VALUE"},
        {"$P bench -s slotsize=8 2>&1", 2, "did you mean 'slot-size'?"},
        {"$P bench -p buddy -s slot-size=64 2>&1", 2, "none of these policies has the setting"},
        {"$P bench -s guard=on 2>&1", 2, "none of these policies has the setting 'guard'"},
        {"$P bench -s gaurd=on 2>&1", 2, "there is no setting 'gaurd'; did you mean 'guard'?"},
        {"$P bench --runs 0 2>&1", 2, "--runs can be from 1"},
        {"$P bench --runs x 2>&1", 2, "'x' is not a number"},
        {"$P bench -g binry 2>&1", 2, "did you mean 'binary'?"},
        {"$P bench --peer mimaloc 2>&1", 2, "did you mean 'mimalloc'?"},
        {"$P bench --peer /nonexistent.so 2>&1", 2, "No such file"},
        {"$P bench --malloc --peer mimalloc 2>&1", 2, "--malloc goes without"},
        {"$P bench --runs 1 -p buddy - <$T/binary.rep", 0, "standard input  buddy"},
        {"$P bench --runs 1 -p buddy - $T/replace.rep - <$T/binary.rep", 0, "replace         libc"},
        {"$P bench - </dev/null 2>&1", 2, "standard input: it is empty"},
        {"$P bench /nonexistent.rep 2>&1", 2, "/nonexistent.rep: No such file"},
        {"$P bench $P 2>&1", 2, "it does not begin as a trace does"},
        {"f=$(mktemp); echo '1 1 3 1 a 0 9 f 0' >$f; $P bench -p buddy --runs 1 $f 2>&1; s=$?; "
         "rm $f; exit $s",
         2, "ends after 2 operations"},
        {"f=$(mktemp); echo '1 1 3 1 a 0 9 f 0' >$f; $P bench -p buddy --runs 1 --lenient $f 2>&1; "
         "s=$?; rm $f; exit $s",
         0, "libc"},
        {"$P trace --help", 0, "usage: heapglass trace VERB"},
        {"$P trace 2>&1", 2, "a VERB is missing"},
        {"$P trace burn 2>&1", 2, "there is no VERB 'burn'"},
        {"$P trace chek 2>&1", 2, "; did you mean 'check'?"},
        {"$P trace generate --help", 0, "live payloads (1000)"},
        {"$P trace generate 2>&1", 2, "it takes one NAME"},
        {"$P trace generate binary:0 2>&1", 2, "can be from 1"},
        {"$P trace generate coalescing:1", 0, "1\n3\n6\n8190\na 0 4095\na 1 4095\nf 0\n"},
        {"$P trace generate binary -o /nonexistent/x 2>&1", 1, "No such file"},
        {"$P trace generate nodes:99 | $P trace check -", 0, "peak"},
        {"$P trace check $T/*.rep", 0, "binary.rep: 120 operations on 60 ids: 60 a, 0 r, 60 f"},
        {"$P trace check --help", 0, "usage: heapglass trace check"},
        {"$P trace check 2>&1", 2, "trace check: a FILE is missing"},
        {"$P trace check /nonexistent $T/binary.rep 2>&1", 2, "binary.rep: 120"},
        {"echo '1 1 3 1 a 0 9 f 0' | $P trace check - 2>&1", 1, "standard input:1: the file ends"},
        {"echo '1 1 3 1 a 0 9 f 0' | $P trace check --lenient -", 0, "2 operations"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        expect_run(rows[i].line, rows[i].status, rows[i].words);
}

/* Make a folder $D with traces of every kind of name and content, and run a line in it. */
static int run_in_folder(const char *line, struct text *output)
{
    static const char make[] =
        "export D=$(mktemp -d); cp $T/binary.rep $D/good.rep; cp $T/binary.rep $D/good2.rep; "
        "echo '1 1 3 1 a 0 9 f 0' >$D/bad.rep; echo '1 1 2 1 a 0 900000000000 f 0' >$D/huge.rep; "
        "cp $T/binary.rep \"$D/$(printf 'odd\\351\\033]0;T\\a\\n\\342\\200\\256.rep')\"; "
        "cp $D/bad.rep \"$D/$(printf 'bad\\033[31m.rep')\"; cd $D; %s; s=$?; rm -r $D; exit $s";
    struct text whole = {0};
    int status;

    text_add(&whole, make, line);
    status = run(text_string(&whole), output);
    text_finish(&whole);
    return status;
}

/* One bad file among many is named, and costs the others nothing. */
static void each_trace_gets_its_rows_or_its_reason(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words[4];
    } rows[] = {
        {"$P bench --runs 1 -p buddy good.rep bad.rep nonex.rep huge.rep good2.rep 2>/dev/null",
         2,
         {"good   buddy  ", "bad    -          bad.rep:1: the file ends after 2 operations",
          "huge   -          huge: 838G are live at a time, more memory than there is",
          "good2  libc"}},
        {"$P bench --runs 1 -p buddy good.rep bad.rep nonex.rep good2.rep 2>&1 >/dev/null",
         2,
         {"heapglass bench: bad.rep:1: the file ends", "heapglass bench: nonex.rep: No such file"}},
        {"$P bench --runs 1 -p buddy good.rep bad.rep good2.rep 2>&1",
         2,
         {"mean   buddy         "}},
        {"$P bench --runs 1 -p buddy good.rep - good2.rep <&- 2>&1",
         2,
         {"-          standard input: it is empty", "mean            libc  "}},
        {"$P bench --json --runs 1 -p buddy bad.rep good.rep 2>/dev/null",
         2,
         {"\"trace\":\"bad\",\"allocator\":\"buddy\",\"served\":false,\"reason\":\"bad.rep:1: the",
          "\"trace\":\"good\",\"allocator\":\"libc\",\"served\":true"}},
        {"$P trace check good.rep bad.rep nonex.rep good2.rep 2>&1",
         2,
         {"good.rep: 120 operations", "bad.rep:1: ", "nonex.rep: No such", "good2.rep: 120"}},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text output = {0};

        assert_int_equal(run_in_folder(rows[i].line, &output), rows[i].status);
        for (size_t j = 0; j < TEST_COUNT(rows[i].words) && rows[i].words[j]; j++) {
            if (!strstr(text_string(&output), rows[i].words[j]))
                fail_msg("%s: no \"%s\" in:\n%s", rows[i].line, rows[i].words[j],
                         text_string(&output));
        }
        text_finish(&output);
    }
}

/* Where there is little memory, the trace that wants more is refused, and no other. */
static void a_trace_for_which_memory_is_short_says_so(void **state)
{
    static const char make[] = "$P trace generate random:500000 -o big.rep; ";
    struct text line = {0}, output = {0};

    (void)state;
    if (!OWN_MALLOC)
        return; /* a sanitizer needs more addresses than any limit leaves */
    text_add(&line, "%s(ulimit -v 40000; $P trace check big.rep good.rep 2>&1)", make);
    assert_int_equal(run_in_folder(text_string(&line), &output), 2);
    assert_non_null(strstr(text_string(&output), "big.rep"));
    assert_non_null(strstr(text_string(&output), "there is no memory"));
    assert_non_null(strstr(text_string(&output), "good.rep: 120 operations"));
    text_clear(&line);
    text_clear(&output);
    text_add(&line, "%s(ulimit -v 400000; $P bench --runs 1 -p buddy big.rep good.rep 2>&1)", make);
    assert_int_equal(run_in_folder(text_string(&line), &output), 2);
    assert_non_null(strstr(text_string(&output), "are live at a time, more memory than there is"));
    assert_non_null(strstr(text_string(&output), "good   libc  "));
    text_finish(&line);
    text_finish(&output);
}

/* Names need not be UTF-8, nor harmless. */
static void names_of_files_are_shown_and_nothing_else(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P bench --runs 1 -p buddy odd* 2>&1", 0, "odd\\xe9^[]0;T^G^J\\u202e  libc"},
        {"$P bench --json --runs 1 -p buddy odd* 2>&1", 0,
         "\"trace\":\"odd\\\\xe9^[]0;T^G^J\\\\u202e\""},
        {"$P bench --runs 1 -p buddy bad*m.rep good.rep 2>&1", 2, "bad^[[31m  -  "},
        {"$P trace check odd* bad* 2>&1", 1, "odd\\xe9^[]0;T^G^J\\u202e.rep: 120 operations"},
        {"$P trace check bad*m.rep 2>&1", 1, "heapglass trace: bad^[[31m.rep:1: the file ends"},
        {"$P trace generate binary -o $(printf 'no/\\033[m') 2>&1", 1, "no/^[[m: No such"},
        {"$P bench --$(printf '\\033[m') 2>&1", 2, "unrecognized option '--^[[m'"},
        {"$P bench -p $(printf '\\033[m') 2>&1", 2, "no policy '^[[m'"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text output = {0};

        assert_int_equal(run_in_folder(rows[i].line, &output), rows[i].status);
        if (!strstr(text_string(&output), rows[i].words))
            fail_msg("%s: no \"%s\" in:\n%s", rows[i].line, rows[i].words, text_string(&output));
        for (const char *byte = text_string(&output); *byte; byte++)
            assert_true((unsigned char)*byte < 0x80 && (*byte >= ' ' || *byte == '\n'));
        text_finish(&output);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utilization_is_what_a_hand_comes_to),
        cmocka_unit_test(the_c_library_is_charged_for_what_it_takes),
        cmocka_unit_test(every_policy_and_the_c_library_have_a_row),
        cmocka_unit_test(latency_is_there_on_request),
        cmocka_unit_test(peers_are_preloaded),
        cmocka_unit_test(statuses_and_messages_are_as_help_says),
        cmocka_unit_test(each_trace_gets_its_rows_or_its_reason),
        cmocka_unit_test(a_trace_for_which_memory_is_short_says_so),
        cmocka_unit_test(names_of_files_are_shown_and_nothing_else),
    };

    char path[PATH_MAX];

    if (count != 3)
        return 2;
    setenv("P", realpath(arguments[1], path), 1); /* also in another folder */
    setenv("T", arguments[2], 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
