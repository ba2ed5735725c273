/* narrow.c: see narrow.h. The dynamic loader takes no such library, so that is done here. What is
 * mutable at file scope is what there is once of a process.
 *
 *      | 0x08048000: the library | ... | 0x10000000: the heap | ... | low: stack | code | words |
 *
 * The code is made here: what leads from the library to a function of 64 bits, and what leads from
 * those to one of the library's. The words are errno and the streams, which it knows by address. */
#include "kind/narrow.h"

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kind/narrow_calls.h"

enum {
    START = 0x08048000, /* where programs of i386 lie */
    SPAN_MOST = 0x10000000 - START,
    PAGE = 4096,
    STACK_SIZE = 8 << 20,
    CODE_SIZE = 4 * PAGE,
    WORDS = 8,
    SEGMENTS_MOST = 16
};

static struct {
    bool is_loaded;
    const Elf32_Sym *symbols;
    uint32_t symbol_count;
    const char *names;
    unsigned char *code; /* CODE_SIZE, of which so much is written */
    size_t code_used;
    uint32_t *words, word_count; /* the first is errno */
    uint32_t stack;              /* its top */
} narrow;

bool narrow_is_library(const char *path)
{
    unsigned char start[EI_NIDENT] = "";
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool is_read = file >= 0 && read(file, start, sizeof start) == sizeof start;

    if (file >= 0)
        close(file);
    return is_read && memcmp(start, ELFMAG, SELFMAG) == 0 && start[EI_CLASS] == ELFCLASS32;
}

/* What lies at an address of 32 bits. */
static void *at(uint32_t address)
{
    return (void *)(uintptr_t)address;
}

static uint32_t address_of(const void *place)
{
    return (uint32_t)(uintptr_t)place;
}

/* ---- The code ---- */

/* A piece of code that is being written. */
struct piece {
    unsigned char bytes[64];
    size_t size;
};

static void add_bytes(struct piece *piece, const void *bytes, size_t size)
{
    memcpy(piece->bytes + piece->size, bytes, size);
    piece->size += size;
}

#define ADD(piece, ...)                                                                            \
    do {                                                                                           \
        const unsigned char added[] = {__VA_ARGS__};                                               \
        add_bytes(piece, added, sizeof added);                                                     \
    } while (0)

static void add_word(struct piece *piece, uint32_t word)
{
    add_bytes(piece, &word, sizeof word);
}

/* Put it where it can be run.
 *   returns  its address; 0 where there is no room */
static uint32_t place_code(const struct piece *piece)
{
    unsigned char *place = narrow.code + narrow.code_used;

    if (CODE_SIZE - narrow.code_used < sizeof piece->bytes ||
        mprotect(narrow.code, CODE_SIZE, PROT_READ | PROT_WRITE) != 0)
        return 0;
    memcpy(place, piece->bytes, piece->size);
    narrow.code_used += (piece->size + 15) / 16 * 16;
    return mprotect(narrow.code, CODE_SIZE, PROT_READ | PROT_EXEC) == 0 ? address_of(place) : 0;
}

/* What the library calls in place of a function that lies further up: a jump to it. */
static uint32_t lead_out(uint64_t function)
{
    struct piece piece = {.size = 0};

    ADD(&piece, 0x49, 0xbb); /* mov $function, %r11 */
    add_bytes(&piece, &function, sizeof function);
    ADD(&piece, 0x41, 0xff, 0xe3); /* jmp *%r11 */
    return place_code(&piece);
}

/* Answer 0 for a size that does not fit. */
static void add_bound(struct piece *piece, unsigned char argument)
{
    ADD(piece, 0x48, 0x89, argument);   /* mov %rdi or %rsi, %rax */
    ADD(piece, 0x48, 0xc1, 0xe8, 0x20); /* shr $32, %rax */
    ADD(piece, 0x74, 0x03);             /* jz over the next two */
    ADD(piece, 0x31, 0xc0, 0xc3);       /* xor %eax, %eax; ret */
}

/* What others call in place of a function of the library: a call on the library's stack. */
static uint32_t lead_in(uint32_t function, unsigned sizes)
{
    enum { FROM_RDI = 0xf8, FROM_RSI = 0xf0 };
    struct piece piece = {.size = 0};

    if (sizes & NARROW_FIRST_SIZE)
        add_bound(&piece, FROM_RDI);
    if (sizes & NARROW_SECOND_SIZE)
        add_bound(&piece, FROM_RSI);
    ADD(&piece, 0x53, 0x48, 0x89, 0xe3); /* push %rbx; mov %rsp, %rbx */
    ADD(&piece, 0xbc);                   /* mov $stack, %esp */
    add_word(&piece, narrow.stack);
    ADD(&piece, 0xb8); /* mov $function, %eax */
    add_word(&piece, function);
    ADD(&piece, 0xff, 0xd0);             /* call *%rax */
    ADD(&piece, 0x48, 0x89, 0xdc, 0x5b); /* mov %rbx, %rsp; pop %rbx */
    ADD(&piece, 0x89, 0xc0, 0xc3);       /* mov %eax, %eax, for what is above; ret */
    return place_code(&piece);
}

/* ---- Room ---- */

#ifdef MAP_32BIT
#define MAP_LOW (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_32BIT)
#else
#define MAP_LOW (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)
#endif

/* Map the stack, below which nothing can be written, and the rest. */
static bool map_room(void)
{
    size_t size = PAGE + STACK_SIZE + CODE_SIZE + PAGE;
    char *low = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_LOW, -1, 0);

    if (low == MAP_FAILED || (uintptr_t)low + size > UINT32_MAX || mprotect(low, PAGE, PROT_NONE))
        return false;
    narrow.stack = address_of(low + PAGE + STACK_SIZE);
    narrow.code = (unsigned char *)low + PAGE + STACK_SIZE;
    narrow.words = (uint32_t *)(void *)(narrow.code + CODE_SIZE);
    narrow.word_count = 1;
    narrow_call_keep_errno((int *)narrow.words);
    return true;
}

/* ---- Mapping ---- */

static int protection_of(const Elf32_Phdr *segment)
{
    return (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0) |
           (segment->p_flags & PF_X ? PROT_EXEC : 0);
}

/* Map a segment over what was reserved; behind what the file has, it holds zeros. */
static bool map_segment(int file, const Elf32_Phdr *segment)
{
    uint32_t odd = segment->p_vaddr % PAGE, in_file = odd + segment->p_filesz;
    uint32_t mapped = (in_file + PAGE - 1) / PAGE * PAGE, whole = odd + segment->p_memsz;
    char *start = at(START + segment->p_vaddr - odd);
    int protection = protection_of(segment);

    if (in_file > odd && mmap(start, in_file, protection, MAP_PRIVATE | MAP_FIXED, file,
                              (off_t)(segment->p_offset - odd)) == MAP_FAILED)
        return false;
    if (protection & PROT_WRITE && in_file > odd)
        memset(start + in_file, 0, mapped - in_file);
    if (in_file == odd)
        mapped = 0;
    return whole <= mapped || mmap(start + mapped, whole - mapped, protection,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
}

/* Map all of them.
 *   ret_dynamic  where it says what it needs; 0 where it does not */
static bool map_segments(int file, const Elf32_Ehdr *header, uint32_t *ret_dynamic)
{
    Elf32_Phdr segments[SEGMENTS_MOST];
    ssize_t size = (ssize_t)(header->e_phnum * sizeof segments[0]);
    uint64_t span = 0;
    bool good = header->e_phnum <= SEGMENTS_MOST &&
                pread(file, segments, (size_t)size, (off_t)header->e_phoff) == size;

    *ret_dynamic = 0;
    for (size_t i = 0; good && i < header->e_phnum; i++) {
        uint64_t end = (uint64_t)segments[i].p_vaddr + segments[i].p_memsz;

        if (segments[i].p_type == PT_LOAD && end > span)
            span = end;
        if (segments[i].p_type == PT_DYNAMIC)
            *ret_dynamic = START + segments[i].p_vaddr;
        good = segments[i].p_type != PT_TLS;
    }
    good =
        good && span <= SPAN_MOST && *ret_dynamic != 0 &&
        mmap(at(START), span, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0) == at(START);
    for (size_t i = 0; good && i < header->e_phnum; i++)
        good = segments[i].p_type != PT_LOAD || map_segment(file, &segments[i]);
    return good;
}

/* ---- Linking ---- */

/* A word that the library knows by its address. */
static uint32_t add_known_word(uint32_t value)
{
    if (narrow.word_count == WORDS)
        return 0;
    narrow.words[narrow.word_count] = value;
    return address_of(&narrow.words[narrow.word_count++]);
}

/* Where a symbol lies; what may be absent and is lies at 0. */
static const char *resolve(uint32_t number, uint32_t *ret_address)
{
    static char problem[128];
    const Elf32_Sym *symbol = &narrow.symbols[number];
    const char *name = narrow.names + symbol->st_name;
    struct narrow_call call;

    *ret_address = symbol->st_shndx != SHN_UNDEF ? START + symbol->st_value : 0;
    if (*ret_address != 0 || number == 0)
        return NULL;
    call = narrow_call_find(name);
    if (call.what == NARROW_FUNCTION)
        *ret_address = lead_out(call.address);
    else if (call.what == NARROW_STREAM)
        *ret_address = add_known_word(call.stream_number);
    if (*ret_address != 0 || ELF32_ST_BIND(symbol->st_info) == STB_WEAK)
        return NULL;
    snprintf(problem, sizeof problem, "there is no '%s' for what is built for 32 bits", name);
    return problem;
}

static const char *relocate(const Elf32_Rela *entry)
{
    uint32_t type = ELF32_R_TYPE(entry->r_info), number = ELF32_R_SYM(entry->r_info), value;
    char *place = at(START + entry->r_offset);
    const char *problem = resolve(number, &value);

    if (problem)
        return problem;
    switch (type) {
    case R_X86_64_RELATIVE: value = START + (uint32_t)entry->r_addend; break;
    case R_X86_64_GLOB_DAT:
    case R_X86_64_JUMP_SLOT: break;
    case R_X86_64_32: value += (uint32_t)entry->r_addend; break;
    default: return "it was linked in a way that is not known for 32 bits";
    }
    memcpy(place, &value, sizeof value);
    return NULL;
}

/* What a library does itself when it is loaded. */
static const char *run_constructors(const uint32_t *constructors, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uintptr_t constructor = lead_in(constructors[i], NARROW_NO_SIZE);

        if (constructor == 0)
            return "it has too many constructors";
        ((void (*)(void))constructor)();
    }
    return NULL;
}

/* What the dynamic section says, by its tags. */
static const char *link_all(uint32_t dynamic)
{
    enum { TAGS = DT_INIT_ARRAYSZ + 1 };
    uint32_t values[TAGS] = {0};
    const char *problem = NULL;

    for (const Elf32_Dyn *entry = at(dynamic); entry->d_tag != DT_NULL; entry++) {
        if (entry->d_tag > 0 && entry->d_tag < TAGS)
            values[entry->d_tag] = entry->d_un.d_val;
    }
    if (values[DT_SYMTAB] == 0 || values[DT_STRTAB] == 0 || values[DT_HASH] == 0)
        return "it has no symbols";
    narrow.symbols = at(START + values[DT_SYMTAB]);
    narrow.names = at(START + values[DT_STRTAB]);
    narrow.symbol_count = ((const uint32_t *)at(START + values[DT_HASH]))[1];
    for (int i = 0; i < 2; i++) {
        uint32_t start = values[i == 0 ? DT_RELA : DT_JMPREL];
        uint32_t size = values[i == 0 ? DT_RELASZ : DT_PLTRELSZ];
        const Elf32_Rela *entries = at(START + start);

        for (uint32_t k = 0; !problem && start && k < size / sizeof *entries; k++)
            problem = relocate(&entries[k]);
    }
    if (problem || values[DT_INIT_ARRAY] == 0)
        return problem;
    return run_constructors(at(START + values[DT_INIT_ARRAY]),
                            values[DT_INIT_ARRAYSZ] / sizeof(uint32_t));
}

/* ---- All of it ---- */

static const char *load(int file)
{
    Elf32_Ehdr header;
    uint32_t dynamic;

    if (pread(file, &header, sizeof header, 0) != sizeof header || header.e_machine != EM_X86_64 ||
        header.e_phentsize != sizeof(Elf32_Phdr))
        return "it is built for another machine";
    if (!map_room() || !map_segments(file, &header, &dynamic))
        return "there is no room for it below 4 GiB";
    return link_all(dynamic);
}

const char *narrow_load(const char *path)
{
    const char *problem;
    int file;

    if (narrow.is_loaded)
        return NULL;
#ifndef __x86_64__
    return "this machine has none for 32 bits";
#endif
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return "it cannot be read";
    problem = load(file);
    close(file);
    narrow.is_loaded = !problem;
    return problem;
}

void *narrow_find(const char *name, unsigned sizes)
{
    for (uint32_t i = 1; narrow.is_loaded && i < narrow.symbol_count; i++) {
        const Elf32_Sym *symbol = &narrow.symbols[i];

        if (symbol->st_shndx != SHN_UNDEF && ELF32_ST_TYPE(symbol->st_info) == STT_FUNC &&
            strcmp(narrow.names + symbol->st_name, name) == 0)
            return at(lead_in(START + symbol->st_value, sizes));
    }
    return NULL;
}
