/* symbols.c: see symbols.h. */
#include "own/symbols.h"

#include <stddef.h>
#include <string.h>

static bool is_narrow(const struct text *bytes)
{
    return bytes->length > EI_CLASS && bytes->data[EI_CLASS] == ELFCLASS32;
}

static bool copy_narrow_section(const struct text *bytes, size_t number, Elf64_Shdr *ret_section)
{
    Elf32_Ehdr header;
    Elf32_Shdr section;

    if (!text_copy_part(bytes, 0, &header, sizeof header) || number >= header.e_shnum ||
        !text_copy_part(bytes, header.e_shoff + number * sizeof section, &section, sizeof section))
        return false;
    *ret_section = (Elf64_Shdr){.sh_name = section.sh_name,
                                .sh_type = section.sh_type,
                                .sh_flags = section.sh_flags,
                                .sh_addr = section.sh_addr,
                                .sh_offset = section.sh_offset,
                                .sh_size = section.sh_size,
                                .sh_link = section.sh_link,
                                .sh_info = section.sh_info};
    return true;
}

bool symbols_copy_section(const struct text *bytes, size_t number, Elf64_Shdr *ret_section)
{
    Elf64_Ehdr header;

    if (is_narrow(bytes))
        return copy_narrow_section(bytes, number, ret_section);
    return text_copy_part(bytes, 0, &header, sizeof header) && number < header.e_shnum &&
           text_copy_part(bytes, header.e_shoff + number * sizeof *ret_section, ret_section,
                          sizeof *ret_section);
}

bool symbols_find(const struct text *bytes, uint32_t type, struct symbols *ret_symbols)
{
    ret_symbols->bytes = bytes;
    for (size_t i = 0; symbols_copy_section(bytes, i, &ret_symbols->symbols); i++) {
        if (ret_symbols->symbols.sh_type == type)
            return symbols_copy_section(bytes, ret_symbols->symbols.sh_link, &ret_symbols->names);
    }
    return false;
}

static bool get_narrow(const struct symbols *symbols, uint64_t number, Elf64_Sym *ret_symbol)
{
    Elf32_Sym symbol;
    uint64_t at = number * sizeof symbol;

    if (at >= symbols->symbols.sh_size ||
        !text_copy_part(symbols->bytes, symbols->symbols.sh_offset + at, &symbol, sizeof symbol))
        return false;
    *ret_symbol = (Elf64_Sym){.st_name = symbol.st_name,
                              .st_info = symbol.st_info,
                              .st_other = symbol.st_other,
                              .st_shndx = symbol.st_shndx,
                              .st_value = symbol.st_value,
                              .st_size = symbol.st_size};
    return true;
}

bool symbols_get(const struct symbols *symbols, uint64_t number, Elf64_Sym *ret_symbol)
{
    uint64_t at = number * sizeof *ret_symbol;

    if (is_narrow(symbols->bytes))
        return get_narrow(symbols, number, ret_symbol);
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

void symbols_add_name(const struct symbols *symbols, const Elf64_Sym *symbol, struct text *text)
{
    uint64_t at = symbols->names.sh_offset + symbol->st_name, end = at;

    while (end < symbols->bytes->length && symbols->bytes->data[end] &&
           symbols->bytes->data[end] != '.')
        end++;
    if (end > at)
        text_add_bytes(text, symbols->bytes->data + at, end - at);
}

bool symbols_have(const struct symbols *symbols, const char *const *names, bool itself)
{
    Elf64_Sym symbol;

    for (uint64_t i = 0; symbols_get(symbols, i, &symbol); i++) {
        for (size_t k = 0; (symbol.st_shndx != SHN_UNDEF) == itself && names[k]; k++) {
            if (is_called(symbols, &symbol, names[k]))
                return true;
        }
    }
    return false;
}
