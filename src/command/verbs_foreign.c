/* verbs_foreign.c: heaps of other programs, which are only looked at. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"
#include "command/malloc_state.h"
#include "command/verbs.h"
#include "foreign/look.h"
#include "kind/image.h"
#include "session/looking.h"

/* ---- What was found ---- */

/* What of malloc's is not in the heap that is shown. */
static void tell_not_shown(const struct kind_image *image, struct text *output)
{
    uint64_t others = image->heaps.count - 1;
    uint64_t large = image->parameters.are_known ? image->parameters.n_mmaps : image->large.count;

    if (others == 0 && large == 0)
        return;
    text_add_string(output, " Not shown: ");
    if (others > 0)
        text_add(output, "%zu other heap%s", (size_t)others, others == 1 ? "" : "s");
    if (large > 0)
        text_add(output, "%s%zu large block%s mapped apart", others > 0 ? ", and " : "",
                 (size_t)large, large == 1 ? "" : "s");
    text_add_string(output, "; arenas lists them.");
}

/* What is known of what waits in threads' caches. */
static void tell_caches(const struct kind_image *image, const struct image_heap *heap,
                        struct text *output)
{
    size_t threads = image->threads.count;

    if (image->knows_threads)
        return;
    if (!heap->has_cache)
        text_add_string(output, " No thread cache was found: what waits in one looks used.");
    else if (threads > 1)
        text_add(output, " What waits in the caches of its %zu other threads looks used.",
                 threads - 1);
}

/* Say which signal a core was written for: not one that debuggers stop programs by. */
static void tell_signal(int signal, struct text *output)
{
    const char *name = sigabbrev_np(signal);

    if (signal > 0 && name && signal != SIGTRAP && signal != SIGSTOP)
        text_add(output, " SIG%s (%s) had reached the program.", name, sigdescr_np(signal));
}

/* What was found, and what of it is not shown. */
static void tell_look(const struct session *session, const struct kind_image *image,
                      struct text *output)
{
    const struct metrics *metrics = &session->mirror->picture.metrics;
    const struct image_heap *heap = &image_heaps(image)[session->looks.heap];
    char sizes[2][SIZE_TEXT_MAX];

    text_add(output, "The heap of %s, %s: %zu used block%s, %zu free; %s are free.", image->name,
             size_in_words(metrics->heap_size, sizes[0]), (size_t)metrics->used_blocks,
             metrics->used_blocks == 1 ? "" : "s", (size_t)metrics->free_blocks,
             size_in_words(metrics->free, sizes[1]));
    tell_signal(image->signal, output);
    if (image->was_stopped)
        text_add(output, " A signal had stopped the process, and it stays so.");
    else if (image->process > 0)
        text_add(output, " It was stopped while it was copied, and goes on.");
    tell_caches(image, heap, output);
    tell_not_shown(image, output);
    if (image->goes_on)
        text_add(output, " The main heap goes on elsewhere, behind a break that could not move.");
    if (image->missing > 0)
        text_add(output,
                 " The file is cut off: %zu bytes are missing, and what stood there is not told.",
                 (size_t)image->missing);
}

/* Chunks are found one by one: behind one that is damaged those that lead to the end again. */
static void tell_damage(const struct session *session, struct text *output)
{
    const struct block_table *blocks = &session->mirror->picture.blocks;
    char size[SIZE_TEXT_MAX];

    if (blocks->sums.bytes[HG_KIND_UNREADABLE] == 0)
        return;
    text_add(output, " A header is damaged: %s cannot be read; check says where.",
             size_in_words(blocks->sums.bytes[HG_KIND_UNREADABLE], size));
}

/* Let the session be a look at a heap of an image, which it takes over, and show it. */
static bool show_look(struct interpreter *interpreter, int file, uint32_t heap, struct error *error)
{
    struct session *session = interpreter->session;
    uint64_t size;
    const struct kind_image *image = image_map(file, &size);

    if (!image)
        return error_set_errno(error, "what was looked at cannot be read");
    if (!session_look(session, file, heap, error)) {
        image_unmap(image, size);
        return false;
    }
    tell_look(session, image, &interpreter->task.output);
    tell_damage(session, &interpreter->task.output);
    image_unmap(image, size);
    outlook_look_at(&interpreter->show->outlook, session->mirror->picture.metrics.heap_size, 0);
    interpreter_exhibit(interpreter, &(struct exhibit){.kind = EXHIBIT_MAP});
    return true;
}

/* The same of an image that nobody else has. */
static bool show_new_look(struct interpreter *interpreter, int file, struct error *error)
{
    if (show_look(interpreter, file, 0, error))
        return true;
    close(file);
    return false;
}

VERB(attach)
{
    const struct argument *process = &arguments->items[0];
    int image;

    if (process->number > INT32_MAX) {
        error_set(error, "there is no process %zu", (size_t)process->number);
        return verb_fail_at(error, process);
    }
    if (!look_at_process((int)process->number, &interpreter->face.progress, &image, error))
        return verb_fail_at(error, process);
    return show_new_look(interpreter, image, error);
}

VERB(open)
{
    const struct argument *file = &arguments->items[0];
    char *path = verb_resolve_path(interpreter, file->text);
    int image;
    bool good = look_at_core(path, &interpreter->face.progress, &image, error);

    free(path);
    return good ? show_new_look(interpreter, image, error) : verb_fail_at(error, file);
}

/* ---- All heaps ---- */

/* List what is malloc's in a process, whose heaps are looked at for nothing else. */
static bool list_own(struct interpreter *interpreter, struct error *error)
{
    struct session *session = interpreter->session;
    pid_t owner = target_owner(session->mirror->target);
    int file;
    bool good;

    if (strcmp(session->mirror->picture.description.kind, "glibc") != 0)
        return error_set(error, "there are arenas in heaps of the C library's malloc alone: "
                                "policy glibc, attach, open");
    if (!look_at_process((int)owner, &interpreter->face.progress, &file, error))
        return false;
    good = malloc_state_add(session, file, &interpreter->task.output, error);
    close(file);
    return good;
}

/* Show the heap with this number. */
static bool show_numbered(struct interpreter *interpreter, const struct argument *number,
                          struct error *error)
{
    int file = interpreter->session->looks.image;
    uint64_t size, count = 0;
    const struct kind_image *image = image_map(file, &size);

    if (image) {
        count = image->heaps.count;
        image_unmap(image, size);
    }
    if (number->number == 0 || number->number > count) {
        error_set(error, "there is no heap %zu; arenas lists those that there are",
                  (size_t)number->number);
        return verb_fail_at(error, number);
    }
    return show_look(interpreter, file, (uint32_t)number->number - 1, error);
}

VERB(arenas)
{
    struct session *session = interpreter->session;
    int image = session->looks.image;

    if (!session_is_look(session)) {
        if (arguments->count == 0)
            return list_own(interpreter, error);
        return error_set(error, "there is one heap alone: this one");
    }
    if (arguments->count == 0)
        return malloc_state_add(session, image, &interpreter->task.output, error);
    return show_numbered(interpreter, &arguments->items[0], error);
}

/* ---- What changed ---- */

/* The number of the heap in an image that begins at an address; UINT32_MAX if there is none. */
static uint32_t find_heap(int file, uint64_t address)
{
    uint64_t size;
    const struct kind_image *image = image_map(file, &size);
    uint32_t found = UINT32_MAX;

    for (uint32_t i = 0; image && found == UINT32_MAX && i < image->heaps.count; i++) {
        if (image_heaps(image)[i].address == address)
            found = i;
    }
    if (image)
        image_unmap(image, size);
    return found;
}

/* Look at the same heap again. */
static bool look_again(struct interpreter *interpreter, int process, struct error *error)
{
    struct session *session = interpreter->session;
    uint32_t heap;
    int image;

    if (!look_at_process(process, &interpreter->face.progress, &image, error)) {
        error_append(error, "; what is shown is the look before");
        return false;
    }
    heap = find_heap(image, session->mirror->picture.heap_start);
    if (heap != UINT32_MAX && session_look(session, image, heap, error))
        return true;
    if (heap == UINT32_MAX)
        error_set(error, "process %d has that heap no more; 'attach %d' looks at what it has now",
                  process, process);
    close(image);
    return false;
}

bool foreign_tell_changes(struct interpreter *interpreter, struct error *error)
{
    struct session *session = interpreter->session;
    int64_t process = session->mirror->picture.description.process;

    if (process > 0 && !look_again(interpreter, (int)process, error))
        return false;
    return session_add_changes(session, &interpreter->task.output, error);
}
