/* test_core.c: heaps in core files, also in those that gcore writes, where that is installed. */
#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/random.h"
#include "cores.h"
#include "subjects.h"
#include "target/serve.h"
#include "test.h"
#include "tracing.h"

static const struct progress nobody;

static const char core_path[] = "core.test";

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
    struct error error;
    struct look look;
    struct text core;

    (void)state;
    subject_begin(&subject, "");
    subject_go_on(&subject);
    core = write_core(subject.pid);
    put_file(core_path, core.data, core.length);
    subject_end(&subject);
    assert_core(core_path, &subject);
    assert_true(look_core(core_path, &nobody, &look, &error));
    assert_int_equal(look.image->signal, SIGABRT);
    look_finish(&look);
    text_finish(&core);
    unlink(core_path);
}

/* Let gdb write a core, whose name is that; whether it could. */
static bool write_core_by_gdb(const struct subject *subject, char name[128])
{
    snprintf(name, 128, "timeout 60 gcore -o core.gdb %d >/dev/null 2>&1", (int)subject->pid);
    if (system(name) != 0)
        return false;
    snprintf(name, 128, "core.gdb.%d", (int)subject->pid);
    return true;
}

static void gdb_writes_cores_that_can_be_read(void **state)
{
    static struct subject subject;
    struct error error;
    struct look look;
    char name[128];

    (void)state;
    if (system("command -v gcore >/dev/null") != 0) {
        test_skipped("there is no gcore");
        return;
    }
    subject_begin(&subject, "thread");
    if (write_core_by_gdb(&subject, name)) {
        assert_core(name, &subject);
        assert_true(look_core(name, &nobody, &look, &error));
        assert_thread_seen(&look, &subject);
        look_finish(&look);
        unlink(name);
    }
    subject_end(&subject);
}

/* Where the top lies elsewhere, behind a break that could not move, the heap is still that which
 * malloc began with. */
static void a_core_has_the_heap_that_goes_on_elsewhere(void **state)
{
    static struct subject subject;
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    struct error error = {0};
    struct look look;
    struct seen seen;
    char name[128];

    (void)state;
    if (system("command -v gcore >/dev/null") != 0) {
        test_skipped("there is no gcore");
        return;
    }
    subject_begin(&subject, "blocked");
    if (write_core_by_gdb(&subject, name)) {
        assert_true(look_core(name, &nobody, &look, &error));
        assert_true(look.image->goes_on && look.image->parameters.are_known);
        assert_int_equal(image_heaps(look.image)->address, look.image->parameters.sbrk_base);
        assert_true(see(&look, &seen));
        assert_true(target_check(seen.target, &defect));
        assert_int_equal(defect.broken, HG_INVARIANT_NONE);
        see_no_more(&seen);
        look_finish(&look);
        unlink(name);
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

        put_file(core_path, core.data, size);
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

        put_file(core_path, core.data, core.length);
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
    put_file(core_path, core.data, core.length);
    assert_false(look_core(core_path, &nobody, &look, &error));
    if (!strstr(error.text, "coredump_filter"))
        fail_msg("%s", error.text);
    text_finish(&core);
    unlink(core_path);
}

/* Of the core of a 32-bit program, or of one for another machine, is said what it is. */
static void a_core_of_another_kind_of_program_is_told_of(void **state)
{
    static const Elf32_Ehdr narrow = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS32, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_CORE,
        .e_machine = EM_386,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof narrow};
    static const Elf64_Ehdr other = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_CORE,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_ehsize = sizeof other};
    static const struct {
        const void *bytes;
        size_t size;
        const char *words;
    } rows[] = {{&narrow, sizeof narrow, "the core of a 32-bit program"},
                {&other, sizeof other, "another kind of machine"}};

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {0};
        struct look look;

        put_file(core_path, rows[i].bytes, rows[i].size);
        assert_false(look_core(core_path, &nobody, &look, &error));
        if (!strstr(error.text, rows[i].words))
            fail_msg("'%s' does not say '%s'", error.text, rows[i].words);
    }
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

        put_file(core_path, rows[i].bytes, strlen(rows[i].bytes));
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
        put_file(core_path, bytes, core.length);
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

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_core_has_the_blocks_that_its_program_said),
        cmocka_unit_test(gdb_writes_cores_that_can_be_read),
        cmocka_unit_test(a_core_has_the_heap_that_goes_on_elsewhere),
        cmocka_unit_test(a_core_that_is_cut_off_is_told_of),
        cmocka_unit_test(what_is_missing_behind_the_heap_is_counted),
        cmocka_unit_test(a_core_without_what_was_written_is_told_of),
        cmocka_unit_test(a_core_of_another_kind_of_program_is_told_of),
        cmocka_unit_test(what_is_packed_is_told_of),
        cmocka_unit_test(nonsense_in_a_core_is_survived),
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
