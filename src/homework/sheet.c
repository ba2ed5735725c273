/* sheet.c: see sheet.h. */
#include "homework/sheet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "exercise/heap_text.h"
#include "explain/explain.h"

/* ---- Papers ---- */

void paper_finish(struct paper *paper)
{
    for (size_t i = 0; i < paper->count; i++) {
        struct paper_item *item = &paper->items[i];

        for (size_t j = 0; j < item->block_count; j++)
            free(item->blocks[j].words);
        free(item->blocks);
        free(item->text);
        free(item->label);
    }
    free(paper->items);
    *paper = (struct paper){0};
}

static struct paper_item *add(struct paper *paper, enum paper_kind kind, const char *text)
{
    struct paper_item *item;

    paper->items =
        memory_reserve(paper->items, &paper->capacity, paper->count + 1, sizeof paper->items[0]);
    item = &paper->items[paper->count++];
    *item = (struct paper_item){.kind = kind, .text = memory_copy_string(text)};
    return item;
}

/* Add a text, which is taken over. */
static void add_text(struct paper *paper, enum paper_kind kind, struct text *text)
{
    add(paper, kind, text_string(text));
    text_finish(text);
}

static enum paper_fill fill_of(const struct block *block)
{
    return block->kind == HG_KIND_FREE   ? PAPER_FREE
           : block->kind == HG_KIND_USED ? PAPER_USED
                                         : PAPER_OWN;
}

static void add_heap(struct paper *paper, struct session *session)
{
    const struct picture *picture = &session->mirror->picture;
    struct paper_item *item = add(paper, PAPER_HEAP, "");
    struct block_cursor cursor = block_table_find(&picture->blocks, 0);
    const struct block *block;
    struct text lists = {0};

    item->blocks = memory_create(block_table_count(&picture->blocks), sizeof item->blocks[0]);
    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        struct paper_block *drawn = &item->blocks[item->block_count++];
        const char *name = picture_block_name(picture, block);
        struct text words = {0};

        heap_text_add_block(picture, block, &words);
        *drawn = (struct paper_block){.at = block->at,
                                      .size = block->size,
                                      .fill = fill_of(block),
                                      .words = memory_copy_string(text_string(&words))};
        snprintf(drawn->name, sizeof drawn->name, "%s", name ? name : "");
        text_finish(&words);
    }
    heap_text_add_lists(session, &lists);
    add_text(paper, PAPER_ROWS, &lists);
}

/* ---- Exercises ---- */

static void add_question(struct paper *paper, const struct exercise *exercise, unsigned number)
{
    struct text heading = {0}, question = {0};

    text_add(&heading, "Exercise %u", number);
    add_text(paper, PAPER_HEADING, &heading);
    add_heap(paper, exercise->before);
    text_add(&question, "`%s`: %s", text_string(&exercise->command),
             text_string(&exercise->question));
    add_text(paper, PAPER_TEXT, &question);
}

/* Append what the allocator did, a line for each thing. */
static void add_story(const struct session *session, struct text *text)
{
    const struct picture *picture = &session->mirror->picture;
    const struct step *step = history_last_step(session->history);
    const char *act = "";

    for (size_t i = 0; i < picture->events.count; i++) {
        const struct hg_event *event = &picture->events.items[i];
        const char *last = act;

        act = explain_act(event);
        text_add(text, "%-9s ", act == last ? "" : act);
        explain_event(picture, session->history, step, event, EXPLAIN_EXACT, text);
        text_add_string(text, "\n");
    }
}

/* The answer and why; then what the allocator did, thing by thing; and what came of it. */
static void add_solution(struct paper *paper, const struct exercise *exercise)
{
    struct session *after = exercise->after;
    struct text solution = {0}, story = {0};

    text_add_string(&solution, "**");
    exercise_add_answer(exercise, text_string(&exercise->answer), &solution);
    text_add(&solution, "**. %s", text_string(&exercise->reason));
    add_text(paper, PAPER_SOLUTION, &solution);
    add_story(after, &story);
    add_text(paper, PAPER_ROWS, &story);
    add_heap(paper, after);
}

static void add_beginning(const struct sheet *sheet, const struct exercise *first,
                          struct paper *paper)
{
    struct text title = {0}, rules = {0};
    struct paper_item *item;

    text_add(&title, "Heap exercises%s, seed ", sheet->is_solved ? ": solutions" : "");
    utf8_add_visible_line(&title, sheet->seed_words);
    item = add(paper, PAPER_SHEET, text_string(&title));
    item->label = memory_copy_string(sheet->student);
    text_finish(&title);
    text_add_string(&rules, "The heap: ");
    heap_text_add_rules(first->before, &rules);
    text_add_string(&rules, ". Sizes are in bytes and count headers; offsets count from the heap's "
                            "start. Each command is carried out on the heap that stands above it.");
    add_text(paper, PAPER_TEXT, &rules);
}

bool sheet_add(const struct sheet *sheet, struct paper *paper, struct error *error)
{
    for (unsigned number = 0; number < sheet->count; number++) {
        const struct exercise_id id = {
            sheet->seed, number,
            sheet->topic_count ? sheet->topics[number % sheet->topic_count] : TOPICS};
        struct exercise exercise;

        if (!exercise_create_any(sheet->config, &id, &exercise, error))
            return false;
        if (number == 0)
            add_beginning(sheet, &exercise, paper);
        add_question(paper, &exercise, number + 1);
        if (sheet->is_solved)
            add_solution(paper, &exercise);
        else
            add(paper, PAPER_BLANK, "Answer");
        exercise_finish(&exercise);
    }
    return true;
}
