/* keymap.c: the one table of keys. */
#include "terminal/keymap.h"

#include <inttypes.h>
#include <stdio.h>

#define CHARACTER(c)                                                                               \
    {                                                                                              \
        .kind = KEY_KIND_CHARACTER, .character = (c)                                               \
    }
#define ALT_AND(c)                                                                                 \
    {                                                                                              \
        .kind = KEY_KIND_CHARACTER, .character = (c), .prefix = PREFIX_ALT                         \
    }
#define CONTROL_X_AND(c)                                                                           \
    {                                                                                              \
        .kind = KEY_KIND_CHARACTER, .character = (c), .prefix = PREFIX_CONTROL_X                   \
    }
#define KEY(name)                                                                                  \
    {                                                                                              \
        .kind = KEY_KIND_##name                                                                    \
    }

/* Where two rows have the same key, the first that holds where the user is counts. */
static const struct binding bindings[] = {
    /* ---- A page of maps ---- */
    {PLACE_MAPS, CHARACTER('['), EFFECT_STEP_BACK, NULL, "all maps a step back", NULL},
    {PLACE_MAPS, CHARACTER(']'), EFFECT_STEP_FORTH, NULL, "all maps a step forth", "[ ] step"},
    {PLACE_MAPS, KEY(LEFT), EFFECT_STEP_BACK, NULL, NULL, NULL},
    {PLACE_MAPS, KEY(RIGHT), EFFECT_STEP_FORTH, NULL, NULL, NULL},
    {PLACE_MAPS, KEY(HOME), EFFECT_FIRST_STEP, NULL, "all maps to the fresh heap", NULL},
    {PLACE_MAPS, KEY(END), EFFECT_LAST_STEP, NULL, "all maps to the last step", NULL},
    /* ---- A page ---- */
    {PLACE_PAGE, KEY(PAGE_DOWN), EFFECT_PAGE_DOWN, NULL, "scroll the page on", NULL},
    {PLACE_PAGE, KEY(PAGE_UP), EFFECT_PAGE_UP, NULL, "scroll the page back", NULL},
    {PLACE_READING, KEY(DOWN), EFFECT_LINE_DOWN, NULL, "scroll a line on", NULL},
    {PLACE_READING, KEY(UP), EFFECT_LINE_UP, NULL, "scroll a line back", NULL},
    {PLACE_READING, KEY(HOME), EFFECT_PAGE_TOP, NULL, "go to the page's top", NULL},
    {PLACE_READING, KEY(END), EFFECT_PAGE_END, NULL, "go to the page's end", NULL},
    {PLACE_PAGE, KEY(WHEEL_DOWN), EFFECT_LINE_DOWN, NULL, NULL, NULL},
    {PLACE_PAGE, KEY(WHEEL_UP), EFFECT_LINE_UP, NULL, NULL, NULL},
    {PLACE_PAGE, CHARACTER(ESCAPE), EFFECT_CLOSE, NULL, "close the page", NULL},
    {PLACE_PAGE, CHARACTER(CONTROL_C), EFFECT_CLOSE, NULL, NULL, NULL},
    {PLACE_PAGE, KEY(F1), EFFECT_CLOSE, NULL, NULL, NULL},
    /* ---- A step that plays ---- */
    {PLACE_PLAYING, CHARACTER(' '), EFFECT_PLAY_ON, NULL, "go on", "Space goes on"},
    {PLACE_PLAYING, KEY(RIGHT), EFFECT_PLAY_ON, NULL, NULL, NULL},
    {PLACE_PLAYING, CHARACTER('s'), EFFECT_PLAY_TO_END, NULL, "skip to the end", "s skips"},
    {PLACE_PLAYING, CHARACTER(ESCAPE), EFFECT_STOP_PLAYING, NULL, "play no more",
     "Esc plays no more"},
    {PLACE_LEAFING, CHARACTER('q'), EFFECT_CLOSE, NULL, NULL, NULL},
    /* ---- A program that runs, or is held ---- */
    {PLACE_RUNNING, CHARACTER(' '), EFFECT_HOLD, NULL, "hold it: it waits in its next call",
     "Space, or any other key, holds it"},
    {PLACE_RUNNING, CHARACTER(ESCAPE), EFFECT_HOLD, NULL, NULL, NULL},
    {PLACE_RUNNING, CHARACTER(CONTROL_C), EFFECT_HOLD, NULL, NULL, NULL},
    {PLACE_HELD, CHARACTER(' '), EFFECT_RUN, "continue", "let it go on", "Space goes on"},
    {PLACE_HELD, KEY(RIGHT), EFFECT_RUN, "next", "let one call pass", "Right: one call"},
    {PLACE_HELD, ALT_AND('t'), EFFECT_RUN, "terminal", "give it the terminal; Ctrl-] takes it back",
     NULL},
    /* ---- Browsing: keys that no command begins with ---- */
    {PLACE_BROWSING, KEY(RIGHT), EFFECT_NEXT_BLOCK, NULL, "go to the next block", NULL},
    {PLACE_BROWSING, KEY(LEFT), EFFECT_PREVIOUS_BLOCK, NULL, "go to the block before",
     "arrows walk"},
    {PLACE_BROWSING, KEY(DOWN), EFFECT_ROW_DOWN, NULL, "go down a row on the map", NULL},
    {PLACE_BROWSING, KEY(UP), EFFECT_ROW_UP, NULL, "go up a row on the map", NULL},
    {PLACE_BROWSING, CHARACTER(ENTER), EFFECT_RUN, "detail @", "tell everything about the block",
     "Enter: details"},
    {PLACE_BROWSING, CHARACTER('+'), EFFECT_RUN, "zoom in", "zoom in", NULL},
    {PLACE_BROWSING, CHARACTER('-'), EFFECT_RUN, "zoom out", "zoom out", "+ - zoom"},
    {PLACE_BROWSING, CHARACTER('0'), EFFECT_RUN, "zoom all", "show all of the heap", NULL},
    {PLACE_BROWSING, CHARACTER('='), EFFECT_RUN, "zoom fit", "show where the blocks are", NULL},
    {PLACE_BROWSING, CHARACTER('<'), EFFECT_RUN, "zoom left", "move the map to the left", NULL},
    {PLACE_BROWSING, CHARACTER('>'), EFFECT_RUN, "zoom right", "move the map to the right", NULL},
    {PLACE_BROWSING, CHARACTER('1'), EFFECT_RUN, "layout ~map",
     "show or hide the map; 2 to 6: other panels", NULL},
    {PLACE_BROWSING, CHARACTER('2'), EFFECT_RUN, "layout ~ribbon", NULL, NULL},
    {PLACE_BROWSING, CHARACTER('3'), EFFECT_RUN, "layout ~free", NULL, NULL},
    {PLACE_BROWSING, CHARACTER('4'), EFFECT_RUN, "layout ~meters", NULL, NULL},
    {PLACE_BROWSING, CHARACTER('5'), EFFECT_RUN, "layout ~timeline", NULL, NULL},
    {PLACE_BROWSING, CHARACTER('6'), EFFECT_RUN, "layout ~histogram", NULL, NULL},
    {PLACE_BROWSING, CHARACTER('n'), EFFECT_RUN, "next", "go on by a step; of a program, by a call",
     NULL},
    {PLACE_BROWSING, CHARACTER('['), EFFECT_RUN, "undo", "step back", NULL},
    {PLACE_BROWSING, CHARACTER(']'), EFFECT_RUN, "redo", "step forth", "[ ] step"},
    {PLACE_BROWSING, CHARACTER('{'), EFFECT_RUN, "goto {", "leap back, by a fortieth of all steps",
     NULL},
    {PLACE_BROWSING, CHARACTER('}'), EFFECT_RUN, "goto }", "leap forth", NULL},
    {PLACE_BROWSING, KEY(HOME), EFFECT_RUN, "goto 0", "go to before the first step", NULL},
    {PLACE_BROWSING, KEY(END), EFFECT_RUN, "goto $", "go to the last step", NULL},
    {PLACE_BROWSING, CHARACTER('?'), EFFECT_PANELS, NULL, "say what each panel shows", "? panels"},
    {PLACE_BROWSING, CHARACTER(ESCAPE), EFFECT_TYPE, NULL, "type again, as letters do",
     "letters type"},
    {PLACE_BROWSING, CHARACTER(':'), EFFECT_TYPE, NULL, NULL, NULL},
    {PLACE_BROWSING, CHARACTER(' '), EFFECT_NOTHING, NULL, NULL, NULL},
    {PLACE_BROWSING, CHARACTER(CONTROL_C), EFFECT_TYPE, NULL, NULL, NULL},
    /* ---- A question ---- */
    {PLACE_ASKED, CHARACTER(' '), EFFECT_GO_ON, NULL, "show the answer",
     "type an answer   Space shows it"},
    {PLACE_PICKING, KEY(RIGHT), EFFECT_NEXT_BLOCK, NULL, "point to the next block", NULL},
    {PLACE_PICKING, KEY(LEFT), EFFECT_PREVIOUS_BLOCK, NULL, "point to the block before",
     "arrows point"},
    {PLACE_PICKING, KEY(DOWN), EFFECT_ROW_DOWN, NULL, "go down a row on the map", NULL},
    {PLACE_PICKING, KEY(UP), EFFECT_ROW_UP, NULL, "go up a row on the map", NULL},
    {PLACE_PICKING, CHARACTER(ENTER), EFFECT_PICK, NULL, "answer with the block pointed to",
     "Enter answers"},
    {PLACE_PICKING, KEY(CLICK), EFFECT_PICK_POINTED, NULL, "answer with this block", NULL},
    {PLACE_QUIZ, CHARACTER(' '), EFFECT_GO_ON, NULL, "show the answer, or go on", "Space goes on"},
    {PLACE_QUIZ, CHARACTER(ESCAPE), EFFECT_END_SCENARIO, NULL, "leave the quiz", "Esc leaves"},
    {PLACE_QUIZ, CHARACTER(CONTROL_C), EFFECT_END_SCENARIO, NULL, NULL, NULL},
    /* ---- A pause, in which anything can be typed ---- */
    {PLACE_PAUSED, CHARACTER(' '), EFFECT_GO_ON, NULL, "go on with the scenario", "Space goes on"},
    {PLACE_PAUSED, CHARACTER(ENTER), EFFECT_GO_ON, NULL, NULL, NULL},
    {PLACE_PAUSED, CHARACTER(CONTROL_C), EFFECT_END_SCENARIO, NULL, "leave the rest of it",
     "Ctrl-C ends it"},
    /* ---- A scenario that is played waits ---- */
    {PLACE_PLAYED, KEY(RIGHT), EFFECT_GO_ON, NULL, "go on", NULL},
    {PLACE_PLAYED, CHARACTER(' '), EFFECT_GO_ON, NULL, NULL, NULL},
    {PLACE_PLAYED, KEY(LEFT), EFFECT_GO_BACK, NULL, "go back to the pause before", "Left back"},
    {PLACE_PLAYED, KEY(PAGE_DOWN), EFFECT_GO_ON, NULL, "go on, as a clicker does", NULL},
    {PLACE_PLAYED, KEY(PAGE_UP), EFFECT_GO_BACK, NULL, "go back, as a clicker does", NULL},
    {PLACE_PLAYED, KEY(DOWN), EFFECT_SECTION_ON, NULL, "go to the next section", NULL},
    {PLACE_PLAYED, KEY(UP), EFFECT_SECTION_BACK, NULL,
     "go to the section's beginning, or the one before", NULL},
    {PLACE_PACED, CHARACTER('1'), EFFECT_PACE, NULL,
     "go on by itself, slowly; up to 9, fast; 0: no longer", NULL},
    {PLACE_PACED, CHARACTER('2'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('3'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('4'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('5'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('6'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('7'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('8'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('9'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PACED, CHARACTER('0'), EFFECT_PACE, NULL, NULL, NULL},
    {PLACE_PLAYED, CHARACTER(ESCAPE), EFFECT_TRY, NULL,
     "try something at the prompt; 'resume' comes back", "Esc tries"},
    /* ---- Typing ---- */
    {PLACE_TYPING, KEY(F1), EFFECT_HELP, NULL, "show keys and commands", "F1 help"},
    {PLACE_TYPING, CHARACTER(ESCAPE), EFFECT_BROWSE, NULL, "browse: arrows walk, single keys act",
     "Esc browses"},
    {PLACE_TYPING, CONTROL_X_AND('s'), EFFECT_BROWSE, NULL, "the same", NULL},
    /* ---- Anywhere ---- */
    {PLACE_ANYWHERE, KEY(F1), EFFECT_HELP, NULL, "show keys and commands", NULL},
    {PLACE_ANYWHERE, KEY(F2), EFFECT_RUN, "layout all", "show all panels", NULL},
    {PLACE_ANYWHERE, KEY(F3), EFFECT_RUN, "blocks", "list the blocks", NULL},
    {PLACE_ANYWHERE, KEY(F4), EFFECT_RUN, "freelist", "list the free blocks", NULL},
    {PLACE_ANYWHERE, KEY(F5), EFFECT_RUN, "explain", "tell the story of the step", NULL},
    {PLACE_ANYWHERE, KEY(F6), EFFECT_RUN, "undo", "step back", NULL},
    {PLACE_ANYWHERE, KEY(F7), EFFECT_RUN, "redo", "step forth", NULL},
    {PLACE_ANYWHERE, KEY(F8), EFFECT_RUN, "step", "play steps event by event, or not", NULL},
    {PLACE_ANYWHERE, KEY(F9), EFFECT_RUN, "layout map only", "give the map all the room", NULL},
    {PLACE_ANYWHERE, KEY(F10), EFFECT_RUN, "vars", "list the variables", NULL},
    {PLACE_ANYWHERE, KEY(F11), EFFECT_RUN, "layout ~stack", "show or hide the stack, as Alt-s does",
     NULL},
    {PLACE_ANYWHERE, KEY(F12), EFFECT_RUN, "stats", "show all measures", NULL},
    {PLACE_ANYWHERE, ALT_AND('1'), EFFECT_RUN, "layout ~map",
     "show or hide the map; 2 to 6: other panels", NULL},
    {PLACE_ANYWHERE, ALT_AND('2'), EFFECT_RUN, "layout ~ribbon", NULL, NULL},
    {PLACE_ANYWHERE, ALT_AND('3'), EFFECT_RUN, "layout ~free", NULL, NULL},
    {PLACE_ANYWHERE, ALT_AND('4'), EFFECT_RUN, "layout ~meters", NULL, NULL},
    {PLACE_ANYWHERE, ALT_AND('5'), EFFECT_RUN, "layout ~timeline", NULL, NULL},
    {PLACE_ANYWHERE, ALT_AND('6'), EFFECT_RUN, "layout ~histogram", NULL, NULL},
    {PLACE_ANYWHERE, ALT_AND('7'), EFFECT_RUN, "layout ~pages", "show or hide the pages", NULL},
    {PLACE_ANYWHERE, ALT_AND('8'), EFFECT_RUN, "layout ~memory", "show or hide the memory", NULL},
    {PLACE_ANYWHERE, ALT_AND('9'), EFFECT_RUN, "layout ~code", "show or hide the code", NULL},
    {PLACE_ANYWHERE, ALT_AND('0'), EFFECT_RUN, "legend", "tell what colours and signs mean", NULL},
    {PLACE_ANYWHERE, ALT_AND('s'), EFFECT_RUN, "layout ~stack", NULL, NULL},
    {PLACE_ANYWHERE, KEY(PAGE_DOWN), EFFECT_NEXT_BLOCK, NULL, "go to the next block", NULL},
    {PLACE_ANYWHERE, KEY(PAGE_UP), EFFECT_PREVIOUS_BLOCK, NULL, "go to the block before", NULL},
    {PLACE_ANYWHERE, KEY(CLICK), EFFECT_POINT, NULL, "go there (Shift: select text)", NULL},
    {PLACE_ANYWHERE, KEY(DRAG), EFFECT_DRAG, NULL, NULL, NULL},
    {PLACE_ANYWHERE, KEY(WHEEL_DOWN), EFFECT_WHEEL_DOWN, NULL, NULL, NULL},
    {PLACE_ANYWHERE, KEY(WHEEL_UP), EFFECT_WHEEL_UP, NULL, NULL, NULL},
    {PLACE_ANYWHERE, CHARACTER(CONTROL_L), EFFECT_REDRAW, NULL, "draw everything anew", NULL},
    {PLACE_ANYWHERE, CHARACTER(CONTROL_Z), EFFECT_SUSPEND, NULL, "stop; fg goes on", NULL},
};

enum { BINDINGS = sizeof bindings / sizeof bindings[0] };

static bool is_same(const struct key *a, const struct key *b)
{
    return a->kind == b->kind && a->character == b->character && a->prefix == b->prefix;
}

const struct binding *keymap_find(unsigned places, const struct key *key)
{
    for (size_t i = 0; i < BINDINGS; i++) {
        if (bindings[i].places & places && is_same(&bindings[i].key, key))
            return &bindings[i];
    }
    return NULL;
}

const wchar_t *keymap_sequence(const struct key *key, wchar_t sequence[KEYMAP_SEQUENCE_MAX])
{
    static const wchar_t prefixes[] = {[PREFIX_ALT] = ESCAPE, [PREFIX_CONTROL_X] = CONTROL_X};
    size_t length = 0;

    if (key->kind == KEY_KIND_OTHER) {
        for (; key->sequence[length]; length++)
            sequence[length] = (wchar_t)key->sequence[length];
        sequence[length] = L'\0';
        return sequence;
    }
    if (key->kind == KEY_KIND_CHARACTER) {
        if (key->prefix)
            sequence[length++] = prefixes[key->prefix];
        sequence[length++] = key->character;
        sequence[length] = L'\0';
        return sequence;
    }
    switch ((int)key->kind) {
    case KEY_KIND_LEFT: return L"\033[D";
    case KEY_KIND_RIGHT: return L"\033[C";
    case KEY_KIND_UP: return L"\033[A";
    case KEY_KIND_DOWN: return L"\033[B";
    case KEY_KIND_HOME: return L"\001";
    case KEY_KIND_END: return L"\005";
    case KEY_KIND_BACKSPACE: return L"\177";
    case KEY_KIND_DELETE: return L"\033[3~";
    default: return L"";
    }
}

/* ---- Help ---- */

static void add_character(const struct key *key, struct text *text)
{
    if (key->prefix == PREFIX_ALT)
        text_add(text, "Alt-");
    else if (key->prefix == PREFIX_CONTROL_X)
        text_add(text, "Ctrl-X ");
    if (key->character == ESCAPE)
        text_add(text, "Esc");
    else if (key->character == ENTER)
        text_add(text, "Enter");
    else if (key->character == ' ')
        text_add(text, "Space");
    else if (key->character < ' ')
        text_add(text, "Ctrl-%c", (char)(key->character | 0x40));
    else
        text_add(text, "%c", (char)key->character);
}

static void add_key(const struct key *key, struct text *text)
{
    static const char *const names[] = {
        [KEY_KIND_LEFT] = "Left",
        [KEY_KIND_RIGHT] = "Right",
        [KEY_KIND_UP] = "Up",
        [KEY_KIND_DOWN] = "Down",
        [KEY_KIND_HOME] = "Home",
        [KEY_KIND_END] = "End",
        [KEY_KIND_PAGE_UP] = "PgUp",
        [KEY_KIND_PAGE_DOWN] = "PgDn",
        [KEY_KIND_CLICK] = "click",
        [KEY_KIND_DRAG] = "drag",
        [KEY_KIND_WHEEL_UP] = "wheel up",
        [KEY_KIND_WHEEL_DOWN] = "wheel down",
    };

    if (key->kind == KEY_KIND_CHARACTER)
        add_character(key, text);
    else if (key->kind >= KEY_KIND_F1 && key->kind <= KEY_KIND_F12)
        text_add(text, "F%d", (int)(key->kind - KEY_KIND_F1) + 1);
    else if (key->kind < sizeof names / sizeof names[0] && names[key->kind])
        text_add(text, "%s", names[key->kind]);
}

/* Whether a row counts: its key means something else where an earlier row has it too. */
static bool is_reached(const struct binding *binding, unsigned places)
{
    return keymap_find(places, &binding->key) == binding;
}

/* A leap takes one of so many parts of all steps, and one step at least. */
enum { LEAPS = 40 };

void keymap_add_command(const struct binding *binding, uint64_t focus, size_t step, size_t known,
                        struct text *text)
{
    size_t leap = known > LEAPS ? known / LEAPS : 1;

    for (const char *command = binding->command; *command; command++) {
        switch (*command) {
        case '@': text_add(text, "+0x%" PRIx64, focus); break;
        case '$': text_add(text, "%zu", known); break;
        case '{': text_add(text, "%zu", step > leap ? step - leap : 0); break;
        case '}': text_add(text, "%zu", known - step > leap ? step + leap : known); break;
        default: text_add_bytes(text, command, 1); break;
        }
    }
}

void keymap_add_help(unsigned places, struct text *text)
{
    for (size_t i = 0; i < BINDINGS; i++) {
        struct text key = {0};

        if (!bindings[i].help || !is_reached(&bindings[i], places))
            continue;
        add_key(&bindings[i].key, &key);
        text_add(text, "  %-12s %-15s %s\n", text_string(&key),
                 bindings[i].command ? bindings[i].command : "", bindings[i].help);
        text_finish(&key);
    }
}

void keymap_add_hints(unsigned places, struct text *text)
{
    for (size_t i = 0; i < BINDINGS; i++) {
        if (bindings[i].hint && is_reached(&bindings[i], places))
            text_add(text, "%s   ", bindings[i].hint);
    }
}

void keymap_add_all(struct text *text)
{
    static const struct {
        unsigned places;
        const char *heading;
    } parts[] = {
        {PLACE_TYPING, "At the prompt (and Tab completes, Up and Down recall, Ctrl-R searches)"},
        {PLACE_RUNNING, "While a program runs"},
        {PLACE_HELD, "While it is held, and nothing has been typed"},
        {PLACE_BROWSING, "While browsing, after Esc; letters begin a line"},
        {PLACE_PAUSED, "In a pause, besides those of the prompt"},
        {PLACE_ASKED | PLACE_QUIZ | PLACE_PICKING, "At a question"},
        {PLACE_PLAYED | PLACE_PACED, "In a pause of a file that is played"},
        {PLACE_READING | PLACE_PAGE, "On a page"},
        {PLACE_MAPS, "On the maps of compare"},
        {PLACE_PLAYING, "While a step plays"},
    };

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        text_add(text, "%s%s\n", i ? "\n" : "", parts[i].heading);
        keymap_add_help(parts[i].places, text);
    }
}
