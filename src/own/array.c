/* array.c: see array.h. */
#include "own/array.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>

/* What is smaller holds no heap; nor does, in a library that could have memory from elsewhere, what
 * is smaller than the latter. */
enum { LEAST_SIZE = 256, LEAST_BESIDE_OTHERS = 64 * 1024 };

/* Functions that move the break, so that the heap is there; and others that give memory, which many
 * a language's own library uses, too. */
static const char *const movers[] = {"sbrk", "brk", "mem_sbrk", "mem_map", NULL};
static const char *const givers[] = {"mmap",           "mmap64",        "malloc",   "calloc",
                                     "posix_memalign", "aligned_alloc", "memalign", NULL};

/* A section of symbols, the names of which lie in another one. */
struct symbols {
    const struct text *bytes;
    Elf64_Shdr symbols, names;
};

static bool copy_section(const struct text *bytes, size_t number, Elf64_Shdr *ret_section)
{
    Elf64_Ehdr header;

    return text_copy_part(bytes, 0, &header, sizeof header) && number < header.e_shnum &&
           text_copy_part(bytes, header.e_shoff + number * sizeof *ret_section, ret_section,
                          sizeof *ret_section);
}

/* The first section of this type that has symbols. */
static bool find_symbols(const struct text *bytes, uint32_t type, struct symbols *ret_symbols)
{
    ret_symbols->bytes = bytes;
    for (size_t i = 0; copy_section(bytes, i, &ret_symbols->symbols); i++) {
        if (ret_symbols->symbols.sh_type == type)
            return copy_section(bytes, ret_symbols->symbols.sh_link, &ret_symbols->names);
    }
    return false;
}

/* The symbol with this number, in the order of the file; false beyond the last. */
static bool get(const struct symbols *symbols, uint64_t number, Elf64_Sym *ret_symbol)
{
    uint64_t at = number * sizeof *ret_symbol;

    return at < symbols->symbols.sh_size &&
           text_copy_part(symbols->bytes, symbols->symbols.sh_offset + at, ret_symbol,
                          sizeof *ret_symbol);
}

static bool is_called(const struct symbols *symbols, const Elf64_Sym *symbol, const char *name)
{
    size_t size = strlen(name) + 1;
    uint64_t at = symbols->names.sh_offset + symbol->st_name;

    return at < symbols->bytes->length && symbols->bytes->length - at >= size &&
           memcmp(symbols->bytes->data + at, name, size) == 0;
}

/* Whether it uses one of these functions, and does not have it itself. */
static bool uses(const struct symbols *dynamic, const char *const *functions)
{
    Elf64_Sym symbol;

    for (uint64_t i = 0; get(dynamic, i, &symbol); i++) {
        for (size_t k = 0; symbol.st_shndx == SHN_UNDEF && functions[k]; k++) {
            if (is_called(dynamic, &symbol, functions[k]))
                return true;
        }
    }
    return false;
}

static bool is_writable(const struct text *bytes, const Elf64_Sym *symbol)
{
    Elf64_Shdr section;

    return symbol->st_shndx < SHN_LORESERVE && copy_section(bytes, symbol->st_shndx, &section) &&
           section.sh_flags & SHF_WRITE && !(section.sh_flags & SHF_TLS);
}

/* The largest array that may be written to; of size 0 where there is none. */
static struct own_array find_largest(const struct text *bytes, const struct symbols *symbols)
{
    struct own_array array = {0};
    Elf64_Sym symbol;

    for (uint64_t i = 0; get(symbols, i, &symbol); i++) {
        if (ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_size > array.size &&
            is_writable(bytes, &symbol))
            array = (struct own_array){.at = symbol.st_value, .size = symbol.st_size};
    }
    return array;
}

bool own_array_find(const struct text *bytes, struct own_array *ret_array)
{
    struct symbols dynamic, all;

    if (!find_symbols(bytes, SHT_DYNSYM, &dynamic) || uses(&dynamic, movers))
        return false;
    if (!find_symbols(bytes, SHT_SYMTAB, &all))
        all = dynamic;
    *ret_array = find_largest(bytes, &all);
    return ret_array->size >= (uses(&dynamic, givers) ? LEAST_BESIDE_OTHERS : LEAST_SIZE);
}
