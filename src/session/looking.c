/* looking.c: see looking.h. */
#include "session/looking.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/size.h"
#include "kind/image.h"
#include "session/difference.h"
#include "session/followed.h"

bool session_is_look(const struct session *session)
{
    return !description_can(&session->mirror->picture.description, KIND_ACTS);
}

bool session_check_acts(const struct session *session, struct error *error)
{
    const struct kind_description *description = &session->mirror->picture.description;

    return !session_is_look(session) ||
           error_set(error,
                     "nothing can be done to the heap of %s: it is only looked at; 'policy' begins "
                     "a heap of your own",
                     description->title);
}

bool session_check_pointers(const struct session *session, struct error *error)
{
    return !session_is_look(session) ||
           error_set(error, "what points into the heap of %s is not known: it is only looked at",
                     session->mirror->picture.description.title);
}

/* ---- Pages ---- */

static struct pages pages_of(const struct kind_image *image, const struct image_heap *heap)
{
    struct pages pages = {.page_size = heap->page_size,
                          .is_by_words = heap->has_huge,
                          .huge = heap->huge,
                          .run_count = heap->pages.count,
                          .run_capacity = heap->pages.count};
    const struct image_pages *rows = image_pages(image, heap);

    pages.runs = memory_create(pages.run_count, sizeof pages.runs[0]);
    for (size_t i = 0; i < pages.run_count; i++) {
        enum page_state state = (enum page_state)rows[i].state;

        pages.runs[i] = (struct page_run){rows[i].first, rows[i].count, state};
        pages.count += rows[i].count;
        pages.counts[state] += rows[i].count;
    }
    return pages;
}

bool session_read_look_pages(const struct session *session, struct pages *ret_pages,
                             struct error *error)
{
    uint64_t size;
    const struct kind_image *image = image_map(session->looks.image, &size);
    const struct image_heap *heap;
    bool good;

    if (!image)
        return error_set_errno(error, "what was looked at cannot be read");
    heap = &image_heaps(image)[session->looks.heap];
    good = heap->pages.count > 0;
    if (good)
        *ret_pages = pages_of(image, heap);
    else if (image->process == KIND_PROCESS_NONE)
        error_set(error, "a core file does not tell which pages were in memory");
    else
        error_set(error, "the kernel did not tell which pages were in memory");
    image_unmap(image, size);
    return good;
}

/* What of the heap was in memory is known from the beginning. */
static void note_resident(struct session *session)
{
    struct error ignored;
    struct pages pages;

    if (!session_read_look_pages(session, &pages, &ignored))
        return;
    session->mirror->resident = session->history->resident = pages_resident(&pages);
    pages_finish(&pages);
}

/* ---- Looks ---- */

void looks_finish(struct looks *looks)
{
    block_table_finish(&looks->before);
    free(looks->large);
    if (looks->image > 0)
        close(looks->image);
    *looks = (struct looks){0};
}

/* Name a heap in an image to the heap processes that are started from now on; an image of 0 for
 * none. */
static void name_heap(int image, uint32_t heap)
{
    char path[64], number[16];

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), image);
    snprintf(number, sizeof number, "%u", heap);
    setenv(KIND_IMAGE_HEAP, number, 1);
    if (image)
        setenv(KIND_IMAGE, path, 1);
    else
        unsetenv(KIND_IMAGE);
}

/* Keep the large blocks of an image, which is about to be closed. */
static void keep_large(int file, struct looks *looks)
{
    uint64_t size;
    const struct kind_image *image = image_map(file, &size);

    if (!image)
        return;
    looks->large_count = image->large.count;
    looks->large = memory_create(looks->large_count, sizeof looks->large[0]);
    memory_copy(looks->large, image_large(image), looks->large_count * sizeof looks->large[0]);
    image_unmap(image, size);
}

/* Keep the blocks of the look that there was, if it was an earlier one at the same heap. */
static void keep_before(struct session *session, const struct mirror *mirror, struct looks *looks)
{
    if (!session_is_look(session) || looks->image == session->looks.image ||
        session->mirror->picture.heap_start != mirror->picture.heap_start)
        return;
    looks->before = session->mirror->picture.blocks;
    looks->metrics_before = session->mirror->picture.metrics;
    looks->has_before = true;
    keep_large(session->looks.image, looks);
    session->mirror->picture.blocks = (struct block_table){0};
}

bool session_look(struct session *session, int image, uint32_t heap, struct error *error)
{
    struct hg_config config = kind_config_default(KIND_IMAGE_POLICY);
    struct history *history = history_create();
    struct looks looks = {.image = image, .heap = heap};
    struct mirror *mirror;

    if (!session_is_free(session, error)) {
        history_destroy(history);
        return false;
    }
    name_heap(image, heap);
    mirror = mirror_create(&config, &history->names, session->history->waiter, error);
    if (!mirror) {
        history_destroy(history);
        name_heap(session->looks.image, session->looks.heap);
        return false;
    }
    history->progress = session->history->progress;
    history->waiter = session->history->waiter;
    history_begin(history, mirror);
    keep_before(session, mirror, &looks);
    if (session->looks.image == image)
        session->looks.image = 0;
    looks_finish(&session->looks);
    session->looks = looks;
    session_take_over(session, mirror, history);
    note_resident(session);
    return true;
}

/* ---- What changed ---- */

enum { LISTED_MOST = 8 };

/* Blocks of one sort of change: how many, and the largest of them. Where they lie is an offset into
 * the heap, or of those that lie in none an address. */
struct changed {
    size_t count;
    uint64_t bytes;
    struct changed_block {
        uint64_t at, size, before;
    } largest[LISTED_MOST]; /* the largest first */
    size_t listed;
};

static void note(struct changed *changed, uint64_t at, uint64_t size, uint64_t before)
{
    size_t place = changed->listed;

    changed->count++;
    changed->bytes += size > before ? size - before : before - size;
    while (place > 0 && changed->largest[place - 1].size < size)
        place--;
    if (place == LISTED_MOST)
        return;
    changed->listed += changed->listed < LISTED_MOST;
    for (size_t i = changed->listed - 1; i > place; i--)
        changed->largest[i] = changed->largest[i - 1];
    changed->largest[place] = (struct changed_block){at, size, before};
}

static void add_changed(const struct changed *changed, const char *what, const char *sign,
                        struct text *text)
{
    char sizes[2][SIZE_TEXT_MAX];

    if (changed->count == 0)
        return;
    text_add(text, "\n%-10s%zu block%s, %s:", what, changed->count, changed->count == 1 ? "" : "s",
             size_in_words(changed->bytes, sizes[0]));
    for (size_t i = 0; i < changed->listed; i++) {
        const struct changed_block *block = &changed->largest[i];

        text_add(text, "%s %s0x%04" PRIx64 " ", i > 0 ? "," : "", sign, block->at);
        if (block->before && block->before != block->size)
            text_add(text, "%s to ", size_short(block->before, sizes[1]));
        text_add_string(text, size_short(block->size, sizes[0]));
    }
    if (changed->count > changed->listed)
        text_add(text, ", and %zu smaller", changed->count - changed->listed);
}

enum { ALLOCATED, FREED, GREW, SHRANK, CHANGES };

/* Compare two tables, block by block. Those that are used and begin at the same place are one. */
static size_t compare(const struct block_table *before, const struct block_table *now,
                      struct changed changes[CHANGES])
{
    struct block_cursor cursors[2] = {block_table_find(before, 0), block_table_find(now, 0)};
    const struct block *left, *right;
    size_t kept = 0;

    while ((left = block_cursor_get(&cursors[0])), (right = block_cursor_get(&cursors[1])),
           left || right) {
        bool takes_left = left && (!right || left->at <= right->at);
        bool takes_right = right && (!left || right->at <= left->at);
        bool was_used = takes_left && left->kind == HG_KIND_USED;
        bool is_used = takes_right && right->kind == HG_KIND_USED;

        if (was_used && !is_used)
            note(&changes[FREED], left->at, left->size, 0);
        else if (is_used && !was_used)
            note(&changes[ALLOCATED], right->at, right->size, 0);
        else if (is_used && right->size != left->size)
            note(&changes[right->size > left->size ? GREW : SHRANK], right->at, right->size,
                 left->size);
        else
            kept += is_used;
        if (takes_left)
            block_cursor_next(&cursors[0]);
        if (takes_right)
            block_cursor_next(&cursors[1]);
    }
    return kept;
}

/* The same for blocks with mappings of their own. */
static void compare_large(const struct looks *looks, const struct image_large *now, uint64_t count,
                          struct changed changes[CHANGES])
{
    const struct image_large *before = looks->large;

    for (uint64_t i = 0, j = 0; i < looks->large_count || j < count;) {
        const struct image_large *left = i < looks->large_count ? &before[i] : NULL;
        const struct image_large *right = j < count ? &now[j] : NULL;
        bool takes_left = left && (!right || left->address <= right->address);
        bool takes_right = right && (!left || right->address <= left->address);

        if (takes_left && !takes_right)
            note(&changes[FREED], left->address, left->size, 0);
        else if (takes_right && !takes_left)
            note(&changes[ALLOCATED], right->address, right->size, 0);
        else if (takes_left && right->size != left->size)
            note(&changes[right->size > left->size ? GREW : SHRANK], right->address, right->size,
                 left->size);
        i += takes_left;
        j += takes_right;
    }
}

static void add_large_changes(const struct looks *looks, struct text *text)
{
    static const char *const words[CHANGES] = {"mapped", "unmapped", "grew", "shrank"};
    struct changed changes[CHANGES] = {{0}};
    uint64_t size;
    const struct kind_image *image = image_map(looks->image, &size);

    if (!image)
        return;
    compare_large(looks, image_large(image), image->large.count, changes);
    image_unmap(image, size);
    for (int i = 0; i < CHANGES; i++)
        add_changed(&changes[i], words[i], "", text);
}

bool session_add_changes(const struct session *session, struct text *text, struct error *error)
{
    static const char *const words[CHANGES] = {"allocated", "freed", "grew", "shrank"};
    const struct block_table *before = &session->looks.before;
    const struct block_table *now = &session->mirror->picture.blocks;
    uint64_t was = block_table_end(before), is = block_table_end(now);
    struct changed changes[CHANGES] = {{0}};
    char size[SIZE_TEXT_MAX];
    size_t kept;

    if (!session->looks.has_before)
        return error_set(error, "there was no look before this one");
    kept = compare(before, now, changes);
    text_add(text, "Since the look before, %zu block%s stayed as %s", kept, kept == 1 ? "" : "s",
             kept == 1 ? "it was" : "they were");
    if (was == is)
        text_add(text, ", and the break where it was.");
    else
        text_add(text, ", and the break moved %s by %s.", is > was ? "up" : "down",
                 size_in_words(is > was ? is - was : was - is, size));
    for (int i = 0; i < CHANGES; i++)
        add_changed(&changes[i], words[i], "+", text);
    add_large_changes(&session->looks, text);
    difference_add_metrics(&session->looks.metrics_before, &session->mirror->picture.metrics, text);
    return true;
}
