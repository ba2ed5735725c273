/* words.c: see words.h. */
#include "view/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "view/grid.h"

const char *words_block(const struct picture *picture, const struct block *block)
{
    const char *name;

    switch ((enum hg_kind)block->kind) {
    case HG_KIND_FREE: return "free";
    case HG_KIND_BOOKKEEPING:
        if (block->at == 0)
            return "state";
        return block->at + block->size == block_table_end(&picture->blocks) ? "end" : "table";
    case HG_KIND_UNREADABLE:
        name = picture_block_name(picture, block);
        return name ? name : "unreadable";
    case HG_KIND_UNTOLD: return "untold";
    case HG_KIND_USED: break;
    }
    name = picture_block_name(picture, block);
    if (name)
        return name;
    if (picture->metrics.is_unasked)
        return "used";
    return picture_is_lost(picture, block) ? "leaked" : "linked";
}

const char *words_place(const struct picture *picture, const struct view_options *options,
                        uint64_t at, char buffer[WORDS_PLACE_MAX])
{
    uint32_t ignored;

    if (!options->absolute_addresses && !picture_place_of(picture, at, &ignored))
        return offset_text(at, buffer);
    snprintf(buffer, WORDS_PLACE_MAX, "0x%" PRIx64, picture->heap_start + at);
    return buffer;
}

void words_add_error_line(const char *line, int column, int columns, struct text *text)
{
    enum { INDENT = 2 };
    struct text before = {0}, behind = {0};
    size_t length = strlen(line), split = (size_t)column - 1;
    const char *shown, *end;
    int room = columns - INDENT, width;

    if (column <= 0 || split > length + 1 || room <= INDENT)
        return;
    utf8_add_visible(&before, line, split < length ? split : length);
    if (split > length) { /* what is missing would stand there */
        text_add_string(&before, " ");
        split = length;
    }
    utf8_add_visible(&behind, line + split, length - split);
    shown = text_string(&before);
    width = grid_text_width(text_string(&behind));
    while (grid_text_width(shown) + (width < room / 2 ? width : room / 2) >= room)
        utf8_next(&shown);
    width = grid_text_width(shown);
    end = grid_prefix_end(text_string(&behind), room - width);
    text_add(text, "%*s%s", INDENT, "", shown);
    text_add_bytes(text, text_string(&behind), (size_t)(end - text_string(&behind)));
    text_add(text, "\n%*s^", INDENT + width, "");
    text_finish(&before);
    text_finish(&behind);
}

void words_add_text(const char *string, const struct view_options *options, struct text *text)
{
    static const char micro[] = "\u00b5s";
    const char *sign;

    while (options->ascii && (sign = strstr(string, micro))) {
        utf8_add_visible(text, string, (size_t)(sign - string));
        text_add_string(text, "us");
        string = sign + strlen(micro);
    }
    utf8_add_visible(text, string, strlen(string));
}

/* "812 ns" or, where the kernel had a part in it, "44 us, 43 of them the kernel's": what takes long
 * is told in a larger unit. */
static void add_time(const struct op_result *result, const struct view_options *options,
                     struct text *text)
{
    enum { STEP = 1000, MANY = 10 };
    const char *const names[] = {"ns", options->ascii ? "us" : "\u00b5s", "ms", "s"};
    uint64_t unit = 1, kernel;
    size_t name = 0;

    for (; name + 1 < sizeof names / sizeof names[0] && result->nanoseconds / STEP >= MANY * unit;
         name++)
        unit *= STEP;
    kernel = (result->kernel + unit / 2) / unit;
    text_add(text, "%" PRIu64 " %s", (result->nanoseconds + unit / 2) / unit, names[name]);
    if (kernel > 0)
        text_add(text, ", %" PRIu64 " of them the kernel's", kernel);
}

void words_add_cost(const struct picture *picture, const struct step *step,
                    const struct view_options *options, struct text *text)
{
    const struct op_result *result = &step->result;

    if (result->visits == 0 && result->nanoseconds == 0)
        return;
    text_add(text, " (");
    if (result->visits > 0)
        text_add(text, "%" PRIu64 " %s%s examined %s ", result->visits,
                 metrics_searched_word(&picture->metrics), result->visits == 1 ? "" : "s",
                 options->ascii ? "-" : "\u00b7");
    add_time(result, options, text);
    text_add(text, ")");
}

static void add_named(const struct picture *picture, uint32_t place, const char *name,
                      struct text *text)
{
    size_t frame = variables_frame_of(&picture->variables, place);

    if (frame != picture->variables.called_count)
        text_add(text, "%s:", picture_frame_name(picture, frame));
    text_add_string(text, name);
}

void words_add_variable(const struct picture *picture, uint32_t place, struct text *text)
{
    add_named(picture, place, picture_name(picture, place), text);
}

void words_add_own(const struct picture *picture, uint32_t place, struct text *text)
{
    add_named(picture, place, picture_own_name(picture, place), text);
}

void words_add_progress(size_t done, size_t total, struct text *text)
{
    enum { BAR_COLUMNS = 30 };
    size_t full;

    if (total == 0) {
        text_add(text, "%zu done", done);
        return;
    }
    full = done < total ? done * BAR_COLUMNS / total : BAR_COLUMNS;
    text_add_repeated(text, "#", full);
    text_add_repeated(text, ".", BAR_COLUMNS - full);
    text_add(text, " %zu of %zu", done, total);
}
