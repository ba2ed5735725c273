/* kind.h: the kinds of heap: rows of functions behind which any allocator is driven and read back.
 *
 * A function that is not there is a capability that is not there. Whoever uses a heap asks what it
 * can do, never which kind it is; a kind can be left out, or one added, without anybody noticing.
 *
 * The room stands apart from src/target because it knows neither processes nor a wire: the heap
 * process drives kinds, and so does the bench, in its own process and with nothing in between.
 * Nothing here allocates but the kinds' heaps themselves. */
#ifndef KIND_KIND_H
#define KIND_KIND_H

#include "heap/aside.h"

struct kind_description;

/* What a heap can do: a bit each, and how people read it. */
/* clang-format off */
#define KIND_CAPABILITIES(X)                                                                      \
    X(ACTS, "acts")                     /* it can be asked to allocate and to free */             \
    X(RESIZES, "resizes")               /* payloads can be made larger and smaller */             \
    X(MERGES, "merges")                 /* it can be told to merge free neighbours */             \
    X(EXPLAINS, "explains")             /* it reports what it does, event by event */             \
    X(INFERS, "infers")                 /* that is inferred from before and after */              \
    X(WALKS, "walks")                   /* its blocks can be read back from memory */             \
    X(LISTS, "lists")                   /* its lists of free blocks can be read back */           \
    X(CHECKS, "checks")                 /* it has invariants, and can look for damage */          \
    X(TELLS_FREE, "tells-free")         /* blocks read back say truly whether they are free */    \
    X(KNOWS_REQUESTS, "knows-requests") /* the bytes that were asked for are known */             \
    X(CLONES, "clones")                 /* a copy of its process has a heap like it */            \
    X(LIMITS, "limits")                 /* a limit on the process's data is a limit on it */      \
    X(PLACED, "placed")                 /* it lives in the memory that it is handed */            \
    X(SPEAKS, "speaks")                 /* it may print, and end the process */                   \
    X(MAPS, "maps")                     /* large payloads lie outside, each mapped for itself */
/* clang-format on */

enum kind_capability_number {
#define X(name, text) KIND_NUMBER_##name,
    KIND_CAPABILITIES(X)
#undef X
        KIND_CAPABILITY_COUNT
};

enum kind_capability {
#define X(name, text) KIND_##name = 1 << KIND_NUMBER_##name,
    KIND_CAPABILITIES(X)
#undef X
};

/* How a heap is to be opened. */
struct kind_opening {
    const struct hg_config *config;
    const struct hg_os *os; /* of a kind that is placed: where its memory comes from */
    hg_observer
        *observer; /* of a kind that explains: told of everything, with `context`, or NULL */
    void *context;
    bool
        is_hurried; /* it need not be the same heap, byte for byte, whether it is observed or not */
};

/* In whose memory a heap lies: that of the process that serves it, or nobody's any more. */
enum { KIND_PROCESS_OWN = 0, KIND_PROCESS_NONE = -1 };

/* What came of an operation: payloads, NULL for none. */
struct kind_deed {
    const void *before; /* handed in */
    const void *after;  /* answered */
    size_t size;        /* asked for, */
    size_t alignment;   /* at a multiple of this; 0 for what the kind does by itself */
    bool is_refused;
    bool is_plain; /* it is no more than an allocation, a resizing, or a release */
};

/* Where blocks have changed: ranges in the order of the heap, none of which touches another. */
struct kind_range {
    uint64_t low, high; /* UINT64_MAX: the break */
};
struct kind_changes {
    size_t count;
    const struct kind_range *ranges;
    size_t unlisted; /* about so many blocks there of which walk_changed has to find the list */
};

enum { KIND_ENVIRONMENT_MAX = 1024 };

#define KIND_NOWHERE UINT64_MAX /* in place of an offset, or of an address */

/* A kind of heap. `heap` is what open answered, NULL where there is no open. Functions behave as
 * those of heapglass/heap.h that are named beside them, where nothing else is said. */
struct kind {
    const char *name;
    uint32_t declared; /* capabilities that no function tells */

    /* Its policies, from 0; NULL beyond the last. */
    const struct hg_policy_info *(*policy)(unsigned number);
    /* hg_config_problem. Without it every config of its policies will do. */
    const char *(*problem)(const struct hg_config *config, unsigned *ret_setting);

    /* What must stand in the environment of a process before it begins, for a heap of this config:
     * "NAME=VALUE"; false for nothing. */
    bool (*environment)(const struct hg_config *config, char text[KIND_ENVIRONMENT_MAX]);
    /* Move the process's break, where no heap lies yet, to where this kind's heaps should begin.
     *   returns  the heap's first byte where its memory is there already, and ends at the break;
     *            else NULL */
    void *(*place)(void);

    /* Open a heap. The first byte of a placed one is the next that `os` gives; any other begins at
     * the process's break, and there can be only one.
     *   ret_problem  a sentence where errno is not enough, else untouched
     *   returns      NULL with errno set */
    void *(*open)(const struct kind_opening *opening, const char **ret_problem);
    void (*close)(void *heap);
    size_t (*extent)(const void *heap); /* hg_size */
    /* Of a heap that is read elsewhere than where it lives: the address of its first byte there.
     * Without it, it lives where it is read. */
    uint64_t (*address)(const void *heap);

    void *(*allocate)(void *heap, size_t size);
    void *(*allocate_zeroed)(void *heap, size_t count, size_t size);
    void *(*allocate_aligned)(void *heap, size_t alignment, size_t size);
    void *(*resize)(void *heap, void *payload, size_t size);
    bool (*release)(void *heap, void *payload);
    void (*coalesce)(void *heap);
    size_t (*usable)(const void *heap, const void *payload);

    /* Let it look at itself after an operation, if that is wanted, and print what it will; false
     * where it finds itself damaged. */
    bool (*inspect)(void *heap);

    /* hg_observe. */
    void (*observe)(void *heap, hg_observer *observer, void *context);
    /* hg_aside_lend; NULL where nothing would be kept there. */
    void (*lend)(void *heap, struct hg_aside *aside);

    /* For who does not observe itself: look at the heap before an operation, of which is known what
     * is handed in and asked for, and tell the observer afterwards what must have happened. The
     * latter answers where blocks have changed, until it is called again; NULL for anywhere. */
    void (*look)(void *heap, size_t extent, const struct kind_deed *intended);
    const struct kind_changes *(*infer)(void *heap, size_t extent, const struct kind_deed *deed);

    /* Reading back: hg_walk, hg_list_walk and hg_check. Nothing outside [start, start + extent) is
     * read, whatever the bytes there are. */
    void (*walk)(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                 void *context);
    struct hg_list_end (*walk_list)(const void *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context);
    bool (*check)(const void *heap, size_t extent, struct hg_defect *ret_defect);
    /* Like walk, for who infers, but only while it is where the operation inferred last has changed
     * blocks, and nothing else has been asked since. There it costs as much as there is to visit,
     * and not what there is on lists. */
    void (*walk_changed)(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                         void *context);

    /* From now on nothing in the heap changes, so that what one walk found out may serve the next;
     * or it may change again. Without it that does not matter. */
    void (*hold)(void *heap, bool is_still);

    /* hg_examine. */
    void (*examine)(const void *heap, size_t extent, const void *address,
                    struct hg_pointer_report *ret_report);

    /* Fill in what is the heap's own: settings, lists, header fields. See description.h. */
    void (*describe)(const void *heap, const struct hg_config *config,
                     struct kind_description *description);
};

/* The kinds, in the order in which their policies are listed: `hg` is kind_hg, in kind_hg.c.
 * The functions of `glibc` that allocate, resize and release are those of whatever malloc the
 * process has, and need no heap to have been opened. */
/* clang-format off */
#define KINDS(X)                                                                                  \
    X(hg)    /* the library's policies */                                                         \
    X(glibc) /* the C library's malloc, on the process's break */                                 \
    X(foreign) /* another process's, which is only looked at, if there is one: see image.h */     \
    X(own)   /* a library of the user's, if there is one: see own.h; */                           \
    X(own_unmarked) /* one whose blocks a layout tells, but not which of them are used; */         \
    X(own_laid)     /* whose blocks it tells in full; */                                           \
    X(own_listed)   /* and the list of free ones, too */
/* clang-format on */

#define X(name) extern const struct kind kind_##name;
KINDS(X)
#undef X

/* The bits of what a heap of this kind can do. */
uint32_t kind_capabilities(const struct kind *kind);

/* ---- Policies, each of which belongs to one kind ---- */

/* The policy with this number among those of all kinds, from 0, and in `ret_kind`, if that is not
 * NULL, whose it is; NULL beyond the last. The first is the default. */
const struct hg_policy_info *kind_policy(unsigned number, const struct kind **ret_kind);

/* The policy of this name; NULL if no kind has one, or the name is NULL. Its number, in
 * `ret_number` if that is not NULL. */
const struct hg_policy_info *kind_policy_find(const char *name, unsigned *ret_number);

/* The kind that has the policy of this name; NULL if none has. */
const struct kind *kind_of_policy(const char *name);

/* The settings of a config: those of the library's policies; behind them one that is none of a
 * policy's, as whoever drives a heap in a process of its own guards it, whatever its kind; and the
 * C library's, whose bits are in the `settings` of its policy. */
enum {
    KIND_SETTING_GUARD = HG_SETTING_COUNT,
    KIND_SETTING_TOP_PAD,
    KIND_SETTING_TRIM_THRESHOLD,
    KIND_SETTING_MMAP_THRESHOLD,
    KIND_SETTING_TCACHE_COUNT,
    KIND_SETTING_TCACHE_MAX,
    KIND_SETTING_TCACHE_UNSORTED,
    KIND_SETTING_MXFAST,
    KIND_SETTING_PERTURB,
    KIND_SETTINGS
};

/* A config with the initial value of every setting. */
struct hg_config kind_config_default(const char *policy);

/* A config without what is none of its policy's settings, the guard first: what a kind is to be
 * opened with. */
struct hg_config kind_unguarded(const struct hg_config *config);

/* The setting with this number; NULL beyond the last. */
const struct hg_setting_info *kind_setting(unsigned number);

/* hg_config_problem, for policies of every kind. */
const char *kind_config_problem(const struct hg_config *config, unsigned *ret_setting);

#endif
