/* verbs_view.c: the commands that choose what is looked at. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/suggest.h"
#include "command/place.h"
#include "command/verbs.h"
#include "kind/own_layout.h"
#include "session/callers.h"

/* ---- zoom ---- */

/* Say what the map shows now, and show it. */
static void show_map(struct interpreter *interpreter)
{
    const struct outlook *outlook = &interpreter->show->outlook;
    uint64_t size = interpreter->session->mirror->picture.metrics.heap_size;
    struct window window = outlook_window(outlook, size, outlook_room(outlook));

    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_MAP});
    if (window.low == 0 && window.high == size)
        text_add(&interpreter->task.output, "The map shows all of the heap");
    else
        text_add(&interpreter->task.output, "The map shows +0x%04" PRIx64 " to +0x%04" PRIx64,
                 window.low, window.high);
    if (window.cell_columns > 1)
        text_add(&interpreter->task.output, ", %d cells a byte.", window.cell_columns);
    else
        text_add(&interpreter->task.output, ", %" PRIu64 " byte%s a cell.", window.cell_bytes,
                 window.cell_bytes == 1 ? "" : "s");
}

/* Carry out a zoom that is a word. Returns false if it is none. */
static bool zoom_by_word(struct interpreter *interpreter, const char *word)
{
    struct outlook *outlook = &interpreter->show->outlook;
    uint64_t size = interpreter->session->mirror->picture.metrics.heap_size;

    if (strcmp(word, "in") == 0)
        outlook_zoom_step(outlook, size, 1);
    else if (strcmp(word, "out") == 0)
        outlook_zoom_step(outlook, size, -1);
    else if (strcmp(word, "left") == 0)
        outlook_pan(outlook, size, -1);
    else if (strcmp(word, "right") == 0)
        outlook_pan(outlook, size, 1);
    else if (strcmp(word, "all") == 0)
        outlook_zoom_all(outlook);
    else if (strcmp(word, "fit") == 0)
        outlook_zoom_fit(outlook);
    else
        return false;
    return true;
}

VERB(zoom)
{
    struct session *session = interpreter->session;
    struct outlook *outlook = &interpreter->show->outlook;
    const char *where = arguments->count > 0 ? arguments->items[0].text : "all";
    const struct block *block;
    uint64_t at = 0, length;

    if (!zoom_by_word(interpreter, where)) {
        if (!place_find(session, where, &at, error))
            return verb_fail_at(error, &arguments->items[0]);
        block = block_table_get(&session->mirror->picture.blocks, at);
        length = arguments->count > 1 ? arguments->items[1].number
                 : block              ? block->at + block->size - at
                                      : 1;
        outlook->focus = at;
        outlook_zoom_range(outlook, session->mirror->picture.metrics.heap_size, at, length);
    } else if (arguments->count > 1) {
        error_set(error, "a length goes with a place, not with '%s'", where);
        return verb_fail_at(error, &arguments->items[1]);
    }
    show_map(interpreter);
    return true;
}

/* ---- show, detail ---- */

/* The block of the first argument or, without one, of the focus, which it then is. */
static const struct block *find_block(struct interpreter *interpreter,
                                      const struct arguments *arguments, struct error *error)
{
    struct session *session = interpreter->session;
    struct outlook *outlook = &interpreter->show->outlook;
    const struct block *block;
    uint64_t at = outlook->focus;

    if (arguments->count > 0 && !place_find(session, arguments->items[0].text, &at, error)) {
        verb_fail_at(error, &arguments->items[0]);
        return NULL;
    }
    block = block_table_get(&session->mirror->picture.blocks, at);
    if (!block) /* the break has moved down since */
        block = block_table_get(&session->mirror->picture.blocks, 0);
    if (!block)
        error_set(error, "there is no block at +0x%04" PRIx64, at);
    else
        outlook_look_at(outlook, session->mirror->picture.metrics.heap_size, block->at);
    return block;
}

VERB(show)
{
    const struct block *block = find_block(interpreter, arguments, error);
    const char *name;
    char size[SIZE_TEXT_MAX];

    if (!block)
        return false;
    name = picture_block_name(&interpreter->session->mirror->picture, block);
    text_add(&interpreter->task.output, "A block of %s at +0x%04" PRIx64 ", %s%s%s.",
             size_short(block->size, size), block->at, block_kind_word(block), name ? " by " : "",
             name ? name : "");
    callers_add_maker(interpreter->session, block->at, &interpreter->task.output);
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_RIBBON});
    return true;
}

VERB(detail)
{
    enum { BYTES_MOST = 256 };
    struct session *session = interpreter->session;
    const struct block *block = find_block(interpreter, arguments, error);
    struct exhibit exhibit = {.kind = EXHIBIT_DETAIL};

    if (!block)
        return false;
    exhibit.at = block->at;
    if (!session_read_bytes(session, block->at, block->size < BYTES_MOST ? block->size : BYTES_MOST,
                            &exhibit.bytes, &exhibit.count, error))
        return false;
    if (!session_read_lists(session, SIZE_MAX, &exhibit.lists, error)) {
        exhibit_finish(&exhibit);
        return false;
    }
    interpreter_exhibit(interpreter, &exhibit);
    return true;
}

/* ---- layout ---- */

enum { ALL_PANELS = (1u << PANELS) - 1 };

static unsigned find_panel(const char *word, size_t length)
{
    unsigned panel = 0;

    while (panel < PANELS && (strlen(panel_name((enum panel)panel)) != length ||
                              strncmp(panel_name((enum panel)panel), word, length) != 0))
        panel++;
    return panel;
}

static bool unknown_panel(const char *word, size_t length, struct error *error)
{
    struct own_layout layout;
    const char *problem, *where;

    error_set(error, "there is no panel '%.*s'; there are", (int)length, word);
    for (int panel = 0; panel < PANELS; panel++)
        error_append(error, " %s", panel_name((enum panel)panel));
    if (memchr(word, '=', length) || own_layout_parse(word, &layout, &problem, &where))
        error_append(error, "; how an allocator's blocks lie is told by --block-layout");
    return false;
}

static void show_panel(struct panel_choice *choice, unsigned panel)
{
    choice->hidden &= ~(1u << panel);
    choice->wanted |= 1u << panel;
}

static void hide_panel(struct panel_choice *choice, unsigned panel)
{
    if (panel != PANEL_MESSAGE)
        choice->hidden |= 1u << panel;
    choice->wanted &= ~(1u << panel);
}

/* Do with a panel what the sign before its name says; without one, it is one of those that alone
 * are shown. */
static void choose_panel(const struct outlook *outlook, char sign, unsigned panel,
                         struct panel_choice *choice)
{
    bool is_seen = !((panels_hidden(choice) | outlook->crowded) & 1u << panel);

    if (sign == '-' || (sign == '~' && is_seen))
        hide_panel(choice, panel);
    else
        show_panel(choice, panel);
}

static bool is_word(const char *word, size_t length, const char *wanted)
{
    return length == strlen(wanted) && strncmp(word, wanted, length) == 0;
}

/* Read "map free", "map only", "all -ribbon" or "~timeline". */
static bool parse_panels(const char *words, const struct outlook *outlook,
                         struct panel_choice *ret_choice, struct error *error)
{
    struct panel_choice choice = outlook->choice;
    bool has_named = false;

    for (const char *word = words; *word; word += strspn(word, " \t")) {
        char sign = strchr("+-~", *word) ? *word : '\0';
        const char *name = word + (sign != '\0');
        size_t length = strcspn(name, " \t");
        unsigned panel = find_panel(name, length);

        if (!sign && is_word(name, length, "all"))
            choice =
                (struct panel_choice){.called = choice.called, .is_presented = choice.is_presented};
        else if (panel == PANELS && (sign || !has_named || !is_word(name, length, "only")))
            return unknown_panel(name, length, error);
        else if (!sign && !has_named)
            choice = (struct panel_choice){.hidden = ALL_PANELS & ~(1u << PANEL_MESSAGE),
                                           .called = choice.called,
                                           .is_presented = choice.is_presented};
        has_named = has_named || !sign;
        if (panel < PANELS)
            choose_panel(outlook, sign, panel, &choice);
        word = name + length;
    }
    *ret_choice = choice;
    return true;
}

static void list_panels(struct text *text, const char *heading, unsigned panels)
{
    if (panels == 0)
        return;
    text_add(text, "%s%s", text->length ? "\n" : "", heading);
    for (int panel = 0; panel < PANELS; panel++) {
        if (panels & 1u << panel)
            text_add(text, " %s", panel_name((enum panel)panel));
    }
}

VERB(layout)
{
    struct outlook *outlook = &interpreter->show->outlook;
    struct text *output = &interpreter->task.output;

    if (arguments->count > 0) {
        if (!parse_panels(arguments->items[0].text, outlook, &outlook->choice, error))
            return verb_fail_at(error, &arguments->items[0]);
        outlook->crowded = 0;
        if (interpreter->face.measure)
            interpreter->face.measure(interpreter->face.context);
    }
    list_panels(output,
                "Chosen:", ALL_PANELS & ~(panels_hidden(&outlook->choice) | outlook->crowded));
    list_panels(output, "Without room:", outlook->crowded);
    list_panels(output, "Hidden:", outlook->choice.hidden & ~PANELS_ON_WISH);
    if (outlook->choice.hidden)
        text_add(output, "; 'layout all' shows all");
    if (arguments->count == 0)
        list_panels(output, "On wish:", PANELS_ON_WISH & panels_hidden(&outlook->choice));
    return true;
}
