/* test_program.c: the program without a terminal: options, pipes, scenarios, exit statuses. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell.h"
#include "test.h"
#include "tracing.h"

/* Lines of shell run the program as $P; $S is the folder of scenarios. */
static const char *scenarios;

static void options_do_what_help_says(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P --help", 0, "usage: heapglass"},
        {"$P run --help", 0, "usage: heapglass run [--held] [--follow [NAME]] [--up N] PROGRAM"},
        {"$P run --help | tail -n 1", 0, "Its other options are those that 'heapglass --help' "},
        {"$P quiz --help", 0, "usage: heapglass quiz [TOPIC]"},
        {"$P attach --help", 0, "usage: heapglass attach PID:"},
        {"$P -V", 0, "heapglass 0."},
        {"$P --man", 0, ".TP\n.B free NAME..."},
        {"$P -e 'alloc A 10M; free A'", 0, "A's block"},
        {"$P -e 'alloc A 10M' -e 'free A'", 0, "A's block"},
        {"$P -p best-fit -e 'alloc A 1'", 0, "the smallest free block that fits"},
        {"$P -s alignment=64 -e 'alloc A 1; blocks'", 0, "64  used"},
        {"$P --set=grow=exact -e 'brk'", 0, "bytes ("},
        {"echo 'alloc A 10' | $P", 0, "1  alloc A 10"},
        {"echo 'alloc A 10' | $P --ascii", 0, "[%"},
        {"echo 'alloc A 10' | LC_ALL=C $P", 0, "[%"},
        {"$P -e 'say ééé; free X' 2>&1 | tail -n 1", 0, "                ^"},
        {"$P --plain -e 'set addresses absolute; alloc A 1; blocks'", 0, "0x5"},
        {"$P -e 'alloc A 1; quit; alloc B 1' | wc -l", 0, "8"},
        {"$P --batch -e 'alloc A 1' <&-", 0, "1  alloc A 1"},
        {"echo 'alloc A 10' | $P --json", 0, "{\"step\":1,\"command\":\"alloc A 10\",\"ok\":true"},
        {"$P --json -e 'blocks'", 0, "bookkeeping"},
        {"$P --color never --batch -e 'help'", 0, "Looking"},
        {"$P </dev/null", 0, ""},
        {"$P -s grow=24 -s alignment=8 -e 'alloc A 10'", 0, "1  alloc A 10"}, /* in any order */
        {"$P -e 'say one # not two\nsay three'", 0, "one\nthree"},
        {"$P -s theme=light -e 'set theme'", 0, "theme            light"},
        {"$P -s map=hilbert -e 'set map'", 0, "map              hilbert"},
        {"$P -s speed=9 -e 'set speed'", 0, "speed            9"},
        {"$P --step -e 'set step'", 0, "step             on"},
        {"$P -s step=on -s step=off -e 'set step'", 0, "step             off"},
        {"$P -s addresses=absolute -e 'alloc A 1; blocks'", 0, "0x5"},
        {"echo 0x2b8 | $P quiz place --seed 5 --count 1", 0, "answer> 0x2b8\n"},
        {"echo 0x2b8 | $P quiz place --seed 5 --count 1", 0, "Right: +0x02b8."},
        /* the README's */
        {"printf 'no\\n4\\n' | $P quiz --seed 5 --count 2 -p best-fit", 0, "2 of 2 right."},
        {"$P -p buddy quiz --count=1 </dev/null", 0, "buddy"},
        {"printf 'quiz place --seed 5 --count 1\\n0x2b8\\nsay done\\n' | $P", 0, "Right: +0x02b8."},
        {"printf 'quiz place --seed 5 --count 1\\n0x2b8\\nsay done\\n' | $P", 0, "\ndone\n"},
        {"echo 0xb8 | $P --json quiz place --seed 5 --count 1", 0,
         "\"quiz\":{\"seed\":5,\"number\":1,\"count\":1,\"topic\":\"place\""},
        {"echo 0xb8 | $P --json quiz place --seed 5 --count 1", 0,
         "\"given\":\"+0x00b8\",\"right\":false,\"answer\":\"+0x02b8\","
         "\"thought\":\"took a block that is not free\""},
        {"$P quiz shapes 2>&1", 1, "there is no topic 'shapes'"},
        {"$P --seed 4 2>&1", 2, "--seed and --count are options of quiz"},
        {"$P quiz -p best-fit -s header=16 --seed 5 --count 1 </dev/null", 0,
         "again: policy best-fit; set header 16;\nquiz --seed 5 --count 1."},
        {"$P quiz --seed 'Ada \"L\"' --count 1 </dev/null", 0,
         "No question was answered. The same quiz again: quiz --seed 15060122223547450679"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        shell_expect(rows[i].line, rows[i].status, rows[i].words);
}

static void every_command_is_answered_at_once(void **state)
{
    (void)state;
    shell_expect("d=$(mktemp -d) && mkfifo $d/in $d/out && { $P --json <$d/in >$d/out & } && "
                 "exec 3>$d/in 4<$d/out && echo 'alloc A 10' >&3 && timeout 10 head -n 1 <&4; "
                 "status=$?; rm -r $d; exit $status",
                 0, "\"command\":\"alloc A 10\"");
}

static void failures_have_their_status(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P --nonsense 2>&1", 2, "Try 'heapglass --help'"},
        {"$P -p nofit 2>&1", 2, "there is no policy 'nofit'"},
        {"$P -s alignment 2>&1", 2, "KEY=VALUE"},
        {"$P -s alignment=7 2>&1", 2, "alignment 7"},
        {"$P -s algnment=8 2>&1", 2, "did you mean 'alignment'?"},
        {"$P -s thme=light 2>&1", 2, "did you mean 'theme'?"},
        {"$P -s theme=pink 2>&1", 2, "theme cannot be 'pink'; it can be dark, light"},
        {"$P -s speed=61 2>&1", 2, "speed cannot be 61; it can be from 0 to 60"},
        {"$P -p xyzzy 2>&1", 2, "; there are first-fit, next-fit"}, /* no command lists them */
        {"$P bench -s xyzzy=1 -g binary:2 2>&1", 2, "; there are header, alignment"},
        {"$P -e 'whatif -s theme=light alloc A 1' 2>&1", 1, "theme is how things are shown"},
        {"$P --color sometimes 2>&1", 2, "auto, always or never"},
        {"$P /nonexistent.hg 2>&1", 2, "No such file"},
        {"$P nothing 2>&1", 2, "heapglass: nothing: No such file"},
        {"$P -q -e 'say first' quiz --count 1 --seed 5 </dev/null", 0, "first\n"},
        {"$P -q -e 'say first' open /nonexistent 2>&1", 1, "open: /nonexistent: No such file"},
        {"$P --no-config grade mm.c 2>&1", 2, "grade stands before all options: heapglass grade"},
        {"$P rnu ls 2>&1", 2, "rnu: there is no such file; did you mean 'run'?"},
        {"$P help 2>&1", 2, "help: there is no such file; did you mean '--help'?"},
        {"$P alloc A 8 2>&1", 2,
         "alloc: there is no such file; a command stands behind -e: "
         "-e 'alloc A 8'"},
        {"$P --jsn 2>&1", 2, "unrecognized option '--jsn'; did you mean '--json'?"},
        {"$P / 2>&1", 2, "Is a directory"},
        {"$P $P 2>&1", 2, "no text file"},
        {"$P -e 'free X' 2>&1", 1, "no variable 'X'"},
        {"$P -e 'alloc A 1; reset; vars; free A' 2>&1", 1, "no variable 'A'"},
        {"$P -s grow=exact -e 'alloc A 24; realloc A 40; check; free X' 2>&1", 1, "is whole"},
        {"$P --json -e 'alloc A 0xffffffffffffffff; free X'", 1, "\"size\":9223372036854775807"},
        {"timeout 10 $P /dev/zero 2>&1", 2, "/dev/zero:1: this line is longer than"},
        {"$P -e 'expect external > nan%' 2>&1", 1, "no percentage"},
        {"$P -e 'expect heap > 1G' 2>&1", 1, "expected heap > 1G, found 4096"},
        {"printf 'free X\\nalloc A 1\\n' | $P 2>&1", 1, "1  alloc A 1"}, /* as typed: it goes on */
        {"$P --json -e 'free X'", 1, "\"ok\":false,\"error\":\"free: no variable 'X'\""},
        {"$P --json -e 'alloc A 10; expect A size 3'", 1,
         "\"error\":\"expected A size 3, found 32\",\"expected\":\"A size 3\",\"found\":\"32\","},
        {"$P --json -e 'expect fail alloc A 3'", 1,
         "\"expected\":\"'alloc A 3' to fail\",\"found\":\"that it succeeds\","},
        {"printf 'alloc A 1\\0\\n' | $P 2>&1", 2, "no text file"},
        {"echo alloc A 1 | gzip | $P 2>&1", 2, "heapglass: -: it is compressed; zcat unpacks it"},
        {"printf '\\377\\376a\\0' | $P 2>&1", 2, "heapglass: -: it is UTF-16; iconv -f"},
        {"echo +10,-0 | $P 2>&1", 2, "heapglass: -: this is a trace; 'import -' reads it"},
        {"echo +10,-0 | $P /dev/stdin 2>&1", 2, "trace; 'import /dev/stdin' reads it"},
        {"echo +10,-0 | $P import -", 0, "2 operations of standard input became 2 steps"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        shell_expect(rows[i].line, rows[i].status, rows[i].words);
}

/* Whatever prints, and however little: output that is lost is a failure that is told. */
static void output_that_cannot_be_written_is_told(void **state)
{
    static const char *const commands[] = {
        "--json -e 'alloc A 10'",
        "--plain -e 'alloc A 10'",
        "-e 'free X'",
        "--json <$S/reuse.hg",
        "--help",
        "--man",
        "--version",
        "bench --help",
        "bench --runs 1 -p buddy -g binary:9",
        "bench --json --runs 1 -p buddy -g binary:9",
        "trace --help",
        "trace generate binary:2",
        "trace generate random",
        "trace generate --help",
        "trace check $S/../../tests/traces/binary.rep",
        "trace check --help",
        "trace record --help",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(commands); i++) {
        const char *command = commands[i] ? commands[i] : ""; /* some compilers think it NULL */
        bool fails = strstr(command, "free X");
        char line[256];

        snprintf(line, sizeof line, "$P %s 2>&1 >&-", command);
        shell_expect(line, 1, fails ? "no variable" : "standard output: Bad");
        snprintf(line, sizeof line, "$P %s 2>&1 >/dev/full", command);
        shell_expect(line, 1, fails ? "no variable" : "output: No space left");
    }
    shell_expect("$P -e '' >&-; echo $?", 0, "0"); /* nothing to be written, nothing lost */
    shell_expect("f=$(mktemp); $P trace generate binary:2 -o $f >&-; s=$?; rm $f; exit $s", 0, "");
}

static void quiet_leaves_errors_and_what_is_said(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P --quiet --plain -e 'alloc A 10; stats; help; say hi; alloc B 2; map'", 0, "hi\n"},
        {"$P -q --plain --keep-going -e 'free B' 2>&1", 1, "no variable 'B'"},
        {"$P -q --plain -e 'alloc A 1; expect A = NULL' 2>&1", 1, "found live"},
        {"$P -q --json -e 'alloc A 10; stats; say hi; free A; free A' | wc -l", 0, "2\n"},
        {"$P -q --json -e 'alloc A 10; say hi' | grep -c '\"step\":1,\"command\":\"say hi\"'", 0,
         "1\n"},
        {"printf 'alloc A 1\\nalloc B 1\\nsay two\\n' | $P -q | wc -c", 0, "4\n"},
        {"$P -q --plain -e 'alloc A 10; stats; whatif free A; compare' | wc -c", 0, "0\n"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        shell_expect(rows[i].line, rows[i].status, rows[i].words);
}

/* Files are looked at without playing them; notes go where they are wanted, and nowhere else. */
static void files_are_checked_rehearsed_and_noted(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"printf 'alloc A 1\n  aloc B 1\n' >$d/a.hg; $P --check-syntax $d/a.hg 2>&1", 2,
         ":2:3: there is no command 'aloc'; did you mean 'alloc'?\n    aloc B 1\n    ^"},
        {"$P --check-syntax \"$S\"/*.hg", 0, ""},
        {"$P --check-syntax", 2, ""},
        {"$P --check-syntax $P 2>&1", 2, ":1: this is no text file"},
        {"echo alloc A 1 | gzip >$d/a.gz; $P --check-syntax $d/a.gz 2>&1", 2, "it is compressed"},
        {"echo +10,-0 >$d/a.list; $P --check-syntax $d/a.list 2>&1", 2, ": this is a trace; "},
        {"printf 'say a; repeat 3\\nsay b\\n' >$d/a.hg; $P --check-syntax $d/a.hg 2>&1", 2,
         "a.hg:1:8: repeat: there is no 'end' for it"},
        {"$P --check-syntax /nowhere.hg 2>&1", 2, "/nowhere.hg: No such file"},
        {"$P --check-syntax \"$S\"/../lessons/*.hg", 0, ""},
        {"XDG_STATE_HOME=$d $P lesson", 0, "  1  malloc "},
        {"mkdir $d/heapglass; echo malloc >$d/heapglass/lessons; XDG_STATE_HOME=$d $P lesson", 0,
         "finished  What malloc does"},
        {"HEAPGLASS_LESSONS=\"$S\"/../lessons $P lesson padding -q --batch | head -n 1", 0,
         "Headers, alignment, padding"},
        {"$P -q --batch -s theme=light lesson padding | head -n 1", 0,
         "Headers, alignment, padding"},
        {"$P lesson 3 --rehearse", 0, "questions"},
        {"$P lesson --help", 0, "usage: heapglass lesson"},
        {"$P lesson fragmentaton 2>&1", 2, "did you mean 'fragmentation'?"},
        {"HEAPGLASS_LESSONS=$d $P lesson 2>&1", 2, "there are no lessons here"},
        {"printf 'section Holes\nsay a b\npause\n' >$d/a.hg; $P --rehearse $d/a.hg", 0, "Holes"},
        {"printf 'note psst {step}\nsay hi\n' >$d/a.hg; $P -q $d/a.hg", 0, "hi\n"},
        {"$P -q --notes $d/a.hg", 0, "Note: psst 0\nhi\n"},
        {": >$d/tty; $P -q --notes-to $d/tty $d/a.hg; cat $d/tty", 0, "hi\npsst 0\n\n"},
        {"$P -q --notes-to /nowhere/tty $d/a.hg 2>&1", 2, "/nowhere/tty: No such file"},
        {"$P -q -e 'say **B** and `c`, a ** b'", 0, "B and c, a ** b\n"},
        {"$P --json -e 'say **B** {step}'", 0, "\"explanation\":\"B 0\""},
        {"$P -q -e \"say $(seq -s ' word' 20)\" | wc -l", 0, "2\n"},
    };
    char folder[] = "/tmp/heapglass-program-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(folder));
    setenv("d", folder, 1);
    for (size_t i = 0; i < TEST_COUNT(rows); i++)
        shell_expect(rows[i].line, rows[i].status, rows[i].words);
    shell_expect("rm -r $d", 0, "");
}

/* A file that cannot be read is named, and the others are played. */
static void files_are_played_around_one_that_cannot_be_read(void **state)
{
    static const char make[] = "d=$(mktemp -d); cd $d; echo 'alloc A 1' >a.hg; "
                               "echo 'alloc B 1' >b.hg; %s 2>&1; s=$?; rm -r $d; exit $s";
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P a.hg none.hg b.hg", 2, "2  alloc B 1"},
        {"$P a.hg none.hg b.hg", 2, "heapglass: none.hg: No such file"},
        {"$P a.hg $P b.hg / -e 'alloc C 1'", 2, "3  alloc C 1"},
        {"$P a.hg $P b.hg / ", 2, "heapglass: /: Is a directory"},
        {"echo 'alloc X 1' | $P a.hg - b.hg", 0, "2  alloc X 1"},
        {"echo 'alloc X 1' | $P a.hg - b.hg", 0, "3  alloc B 1"},
        {"printf 'free Q\\nalloc X 1\\n' | $P - --json b.hg | wc -l", 0, "1\n"},
        {"printf 'free Q\\nalloc X 1\\n' | $P - b.hg", 1, "-:1:6: free: no variable"},
        {"printf 'free Q\\nalloc X 1\\n' | $P --keep-going - b.hg", 1, "2  alloc B 1"},
        {"$P a.hg - <&-", 0, "1  alloc A 1"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char line[512];

        snprintf(line, sizeof line, make, rows[i].line);
        shell_expect(line, rows[i].status, rows[i].words);
    }
}

static void files_and_commands_are_played_in_the_order_given(void **state)
{
    static const char play[] = "f=$(mktemp); echo 'alloc F 10' >$f; $P %s; s=$?; rm $f; exit $s";
    static const struct {
        const char *arguments, *words;
    } rows[] = {
        {"-e 'alloc A 1' $f -e 'alloc B 1'", "2  alloc F 10"},
        {"-e 'alloc A 1' $f -e 'alloc B 1'", "3  alloc B 1"},
        {"$f -e 'alloc A 1'", "2  alloc A 1"},
        {"-e 'set min-block 64' $f -e 'expect internal > 70%'", "1  alloc F 10"},
        {"-e 'alloc A 1' -- $f", "2  alloc F 10"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char line[256];

        snprintf(line, sizeof line, play, rows[i].arguments);
        shell_expect(line, 0, rows[i].words);
    }
}

/* Not even where a file or an argument is full of them. */
/* A trace is a session wherever it comes from; a scenario stays one. */
static void traces_are_sessions(void **state)
{
    static const struct {
        const char *line;
        int status;
        const char *words;
    } rows[] = {
        {"$P --batch $d/t.rep", 0, "5 operations of t became 5 steps"},
        {"$P --batch $d/t.rep -e 'goto 2; vars'", 0, "b1"},
        {"$P --batch $d/t.rep -e 'goto 1; next; next until NULL'", 1, "nothing is refused"},
        {"$P --batch $d/t.rep -e 'goto 0; next until requested > 100'", 0, "after step 2"},
        {"$P --batch $d/t.rep -e 'goto 0; next until heap grows'", 0, "after step 3"},
        {"$P --batch $d/t.rep -e 'goto 0; next until peak'", 0, "after step 3"},
        {"$P --batch $d/t.rep -e 'next until peak'", 1, "last step; 'goto 0' goes to"},
        {"$P --batch $d/t.rep -e 'undo 3; next until peek'", 1, "until wants what expect takes"},
        {"$P --batch $d/t.rep -e 'undo; next until largest > 1 < 2'", 1, "there is no unit"},
        {"$P --batch $d/t.rep -e 'undo; next 2'", 1, "only 1 step is ahead"},
        {"$P --batch $d/t.rep -e marks", 0, "step 3         the most is live, 10.1K: realloc"},
        {"$P --batch import - <$d/t.rep", 0, "5 operations of standard input became 5 steps"},
        {"$P --batch -e 'import -' <$d/t.rep", 0, "5 operations"},
        {"$P --batch import $d/bad.rep", 1, "bad.rep:2: expected +SIZE or -NUMBER, not 'x'"},
        {"$P --batch import --lenient $d/bad.rep", 0, "Left out: 1 line that cannot be read"},
        {"$P --batch -e \"alloc A 1; import $d/bad.rep\" 2>&1; true", 0, "--lenient leaves out"},
        {"$P --batch -e \"import $d/bad.rep --lenient\"", 0, "2 operations"},
        {"printf '1\n3\na 0 1\nf 0\n' | $P --batch -e 'import -' 2>&1 | grep -o -e --lenient | "
         "wc -l",
         0, "1"},
        {"printf '\\n' | $P --batch -e 'import -' 2>&1 | grep -c -e --lenient; true", 0, "0"},
        {"$P --batch -e \"source $d/t.rep; undo; check\"", 0, "The heap is whole"},
        {"$P --batch $d/s.hg", 0, "A takes the first free block"},
        {"$P --batch $d/t.rep -e \"export $d/u.rep\" && $P trace check $d/u.rep", 0,
         "2 a, 1 r, 2 f"},
        {"$P --batch $d/t.rep -e \"export $d/u.rep\"", 1, "export! replaces it"},
        {"$P --batch $d/t.rep -e \"export! $d/u.hg\" && $P --batch $d/u.hg -e steps", 0,
         "realloc b1 10K"},
        {"$P --batch -e \"export $d/u.txt\"", 1, "a file ends in .rep"},
        {"$P --json --batch $d/t.rep | tail -1", 0, "\"step\":5"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text line = {0};

        text_add(
            &line,
            "d=$(mktemp -d); printf '1 2 5 1\na 0 76\na 1 70\nr 1 10240\nf 0\nf 1\n' >$d/t.rep; "
            "printf '+1\nx\n-0\n' >$d/bad.rep; echo 'alloc A 10' >$d/s.hg; "
            "%s{ %s; } 2>&1; s=$?; rm -r $d; exit $s",
            strstr(rows[i].words, "export! replaces") ? "touch $d/u.rep; " : "", rows[i].line);
        shell_expect(text_string(&line), rows[i].status, rows[i].words);
        text_finish(&line);
    }
}

static void no_escape_code_gets_through(void **state)
{
    static const char *const lines[] = {
        "printf 'alloc a\033]0;T\a 10\n' >$f; $P --plain $f",
        "printf 'say \302\233 \342\200\256 \033[31m \377\n' >$f; $P --plain $f",
        "printf 'save \302\233.x/\342\200\256\n' >$f; $P --plain $f",
        "printf 'source \"\302\233\342\200\256\"\nsource /\302\233\n' >$f; $P --plain --keep-going "
        "$f",
        "printf 'set theme \302\233\npolicy \302\233\nhelp \302\233\nexpect \302\233 = 1\n"
        "free \302\233\nwhatif \302\233\ncompare \302\233\ndiff \302\233\n"
        "layout \302\233\n\302\233\n' >$f; $P --plain --keep-going $f",
        "$P --plain \"$(printf 'no\033[m\302\233')\"",
        "$P --plain -p \"$(printf '\033[m\302\233')\"",
        "$P --plain -s \"$(printf '\033[m=\302\233')\"",
        "$P --plain --color \"$(printf '\033[m')\"",
        "$P --plain --\"$(printf '\033[m')\"",
        "HEAPGLASS_POLICY=\"$(printf '\033[m\302\233')\" HEAPGLASS_SET=\"$(printf "
        "'\033=\302\233')\" "
        "LD_PRELOAD=${P%/*}/preload/libheapglass-malloc.so /bin/true",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        char line[1024];
        struct shell_run result;

        snprintf(line, sizeof line, "f=$(mktemp); { %s; } 2>&1; rm $f", lines[i]);
        result = shell_run(line);
        assert_true(result.output.length > 0);
        if (strpbrk(text_string(&result.output), "\033\a\b\r") ||
            strstr(text_string(&result.output), "\302\233") ||
            strstr(text_string(&result.output), "\342\200\256") ||
            strstr(text_string(&result.output), "\377"))
            fail_msg("%s prints: %s", lines[i], text_string(&result.output));
        text_finish(&result.output);
    }
}

static void a_scenario_that_fails_says_where(void **state)
{
    static const char make[] =
        "f=$(mktemp); printf 'alloc A 1\\n  free X\\nalloc B 1\\n' >$f; $P %s $f 2>&1; s=$?; "
        "rm $f; exit $s";
    char line[256];

    (void)state;
    snprintf(line, sizeof line, make, "");
    shell_expect(line, 1, ":2:8: free: no variable 'X'");
    snprintf(line, sizeof line, make, "--keep-going");
    shell_expect(line, 1, "2  alloc B 1");
}

/* A file is a command like any other: it has an outcome of its own, and it stops where one in it
 * fails, whatever its commands come from. */
static void a_file_inside_is_one_command(void **state)
{
    static const char make[] =
        "f=$(mktemp); printf 'alloc A 1\n%salloc B 1\n' >$f; "
        "printf \"source $f\nalloc C 1\n\" | $P --json 2>&1 | cut -d, -f1-3; rm $f";
    char line[256];

    (void)state;
    snprintf(line, sizeof line, make, "free X\n");
    shell_expect(line, 0,
                 "{\"step\":1,\"command\":\"free X\",\"ok\":false\n"
                 "{\"step\":2,\"command\":\"alloc C 1\"");
    snprintf(line, sizeof line, make, "");
    shell_expect(line, 0,
                 "{\"step\":2,\"command\":\"alloc B 1\",\"ok\":true\n"
                 "{\"step\":2,\"command\":\"source");
}

static void plain_output_has_no_escape_codes(void **state)
{
    struct shell_run result =
        shell_run("$P -e 'alloc a1..a9 100; free a1..a9:2; blocks; help' --color always");

    (void)state;
    assert_int_equal(result.status, 0);
    assert_null(strchr(text_string(&result.output), '\033'));
    text_finish(&result.output);
}

/* Whoever waits for a heap process that is stopped is told so, and gets the answer in the end. */
static void a_stopped_heap_process_is_waited_for(void **state)
{
    static const char line[] =
        "d=$(mktemp -d) && mkfifo $d/in $d/out $d/err && { $P --json <$d/in >$d/out 2>$d/err & } "
        "&& "
        "p=$! && exec 3>$d/in 4<$d/out 5<$d/err && echo 'alloc A 10' >&3 && "
        "timeout 10 head -n 1 <&4 >/dev/null && heaps=$(cat /proc/$p/task/$p/children) && "
        "kill -STOP $heaps && echo 'alloc B 10' >&3 && timeout 10 head -n 1 <&5 && "
        "kill -CONT $heaps && timeout 10 head -n 1 <&4; status=$?; rm -r $d; exit $status";

    (void)state;
    shell_expect(line, 0, "heapglass: the heap process is stopped; waiting for it to go on");
    shell_expect(line, 0, "\"command\":\"alloc B 10\",\"ok\":true");
}

/* Files that may not grow are errors, and what is too little for a heap process is named. */
static void limits_of_the_shell_are_named(void **state)
{
    (void)state;
    shell_expect("(ulimit -f 0; $P --plain -e 'alloc A 10') 2>&1 | cat", 0,
                 "File too large; the limit on the size of files is 0 KiB (ulimit -f)");
    shell_expect("(ulimit -n 7; $P --plain -e 'alloc A 10') 2>&1", 3,
                 "the limit on open files is 7 (ulimit -n)");
#ifndef __SANITIZE_ADDRESS__ /* which needs all addresses there are */
    shell_expect("(ulimit -v 20000; $P --plain -e 'alloc A 10') 2>&1", 3,
                 "the limit on addresses is 20000 KiB (ulimit -v)");
#endif
}

static void every_scenario_plays(void **state)
{
    DIR *folder = opendir(scenarios);
    struct dirent *entry;
    size_t played = 0;

    (void)state;
    assert_non_null(folder);
    while ((entry = readdir(folder))) {
        char line[512];

        if (!strstr(entry->d_name, ".hg"))
            continue;
        snprintf(line, sizeof line, "$P \"$S\"/%s 2>&1", entry->d_name);
        shell_expect(line, 0, "1  ");
        played++;
    }
    closedir(folder);
    assert_true(played >= 5);
}

/* What if is a step in words, and no step in numbers. */
static void what_if_and_compare_are_told_in_text(void **state)
{
    (void)state;
    shell_expect("$P --plain -e 'alloc A 10; whatif free A; free A'", 0, "\n  what if: A's block ");
    shell_expect("$P --plain -e 'alloc A 10; whatif free A; free A'", 0, "\n2  free A (");
    shell_expect("$P --json -e 'alloc A 10; whatif -p buddy free A'", 0, "\"whatif\":true");
    shell_expect("$P --json -e 'alloc A 10; compare buddy'", 0,
                 "\"comparison\":[{\"policy\":\"buddy\"");
    shell_expect("$P --plain -e 'alloc A 10; undo; steps; redo'", 0, ", undone\n");
    shell_expect("$P --plain -e 'whatif free A' 2>&1", 1, "no variable 'A'");
}

/* It is run before all else, without a word; what is wrong in it is said, and the rest is done. The
 * command line prevails. */
static void a_config_file_sets_things_up(void **state)
{
    static const struct {
        const char *config, *options, *words;
    } rows[] = {
        {"set alignment 64", "-e 'alloc A 1; blocks'", "64  used"},
        {"set alignment 64", "-s alignment=32 -e 'alloc A 1; set alignment'",
         "alignment        32"},
        {"set alignment 64", "--no-config -e 'set alignment'", "alignment        16"},
        {"policy best-fit", "-e policy", "* best-fit"},
        {"policy best-fit", "-p worst-fit -e policy", "* worst-fit"},
        {"set addresses absolute", "-e 'alloc A 1; blocks'", "0x5"},
        {"layout map", "-e layout", "Hidden: ribbon free meters"},
        {"set alignment 64", "--json -e 'alloc A 1' | wc -l", "1"},
        {"set theme pink\nset alignment 64", "-e 'set alignment'",
         "config.hg:1:11: set: theme cannot be 'pink'"},
        {"set theme pink\nset alignment 64", "-e 'set alignment'", "alignment        64"},
        {"alloc A 10", "-e vars", "config.hg:1:7: alloc: this cannot stand in a config file"},
        {"source other.hg", "-e vars", "config.hg:1:1: source: this cannot stand"},
        {"nonsense", "-e 'alloc A 1'", "1  alloc A 1"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        char line[512];

        snprintf(line, sizeof line,
                 "d=$(mktemp -d); mkdir $d/heapglass; printf '%s\\n' > $d/heapglass/config.hg; "
                 "(XDG_CONFIG_HOME=$d; export XDG_CONFIG_HOME; $P %s) 2>&1; rm -r $d",
                 rows[i].config, rows[i].options);
        shell_expect(line, 0, rows[i].words);
    }
}

/* Whatever stands in its place, except that there is none, is said, and keeps nobody waiting. */
static void a_config_file_that_cannot_be_read_is_told_of(void **state)
{
    static const struct {
        const char *make, *words;
    } rows[] = {
        {"mkdir $c", "config.hg: Is a directory"},
        {"ln -s config.hg $c", "config.hg: Too many levels of symbolic links"},
        {"ln -s none $c", "config.hg: this link leads to no file"},
        {"mkfifo $c", "config.hg: this is no regular file"},
        {"mkdir $c", "1  alloc A 1"},
        {"true", "1  alloc A 1"},
        {"ln -s /dev/null $c", "1  alloc A 1"},
    };
    char line[512];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        snprintf(line, sizeof line,
                 "d=$(mktemp -d); mkdir $d/heapglass; c=$d/heapglass/config.hg; %s; "
                 "(XDG_CONFIG_HOME=$d timeout 10 $P -e 'alloc A 1') 2>&1; s=$?; rm -r $d; exit $s",
                 rows[i].make);
        shell_expect(line, 0, rows[i].words);
    }
    shell_expect("XDG_CONFIG_HOME= HOME=/nonexistent $P -e 'alloc A 1' 2>&1 >/dev/null | wc -l", 0,
                 "0\n");
}

/* The README's table is the program's help. */
static void the_readme_lists_every_command(void **state)
{
    struct shell_run help = shell_run("$P -e help"),
                     readme = shell_run("sed 's/\\\\|/|/g' \"$S\"/../../README.md");
    char *line = strtok(help.output.data, "\n");

    (void)state;
    for (; line; line = strtok(NULL, "\n")) {
        char *summary = line[0] == ' ' ? strstr(line + 2, "  ") : NULL;

        if (!summary)
            continue;
        *summary++ = '\0';
        summary += strspn(summary, " ");
        if (!strstr(text_string(&readme.output), line + 2) ||
            !strstr(text_string(&readme.output), summary))
            fail_msg("the README does not have: %s %s", line + 2, summary);
    }
    text_finish(&help.output);
    text_finish(&readme.output);
}

#ifndef __SANITIZE_ADDRESS__ /* whose malloc takes the place of the C library's */

/* What glibc maps apart is no part of the heap, and is counted all the same. */
static void blocks_that_are_mapped_apart_are_told(void **state)
{
    static const char line[] =
        "$P -p glibc -s mmap-threshold=128K --batch -e 'alloc A 1M; alloc B 100; check; "
        "expect mapped = 1M; free A; realloc B 2M; check; expect mapped = 2M; stats' 2>&1";

    (void)state;
    shell_expect_all(
        (const struct shell_row[]){{line, 0, "requested, and mapped apart, outside the heap"}}, 1);
}

#endif

/* The shell that runs the line is looked at; it has nothing to do meanwhile. */
static void heaps_of_others_are_looked_at(void **state)
{
    static const struct shell_row rows[] = {
        {"$P attach $$ --batch -e check", 0, "what is shown is what is there"},
        {"$P attach $$ --batch -e 'diff; diff'", 0, "Since the look before"},
        {"$P attach $$ --batch -e 'who +0x300' | sed -n 's/.* to +0x[0-9a-f]*\\(.*\\)$/<\\1>/p'", 0,
         "<.>"},
        {"$P attach $$ --batch -e 'arenas; arenas 1; check'", 0, "main arena 0x"},
        {"$P attach $$ --batch -e 'arenas 9' 2>&1", 1, "there is no heap 9"},
        {"$P --batch -e 'arenas' 2>&1", 1, "of the C library's malloc alone"},
#ifndef __SANITIZE_ADDRESS__ /* whose malloc takes the place of the C library's */
        {"$P --batch -e 'policy glibc; set mmap-threshold 100K; alloc A 200K; arenas'", 0, "; A"},
        {"$P --batch -e 'policy glibc; alloc A 3000; alloc B 24; free A; alloc C 1000; arenas' | "
         "sed -n 's/.*last remainder 0x.*\\(...\\)$/\\1/p'",
         0, "680\n"},
#endif
        {"$P attach $$ --batch -e 'alloc A 10' 2>&1", 1, "it is only looked at"},
        {"$P attach $$ --batch -e 'whatif alloc A 10' 2>&1", 1, "it is only looked at"},
        {"$P attach $$ --batch -e 'policy first-fit; alloc A 10'", 0, "takes"},
        {"$P attach $$ --json -e stats", 0, "\"requested\":null"},
        {"$P attach $$ --batch -e 'pages; memory; freelist; brk'", 0, "top"},
        {"$P attach $$ --batch -e pages", 0, "as they were at the look"},
        {"d=$(mktemp -d); mkfifo $d/ready $d/go; perl -e '@a = map { \"x$_\" } 1..100000; "
         "open R, \">$ARGV[0]\"; close R; open G, \"<$ARGV[1]\"; <G>' $d/ready $d/go & "
         "cat $d/ready; $P attach $! --batch -e check | grep -oE 'is there: [0-9]{6} blocks'; "
         "echo >$d/go; wait; rm -r $d",
         0, "is there: "}, /* so many are taken over while others are read */
        {"$P attach 4194305 --batch 2>&1", 1, "there is no process 4194305"},
        {"$P attach 2>&1", 2, "attach wants a PID"},
        {"$P open -e 'alloc A 1' 2>&1", 2, "open wants a file"},
        {"$P attach $$ --batch -e leaks 2>&1", 1, "is not known: it is only looked at"},
        {"$P attach $$ --batch -e 'save /tmp/never.hg' 2>&1", 1, "it is only looked at"},
        {"$P open /etc/passwd --batch 2>&1", 1, "this is no core file"},
    };

    (void)state;
    if (!tracing_is_possible()) {
        test_skipped("no process can be traced");
        return;
    }
    shell_expect_all(rows, sizeof rows / sizeof rows[0]);
}

/* Every brk call of the heap process is an event, and every event of the break is a call. */
static void brk_calls_equal_events(void **state)
{
    static const char work[] =
        "alloc a1..a20 300K; free a1..a19:2; free a20 a18 a16; realloc a2 1M; "
        "limit 8M; alloc big 20M; free a2..a14:2";
    char line[1024];

    (void)state;
    if (shell_run("strace -V >/dev/null 2>&1").status != 0)
        return; /* scripts/test installs it */
    snprintf(line, sizeof line,
             "t=$(mktemp); strace -f -e trace=brk -o $t $P --json -e '%s' >$t.json; "
             /* the calls of the process that exec'd last; its clones sleep and call nothing */
             "p=$(sed -n 's/^\\([0-9]*\\) *brk(.*/\\1/p' $t | sort -un | tail -n 1); "
             "calls=$(grep -c \"^$p *brk(0x\" $t); "
             "events=$(grep -o '\"kind\":\"\\(grow\\|trim\\|grow-refused\\)\"' $t.json | wc -l); "
             "rm -f $t $t.json; echo calls $calls events $events; "
             /* one call opens the heap, before the first step */
             "[ $calls -gt 10 ] && [ $calls -eq $((events + 1)) ]",
             work);
    shell_expect(line, 0, "calls");
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_do_what_help_says),
        cmocka_unit_test(every_command_is_answered_at_once),
        cmocka_unit_test(failures_have_their_status),
        cmocka_unit_test(output_that_cannot_be_written_is_told),
        cmocka_unit_test(quiet_leaves_errors_and_what_is_said),
        cmocka_unit_test(files_are_checked_rehearsed_and_noted),
        cmocka_unit_test(files_are_played_around_one_that_cannot_be_read),
        cmocka_unit_test(files_and_commands_are_played_in_the_order_given),
        cmocka_unit_test(traces_are_sessions),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(blocks_that_are_mapped_apart_are_told),
#endif
        cmocka_unit_test(heaps_of_others_are_looked_at),
        cmocka_unit_test(no_escape_code_gets_through),
        cmocka_unit_test(a_scenario_that_fails_says_where),
        cmocka_unit_test(a_file_inside_is_one_command),
        cmocka_unit_test(plain_output_has_no_escape_codes),
        cmocka_unit_test(a_stopped_heap_process_is_waited_for),
        cmocka_unit_test(limits_of_the_shell_are_named),
        cmocka_unit_test(every_scenario_plays),
        cmocka_unit_test(what_if_and_compare_are_told_in_text),
        cmocka_unit_test(a_config_file_sets_things_up),
        cmocka_unit_test(a_config_file_that_cannot_be_read_is_told_of),
        cmocka_unit_test(the_readme_lists_every_command),
        cmocka_unit_test(brk_calls_equal_events),
    };

    char path[PATH_MAX];

    if (count != 3)
        return 2;
    scenarios = arguments[2];
    setenv("P", realpath(arguments[1], path), 1); /* also in another folder */
    setenv("S", scenarios, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
