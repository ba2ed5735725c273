/* diverted.c: see diverted.h. What is mutable at file scope here has nowhere else to be. */
#include "kind/diverted.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Where zeroes are mapped of a file that is one of them. */
enum { ZERO_MAJOR = 1, ZERO_MINOR = 5 };

/* What lies on the break and was given back, the first of which is used first. What finds no place
 * in the table is lost. */
enum { HOLES_MAX = 1024 };

static struct hole {
    char *start;
    size_t size;
} holes[HOLES_MAX];

static size_t hole_count;
static char *first; /* where the break was when it began; NULL before */
static bool is_apart, has_been;
static size_t size_apart;

static size_t round_up(size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (size + page - 1) & ~(page - 1);
}

/* ---- From the break ---- */

static bool is_on_break(const char *start)
{
    return !is_apart && start >= first && start < (char *)sbrk(0);
}

static void *take_from_break(size_t size)
{
    size_t odd = round_up((size_t)sbrk(0)) - (size_t)sbrk(0);
    char *start;

    if (size > PTRDIFF_MAX - odd || (start = sbrk((intptr_t)(odd + size))) == (void *)-1) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return start + odd;
}

static void drop_hole(size_t number)
{
    holes[number] = holes[--hole_count];
}

/* Take from what was given back; it is zeroes again. NULL where there is no such. */
static void *take_from_holes(size_t size)
{
    for (size_t i = 0; i < hole_count; i++) {
        char *start = holes[i].start;

        if (holes[i].size < size)
            continue;
        holes[i].start += size;
        holes[i].size -= size;
        if (holes[i].size == 0)
            drop_hole(i);
        return start;
    }
    return NULL;
}

/* Join it with what lies beside it, which leaves the table. */
static void join(struct hole *hole)
{
    for (size_t i = 0; i < hole_count;) {
        bool is_before = holes[i].start + holes[i].size == hole->start;

        if (!is_before && hole->start + hole->size != holes[i].start) {
            i++;
            continue;
        }
        hole->start = is_before ? holes[i].start : hole->start;
        hole->size += holes[i].size;
        drop_hole(i);
        i = 0;
    }
}

static void give_back(char *start, size_t size)
{
    struct hole hole = {.start = start, .size = size};

    join(&hole);
    if (hole.start + hole.size == (char *)sbrk(0)) {
        sbrk(-(intptr_t)hole.size);
        return;
    }
    madvise(start, size, MADV_DONTNEED);
    if (hole_count < HOLES_MAX)
        holes[hole_count++] = hole;
}

/* ---- In place of the system's ---- */

/* Whether it is memory that is asked for, and no file's. */
static bool is_memory(int flags, int file)
{
    struct stat status;

    return flags & MAP_ANONYMOUS || (fstat(file, &status) == 0 && S_ISCHR(status.st_mode) &&
                                     status.st_rdev == makedev(ZERO_MAJOR, ZERO_MINOR));
}

static void *map(void *at, size_t size, int protection, int flags, int file, off_t offset)
{
    void *start;

    if (size == 0 || size > PTRDIFF_MAX || !is_memory(flags, file) || flags & MAP_FIXED)
        return mmap(at, size, protection, flags, file, offset);
    if (is_apart) {
        start = mmap(at, size, protection, flags | MAP_ANONYMOUS, -1, 0);
        has_been = has_been || start != MAP_FAILED;
        size_apart += start == MAP_FAILED ? 0 : round_up(size);
        return start;
    }
    start = take_from_holes(round_up(size));
    return start ? start : take_from_break(round_up(size));
}

static int unmap(void *start, size_t size)
{
    size_t whole = round_up(size);

    if (is_on_break(start)) {
        give_back(start, whole);
        return 0;
    }
    if (munmap(start, size) != 0)
        return -1;
    size_apart -= whole < size_apart ? whole : size_apart;
    return 0;
}

/* Make what lies on the break larger, where it is or elsewhere. */
static void *extend(char *start, size_t had, size_t size, int flags)
{
    void *moved;

    if (start + had == (char *)sbrk(0) && take_from_break(size - had) != MAP_FAILED)
        return start;
    errno = ENOMEM;
    if (!(flags & MREMAP_MAYMOVE))
        return MAP_FAILED;
    moved = map(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (moved != MAP_FAILED) {
        memcpy(moved, start, had);
        give_back(start, had);
    }
    return moved;
}

static void *remap(void *start, size_t size, size_t new_size, int flags)
{
    size_t had = round_up(size), has = round_up(new_size);
    void *moved;

    if (new_size > PTRDIFF_MAX || flags & MREMAP_FIXED) {
        errno = EINVAL;
        return MAP_FAILED;
    }
    if (is_on_break(start)) {
        if (has < had)
            give_back((char *)start + has, had - has);
        return has <= had ? start : extend(start, had, has, flags);
    }
    moved = mremap(start, size, new_size, flags);
    if (moved != MAP_FAILED)
        size_apart += has - had;
    return moved;
}

/* No file may be written to where an allocator is graded; zeroes need not be, to be mapped. */
static int open_file(const char *path, int flags, ...)
{
    mode_t mode;
    va_list rest;

    va_start(rest, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open(path, strcmp(path, "/dev/zero") == 0 ? flags & ~O_ACCMODE : flags, mode);
}

/* Move the break; the kernel answers where it then is, also where it could not. */
static long move_break(long end)
{
    return end && brk((void *)end) == 0 ? end : (long)sbrk(0);
}

/* What is asked of the kernel by its number. */
static long call(long number, ...)
{
    enum { ARGUMENTS = 6 };
    long given[ARGUMENTS];
    va_list rest;

    va_start(rest, number);
    for (size_t i = 0; i < ARGUMENTS; i++)
        given[i] = va_arg(rest, long);
    va_end(rest);
    switch (number) {
    case SYS_mmap:
        return (long)map((void *)given[0], (size_t)given[1], (int)given[2], (int)given[3],
                         (int)given[4], given[5]);
    case SYS_munmap: return unmap((void *)given[0], (size_t)given[1]);
    case SYS_mremap:
        return (long)remap((void *)given[0], (size_t)given[1], (size_t)given[2], (int)given[3]);
    case SYS_brk: return move_break(given[0]);
    default: return syscall(number, given[0], given[1], given[2], given[3], given[4], given[5]);
    }
}

/* ---- A library's slots ---- */

/* What its loader knows of it. */
struct tables {
    const char *names;
    const ElfW(Sym) * symbols;
    struct {
        const ElfW(Rela) * rows;
        size_t size;
    } slots[2];
    char *base;
};

static struct tables read_tables(const struct link_map *map)
{
    struct tables tables = {.base = (char *)map->l_addr};

    for (const ElfW(Dyn) *entry = map->l_ld; entry && entry->d_tag != DT_NULL; entry++) {
        void *there = (void *)entry->d_un.d_ptr;

        switch (entry->d_tag) {
        case DT_STRTAB: tables.names = there; break;
        case DT_SYMTAB: tables.symbols = there; break;
        case DT_RELA: tables.slots[0].rows = there; break;
        case DT_RELASZ: tables.slots[0].size = entry->d_un.d_val; break;
        case DT_JMPREL: tables.slots[1].rows = there; break;
        case DT_PLTRELSZ: tables.slots[1].size = entry->d_un.d_val; break;
        default: break;
        }
    }
    return tables;
}

/* Let one slot lead elsewhere; it may be among those that are only read when all is loaded. */
static void write_slot(void **slot, void *function)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *start = (char *)slot - (uintptr_t)slot % page;

    if (mprotect(start, page, PROT_READ | PROT_WRITE) == 0)
        *slot = function;
}

/* Go through the slots of functions that it has not itself.
 *   function  to lead to; NULL only looks
 *   returns   whether it has one of this name */
static bool find_slots(const struct tables *tables, const char *name, void *function)
{
    bool found = false;

    for (size_t i = 0; i < sizeof tables->slots / sizeof tables->slots[0]; i++) {
        size_t count = tables->slots[i].rows ? tables->slots[i].size / sizeof(ElfW(Rela)) : 0;

        for (const ElfW(Rela) *row = tables->slots[i].rows; count > 0; count--, row++) {
            const ElfW(Sym) *symbol = &tables->symbols[ELF64_R_SYM(row->r_info)];

            if (ELF64_R_SYM(row->r_info) == STN_UNDEF || symbol->st_shndx != SHN_UNDEF ||
                row->r_addend != 0 || strcmp(tables->names + symbol->st_name, name) != 0)
                continue;
            found = true;
            if (function)
                write_slot((void **)(void *)(tables->base + row->r_offset), function);
        }
    }
    return found;
}

static bool has_any(const struct tables *tables, const char *const *names)
{
    while (*names && !find_slots(tables, *names, NULL))
        names++;
    return *names;
}

void divert_library(void *library)
{
    static const char *const maps[] = {"mmap", "mmap64", "syscall", NULL};
    static const char *const moves[] = {"sbrk", "brk", "mem_sbrk", "mem_map", NULL};
    static const struct {
        const char *name;
        void *function;
    } rows[] = {
        {"mmap", (void *)map},     {"mmap64", (void *)map},     {"munmap", (void *)unmap},
        {"mremap", (void *)remap}, {"open", (void *)open_file}, {"open64", (void *)open_file},
        {"syscall", (void *)call},
    };
    struct link_map *map = NULL;
    struct tables tables;

    if (first || dlinfo(library, RTLD_DI_LINKMAP, &map) != 0)
        return;
    tables = read_tables(map);
    if (!tables.names || !tables.symbols || !has_any(&tables, maps))
        return;
    first = sbrk(0);
    is_apart = has_any(&tables, moves);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        find_slots(&tables, rows[i].name, rows[i].function);
}

bool diverted_is_apart(void)
{
    return is_apart;
}

bool diverted_has_been(void)
{
    return has_been;
}

size_t diverted_size(void)
{
    return size_apart;
}
