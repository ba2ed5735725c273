/* detail.c: see detail.h. */
#include "view/detail.h"

#include <inttypes.h>
#include <string.h>

#include "base/size.h"
#include "view/words.h"

enum { LABEL_COLUMNS = 12, STEPS_SHOWN = 12 };

/* A detail in the making. */
struct detail {
    const struct picture *picture;
    const struct history *history;
    const struct view_options *options;
    const struct exhibit *exhibit;
    const struct block *block;
    struct text *text;
};

static void begin_line(const struct detail *detail, const char *label)
{
    text_add(detail->text, "\n%-*s", LABEL_COLUMNS, label);
}

static void add_place(const struct detail *detail, uint64_t at)
{
    char place[WORDS_PLACE_MAX];

    text_add(detail->text, "%s", words_place(detail->picture, detail->options, at, place));
}

/* "+0x00b8 to +0x00d8" */
static void add_range(const struct detail *detail, uint64_t low, uint64_t high)
{
    add_place(detail, low);
    text_add(detail->text, " to ");
    add_place(detail, high);
}

/* "10485776 (10M)"; the second only where it says more. */
static void add_bytes(const struct detail *detail, uint64_t bytes)
{
    char size[SIZE_TEXT_MAX];

    text_add(detail->text, "%" PRIu64, bytes);
    if (bytes >= 1024)
        text_add(detail->text, " (%s)", size_short(bytes, size));
}

/* ---- What it is ---- */

static void add_kind(const struct detail *detail)
{
    const struct block *block = detail->block;

    text_add(detail->text, "%-*s%s block", LABEL_COLUMNS, words_block(detail->picture, block),
             block_kind_word(block));
    begin_line(detail, "block");
    add_range(detail, block->at, block->at + block->size);
}

static void add_size(const struct detail *detail)
{
    const struct block *block = detail->block;

    begin_line(detail, "size");
    add_bytes(detail, block->size);
    if (block->kind == HG_KIND_USED && detail->picture->metrics.is_unasked)
        text_add(detail->text, " = header %u + usable %" PRIu64 " + footer %u", block->header,
                 block->requested, block->footer);
    else if (block->kind == HG_KIND_USED)
        text_add(detail->text,
                 " = header %u + requested %" PRIu64 " + padding %" PRIu64 " + footer %u",
                 block->header, block->requested, block_padding(block), block->footer);
    else if (block->kind == HG_KIND_FREE)
        text_add(detail->text, ", with header %u and footer %u", block->header, block->footer);
}

static void add_padding(const struct detail *detail)
{
    const char *rounding = detail->picture->description.rounding;
    uint64_t payload = detail->block->at + detail->block->header;

    if (detail->block->kind != HG_KIND_USED)
        return;
    begin_line(detail, "payload");
    add_range(detail, payload, payload + detail->block->requested);
    text_add(detail->text, "; malloc returned ");
    add_place(detail, payload);
    if (detail->picture->metrics.is_unasked)
        return;
    begin_line(detail, "padding");
    text_add(detail->text, "%" PRIu64 " byte%s", block_padding(detail->block),
             block_padding(detail->block) == 1 ? "" : "s");
    if (block_padding(detail->block) > 0 && rounding[0])
        text_add(detail->text, ", as %s", rounding);
}

/* ---- Its header ---- */

/* Whether the field lies in the header's first word. */
static bool is_in_first_word(const struct description_field *field)
{
    return field->at + (uint64_t)field->size <= sizeof(uint64_t);
}

/* Append the words of the flags in the first word, in parentheses. */
static void add_flags(const struct kind_description *description, const uint64_t *word,
                      struct text *text)
{
    size_t count = 0;

    for (uint32_t i = 0; i < description->field_count; i++) {
        const struct description_field *field = &description->fields[i];
        const char *flag;

        if (field->kind != HG_HEADER_FLAG || !is_in_first_word(field))
            continue;
        flag = field->words[description_field_value(field, word) != 0];
        if (flag[0])
            text_add(text, "%s%s", count++ ? ", " : " (", flag);
    }
    text_add(text, "%s", count ? ")" : "");
}

/* Whether the first word of the block's header tells its size. */
static bool has_readable_size(const struct kind_description *description, const struct block *block)
{
    return description->field_count > 0 && is_in_first_word(&description->fields[0]) &&
           block->header >= description->fields[0].size;
}

/* A header that is shorter than a word ends in it. */
static uint64_t cut_to_header(const struct block *block, uint64_t word)
{
    return block->header < sizeof word ? word & (((uint64_t)1 << 8 * block->header) - 1) : word;
}

bool detail_add_tag(const struct picture *picture, const struct block *block, uint64_t word,
                    struct text *text)
{
    const struct kind_description *description = &picture->description;
    const struct description_field *size = &description->fields[0];
    uint64_t bytes;

    if (!has_readable_size(description, block))
        return false;
    word = cut_to_header(block, word);
    bytes = description_field_value(size, &word) - size->beside;
    text_add(text, "0x%" PRIx64 " = %" PRIu64, word, bytes);
    if (size->beside)
        text_add(text, " and %" PRIu32 " of header", size->beside);
    if ((size->size == sizeof word || size->size == block->header) &&
        bytes == (word & size->mask) && !size->beside)
        text_add(text, " + %" PRIu64, word & ~size->mask);
    add_flags(description, &word, text);
    return true;
}

/* Append what a flag says of the block, or of its left neighbour. */
static void tell_flag(const char *flag, bool is_short, struct text *text)
{
    static const char left[] = "left ";
    bool is_left = strncmp(flag, left, sizeof left - 1) == 0;
    const char *word = is_left ? flag + sizeof left - 1 : flag;

    if (is_short)
        text_add(text, ", %s", flag);
    else
        text_add(text, "%s%s", is_left ? "; its left neighbour is " : ", ",
                 strcmp(word, "used") == 0 ? "in use" : word);
}

bool detail_add_sentence(const struct picture *picture, const struct block *block, uint64_t word,
                         bool is_short, struct text *text)
{
    const struct kind_description *description = &picture->description;
    char bytes[NUMBER_GROUPED_MAX];

    if (!has_readable_size(description, block))
        return false;
    word = cut_to_header(block, word);
    text_add(text, "0x%" PRIx64 ": %s bytes", word,
             number_grouped(description_field_value(&description->fields[0], &word), bytes));
    for (uint32_t i = 0; i < description->field_count; i++) {
        const struct description_field *field = &description->fields[i];
        const char *flag;

        if (field->kind != HG_HEADER_FLAG || !is_in_first_word(field))
            continue;
        flag = field->words[description_field_value(field, &word) != 0];
        if (flag[0])
            tell_flag(flag, is_short, text);
    }
    return true;
}

static void add_header(const struct detail *detail)
{
    const unsigned char *bytes = detail->exhibit->bytes;
    size_t count = detail->exhibit->count;
    uint64_t word;

    if (detail->block->header == 0 || count < sizeof word ||
        detail->block->kind == HG_KIND_BOOKKEEPING)
        return;
    memcpy(&word, bytes, sizeof word);
    begin_line(detail, "header");
    if (!detail_add_tag(detail->picture, detail->block, word, detail->text))
        text_add(detail->text, "0x%" PRIx64, cut_to_header(detail->block, word));
    if (detail->block->header > sizeof word)
        text_add(detail->text, ", and %zu bytes more", (size_t)detail->block->header - sizeof word);
}

/* ---- What is around it ---- */

static void add_neighbour(const struct detail *detail, const char *label, bool is_right)
{
    struct block_cursor cursor = block_table_find(&detail->picture->blocks, detail->block->at);
    const struct block *block;

    if (is_right)
        block_cursor_next(&cursor);
    else
        block_cursor_previous(&cursor);
    block = block_cursor_get(&cursor);
    begin_line(detail, label);
    if (!block) {
        text_add(detail->text, is_right ? "the break" : "the heap's start");
        return;
    }
    text_add(detail->text, "%s, ", words_block(detail->picture, block));
    add_place(detail, block->at);
    text_add(detail->text, ", ");
    add_bytes(detail, block->size);
}

/* Where on its list a free block is. */
static void add_list(const struct detail *detail)
{
    const struct block *block = detail->block;
    const struct free_lists *lists = &detail->exhibit->lists;
    const struct free_list *list;
    const char *name = description_list_name(&detail->picture->description, block->list);
    size_t place = 0;

    if (block->kind != HG_KIND_FREE || block->list >= lists->count)
        return;
    list = &lists->lists[block->list];
    while (place < list->count && list->items[place] != block->at)
        place++;
    begin_line(detail, "list");
    if (place < list->count)
        text_add(detail->text, "'%s', number %zu of %zu from its head", name, place + 1,
                 list->count);
    else
        text_add(detail->text, "'%s', on which it is not found", name);
}

static bool is_inside(const struct block *block, uint64_t at)
{
    return at != OFFSET_NULL && at >= block->at && at < block->at + block->size;
}

/* A slot is told of by the payload that it lies in: "+0x0080.1". */
static void add_slot(const struct detail *detail, const struct payload_link *link)
{
    add_place(detail, link->source);
    text_add(detail->text, ".%" PRIu64, payload_link_slot(link));
}

enum { SLOTS_SHOWN = 12 };

/* The slots that point to a payload, behind the variables that do; how many there are. */
static size_t add_slots_to(const struct detail *detail, const struct allocation *allocation,
                           size_t found)
{
    const struct payload_link *items = detail->picture->links.items;
    size_t count = 0;

    for (uint32_t link = allocation ? allocation->links_in : NO_LINK; link != NO_LINK;
         link = items[link].next_in) {
        if (count++ >= SLOTS_SHOWN)
            continue;
        text_add_string(detail->text, found + count > 1 ? ", " : "by ");
        add_slot(detail, &items[link]);
    }
    if (count > SLOTS_SHOWN)
        text_add(detail->text, " and %zu more slot%s", count - SLOTS_SHOWN,
                 count - SLOTS_SHOWN == 1 ? "" : "s");
    return count;
}

/* The slots that steps let point somewhere, the first first. */
static void add_slots(const struct detail *detail)
{
    const struct links *links = &detail->picture->links;
    const struct allocation *allocation = picture_allocation(detail->picture, detail->block);
    uint64_t slots =
        allocation && allocation->links_out != NO_LINK ? allocation->requested / SLOT_BYTES : 0;
    size_t count = 0;

    for (uint64_t slot = 0; slot < slots && count < SLOTS_SHOWN; slot++) {
        uint32_t link = links_find(links, allocation->payload + slot * SLOT_BYTES);

        if (link == NO_LINK)
            continue;
        if (count++ == 0)
            begin_line(detail, "slots");
        text_add(detail->text, "%s.%" PRIu64 " to ", count > 1 ? ", " : "", slot);
        add_place(detail, links->items[link].word);
        if (links->items[link].freed_in > 0)
            text_add(detail->text, " (dangling)");
    }
}

static void add_variables(const struct detail *detail)
{
    const struct picture *picture = detail->picture;
    const struct allocation *allocation = picture_allocation(picture, detail->block);
    size_t found = 0;

    begin_line(detail, "pointed to");
    for (size_t i = 0; i < picture->variables.named_count; i++) {
        uint32_t place = picture->variables.named[i];
        struct variable variable = picture_variable(picture, place);

        if (variable_state(&variable) == VARIABLE_DATA ||
            !is_inside(detail->block, variable.payload))
            continue;
        text_add_string(detail->text, found++ ? ", " : "by ");
        words_add_variable(picture, place, detail->text);
        text_add_string(detail->text, variable_is_live(&variable) ? "" : " (dangling)");
    }
    found += add_slots_to(detail, allocation, found);
    if (found == 0)
        text_add(detail->text, "by nothing");
    if (detail->block->kind == HG_KIND_USED && picture_is_lost(picture, detail->block))
        text_add(detail->text, ": it is leaked");
    if (allocation && allocation->twice)
        text_add(detail->text, "; it was handed out twice");
}

/* ---- How it came about ---- */

static bool concerns(const struct step *step, const struct block *block)
{
    return is_inside(block, step->result.payload) || is_inside(block, step->before);
}

static void add_history(const struct detail *detail)
{
    const struct steps *steps = &detail->history->steps;
    size_t first = steps->count, found = 0;

    while (first > steps_gone(steps) && found < STEPS_SHOWN)
        found += concerns(steps_at(steps, first--), detail->block);
    begin_line(detail, "history");
    if (found == 0)
        text_add(detail->text, "no step%s handed out or gave back what is here",
                 steps_gone(steps) > 0 ? " that is kept" : "");
    for (size_t i = first, told = 0; i < steps->count; i++) {
        if (!concerns(steps_at(steps, i + 1), detail->block))
            continue;
        text_add(detail->text, "%sstep %zu ",
                 told++                 ? "; "
                 : found == STEPS_SHOWN ? "... "
                                        : "",
                 i + 1);
        history_add_command(detail->history, steps_at(steps, i + 1), detail->text);
    }
}

void detail_add_text(const struct scene *scene, const struct view_options *options,
                     const struct exhibit *exhibit, struct text *text)
{
    struct detail detail = {.picture = scene->picture,
                            .history = scene->history,
                            .options = options,
                            .exhibit = exhibit,
                            .block = block_table_get(&scene->picture->blocks, exhibit->at),
                            .text = text};

    if (!detail.block)
        return;
    add_kind(&detail);
    add_size(&detail);
    add_padding(&detail);
    add_header(&detail);
    add_neighbour(&detail, "left", false);
    add_neighbour(&detail, "right", true);
    add_list(&detail);
    add_variables(&detail);
    add_slots(&detail);
    if (scene->history)
        add_history(&detail);
}
