/* kind_own.c: an allocator of the user's as a kind of heap: a library with the functions of the
 * malloc lab (mm_malloc, mm_free, ...) or with plain malloc, free, realloc and calloc.
 *
 * Its heap is what it takes from the break, by mem_sbrk (see memlib.h) or by sbrk, or an array of
 * its own, around which the break is moved then. So that it lies there alone, the C library's
 * malloc, which loading a library and printing need, is told first to map whatever it is asked for.
 * What the library prints, and that it may end the process, is for whoever serves the heap: see
 * KIND_SPEAKS. One for 32 bits (see narrow.h) is loaded in another way, and called in the same one.
 * Its blocks are read back by a line of layout, if there is one (see own_layout.h);
 * otherwise it tells nothing of them. */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kind/description.h"
#include "kind/diverted.h"
#include "kind/memlib.h"
#include "kind/narrow.h"
#include "kind/own.h"
#include "kind/own_before.h"
#include "kind/own_layout.h"
#include "kind/own_library.h"

/* What was found in the library; it lies in a mapping of its own. What it need not have is NULL. */
struct own {
    char *start;
    struct own_library library;
    struct own_calls calls;
    void *(*allocate_zeroed)(size_t count, size_t size);
    int (*inspect)(void);
    int (*begin)(void);
    int (*take)(void *start, size_t size); /* in place of begin: all memory at once */
    size_t (*region)(void);                /* how much it has at once where it begins */
    struct own_layout layout;              /* all zero where there is none */
};

/* How much is known of its blocks. */
enum shape { SHAPE_NONE, SHAPE_UNTOLD, SHAPE_UNMARKED, SHAPE_LAID, SHAPE_LISTED };

static enum shape shape_of_own(void)
{
    struct own_layout layout;

    if (!getenv(OWN_LIBRARY))
        return SHAPE_NONE;
    if (!own_layout_get(&layout))
        return SHAPE_UNTOLD;
    return layout.used == 0 ? SHAPE_UNMARKED : layout.has_links ? SHAPE_LISTED : SHAPE_LAID;
}

/* The policy is that of the kind that tells as much as is known. */
static const struct hg_policy_info *policy_if(unsigned number, enum shape shape)
{
    static const struct hg_policy_info info = {
        .name = OWN_POLICY,
        .summary = "your own allocator, that of --allocator",
        .reason = "The functions of the file that --allocator names do the work. What they do in "
                  "between nobody tells; payloads are shown where they were handed out, and blocks "
                  "as far as a line of layout says how they lie.",
        .choice = "a block of its own allocator's choice",
        .rounding = "blocks have what the allocator adds",
    };

    return number == 0 && shape_of_own() == shape ? &info : NULL;
}

/* ---- Loading ---- */

/* The names of a function, of which the first that there is counts. */
enum { NAMES = 4 };
struct names {
    const char *names[NAMES];
    unsigned sizes; /* which arguments are sizes, as of narrow_find */
};

/* The function of one of these names of the library for 32 bits. */
static void *find_narrow(const struct names *names)
{
    void *found = NULL;

    for (size_t i = 0; i < NAMES && names->names[i] && !found; i++)
        found = narrow_find(names->names[i], names->sizes);
    return found;
}

/* The library's own function of one of these names; NULL if it has none. What it is linked with
 * does not count.
 *   library  NULL for the one for 32 bits */
static void *find(void *library, const struct names *names)
{
    struct link_map *map = NULL;
    Dl_info info;

    if (!library)
        return find_narrow(names);
    if (dlinfo(library, RTLD_DI_LINKMAP, &map) != 0)
        return NULL;
    for (size_t i = 0; i < NAMES && names->names[i]; i++) {
        void *found = dlsym(library, names->names[i]);

        if (found && dladdr(found, &info) && (uintptr_t)info.dli_fbase == map->l_addr)
            return found;
    }
    return NULL;
}

/* A function's address as the pointer at `ret_function`. */
static bool find_function(void *library, struct names names, void *ret_function)
{
    void *found = find(library, &names);

    memcpy(ret_function, &found, sizeof found);
    return found != NULL;
}

#define NAMED(...)                                                                                 \
    (struct names)                                                                                 \
    {                                                                                              \
        {__VA_ARGS__}, NARROW_NO_SIZE                                                              \
    }

/* What is wrong with the library; NULL if it can do what a heap needs. Functions that go by other
 * names are a set: what it lacks is not another set's. */
static const char *look_up(struct own *own)
{
    void *library = own->library.handle;
    enum { BOTH = NARROW_FIRST_SIZE | NARROW_SECOND_SIZE };
    static const struct names own_allocate = {{OWN_ALLOCATE}, NARROW_FIRST_SIZE},
                              own_zeroed = {{OWN_ZEROED}, BOTH},
                              own_resize = {{OWN_RESIZE}, NARROW_SECOND_SIZE},
                              allocate = {{"mm_malloc", "malloc", "mymalloc"}, NARROW_FIRST_SIZE},
                              zeroed = {{"mm_calloc", "calloc", "mycalloc"}, BOTH},
                              resize = {{"mm_realloc", "realloc", "myrealloc"}, NARROW_SECOND_SIZE};
    bool is_named = find_function(library, own_allocate, &own->calls.allocate);

    if (is_named) {
        find_function(library, own_zeroed, &own->allocate_zeroed);
        find_function(library, own_resize, &own->calls.resize);
    } else {
        find_function(library, zeroed, &own->allocate_zeroed);
        find_function(library, resize, &own->calls.resize);
    }
    find_function(library, NAMED(OWN_CHECK), &own->inspect);
    find_function(library, NAMED(OWN_REGION), &own->region);
    find_function(library, NAMED(OWN_INIT), &own->begin);
    if (!own->begin && !find_function(library, NAMED(OWN_TAKE, "myinit"), &own->take))
        find_function(library, NAMED("mm_init"), &own->begin);
    if (!is_named && !find_function(library, allocate, &own->calls.allocate))
        return "the allocator has neither mm_malloc nor malloc";
    if (!find_function(library, NAMED(OWN_RELEASE, "mm_free", "free", "myfree"),
                       &own->calls.release))
        return "the allocator has neither mm_free nor free";
    return NULL;
}

/* How much memory one that is handed it gets. */
static size_t handed_size(void)
{
    const char *size = getenv(OWN_SIZE);

    return size ? strtoull(size, NULL, 0) : OWN_SIZE_DEFAULT;
}

/* Hand over the memory. */
static const char *hand_over(const struct own *own)
{
    size_t size = handed_size();
    void *start = mem_sbrk((intptr_t)size);

    if (start == (void *)-1)
        return "there is not as much memory as the allocator is to be handed";
    return own->take(start, size) != -1 ? NULL
                                        : "what begins the allocator answered that it failed";
}

/* Let the allocator set itself up, if it wants to. Whether an mm_init that is not known better
 * answers a bool nobody can tell: what is surely a failure is -1.
 *   returns  what is wrong; NULL for nothing */
static const char *set_up(const struct own *own)
{
    if (own->take)
        return hand_over(own);
    return !own->begin || own->begin() != -1 ? NULL : "mm_init answered that it failed";
}

bool own_is_handed(const void *heap)
{
    const struct own *own = heap;

    return own->take || own->region || own->library.array;
}

char *own_array(const void *heap, size_t *ret_size)
{
    const struct own *own = heap;

    *ret_size = own->library.array_size;
    return own->library.array;
}

struct own_calls own_calls(const void *heap)
{
    return ((const struct own *)heap)->calls;
}

bool own_can_begin_again(const void *heap)
{
    const struct own *own = heap;

    return memlib_is_used() && (own->begin || own->take);
}

bool own_begin_again(void *heap)
{
    memlib_empty();
    return !set_up(heap);
}

/* Let it have had a heap before, and begin anew. */
static const char *go_before(const struct own *own)
{
    const char *problem = own_before_go(&own->calls);

    if (problem)
        return problem;
    memlib_empty();
    return set_up(own);
}

static void *open_heap(const struct kind_opening *opening, const char **ret_problem)
{
    struct own own = {0}, *heap;
    const char *problem = own_library_load(&own.library);

    errno = ENOTSUP;
    if (problem) {
        *ret_problem = problem;
        return NULL;
    }
    own.start = own.library.array && own.library.array + own.library.array_size == sbrk(0)
                    ? own.library.array
                    : sbrk(0);
    own_layout_get(&own.layout);
    memlib_begin(opening->os, sbrk(0));
    *ret_problem = look_up(&own);
    errno = 0;
    if (!*ret_problem)
        *ret_problem = set_up(&own);
    if (!*ret_problem && getenv(OWN_BEFORE))
        *ret_problem = go_before(&own);
    errno = errno == EPERM ? EPERM : ENOTSUP; /* that says why it may have failed */
    if (*ret_problem)
        return NULL;
    heap = mmap(NULL, sizeof *heap, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (heap == MAP_FAILED)
        return NULL;
    *heap = own;
    return heap;
}

static size_t extent_of(const void *heap)
{
    return (size_t)((char *)sbrk(0) - ((const struct own *)heap)->start);
}

/* ---- Acting ---- */

static void *allocate(void *heap, size_t size)
{
    return ((const struct own *)heap)->calls.allocate(size);
}

/* Without one of its own, calloc is what it is by definition. */
static void *allocate_zeroed(void *heap, size_t count, size_t size)
{
    const struct own *own = heap;
    size_t bytes;
    void *payload;

    if (own->allocate_zeroed)
        return own->allocate_zeroed(count, size);
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    payload = own->calls.allocate(bytes);
    return payload ? memset(payload, 0, bytes) : NULL;
}

static void *resize(void *heap, void *payload, size_t size)
{
    const struct own *own = heap;

    if (own->calls.resize)
        return own->calls.resize(payload, size);
    errno = ENOSYS;
    return NULL;
}

static bool release(void *heap, void *payload)
{
    ((const struct own *)heap)->calls.release(payload);
    return true;
}

static bool inspect(void *heap)
{
    const struct own *own = heap;

    return !own->inspect || !getenv(OWN_CHECKS) || own->inspect() != 0;
}

/* ---- Reading back, by a layout ---- */

static void walk(const void *heap, size_t extent, uint64_t from, hg_block_visitor *visitor,
                 void *context)
{
    const struct own *own = heap;

    own_layout_walk(&own->layout, own->start, extent, from, visitor, context);
}

static struct hg_list_end walk_list(const void *heap, size_t extent, uint32_t list,
                                    hg_list_visitor *visitor, void *context)
{
    const struct own *own = heap;

    if (list == 0)
        return own_layout_walk_list(&own->layout, own->start, extent, visitor, context);
    return (struct hg_list_end){.how = HG_LIST_ENDED};
}

static bool check(const void *heap, size_t extent, struct hg_defect *ret_defect)
{
    const struct own *own = heap;

    return own_layout_check(&own->layout, own->start, extent, ret_defect);
}

/* It is called as its source is, holds to what is asked of it, and may have no realloc. */
static void describe_whole(const void *heap, const struct hg_config *config,
                           struct kind_description *description)
{
    const char *alignment = getenv(OWN_ALIGNMENT);

    (void)config;
    if (!((const struct own *)heap)->calls.resize)
        description->capabilities &= ~(uint32_t)KIND_RESIZES;
    if (diverted_is_apart())
        description->capabilities |= KIND_MAPS;
    if (getenv(OWN_NAME))
        description_set_title(description, getenv(OWN_NAME));
    if (alignment)
        description_add_setting(description, hg_setting(HG_SETTING_ALIGNMENT)->name,
                                strtoull(alignment, NULL, 0), NULL);
}

static void describe(const void *heap, const struct hg_config *config,
                     struct kind_description *description)
{
    const struct own_layout *layout = &((const struct own *)heap)->layout;
    struct hg_header_field size = {
        .name = "size",
        .meaning = layout->extra > 0 ? "bytes of this block, but for some"
                                     : "bytes from this block's header to the next one's",
        .mask = ~layout->flags,
        .unit = (layout->flags + 1) * layout->unit,
        .at = layout->at,
        .size = layout->word,
        .kind = HG_HEADER_BYTES};
    bool inverted = layout->marks_free;
    struct hg_header_field used = {
        .name = inverted ? "free" : "used",
        .meaning = inverted ? "whether the block is free" : "whether the block is in use",
        .words = {inverted ? "used" : "free", inverted ? "free" : "used"},
        .mask = layout->used,
        .at = layout->at,
        .size = layout->word,
        .kind = HG_HEADER_FLAG};
    struct hg_list_info list = {
        .name = "free", .role = HG_LIST_ROLE_FREE_LIST, .links = 2 * own_layout_link_size(layout)};

    describe_whole(heap, config, description);
    if (layout->word < sizeof size.mask)
        size.mask &= UINT32_MAX;
    description_add_field(description, &size);
    if (layout->used)
        description_add_field(description, &used);
    if (layout->has_links)
        description_add_list(description, &list);
}

/* ---- The kinds, by what is known ---- */

#define POLICY(name, shape)                                                                        \
    static const struct hg_policy_info *name(unsigned number)                                      \
    {                                                                                              \
        return policy_if(number, shape);                                                           \
    }

POLICY(untold_policy, SHAPE_UNTOLD)
POLICY(unmarked_policy, SHAPE_UNMARKED)
POLICY(laid_policy, SHAPE_LAID)
POLICY(listed_policy, SHAPE_LISTED)

/* What all of them can do. */
#define OWN_KIND(known)                                                                            \
    .name = "own",                                                                                 \
    .declared = KIND_KNOWS_REQUESTS | KIND_CLONES | KIND_LIMITS | KIND_SPEAKS | (known),           \
    .place = own_library_place, .open = open_heap, .extent = extent_of, .allocate = allocate,      \
    .allocate_zeroed = allocate_zeroed, .resize = resize, .release = release, .inspect = inspect

const struct kind kind_own = {OWN_KIND(0), .policy = untold_policy, .describe = describe_whole};

const struct kind kind_own_unmarked = {OWN_KIND(0), .policy = unmarked_policy, .walk = walk,
                                       .check = check, .describe = describe};

const struct kind kind_own_laid = {OWN_KIND(KIND_TELLS_FREE), .policy = laid_policy, .walk = walk,
                                   .check = check, .describe = describe};

const struct kind kind_own_listed = {
    OWN_KIND(KIND_TELLS_FREE), .policy = listed_policy, .walk = walk,
    .walk_list = walk_list,    .check = check,          .describe = describe};
