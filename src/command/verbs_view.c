/* verbs_view.c: the commands that choose what is looked at. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/suggest.h"
#include "command/place.h"
#include "command/verbs.h"

/* ---- zoom ---- */

/* Say what the map shows now, and show it. */
static void show_map(struct interpreter *interpreter)
{
    const struct outlook *outlook = &interpreter->session->outlook;
    uint64_t size = interpreter->session->mirror->metrics.heap_size;
    struct window window = outlook_window(outlook, size, outlook_cells(outlook));

    interpreter->show = (struct show){.kind = SHOW_MAP};
    if (window.low == 0 && window.high == size)
        text_add(&interpreter->output, "The map shows all of the heap");
    else
        text_add(&interpreter->output, "The map shows +0x%04" PRIx64 " to +0x%04" PRIx64,
                 window.low, window.high);
    text_add(&interpreter->output, ", %" PRIu64 " bytes a cell.", window.cell_bytes);
}

/* Carry out a zoom that is a word. Returns false if it is none. */
static bool zoom_by_word(struct session *session, const char *word)
{
    struct outlook *outlook = &session->outlook;
    uint64_t size = session->mirror->metrics.heap_size;

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
    else
        return false;
    return true;
}

VERB(zoom)
{
    struct session *session = interpreter->session;
    const char *where = arguments->count > 0 ? arguments->items[0].text : "all";
    const struct block *block;
    uint64_t at = 0, length;

    if (!zoom_by_word(session, where)) {
        if (!place_find(session, where, &at, error))
            return verb_fail_at(error, &arguments->items[0]);
        block = block_table_get(&session->mirror->blocks, at);
        length = arguments->count > 1 ? arguments->items[1].number
                 : block              ? block->at + block->size - at
                                      : 1;
        session->outlook.focus = at;
        outlook_zoom_range(&session->outlook, session->mirror->metrics.heap_size, at, length);
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
    const struct block *block;
    uint64_t at = session->outlook.focus;

    if (arguments->count > 0 && !place_find(session, arguments->items[0].text, &at, error)) {
        verb_fail_at(error, &arguments->items[0]);
        return NULL;
    }
    block = block_table_get(&session->mirror->blocks, at);
    if (!block) /* the break has moved down since */
        block = block_table_get(&session->mirror->blocks, 0);
    if (!block)
        error_set(error, "there is no block at +0x%04" PRIx64, at);
    else
        outlook_look_at(&session->outlook, session->mirror->metrics.heap_size, block->at);
    return block;
}

VERB(show)
{
    if (!find_block(interpreter, arguments, error))
        return false;
    interpreter->show = (struct show){.kind = SHOW_RIBBON};
    return true;
}

VERB(detail)
{
    enum { BYTES_MOST = 256 };
    const struct block *block = find_block(interpreter, arguments, error);
    unsigned char *bytes = NULL;
    size_t count = 0;

    if (!block || !session_read_bytes(interpreter->session, block->at,
                                      block->size < BYTES_MOST ? block->size : BYTES_MOST, &bytes,
                                      &count, error))
        return false;
    free(interpreter->dumped);
    interpreter->dumped = bytes;
    interpreter->show = (struct show){SHOW_DETAIL, .at = block->at, .bytes = bytes, .count = count};
    return true;
}

/* ---- layout ---- */

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
    error_set(error, "there is no panel '%.*s'; there are", (int)length, word);
    for (int panel = 0; panel < PANELS; panel++)
        error_append(error, " %s", panel_name((enum panel)panel));
    return false;
}

/* Read "map free", "map only" or "all" as the panels to be shown. */
static bool parse_panels(const char *words, unsigned *ret_shown, struct error *error)
{
    unsigned shown = 0;

    for (const char *word = words; *word; word += strspn(word, " \t")) {
        size_t length = strcspn(word, " \t");
        unsigned panel = find_panel(word, length);

        if (length == 3 && strncmp(word, "all", 3) == 0)
            shown = (1u << PANELS) - 1;
        else if (panel < PANELS)
            shown |= 1u << panel;
        else if (length != 4 || strncmp(word, "only", 4) != 0 || shown == 0)
            return unknown_panel(word, length, error);
        word += length;
    }
    *ret_shown = shown | 1u << PANEL_MESSAGE;
    return true;
}

VERB(layout)
{
    struct outlook *outlook = &interpreter->session->outlook;
    unsigned shown = 0;

    if (arguments->count > 0) {
        if (!parse_panels(arguments->items[0].text, &shown, error))
            return verb_fail_at(error, &arguments->items[0]);
        outlook->hidden = ~shown & ((1u << PANELS) - 1);
    }
    text_add(&interpreter->output, "Shown:");
    for (int panel = 0; panel < PANELS; panel++) {
        if (!(outlook->hidden & 1u << panel))
            text_add(&interpreter->output, " %s", panel_name((enum panel)panel));
    }
    if (outlook->hidden)
        text_add(&interpreter->output, "\nHidden:");
    for (int panel = 0; panel < PANELS; panel++) {
        if (outlook->hidden & 1u << panel)
            text_add(&interpreter->output, " %s", panel_name((enum panel)panel));
    }
    return true;
}
