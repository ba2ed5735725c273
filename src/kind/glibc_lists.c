/* glibc_lists.c: the lists of a heap of the C library's, read from memory; and whether they agree
 * with the chunks. */
#include <string.h>

#include "kind/glibc.h"

static uint64_t word_at(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return word;
}

/* ---- Walking ---- */

/* One list on its way: the address from which the next link is read, and how it is read. */
struct chain {
    const char *head; /* where the link to the first stands */
    uint64_t header;  /* of a bin: the address of the chunk whose links its are */
    bool is_mangled;
    bool to_payload; /* links lead to payloads, else to chunks, two words before */
};

static struct chain chain_of(const struct glibc *glibc, uint32_t list)
{
    const struct glibc_layout *layout = glibc->layout;
    uint32_t bin = list - GLIBC_LIST_UNSORTED;

    if (glibc_list_is_threads(list))
        return (struct chain){.head = glibc->cache + layout->cache_entries +
                                      glibc_cache_place(list) * GLIBC_WORD,
                              .is_mangled = layout->is_safe_linked,
                              .to_payload = true};
    if (list < GLIBC_LIST_UNSORTED)
        return (struct chain){.head = glibc->arena + layout->fast +
                                      (list - GLIBC_LIST_FAST) * GLIBC_WORD,
                              .is_mangled = layout->is_safe_linked};
    if (list == GLIBC_LIST_TOP)
        return (struct chain){.head = glibc->arena + layout->top};
    return (struct chain){.head = glibc->arena + layout->bins + bin * 2 * GLIBC_WORD,
                          .header = glibc->arena_address + layout->bins +
                                    ((uint64_t)bin * 2 - 2) * GLIBC_WORD};
}

/* The offset of the block that a link leads to. */
static uint64_t offset_of(const struct glibc *glibc, const struct chain *chain, uint64_t link)
{
    return link - glibc->address + (chain->to_payload ? -GLIBC_WORD : GLIBC_WORD);
}

/* Whether a list can have something on it. */
static bool has_list(const struct glibc *glibc, uint32_t list)
{
    if (list >= glibc_list_count(glibc))
        return false;
    return glibc->layout->fast || list < GLIBC_LIST_FAST || list >= GLIBC_LIST_UNSORTED;
}

/* The payload of a block that a link leads to, two words of it; it may lie in another heap. NULL
 * where it is in none. */
static const char *payload_of(const struct glibc *glibc, size_t extent, uint64_t at)
{
    if (glibc_may_begin(glibc, extent, at))
        return extent - at < 2 * GLIBC_WORD ? NULL : glibc->start + at + GLIBC_WORD;
    return glibc->find ? glibc->find(glibc, glibc->address + at + GLIBC_WORD) : NULL;
}

/* The link behind a block, of which payload_of has found the payload. */
static uint64_t link_behind(const struct glibc *glibc, const struct chain *chain, uint64_t at,
                            const char *payload)
{
    uint64_t mask = chain->is_mangled ? (glibc->address + at + GLIBC_WORD) >> 12 : 0;

    return word_at(payload) ^ mask;
}

/* How a list ends whose link leads to where no payload is. */
static struct hg_list_end end_at(const struct glibc *glibc, const struct chain *chain,
                                 uint64_t link)
{
    bool is_end = offset_of(glibc, chain, link) == offset_of(glibc, chain, chain->header);

    return (struct hg_list_end){is_end ? HG_LIST_ENDED : HG_LIST_LOST, is_end ? 0 : link};
}

static struct hg_list_end end_stopped(void)
{
    return (struct hg_list_end){.how = HG_LIST_STOPPED};
}

/* The first account of a list that its cache does not tell the truth of; NULL for none. */
static const struct glibc_torn *find_torn(const struct glibc *glibc, uint32_t list)
{
    for (uint64_t i = 0; i < glibc->torn_count; i++) {
        if (glibc->torn[i].list == list)
            return &glibc->torn[i];
    }
    return NULL;
}

/* Visit the blocks on a list of a cache of another process's, which was followed when it was looked
 * at. */
static struct hg_list_end walk_waiting(const struct glibc *glibc, size_t extent, uint32_t list,
                                       hg_list_visitor *visitor, void *context)
{
    const struct glibc_torn *torn = find_torn(glibc, list);
    uint32_t number = glibc_cache_place(list);

    number += list < GLIBC_LIST_OTHERS ? 0 : GLIBC_CACHE_PLACES;
    for (uint32_t i = glibc->waiting_from[number]; i < glibc->waiting_from[number + 1]; i++) {
        uint64_t at = glibc->waiting[i];

        if (!glibc_may_begin(glibc, extent, at))
            break;
        if (!visitor(context, at))
            return end_stopped();
    }
    return torn ? (struct hg_list_end){torn->how, torn->link}
                : (struct hg_list_end){.how = HG_LIST_ENDED};
}

/* A walk along a list's links: whom it tells, and the block before the one at hand, by the address
 * of its chunk, wherever that lies. */
struct walk {
    hg_list_visitor *visitor;
    void *context;
    uint64_t left;
};

static struct hg_list_end walk_chain(const struct glibc *glibc, size_t extent, uint32_t list,
                                     struct walk *walk)
{
    struct chain chain = chain_of(glibc, list);
    uint64_t link = word_at(chain.head);
    size_t most = (extent + glibc->others) / GLIBC_ALIGNMENT;

    walk->left = chain.header;
    for (size_t i = 0; i < most; i++) {
        uint64_t at = offset_of(glibc, &chain, link);
        const char *payload;

        if (glibc_may_begin(glibc, extent, at) && !walk->visitor(walk->context, at))
            return end_stopped();
        if (list == GLIBC_LIST_TOP)
            return (struct hg_list_end){.how = HG_LIST_ENDED};
        payload = payload_of(glibc, extent, at);
        if (!payload)
            return end_at(glibc, &chain, link);
        walk->left = glibc->address + at - GLIBC_WORD;
        link = link_behind(glibc, &chain, at, payload);
    }
    return (struct hg_list_end){HG_LIST_ENDLESS, link};
}

struct hg_list_end glibc_walk_list(const struct glibc *glibc, size_t extent, uint32_t list,
                                   hg_list_visitor *visitor, void *context)
{
    if (!has_list(glibc, list))
        return (struct hg_list_end){.how = HG_LIST_ENDED};
    if (glibc->waiting_from && glibc_list_is_threads(list))
        return walk_waiting(glibc, extent, list, visitor, context);
    return walk_chain(glibc, extent, list, &(struct walk){.visitor = visitor, .context = context});
}

static bool count_one(void *context, uint64_t at)
{
    uint64_t *count = context;

    (void)at;
    ++*count;
    return true;
}

uint64_t glibc_list_length(const struct glibc *glibc, size_t extent, uint32_t list)
{
    uint64_t count = 0;

    glibc_walk_list(glibc, extent, list, count_one, &count);
    return count;
}

uint32_t glibc_cache_count(const struct glibc *glibc, uint32_t list)
{
    uint16_t count;

    memcpy(&count, glibc->cache + glibc_cache_place(list) * sizeof count, sizeof count);
    return count;
}

uint64_t glibc_top(const struct glibc *glibc)
{
    struct chain chain = chain_of(glibc, GLIBC_LIST_TOP);

    return offset_of(glibc, &chain, word_at(chain.head));
}

/* ---- Checking ---- */

struct list_checker {
    const struct glibc *glibc;
    size_t extent;
    uint32_t list;
    uint64_t count; /* blocks on it, */
    uint64_t last;  /* and the last of them, or 0 */
    struct walk walk;
    struct hg_defect *defect;
};

static bool fail(struct hg_defect *defect, enum hg_invariant invariant, uint64_t at)
{
    *defect = (struct hg_defect){.broken = invariant, .at = at};
    return false;
}

/* A block on a list is of its size, looks free or used as those there do, and, where links go both
 * ways, leads back. */
static bool check_listed(void *context, uint64_t at)
{
    struct list_checker *checker = context;
    const struct glibc *glibc = checker->glibc;
    struct hg_block block = glibc_read_block(glibc, checker->extent, at);
    bool looks_used = block.kind == HG_KIND_USED;

    if (block.kind == HG_KIND_UNREADABLE || looks_used != glibc_list_is_cache(checker->list) ||
        glibc_list_like(checker->list, block.size) != checker->list)
        return fail(checker->defect, HG_INVARIANT_LISTED, at);
    if (!looks_used && word_at(glibc->start + at + 2 * GLIBC_WORD) != checker->walk.left)
        return fail(checker->defect, HG_INVARIANT_LINKED, at);
    checker->count++;
    checker->last = at;
    return true;
}

/* Whether the bit that says that a bin may hold something is set, if it does. */
static bool has_bit(const struct glibc *glibc, uint32_t list)
{
    uint32_t bin = list - GLIBC_LIST_UNSORTED + 1, word;

    memcpy(&word, glibc->arena + glibc->layout->bin_map + bin / 32 * sizeof word, sizeof word);
    return list == GLIBC_LIST_UNSORTED || word >> bin % 32 & 1;
}

/* Whether what the thread cache counts of its list is true of so many; where it counts room, what
 * can be there at most is the same of all lists. */
static bool counts_truly(const struct glibc *glibc, size_t extent, uint32_t list, uint64_t count)
{
    if (!glibc->layout->counts_room)
        return count == glibc_cache_count(glibc, list);
    return count + glibc_cache_count(glibc, list) ==
           glibc_list_length(glibc, extent, 0) + glibc_cache_count(glibc, 0);
}

static bool note_one(void *context, uint64_t at)
{
    *(uint64_t *)context = at;
    return false;
}

/* The same of a cache of another process's, which was counted when it was looked at. */
static bool check_waiting(const struct glibc *glibc, size_t extent, uint32_t list,
                          struct hg_defect *defect)
{
    const struct glibc_torn *torn = find_torn(glibc, list);
    uint64_t first = 0;

    if (!torn)
        return true;
    if (torn->how == HG_LIST_LOST)
        return fail(defect, HG_INVARIANT_LEADS, torn->last);
    glibc_walk_list(glibc, extent, list, note_one, &first);
    return fail(defect, HG_INVARIANT_COUNTED, first);
}

static bool check_list(const struct glibc *glibc, size_t extent, uint32_t list,
                       struct hg_defect *defect)
{
    struct list_checker checker = {
        .glibc = glibc, .extent = extent, .list = list, .defect = defect};
    bool is_waiting = glibc->waiting_from && glibc_list_is_threads(list);
    struct hg_list_end end = {.how = HG_LIST_ENDED};
    struct chain chain;
    uint64_t first;

    checker.walk = (struct walk){.visitor = check_listed, .context = &checker};
    if (!has_list(glibc, list))
        return true;
    if (is_waiting)
        walk_waiting(glibc, extent, list, check_listed, &checker);
    else
        end = walk_chain(glibc, extent, list, &checker.walk);
    if (defect->broken != HG_INVARIANT_NONE)
        return false;
    if (is_waiting)
        return check_waiting(glibc, extent, list, defect);
    chain = chain_of(glibc, list);
    first = offset_of(glibc, &chain, word_at(chain.head));
    if (end.how == HG_LIST_LOST)
        return fail(defect, HG_INVARIANT_LEADS, checker.last);
    if (glibc_list_is_threads(list))
        return counts_truly(glibc, extent, list, checker.count) ||
               fail(defect, HG_INVARIANT_COUNTED, checker.count ? first : 0);
    if (glibc_list_is_cache(list))
        return true;
    if (word_at(chain.head + GLIBC_WORD) != checker.walk.left)
        return fail(defect, HG_INVARIANT_LINKED, checker.count ? first : 0);
    if (list >= GLIBC_LIST_LARGE &&
        !glibc_check_sizes(glibc, extent, word_at(chain.head), chain.header, defect))
        return false;
    return checker.count == 0 || has_bit(glibc, list) || fail(defect, HG_INVARIANT_BINS, first);
}

/* Every free block is on a list, and on no list is anything else, or anything twice. */
static bool check_marks(struct glibc *glibc, size_t extent, struct hg_defect *defect)
{
    struct glibc_marks marks = glibc_marks_begin(glibc, extent, glibc->own, false);
    uint64_t at = glibc->own;
    bool good = true;

    while (good && at < extent) {
        struct hg_block block = glibc_read_block(glibc, extent, at);
        uint32_t list = glibc_marks_take(&marks, at, block.size);

        if (block.kind == HG_KIND_FREE && list == HG_NO_LIST)
            good = fail(defect, HG_INVARIANT_LISTED, at);
        at += block.size;
    }
    glibc_marks_end(&marks);
    if (good && marks.odd != UINT64_MAX)
        good = fail(defect, HG_INVARIANT_LISTED, marks.odd);
    return good;
}

/* That nothing is on two lists, or on none, is seen by marks that are taken away. */
static bool check_marks_anew(const struct glibc *still, size_t extent, struct hg_defect *defect)
{
    struct glibc *glibc = (struct glibc *)still;
    bool was_still = glibc->is_still, good;

    glibc_marks_forget(glibc);
    glibc->is_still = false;
    good = check_marks(glibc, extent, defect);
    glibc->is_still = was_still;
    return good;
}

bool glibc_check_lists(const struct glibc *glibc, size_t extent, struct hg_defect *ret_defect)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    const struct glibc_torn *header = find_torn(glibc, HG_NO_LIST);
    bool good = !header || fail(&defect, HG_INVARIANT_TAG, header->last);

    for (uint32_t list = 0; good && list < glibc_list_count(glibc); list++)
        good = list == GLIBC_LIST_TOP || check_list(glibc, extent, list, &defect);
    good = good && check_marks_anew(glibc, extent, &defect);
    if (!good)
        *ret_defect = defect;
    return good;
}
