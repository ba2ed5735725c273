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

/* Append the line of the source, if the object tells. */
static bool add_line(Dwfl_Module *module, Dwarf_Addr address, struct text *text)
{
    Dwfl_Line *line = dwfl_module_getsrc(module, address);
    const char *file = NULL;
    int number = 0;

    if (line)
        file = dwfl_lineinfo(line, NULL, &number, NULL, NULL, NULL);
    if (file)
        text_add(text, "%s:%d", without_folders(file), number);
    return file;
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
