/* topics_free.c: what is asked of what is free afterwards: which blocks merge, the external
 * fragmentation, and the free list. See topics.h. */
#include <inttypes.h>
#include <math.h>

#include "base/size.h"
#include "exercise/topics.h"

/* ---- Which merge? ---- */

bool topic_answer_merge(const struct making *making, struct text *text)
{
    bool left = event_first(making->after, HG_EVENT_MERGE_LEFT);
    bool right = event_first(making->after, HG_EVENT_MERGE_RIGHT);

    text_add_string(text, left && right ? "both" : left ? "left" : right ? "right" : "none");
    return true;
}

/* The block that the command frees, as it was. */
static const struct block *block_of_command(const struct making *making)
{
    return block_table_get(&making->before->blocks, making->step->before);
}

/* Whether a neighbour is free.
 *   direction  -1 for the one at lower addresses, 1 for the one at higher ones */
static bool is_neighbour_free(const struct making *making, int direction)
{
    const struct block *block = block_of_command(making), *neighbour;

    if (!block || (direction < 0 && block->at == 0))
        return false;
    neighbour = block_table_get(&making->before->blocks,
                                direction < 0 ? block->at - 1 : block->at + block->size);
    return neighbour && neighbour->kind == HG_KIND_FREE;
}

bool topic_ask_merge(struct making *making)
{
    enum { LONELY_CHOICES = 2 }; /* by which there may be no free neighbour */

    making->exercise->choices = "none|left|right|both";
    making_ask(making, "With which neighbours will the block of",
               "merge: none, the left one (at lower addresses), the right one, or both?");
    return is_neighbour_free(making, -1) || is_neighbour_free(making, 1) ||
           making->choice < LONELY_CHOICES;
}

void topic_think_merge(struct making *making)
{
    static const char apart[] =
        "merged with a neighbour that is free, but that this heap keeps apart";
    static const char in_use[] = "merged with a block that is in use";
    bool left = is_neighbour_free(making, -1), right = is_neighbour_free(making, 1);
    const char *answer = text_string(&making->exercise->answer);
    bool both = strcmp(answer, "both") == 0;
    const struct {
        bool holds;
        const char *answer, *words;
    } slips[] = {
        {true, "none", "forgot that free neighbours merge"},
        {both, "left", "stopped after the left neighbour: the right one is free, too"},
        {both, "right", "stopped after the right neighbour: the left one is free, too"},
        {strcmp(answer, "left") == 0 && !right, "right",
         "took left for right: addresses grow to the right"},
        {strcmp(answer, "right") == 0 && !left, "left",
         "took right for left: addresses grow to the right"},
        {true, "both", left && right ? apart : in_use},
        {true, "left", left ? apart : in_use},
        {true, "right", right ? apart : in_use},
    };

    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        if (slips[i].holds)
            exercise_think(making->exercise, slips[i].words, "%s", slips[i].answer);
    }
}

/* ---- How large is the external fragmentation? ---- */

bool topic_answer_fragmentation(const struct making *making, struct text *text)
{
    double ratio = ratio_value(RATIO_EXTERNAL, &making->after->metrics);

    answer_add_percent(ratio, text);
    return making->after->metrics.free > 0 && !isnan(ratio);
}

bool topic_ask_fragmentation(struct making *making)
{
    const struct metrics *metrics = &making->after->metrics;
    bool is_alloc = making->command.kind == OP_ALLOC;

    text_add(&making->exercise->question,
             "How large is the **external fragmentation** after that, in percent? (It is 1 - the "
             "largest free block / all free bytes, headers included.)");
    text_add(&making->exercise->reason, "1 - %" PRIu64 " / %" PRIu64 " is %.1f %%. ",
             metrics->largest_free, metrics->free, ratio_value(RATIO_EXTERNAL, metrics) * 100);
    return metrics->free_blocks >= 2 && (!is_alloc || !making_is_refused(making));
}

static void think_ratio(const struct making *making, const char *words, double part, double whole)
{
    exercise_think(making->exercise, words, "%.1f", whole > 0 ? part / whole * 100 : 0);
}

void topic_think_fragmentation(struct making *making)
{
    const struct metrics *now = &making->after->metrics, *then = &making->before->metrics;
    double free = (double)now->free, largest = (double)now->largest_free;

    think_ratio(making, "gave what it was before the command",
                (double)then->free - (double)then->largest_free, (double)then->free);
    think_ratio(making, "divided, but did not subtract from 1: that is the part that is of use",
                largest, free);
    think_ratio(making, "took internal fragmentation, padding, for external", (double)now->padding,
                (double)now->used);
    think_ratio(making, "divided all free bytes by the heap", free, (double)now->heap_size);
    think_ratio(making, "divided by the heap, instead of by the free bytes", free - largest,
                (double)now->heap_size);
    think_ratio(making, "counted blocks, instead of bytes", (double)now->free_blocks - 1,
                (double)now->free_blocks);
}

/* ---- What does the free list look like? ---- */

bool topic_answer_list(const struct making *making, struct text *text)
{
    answer_add_sizes(making->after, &making->lists_after, text);
    return true;
}

bool topic_ask_list(struct making *making)
{
    enum { BLOCKS_MOST = 7 };
    size_t blocks = making->after->metrics.free_blocks;

    text_add(
        &making->exercise->question,
        "What are the **sizes of the free blocks** after that, in the order of the free list%s, "
        "head first, with their headers?",
        making->lists_after.count > 1 ? "s" : "");
    return blocks >= 2 && blocks <= BLOCKS_MOST && !making_is_refused(making);
}

/* The lists as they were, with `size` in place of the size of a block. */
static void think_list_with(struct making *making, uint64_t at, uint64_t size, const char *words)
{
    struct text text = {0};

    for (uint32_t list = 0; list < making->lists_before.count; list++) {
        const struct free_list *free = &making->lists_before.lists[list];

        for (size_t i = 0; i < free->count; i++) {
            uint64_t now = free->items[i] == at
                               ? size
                               : block_table_get(&making->before->blocks, free->items[i])->size;

            if (now > 0)
                text_add(&text, "%s%" PRIu64, text.length > 0 ? " " : "", now);
        }
    }
    exercise_think(making->exercise, words, "%s", text.length > 0 ? text_string(&text) : "none");
    text_finish(&text);
}

/* The blocks that are free afterwards, by address. */
static void think_by_address(struct making *making)
{
    enum { BLOCKS_MOST = 16 };
    const struct block *blocks[BLOCKS_MOST];
    size_t count = plan_find_free(making->after, blocks, BLOCKS_MOST);
    struct text forth = {0};

    for (size_t i = 0; i < count && i < BLOCKS_MOST; i++)
        text_add(&forth, "%s%" PRIu64, i ? " " : "", blocks[i]->size);
    exercise_think(making->exercise, "went by addresses, and not by the order of the list", "%s",
                   text_string(&forth));
    text_finish(&forth);
}

void topic_think_list(struct making *making)
{
    const struct block *block = making_taken(making), *freed = block_of_command(making);
    struct text before = {0};

    answer_add_sizes(making->before, &making->lists_before, &before);
    if (making->command.kind == OP_ALLOC && block) {
        think_list_with(making, block->at, 0, "forgot to split the block: what is left stays free");
        if (block->size > making->command.size)
            think_list_with(making, block->at, block->size - making->command.size,
                            "forgot the header of the new block, or rounding");
    } else if (freed) {
        exercise_think(making->exercise,
                       "put the block at the head of the list, and merged it with nothing",
                       "%" PRIu64 " %s", freed->size, text_string(&before));
        exercise_think(making->exercise,
                       "put the block at the end of the list, and merged it with nothing",
                       "%s %" PRIu64, text_string(&before), freed->size);
    }
    think_by_address(making);
    exercise_think(making->exercise, "gave the list as it was before the command", "%s",
                   text_string(&before));
    text_finish(&before);
}
