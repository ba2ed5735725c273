/* symbols.h: the symbols of a library, read from its ELF file, for this machine, whatever there is
 * in it. Of one for 32 bits they are told as of one for 64. */
#ifndef OWN_SYMBOLS_H
#define OWN_SYMBOLS_H

#include <elf.h>
#include <stdbool.h>

#include "base/text.h"

/* A section of symbols, the names of which lie in another one. */
struct symbols {
    const struct text *bytes;
    Elf64_Shdr symbols, names;
};

/* The section with this number; false beyond the last. */
bool symbols_copy_section(const struct text *bytes, size_t number, Elf64_Shdr *ret_section);

/* The first section of this type that has symbols: SHT_DYNSYM, SHT_SYMTAB.
 *   bytes    the file's, which stay the caller's
 *   returns  false where there is none */
bool symbols_find(const struct text *bytes, uint32_t type, struct symbols *ret_symbols);

/* The symbol with this number, in the order of the file; false beyond the last. */
bool symbols_get(const struct symbols *symbols, uint64_t number, Elf64_Sym *ret_symbol);

/* Append its name, without what a compiler may have put behind it: "heap" of "heap.0". */
void symbols_add_name(const struct symbols *symbols, const Elf64_Sym *symbol, struct text *text);

/* Whether there is one of these names, which end with NULL, that the library has itself, or uses
 * and does not have. */
bool symbols_have(const struct symbols *symbols, const char *const *names, bool itself);

#endif
