/* heap_text.c: see heap_text.h. */
#include "exercise/heap_text.h"

#include <inttypes.h>

#include "base/size.h"
#include "exercise/topics.h"

/* A block for one byte on a fresh heap of this kind, of which none is smaller.
 *   returns  false where that cannot be tried */
static bool try_smallest(const struct hg_config *config, struct block *ret_block)
{
    const struct action action = {.kind = OP_ALLOC, .name = "A", .size = 1};
    struct error ignored;
    struct session *session = session_create(config, &ignored);
    const struct block *block = NULL;

    if (session && session_act(session, &action, &ignored))
        block = block_table_get(&session->mirror->picture.blocks,
                                history_place_of_last_step(session->history));
    if (block)
        *ret_block = *block;
    session_destroy(session);
    return block;
}

/* Append a rule that is a number, unless that is 0. */
static void add_rule(const char *name, uint64_t value, struct text *text)
{
    char size[SIZE_TEXT_MAX];

    if (value > 0)
        text_add(text, ", %s %s", name, size_exact(value, size));
}

void heap_text_add_rules(const struct session *session, struct text *text)
{
    static const char *const told[] = {"split-threshold", "order", "coalesce", "place", "fit"};
    const struct kind_description *description = &session->mirror->picture.description;
    struct block smallest = {0};

    try_smallest(&session->mirror->picture.config, &smallest);
    text_add(text, "%s; header %u", description->policy, smallest.header);
    add_rule("footer", smallest.footer, text);
    add_rule("alignment", alignment_of(&session->mirror->picture), text);
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        const struct description_setting *setting = description_setting(description, told[i]);

        if (setting && setting->word[0])
            text_add(text, ", %s %s", told[i], setting->word);
        else if (setting)
            add_rule(told[i], setting->value, text);
    }
    add_rule("smallest block", smallest.size, text);
    if (description->rounding[0])
        text_add(text, "; %s", description->rounding);
}

void heap_text_add_block(const struct picture *picture, const struct block *block,
                         struct text *text)
{
    const char *name = picture_block_name(picture, block);

    if (block->kind == HG_KIND_FREE)
        text_add_string(text, "free");
    else if (block->kind == HG_KIND_USED)
        text_add(text, "%s, %" PRIu64 " asked for", name ? name : "in use", block->requested);
    else
        text_add_string(text, "the heap's own");
}

static void add_list(const struct picture *picture, const struct free_list *list, struct text *text)
{
    char at[SIZE_TEXT_MAX];

    for (size_t i = 0; i < list->count; i++) {
        const struct block *block = block_table_get(&picture->blocks, list->items[i]);

        text_add(text, "%s%s (%" PRIu64 ")", i ? ", " : ": ", offset_text(list->items[i], at),
                 block ? block->size : 0);
    }
}

void heap_text_add_lists(struct session *session, struct text *text)
{
    const struct picture *picture = &session->mirror->picture;
    struct free_lists lists = {0};
    struct error ignored;

    session_read_lists(session, SIZE_MAX, &lists, &ignored);
    for (uint32_t list = 0; list < lists.count; list++) {
        const char *name = description_list_name(&picture->description, list);

        if (lists.lists[list].count == 0)
            continue;
        text_add(text, "%s%s, head first", lists.count == 1 ? "free list" : "list ",
                 lists.count == 1 ? "" : name);
        add_list(picture, &lists.lists[list], text);
        text_add_string(text, "\n");
    }
    free_lists_finish(&lists);
}

void heap_text_add(struct session *session, struct text *text)
{
    const struct picture *picture = &session->mirror->picture;
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;
    char at[SIZE_TEXT_MAX];

    heap_text_add_rules(session, text);
    text_add_string(text, "\n");
    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        text_add(text, "  %s %6" PRIu64 "  ", offset_text(block->at, at), block->size);
        heap_text_add_block(picture, block, text);
        text_add_string(text, "\n");
    }
    heap_text_add_lists(session, text);
}
