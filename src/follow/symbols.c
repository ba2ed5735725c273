/* symbols.c: see symbols.h. */
#include "follow/symbols.h"

#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct symbols {
    Dwfl *dwfl; /* NULL where nothing can be read */
};

struct symbols *symbols_create(const char *maps, size_t length)
{
    static const Dwfl_Callbacks callbacks = {.find_elf = dwfl_linux_proc_find_elf,
                                             .find_debuginfo = dwfl_standard_find_debuginfo};
    struct symbols *symbols = memory_create(1, sizeof *symbols);
    FILE *file = length > 0 ? fmemopen((void *)maps, length, "r") : NULL;

    if (file) {
        symbols->dwfl = dwfl_begin(&callbacks);
        dwfl_report_begin(symbols->dwfl);
        dwfl_linux_proc_maps_report(symbols->dwfl, file);
        dwfl_report_end(symbols->dwfl, NULL, NULL);
        fclose(file);
    }
    return symbols;
}

void symbols_destroy(struct symbols *symbols)
{
    if (!symbols)
        return;
    if (symbols->dwfl)
        dwfl_end(symbols->dwfl);
    free(symbols);
}

static const char *without_folders(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The unit of the program that an address is in; NULL if the object does not tell. An index of the
 * units by their addresses is there only if the compiler wrote one: gcc does, and clang does
 * not. */
static Dwarf_Die *find_unit(Dwfl_Module *module, Dwarf_Addr address, Dwarf_Addr *ret_bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(module, address, ret_bias);

    if (unit)
        return unit;
    while ((unit = dwfl_module_nextcu(module, unit, ret_bias))) {
        if (dwarf_haspc(unit, address - *ret_bias) > 0)
            break;
    }
    return unit;
}

/* Append the line of the source, if the object tells. */
static bool add_line(Dwfl_Module *module, Dwarf_Addr address, struct text *text)
{
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = find_unit(module, address, &bias);
    Dwarf_Line *line = unit ? dwarf_getsrc_die(unit, address - bias) : NULL;
    const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
    int number = 0;

    if (!file || dwarf_lineno(line, &number) != 0)
        return false;
    text_add(text, "%s:%d", without_folders(file), number);
    return true;
}

void symbols_add_place(struct symbols *symbols, uint64_t address, struct text *text)
{
    Dwarf_Addr call = address - 1; /* within the instruction that called */
    Dwfl_Module *module = symbols->dwfl ? dwfl_addrmodule(symbols->dwfl, call) : NULL;
    const char *object = NULL, *function = NULL;
    Dwarf_Addr start = 0;
    GElf_Sym symbol;
    GElf_Off distance = 0;
    struct text line = {0};

    if (!module) {
        text_add(text, "0x%" PRIx64, address);
        return;
    }
    object = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
    function = dwfl_module_addrinfo(module, call, &distance, &symbol, NULL, NULL, NULL);
    if (add_line(module, call, &line))
        text_add(text, "%s (%s)", function ? function : "?", text_string(&line));
    else if (function)
        text_add(text, "%s+0x%" PRIx64 " (%s)", function, (uint64_t)distance + 1,
                 without_folders(object));
    else
        text_add(text, "0x%" PRIx64 " (%s)", address - start, without_folders(object));
    text_finish(&line);
}
