/* test_core.c: heaps in core files. They are written here, of what the kernel shows of a process;
 * and by gdb's gcore, where that is installed. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "subjects.h"
#include "target/serve.h"
#include "test.h"
#include "tracing.h"

static const struct progress nobody;

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
    subject_begin(&subject, "");
    subject_go_on(&subject);
    core = write_core(subject.pid);
    put_file(core.data, core.length);
    subject_end(&subject);
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
    subject_begin(&subject, "thread");
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
    subject_end(&subject);
}

/* A file that is cut off anywhere is told of, and never more than is there is believed. */
static void a_core_that_is_cut_off_is_told_of(void **state)
{
    enum { STEP = 1777, EHDR = sizeof(Elf64_Ehdr) };
    static struct subject subject;
    struct text core;
    size_t heap_end;

    (void)state;
    subject_begin(&subject, "");
    core = write_core(subject.pid);
    subject_end(&subject);
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
    subject_begin(&subject, "");
    core = write_core(subject.pid);
    subject_end(&subject);
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
    subject_begin(&subject, "");
    core = write_core(subject.pid);
    subject_end(&subject);
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
    subject_begin(&subject, "");
    core = write_core(subject.pid);
    subject_end(&subject);
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
    subject_begin(&subject, "");
    core = write_core(subject.pid);
    subject_end(&subject);
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
        cmocka_unit_test(a_core_has_the_blocks_that_its_program_said),
        cmocka_unit_test(gdb_writes_cores_that_can_be_read),
        cmocka_unit_test(a_core_that_is_cut_off_is_told_of),
        cmocka_unit_test(what_is_missing_behind_the_heap_is_counted),
        cmocka_unit_test(a_core_without_what_was_written_is_told_of),
        cmocka_unit_test(what_is_packed_is_told_of),
        cmocka_unit_test(nonsense_in_a_core_is_survived),
        cmocka_unit_test(a_circle_in_a_list_is_found),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    subject_path = arguments[1];
    if (!tracing_is_possible()) {
        puts("1..0 # SKIP no process can be traced here");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
