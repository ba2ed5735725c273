/* test_colors.c: colours are those that the terminal has, and its palette is given back. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal/program.h"
#include "test.h"

/* Terminals that are not known everywhere: one of 16 colours, and one that shows all. */
static const char descriptions[] =
    "heapglass16|sixteen colors,\n\tcolors#16, pairs#256,\n"
    "\tsetaf=\\E[%?%p1%{8}%<%t%p1%{30}%+%e%p1%{82}%+%;%dm,\n"
    "\tsetab=\\E[%?%p1%{8}%<%t%p1%{40}%+%e%p1%{92}%+%;%dm, use=xterm,\n"
    "heapglass-palette|a palette to change,\n\tuse=xterm-256color,\n"
    "heapglass-256color|the same,\n\tuse=xterm-256color,\n"
    "heapglass-direct|all colors,\n\tRGB, colors#0x1000000, pairs#0x7fff, ccc@, initc@, oc@,\n"
    "\tsetaf=\\E[%?%p1%{8}%<%t3%p1%d%e38;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,"
    "\n"
    "\tsetab=\\E[%?%p1%{8}%<%t4%p1%d%e48;2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%d%;m,"
    "\n\tuse=xterm-256color,\n";

static char terminfo[] = "/tmp/heapglass-terminfo-XXXXXX";

static int describe_terminals(void **state)
{
    char command[128];
    FILE *tic;

    (void)state;
    if (!mkdtemp(terminfo))
        return -1;
    snprintf(command, sizeof command, "tic -x -o %s -", terminfo);
    tic = popen(command, "w");
    if (!tic)
        return -1;
    fputs(descriptions, tic);
    return pclose(tic);
}

static int clean_up(void **state)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", terminfo);
    return system(command) + program_clean_up(state);
}

/* Start the program in the dark theme; its title is then the first thing that is drawn. */
static struct term *start(const char *type, const char *color_term, const char *no_color)
{
    char state_is[64], term_is[64], color_is[64], no_color_is[64], terminfo_is[64];
    const char *environment[] = {state_is,    term_is,    color_is,         no_color_is,
                                 terminfo_is, "TERMINFO", "LC_ALL=C.UTF-8", NULL};
    const char *arguments[] = {program_path(), "--no-config", NULL};
    struct term *term;

    snprintf(state_is, sizeof state_is, "XDG_STATE_HOME=%s", program_state());
    snprintf(term_is, sizeof term_is, "TERM=%s", type);
    snprintf(color_is, sizeof color_is, "COLORTERM=%s", color_term);
    snprintf(no_color_is, sizeof no_color_is, "NO_COLOR=%s", no_color);
    snprintf(terminfo_is, sizeof terminfo_is, "TERMINFO_DIRS=%s:", terminfo);
    term = term_start(24, 80, environment, arguments);
    term_expect(term, "PgDn walk along");
    return term;
}

/* The title's paper is #0a5c84 in the dark theme; 24 comes nearest to it. */
static void colors_are_those_that_there_are(void **state)
{
    static const struct {
        const char *type, *color_term, *no_color, *paper;
    } rows[] = {
        {"vt100", "truecolor", "", "\033[0;7m"},
        {"xterm", "", "", "\033[44m"},
        {"xterm", "truecolor", "", "\033[44m"},
        {"heapglass16", "", "", "\033[97m"}, /* the ink: the papers above seven are bright */
        {"xterm-256color", "", "", "\033[48;5;24m"},
        {"tmux-256color", "truecolor", "", "\033[48;5;24m"},
        {"heapglass-direct", "", "", "\033[48;2;10;92;132m"},
        {"heapglass-256color", "", "", "\033[48;5;24m"},
        {"heapglass-256color", "yes", "", "\033[48;5;24m"},
        {"heapglass-256color", "truecolor", "", "\033[48;2;10;92;132m"},
        {"heapglass-256color", "24bit", "", "\033[48;2;10;92;132m"},
        {"heapglass-256color", "24bit", "1", "\033[0;7m"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct term *term = start(rows[i].type, rows[i].color_term, rows[i].no_color);

        if (!term_has_got(term, rows[i].paper))
            fail_msg("row %zu: a terminal of type %s, not in its colours", i, rows[i].type);
        program_leave(term);
    }
}

/* A palette that can be changed becomes the theme's, as the cursor does, and is given back when the
 * program stops, is left, or is killed. */
static void the_palette_is_given_back(void **state)
{
    static const char title[] = "\033]4;24;rgb:0A/5C/84\033\\", back[] = "\033]104\007",
                      cursor_back[] = "\033]112\007";

    (void)state;
    for (int killed = 0; killed < 2; killed++) {
        struct term *term = start("heapglass-palette", "truecolor", "");

        assert_true(term_has_got(term, "\033[48;5;24m"));
        assert_true(term_has_got(term, title));
        assert_true(term_has_got(term, "\033]12;#d4d8dd\007"));
        term_type(term, "set theme light\r");
        term_expect(term, "theme is light");
        assert_true(term_has_got(term, "\033]4;117;rgb:8B/D0/FA\033\\"));
        assert_true(term_has_got(term, "\033]12;#1c1f22\007"));
        assert_false(term_has_got(term, back));
        assert_false(term_has_got(term, cursor_back));
        if (killed)
            kill(term_pid(term), SIGTERM);
        else
            term_type(term, "quit\r");
        assert_int_equal(WIFSIGNALED(term_wait_end(term)), killed);
        assert_true(term_has_got(term, back));
        assert_true(term_has_got(term, cursor_back));
        term_finish(term);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colors_are_those_that_there_are),
        cmocka_unit_test(the_palette_is_given_back),
    };

    if (!program_find(count, arguments))
        return 2;
    return cmocka_run_group_tests(tests, describe_terminals, clean_up);
}
