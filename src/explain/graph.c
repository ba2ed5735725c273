/* graph.c: see graph.h. Drawings are made of ASCII alone, so that they can be pasted anywhere. */
#include "explain/graph.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/size.h"
#include "explain/stack_word.h"
#include "session/leaks.h"

enum { DRAWN_MOST = 400, LISTED_MOST = 100, LINE_COLUMNS = 96, INDENT_MAX = 400 };

/* ---- What a payload points to, in the order of its slots ---- */

static int compare_places(const void *left, const void *right)
{
    const struct payload_link *a = *(const struct payload_link *const *)left;
    const struct payload_link *b = *(const struct payload_link *const *)right;

    return (a->at > b->at) - (a->at < b->at);
}

/* The links in a payload; to be given back with free. */
static const struct payload_link **links_of(const struct picture *picture,
                                            const struct allocation *allocation, size_t *ret_count)
{
    const struct payload_link **links = NULL;
    size_t capacity = 0, count = 0;

    for (uint32_t number = allocation->links_out; number != NO_LINK;
         number = picture->links.items[number].next_out) {
        links = memory_reserve(links, &capacity, count + 1, sizeof links[0]);
        links[count++] = &picture->links.items[number];
    }
    if (count > 0)
        qsort(links, count, sizeof links[0], compare_places);
    *ret_count = count;
    return links;
}

/* ---- Drawing ---- */

struct drawing {
    const struct picture *picture;
    struct text *text;
    struct ledger drawn;     /* the payloads that stand somewhere already */
    char indent[INDENT_MAX]; /* what each line begins with */
    size_t columns;          /* how much of it */
    size_t line;             /* where the last one begins in the text */
};

static void begin_line(struct drawing *drawing)
{
    if (drawing->text->length > 0)
        text_add(drawing->text, "\n");
    drawing->line = drawing->text->length;
    text_add_bytes(drawing->text, drawing->indent, drawing->columns);
}

/* What a pointer leads to that has no payload. */
static void add_nowhere(struct drawing *drawing, uint64_t word, uint32_t freed_in)
{
    uint32_t place;

    if (picture_place_of(drawing->picture, word, &place)) {
        text_add(drawing->text, "0x%" PRIx64 " on the stack, ",
                 drawing->picture->heap_start + word);
        if (freed_in > 0)
            text_add(drawing->text, "popped in step %" PRIu32, freed_in);
        else
            stack_word_add(drawing->picture, place, drawing->text);
    } else if (freed_in > 0) {
        text_add(drawing->text, "+0x%04" PRIx64 ", freed in step %" PRIu32, word, freed_in);
    } else {
        text_add(drawing->text, "+0x%04" PRIx64 ", no payload", word);
    }
}

static void draw(struct drawing *drawing, const struct allocation *allocation);

static void draw_link(struct drawing *drawing, const struct payload_link *link)
{
    const struct allocation *target = ledger_find(&drawing->picture->ledger, link->target);

    text_add(drawing->text, ".%" PRIu64 " --> ", payload_link_slot(link));
    if (target)
        draw(drawing, target);
    else
        add_nowhere(drawing, link->word, link->freed_in);
}

/* Several pointers of one payload, below it, each on a line of its own. */
static void draw_branches(struct drawing *drawing, const struct payload_link **links, size_t count,
                          size_t column)
{
    size_t before = drawing->columns;

    while (drawing->columns < column && drawing->columns + 1 < INDENT_MAX)
        drawing->indent[drawing->columns++] = ' ';
    for (size_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count;

        begin_line(drawing);
        text_add(drawing->text, is_last ? "`" : "+");
        drawing->indent[drawing->columns++] = is_last ? ' ' : '|';
        draw_link(drawing, links[i]);
        drawing->columns--;
    }
    drawing->columns = before;
}

/* Draw a payload, and behind or below it what it points to that has not been drawn. */
static void draw(struct drawing *drawing, const struct allocation *allocation)
{
    size_t column = drawing->text->length - drawing->line, count;
    const struct payload_link **links;
    char size[SIZE_TEXT_MAX];

    if (ledger_find(&drawing->drawn, allocation->payload)) {
        text_add(drawing->text, "+0x%04" PRIx64 ", above", allocation->payload);
        return;
    }
    text_add(drawing->text, "[+0x%04" PRIx64 " %s]", allocation->payload,
             size_short(allocation->requested, size));
    ledger_enter(&drawing->drawn, allocation);
    if (drawing->drawn.count > DRAWN_MOST) {
        text_add(drawing->text, " ...");
        return;
    }
    links = links_of(drawing->picture, allocation, &count);
    if (count == 1 && drawing->text->length - drawing->line < LINE_COLUMNS) {
        text_add(drawing->text, " ");
        draw_link(drawing, links[0]);
    } else if (count > 0) {
        draw_branches(drawing, links, count,
                      column < LINE_COLUMNS ? column + 1 : drawing->columns + 2);
    }
    free(links);
}

static void draw_variable(struct drawing *drawing, uint32_t place)
{
    struct variable variable = picture_variable(drawing->picture, place);
    const struct allocation *target = ledger_find(&drawing->picture->ledger, variable.target);

    if (variable.name == NO_NAME || variable.payload == OFFSET_NULL ||
        variable_state(&variable) == VARIABLE_DATA)
        return;
    begin_line(drawing);
    text_add(drawing->text, "%s --> ", picture_name(drawing->picture, place));
    if (target)
        draw(drawing, target);
    else
        add_nowhere(drawing, variable.payload, variable.freed_in);
}

static void draw_leaks(struct drawing *drawing)
{
    struct leaks leaks = leaks_find(drawing->picture);

    for (size_t i = 0; i < leaks.count && drawing->drawn.count <= DRAWN_MOST; i++) {
        begin_line(drawing);
        text_add(drawing->text, "leaked in step %" PRIu32 ": ", leaks.items[i].allocation->lost_in);
        draw(drawing, leaks.items[i].allocation);
    }
    leaks_finish(&leaks);
}

void graph_add_drawing(const struct picture *picture, struct text *text)
{
    struct drawing drawing = {.picture = picture, .text = text};

    for (uint32_t place = 0; place < picture->variables.count && drawing.drawn.count <= DRAWN_MOST;
         place++)
        draw_variable(&drawing, place);
    draw_leaks(&drawing);
    if (drawing.drawn.count > DRAWN_MOST)
        text_add(text, "\n... and more: %zu blocks are live in all", picture->ledger.count);
    if (text->length == 0)
        text_add(text, "There is nothing yet that points anywhere.");
    ledger_finish(&drawing.drawn);
}

/* ---- Graphviz ---- */

static void add_dot_link(const struct payload_link *link, struct text *text)
{
    if (link->target != OFFSET_NULL)
        text_add(text, "  b%" PRIx64 " -> b%" PRIx64 " [label=\"%" PRIu64 "\"];\n", link->source,
                 link->target, payload_link_slot(link));
}

static void add_dot_variable(const struct picture *picture, uint32_t place, struct text *text)
{
    struct variable variable = picture_variable(picture, place);

    if (variable.name == NO_NAME)
        return;
    text_add(text, "  v%" PRIu32 " [label=\"%s\", shape=plaintext];\n", place,
             picture_name(picture, place));
    if (variable.target != OFFSET_NULL)
        text_add(text, "  v%" PRIu32 " -> b%" PRIx64 ";\n", place, variable.target);
}

static void add_dot_block(const struct allocation *allocation, struct text *text)
{
    text_add(text, "  b%" PRIx64 " [label=\"+0x%04" PRIx64 "\\n%" PRIu64 " bytes\"%s];\n",
             allocation->payload, allocation->payload, allocation->requested,
             allocation->lost_in > 0 ? ", style=dashed" : "");
}

static int compare_payloads(const void *left, const void *right)
{
    const struct allocation *a = *(const struct allocation *const *)left;
    const struct allocation *b = *(const struct allocation *const *)right;

    return (a->payload > b->payload) - (a->payload < b->payload);
}

void graph_add_dot(const struct picture *picture, struct text *text)
{
    const struct allocation **blocks = memory_create(picture->ledger.count + 1, sizeof blocks[0]);
    size_t place = 0, count = 0, links;

    while (count < picture->ledger.count && (blocks[count] = ledger_next(&picture->ledger, &place)))
        count++;
    qsort(blocks, count, sizeof blocks[0], compare_payloads);
    text_add(text, "digraph heap {\n  rankdir=LR;\n  node [shape=box];\n");
    for (uint32_t i = 0; i < picture->variables.count; i++)
        add_dot_variable(picture, i, text);
    for (size_t i = 0; i < count; i++) {
        const struct payload_link **sorted = links_of(picture, blocks[i], &links);

        add_dot_block(blocks[i], text);
        for (size_t j = 0; j < links; j++)
            add_dot_link(sorted[j], text);
        free(sorted);
    }
    text_add(text, "}");
    free(blocks);
}

/* ---- Leaks ---- */

static void add_leak(const struct leak *leak, const struct history *history, struct text *text)
{
    const struct allocation *allocation = leak->allocation;
    char size[SIZE_TEXT_MAX], kept[SIZE_TEXT_MAX];

    text_add(text, "\n+0x%04" PRIx64 " %8s  lost in step %" PRIu32, allocation->payload,
             size_short(allocation->requested, size), allocation->lost_in);
    if (history && allocation->lost_in <= history->steps.count) {
        text_add(text, " (");
        history_add_command(history, steps_at(&history->steps, allocation->lost_in), text);
        text_add(text, ")");
    }
    if (leak->kept > 0)
        text_add(text, ", keeps %" PRIu64 " more alive, %s", leak->kept,
                 size_in_words(leak->kept_bytes, kept));
    if (leak->is_circle)
        text_add(text, ", in a circle");
}

void graph_add_leaks(const struct picture *picture, const struct history *history,
                     struct text *text)
{
    struct leaks leaks = leaks_find(picture);
    char size[SIZE_TEXT_MAX];

    if (leaks.blocks == 0)
        text_add(text,
                 "Nothing is leaked: variables lead to all live blocks, of which there are %zu.",
                 picture->ledger.count);
    else
        text_add(text, "%" PRIu64 " block%s leaked, %s in all:", leaks.blocks,
                 leaks.blocks == 1 ? " is" : "s are", size_in_words(leaks.bytes, size));
    for (size_t i = 0; i < leaks.count && i < LISTED_MOST; i++)
        add_leak(&leaks.items[i], history, text);
    if (leaks.count > LISTED_MOST)
        text_add(text, "\nand %zu more", leaks.count - LISTED_MOST);
    leaks_finish(&leaks);
}

void graph_add_counts(const struct picture *picture, struct text *text)
{
    uint64_t *counts;
    size_t count, lost = picture->ledger.lost;
    const struct allocation **left = leaks_uncountable(picture, &counts, &count);
    char size[SIZE_TEXT_MAX];

    if (lost == 0)
        text_add(text, "Nothing is leaked, so reference counts would have left nothing either.");
    else if (count == 0)
        text_add(text,
                 "Reference counts would have freed all %zu leaked block%s: there is no circle.",
                 lost, lost == 1 ? "" : "s");
    else
        text_add(text,
                 "Of %zu leaked blocks reference counts would have freed %zu, and left %zu: in a "
                 "circle each is pointed to, so that no count becomes 0. A collector finds them.",
                 lost, lost - count, count);
    for (size_t i = 0; i < count && i < LISTED_MOST; i++)
        text_add(text, "\n+0x%04" PRIx64 " %8s  count %" PRIu64, left[i]->payload,
                 size_short(left[i]->requested, size), counts[i]);
    if (count > LISTED_MOST)
        text_add(text, "\nand %zu more", count - LISTED_MOST);
    free(left);
    free(counts);
}
