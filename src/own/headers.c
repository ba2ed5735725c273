/* headers.c: see headers.h. */
#include "own/headers.h"

#include <inttypes.h>
#include <string.h>

#include "own/lab.h"
#include "own/old_memlib.h"
#include "own/segment.h"
#include "own/source.h"

/* ---- Headers ---- */

/* The functions of a hand-in whose types differ from course to course are declared as it defines
 * them. */
static const char *const differing[] = {"mm_init",  "mm_checkheap", "mm_check", "myinit",
                                        "Mem_Init", "Mem_Free",     "Mem_Dump", "validate_heap"};

/* Declare what differs, behind what its types need; that is all there is of them, as a hand-in may
 * define them itself. */
static void add_declarations(const char *stripped, struct text *text)
{
    for (size_t i = 0; i < sizeof differing / sizeof differing[0]; i++) {
        struct source_function function;

        if (!source_find(stripped, differing[i], &function))
            continue;
        if (function.answers == SOURCE_BOOL)
            text_add_string(text, "#include <stdbool.h>\n");
        if (!function.is_static)
            text_add(text, "%s;\n", text_string(&function.head));
        text_finish(&function.head);
    }
}

/* Declare functions of the lab, whose heads are given, as a hand-in does that says itself how they
 * are declared: where a driver is built for 32 bits, types are the same that are not here. */
static void add_functions(const char *const heads[][2], size_t count, const char *stripped,
                          struct text *text)
{
    for (size_t i = 0; i < count; i++) {
        struct text own = {0};

        if (source_find_declaration(stripped, heads[i][0], &own))
            text_add(text, "%s;\n", text_string(&own));
        else
            text_add(text, "extern %s;\n", heads[i][1]);
        text_finish(&own);
    }
}

/* The payloads that some drivers keep a list of. */
static void add_ranges(const char *stripped, struct text *text)
{
    if (source_uses(stripped, "range_t") && !strstr(stripped, "} range_t"))
        text_add_string(text, "typedef struct range_t {\n"
                              "    char *lo, *hi;\n"
                              "    struct range_t *next;\n"
                              "} range_t;\n");
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
    add_ranges(stripped, text);
    add_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
    add_declarations(stripped, text);
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
        add_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
}

/* What the driver is told of the lab, as far as it says something of payloads and of the heap. */
static void add_config(const char *stripped, struct text *text)
{
    enum lab lab = lab_of(stripped);

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
    text_add_string(text, "typedef struct {\n"
                          "    char *name, *name1, *email1, *name2, *email2, *name3, *email3;\n"
                          "} name_t;\n");
    add_declarations(stripped, text);
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

/* Of heap allocators that are handed their memory, or have a segment of pages grow. */
static void add_allocator(const char *stripped, struct text *text)
{
    static const char *const heads[][2] = {
        {"mymalloc", "void *mymalloc(size_t size)"},
        {"myrealloc", "void *myrealloc(void *payload, size_t size)"},
        {"myfree", "void myfree(void *payload)"},
    };

    text_add_string(text, "#pragma once\n"
                          "#include <stdbool.h>\n"
                          "#include <stddef.h>\n"
                          "#define ALIGNMENT 8\n"
                          "#define MAX_REQUEST_SIZE (1 << 30)\n");
    add_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
    add_declarations(stripped, text);
}

/* A debugger that nobody runs does not stop. */
static void add_debug_break(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "static inline void breakpoint(void) {}\n"
                          "static inline void debug_break(void) {}\n");
}

static void add_segment(const char *stripped, struct text *text)
{
    (void)stripped;
    segment_add_header(text);
}

/* Of OSTEP, whose free list is in a region that is mapped once. */
static void add_mem(const char *stripped, struct text *text)
{
    static const char *const heads[][2] = {{"Mem_Alloc", "void *Mem_Alloc(int size)"}};

    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "enum { M_BESTFIT, M_WORSTFIT, M_FIRSTFIT };\n"
                          "enum { E_NO_SPACE = 1, E_CORRUPT_FREESPACE, E_PADDING_OVERWRITTEN,\n"
                          "       E_BAD_ARGS, E_BAD_POINTER };\n"
                          "extern int m_error;\n");
    add_declarations(stripped, text);
    add_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
}

/* Of xv6: what its library's allocator needs. */
static void add_xv6_types(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#include <sys/types.h>\n"
                          "#include <stdint.h>\n"
                          "typedef unsigned char uchar;\n"
                          "typedef uint8_t uint8;\n"
                          "typedef uint16_t uint16;\n"
                          "typedef uint32_t uint32;\n"
                          "typedef uint64_t uint64;\n");
}

static void add_xv6_user(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#include <unistd.h>\n"
                          "#include <string.h>\n");
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
    {"allocator.h", add_allocator, false},
    {"debug_break.h", add_debug_break, false},
    {"segment.h", add_segment, false},
    {"mem.h", add_mem, true},
    {"types.h", add_xv6_types, true},
    {"stat.h", add_nothing, true},
    {"param.h", add_nothing, true},
    {"user.h", add_xv6_user, true},
    {"kernel/types.h", add_xv6_types, true},
    {"kernel/stat.h", add_nothing, true},
    {"kernel/param.h", add_nothing, true},
    {"user/user.h", add_xv6_user, true},
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
