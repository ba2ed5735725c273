/* topics_alloc.c: what is asked of an allocation: place, search, fit and size. See topics.h. */
#include <inttypes.h>

#include "base/bits.h"
#include "base/size.h"
#include "exercise/topics.h"

/* ---- Where will it go? ---- */

bool topic_answer_place(const struct making *making, struct text *text)
{
    const struct block *block = making_taken(making);

    if (block)
        answer_add_block(block->at, text);
    return block;
}

/* How many free blocks might do, at first sight. */
static size_t count_candidates(const struct making *making)
{
    struct block_cursor cursor = block_table_find(&making->before->blocks, 0);
    size_t count = 0;

    for (; block_cursor_get(&cursor); block_cursor_next(&cursor))
        count += block_cursor_get(&cursor)->kind == HG_KIND_FREE &&
                 block_cursor_get(&cursor)->size >= making->command.size;
    return count;
}

/* Append what the search came by, up to the block that was taken. */
static void add_search(const struct making *making)
{
    const struct events *events = &making->after->events;
    struct text *text = &making->exercise->reason;
    char at[SIZE_TEXT_MAX];
    size_t visits = 0;

    for (size_t i = 0; i < events->count; i++) {
        const struct hg_event *event = &events->items[i];

        if (event->kind == HG_EVENT_VISIT)
            text_add(text, "%s%s (%" PRIu64 "%s)",
                     visits++ ? ", " : "Examined, one by one: ", offset_text(event->at, at),
                     event->size, event->fits ? ", fits" : "");
    }
    text_add_string(text, visits ? ". " : "");
}

bool topic_ask_place(struct making *making)
{
    making_ask(making, "Which free block will", "be cut from, or take as a whole?");
    return making->before->metrics.free_blocks >= 3 && count_candidates(making) >= 2;
}

void topic_think_place(struct making *making)
{
    enum { BLOCKS_MOST = 16 };
    const struct block *free[BLOCKS_MOST];
    size_t count = plan_find_free(making->before, free, BLOCKS_MOST);

    for (size_t i = 0; i < count && i < BLOCKS_MOST; i++) {
        if (free[i]->size < making->command.size)
            making_think_block(making, "took a block that is too small", free[i]);
        else if (i + 1 == count)
            making_think_block(making,
                               "looked for room at the end of the heap, as if holes were not used "
                               "again",
                               free[i]);
    }
}

/* ---- How many are examined? ---- */

bool topic_answer_search(const struct making *making, struct text *text)
{
    text_add_number(text, making->step->result.visits);
    return making->step->result.visits > 0;
}

bool topic_ask_search(struct making *making)
{
    enum { SINGLE_CHOICES = 3 }; /* by which a search may end at its first block */

    making_ask(making, "How many blocks does the search examine until", "has its block?");
    add_search(making);
    return making->before->metrics.free_blocks >= 3 && !making_is_refused(making) &&
           (making->step->result.visits > 1 || making->choice < SINGLE_CHOICES);
}

/* How many of the blocks that were examined were free. */
static uint64_t count_free_visits(const struct making *making)
{
    const struct events *events = &making->after->events;
    uint64_t count = 0;

    for (size_t i = 0; i < events->count; i++) {
        const struct block *block = block_table_get(&making->before->blocks, events->items[i].at);

        count += events->items[i].kind == HG_EVENT_VISIT && block && block->kind == HG_KIND_FREE;
    }
    return count;
}

void topic_think_search(struct making *making)
{
    const struct metrics *metrics = &making->before->metrics;
    const struct block *block = making_taken(making);
    struct block_cursor cursor = block_table_find(&making->before->blocks, 0);
    uint64_t walked = 0;

    making_think(making, "left out the blocks in use, which this heap's search comes by as well",
                 count_free_visits(making));
    making_think(making, "examined all free blocks, though the search ends earlier",
                 metrics->free_blocks);
    making_think(making, "left out the block that was taken: it is examined, too",
                 making->step->result.visits - 1);
    while (block && block_cursor_get(&cursor) && block_cursor_get(&cursor)->at <= block->at) {
        walked += block_cursor_get(&cursor)->kind != HG_KIND_BOOKKEEPING;
        block_cursor_next(&cursor);
    }
    making_think(making,
                 "went from block to block, over those in use as well, and not along the free list",
                 walked);
    making_think(making, "counted all blocks, those in use as well",
                 metrics->free_blocks + metrics->used_blocks);
}

/* ---- Can it be met? ---- */

bool topic_answer_fit(const struct making *making, struct text *text)
{
    text_add_string(text, making_is_refused(making) ? "no" : "yes");
    return true;
}

bool topic_ask_fit(struct making *making)
{
    bool has_limit = making->before->limit != NO_LIMIT;

    making->exercise->choices = "yes|no";
    making_ask(making, has_limit ? "The heap cannot grow. Will" : "The heap may grow. Will",
               "get its block (yes), or be NULL (no)?");
    return making->before->metrics.free_blocks >= 2;
}

void topic_think_fit(struct making *making)
{
    const struct metrics *metrics = &making->before->metrics;

    if (making_is_refused(making)) {
        if (metrics->largest_free >= making->command.size)
            exercise_think(making->exercise,
                           "forgot the header, or rounding: without them the largest free block "
                           "would do",
                           "yes");
        if (metrics->free >= making->command.size)
            exercise_think(making->exercise, "added up free blocks that do not lie side by side",
                           "yes");
        return;
    }
    if (event_first(making->after, HG_EVENT_GROW))
        exercise_think(making->exercise, "forgot that the break can move up", "no");
    if (event_first(making->after, HG_EVENT_WHOLE))
        exercise_think(making->exercise,
                       "thought that something must be left over: a free block can be taken whole",
                       "no");
    exercise_think(making->exercise, "overlooked the free block that is large enough", "no");
}

/* ---- How large? ---- */

static bool asks_remainder(const struct making *making)
{
    return making->choice % 2 == 1 && making_taken(making);
}

static uint64_t block_size(const struct making *making)
{
    const struct hg_event *handover = event_first(making->after, HG_EVENT_HANDOVER);

    return handover ? handover->size : 0;
}

bool topic_answer_size(const struct making *making, struct text *text)
{
    uint64_t size = block_size(making);

    text_add_number(text, asks_remainder(making) ? making_taken(making)->size - size : size);
    return size > 0;
}

bool topic_ask_size(struct making *making)
{
    const struct picture *picture = making->after;
    const struct block *block = block_table_get(&picture->blocks, making->step->result.payload);

    if (making_is_refused(making) || !block || block_size(making) == 0)
        return false;
    if (asks_remainder(making)) {
        making_ask(making, "How many bytes, header included, are left of the free block that",
                   "is cut from? (0 if it is taken whole.)");
        text_add(&making->exercise->reason, "%" PRIu64 " of %" PRIu64 " bytes are taken. ",
                 block->size, making_taken(making)->size);
    } else {
        making_ask(making, "How many bytes will the block of",
                   "have in all, with header and padding?");
    }
    if (block_padding(block) == 0) /* else it is told with the step */
        text_add(&making->exercise->reason,
                 "Header %u and %" PRIu64 " asked for%s make a block of %" PRIu64 ". ",
                 block->header, block->requested, block->footer ? ", with a footer," : "",
                 block->size);
    return true;
}

/* What is forgotten by whoever adds what the allocator adds, rounds up to the alignment, and still
 * has too small a block. */
static const char *why_larger(const struct making *making)
{
    const struct hg_event *whole = event_first(making->after, HG_EVENT_WHOLE);
    const struct kind_description *description = &making->after->description;

    if (whole && whole->other > 0)
        return "forgot that a remainder too small for a block of its own goes along";
    if (description->field_count > 0 && description->fields[0].kind == HG_HEADER_LOG2_BYTES)
        return "rounded up to the alignment, and not to a power of two";
    return "forgot that a block has a least size";
}

/* The slips of reckoning, each a size that the block might have. */
void topic_think_size(struct making *making)
{
    const struct block *block =
        block_table_get(&making->after->blocks, making->step->result.payload);
    uint64_t whole = making_taken(making) ? making_taken(making)->size : 0;
    uint64_t asked = making->command.size, added = block->header + block->footer;
    uint64_t alignment = alignment_of(making->before);
    const struct {
        uint64_t size;
        const char *words;
    } slips[] = {
        /* of two that come to the same, the first is meant */
        {bits_align_up(asked + added, alignment), why_larger(making)},
        {bits_align_up(asked, alignment), "forgot the header"},
        {bits_align_up(asked + block->header, alignment), "forgot the footer"},
        {asked, "forgot the header, and rounding"},
        {asked + added, "forgot to round up"},
        {bits_align_up(asked, alignment) + added, "rounded up first, and added the header then"},
    };

    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        if (!asks_remainder(making))
            making_think(making, slips[i].words, slips[i].size);
        else if (whole >= slips[i].size)
            making_think(making, slips[i].words, whole - slips[i].size);
    }
    if (whole > 0)
        making_think(making,
                     asks_remainder(making) ? "subtracted nothing" : "forgot to split the block",
                     whole);
}
