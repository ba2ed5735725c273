/* symbols.c: see symbols.h. */
#include "follow/symbols.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "follow/cxx_names.h"

struct symbols {
    Dwfl *dwfl; /* NULL where nothing can be read */
    struct cxx_names names;
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
    cxx_names_finish(&symbols->names);
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

/* Where in a source. */
struct line {
    const char *file; /* NULL where that is not known */
    int number;
};

/* Whether a file is of the standard library of C++, whose templates and what they call are compiled
 * into the functions that use them. */
static bool is_of_library(const char *file)
{
    return strstr(file, "/include/c++/") != NULL;
}

/* From where the code of an inlined function was called. */
static struct line line_of_call(Dwarf_Die *unit, Dwarf_Die *inlined)
{
    struct line line = {0};
    Dwarf_Files *files;
    Dwarf_Attribute attribute;
    Dwarf_Word file, number;

    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &file) == 0 &&
        dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &number) == 0 &&
        dwarf_getsrcfiles(unit, &files, NULL) == 0) {
        line.file = dwarf_filesrc(files, file, NULL, NULL);
        line.number = (int)number;
    }
    return line;
}

/* The scopes around an address in the code, the innermost first; to be freed. */
static int find_scopes(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die **ret_scopes)
{
    Dwarf_Die *declared = NULL; /* as the source has them, not the code */
    int count = dwarf_getscopes(unit, address, &declared);

    if (count > 0)
        count = dwarf_getscopes_die(&declared[0], ret_scopes);
    free(declared);
    return count;
}

/* Of a line of the library's, the one that brought it into the function; the same where that is
 * one, too. */
static struct line leave_library(Dwarf_Die *unit, Dwarf_Addr address, struct line line)
{
    Dwarf_Die *scopes = NULL;
    int count = is_of_library(line.file) ? find_scopes(unit, address, &scopes) : 0;
    struct line left = line;

    for (int i = 0; i < count && left.file && is_of_library(left.file); i++) {
        if (dwarf_tag(&scopes[i]) == DW_TAG_inlined_subroutine)
            left = line_of_call(unit, &scopes[i]);
    }
    free(scopes);
    return left.file && !is_of_library(left.file) ? left : line;
}

/* The line of the source, if the object tells. */
static struct line find_line(Dwfl_Module *module, Dwarf_Addr address)
{
    struct line line = {0};
    Dwarf_Addr bias = 0;
    Dwarf_Die *unit = find_unit(module, address, &bias);
    Dwarf_Line *row = unit ? dwarf_getsrc_die(unit, address - bias) : NULL;

    if (row && dwarf_lineno(row, &line.number) == 0)
        line.file = dwarf_linesrc(row, NULL, NULL);
    return line.file ? leave_library(unit, address - bias, line) : line;
}

/* Add the name of a function; shared libraries have the version of the symbol behind it. */
static void add_function(struct symbols *symbols, const char *function, struct text *text)
{
    char *name = strndup(function, strcspn(function, "@"));

    cxx_names_add(&symbols->names, name ? name : function, text);
    free(name);
}

void symbols_add_place(struct symbols *symbols, uint64_t address, struct text *text)
{
    Dwarf_Addr call = address - 1; /* within the instruction that called */
    Dwfl_Module *module = symbols->dwfl ? dwfl_addrmodule(symbols->dwfl, call) : NULL;
    const char *object = NULL, *function = NULL;
    Dwarf_Addr start = 0;
    GElf_Sym symbol;
    GElf_Off distance = 0;
    struct line line;

    if (!module) {
        text_add(text, "0x%" PRIx64, address);
        return;
    }
    object = dwfl_module_info(module, NULL, &start, NULL, NULL, NULL, NULL, NULL);
    function = dwfl_module_addrinfo(module, call, &distance, &symbol, NULL, NULL, NULL);
    line = find_line(module, call);
    if (function)
        add_function(symbols, function, text);
    else
        text_add(text, "0x%" PRIx64, address - start);
    if (line.file)
        text_add(text, " (%s:%d)", without_folders(line.file), line.number);
    else if (function)
        text_add(text, "+0x%" PRIx64 " (%s)", (uint64_t)distance + 1, without_folders(object));
    else
        text_add(text, " (%s)", without_folders(object));
}
