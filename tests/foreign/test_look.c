/* test_look.c: heaps of other programs: what is seen of them is what they say themselves.
 *
 * What is looked at is opened in a heap process, as a session would. Core files are written here,
 * of what the kernel shows of a process; and by gdb's gcore, where that is installed. */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "foreign/look.h"
#include "kind/c_library.h"
#include "kind/image.h"
#include "target/pages.h"
#include "target/serve.h"
#include "target/space.h"
#include "target/target.h"
#include "test.h"
#include "tracing.h"

static const char *subject_path;
static const struct progress nobody;

/* ---- Subjects ---- */

enum { SAID_MOST = 1000 };

/* A program that runs, and what it said of its blocks. */
struct subject {
    pid_t pid;
    int input;
    FILE *output;
    struct said {
        uint64_t offset, usable;
        bool is_used;
    } said[SAID_MOST];
    size_t count;
    uint64_t mapped, mapped_bytes, aligned;
    struct said_apart {
        uint64_t address, usable; /* the latter is 0 of one that was freed */
    } apart[SAID_MOST];
    size_t apart_count;
    uint64_t waiting[SAID_MOST]; /* in another thread's cache: offsets */
    size_t waiting_count;
};

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

/* Begin it, with the C library that is in a folder, or NULL for ours. */
static void begin_with(struct subject *subject, const char *folder, const char *how)
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

static void begin(struct subject *subject, const char *how)
{
    begin_with(subject, NULL, how);
}

static void go_on(struct subject *subject)
{
    assert_int_equal(write(subject->input, "\n", 1), 1);
    listen(subject);
}

/* It ends as it would have if nobody had looked. */
static void end(struct subject *subject)
{
    int status;

    close(subject->input);
    assert_int_equal(waitpid(subject->pid, &status, 0), subject->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    fclose(subject->output);
}

static char state_of(pid_t pid)
{
    char path[64], line[512], state;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(strrchr(line, ')'));
    state = strrchr(line, ')')[2];
    fclose(file);
    return state;
}

/* ---- What is seen ---- */

/* A look, and what its image tells. */
struct look {
    int file;
    const struct kind_image *image;
    uint64_t size;
};

static bool take_look(struct look *look, bool good)
{
    if (!good)
        return false;
    look->image = image_map(look->file, &look->size);
    assert_non_null(look->image);
    return true;
}

static bool look_process(int pid, const struct progress *progress, struct look *look,
                         struct error *error)
{
    return take_look(look, look_at_process(pid, progress, &look->file, error));
}

static bool look_core(const char *path, const struct progress *progress, struct look *look,
                      struct error *error)
{
    return take_look(look, look_at_core(path, progress, &look->file, error));
}

static void look_finish(struct look *look)
{
    image_unmap(look->image, look->size);
    close(look->file);
}

/* A heap as a heap process reads it. */
struct seen {
    struct target *target;
    struct kind_description description;
    struct hg_block *blocks;
    size_t count;
    uint64_t start;
};

/* Open a heap of a look; false where what was found cannot be opened. */
static bool see_heap(const struct look *look, unsigned number, struct seen *seen)
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

static bool see(const struct look *look, struct seen *seen)
{
    return see_heap(look, 0, seen);
}

static void see_no_more(struct seen *seen)
{
    target_destroy(seen->target);
    free(seen->blocks);
}

static const struct hg_block *find_payload(const struct seen *seen, uint64_t offset)
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

/* Each block that the program has is there, with its size; what it freed is free, be it a block of
 * its own or merged into another; and the heap is whole. */
static void assert_seen(struct seen *seen, const struct subject *subject)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    size_t used = 0;

    for (size_t i = 0; i < subject->count; i++) {
        const struct said *said = &subject->said[i];
        const struct hg_block *block = find_payload(seen, said->offset);

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

/* ---- Processes ---- */

/* As many as malloc says, and as large together. */
static void assert_large_blocks(const struct kind_image *image, const struct subject *subject)
{
    const struct image_parameters *parameters = &image->parameters;
    uint64_t bytes = 0, aligned = 0;

    assert_true(parameters->are_known);
    assert_int_equal(parameters->n_mmaps, subject->mapped);
    assert_int_equal(parameters->mmapped_mem, subject->mapped_bytes);
    assert_int_equal(image->large.count, subject->mapped);
    for (uint64_t i = 0; i < image->large.count; i++) {
        const struct image_large *large = &image_large(image)[i];

        bytes += large->before + large->size + large->behind;
        aligned += large->before > 0 && large->address + 2 * GLIBC_WORD == subject->aligned;
    }
    assert_int_equal(bytes, subject->mapped_bytes);
    assert_int_equal(aligned, subject->mapped > 0);
}

/* The pages are those that the program has, which has waited since. */
static void assert_pages(const struct kind_image *image, const struct subject *subject)
{
    const struct image_heap *heap = image_heaps(image);
    const struct image_pages *rows = image_pages(image, heap);
    int pagemap = pages_open(subject->pid);
    struct error error;
    struct pages pages;

    assert_true(pages_read(pagemap, heap->address, heap->size, &pages, &error));
    assert_int_equal(heap->page_size, pages.page_size);
    assert_int_equal(heap->pages.count, pages.run_count);
    for (size_t i = 0; i < pages.run_count; i++) {
        assert_int_equal(rows[i].first, pages.runs[i].first);
        assert_int_equal(rows[i].count, pages.runs[i].count);
        assert_int_equal(rows[i].state, pages.runs[i].state);
    }
    pages_finish(&pages);
    close(pagemap);
}

static void assert_look(struct subject *subject)
{
    struct error error = {0};
    struct look look;
    struct seen seen;

    if (!look_process(subject->pid, &nobody, &look, &error))
        fail_msg("%s", error.text);
    assert_true(image_heaps(look.image)->has_cache && look.image->knows_threads);
    assert_true(see(&look, &seen));
    assert_seen(&seen, subject);
    assert_int_equal(seen.start, image_heaps(look.image)->address);
    assert_int_equal(seen.description.process, subject->pid);
    assert_large_blocks(look.image, subject);
    assert_pages(look.image, subject);
    see_no_more(&seen);
    look_finish(&look);
}

static void a_process_has_the_blocks_that_it_says(void **state)
{
    static struct subject subject;

    (void)state;
    begin(&subject, "");
    for (int i = 0; i < 6; i++) {
        assert_look(&subject);
        go_on(&subject);
    }
    end(&subject);
}

static void large_blocks_with_mappings_of_their_own_are_counted(void **state)
{
    static struct subject subject;

    (void)state;
    begin(&subject, "mapped");
    assert_int_equal(subject.mapped, 3);
    assert_look(&subject);
    end(&subject);
}

static void all_threads_are_held_and_let_go(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;

    (void)state;
    begin(&subject, "thread");
    assert_look(&subject);
    assert_true(look_process(subject.pid, &nobody, &look, &error));
    assert_int_equal(look.image->threads.count, 2);
    look_finish(&look);
    go_on(&subject);
    end(&subject);
}

/* Each block that another thread has is in the heap of its arena, and what it freed waits in its
 * cache, wherever that lies. */
static void assert_thread_seen(const struct look *look, const struct subject *subject)
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
        const struct hg_block *block = find_payload(&seen, said->address - seen.start);

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
        const struct hg_block *block = find_payload(&seen, subject->waiting[i]);

        assert_non_null(block);
        assert_int_equal(block->kind, HG_KIND_FREE);
        assert_int_equal(block->list, GLIBC_LIST_OTHERS + glibc_place_of_size(block->size));
    }
    see_no_more(&seen);
}

/* A part of the heap that ends, with what is not malloc's behind it, is malloc's own. */
static void a_break_that_others_move_does_not_end_the_heap(void **state)
{
    static struct subject subject;

    (void)state;
    begin(&subject, "moved");
    assert_look(&subject);
    go_on(&subject);
    assert_look(&subject);
    end(&subject);
}

/* Lists go from one heap of an arena to the other. */
static void an_arena_may_have_several_heaps(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;
    size_t used = 0, free = 0;

    (void)state;
    begin(&subject, "heaps");
    assert_true(look_process(subject.pid, &nobody, &look, &error));
    assert_int_equal(look.image->arenas.count, 2);
    assert_int_equal(look.image->heaps.count, 3);
    for (unsigned heap = 1; heap < 3; heap++) {
        struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
        struct seen seen;

        assert_true(see_heap(&look, heap, &seen));
        for (size_t i = 0; i < seen.count; i++) {
            used += seen.blocks[i].kind == HG_KIND_USED && seen.blocks[i].size > 100000;
            free += seen.blocks[i].kind == HG_KIND_FREE && seen.blocks[i].size > 100000;
        }
        assert_true(target_check(seen.target, &defect));
        assert_int_equal(defect.broken, HG_INVARIANT_NONE);
        see_no_more(&seen);
    }
    assert_int_equal(used, 600);
    assert_in_range(free, 299, 302); /* one was cut; the top may be one, and where a heap ends */
    look_finish(&look);
    end(&subject);
}

static void what_threads_have_and_what_waits_in_their_caches_is_seen(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;

    (void)state;
    begin(&subject, "thread");
    assert_int_equal(subject.waiting_count, 5);
    assert_true(look_process(subject.pid, &nobody, &look, &error));
    assert_thread_seen(&look, &subject);
    look_finish(&look);
    end(&subject);
}

/* Other versions of the C library's: HEAPGLASS_LIBCS names folders that have one, with its loader,
 * ":" between them. */
static void other_versions_are_read_as_well(void **state)
{
    const char *folders = getenv("HEAPGLASS_LIBCS");
    static const char *const ways[] = {"", "mapped", "thread"};
    static struct subject subject;
    struct error error;
    struct look look;

    (void)state;
    while (*folders) {
        char folder[256];
        size_t length = strcspn(folders, ":");

        snprintf(folder, sizeof folder, "%.*s", (int)length, folders);
        folders += length + (folders[length] == ':');
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            begin_with(&subject, folder, ways[i]);
            for (int round = 0; round < 3; round++) {
                assert_look(&subject);
                if (strcmp(ways[i], "thread") == 0 && round == 0) {
                    assert_true(look_process(subject.pid, &nobody, &look, &error));
                    assert_thread_seen(&look, &subject);
                    look_finish(&look);
                }
                go_on(&subject);
            }
            end(&subject);
        }
    }
}

/* Wait until the process is in a state. */
static void wait_for_state(pid_t pid, char wanted)
{
    for (int i = 0; i < 5000 && state_of(pid) != wanted; i++)
        usleep(1000);
    assert_int_equal(state_of(pid), wanted);
}

static void a_stopped_process_stays_stopped(void **state)
{
    static struct subject subject;

    (void)state;
    begin(&subject, "");
    kill(subject.pid, SIGSTOP);
    wait_for_state(subject.pid, 'T');
    assert_look(&subject);
    wait_for_state(subject.pid, 'T');
    kill(subject.pid, SIGCONT);
    go_on(&subject);
    end(&subject);
}

static bool give_up(void *context, size_t done, size_t total)
{
    (void)done;
    (void)total;
    return ++*(int *)context < 1;
}

static void who_gives_up_leaves_it_running(void **state)
{
    static struct subject subject;
    struct error error = {0};
    struct look look;
    int ticks = 0;

    (void)state;
    begin(&subject, "");
    assert_false(look_process(subject.pid, &(struct progress){give_up, &ticks}, &look, &error));
    assert_int_equal(error.kind, ERROR_STOPPED);
    go_on(&subject);
    assert_look(&subject);
    end(&subject);
}

static void expect_error(int pid, const char *words)
{
    struct error error = {0};
    struct look look;

    if (look_process(pid, &nobody, &look, &error))
        fail_msg("%d was looked at", pid);
    if (!strstr(error.text, words))
        fail_msg("'%s' does not say '%s'", error.text, words);
}

static void what_cannot_be_looked_at_is_told(void **state)
{
    static struct subject subject;
    pid_t dead = fork(), traced;

    (void)state;
    assert_true(dead >= 0);
    if (dead == 0) {
        prctl(PR_SET_NAME, "a) R (b");
        _exit(0);
    }
    wait_for_state(dead, 'Z');
    expect_error(dead, "has ended");
    waitpid(dead, NULL, 0);
    expect_error(dead, "there is no process");
    begin(&subject, "idle");
    expect_error(subject.pid, "has no heap");
    end(&subject);
    traced = fork();
    assert_true(traced >= 0);
    if (traced == 0) {
        ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        raise(SIGSTOP);
        _exit(0);
    }
    waitpid(traced, NULL, WUNTRACED);
    expect_error(traced, "being traced by process");
    kill(traced, SIGKILL);
    waitpid(traced, NULL, 0);
}

/* It can end behind the look's back. */
static void what_is_no_more_tells_of_no_memory(void **state)
{
    struct error errors[2] = {{0}};
    pid_t child = fork();
    struct pages pages;
    struct space space;
    int pagemap;

    (void)state;
    assert_true(child >= 0);
    if (child == 0) {
        pause();
        _exit(0);
    }
    pagemap = pages_open(child);
    kill(child, SIGKILL);
    wait_for_state(child, 'Z');
    assert_false(pages_read(pagemap, 4096, 4096, &pages, &errors[0]));
    assert_false(space_read(child, 0, &space, &errors[1]));
    assert_non_null(strstr(errors[0].text, "has ended"));
    assert_non_null(strstr(errors[1].text, "has ended"));
    waitpid(child, NULL, 0);
    close(pagemap);
}

/* Who may not trace others, and is another user, is told which right it takes. */
static void the_missing_right_is_named(void **state)
{
    enum { NOBODY = 65534 };
    static struct subject subject;
    int status;
    pid_t other;

    (void)state;
    if (geteuid() != 0) {
        test_skipped("only root can become somebody else");
        return;
    }
    begin(&subject, "");
    other = fork();
    assert_true(other >= 0);
    if (other == 0) {
        struct error error = {0};
        struct look look;

        if (setresgid(NOBODY, NOBODY, NOBODY) != 0 || setresuid(NOBODY, NOBODY, NOBODY) != 0)
            _exit(2);
        _exit(!look_process(subject.pid, &nobody, &look, &error) &&
                      strstr(error.text, "CAP_SYS_PTRACE") && strstr(error.text, "sudo")
                  ? 0
                  : 1);
    }
    waitpid(other, &status, 0);
    assert_int_equal(status, 0);
    end(&subject);
}

/* ---- Core files ---- */

/* A core file in the making: segments, each with its header, behind a note of the mapped files. */
struct core {
    Elf64_Phdr headers[16];
    struct text bytes, note;
    size_t count;
};

enum { CORE_HEADERS = 4096 };

static void add_words(struct text *text, const uint64_t *words, size_t count)
{
    text_add_bytes(text, (const char *)words, count * sizeof words[0]);
}

static void add_segment(struct core *core, int memory, uint64_t start, uint64_t end)
{
    size_t size = end - start;
    char *bytes = memory_create(size, 1);

    assert_int_equal(pread(memory, bytes, size, (off_t)start), size);
    core->headers[core->count++] = (Elf64_Phdr){.p_type = PT_LOAD,
                                                .p_flags = PF_R | PF_W,
                                                .p_offset = CORE_HEADERS + core->bytes.length,
                                                .p_vaddr = start,
                                                .p_filesz = size,
                                                .p_memsz = size};
    text_add_bytes(&core->bytes, bytes, size);
    free(bytes);
}

/* What of a process a core needs: the heap, and what the C library has to write to. */
static void add_process(struct core *core, pid_t pid)
{
    char path[64], line[512];
    struct text names = {0};
    uint64_t start, end, number = 0;
    FILE *maps;
    int memory;

    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    memory = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    maps = fopen(path, "re");
    assert_true(memory >= 0 && maps);
    while (fgets(line, sizeof line, maps)) {
        bool is_library = strstr(line, "libc.so.6");

        if (sscanf(line, "%lx-%lx rw", &start, &end) != 2 || !strstr(line, " rw-p ") ||
            (!is_library && !strstr(line, "[heap]")))
            continue;
        add_segment(core, memory, start, end);
        if (!is_library)
            continue;
        add_words(&core->note, (uint64_t[]){start, end, 0}, 3);
        text_add(&names, "/lib/libc.so.6%c", 0);
        number++;
    }
    assert_true(number > 0 && core->count == number + 1);
    text_add_bytes(&core->note, names.data, names.length);
    text_finish(&names);
    fclose(maps);
    close(memory);
}

/* The file's bytes. */
static struct text write_core(pid_t pid)
{
    struct core core = {0};
    struct text file = {0}, content = {0};
    Elf64_Ehdr header = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_CORE,
        .e_machine = EM_X86_64,
        .e_version = EV_CURRENT,
        .e_phoff = sizeof header,
        .e_ehsize = sizeof header,
        .e_phentsize = sizeof(Elf64_Phdr)};
    Elf64_Nhdr note = {.n_namesz = 5, .n_type = NT_FILE};

    add_process(&core, pid);
    add_words(&content, (uint64_t[]){core.count - 1, 4096}, 2);
    text_add_bytes(&content, core.note.data, core.note.length);
    while (content.length % 4)
        text_add_bytes(&content, "", 1);
    note.n_descsz = (uint32_t)content.length;
    header.e_phnum = (uint16_t)(core.count + 1);
    core.headers[core.count] = (Elf64_Phdr){.p_type = PT_NOTE,
                                            .p_offset = CORE_HEADERS + core.bytes.length,
                                            .p_filesz = sizeof note + 8 + content.length,
                                            .p_align = 4};
    text_add_bytes(&file, (const char *)&header, sizeof header);
    text_add_bytes(&file, (const char *)core.headers, (core.count + 1) * sizeof core.headers[0]);
    while (file.length < CORE_HEADERS)
        text_add_bytes(&file, "", 1);
    text_add_bytes(&file, core.bytes.data, core.bytes.length);
    text_add_bytes(&file, (const char *)&note, sizeof note);
    text_add_bytes(&file, "CORE\0\0\0", 8);
    text_add_bytes(&file, content.data, content.length);
    text_finish(&core.bytes);
    text_finish(&core.note);
    text_finish(&content);
    return file;
}

static const char core_path[] = "core.test";

static void put_file(const void *bytes, size_t size)
{
    FILE *file = fopen(core_path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void assert_core(const char *path, const struct subject *subject)
{
    struct error error = {0};
    struct look look;
    struct seen seen;

    if (!look_core(path, &nobody, &look, &error))
        fail_msg("%s", error.text);
    assert_true(see(&look, &seen));
    assert_seen(&seen, subject);
    assert_int_equal(seen.description.process, KIND_PROCESS_NONE);
    see_no_more(&seen);
    look_finish(&look);
}

static void a_core_has_the_blocks_that_its_program_said(void **state)
{
    static struct subject subject;
    struct text core;

    (void)state;
    begin(&subject, "");
    go_on(&subject);
    core = write_core(subject.pid);
    put_file(core.data, core.length);
    end(&subject);
    assert_core(core_path, &subject);
    text_finish(&core);
    unlink(core_path);
}

static void gdb_writes_cores_that_can_be_read(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;
    char line[128];

    (void)state;
    if (system("command -v gcore >/dev/null") != 0) {
        test_skipped("there is no gcore");
        return;
    }
    begin(&subject, "thread");
    snprintf(line, sizeof line, "timeout 60 gcore -o core.gdb %d >/dev/null 2>&1",
             (int)subject.pid);
    if (system(line) == 0) {
        snprintf(line, sizeof line, "core.gdb.%d", (int)subject.pid);
        assert_core(line, &subject);
        assert_true(look_core(line, &nobody, &look, &error));
        assert_thread_seen(&look, &subject);
        look_finish(&look);
        unlink(line);
    }
    end(&subject);
}

/* A file that is cut off anywhere is told of, and never more than is there is believed. */
static void a_core_that_is_cut_off_is_told_of(void **state)
{
    enum { STEP = 1777, EHDR = sizeof(Elf64_Ehdr) };
    static struct subject subject;
    struct text core;
    size_t heap_end;

    (void)state;
    begin(&subject, "");
    core = write_core(subject.pid);
    end(&subject);
    heap_end = core.length - 200; /* the note that names the library is the last */
    for (size_t size = 0; size < heap_end; size += size < 512 ? 8 : STEP) {
        struct error error = {0};
        struct look look;

        put_file(core.data, size);
        if (look_core(core_path, &nobody, &look, &error))
            fail_msg("cut off at %zu of %zu, it was looked at", size, core.length);
        assert_true(error.text[0]);
        if (size >= EHDR && !strstr(error.text, "cut off"))
            fail_msg("at %zu of %zu: %s", size, core.length, error.text);
    }
    text_finish(&core);
    unlink(core_path);
}

/* Let a core have one more segment, whose bytes would be the file's last. */
static void announce_segment(struct text *core, size_t size)
{
    Elf64_Phdr segment = {.p_type = PT_LOAD,
                          .p_flags = PF_R | PF_W,
                          .p_offset = core->length,
                          .p_vaddr = 1 << 20,
                          .p_filesz = size,
                          .p_memsz = size};
    Elf64_Ehdr header;

    memcpy(&header, core->data, sizeof header);
    memcpy(core->data + sizeof header + header.e_phnum++ * sizeof segment, &segment,
           sizeof segment);
    memcpy(core->data, &header, sizeof header);
}

/* One whose heap is there, but not what follows, is looked at, and what is missing is counted. */
static void what_is_missing_behind_the_heap_is_counted(void **state)
{
    enum { BEHIND = 99 };
    static struct subject subject;
    struct error error = {0};
    struct text core;

    (void)state;
    begin(&subject, "");
    core = write_core(subject.pid);
    end(&subject);
    announce_segment(&core, BEHIND);
    for (size_t missing = BEHIND;; missing -= BEHIND / 3) {
        struct look look;

        put_file(core.data, core.length);
        if (!look_core(core_path, &nobody, &look, &error))
            fail_msg("without the last %zu bytes: %s", missing, error.text);
        assert_int_equal(look.image->missing, missing);
        look_finish(&look);
        if (missing == 0)
            break;
        text_add(&core, "%*s", BEHIND / 3, "");
    }
    text_finish(&core);
    unlink(core_path);
}

/* As a program's coredump_filter may have it: segments without bytes. */
static void a_core_without_what_was_written_is_told_of(void **state)
{
    static struct subject subject;
    struct error error = {0};
    struct text core;
    struct look look;

    (void)state;
    begin(&subject, "");
    core = write_core(subject.pid);
    end(&subject);
    for (size_t at = sizeof(Elf64_Ehdr); at + sizeof(Elf64_Phdr) <= CORE_HEADERS;
         at += sizeof(Elf64_Phdr)) {
        Elf64_Phdr header;

        memcpy(&header, core.data + at, sizeof header);
        if (header.p_type == PT_LOAD)
            header.p_filesz = 0;
        memcpy(core.data + at, &header, sizeof header);
    }
    put_file(core.data, core.length);
    assert_false(look_core(core_path, &nobody, &look, &error));
    if (!strstr(error.text, "coredump_filter"))
        fail_msg("%s", error.text);
    text_finish(&core);
    unlink(core_path);
}

static void what_is_packed_is_told_of(void **state)
{
    static const struct {
        const char *bytes, *words;
    } rows[] = {{"\x1f\x8b\x08", "gunzip"},
                {"\x28\xb5\x2f\xfd$", "unzstd"},
                {"\xfd\x37zX", "no core file"},
                {"", "no core file"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {0};
        struct look look;

        put_file(rows[i].bytes, strlen(rows[i].bytes));
        assert_false(look_core(core_path, &nobody, &look, &error));
        if (!strstr(error.text, rows[i].words))
            fail_msg("'%s' does not say '%s'", error.text, rows[i].words);
    }
    unlink(core_path);
}

/* Whatever stands there, looking comes to an end; a list may be a circle, and sizes be anything. */
static void nonsense_in_a_core_is_survived(void **state)
{
    enum { ROUNDS = 60, CHANGES = 40 };
    static struct subject subject;
    struct random random = {17};
    size_t opened = 0;
    struct text core;

    (void)state;
    begin(&subject, "");
    core = write_core(subject.pid);
    end(&subject);
    for (int round = 0; round < ROUNDS; round++) {
        char *bytes = memory_create(core.length, 1);
        struct error error = {0};
        struct look look;
        struct seen seen;

        memcpy(bytes, core.data, core.length);
        for (int i = 0; i < CHANGES; i++) {
            size_t from = random_below(&random, core.length / 8) * 8;
            size_t to = random_below(&random, core.length / 8) * 8;

            if (round % 3 == 0)
                to %= 1024; /* the headers */
            memcpy(bytes + to, core.data + from, 8);
        }
        put_file(bytes, core.length);
        free(bytes);
        if (!look_core(core_path, &nobody, &look, &error)) {
            assert_true(error.text[0]);
            continue;
        }
        opened++;
        if (see(&look, &seen)) {
            struct hg_defect defect;

            target_check(seen.target, &defect);
        }
        see_no_more(&seen);
        look_finish(&look);
    }
    assert_true(opened > 0);
    text_finish(&core);
    unlink(core_path);
}

/* A thread cache's list that leads back to itself. */
static void a_circle_in_a_list_is_found(void **state)
{
    static struct subject subject;
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct error error = {0};
    struct text core;
    struct look look;
    struct seen seen;
    uint64_t address, mangled, free_offset = 0;

    (void)state;
    begin(&subject, "");
    core = write_core(subject.pid);
    end(&subject);
    put_file(core.data, core.length);
    assert_true(look_core(core_path, &nobody, &look, &error));
    assert_true(see(&look, &seen));
    for (size_t i = 0; i < seen.count && !free_offset; i++) {
        if (seen.blocks[i].kind == HG_KIND_FREE && seen.blocks[i].list < 64)
            free_offset = seen.blocks[i].at + seen.blocks[i].header;
    }
    assert_true(free_offset > 0);
    address = image_heaps(look.image)->address + free_offset;
    see_no_more(&seen);
    look_finish(&look);
    mangled = address ^ address >> 12; /* leads to itself */
    memcpy(core.data + CORE_HEADERS + free_offset, &mangled, sizeof mangled);
    put_file(core.data, core.length);
    assert_true(look_core(core_path, &nobody, &look, &error));
    assert_true(see(&look, &seen));
    assert_true(target_check(seen.target, &defect));
    assert_int_not_equal(defect.broken, HG_INVARIANT_NONE);
    see_no_more(&seen);
    look_finish(&look);
    text_finish(&core);
    unlink(core_path);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_has_the_blocks_that_it_says),
        cmocka_unit_test(large_blocks_with_mappings_of_their_own_are_counted),
        cmocka_unit_test(all_threads_are_held_and_let_go),
        cmocka_unit_test(a_break_that_others_move_does_not_end_the_heap),
        cmocka_unit_test(an_arena_may_have_several_heaps),
        cmocka_unit_test(what_threads_have_and_what_waits_in_their_caches_is_seen),
        cmocka_unit_test(a_stopped_process_stays_stopped),
        cmocka_unit_test(who_gives_up_leaves_it_running),
        cmocka_unit_test(what_cannot_be_looked_at_is_told),
        cmocka_unit_test(what_is_no_more_tells_of_no_memory),
        cmocka_unit_test(the_missing_right_is_named),
        cmocka_unit_test(a_core_has_the_blocks_that_its_program_said),
        cmocka_unit_test(gdb_writes_cores_that_can_be_read),
        cmocka_unit_test(a_core_that_is_cut_off_is_told_of),
        cmocka_unit_test(what_is_missing_behind_the_heap_is_counted),
        cmocka_unit_test(a_core_without_what_was_written_is_told_of),
        cmocka_unit_test(what_is_packed_is_told_of),
        cmocka_unit_test(nonsense_in_a_core_is_survived),
        cmocka_unit_test(a_circle_in_a_list_is_found),
    };

    const struct CMUnitTest other_libraries[] = {
        cmocka_unit_test(other_versions_are_read_as_well),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    subject_path = arguments[1];
    if (!tracing_is_possible()) {
        puts("1..0 # SKIP no process can be traced here");
        return 0;
    }
    if (getenv("HEAPGLASS_LIBCS"))
        return cmocka_run_group_tests(other_libraries, NULL, NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
