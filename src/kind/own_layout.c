/* own_layout.c: see own_layout.h. */
#include "kind/own_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/circle.h"

/* ---- Reading a layout ---- */

static const struct {
    const char *name, *text;
} presets[] = {
    {"csapp-implicit", "header=4 footer=4 size=~7 used=1 start=12 end=4"},
    {"csapp-explicit", "header=8 footer=8 size=~15 used=1 start=8 end=8 next=0 previous=8"},
    {"kr", "header=16 at=8 word=4 unit=16"},
};

static bool is_key(const char *text, size_t length, const char *key)
{
    return strlen(key) == length && memcmp(text, key, length) == 0;
}

/* Set what `key` is; false where there is no such key, or it cannot be that. */
static bool set(struct own_layout *layout, const char *key, size_t length, uint64_t value)
{
    bool is_small = value <= 256;

    if (is_key(key, length, "header"))
        layout->header = (uint32_t)value;
    else if (is_key(key, length, "footer"))
        layout->footer = layout->free_footer = (uint32_t)value;
    else if (is_key(key, length, "free-footer"))
        layout->free_footer = (uint32_t)value;
    else if (is_key(key, length, "word"))
        layout->word = (uint32_t)value;
    else if (is_key(key, length, "at"))
        layout->at = (uint32_t)value;
    else if (is_key(key, length, "unit"))
        layout->unit = value;
    else if (is_key(key, length, "extra"))
        layout->extra = value;
    else if (is_key(key, length, "used") || is_key(key, length, "free")) {
        layout->used = value;
        layout->marks_free = is_key(key, length, "free");
    } else if (is_key(key, length, "start"))
        return (layout->start = value, value <= 1 << 20);
    else if (is_key(key, length, "end"))
        layout->end = value;
    else if (is_key(key, length, "next"))
        layout->next = (uint32_t)value;
    else if (is_key(key, length, "previous"))
        layout->previous = (uint32_t)value;
    else
        return false;
    layout->has_links = layout->has_links || is_key(key, length, "next");
    return is_small;
}

/* Read one word of the text. */
static bool read_word(struct own_layout *layout, const char *word, size_t length)
{
    const char *equals = memchr(word, '=', length);
    const char *number = equals ? equals + 1 : word;
    bool is_mask = equals && *number == '~';
    uint64_t value;
    char *end;

    for (size_t i = 0; !equals && i < sizeof presets / sizeof presets[0]; i++) {
        const char *problem, *where;

        if (is_key(word, length, presets[i].name))
            return own_layout_parse(presets[i].text, layout, &problem, &where);
    }
    value = equals ? strtoull(number + is_mask, &end, 0) : 0;
    if (!equals || end == number + is_mask || end != word + length)
        return false;
    if (is_mask && is_key(word, (size_t)(equals - word), "size")) {
        layout->flags = value;
        return value <= 255 && (value & (value + 1)) == 0;
    }
    return !is_mask && set(layout, word, (size_t)(equals - word), value);
}

/* What is wrong with it as a whole; NULL if nothing is. */
static const char *look_at(struct own_layout *layout)
{
    if (layout->word == 0)
        layout->word = layout->header < 8 ? 4 : 8;
    if (layout->header == 0)
        return "it needs a header";
    if ((layout->word != 4 && layout->word != 8) || layout->at + layout->word > layout->header)
        return "the word with the size is 4 or 8 bytes of the header";
    if (layout->used & ~layout->flags)
        return "the bit of used or free blocks is not one of those that size leaves out";
    return layout->unit == 0 ? "the unit is 0" : NULL;
}

bool own_layout_parse(const char *text, struct own_layout *ret_layout, const char **ret_problem,
                      const char **ret_where)
{
    struct own_layout layout = {.unit = 1};
    bool is_empty = true;

    *ret_problem = NULL;
    *ret_where = text;
    for (const char *word = text + strspn(text, " \t"); *word; word += strspn(word, " \t")) {
        size_t length = strcspn(word, " \t");

        if (is_empty && is_key(word, length, "none") && word[length] == '\0')
            return false;
        is_empty = false;
        *ret_where = word;
        if (!read_word(&layout, word, length)) {
            *ret_problem = "there is no such word, or it cannot be that";
            return false;
        }
        word += length;
    }
    if (!is_empty)
        *ret_problem = look_at(&layout);
    if (is_empty || *ret_problem)
        return false;
    *ret_layout = layout;
    return true;
}

bool own_layout_get(struct own_layout *ret_layout)
{
    const char *text = getenv(OWN_LAYOUT), *problem, *where;

    return text && own_layout_parse(text, ret_layout, &problem, &where);
}

/* ---- Blocks ---- */

static uint64_t read_number(const char *at, uint32_t size)
{
    uint32_t half;
    uint64_t whole;

    if (size == sizeof half) {
        memcpy(&half, at, sizeof half);
        return half;
    }
    memcpy(&whole, at, sizeof whole);
    return whole;
}

/* Whether a block whose word this is is free, by the bit that says so. */
static bool is_free(const struct own_layout *layout, uint64_t word)
{
    return layout->used && !(word & layout->used) != layout->marks_free;
}

/* The block at `at`, which lies below `end`; what makes no sense is one block up to there. */
static struct hg_block read_block(const struct own_layout *layout, const char *heap, uint64_t at,
                                  uint64_t end)
{
    struct hg_block block = {
        .at = at, .size = end - at, .list = HG_NO_LIST, .kind = HG_KIND_UNREADABLE};
    uint64_t word, size, footer;

    if (end - at < layout->header)
        return block;
    word = read_number(heap + at + layout->at, layout->word);
    if (__builtin_mul_overflow(word & ~layout->flags, layout->unit, &size) ||
        __builtin_add_overflow(size, layout->extra, &size))
        return block;
    footer = is_free(layout, word) ? layout->free_footer : layout->footer;
    if (size < layout->header + footer || size == 0 || size > end - at)
        return block;
    block.size = size;
    block.header = layout->header;
    block.footer = (uint32_t)footer;
    block.kind = is_free(layout, word) ? HG_KIND_FREE : HG_KIND_USED;
    if (block.kind == HG_KIND_FREE && layout->has_links)
        block.list = 0;
    return block;
}

void own_layout_walk(const struct own_layout *layout, const char *heap, size_t extent,
                     uint64_t from, hg_block_visitor *visitor, void *context)
{
    struct hg_block own = {.list = HG_NO_LIST, .kind = HG_KIND_BOOKKEEPING};
    uint64_t end = extent > layout->start + layout->end ? extent - layout->end : extent;
    uint64_t start = end == extent && layout->end ? extent : layout->start;
    bool more = true;

    if (start > extent)
        start = extent;
    if (from < start) {
        own.size = start;
        more = visitor(context, &own);
        from = start;
    }
    while (more && from < end) {
        struct hg_block block = read_block(layout, heap, from, end);

        more = visitor(context, &block);
        from += block.size;
    }
    own.at = end;
    own.size = extent - end;
    if (more && from == end && end < extent)
        visitor(context, &own);
}

/* ---- The list ---- */

struct list_walk {
    const struct own_layout *layout;
    const char *heap;
    size_t extent;
    hg_list_visitor *visitor;
    void *context;
    struct circle circle; /* of the list at hand */
    bool more;
    struct hg_list_end end; /* of the list that ended last */
};

uint32_t own_layout_link_size(const struct own_layout *layout)
{
    uint32_t apart = layout->next > layout->previous ? layout->next - layout->previous
                                                     : layout->previous - layout->next;

    return apart == sizeof(uint32_t) ? sizeof(uint32_t) : sizeof(uint64_t);
}

/* Where in the heap a link in the free block at `at` leads; `extent` where it leads nowhere. */
static uint64_t follow(const struct list_walk *walk, uint64_t at, uint32_t link)
{
    const struct own_layout *layout = walk->layout;
    uint64_t place = at + layout->header + link, target;
    uint32_t size = own_layout_link_size(layout);

    if (place + size > walk->extent)
        return walk->extent;
    target = read_number(walk->heap + place, size) - (uint64_t)(uintptr_t)walk->heap;
    return target < walk->extent ? target : walk->extent;
}

/* A link may lead to a header, or to a payload: whichever of the two is a free block's. */
static uint64_t settle(const struct list_walk *walk, uint64_t at)
{
    const struct own_layout *layout = walk->layout;
    uint64_t end = walk->extent - layout->end;

    for (int i = 0; i < 2; i++) {
        uint64_t start = i == 0 ? at : at - layout->header;

        if (at < walk->extent && start < end && start >= layout->start &&
            read_block(layout, walk->heap, start, end).kind == HG_KIND_FREE)
            return start;
    }
    return walk->extent;
}

/* Follow a list from its first block on. */
static bool walk_from(void *context, const struct hg_block *block)
{
    struct list_walk *walk = context;
    uint64_t at = block->at;

    walk->circle = (struct circle){0};
    if (block->kind != HG_KIND_FREE || follow(walk, at, walk->layout->previous) < walk->extent)
        return true;
    while (walk->more && at < walk->extent && !circle_closes(&walk->circle, at)) {
        walk->more = walk->visitor(walk->context, at);
        at = settle(walk, follow(walk, at, walk->layout->next));
    }
    walk->end = (struct hg_list_end){HG_LIST_ENDED, 0};
    if (!walk->more)
        walk->end.how = HG_LIST_STOPPED;
    else if (at < walk->extent)
        walk->end = (struct hg_list_end){HG_LIST_ENDLESS, (uintptr_t)walk->heap + at};
    return walk->end.how == HG_LIST_ENDED;
}

struct hg_list_end own_layout_walk_list(const struct own_layout *layout, const char *heap,
                                        size_t extent, hg_list_visitor *visitor, void *context)
{
    struct list_walk walk = {.layout = layout,
                             .heap = heap,
                             .extent = extent,
                             .visitor = visitor,
                             .context = context,
                             .more = true};

    if (extent > layout->start + layout->end)
        own_layout_walk(layout, heap, extent, 0, walk_from, &walk);
    return walk.end;
}

/* ---- Looking for damage ---- */

struct checker {
    const struct own_layout *layout;
    const char *heap;
    struct hg_defect *defect;
};

/* A footer has the size, and whether the block is used; what else a header says, as of the block
 * before, may be written there alone. */
static bool check_block(void *context, const struct hg_block *block)
{
    const struct checker *checker = context;
    const struct own_layout *layout = checker->layout;
    const char *at = checker->heap + block->at, *end = at + block->size;
    uint64_t told = ~layout->flags | layout->used;

    if (block->kind == HG_KIND_UNREADABLE)
        *checker->defect = (struct hg_defect){HG_INVARIANT_TAG, block->at};
    else if (block->footer >= layout->word && block->kind != HG_KIND_BOOKKEEPING &&
             ((read_number(at + layout->at, layout->word) ^
               read_number(end - layout->word, layout->word)) &
              told) != 0)
        *checker->defect = (struct hg_defect){HG_INVARIANT_FOOTER, block->at};
    return checker->defect->broken == HG_INVARIANT_NONE;
}

bool own_layout_check(const struct own_layout *layout, const char *heap, size_t extent,
                      struct hg_defect *ret_defect)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct checker checker = {layout, heap, &defect};

    own_layout_walk(layout, heap, extent, 0, check_block, &checker);
    if (defect.broken != HG_INVARIANT_NONE)
        *ret_defect = defect;
    return defect.broken == HG_INVARIANT_NONE;
}
