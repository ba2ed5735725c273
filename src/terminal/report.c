/* report.c: what came of a command, on the full screen. See stage.h. */
#include <string.h>

#include "terminal/display.h"
#include "terminal/stage.h"
#include "view/words.h"

enum { FRAME_COLUMNS = 4 }; /* of the message: borders and blanks */

static void report_error(struct stage *stage, const struct outcome *outcome)
{
    struct text *text = &stage->text, told = {0};
    int rows, columns;

    stage_say(stage, STYLE_ERROR, "error");
    text_clear(&stage->caption); /* it could take all the room */
    outcome_add_place(outcome, &told);
    text_add(&told, "%s", outcome->error);
    stage_add(text, text_string(&told));
    text_finish(&told);
    if (outcome->column > 0) {
        display_size(&rows, &columns);
        text_add(text, "\n");
        words_add_error_line(outcome->line, outcome->column, columns - FRAME_COLUMNS, text);
    }
}

/* What a scenario says stands above what its next commands say. What it says in a row goes
 * together. */
static void report_caption(struct stage *stage, const struct outcome *outcome, bool goes_on)
{
    stage_say(stage, STYLE_PLAIN, "");
    if (outcome->said != SAID_TEXT) {
        text_clear(&stage->part);
        stage_add(&stage->part, outcome->text);
        text_clear(&stage->caption);
        return;
    }
    if (!goes_on)
        text_clear(&stage->caption);
    if (stage->caption.length > 0)
        text_add(&stage->caption, "\n");
    stage_add(&stage->caption, outcome->text);
    stage->is_saying = true;
}

/* The table of a comparison, which stays when the maps are left, unless its rows would be
 * broken. */
static void add_table(struct stage *stage, const char *table)
{
    int rows, columns;

    display_size(&rows, &columns);
    if (grid_prefix_width(table, strcspn(table, "\n")) <= columns - FRAME_COLUMNS)
        stage_add(&stage->text, table);
    else
        stage_add(&stage->text, "The table is too wide for this screen; compare shows the heaps as "
                                "maps again, with all measures below them.");
}

static bool opens_page(const struct outcome *outcome)
{
    enum exhibit_kind kind = outcome_exhibit_kind(outcome);

    return kind != EXHIBIT_NOTHING && kind != EXHIBIT_MAP && kind != EXHIBIT_RIBBON;
}

/* Whether the page of what is exhibited says it all: then what was said of the last step stays. */
static bool says_all_on_page(const struct outcome *outcome)
{
    return opens_page(outcome) && !outcome->step && !outcome->text[0] && !outcome->notice[0];
}

/* A step's explanation stays in its panel, however long; what a command prints and its panel has no
 * room for opens a page. */
static void report_success(struct stage *stage, const struct outcome *outcome)
{
    if (says_all_on_page(outcome)) {
        stage_open_exhibit(stage, outcome->exhibit);
        return;
    }
    stage_say(stage, STYLE_PLAIN, outcome->command);
    if (outcome->step) {
        text_clear(&stage->heading);
        if (!outcome->imagined)
            text_add(&stage->heading, "step %zu: ", stage->session->history->steps.count);
        text_add(&stage->heading, "%s", outcome->command);
        if (outcome->c_form)
            text_add(&stage->heading, "   %s  ", outcome->c_form);
        words_add_cost(&stage->session->mirror->picture, outcome->step, &stage->options,
                       &stage->heading);
    }
    if (outcome->comparison)
        add_table(stage, outcome->text);
    else
        words_add_text(outcome->text, &stage->options, &stage->text);
    if (outcome->notice[0])
        stage_add_note(stage, outcome->notice);
    if (outcome->comparison) {
        outcome->comparison->progress = stage->session->history->progress;
        stage_open_page(stage, page_of_maps(&stage->options, outcome->comparison));
    } else if (!outcome->step)
        stage_open_long_message(stage);
    if (opens_page(outcome))
        stage_open_exhibit(stage, outcome->exhibit);
}

static bool says_nothing(const struct outcome *outcome)
{
    return outcome->ok && !outcome->step && !outcome->text[0] && !outcome->notice[0] &&
           outcome_exhibit_kind(outcome) == EXHIBIT_NOTHING;
}

void stage_report(struct stage *stage, const struct outcome *outcome)
{
    bool goes_on = stage->is_saying;

    stage->is_saying = false;
    stage_close_page(stage);
    stage_imagine(stage, outcome->imagined);
    if (!outcome->ok)
        report_error(stage, outcome);
    else if (outcome->said)
        report_caption(stage, outcome, goes_on);
    else if (!says_nothing(outcome))
        report_success(stage, outcome);
}
