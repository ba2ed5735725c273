/* map_label.c: see map_label.h. */
#include "view/map_label.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "view/grid.h"
#include "view/words.h"

/* Append as much of a part as a form has room for. */
static void append(char *form, const char *part)
{
    size_t length = strlen(form), more = strnlen(part, LABEL_MAX - 1 - length);

    memcpy(form + length, part, more);
    form[length + more] = '\0';
}

/* Add a form that is made of these. */
static void add_form(struct label *label, const char *first, const char *second, const char *third)
{
    int count = 0;

    while (count < LABEL_FORMS && label->forms[count][0])
        count++;
    if (count == LABEL_FORMS)
        return;
    append(label->forms[count], first);
    append(label->forms[count], second);
    append(label->forms[count], third);
}

/* How many bytes the part has, in digits as far as they are few. */
static const char *write_bytes(const struct map_part *part, char buffer[SIZE_TEXT_MAX])
{
    enum { MANY = 1000000 };
    uint64_t bytes = part->high - part->low;

    if (bytes >= MANY)
        return size_short(bytes, buffer);
    snprintf(buffer, SIZE_TEXT_MAX, "%" PRIu64, bytes);
    return buffer;
}

static bool is_tag(const struct map_part *part)
{
    return part->kind == MAP_PART_HEADER || part->kind == MAP_PART_FOOTER;
}

/* Add what a header or a footer is, or what stands for it, and what follows that. */
static void add_tag(struct label *label, const struct map_part *part, const char *behind,
                    bool is_bare)
{
    bool is_header = part->kind == MAP_PART_HEADER;
    const char *open = is_header && is_bare ? "[" : "", *close = !is_header && is_bare ? "]" : "";
    struct label brackets = {0}; /* what stands behind the word, and what closes it */

    add_form(&brackets, behind, close, "");
    add_form(label, open, is_header ? "header" : "footer", brackets.forms[0]);
    add_form(label, open, is_header ? "hdr" : "ftr", brackets.forms[0]);
    add_form(label, is_header ? "[" : "", behind + strspn(behind, " "), is_header ? "" : "]");
}

struct label label_name(const struct picture *picture, const struct map_part *part, bool is_bare)
{
    struct label label = {0};

    if (is_tag(part)) {
        add_tag(&label, part, "", is_bare);
    } else if (part->kind == MAP_PART_PADDING) {
        add_form(&label, "padding", "", "");
        add_form(&label, "pad", "", "");
    } else {
        add_form(&label, words_block(picture, part->block), "", "");
    }
    return label;
}

/* Of a free block the whole size is told, as everywhere. */
static bool is_free_payload(const struct map_part *part)
{
    return part->kind == MAP_PART_PAYLOAD && part->block->kind == HG_KIND_FREE;
}

struct label label_size(const struct map_part *part)
{
    char bytes[SIZE_TEXT_MAX];
    struct label label = {0};

    if (is_free_payload(part)) {
        snprintf(bytes, sizeof bytes, "%" PRIu64, part->block->size);
        add_form(&label, "a block of ", bytes, "");
        return label;
    }
    write_bytes(part, bytes);
    if (part->kind == MAP_PART_PAYLOAD && part->block->kind == HG_KIND_USED)
        add_form(&label, "payload ", bytes, "");
    add_form(&label, bytes, "", "");
    return label;
}

struct label label_line(const struct picture *picture, const struct map_part *part, bool is_bare)
{
    struct label names = label_name(picture, part, is_bare), label = {0};
    char bytes[SIZE_TEXT_MAX], behind[LABEL_MAX];

    write_bytes(part, bytes);
    snprintf(behind, sizeof behind, " %s", bytes);
    if (is_free_payload(part))
        snprintf(behind, sizeof behind, ", a block of %" PRIu64, part->block->size);
    if (is_tag(part)) {
        add_tag(&label, part, behind, is_bare);
        return label;
    }
    for (int i = 0; i < LABEL_FORMS && names.forms[i][0]; i++)
        add_form(&label, names.forms[i], behind, "");
    if (part->kind == MAP_PART_PAYLOAD)
        add_form(&label, names.forms[0], "", "");
    else
        add_form(&label, bytes, "", "");
    return label;
}

const char *label_choose(const struct label *label, int columns)
{
    for (int i = 0; i < LABEL_FORMS && label->forms[i][0]; i++) {
        if (grid_text_width(label->forms[i]) <= columns)
            return label->forms[i];
    }
    return "";
}
