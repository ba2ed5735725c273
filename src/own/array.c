/* array.c: see array.h. */
#include "own/array.h"

#include <stddef.h>

#include "own/symbols.h"

/* What is smaller holds no heap; nor does, in a library that could have memory from elsewhere, what
 * is smaller than the latter. */
enum { LEAST_SIZE = 256, LEAST_BESIDE_OTHERS = 64 * 1024 };

/* Functions that move the break, so that the heap is there; and others that give memory, which many
 * a language's own library uses, too. */
static const char *const movers[] = {"sbrk", "brk", "mem_sbrk", "mem_map", NULL};
static const char *const givers[] = {"mmap",           "mmap64",        "malloc",   "calloc",
                                     "posix_memalign", "aligned_alloc", "memalign", NULL};

static bool is_writable(const struct text *bytes, const Elf64_Sym *symbol)
{
    Elf64_Shdr section;

    return symbol->st_shndx < SHN_LORESERVE &&
           symbols_copy_section(bytes, symbol->st_shndx, &section) &&
           section.sh_flags & SHF_WRITE && !(section.sh_flags & SHF_TLS);
}

/* The largest array that may be written to; of size 0 where there is none. */
static struct own_array find_largest(const struct text *bytes, const struct symbols *symbols)
{
    struct own_array array = {0};
    Elf64_Sym symbol;

    for (uint64_t i = 0; symbols_get(symbols, i, &symbol); i++) {
        if (ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_size > array.size &&
            is_writable(bytes, &symbol))
            array = (struct own_array){.at = symbol.st_value, .size = symbol.st_size};
    }
    return array;
}

bool own_array_find(const struct text *bytes, struct own_array *ret_array)
{
    struct symbols dynamic, all;

    if (!symbols_find(bytes, SHT_DYNSYM, &dynamic) || symbols_have(&dynamic, movers, false))
        return false;
    if (!symbols_find(bytes, SHT_SYMTAB, &all))
        all = dynamic;
    *ret_array = find_largest(bytes, &all);
    return ret_array->size >=
           (symbols_have(&dynamic, givers, false) ? LEAST_BESIDE_OTHERS : LEAST_SIZE);
}
