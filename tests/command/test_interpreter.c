/* test_interpreter.c: what commands do, what they say, and what is said of wrong ones. */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/lines.h"
#include "command/command.h"
#include "command/help.h"
#include "command/lexer.h"
#include "command/other_words.h"
#include "command/spy.h"
#include "show/preferences.h"
#include "target/serve.h"
#include "test.h"

static void commands_become_steps(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10M; malloc B 16K ;a C 0x40");
    spy_expect(spy, "calloc D 10 16; realloc D 200; aligned E 4K 100");
    spy_expect(spy, "fill A; fill A x; fill B 255; f C B; limit 64M; limit none; coalesce");
    assert_string_equal(text_string(&spy->commands),
                        "alloc A 10M\nalloc B 16K\nalloc C 64\ncalloc D 10 16\nrealloc D 200\n"
                        "aligned E 4K 100\nfill A 0x41\nfill A 0x78\nfill B 0xff\nfree C\nfree B\n"
                        "limit 64M\nlimit none\ncoalesce\n");
    assert_int_equal(spy->session->history->steps.count, 14);
    spy_expect(spy, "check");
    assert_int_equal(spy->session->history->steps.count, 14);
    spy_destroy(spy);
}

/* What is said of other tools' words names a command that there is, and takes none of our own. */
static void words_of_other_tools_lead_to_commands(void **state)
{
    const struct other_words *row;

    (void)state;
    for (size_t i = 0; (row = other_words_at(i)); i++) {
        char words[256], *rest = words;

        if (!command_find(row->command))
            fail_msg("there is no '%s'", row->command);
        assert_true(strlen(row->words) < sizeof words);
        strcpy(words, row->words);
        for (char *word; (word = strtok_r(rest, " ", &rest));) {
            if (command_find(word))
                fail_msg("'%s' is a command", word);
            assert_ptr_equal(other_words_find(word), row);
        }
    }
    assert_null(other_words_find(""));
    assert_null(other_words_find("cache"));
}

static void ranges_are_a_step_for_each_block(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc a1..a100 1M; free a1..a99:2");
    assert_int_equal(spy->session->history->steps.count, 150);
    assert_int_equal(spy->session->mirror->picture.metrics.used_blocks, 50);
    assert_int_equal(spy->outcomes, 150);
    spy_expect_error(spy, "free a100 a99", "already freed in step 150", 11);
    assert_int_equal(spy->session->history->steps.count, 151); /* a100 was freed */
    spy->ticks_until_stop = 10;
    spy_expect_error(spy, "alloc b1..b100 16", "stopped after 10 of 100", 0);
    assert_int_equal(spy->session->history->steps.count, 161);
    spy_destroy(spy);
}

static void wrong_lines_have_a_message_and_a_column(void **state)
{
    static const struct {
        const char *line, *words;
        int column;
    } rows[] = {
        {"aloc A 10", "there is no command 'aloc'; did you mean 'alloc'?", 1},
        {"xyzzy", "'help' lists them", 1},
        {"tcachebins", "there is no command 'tcachebins'; 'freelist' lists what is free or waits",
         1},
        {"help vis_heap_chunks", "; 'map' draws all blocks, and 'dump NAME' shows", 6},
        {"x/8gx A", "there is no command 'x/8gx'; 'dump' shows bytes of the heap", 1},
        {"try_free A", "'whatif' says what a step would do: 'whatif free NAME'", 1},
        {"  alloc", "alloc: NAME is missing; usage: alloc NAME SIZE", 9},
        {"alloc Z", "alloc: SIZE is missing; usage: alloc NAME SIZE", 9},
        {"alloc Z 10 20", "alloc: '20' is one word too many; usage: alloc NAME SIZE", 12},
        {"alloc Z 12Q", "alloc: '12Q': there is no unit 'Q'", 9},
        {"alloc Z -5", "is negative", 9},
        {"alloc Z 99999999999999999999999", "is too large", 9},
        {"alloc 9Z 10", "'9Z' is not a name", 7},
        {"alloc a1..b9 10", "is no range", 7},
        {"free Bb", "free: no variable 'Bb'; did you mean 'B'?", 6},
        {"free", "free: NAME is missing; usage: free NAME...", 6},
        {"free A; free B; free B", "free: 'B' was already freed in step 5", 22},
        {"fill C 300", "'300' is no byte", 8},
        {"alloc! Z 10", "'alloc' has no form with a '!'", 1},
        {"policy best", "policy: there is no policy 'best'", 8},
        {"policy bestfit", "did you mean 'best-fit'?", 8},
        {"set allignment 8", "there is no setting 'allignment'; did you mean 'alignment'?", 5},
        {"set alignment 24", "alignment 24 must be a power of two; it can be from 8 to 4K", 15},
        {"set alignment x", "'x' is not a size", 15},
        {"set header 64", "header 64 is too large", 12},
        {"set order random", "it can be lifo, fifo, address, size-up, size-down", 11},
        {"set grow 1000", "grow 1000 must be a multiple of the alignment", 10},
        {"set min-block 8", "too small for a free block's header", 15},
        {"set theme pink", "theme cannot be 'pink'; it can be dark, light", 11},
        {"help aloc", "did you mean 'alloc'?", 6},
        {"help set grw", "did you mean 'grow'?", 10},
        {"limit lots", "'lots' is not a size", 7},
        {"dump X", "no variable 'X'", 6},
        {"dump +0x99999999", "is beyond the break", 6},
        {"dump C 2G", "at most 1048576 bytes", 8},
        {"source /nonexistent/x.hg", "No such file", 8},
        {"source /", "Is a directory", 8},
        {"expect C = NULL", "expected C = NULL, found live, at +0x", 8},
        {"expect C ~ NULL", "'~' is no relation", 10},
        {"expect heap = ten", "'ten' is not a size", 8},
        {"expect external = 5", "is no percentage", 8},
        {"touch A 0", "'0' is no whole percentage from 1 to 100", 9},
        {"touch A 50%%", "is no whole percentage", 9},
        {"calloc A -1 8", "'-1' is negative", 10},
        {"calloc A 1.5 8", "'1.5' is not a whole number", 10},
        {"calloc A x 8", "'x' is not a number", 10},
        {"alloc A -x", "'-x' is not a size", 9},
        {"free NULL", "no variable 'NULL'; 'let p = NULL' makes one of that value", 6},
        {"link --foo", "'--foo' is not a name", 6},
        {"dump -5", "'-5' is no place; places look like A, +0x40", 6},
        {"touch A 101", "is no whole percentage", 9},
        {"touch Bb", "no variable 'Bb'", 7},
        {"layout map ~mop", "there is no panel 'mop'; there are map stack pages", 8},
        {"layout only", "there is no panel 'only'", 8},
        {"layout csapp-implicit", "code message; how an allocator's blocks lie is told by", 8},
        {"layout header=4", "code message; how an allocator's blocks lie is told by --block", 8},
        {"set layout kr", "; the command 'layout' is of panels, and how an allocator's blocks", 5},
        {"say \"open", "quote is not closed", 5},
    };
    struct spy *spy = spy_create();
    size_t steps;

    (void)state;
    spy_expect(spy, "alloc A 100; alloc B 100");
    spy_expect(spy, "alloc C 100");
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect_error(spy, rows[i].line, rows[i].words, rows[i].column);
        spy_expect(spy, "check");
    }
    steps = spy->session->history->steps.count;
    assert_int_equal(steps, 5); /* the two frees before the one that failed */
    spy_destroy(spy);
}

static void panels_are_chosen(void **state)
{
    enum {
        MAP = 1 << PANEL_MAP,
        RIBBON = 1 << PANEL_RIBBON,
        FREE = 1 << PANEL_FREE,
        TIMELINE = 1 << PANEL_TIMELINE,
        ALL = ((1 << PANELS) - 1) & ~(1 << PANEL_MESSAGE),
    };
    static const struct {
        const char *line;
        unsigned hidden, wanted;
    } rows[] = {
        {"layout map", ALL & ~MAP, MAP},
        {"layout +free", ALL & ~(MAP | FREE), MAP | FREE},
        {"layout -map", ALL & ~FREE, FREE},
        {"layout ~free ~ribbon", ALL & ~RIBBON, RIBBON},
        {"layout all", 0, 0},
        {"layout -message", 0, 0},
        {"layout all -map +timeline", MAP, TIMELINE},
        {"layout map free only", ALL & ~(MAP | FREE), MAP | FREE},
        {"layout", ALL & ~(MAP | FREE), MAP | FREE},
    };
    struct spy *spy = spy_create();
    struct outlook *outlook = &spy->show.outlook;

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect(spy, rows[i].line);
        assert_int_equal(outlook->choice.hidden, rows[i].hidden);
        assert_int_equal(outlook->choice.wanted, rows[i].wanted);
    }
    spy_expect(spy, "layout all");
    outlook->crowded = 1u << PANEL_TIMELINE; /* it is chosen, but cannot be seen */
    spy_expect(spy, "layout");
    spy_expect_said(spy, "Without room: timeline");
    spy_expect(spy, "layout ~timeline");
    assert_int_equal(outlook->choice.hidden, 0);
    assert_int_equal(outlook->choice.wanted, 1u << PANEL_TIMELINE);
    spy_expect(spy, "layout ~timeline");
    assert_int_equal(outlook->choice.hidden, 1u << PANEL_TIMELINE);
    spy_destroy(spy);
}

static void panels_on_wish_come_when_they_are_called(void **state)
{
    struct spy *spy = spy_create();
    struct panel_choice *choice = &spy->show.outlook.choice;

    (void)state;
    assert_int_equal(panels_hidden(choice), PANELS_ON_WISH);
    spy_expect(spy, "layout");
    spy_expect_said(spy, "On wish: stack pages memory code");
    spy_expect(spy, "layout ~pages");
    assert_int_equal(panels_hidden(choice), PANELS_ON_WISH & ~(1u << PANEL_PAGES));
    spy_expect(spy, "layout ~pages");
    assert_int_equal(panels_hidden(choice), PANELS_ON_WISH);
    spy_expect(spy, "layout all");
    assert_int_equal(panels_hidden(choice), PANELS_ON_WISH);
    spy_destroy(spy);
}

/* A block is named by what points to it, if anything does. */
static void what_is_shown_is_said(void **state)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"alloc A 100; alloc B 100; free A; show B", "at +0x0128, used by B."},
        {"show +0x00b9", "A block of 112 at +0x00b8, free."},
        {"show 0", "at +0x0000, bookkeeping."},
        {"alloc B 2000; show +0x0128", "A block of 112 at +0x0128, used."},
    };
    struct spy *spy = spy_create();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect(spy, rows[i].line);
        spy_expect_said(spy, rows[i].words);
    }
    spy_destroy(spy);
}

static void what_a_heap_cannot_do_is_not_asked_of_it(void **state)
{
    struct spy *spy = spy_create();
    uint32_t *capabilities = &spy->session->mirror->picture.description.capabilities;

    (void)state;
    *capabilities &= ~(uint32_t)(KIND_LIMITS | KIND_MERGES);
    spy_expect_error(spy, "limit 64M", "not bound by a limit", 1);
    spy_expect_error(spy, "coalesce", "cannot be told to merge", 1);
    *capabilities |= KIND_LIMITS | KIND_MERGES;
    spy_expect(spy, "limit 64M; coalesce");
    spy_destroy(spy);
}

static void what_fails_ends_the_line(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect_error(spy, "alloc A 1; nonsense; alloc B 1", "no command", 12);
    assert_int_equal(spy->session->history->steps.count, 1);
    spy_destroy(spy);
}

static void free_with_a_bang_is_handed_on(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 100; alloc B 100; free A");
    spy_expect_error(spy, "free A", "free! A hands it to the allocator", 6);
    spy_expect(spy, "free! A");
    spy_expect_said(spy, "The heap is damaged");
    spy_expect_error(spy, "check", "check: at +0x", 1);
    spy_destroy(spy);
}

static void policies_and_settings_replay_the_steps(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "policy");
    spy_expect_said(spy, "* first-fit");
    spy_expect(spy, "alloc A 10; alloc B 10; policy worst-fit");
    spy_expect_said(spy, "worst-fit: a fresh heap, and the 2 steps so far replayed on it");
    assert_int_equal(spy->session->history->steps.count, 2);
    spy_expect(spy, "set alignment 64");
    assert_int_equal(block_table_get(&spy->session->mirror->picture.blocks,
                                     spy->session->history->steps.items[0].result.payload)
                         ->size,
                     64);
    spy_expect(spy, "set alignment");
    spy_expect_said(spy, "alignment        64");
    spy_expect(spy, "set");
    spy_expect_said(spy, "split-threshold");
    spy_expect_said(spy, "theme");
    spy_expect(spy, "set addresses absolute");
    assert_int_equal(spy->preferred[PREFERENCE_ADDRESSES], ADDRESSES_ABSOLUTE);
    spy_expect(spy, "reset");
    assert_int_equal(spy->session->history->steps.count, 0);
    assert_string_equal(spy->session->mirror->picture.config.policy, "worst-fit");
    spy_destroy(spy);
}

/* Whatever tells of a place: sentences, stories, errors. What the user says stays as it is. */
static void sentences_have_addresses_where_those_are_wanted(void **state)
{
    static const char *const lines[] = {
        "alloc B 10", "explain", "show A", "zoom A", "diff 0", "undo; redo", "whatif free A",
    };
    struct spy *spy = spy_create();
    char start[32];

    (void)state;
    snprintf(start, sizeof start, "0x%" PRIx64 "", spy->session->mirror->picture.heap_start >> 12);
    spy_expect(spy, "alloc A 10; set addresses absolute");
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        spy_expect(spy, lines[i]);
        assert_null(strstr(text_string(&spy->last), "+0x"));
        spy_expect_said(spy, start);
    }
    spy_expect_error(spy, "expect A = dangling", start, 8);
    spy_expect(spy, "say A lies at +0x00c0");
    spy_expect_said(spy, "A lies at +0x00c0");
    spy_expect(spy, "help dump");
    spy_expect_said(spy, "dump +0x40 128");
    spy_expect(spy, "set addresses offset; explain");
    spy_expect_said(spy, "+0x00e0");
    spy_destroy(spy);
}

static void a_pointer_is_expected_to_be_as_vars_says(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10; expect A = live; expect A != dangling; let N = NULL");
    spy_expect(spy, "free A; expect A = freed; expect A = dangling; expect A != live");
    spy_expect(spy, "expect N = NULL; expect N != dangling; expect N != freed; expect N != live");
    spy_expect_error(spy, "expect A = live", "expected A = live, found freed", 8);
    spy_destroy(spy);
}

static void a_policy_has_settings_of_its_own(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "policy pool-scan");
    spy_expect(spy, "set");
    spy_expect_said(spy, "\nslot-size        64");
    spy_expect_said(spy, "without meaning to pool-scan: header min-block order");
    spy_expect(spy, "set order fifo");
    spy_expect_said(spy, "To pool-scan this setting means nothing.");
    spy_expect(spy, "policy first-fit");
    spy_expect(spy, "set");
    spy_expect_said(spy, "\norder            fifo");
    spy_destroy(spy);
}

static void looking_changes_nothing_and_says_what_to_show(void **state)
{
    static const struct {
        const char *line;
        enum exhibit_kind shown;
    } rows[] = {
        {"map", EXHIBIT_MAP},      {"blocks", EXHIBIT_BLOCKS},     {"freelist", EXHIBIT_FREE_LIST},
        {"stats", EXHIBIT_STATS},  {"vars", EXHIBIT_VARIABLES},    {"steps", EXHIBIT_STEPS},
        {"dump A", EXHIBIT_DUMP},  {"dump +0x8 16", EXHIBIT_DUMP}, {"brk", EXHIBIT_NOTHING},
        {"help", EXHIBIT_NOTHING}, {"say x", EXHIBIT_NOTHING},
    };
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 10");
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect(spy, rows[i].line);
        assert_int_equal(spy->shown, rows[i].shown);
        assert_int_equal(spy->session->history->steps.count, 1);
    }
    spy_expect(spy, "brk");
    spy_expect_said(spy, "[heap]");
    spy_expect(spy, "say  hello;  say \"a; b # c\"");
    spy_expect_said(spy, "a; b # c");
    spy_destroy(spy);
}

/* A preset is a policy with settings, and says what a lesson tells. */
static void presets_make_the_heap_of_a_lesson(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "preset");
    spy_expect_said(spy, "ten-asked          slots of 16 bytes");
    spy_expect(spy, "alloc A 10");
    spy_expect(spy, "preset ten-asked");
    spy_expect_said(spy, "ten-asked: a fresh heap, and the 1 step so far replayed on it.");
    spy_expect(spy, "expect padding = 6");
    spy_expect(spy, "expect external = 0%");
    spy_expect(spy, "preset segregated-lists");
    spy_expect(spy, "set bins");
    spy_expect_said(spy, "always");
    spy_expect(spy, "alloc B 300; alloc C 300; free B");
    spy_expect(spy, "freelist");
    spy_expect_error(spy, "preset xyzzy",
                     "there is no preset 'xyzzy'; there are ten-asked, segregated-lists", 8);
    spy_destroy(spy);
}

/* Words that a student asks for answer, and are what can be completed. */
static void help_answers_words(void **state)
{
    static const struct {
        const char *line, *words;
    } rows[] = {
        {"help words", "padding      bytes of a block"},
        {"help fragmentation", "1 - largest free block / all free bytes"},
        {"help header", "its left neighbour used"},
        {"help keys", "the full screen"},
        {"help panel", "ribbon: The blocks around"},
        {"help panel map", "map: The heap to scale"},
        {"help panel stack", "stack: The functions that are running"},
        {"help c", "p = malloc(40)"},
        {"help best-fit", "best-fit: the smallest"},
        {"help alignment", "alignment: every payload"},
        {"help guard", "guard: a red zone behind each payload"},
        {"help mmap-threshold", "mmap-threshold: "},
        {"help theme", "theme: the colours"},
    };
    struct spy *spy = spy_create();

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        spy_expect(spy, rows[i].line);
        spy_expect_said(spy, rows[i].words);
    }
    spy_expect_error(spy, "help xyzzy", "there is no command 'xyzzy'", 6);
    spy_expect_error(spy, "help panel xyzzy", "there is no panel 'xyzzy'; there are map,", 12);
    spy_destroy(spy);
}

/* What a panel shows is told in two lines of 76 columns, wherever the first one is broken. */
static void expect_two_lines(const char *text)
{
    enum { TWO_LINES = 144 };

    assert_true(strlen(text) <= TWO_LINES);
    assert_null(strchr(text, '\n'));
}

static void help_covers_every_command_setting_and_policy(void **state)
{
    struct text overview = {0}, topic = {0};
    struct face face = {0};
    struct error error;

    (void)state;
    help_add_overview(&overview);
    for (size_t i = 0; command_at(i); i++) {
        const struct command *command = command_at(i);

        assert_non_null(strstr(text_string(&overview), command->summary));
        text_clear(&topic);
        assert_true(help_add_topic(command->name, NULL, &face, &topic, &error));
        assert_non_null(strstr(text_string(&topic), command->summary));
        for (size_t j = 0; j < ALIASES_MAX && command->aliases[j]; j++)
            assert_ptr_equal(command_find(command->aliases[j]), command);
    }
    for (unsigned setting = 0; hg_setting(setting); setting++) {
        text_clear(&topic);
        assert_true(help_add_topic("set", hg_setting(setting)->name, &face, &topic, &error));
        assert_non_null(strstr(text_string(&topic), hg_setting(setting)->reason));
    }
    for (unsigned preference = 0; preference_info(preference); preference++) {
        text_clear(&topic);
        assert_true(
            help_add_topic("set", preference_info(preference)->name, &face, &topic, &error));
        assert_non_null(strstr(text_string(&topic), preference_info(preference)->summary));
    }
    for (unsigned policy = 0; hg_policy(policy); policy++) {
        text_clear(&topic);
        assert_true(help_add_topic("policy", hg_policy(policy)->name, &face, &topic, &error));
        assert_non_null(strstr(text_string(&topic), hg_policy(policy)->reason));
    }
    for (int panel = 0; panel < PANELS; panel++) {
        text_clear(&topic);
        assert_true(help_add_topic("panel", panel_name((enum panel)panel), &face, &topic, &error));
        expect_two_lines(text_string(&topic));
    }
    text_finish(&overview);
    text_finish(&topic);
}

/* The examples in the table must run as they stand. */
static void examples_work(void **state)
{
    static const char prelude[] = "reset; policy first-fit; limit none; alloc A 100; alloc B 100; "
                                  "alloc a1..a99 16; alloc D 100; realloc D 0";

    (void)state;
    for (size_t i = 0; command_at(i); i++) {
        const char *examples = command_at(i)->examples;
        struct spy *spy = spy_create();

        while (examples && *examples) {
            size_t length = strcspn(examples, "\n");
            char line[256];

            snprintf(line, sizeof line, "%.*s", (int)length, examples);
            examples += length + (examples[length] == '\n');
            if (strncmp(line, "source", 6) == 0 || strncmp(line, "expect", 6) == 0 ||
                strncmp(line, "code get", 8) == 0 || strncmp(line, "import", 6) == 0 ||
                strncmp(line, "attach", 6) == 0 || strncmp(line, "open", 4) == 0 ||
                strncmp(line, "arenas", 6) == 0 || command_at(i)->group == GROUP_PROGRAM)
                continue;
            spy_expect(spy, strncmp(line, "free!", 5) ? prelude : "free B");
            spy_expect(spy, line);
            if (strcmp(line, "free B") == 0)
                spy_expect(spy, "alloc B 100");
        }
        spy_destroy(spy);
    }
}

/* ---- Files ---- */

/* A file in a folder of its own, gone when the test ends. */
static const char *write_file(const char *name, const void *content, size_t size)
{
    static char folder[] = "/tmp/heapglass-test-XXXXXX";
    static char path[sizeof folder + 64];
    static bool is_made;
    FILE *file;

    if (!is_made)
        assert_non_null(mkdtemp(folder));
    is_made = true;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(content, 1, size, file), size);
    fclose(file);
    return path;
}

static bool run_file(struct spy *spy, const char *path, struct error *error)
{
    return interpreter_run_file(&spy->interpreter, path, error);
}

static void a_file_stops_where_a_command_fails(void **state)
{
    static const char content[] = "# a comment\nalloc A 10\r\n\n  free X\nalloc B 10";
    const char *path = write_file("fails.hg", content, sizeof content - 1);
    struct spy *spy = spy_create();
    struct error error;

    (void)state;
    assert_false(run_file(spy, path, &error));
    assert_int_equal(error.kind, ERROR_TOLD);
    assert_string_equal(spy->file, path);
    assert_int_equal(spy->location.line, 4);
    assert_int_equal(spy->column, 8);
    assert_int_equal(spy->session->history->steps.count, 1);
    spy->interpreter.keep_going = true;
    assert_false(run_file(spy, path, &error));
    assert_int_equal(spy->session->history->steps.count, 3); /* the last line has no end */
    unlink(path);
    spy_destroy(spy);
}

static void what_is_no_scenario_is_refused(void **state)
{
    static char long_line[LINE_LENGTH_MAX + 100];
    struct spy *spy = spy_create();
    struct error error;
    const char *path;

    (void)state;
    path = write_file("binary",
                      "\x7f"
                      "ELF\0\1\2\3",
                      8);
    assert_false(run_file(spy, path, &error));
    assert_int_equal(error.kind, ERROR_MALFORMED);
    assert_non_null(strstr(error.text, "no text file"));
    memset(long_line, 'x', sizeof long_line);
    path = write_file("long", long_line, sizeof long_line);
    assert_false(run_file(spy, path, &error));
    assert_non_null(strstr(error.text, "longer than"));
    unlink(path);
    assert_int_equal(spy->session->history->steps.count, 0);
    spy_destroy(spy);
}

static void a_user_can_stop_a_file(void **state)
{
    const char *path = write_file("long.hg", "alloc A 1\nalloc B 1\nalloc C 1\n", 30);
    struct spy *spy = spy_create();
    struct error error;

    (void)state;
    spy->interpreter.keep_going = true;
    spy->ticks_until_stop = 3;
    assert_false(run_file(spy, path, &error));
    assert_int_equal(error.kind, ERROR_STOPPED);
    assert_non_null(strstr(error.text, "long.hg:2: stopped"));
    assert_int_equal(spy->session->history->steps.count, 2);
    spy_expect(spy, "alloc D 1");
    unlink(path);
    spy_destroy(spy);
}

/* A pipe that nobody writes into keeps nobody waiting. */
static void a_pipe_can_be_stopped(void **state)
{
    const char *path = write_file("pipe", "", 0);
    struct spy *spy = spy_create();
    struct error error;

    (void)state;
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    spy->ticks_until_stop = 2;
    assert_false(run_file(spy, path, &error));
    unlink(path);
    spy_destroy(spy);
}

static void commands_see_a_heap_that_lives(void **state)
{
    struct spy *spy = spy_create();
    const struct target *target = spy->session->mirror->target;
    struct pollfd ended = {.fd = target_descriptor(target), .events = POLLIN};

    (void)state;
    spy_expect(spy, "alloc A 100");
    kill(target_pid(target), SIGSEGV);
    assert_int_equal(poll(&ended, 1, -1), 1);
    spy_expect(spy, "freelist");
    assert_non_null(strstr(text_string(&spy->notice), "killed by SIGSEGV"));
    spy_expect(spy, "check");
    assert_string_equal(text_string(&spy->notice), "");
    spy_destroy(spy);
}

/* What the commands in a file came to is not what the command that reads it came to. */
static void reading_a_file_is_told_of_after_what_is_in_it(void **state)
{
    struct spy *spy = spy_create();
    const char *path = write_file("if.hg", "say loud\nwhatif alloc A 1\n", 26);
    struct text line = {0};

    (void)state;
    text_add(&line, "source %s", path);
    spy_expect(spy, text_string(&line));
    assert_int_equal(spy->outcomes, 3);
    assert_false(spy->imagined);
    assert_string_equal(text_string(&spy->last), "");
    text_finish(&line);
    unlink(path);
    spy_destroy(spy);
}

static void endless_nesting_ends(void **state)
{
    struct spy *spy = spy_create();
    struct error error;
    const char *path = write_file("self.hg", "alloc A 1\nsource self.hg\n", 25);

    (void)state;
    assert_false(run_file(spy, path, &error));
    assert_int_equal(error.kind, ERROR_TOLD);
    spy_expect_said(spy, "nested more than 16 deep");
    assert_int_equal(spy->session->history->steps.count, 16);
    assert_null(spy->interpreter.reading);
    unlink(path);
    spy_destroy(spy);
}

static void let_copies_pointers(void **state)
{
    struct spy *spy = spy_create();

    (void)state;
    spy_expect(spy, "alloc A 100; let B = A; let C=A+8; let D = NULL");
    assert_string_equal(text_string(&spy->commands),
                        "alloc A 100\nlet B = A\nlet C = A+8\nlet D = NULL\n");
    spy_expect(spy, "expect B = A; expect C = live; expect C = +0xc8; expect D = NULL");
    spy_expect_error(spy, "free C", "8 bytes behind the start of its payload", 6);
    spy_expect(spy, "free B; expect A = freed; expect C = freed; check");
    spy_expect(spy, "alloc A 50; let A = NULL");
    spy_expect_said(spy, "is leaked");
    spy_expect_error(spy, "let E = Q", "no variable 'Q'", 9);
    spy_expect_error(spy, "let E A", "'=' is missing", 7);
    spy_expect_error(spy, "let E = 5x", "'5x' is not a name", 9);
    spy_expect_error(spy, "let E = A + 1Q", "there is no unit 'Q'", 13);
    spy_expect_error(spy, "let E = A B", "behind the variable", 11);
    spy_expect_error(spy, "let E = NULL+8", "nothing can be added", 9);
    spy_expect_error(spy, "let E = D+8", "D is NULL", 9);
    spy_expect(spy, "undo 3; expect C = live; redo 3; expect C = freed; check");
    spy_destroy(spy);
}

/* What is handed in is kept from files and from programs by what commands say that they reach. */
static void commands_that_take_files_or_programs_say_what_they_reach(void **state)
{
    const struct command *command;

    (void)state;
    for (size_t i = 0; (command = command_at(i)); i++) {
        for (size_t j = 0; j < PARAMETERS_MAX; j++) {
            enum parameter_type type = command->parameters[j].type;

            if ((type == PARAMETER_FILE || type == PARAMETER_CODE) && command->reach == REACH_HEAP)
                fail_msg("%s reaches files, and does not say so", command->name);
        }
        if (command->group == GROUP_PROGRAM && command->reach != REACH_OUTSIDE)
            fail_msg("%s reaches a program, and does not say so", command->name);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_that_take_files_or_programs_say_what_they_reach),
        cmocka_unit_test(let_copies_pointers),
        cmocka_unit_test(commands_become_steps),
        cmocka_unit_test(words_of_other_tools_lead_to_commands),
        cmocka_unit_test(ranges_are_a_step_for_each_block),
        cmocka_unit_test(wrong_lines_have_a_message_and_a_column),
        cmocka_unit_test(panels_are_chosen),
        cmocka_unit_test(panels_on_wish_come_when_they_are_called),
        cmocka_unit_test(what_is_shown_is_said),
        cmocka_unit_test(what_a_heap_cannot_do_is_not_asked_of_it),
        cmocka_unit_test(what_fails_ends_the_line),
        cmocka_unit_test(free_with_a_bang_is_handed_on),
        cmocka_unit_test(policies_and_settings_replay_the_steps),
        cmocka_unit_test(sentences_have_addresses_where_those_are_wanted),
        cmocka_unit_test(a_pointer_is_expected_to_be_as_vars_says),
        cmocka_unit_test(a_policy_has_settings_of_its_own),
        cmocka_unit_test(looking_changes_nothing_and_says_what_to_show),
        cmocka_unit_test(presets_make_the_heap_of_a_lesson),
        cmocka_unit_test(help_answers_words),
        cmocka_unit_test(help_covers_every_command_setting_and_policy),
        cmocka_unit_test(examples_work),
        cmocka_unit_test(a_file_stops_where_a_command_fails),
        cmocka_unit_test(what_is_no_scenario_is_refused),
        cmocka_unit_test(a_user_can_stop_a_file),
        cmocka_unit_test(a_pipe_can_be_stopped),
        cmocka_unit_test(commands_see_a_heap_that_lives),
        cmocka_unit_test(reading_a_file_is_told_of_after_what_is_in_it),
        cmocka_unit_test(endless_nesting_ends),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
