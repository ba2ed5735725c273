/* pdf.c: papers as PDF, set with cairo: a library of its own, so that neither the program nor the
 * heap processes that it starts load what only this needs. See paper.h.
 *
 *      +--+------+----+--------+-------+     a heap is a strip of blocks, not to scale: each has
 *      |  | A    |free| C      | free  |     room for its name and size, and for its offset below
 *      +--+------+----+--------+-------+
 *       +0 +0xb8 */
#include <cairo-pdf.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "homework/paper.h"

/* Points: 72 are an inch. */
#define PAGE_WIDTH 595.0
#define PAGE_HEIGHT 842.0
#define MARGIN 54.0
#define WIDTH (PAGE_WIDTH - 2 * MARGIN)
#define BODY 10.0 /* the size of letters: of paragraphs, */
#define HEADING 13.0
#define TITLE 17.0
#define ROWS 8.0    /* of rows, */
#define SMALL 6.5   /* and of what stands in a strip */
#define LEADING 1.4 /* lines are so many letters apart */
#define STRIP_HEIGHT 30.0
#define LEAST_BLOCK 27.0
#define BLANK_HEIGHT 60.0

#define SANS "DejaVu Sans"
#define MONO "DejaVu Sans Mono"

enum { LABEL_MAX = 64 };

/* A page in the making: what is below `y` is free. */
struct setting {
    cairo_t *cairo;
    double y;
    unsigned page;
    const char *title;
};

enum face { FACE_PLAIN, FACE_BOLD, FACE_CODE };

static void set_face(struct setting *setting, enum face face, double size)
{
    cairo_select_font_face(setting->cairo, face == FACE_CODE ? MONO : SANS, CAIRO_FONT_SLANT_NORMAL,
                           face == FACE_BOLD ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(setting->cairo, size);
}

static double width_of(struct setting *setting, const char *string)
{
    cairo_text_extents_t extents;

    cairo_text_extents(setting->cairo, string, &extents);
    return extents.x_advance;
}

static void show_at(struct setting *setting, double x, double y, const char *string)
{
    cairo_move_to(setting->cairo, x, y);
    cairo_show_text(setting->cairo, string);
}

/* ---- Pages ---- */

static void end_page(struct setting *setting)
{
    char label[LABEL_MAX];

    if (setting->page == 0)
        return;
    set_face(setting, FACE_PLAIN, ROWS);
    snprintf(label, sizeof label, "%u", setting->page);
    show_at(setting, PAGE_WIDTH - MARGIN - width_of(setting, label), PAGE_HEIGHT - MARGIN / 2,
            label);
    show_at(setting, MARGIN, PAGE_HEIGHT - MARGIN / 2, setting->title);
    cairo_show_page(setting->cairo);
}

static void begin_page(struct setting *setting)
{
    end_page(setting);
    setting->page++;
    setting->y = MARGIN;
}

/* Go on on the next page where less than so much is left of this one. */
static void need(struct setting *setting, double height)
{
    if (setting->y + height > PAGE_HEIGHT - MARGIN)
        begin_page(setting);
}

/* ---- Paragraphs ---- */

/* Cut the next word off: up to a blank, or to where **bold** or `code` begins or ends.
 *   ret_space  whether a blank follows it */
static const char *take_word(const char *string, enum face *face, char *word, size_t room,
                             bool *ret_space)
{
    size_t length = 0;

    for (;;) {
        if (string[0] == '*' && string[1] == '*') {
            *face = *face == FACE_BOLD ? FACE_PLAIN : FACE_BOLD;
            string += 2;
        } else if (string[0] == '`') {
            *face = *face == FACE_CODE ? FACE_PLAIN : FACE_CODE;
            string++;
        } else {
            break;
        }
    }
    while (string[length] && string[length] != ' ' && string[length] != '`' &&
           !(string[length] == '*' && string[length + 1] == '*') && length + 1 < room)
        length++;
    memcpy(word, string, length);
    word[length] = '\0';
    string += length;
    *ret_space = *string == ' ';
    return string + *ret_space;
}

/* Whether nothing of a paragraph is left to be set but the ends of marks. */
static bool is_end(const char *string)
{
    return !string[strspn(string, "*`")];
}

static void set_paragraph(struct setting *setting, const char *string, double indent)
{
    enum { WORD_MAX = 256 };
    double x = MARGIN + indent;
    enum face face = FACE_PLAIN;
    bool space;
    char word[WORD_MAX];

    need(setting, BODY * LEADING);
    setting->y += BODY * LEADING;
    while (!is_end(string)) {
        double width;

        string = take_word(string, &face, word, sizeof word, &space);
        set_face(setting, face, BODY);
        width = width_of(setting, word);
        if (x + width > PAGE_WIDTH - MARGIN && x > MARGIN + indent) {
            need(setting, BODY * LEADING);
            setting->y += BODY * LEADING;
            x = MARGIN + indent;
        }
        show_at(setting, x, setting->y, word);
        set_face(setting, FACE_PLAIN, BODY);
        x += width + (space ? width_of(setting, " ") : 0);
    }
    setting->y += BODY / 2;
}

/* Set one line at the margin. */
static void set_line(struct setting *setting, enum face face, double size, const char *string)
{
    need(setting, size * LEADING);
    setting->y += size * LEADING;
    set_face(setting, face, size);
    show_at(setting, MARGIN, setting->y, string);
}

/* Set lines as they stand; one that is too long goes on on the next, further in. */
static void set_rows(struct setting *setting, const char *rows)
{
    enum { ROW_MAX = 512 };
    char row[ROW_MAX];

    while (*rows) {
        size_t length = strcspn(rows, "\n"), most, taken;

        set_face(setting, FACE_CODE, ROWS);
        most = (size_t)(WIDTH / width_of(setting, "m"));
        taken = length < most ? length : most;
        while (taken < length && taken > most / 2 && rows[taken] != ' ')
            taken--;
        taken = taken < sizeof row ? taken : sizeof row - 1;
        memcpy(row, rows, taken);
        row[taken] = '\0';
        set_line(setting, FACE_CODE, ROWS, row);
        rows += taken + (taken == length && rows[taken] == '\n');
    }
    setting->y += ROWS / 2;
}

/* ---- Heaps ---- */

static void fill(struct setting *setting, enum paper_fill fill)
{
    static const double greys[] = {[PAPER_FREE] = 1, [PAPER_USED] = 0.88, [PAPER_OWN] = 0.7};

    cairo_set_source_rgb(setting->cairo, greys[fill], greys[fill], greys[fill]);
    cairo_fill_preserve(setting->cairo);
    cairo_set_source_rgb(setting->cairo, 0, 0, 0);
    cairo_stroke(setting->cairo);
}

static void set_block(struct setting *setting, const struct paper_block *block, double x,
                      double width)
{
    const char *name = block->fill == PAPER_FREE ? "free" : block->name;
    double y = setting->y;
    char label[LABEL_MAX];

    cairo_rectangle(setting->cairo, x, y, width, STRIP_HEIGHT);
    fill(setting, block->fill);
    set_face(setting, block->fill == PAPER_FREE ? FACE_PLAIN : FACE_BOLD, ROWS);
    show_at(setting, x + 3, y + 12, name);
    snprintf(label, sizeof label, "%" PRIu64, block->size);
    set_face(setting, FACE_PLAIN, SMALL);
    show_at(setting, x + 3, y + 23, label);
    snprintf(label, sizeof label, "+0x%" PRIx64, block->at);
    show_at(setting, x, y + STRIP_HEIGHT + 8, label);
}

/* A strip: what is left of the width beyond the least is shared by the roots of the sizes. */
static void set_strip(struct setting *setting, const struct paper_block *blocks, size_t count)
{
    double roots = 0, x = MARGIN, rest = WIDTH - (double)count * LEAST_BLOCK;

    for (size_t i = 0; i < count; i++)
        roots += sqrt((double)blocks[i].size);
    cairo_set_line_width(setting->cairo, 0.6);
    need(setting, STRIP_HEIGHT + 20);
    setting->y += 8;
    for (size_t i = 0; i < count; i++) {
        double width = LEAST_BLOCK + rest * sqrt((double)blocks[i].size) / roots;

        set_block(setting, &blocks[i], x, width);
        x += width;
    }
    setting->y += STRIP_HEIGHT + 12;
}

static void set_heap(struct setting *setting, const struct paper_item *item)
{
    enum { MOST = 16 }; /* side by side */

    for (size_t i = 0; i < item->block_count; i += MOST)
        set_strip(setting, &item->blocks[i],
                  item->block_count - i < MOST ? item->block_count - i : MOST);
}

/* ---- Items ---- */

static void rule(struct setting *setting, double x, double y)
{
    cairo_set_line_width(setting->cairo, 0.6);
    cairo_move_to(setting->cairo, x, y);
    cairo_line_to(setting->cairo, PAGE_WIDTH - MARGIN, y);
    cairo_stroke(setting->cairo);
}

static void set_beginning(struct setting *setting, const struct paper_item *item)
{
    begin_page(setting);
    setting->title = item->text;
    set_line(setting, FACE_BOLD, TITLE, item->text);
    setting->y += TITLE;
    set_line(setting, FACE_PLAIN, BODY, "Name:");
    if (item->label[0])
        show_at(setting, MARGIN + 40, setting->y, item->label);
    else
        rule(setting, MARGIN + 40, setting->y + 2);
    setting->y += BODY;
}

static void set_blank(struct setting *setting, const struct paper_item *item)
{
    need(setting, BLANK_HEIGHT);
    setting->y += 16;
    set_face(setting, FACE_BOLD, BODY);
    show_at(setting, MARGIN, setting->y, item->text);
    rule(setting, MARGIN + 50, setting->y + 2);
    setting->y += BODY;
}

static void set_item(struct setting *setting, const struct paper_item *item)
{
    switch (item->kind) {
    case PAPER_SHEET: set_beginning(setting, item); break;
    case PAPER_HEADING:
        need(setting, 150); /* what belongs to it */
        setting->y += HEADING;
        set_line(setting, FACE_BOLD, HEADING, item->text);
        break;
    case PAPER_TEXT: set_paragraph(setting, item->text, 0); break;
    case PAPER_ROWS: set_rows(setting, item->text); break;
    case PAPER_HEAP: set_heap(setting, item); break;
    case PAPER_BLANK: set_blank(setting, item); break;
    case PAPER_SOLUTION: set_paragraph(setting, item->text, 14); break;
    }
}

static cairo_status_t put(void *context, const unsigned char *bytes, unsigned count)
{
    const struct paper_output *output = context;

    return output->put(output->context, bytes, count) ? CAIRO_STATUS_SUCCESS
                                                      : CAIRO_STATUS_WRITE_ERROR;
}

paper_setter heapglass_paper_pdf;

__attribute__((visibility("default"))) bool heapglass_paper_pdf(const struct paper *paper,
                                                                const struct paper_output *output)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(put, (void *)output, PAGE_WIDTH, PAGE_HEIGHT);
    struct setting setting = {.cairo = cairo_create(surface), .title = ""};
    bool good;

    cairo_set_source_rgb(setting.cairo, 0, 0, 0);
    if (paper->count > 0)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, paper->items[0].text);
    for (size_t i = 0; i < paper->count; i++)
        set_item(&setting, &paper->items[i]);
    end_page(&setting);
    good = cairo_status(setting.cairo) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(setting.cairo);
    cairo_surface_finish(surface);
    good = good && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    return good;
}
