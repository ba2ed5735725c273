/* headers.c: see headers.h. */
#include "own/headers.h"

#include <inttypes.h>
#include <string.h>

#include "kind/own.h"
#include "own/lab.h"
#include "own/old_memlib.h"
#include "own/source.h"

/* ---- Headers ---- */

/* The functions of a hand-in whose types differ from course to course are declared as it defines
 * them, and those that look at a heap have several names. */
static const char *const differing[] = {"mm_init", "mm_checkheap", "mm_check"};
static const char *const checks[] = {"mm_checkheap", "mm_check", "check_heap", "checkheap"};

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

/* ---- The frame ---- */

/* Let a function that the preprocessor may have left out be NULL then. */
static void add_weakly(const char *name, const struct source_function *function, struct text *text)
{
    if (!function->is_static)
        text_add(text, "#pragma weak %s\n%s;\n", name, text_string(&function->head));
}

/* What the parameters of a function are given: NULL for each pointer, and 1 for each number. */
static void add_arguments(const struct source_function *function, struct text *text)
{
    const char *at = strrchr(text_string(&function->head), '(');

    for (unsigned i = 0; i < function->parameters; i++) {
        size_t length = strcspn(++at, ",)");

        text_add(text, "%s%s", i > 0 ? ", " : "", memchr(at, '*', length) ? "0" : "1");
        at += length;
    }
}

/* Say how mm_init answers. One that wants a pointer is given none: it is the driver's list of
 * payloads. */
static void add_init(const char *stripped, struct text *text)
{
    static const char *const forms[][2] = {
        [SOURCE_VOID] = {"mm_init(", "); return 0;"},
        [SOURCE_INT] = {"return mm_init(", ") == -1 ? -1 : 0;"},
        [SOURCE_BOOL] = {"return mm_init(", ") ? 0 : -1;"},
    };
    struct source_function function;

    if (!source_find(stripped, "mm_init", &function))
        return;
    add_weakly("mm_init", &function, text);
    text_add_string(text,
                    "int " OWN_INIT "(void);\nint " OWN_INIT "(void) { if (!mm_init) return 0; ");
    if (old_memlib_is_used(stripped))
        old_memlib_add_beginning(stripped, text);
    text_add_string(text, forms[function.answers][0]);
    add_arguments(&function, text);
    text_add(text, "%s }\n", forms[function.answers][1]);
    text_finish(&function.head);
}

static void add_check(const char *stripped, struct text *text)
{
    struct source_function function;
    size_t i = 0;

    while (i < sizeof checks / sizeof checks[0] && !source_find(stripped, checks[i], &function))
        i++;
    if (i == sizeof checks / sizeof checks[0])
        return;
    add_weakly(checks[i], &function, text);
    text_add(text, "int " OWN_CHECK "(void);\nint " OWN_CHECK "(void) { if (!%s) return 1; %s%s(",
             checks[i], function.answers == SOURCE_VOID ? "" : "return ", checks[i]);
    add_arguments(&function, text);
    text_add(text, ")%s; }\n", function.answers == SOURCE_VOID ? "; return 1" : " != 0");
    text_finish(&function.head);
}

/* What the driver has, and a hand-in may ask for. */
static void add_driver(const char *stripped, struct text *text)
{
    if (strstr(stripped, "extern int verbose"))
        text_add_string(text, "#pragma weak verbose\nint verbose;\n");
}

void headers_add_frame(const char *path, const char *stripped, struct text *text)
{
    if (old_memlib_is_used(stripped))
        old_memlib_add_names(text);
    text_add_string(text, "#include \"");
    for (; *path; path++)
        text_add(text, "%s%c", *path == '"' || *path == '\\' ? "\\" : "", *path);
    text_add_string(text, "\"\n#pragma GCC diagnostic ignored \"-Waddress\"\n");
    if (old_memlib_is_used(stripped))
        old_memlib_add_frame(text);
    add_init(stripped, text);
    add_check(stripped, text);
    add_driver(stripped, text);
}
