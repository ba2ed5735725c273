/* array.c: see array.h. */
#include "own/array.h"

#include <stddef.h>

#include "own/source.h"
#include "own/symbols.h"
#include "own/taken.h"

/* What is smaller holds no heap; nor does, in a library that could have memory from elsewhere, what
 * is smaller than the latter. */
enum { LEAST_SIZE = 256, LEAST_BESIDE_OTHERS = 64 * 1024 };

/* Functions that move the break, so that the heap is there, unless they do so for what another one
 * asks for; and others that give memory, which many a language's own library uses, too. */
static const char *const movers[] = {"sbrk", "brk", "mem_sbrk", "mem_map", NULL};
static const char *const takers[] = {TAKEN_FUNCTION, NULL};
static const char *const givers[] = {"mmap",           "mmap64",        "malloc",   "calloc",
                                     "posix_memalign", "aligned_alloc", "memalign", NULL};

static bool is_writable(const struct text *bytes, const Elf64_Sym *symbol)
{
    Elf64_Shdr section;

    return symbol->st_shndx < SHN_LORESERVE &&
           symbols_copy_section(bytes, symbol->st_shndx, &section) &&
           section.sh_flags & SHF_WRITE && !(section.sh_flags & SHF_TLS);
}

/* Whether `source`, if there is one, has it as an array of bytes. */
static bool is_of_bytes(const char *source, const struct symbols *symbols, const Elf64_Sym *symbol)
{
    struct text name = {0};
    bool is_of_bytes;

    if (!source)
        return true;
    symbols_add_name(symbols, symbol, &name);
    is_of_bytes = source_has_bytes(source, text_string(&name));
    text_finish(&name);
    return is_of_bytes;
}

/* The largest array that may be written to; of size 0 where there is none. */
static struct own_array find_largest(const struct text *bytes, const struct symbols *symbols,
                                     const char *source)
{
    struct own_array array = {0};
    Elf64_Sym symbol;

    for (uint64_t i = 0; symbols_get(symbols, i, &symbol); i++) {
        if (ELF64_ST_TYPE(symbol.st_info) == STT_OBJECT && symbol.st_size > array.size &&
            is_writable(bytes, &symbol) && is_of_bytes(source, symbols, &symbol))
            array = (struct own_array){.at = symbol.st_value, .size = symbol.st_size};
    }
    return array;
}

bool own_array_find(const struct text *bytes, const char *source, struct own_array *ret_array)
{
    struct symbols dynamic, all;
    bool takes;

    if (!symbols_find(bytes, SHT_DYNSYM, &dynamic))
        return false;
    takes = symbols_have(&dynamic, takers, true);
    if (!takes && symbols_have(&dynamic, movers, false))
        return false;
    if (!symbols_find(bytes, SHT_SYMTAB, &all))
        all = dynamic;
    *ret_array = find_largest(bytes, &all, takes ? source : NULL);
    return ret_array->size >=
           (takes || symbols_have(&dynamic, givers, false) ? LEAST_BESIDE_OTHERS : LEAST_SIZE);
}
