/* core.c: a look at a core file: see look.h. Which bytes of the file are which part of the memory
 * that was say its program headers, and what files were mapped there a note of the kernel's. All of
 * it may be cut off, or be nonsense: nothing is believed that does not lie in the file. */
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/procfs.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <unistd.h>

#include "base/memory.h"
#include "foreign/copy.h"
#include "foreign/look.h"

enum { NOTE_MOST = 64 << 20 };

struct core {
    const char *path;
    struct memory memory;
    uint64_t size; /* of the file */
    Elf *elf;
};

static bool read_core(const struct memory *memory, uint64_t at, void *bytes, size_t size)
{
    char *to = bytes;

    while (size > 0) {
        const struct memory_region *region = memory_region_at(memory, at);
        uint64_t from = region ? at - region->start : 0;
        size_t part;

        if (!region || from >= region->held)
            return false;
        part = region->held - from < size ? region->held - from : size;
        if (pread(memory->file, to, part, (off_t)(region->place + from)) != (ssize_t)part)
            return false;
        to += part;
        at += part;
        size -= part;
    }
    return true;
}

/* The kernel copies from file to file, and no page is ever mapped. */
static bool copy_core(const struct memory *memory, uint64_t at, uint64_t size, int file,
                      uint64_t place)
{
    const struct memory_region *region = memory_region_at(memory, at);
    off_t from = region ? (off_t)(region->place + (at - region->start)) : 0;
    ssize_t part = 1;

    if (!region || at - region->start > region->held || size > region->held - (at - region->start))
        return false;
    if (lseek(file, (off_t)place, SEEK_SET) < 0)
        return false;
    for (; size > 0 && part > 0; size -= (uint64_t)part) {
        part = sendfile(file, memory->file, &from, size);
        if (part < 0)
            return false;
    }
    return size == 0;
}

/* ---- Segments ---- */

static void add_segment(struct core *core, const GElf_Phdr *header)
{
    struct memory_region region = {
        .start = header->p_vaddr, .place = header->p_offset, .is_writable = header->p_flags & PF_W};

    if (__builtin_add_overflow(header->p_vaddr, header->p_memsz, &region.end) ||
        header->p_memsz == 0 || header->p_offset > core->size)
        return;
    region.held = header->p_filesz < header->p_memsz ? header->p_filesz : header->p_memsz;
    if (region.held > core->size - header->p_offset)
        region.held = core->size - header->p_offset;
    memory_add(&core->memory, &region);
}

/* ---- The files that were mapped ---- */

/* The next word of a note; 0 where it ends. */
static uint64_t next_word(const char *note, size_t size, size_t *at)
{
    uint64_t word = 0;

    if (size - *at >= sizeof word)
        memcpy(&word, note + *at, sizeof word);
    *at += size - *at < sizeof word ? size - *at : sizeof word;
    return word;
}

/* Let the regions in [start, end) be called so. */
static void name_regions(struct memory *memory, uint64_t start, uint64_t end, const char *name)
{
    for (size_t i = 0; i < memory->count; i++) {
        struct memory_region *region = &memory->regions[i];

        if (region->start >= start && region->start < end)
            snprintf(region->name, sizeof region->name, "%s", name);
    }
}

/* NT_FILE: how many, the size of a page, three words of each, and then the names. */
static void read_files(struct core *core, const char *note, size_t size)
{
    size_t at = 0, count = next_word(note, size, &at), names;

    next_word(note, size, &at);
    if (count > size / (3 * sizeof(uint64_t)))
        return;
    names = at + count * 3 * sizeof(uint64_t);
    for (size_t i = 0; i < count && names < size; i++) {
        uint64_t start = next_word(note, size, &at), end = next_word(note, size, &at);
        size_t length = strnlen(note + names, size - names);

        next_word(note, size, &at);
        if (names + length == size)
            return; /* the name has no end */
        name_regions(&core->memory, start, end, note + names);
        names += length + 1;
    }
}

/* NT_PRSTATUS: a thread's number and its registers, and what signal reached it; the first is that
 * for whose sake there is a core. */
static void read_thread(struct core *core, const char *note, size_t size)
{
    struct elf_prstatus status;
    struct user_regs_struct registers;

    if (size < sizeof status)
        return;
    memcpy(&status, note, sizeof status);
    memcpy(&registers, status.pr_reg, sizeof registers);
    if (core->memory.thread_count == 0)
        core->memory.signal = status.pr_cursig;
    memory_add_thread(&core->memory, status.pr_pid, registers.fs_base);
}

static void read_notes(struct core *core, const GElf_Phdr *header)
{
    size_t at = 0, next, name, content;
    Elf_Data *data;
    GElf_Nhdr note;

    if (header->p_filesz > NOTE_MOST || header->p_offset > core->size ||
        header->p_filesz > core->size - header->p_offset)
        return;
    data = elf_getdata_rawchunk(core->elf, (int64_t)header->p_offset, header->p_filesz, ELF_T_NHDR);
    while (data && (next = gelf_getnote(data, at, &note, &name, &content)) > 0) {
        if (note.n_type == NT_PRSTATUS)
            read_thread(core, (const char *)data->d_buf + content, note.n_descsz);
        if (note.n_type == NT_FILE)
            read_files(core, (const char *)data->d_buf + content, note.n_descsz);
        at = next;
    }
}

/* ---- The file ---- */

/* Say of a file that is no core file what it is, if it may have been one. */
static bool tell_no_core(const struct core *core, struct error *error)
{
    static const struct {
        const char *begins, *tool;
    } packed[] = {{"\x1f\x8b", "gunzip"},
                  {"\xfd\x37zXZ", "unxz"},
                  {"\x28\xb5\x2f\xfd", "unzstd"},
                  {"\x04\x22\x4d\x18", "unlz4"},
                  {"BZh", "bunzip2"}};
    char bytes[8] = "";

    if (pread(core->memory.file, bytes, sizeof bytes - 1, 0) < 0)
        return error_set_errno(error, "%s", core->path);
    for (size_t i = 0; i < sizeof packed / sizeof packed[0]; i++) {
        if (strncmp(bytes, packed[i].begins, strlen(packed[i].begins)) == 0)
            return error_set(error, "%s: it is compressed; unpack it with %s first", core->path,
                             packed[i].tool);
    }
    return error_set(error, "%s: this is no core file", core->path);
}

static bool check_header(const struct core *core, struct error *error)
{
    GElf_Ehdr header;

    if (elf_kind(core->elf) != ELF_K_ELF || !gelf_getehdr(core->elf, &header) ||
        header.e_type != ET_CORE)
        return tell_no_core(core, error);
    if (gelf_getclass(core->elf) != ELFCLASS64)
        return error_set(error,
                         "%s: the core of a 32-bit program: only 64-bit ones can be looked at",
                         core->path);
    return header.e_machine == EM_X86_64 ||
           error_set(error, "%s: the core of a program for another kind of machine", core->path);
}

/* A file that ends before what it tells of: how much of it there should be; 0 if it is whole. */
static uint64_t bytes_missing(const struct core *core)
{
    uint64_t most = 0;
    GElf_Phdr header;
    size_t count = 0;

    elf_getphdrnum(core->elf, &count);
    for (size_t i = 0; i < count; i++) {
        uint64_t end;

        if (gelf_getphdr(core->elf, (int)i, &header) &&
            !__builtin_add_overflow(header.p_offset, header.p_filesz, &end) && end > most)
            most = end;
    }
    return most > core->size ? most - core->size : 0;
}

static bool read_headers(struct core *core, struct error *error)
{
    GElf_Ehdr whole;
    GElf_Phdr header;
    size_t count;

    /* what is cut off is not counted */
    if (!gelf_getehdr(core->elf, &whole) || elf_getphdrnum(core->elf, &count) != 0 ||
        (whole.e_phnum != PN_XNUM && count < whole.e_phnum))
        return error_set(error, "%s: its program headers are cut off", core->path);
    for (size_t i = 0; i < count; i++) {
        if (!gelf_getphdr(core->elf, (int)i, &header))
            return error_set(error, "%s: its program headers are cut off", core->path);
        if (header.p_type == PT_LOAD)
            add_segment(core, &header);
    }
    memory_sort(&core->memory);
    for (size_t i = 0; i < count; i++) {
        if (gelf_getphdr(core->elf, (int)i, &header) && header.p_type == PT_NOTE)
            read_notes(core, &header);
    }
    core->memory.missing = bytes_missing(core);
    return true;
}

static bool take_heaps(struct core *core, const struct progress *progress, int image,
                       struct error *error)
{
    size_t missing = core->memory.missing;
    const char *slash = strrchr(core->path, '/');
    struct found found;
    bool good;

    if (!find_heaps(&core->memory, core->path, &found, error))
        return missing > 0 ? error_set(error,
                                       "%s: the file is cut off: %zu bytes are missing, and no "
                                       "heap of glibc's malloc is found in the rest",
                                       core->path, missing)
                           : false;
    good =
        copy_heaps(&core->memory, &found, slash ? slash + 1 : core->path, progress, image, error);
    if (!good && error->kind != ERROR_STOPPED && missing > 0)
        error_append(error, "; the file is cut off: %zu bytes are missing", missing);
    found_finish(&found);
    return good;
}

static bool look_inside(struct core *core, const struct progress *progress, int image,
                        struct error *error)
{
    bool good;

    core->elf = elf_begin(core->memory.file, ELF_C_READ, NULL);
    good = check_header(core, error) && read_headers(core, error) &&
           take_heaps(core, progress, image, error);
    elf_end(core->elf);
    memory_finish(&core->memory);
    return good;
}

bool look_at_core(const char *path, const struct progress *progress, int *ret_image,
                  struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), image = -1;
    struct core core = {.path = path,
                        .memory = {.file = file, .read = read_core, .copy = copy_core}};
    struct stat status;
    bool good = false;

    elf_version(EV_CURRENT);
    if (file < 0 || fstat(file, &status) != 0) {
        error_set_errno(error, "%s", path);
    } else if (!S_ISREG(status.st_mode)) {
        error_set(error, "%s: this is no core file", path);
    } else {
        core.size = (uint64_t)status.st_size;
        image = memfd_create("heapglass-look", MFD_CLOEXEC);
        good = image >= 0 ? look_inside(&core, progress, image, error)
                          : error_set_errno(error, "there is no memory to look at it");
    }
    if (file >= 0)
        close(file);
    if (good)
        *ret_image = image;
    else if (image >= 0)
        close(image);
    return good;
}
