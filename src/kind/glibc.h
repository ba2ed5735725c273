/* glibc.h: what the files of the kind `glibc` share: the C library's malloc, seen from outside.
 *
 * Nothing here needs symbols of the C library's. Where its thread cache and its arena lie is found
 * when a heap is opened, by looking at what malloc writes into a few blocks, and is believed only
 * if all that can be read there agrees; else there is no layout, and chunks are all that is told.
 *
 *      thread cache:  uint16_t counts[64], pointers to payloads [64]; the first chunk of the heap.
 *                     In later versions there are 12 more of each, for larger blocks, and what is
 *                     counted is how many more there may be
 *      arena:         ... fast bins [10], top, last remainder, bins [254], bin map ...; in the
 *                     library's own data. The first bin, which is no bin by size, is the unsorted
 *                     one; its header is a chunk whose links are bins[0] and bins[1]. Later
 *                     versions have no fast bins
 *
 * Since 2.32 the links of the thread cache and of fast bins are stored exclusive-or-ed with the
 * address that they stand at, shifted right by 12: safe-linking. */
#ifndef KIND_GLIBC_H
#define KIND_GLIBC_H

#include "kind/description.h"
#include "kind/kind.h"

/* Lists, by number. Those of thread caches and the fast bins hold chunks that look used, small ones
 * of one size; the top is told as a list of one. Where threads are known that are not our own, the
 * last are what waits in the caches of all but one. */
enum {
    GLIBC_CACHE_LISTS = 64,
    GLIBC_CACHE_LARGE_LISTS = 12,
    GLIBC_CACHE_PLACES = GLIBC_CACHE_LISTS + GLIBC_CACHE_LARGE_LISTS, /* in a cache, by number */
    GLIBC_FAST_LISTS = 10,
    GLIBC_BINS = 127, /* the unsorted one, and those by size, of which the last is never used */
    GLIBC_SMALL_BINS = 62,
    GLIBC_LIST_FAST = GLIBC_CACHE_LISTS,
    GLIBC_LIST_UNSORTED = GLIBC_LIST_FAST + GLIBC_FAST_LISTS,
    GLIBC_LIST_SMALL, /* bin 2, as the C library counts them */
    GLIBC_LIST_LARGE = GLIBC_LIST_SMALL + GLIBC_SMALL_BINS,
    GLIBC_LIST_TOP = GLIBC_LIST_UNSORTED + GLIBC_BINS - 1,
    GLIBC_LIST_CACHE_LARGE,
    GLIBC_LIST_OTHERS = GLIBC_LIST_CACHE_LARGE + GLIBC_CACHE_LARGE_LISTS,
    GLIBC_LISTS = GLIBC_LIST_OTHERS + GLIBC_CACHE_PLACES,

    GLIBC_WORD = sizeof(uint64_t),
    GLIBC_CHUNK_LEAST = 32,
    GLIBC_FENCE = 16, /* the size of a chunk that ends a part of the heap */
    GLIBC_ALIGNMENT = 16,
};

/* The flags in a chunk's word `size`. */
enum {
    GLIBC_LEFT_USED = 1, /* PREV_INUSE, */
    GLIBC_MAPPED = 2,    /* IS_MMAPPED, */
    GLIBC_ELSEWHERE = 4, /* and NON_MAIN_ARENA */
    GLIBC_FLAGS = 7,
};

/* Where things lie, in bytes, in versions from 2.`first` to 2.`last`. */
struct glibc_layout {
    unsigned first, last;
    bool is_safe_linked;
    bool counts_room;      /* in the thread cache, not what is there */
    uint32_t cache_places; /* lists that it has */
    uint32_t cache_size;   /* of its chunk */
    uint32_t cache_entries;
    uint32_t fast, top, bins, bin_map; /* in the arena; fast is 0 where there are no fast bins */
};

/* A chunk as its header says; offsets are of the word `size`. */
struct glibc_chunk {
    uint64_t at, size;
    bool left_used;
    bool is_top; /* the last one, which ends at the break */
};

/* A block that is free, or waits in a cache, as it was before a step. */
struct glibc_free {
    uint64_t at, size;
    uint32_t list;  /* HG_NO_LIST: it is not known */
    uint32_t place; /* on it, from its head; on the unsorted bin from its tail */
};

enum {
    GLIBC_MARKS = 32 << 20, /* of so many bytes of heap is told at a time, divided by 32: */
    GLIBC_MARKED_MOST = GLIBC_MARKS * GLIBC_CHUNK_LEAST,
    GLIBC_FREE_MOST = 1 << 20,  /* blocks that are remembered */
    GLIBC_RANGES_MAX = 1 << 14, /* where a step changed blocks; to sort the unsorted bin changes
                                   10,000; */
    GLIBC_RANGES_MANY = GLIBC_RANGES_MAX / 4 * 3, /* so many of them that do not touch are too many
                                                     to bring in order again and again */
    GLIBC_FAST_NEAR = 256 /* no operation takes more from a fast bin, unless it empties all */
};

/* What there was before a step. */
struct glibc_before {
    uint64_t extent;
    struct glibc_chunk held; /* what the step is about, of size 0 for nothing */
    uint64_t top;
    uint64_t needed; /* the size of the block that is asked for; 0: none is, */
    uint64_t wanted; /* and of the one that is looked for: more where an aligned one is cut of it */
    size_t count;
    size_t listed; /* so many of the blocks were remembered along lists, the unsorted bin's from its
                      tail on; the others are beside some block */
    uint64_t kept; /* the block of the unsorted bin up to which, from its tail, all are here, and
                      which should stay there; UINT64_MAX: the whole bin is */
    bool has_bins; /* also what the bins by size have; else what they had is known by what is free
                      beside the block in question, and by what came of it */
    bool releases; /* a block is given back, and what waits is left alone: nobody asks on which
                      list it is what is free beside that block */
    bool is_whole; /* all that should be here is */
    uint32_t sorted;  /* afterwards: so many from the tail of the unsorted bin have left it */
    bool keeps_fast;  /* likewise: what waits in fast bins is still there, but for their heads */
    bool merges_fast; /* what waits in fast bins may be merged, */
    bool trusts_fast; /* something waits in fast bins, and is thought to do so afterwards */
    struct glibc_free blocks[GLIBC_FREE_MOST];
};

/* A list of a cache of another process's that is not as its cache says; or, where `list` is
 * HG_NO_LIST, the header of the cache's own chunk, at `last`. */
struct glibc_torn {
    uint64_t last; /* the offset of the block whose link is the last that was followed; 0 where it
                       stands in the cache */
    uint64_t link; /* where it leads, an address */
    uint32_t list, how; /* enum hg_list_ending; ended: only what is counted is not true */
};

/* Where a step changed blocks: ranges as they came, some perhaps more than once. */
struct glibc_changes {
    size_t count;
    size_t noted;  /* before those that touch were joined */
    size_t sorted; /* so many left the unsorted bin for that of their size, and have marks */
    bool is_all;   /* there were too many to tell them apart */
    struct kind_range ranges[GLIBC_RANGES_MAX];
};

/* While the lists of many blocks are found, and the heap is as it is. */
struct glibc_finding {
    bool is_many;      /* this is so; */
    bool is_marked;    /* then what is on the unsorted bin has a mark: */
    uint64_t marked;   /* so many blocks; */
    uint64_t followed; /* so many links were followed without */
};

/* What is to be remembered of a heap; it lies in a mapping of its own, of which only what is needed
 * is ever touched. */
struct glibc {
    const char *start; /* its bytes, */
    uint64_t address;  /* and where they lie in the process whose heap it is */
    size_t own;        /* bytes from the start on that were in use before the first payload was */
    const struct glibc_layout *layout; /* NULL: nothing is known but chunks */
    const char *cache, *arena;
    uint64_t arena_address; /* likewise */
    bool is_elsewhere;      /* it is not the main arena's: chunks may say so */
    /* Of an arena with several heaps: two words of memory at an address in another of them; NULL
     * where it is in none. And how many bytes those have. */
    const char *(*find)(const struct glibc *glibc, uint64_t address);
    uint64_t others;
    /* Of another process's heap: the blocks that wait in caches, of which this reads none: those of
     * list number l, of the cache and then of others, from waiting_from[l] to waiting_from[l + 1];
     * and the lists that a cache did not tell the truth of. */
    const uint64_t *waiting;
    const uint32_t *waiting_from;
    const struct glibc_torn *torn;
    uint64_t torn_count;
    bool is_still;         /* nothing in it changes: what was marked stays so */
    bool is_marked;        /* of a still one: marks are there, */
    uint64_t marked_from;  /* from here on */
    uint64_t marked_until; /* up to here */
    hg_observer *observer;
    void *context;
    struct glibc_finding finding;
    unsigned char marks[GLIBC_MARKS]; /* see glibc_marks.c; 0 between calls */
    struct glibc_changes changes;     /* that the last step made, */
    struct kind_changes answer;       /* and as they are told */
    struct glibc_before before;
};

/* ---- glibc_chunks.c ---- */

/* Read the header at `at`; false where it makes no sense. */
bool glibc_read_chunk(const struct glibc *glibc, size_t extent, uint64_t at,
                      struct glibc_chunk *ret_chunk);

/* The block at `at`, which lies below the break, by chunk headers alone. What cannot be read is one
 * block up to where headers lead, one after the other, to the end again; likewise where a part of
 * the heap ends, and what follows is not malloc's.
 *   cost  O(1); behind a damaged header O(bytes) */
struct hg_block glibc_read_block(const struct glibc *glibc, size_t extent, uint64_t at);

/* Whether a block can begin at `at`. */
bool glibc_may_begin(const struct glibc *glibc, size_t extent, uint64_t at);

/* ---- glibc_read.c: what a kind does that reads such a heap; see kind.h ---- */

void glibc_walk(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                void *context);
void glibc_walk_changed(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                        void *context);
struct hg_list_end glibc_walk_known_list(const void *heap, size_t extent, uint32_t list,
                                         hg_list_visitor *visitor, void *context);
bool glibc_check(const void *heap, size_t extent, struct hg_defect *ret_defect);

/* Describe the headers of its chunks, and its lists; where these are not known, it cannot tell what
 * hangs on them. A heap that is NULL is not open. */
void glibc_describe_chunks(const struct glibc *glibc, struct kind_description *description);

/* ---- glibc_layout.c ---- */

/* Let malloc set up its thread cache at the start of a heap in which there is nothing, where it
 * does so only when a small block is freed; behind it, all is the top's. */
void glibc_place_cache(struct glibc *glibc);

/* Find the thread cache and the arena of a heap in which nothing has been allocated, and set the
 * layout if all is found; the heap is then as it was. */
void glibc_probe(struct glibc *glibc);

/* The layout for this version ("2.36"); NULL if there is none. */
const struct glibc_layout *glibc_layout_of(const char *version);

/* The layout with this number, from 0; NULL beyond the last. */
const struct glibc_layout *glibc_layout_at(unsigned number);

/* ---- glibc_lists.c: heaps with a layout ---- */

/* How many lists there can be; some below may not be there, and are empty. */
uint32_t glibc_list_count(const struct glibc *glibc);

/* The place in a cache of one of its lists, and back. */
uint32_t glibc_cache_place(uint32_t list);
uint32_t glibc_list_of_place(uint32_t place);

/* The least size of the chunks in a place of a cache. */
uint64_t glibc_cache_size(uint32_t place);

/* The place in a cache for chunks of a size, as if it were one that takes large ones;
 * GLIBC_CACHE_PLACES where there is none. */
uint32_t glibc_place_of_size(uint64_t size);

/* Visit the blocks on a list, head first, as hg_list_walk does. Of the lists of several
 * threads' caches in another process, how the first one ends is told that is torn. */
struct hg_list_end glibc_walk_list(const struct glibc *glibc, size_t extent, uint32_t list,
                                   hg_list_visitor *visitor, void *context);

uint64_t glibc_list_length(const struct glibc *glibc, size_t extent, uint32_t list);

/* What the thread cache counts of a list of its. */
uint32_t glibc_cache_count(const struct glibc *glibc, uint32_t list);

/* The offset of the top. */
uint64_t glibc_top(const struct glibc *glibc);

/* The list for chunks of a size in a thread cache that takes large ones, too, in the fast bins, and
 * among the bins by size; HG_NO_LIST where there is none. */
uint32_t glibc_cache_list(uint64_t size);
uint32_t glibc_fast_list(uint64_t size);
uint32_t glibc_bin_list(uint64_t size);

/* The list of the same sort, be it the thread cache's or another, for chunks of a size. */
uint32_t glibc_list_like(uint32_t list, uint64_t size);

/* Whether the blocks on it look used: they wait, unmerged. */
static inline bool glibc_list_is_cache(uint32_t list)
{
    return list < GLIBC_LIST_UNSORTED || (list > GLIBC_LIST_TOP && list < GLIBC_LISTS);
}

/* Whether it is a thread's cache, the heap's own or another. */
static inline bool glibc_list_is_threads(uint32_t list)
{
    return list < GLIBC_LIST_FAST || (list > GLIBC_LIST_TOP && list < GLIBC_LISTS);
}

/* The list's name, role and links. */
struct hg_list_info glibc_list_info(uint32_t list);

/* The first thing in which lists and chunks contradict each other, or nothing. The chunks alone
 * make sense. */
bool glibc_check_lists(const struct glibc *glibc, size_t extent, struct hg_defect *ret_defect);

/* ---- glibc_sizes.c: large bins by size ---- */

/* Check that a large bin is in its order, and the list of those that are the first of their sizes
 * whole. All its links lead to blocks.
 *   first  the address of the chunk at its head, or that at `header` for none */
bool glibc_check_sizes(const struct glibc *glibc, size_t extent, uint64_t first, uint64_t header,
                       struct hg_defect *ret_defect);

/* ---- glibc_marks.c: which chunks are on which list ---- */

/* A byte for each 32 bytes of heap, in which at most one chunk begins: the sort of list that it is
 * on, and in which half it begins. */
struct glibc_marks {
    struct glibc *glibc;
    size_t extent;
    bool is_lazy;  /* lists are marked when a block of their sizes is seen, bins by size never */
    uint64_t base; /* of what is marked now */
    uint64_t marked[GLIBC_LISTS / 64 + 1]; /* a bit for each list that is */
    uint64_t odd; /* where what is on a list was not taken, or is on one twice; UINT64_MAX */
};

/* Mark what is on lists from the offset `from` on.
 *   is_lazy  of the lists that a block can be on when it is looked for, and never of the bins by
 *            size: what is free and not marked is on these */
struct glibc_marks glibc_marks_begin(const struct glibc *glibc, size_t extent, uint64_t from,
                                     bool is_lazy);

/* Take the mark of the block at `at`; offsets rise from call to call.
 *   size     its
 *   returns  the list that it is on; HG_NO_LIST for none */
uint32_t glibc_marks_take(struct glibc_marks *marks, uint64_t at, uint64_t size);

void glibc_marks_end(struct glibc_marks *marks);

/* What a kind does whose heap may be still for a while; see kind.h. */
void glibc_hold(void *heap, bool is_still);

/* Forget what is marked of a still heap: marks are then as those of another. */
void glibc_marks_forget(struct glibc *glibc);

/* ---- glibc_find.c: which list a block is on, without looking at all of any list ---- */

/* The list that a block is on; HG_NO_LIST for none. That it is on a fast bin is seen if it is one
 * of the first GLIBC_FAST_NEAR there.
 *   cost  O(blocks on the thread cache's list), or O(blocks between it and the nearer end of its
 *         bin), O(blocks on the unsorted bin) or O(blocks between it and one of another bin's
 *         size), whatever is less */
uint32_t glibc_find_list(const struct glibc *glibc, size_t extent, const struct hg_block *block);

/* The lists of perhaps many blocks are found from here on, up to where that ends, and the heap is
 * as it is: all that takes no longer than a few walks along the unsorted bin. Marks of that come
 * beside those that others set meanwhile.
 *   pre:  marks tell of all of the heap */
void glibc_begin_finding(struct glibc *glibc);
void glibc_end_finding(struct glibc *glibc, size_t extent);

/* Where on a list a block stands; UINT64_MAX where it is not among the first few. */
uint64_t glibc_find_place(const struct glibc *glibc, size_t extent, uint32_t list, uint64_t at);

/* Whether what is beside a free block on its list, whichever that is, leads back to it. */
bool glibc_is_linked(const struct glibc *glibc, size_t extent, uint64_t at);

/* The block at the tail of the unsorted bin; UINT64_MAX where that is empty. */
uint64_t glibc_unsorted_tail(const struct glibc *glibc, size_t extent);

/* Visit the blocks of the unsorted bin from its tail on, which is where malloc begins. */
void glibc_walk_unsorted_back(const struct glibc *glibc, size_t extent, hg_list_visitor *visitor,
                              void *context);

/* ---- glibc_before.c ---- */

void glibc_look(void *heap, size_t extent, const struct kind_deed *intended);

/* The block that was free before and held the byte at `at`; NULL if none is remembered that did. */
const struct glibc_free *glibc_free_before(const struct glibc_before *before, uint64_t at);

/* Whether so many blocks wait in fast bins, or more. */
bool glibc_has_fast(const struct glibc *glibc, size_t extent, size_t count);

/* The free block that ends where a chunk begins; of size 0 where there is none. */
struct hg_block glibc_left_of(const struct glibc *glibc, size_t extent,
                              const struct glibc_chunk *chunk);

/* The block of a payload, by its header; of size 0 where it is not in the heap. */
struct glibc_chunk glibc_block_of(const struct glibc *glibc, size_t extent, const void *payload);

/* ---- glibc_cut.c: what an allocation left of the block that it took ---- */

/* The blocks beside the one that was given, which had been one with it; of size 0 where there is
 * none. The lead lies before it and the trail behind it: what is cut off for the sake of an
 * alignment, and given back as if the user did so. The rest, behind all, was cut off before. */
struct glibc_cut {
    struct hg_block lead, trail, rest;
};

struct glibc_cut glibc_find_cut(const struct glibc *glibc, size_t extent,
                                const struct glibc_chunk *given);

/* ---- glibc_infer.c: what a step did, from before and after ---- */

const struct kind_changes *glibc_infer(void *heap, size_t extent, const struct kind_deed *deed);

/* ---- glibc_sweep.c: what a step did that may give back blocks which nobody names ---- */

/* Tell of all that is on other lists than before it, or merged into the top, and note where that
 * is. Nothing is told unless all that was free before is remembered. */
void glibc_tell_sweep(struct glibc *glibc, size_t extent);

/* ---- glibc_changes.c: where that changed blocks ---- */

/* The blocks from `low` on have changed up to `high`. */
void glibc_note_change(struct glibc_changes *changes, uint64_t low, uint64_t high);

/* A block that is remembered left the unsorted bin for that of its size: a change, and until what
 * is known of such blocks is forgotten, nobody need look for its list. */
void glibc_note_sorted(struct glibc *glibc, const struct glibc_free *block);
bool glibc_was_sorted(const struct glibc *glibc, uint64_t at);

/* Take the marks of all such blocks away, before others are set. */
void glibc_forget_sorted(struct glibc *glibc);

/* Bring them in order, and join those that touch. */
void glibc_order_changes(struct glibc_changes *changes);

#endif
