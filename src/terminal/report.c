/* report.c: what came of a command, on the full screen. See picture.h. */
#include <string.h>

#include "terminal/display.h"
#include "terminal/picture.h"
#include "view/words.h"

enum { FRAME_COLUMNS = 4 }; /* of the message: borders and blanks */

static void report_error(struct picture *picture, const struct outcome *outcome)
{
    struct text *text = &picture->text, told = {0};
    int rows, columns;

    picture_say(picture, STYLE_ERROR, "error");
    text_clear(&picture->caption); /* it could take all the room */
    if (outcome->location.file)
        text_add(&told, "%s:%u:%d: ", outcome->location.file, outcome->location.line,
                 outcome->column);
    text_add(&told, "%s", outcome->error);
    picture_add(text, text_string(&told));
    text_finish(&told);
    if (outcome->column > 0) {
        display_size(&rows, &columns);
        text_add(text, "\n");
        words_add_error_line(outcome->line, outcome->column, columns - FRAME_COLUMNS, text);
    }
}

/* What a scenario says stands above what its next commands say. */
static void report_caption(struct picture *picture, const struct outcome *outcome)
{
    picture_say(picture, STYLE_PLAIN, "");
    text_clear(&picture->caption);
    picture_add(&picture->caption, outcome->text);
}

/* The table of a comparison, which stays when the maps are left, unless its rows would be broken. */
static void add_table(struct picture *picture, const char *table)
{
    int rows, columns;

    display_size(&rows, &columns);
    if (grid_prefix_width(table, strcspn(table, "\n")) <= columns - FRAME_COLUMNS)
        picture_add(&picture->text, table);
    else
        picture_add(&picture->text, "The maps have all measures below them.");
}

/* A step's explanation stays in its panel, however long; what a command prints and its panel has no
 * room for opens a page. */
static void report_success(struct picture *picture, const struct outcome *outcome)
{
    picture_say(picture, STYLE_PLAIN, outcome->command);
    if (outcome->step) {
        text_clear(&picture->heading);
        if (!outcome->imagined)
            text_add(&picture->heading, "step %zu: ", picture->session->steps.count);
        text_add(&picture->heading, "%s", outcome->command);
        words_add_cost(outcome->step, &picture->heading);
    }
    if (outcome->comparison)
        add_table(picture, outcome->text);
    else
        picture_add(&picture->text, outcome->text);
    if (outcome->notice[0])
        picture_add_note(picture, outcome->notice);
    if (outcome->comparison) {
        outcome->comparison->progress = picture->session->progress;
        outcome->comparison->progress_context = picture->session->progress_context;
        picture_open_page(picture,
                          page_of_maps(picture->session, &picture->options, outcome->comparison));
    } else if (!outcome->step)
        picture_open_long_message(picture);
    if (outcome->show.kind != SHOW_NOTHING && outcome->show.kind != SHOW_MAP &&
        outcome->show.kind != SHOW_RIBBON)
        picture_open_page(picture,
                          page_of_show(picture->session, &picture->options, &outcome->show));
}

static bool says_nothing(const struct outcome *outcome)
{
    return outcome->ok && !outcome->step && !outcome->text[0] && !outcome->notice[0] &&
           outcome->show.kind == SHOW_NOTHING;
}

void picture_report(struct picture *picture, const struct outcome *outcome)
{
    picture_close_page(picture);
    picture_imagine(picture, outcome->imagined);
    if (!outcome->ok)
        report_error(picture, outcome);
    else if (outcome->said)
        report_caption(picture, outcome);
    else if (!says_nothing(outcome))
        report_success(picture, outcome);
}
