/* malloc_state.c: see malloc_state.h. Addresses are the program's, sizes of bytes: as a debugger
 * shows them. */
#include "command/malloc_state.h"

#include <inttypes.h>

#include "kind/image.h"
#include "session/looking.h"

static void add_arena(const struct kind_image *image, uint32_t number, struct text *text)
{
    const struct image_arena *arena = &image_arenas(image)[number];

    text_add(text, "\n%s 0x%" PRIx64 ", %" PRIu64 " thread%s", number == 0 ? "main arena" : "arena",
             arena->address, arena->threads, arena->threads == 1 ? "" : "s");
    text_add(text, "\n  %" PRIu64 " bytes from the system, at most %" PRIu64, arena->system,
             arena->most_system);
    text_add(text, "\n  top 0x%" PRIx64 ", %" PRIu64 " bytes", arena->top, arena->top_size);
    if (arena->remainder)
        text_add(text, "\n  last remainder 0x%" PRIx64, arena->remainder);
}

/* Add the arenas, and below each its heaps, by their numbers; the one that is shown is marked. */
static void add_arenas(const struct session *session, const struct kind_image *image,
                       struct text *text)
{
    const struct image_heap *heaps = image_heaps(image);
    bool is_look = session_is_look(session);

    for (uint32_t arena = 0; arena < image->arenas.count; arena++) {
        bool has_heap = false;

        add_arena(image, arena, text);
        for (uint32_t i = 0; i < image->heaps.count; i++) {
            if (heaps[i].arena != arena)
                continue;
            has_heap = true;
            text_add(text, "\n%c heap %-3u 0x%" PRIx64 " to 0x%" PRIx64 ", %" PRIu64 " bytes",
                     is_look && session->looks.heap == i ? '>' : ' ', i + 1, heaps[i].address,
                     heaps[i].address + heaps[i].size, heaps[i].size);
        }
        if (!has_heap)
            text_add_string(text, "\n  its heap cannot be read");
    }
}

static void add_thread(const struct image_thread *thread, struct text *text)
{
    const char *before = ": ";

    text_add(text, "\n  %-8" PRId64, thread->number);
    if (!thread->cache) {
        text_add_string(text, " none");
        return;
    }
    text_add(text, " 0x%" PRIx64 ", %" PRIu64 " block%s, %" PRIu64 " bytes", thread->cache,
             thread->blocks, thread->blocks == 1 ? "" : "s", thread->bytes);
    for (uint32_t place = 0; place < GLIBC_CACHE_PLACES; place++) {
        if (thread->counts[place] == 0)
            continue;
        text_add(text, "%s%" PRIu32 " of %" PRIu64, before, thread->counts[place],
                 glibc_cache_size(place));
        before = ", ";
    }
}

static void add_threads(const struct kind_image *image, struct text *text)
{
    text_add(text, "\n\nthread    its cache%s",
             image->knows_threads ? "" : "; those of other threads were not found");
    for (uint64_t i = 0; i < image->threads.count; i++)
        add_thread(&image_threads(image)[i], text);
}

/* The name of the variable that holds an address; NULL for none. */
static const char *name_of(const struct session *session, uint64_t address)
{
    const struct picture *picture = &session->mirror->picture;
    const struct allocation *allocation;
    size_t place = 0;

    while ((allocation = ledger_next(&picture->ledger, &place))) {
        if (picture->heap_start + allocation->payload == address)
            return allocation->referrer == NO_VARIABLE
                       ? NULL
                       : picture_name(picture, allocation->referrer);
    }
    return NULL;
}

static void add_large(const struct session *session, const struct kind_image *image,
                      struct text *text)
{
    const struct image_parameters *parameters = &image->parameters;

    text_add(text, "\n\nlarge blocks, each a mapping: ");
    if (parameters->are_known)
        text_add(text, "%" PRIu32 ", %" PRIu64 " bytes; ", parameters->n_mmaps,
                 parameters->mmapped_mem);
    text_add(text, "%" PRIu64 " found, by what their headers look like", image->large.count);
    for (uint64_t i = 0; i < image->large.count; i++) {
        const struct image_large *large = &image_large(image)[i];
        const char *name = name_of(session, large->address + 2 * GLIBC_WORD);

        text_add(text,
                 "\n  chunk 0x%" PRIx64 ", %" PRIu64 " bytes, M, prev_size %" PRIu64
                 "\n    mapping 0x%" PRIx64 " to 0x%" PRIx64 "%s%s",
                 large->address, large->size, large->before, large->address - large->before,
                 large->address + large->size + large->behind, name ? "; " : "", name ? name : "");
    }
}

static void add_parameters(const struct image_parameters *parameters, struct text *text)
{
    const struct {
        const char *name;
        uint64_t value;
        bool is_shown;
    } rows[] = {
        {"trim_threshold", parameters->trim_threshold, true},
        {"top_pad", parameters->top_pad, true},
        {"mmap_threshold", parameters->mmap_threshold, true},
        {"arena_test", parameters->arena_test, true},
        {"arena_max", parameters->arena_max, true},
        {"thp_pagesize", parameters->thp_pagesize, parameters->have_huge},
        {"hp_pagesize", parameters->hp_pagesize, parameters->have_huge},
        {"hp_flags", parameters->hp_flags, parameters->have_huge},
        {"n_mmaps", parameters->n_mmaps, true},
        {"n_mmaps_max", parameters->n_mmaps_max, true},
        {"max_n_mmaps", parameters->max_n_mmaps, true},
        {"no_dyn_threshold", parameters->no_dyn_threshold, true},
        {"mmapped_mem", parameters->mmapped_mem, true},
        {"max_mmapped_mem", parameters->max_mmapped_mem, true},
        {"tcache_bins", parameters->tcache_bins, true},
        {"tcache_max_bytes", parameters->tcache_max_bytes, true},
        {"tcache_count", parameters->tcache_count, true},
        {"tcache_unsorted_limit", parameters->tcache_unsorted_limit, true},
    };

    if (!parameters->are_known) {
        text_add_string(text, "\n\nWhat malloc goes by was not found.");
        return;
    }
    text_add_string(text, "\n\nmalloc's parameters");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].is_shown)
            text_add(text, "\n  %-22s %" PRIu64, rows[i].name, rows[i].value);
    }
    text_add(text, "\n  %-22s 0x%" PRIx64, "sbrk_base", parameters->sbrk_base);
}

bool malloc_state_add(const struct session *session, int file, struct text *text,
                      struct error *error)
{
    uint64_t size;
    const struct kind_image *image = image_map(file, &size);

    if (!image)
        return error_set_errno(error, "what was looked at cannot be read");
    text_add(text, "The C library's malloc in %s:", image->name);
    add_arenas(session, image, text);
    add_threads(image, text);
    add_large(session, image, text);
    add_parameters(&image->parameters, text);
    image_unmap(image, size);
    return true;
}
