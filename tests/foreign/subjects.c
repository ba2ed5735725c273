/* subjects.c: see subjects.h. */
#include "subjects.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "foreign/look.h"
#include "test.h"

const char *subject_path;

/* ---- Subjects ---- */

/* Take a line of what another thread has; false where it is about something else. */
static bool listen_apart(struct subject *subject, const char *line)
{
    struct said_apart *apart = &subject->apart[subject->apart_count];
    uint64_t *waiting = &subject->waiting[subject->waiting_count];

    *apart = (struct said_apart){0};
    if (sscanf(line, "apart %lu %lu", &apart->address, &apart->usable) == 2 ||
        sscanf(line, "gone %lu", &apart->address) == 1)
        subject->apart_count++;
    else if (sscanf(line, "aligned %lu", &subject->aligned) == 1)
        return true;
    else if (sscanf(line, "waits %lu", waiting) == 1)
        subject->waiting_count++;
    else
        return false;
    return true;
}

/* What it says from now on, up to where it waits. */
static void listen(struct subject *subject)
{
    char line[128];

    subject->count = subject->apart_count = subject->waiting_count = 0;
    while (fgets(line, sizeof line, subject->output) && strncmp(line, "ready", 5) != 0) {
        struct said *said = &subject->said[subject->count];

        if (sscanf(line, "mapped %lu %lu", &subject->mapped, &subject->mapped_bytes) == 2 ||
            listen_apart(subject, line))
            continue;
        assert_true(subject->count < SAID_MOST);
        said->is_used = sscanf(line, "used %lu %lu", &said->offset, &said->usable) == 2;
        if (said->is_used || sscanf(line, "free %lu", &said->offset) == 1)
            subject->count++;
    }
    assert_int_equal(strncmp(line, "ready", 5), 0);
}

void subject_begin_with(struct subject *subject, const char *folder, const char *how)
{
    char loader[512];
    int in[2], out[2];

    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    subject->pid = fork();
    assert_true(subject->pid >= 0);
    if (subject->pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        snprintf(loader, sizeof loader, "%s/ld-linux-x86-64.so.2", folder ? folder : "");
        if (folder)
            execl(loader, loader, "--library-path", folder, subject_path, how, NULL);
        else
            execl(subject_path, "subject", how, NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    subject->input = in[1];
    subject->output = fdopen(out[0], "r");
    listen(subject);
}

void subject_begin(struct subject *subject, const char *how)
{
    subject_begin_with(subject, NULL, how);
}

void subject_go_on(struct subject *subject)
{
    assert_int_equal(write(subject->input, "\n", 1), 1);
    listen(subject);
}

void subject_end(struct subject *subject)
{
    int status;

    close(subject->input);
    assert_int_equal(waitpid(subject->pid, &status, 0), subject->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    fclose(subject->output);
}

/* ---- What is seen ---- */

static bool take_look(struct look *look, bool good)
{
    if (!good)
        return false;
    look->image = image_map(look->file, &look->size);
    assert_non_null(look->image);
    return true;
}

bool look_process(int pid, const struct progress *progress, struct look *look, struct error *error)
{
    return take_look(look, look_at_process(pid, progress, &look->file, error));
}

bool look_core(const char *path, const struct progress *progress, struct look *look,
               struct error *error)
{
    return take_look(look, look_at_core(path, progress, &look->file, error));
}

void look_finish(struct look *look)
{
    image_unmap(look->image, look->size);
    close(look->file);
}

bool see_heap(const struct look *look, unsigned number, struct seen *seen)
{
    struct hg_config config = kind_config_default(KIND_IMAGE_POLICY);
    struct target_splice splice;
    struct error error;
    char path[64];
    size_t capacity = 0;
    bool good;

    *seen = (struct seen){0};
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), look->file);
    setenv(KIND_IMAGE, path, 1);
    snprintf(path, sizeof path, "%u", number);
    setenv(KIND_IMAGE_HEAP, path, 1);
    seen->target = target_create(NULL, &error);
    assert_non_null(seen->target);
    good = target_open(seen->target, &config, &seen->description, &splice, &error);
    seen->start = good ? splice.heap_start : 0;
    while (good) {
        seen->blocks = memory_reserve(seen->blocks, &capacity, seen->count + splice.count + 1,
                                      sizeof seen->blocks[0]);
        memory_copy(seen->blocks + seen->count, splice.blocks,
                    splice.count * sizeof seen->blocks[0]);
        seen->count += splice.count;
        if (splice.more == OFFSET_NULL)
            return true;
        good = target_walk(seen->target, splice.more, &splice);
    }
    return false;
}

bool see(const struct look *look, struct seen *seen)
{
    return see_heap(look, 0, seen);
}

void see_no_more(struct seen *seen)
{
    target_destroy(seen->target);
    free(seen->blocks);
}

const struct hg_block *seen_block(const struct seen *seen, uint64_t offset)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (seen->blocks[i].at + seen->blocks[i].header == offset)
            return &seen->blocks[i];
    }
    return NULL;
}

static bool holds(const struct seen *seen, uint64_t offset)
{
    for (size_t i = 0; i < seen->count; i++) {
        if (offset > seen->blocks[i].at && offset < seen->blocks[i].at + seen->blocks[i].size)
            return seen->blocks[i].kind == HG_KIND_FREE;
    }
    return false;
}

void assert_seen(struct seen *seen, const struct subject *subject)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    size_t used = 0;

    for (size_t i = 0; i < subject->count; i++) {
        const struct said *said = &subject->said[i];
        const struct hg_block *block = seen_block(seen, said->offset);

        if (!said->is_used) {
            assert_true(holds(seen, said->offset));
            continue;
        }
        used++;
        assert_non_null(block);
        assert_int_equal(block->kind, HG_KIND_USED);
        assert_int_equal(block->size - block->header, said->usable);
    }
    assert_true(used > 0);
    for (size_t i = 0; i < seen->count; i++)
        assert_int_not_equal(seen->blocks[i].kind, HG_KIND_UNREADABLE);
    assert_true(target_check(seen->target, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_NONE);
}

void assert_thread_seen(const struct look *look, const struct subject *subject)
{
    const struct image_thread *thread = &image_threads(look->image)[1];
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct seen seen;

    assert_true(look->image->knows_threads);
    assert_int_equal(look->image->threads.count, 2);
    assert_int_equal(look->image->arenas.count, 2);
    assert_int_equal(look->image->heaps.count, 2);
    assert_int_equal(thread->blocks, subject->apart_count / 2 + subject->waiting_count);
    assert_true(see_heap(look, 1, &seen));
    for (size_t i = 0; i < subject->apart_count; i++) {
        const struct said_apart *said = &subject->apart[i];
        const struct hg_block *block = seen_block(&seen, said->address - seen.start);

        assert_non_null(block);
        assert_int_equal(block->kind, said->usable ? HG_KIND_USED : HG_KIND_FREE);
        if (said->usable)
            assert_int_equal(block->size - block->header, said->usable);
        else
            assert_int_equal(block->list, glibc_cache_list(block->size));
    }
    assert_true(target_check(seen.target, &defect));
    assert_int_equal(defect.broken, HG_INVARIANT_NONE);
    see_no_more(&seen);
    assert_true(see(look, &seen));
    for (size_t i = 0; i < subject->waiting_count; i++) {
        const struct hg_block *block = seen_block(&seen, subject->waiting[i]);

        assert_non_null(block);
        assert_int_equal(block->kind, HG_KIND_FREE);
        assert_int_equal(block->list, GLIBC_LIST_OTHERS + glibc_place_of_size(block->size));
    }
    see_no_more(&seen);
}
