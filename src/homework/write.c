/* write.c: papers as text and as Markdown, and, by a library of its own, as PDF. See sheet.h. */
#include <dlfcn.h>
#include <inttypes.h>

#include "base/library.h"
#include "base/size.h"
#include "homework/sheet.h"
#include "view/grid.h"
#include "view/markup.h"

enum { TEXT_COLUMNS = 79 };

#define BLANK "____________________________"

/* ---- Text ---- */

/* Append lines, broken where they are too long, and before each of them `before`. */
static void add_rows(const char *before, const char *rows, struct text *text)
{
    struct text lines = {0};

    grid_break_lines(rows, TEXT_COLUMNS - (int)strlen(before), &lines);
    for (rows = text_string(&lines); *rows; rows += *rows == '\n') {
        size_t length = strcspn(rows, "\n");

        text_add(text, "%s%.*s\n", before, (int)length, rows);
        rows += length;
    }
    text_finish(&lines);
}

static void add_paragraph(const char *before, const char *string, struct text *text)
{
    struct text plain = {0};

    markup_add_plain(string, &plain);
    add_rows(before, text_string(&plain), text);
    text_finish(&plain);
}

static void add_blocks(const struct paper_item *item, struct text *text)
{
    char at[SIZE_TEXT_MAX];

    for (size_t i = 0; i < item->block_count; i++)
        text_add(text, "  %s %6" PRIu64 "  %s\n", offset_text(item->blocks[i].at, at),
                 item->blocks[i].size, item->blocks[i].words);
}

static void add_text_item(const struct paper_item *item, bool is_first, struct text *text)
{
    switch (item->kind) {
    case PAPER_SHEET:
        text_add(text, "%s%s\n", is_first ? "" : "\f", item->text);
        text_add(text, "Name: %s\n", item->label[0] ? item->label : BLANK);
        break;
    case PAPER_HEADING: text_add(text, "%s\n", item->text); break;
    case PAPER_TEXT: add_paragraph("", item->text, text); break;
    case PAPER_ROWS: add_rows("  ", item->text, text); break;
    case PAPER_HEAP: add_blocks(item, text); break;
    case PAPER_BLANK: text_add(text, "%s: %s\n", item->text, BLANK); break;
    case PAPER_SOLUTION: add_paragraph("> ", item->text, text); break;
    }
}

bool paper_add_text(const struct paper *paper, struct text *text, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < paper->count; i++) {
        bool goes_on = paper->items[i].kind == PAPER_ROWS;

        if (i > 0 && !goes_on)
            text_add_string(text, "\n");
        add_text_item(&paper->items[i], i == 0, text);
    }
    return true;
}

/* ---- Markdown ---- */

static void add_table(const struct paper_item *item, struct text *text)
{
    char at[SIZE_TEXT_MAX];

    text_add_string(text, "| offset | bytes | block |\n|---|---:|---|\n");
    for (size_t i = 0; i < item->block_count; i++)
        text_add(text, "| %s | %" PRIu64 " | %s |\n", offset_text(item->blocks[i].at, at),
                 item->blocks[i].size, item->blocks[i].words);
}

static void add_markdown_item(const struct paper_item *item, struct text *text)
{
    switch (item->kind) {
    case PAPER_SHEET:
        text_add(text, "# %s\n\nName: %s\n", item->text, item->label[0] ? item->label : BLANK);
        break;
    case PAPER_HEADING: text_add(text, "## %s\n", item->text); break;
    case PAPER_TEXT: text_add(text, "%s\n", item->text); break;
    case PAPER_ROWS: add_rows("    ", item->text, text); break;
    case PAPER_HEAP: add_table(item, text); break;
    case PAPER_BLANK: text_add(text, "%s: %s\n", item->text, BLANK); break;
    case PAPER_SOLUTION: text_add(text, "> %s\n", item->text); break;
    }
}

bool paper_add_markdown(const struct paper *paper, struct text *text, struct error *error)
{
    (void)error;
    for (size_t i = 0; i < paper->count; i++) {
        text_add_string(text, i > 0 ? "\n" : "");
        add_markdown_item(&paper->items[i], text);
    }
    return true;
}

/* ---- PDF ---- */

static bool put(void *context, const unsigned char *bytes, size_t count)
{
    text_add_bytes(context, (const char *)bytes, count);
    return true;
}

/* The library that sets papers; it stays, and the program ends soon. NULL with `error` set if there
 * is none. */
static paper_setter *find_setter(struct error *error)
{
    struct text path = {0};
    paper_setter *setter = NULL;
    void *library = NULL;

    if (library_find("libheapglass-pdf.so", "homework", &path, error))
        library = dlopen(text_string(&path), RTLD_NOW | RTLD_LOCAL);
    else
        error_append(error, ": this heapglass was built without cairo, and can write text and "
                            "Markdown");
    if (library)
        *(void **)&setter = dlsym(library, PAPER_PDF);
    if (!setter && error->kind == ERROR_NONE)
        error_set(error, "%s", dlerror());
    text_finish(&path);
    return setter;
}

bool paper_add_pdf(const struct paper *paper, struct text *text, struct error *error)
{
    const struct paper_output output = {put, text};
    paper_setter *setter = find_setter(error);

    if (!setter)
        return false;
    return setter(paper, &output) || error_set(error, "the PDF could not be made");
}
