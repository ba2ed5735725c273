/* headers.c: see headers.h. */
#include "own/headers.h"

#include <inttypes.h>
#include <string.h>

#include "own/course_headers.h"
#include "own/course_memory.h"
#include "own/declare.h"
#include "own/lab.h"
#include "own/old_memlib.h"
#include "own/source.h"

/* ---- Headers ---- */

/* The payloads that some drivers keep a list of. */
static void add_ranges(const char *stripped, struct text *text)
{
    if (source_uses(stripped, "range_t") && !source_defines_type(stripped, "range_t"))
        text_add_string(text, "typedef struct range_t {\n"
                              "    char *lo, *hi;\n"
                              "    struct range_t *next;\n"
                              "} range_t;\n");
}

/* Who hands a team in says in a structure of strings. */
static void add_authors(const char *stripped, struct text *text)
{
    static const char *const types[] = {"student_t", "name_t", "group_t", "author_t"};

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (source_uses(stripped, types[i]) && !source_defines_type(stripped, types[i]))
            text_add(text, "typedef struct {\n    char *a, *b, *c, *d, *e, *f, *g, *h;\n} %s;\n",
                     types[i]);
    }
}

/* The alignment that a course gives in mm.h is that of every platform; a hand-in may define its
 * own, before or behind it. */
static void add_alignment(const char *stripped, struct text *text)
{
    if (!source_has_before(stripped, "ALIGNMENT", '='))
        text_add_string(text, "#ifndef ALIGNMENT\nenum { ALIGNMENT = 16 };\n#endif\n");
}

/* A hand-in may have a type of that name of its own. */
static void add_bool(const char *stripped, struct text *text)
{
    if (source_uses(stripped, "bool") && !source_has_before(stripped, "bool", ';'))
        text_add_string(text, "#include <stdbool.h>\n");
}

static void add_mm(const char *stripped, struct text *text)
{
    static const char *const heads[][2] = {
        {"mm_malloc", "void *mm_malloc(size_t size)"},
        {"mm_free", "void mm_free(void *payload)"},
        {"mm_realloc", "void *mm_realloc(void *payload, size_t size)"},
        {"mm_calloc", "void *mm_calloc(size_t count, size_t size)"},
    };

    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "#include <stdint.h>\n"
                          "#include <stdio.h>\n"
                          "typedef struct {\n"
                          "    char *teamname, *name1, *id1, *name2, *id2, *name3, *id3, *name4, "
                          "*id4;\n"
                          "} team_t;\n"
                          "extern team_t team;\n");
    add_bool(stripped, text);
    add_authors(stripped, text);
    add_alignment(stripped, text);
    add_ranges(stripped, text);
    course_memory_add_header(stripped, text);
    declare_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
    declare_differing(stripped, text);
}

/* The functions of memlib, where a course has its hand-ins call them mm_heap_lo and so on. */
static void add_other_names(const char *stripped, struct text *text)
{
    static const char *const names[] = {"sbrk",     "heap_lo", "heap_hi", "heapsize",
                                        "pagesize", "memcpy",  "memset"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct text name = {0};

        text_add(&name, "mm_%s", names[i]);
        if (!source_defines(stripped, text_string(&name)))
            text_add(text, "#define mm_%s mem_%s\n", names[i], names[i]);
        text_finish(&name);
    }
}

static void add_memlib(const char *stripped, struct text *text)
{
    static const char *const heads[][2] = {
        {"mem_init", "void mem_init(void)"},
        {"mem_deinit", "void mem_deinit(void)"},
        {"mem_reset_brk", "void mem_reset_brk(void)"},
        {"mem_sbrk", "void *mem_sbrk(intptr_t size)"},
        {"mem_heap_lo", "void *mem_heap_lo(void)"},
        {"mem_heap_hi", "void *mem_heap_hi(void)"},
        {"mem_heapsize", "size_t mem_heapsize(void)"},
        {"mem_pagesize", "size_t mem_pagesize(void)"},
        {"mem_memcpy", "void *mem_memcpy(void *to, const void *from, size_t size)"},
        {"mem_memset", "void *mem_memset(void *to, int byte, size_t size)"},
        {"mem_read", "uint64_t mem_read(const void *from, size_t size)"},
        {"mem_write", "void mem_write(void *to, uint64_t number, size_t size)"},
        {"mem_map", "void *mem_map(size_t size)"},
        {"mem_unmap", "void mem_unmap(void *start, size_t size)"},
    };

    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "#include <stdint.h>\n"
                          "#include <unistd.h>\n");
    if (old_memlib_is_used(stripped))
        old_memlib_add_header(text);
    else
        declare_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
    add_other_names(stripped, text);
}

/* What the driver is told of the lab, as far as it says something of payloads and of the heap. */
static void add_config(const char *stripped, struct text *text)
{
    struct interface interface;
    enum lab lab;

    interface_find(stripped, &interface);
    lab = lab_of(&interface, stripped);
    text_add(text,
             "#pragma once\n"
             "#define ALIGNMENT %" PRIu64 "\n"
             "#define MAX_HEAP (%d * (1 << 20))\n",
             lab_alignment(lab), lab == LAB_2002 ? 20 : 100);
}

/* Contracts that nobody looks at. */
static void add_contracts(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#define ASSERT(condition) ((void)0)\n"
                          "#define REQUIRES(condition) ((void)0)\n"
                          "#define ENSURES(condition) ((void)0)\n");
}

/* Of a lab with threads: what mm.h is in others, which hides the C library's header of that name;
 * and what it asks of the system. */
static void add_malloc(const char *stripped, struct text *text)
{
    text_add_string(text, "#include_next <malloc.h>\n"
                          "#pragma once\n");
    if (!old_memlib_is_used(stripped))
        return;
    add_authors(stripped, text);
    declare_differing(stripped, text);
}

static void add_threads(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#include <pthread.h>\n"
                          "#include <unistd.h>\n"
                          "static inline int getTID(void) { return getpid(); }\n"
                          "static inline int getNumProcessors(void)\n"
                          "{ return (int)sysconf(_SC_NPROCESSORS_ONLN); }\n"
                          "static inline void setCPU(int number) { (void)number; }\n");
}

/* What only the driver needs is not there. */
static void add_nothing(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n");
}

/* Where a hand-in brings along a source by the name of one of the last, it is its own. */
static const struct {
    const char *name;
    void (*add)(const char *stripped, struct text *text);
    bool may_be_own;
} headers[] = {
    {"gnu/stubs-x32.h", add_nothing, true}, /* the C library's, of what is not there for 32 bits */
    {"mm.h", add_mm, false},
    {"memlib.h", add_memlib, false},
    {"config.h", add_config, false},
    {"contracts.h", add_contracts, false},
    {"fsecs.h", add_nothing, false},
    {"fcyc.h", add_nothing, false},
    {"clock.h", add_nothing, false},
    {"ftimer.h", add_nothing, false},
    {"stree.h", add_nothing, false},
    {"malloc.h", add_malloc, true},
    {"mm_thread.h", add_threads, true},
    {"allocator.h", course_headers_add_allocator, false},
    {"mm_alloc.h", course_headers_add_functions, true},
    {"allocator_interface.h", course_headers_add_functions, false},
    {"csbrk.h", course_headers_add_csbrk, true},
    {"ansicolors.h", course_headers_add_colors, false},
    {"debug_break.h", course_headers_add_debug_break, false},
    {"segment.h", course_headers_add_segment, false},
    {"mem.h", course_headers_add_mem, true},
    {"types.h", course_headers_add_xv6_types, true},
    {"stat.h", add_nothing, true},
    {"param.h", add_nothing, true},
    {"user.h", course_headers_add_xv6_user, true},
    {"kernel/types.h", course_headers_add_xv6_types, true},
    {"kernel/stat.h", add_nothing, true},
    {"kernel/param.h", add_nothing, true},
    {"user/user.h", course_headers_add_xv6_user, true},
};

const char *headers_get(size_t number, const char *stripped, struct text *ret_header)
{
    if (number >= sizeof headers / sizeof headers[0])
        return NULL;
    text_clear(ret_header);
    headers[number].add(stripped, ret_header);
    return headers[number].name;
}

bool headers_are_of_lab(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        if (!headers[i].may_be_own && strlen(headers[i].name) == length + 2 &&
            strncmp(headers[i].name, name, length) == 0)
            return true;
    }
    return false;
}
