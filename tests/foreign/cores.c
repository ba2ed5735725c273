/* cores.c: see cores.h. */
#include "cores.h"

#include <elf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/procfs.h>
#include <unistd.h>

#include "base/memory.h"
#include "test.h"

/* A core file in the making: segments, each with its header, behind a note of the mapped files. */
struct core {
    Elf64_Phdr headers[16];
    struct text bytes, note;
    size_t count;
};

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

struct text write_core(pid_t pid)
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
    Elf64_Nhdr of_thread = {
        .n_namesz = 5, .n_descsz = sizeof(struct elf_prstatus), .n_type = NT_PRSTATUS};
    struct elf_prstatus status = {.pr_pid = pid, .pr_cursig = SIGABRT};

    add_process(&core, pid);
    add_words(&content, (uint64_t[]){core.count - 1, 4096}, 2);
    text_add_bytes(&content, core.note.data, core.note.length);
    while (content.length % 4)
        text_add_bytes(&content, "", 1);
    note.n_descsz = (uint32_t)content.length;
    header.e_phnum = (uint16_t)(core.count + 1);
    core.headers[core.count] = (Elf64_Phdr){.p_type = PT_NOTE,
                                            .p_offset = CORE_HEADERS + core.bytes.length,
                                            .p_filesz = sizeof of_thread + 8 + sizeof status +
                                                        sizeof note + 8 + content.length,
                                            .p_align = 4};
    text_add_bytes(&file, (const char *)&header, sizeof header);
    text_add_bytes(&file, (const char *)core.headers, (core.count + 1) * sizeof core.headers[0]);
    while (file.length < CORE_HEADERS)
        text_add_bytes(&file, "", 1);
    text_add_bytes(&file, core.bytes.data, core.bytes.length);
    text_add_bytes(&file, (const char *)&of_thread, sizeof of_thread);
    text_add_bytes(&file, "CORE\0\0\0", 8);
    text_add_bytes(&file, (const char *)&status, sizeof status);
    text_add_bytes(&file, (const char *)&note, sizeof note);
    text_add_bytes(&file, "CORE\0\0\0", 8);
    text_add_bytes(&file, content.data, content.length);
    text_finish(&core.bytes);
    text_finish(&core.note);
    text_finish(&content);
    return file;
}

void put_file(const char *core_path, const void *bytes, size_t size)
{
    FILE *file = fopen(core_path, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}
