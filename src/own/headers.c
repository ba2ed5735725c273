/* headers.c: see headers.h. */
#include "own/headers.h"

#include <inttypes.h>
#include <string.h>

#include "kind/own.h"
#include "own/lab.h"
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

static void add_mm(const char *stripped, struct text *text)
{
    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "#include <stdio.h>\n"
                          "typedef struct {\n"
                          "    char *teamname, *name1, *id1, *name2, *id2;\n"
                          "} team_t;\n"
                          "extern team_t team;\n"
                          "extern void *mm_malloc(size_t size);\n"
                          "extern void mm_free(void *payload);\n"
                          "extern void *mm_realloc(void *payload, size_t size);\n"
                          "extern void *mm_calloc(size_t count, size_t size);\n");
    add_declarations(stripped, text);
}

static void add_memlib(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "#include <stdint.h>\n"
                          "#include <unistd.h>\n"
                          "extern void mem_init(void);\n"
                          "extern void mem_deinit(void);\n"
                          "extern void mem_reset_brk(void);\n"
                          "extern void *mem_sbrk(intptr_t size);\n"
                          "extern void *mem_heap_lo(void);\n"
                          "extern void *mem_heap_hi(void);\n"
                          "extern size_t mem_heapsize(void);\n"
                          "extern size_t mem_pagesize(void);\n"
                          "extern void *mem_memcpy(void *to, const void *from, size_t size);\n"
                          "extern void *mem_memset(void *to, int byte, size_t size);\n"
                          "extern uint64_t mem_read(const void *from, size_t size);\n"
                          "extern void mem_write(void *to, uint64_t number, size_t size);\n");
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

/* What only the driver needs is not there. */
static void add_nothing(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n");
}

static const struct {
    const char *name;
    void (*add)(const char *stripped, struct text *text);
} headers[] = {
    {"mm.h", add_mm},          {"memlib.h", add_memlib},       {"config.h", add_config},
    {"fsecs.h", add_nothing},  {"fcyc.h", add_nothing},        {"clock.h", add_nothing},
    {"ftimer.h", add_nothing}, {"contracts.h", add_contracts}, {"stree.h", add_nothing},
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
        if (strlen(headers[i].name) == length + 2 && strncmp(headers[i].name, name, length) == 0)
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

static void add_init(const char *stripped, struct text *text)
{
    static const char *const bodies[] = {
        [SOURCE_VOID] = "mm_init(); return 0;",
        [SOURCE_INT] = "return mm_init() == -1 ? -1 : 0;",
        [SOURCE_BOOL] = "return mm_init() ? 0 : -1;",
    };
    struct source_function function;

    if (!source_find(stripped, "mm_init", &function))
        return;
    add_weakly("mm_init", &function, text);
    if (function.parameters == 0)
        text_add(text,
                 "int " OWN_INIT "(void);\nint " OWN_INIT "(void) { if (!mm_init) return 0; %s }\n",
                 bodies[function.answers]);
    text_finish(&function.head);
}

static void add_check(const char *stripped, struct text *text)
{
    static const char *const numbers[] = {"", "1", "1, 1"};
    struct source_function function;
    size_t i = 0;

    while (i < sizeof checks / sizeof checks[0] && !source_find(stripped, checks[i], &function))
        i++;
    if (i == sizeof checks / sizeof checks[0])
        return;
    add_weakly(checks[i], &function, text);
    if (function.parameters < sizeof numbers / sizeof numbers[0])
        text_add(text,
                 "int " OWN_CHECK "(void);\nint " OWN_CHECK
                 "(void) { if (!%s) return 1; %s%s(%s)%s; }\n",
                 checks[i], function.answers == SOURCE_VOID ? "" : "return ", checks[i],
                 numbers[function.parameters],
                 function.answers == SOURCE_VOID ? "; return 1" : " != 0");
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
    text_add_string(text, "#include \"");
    for (; *path; path++)
        text_add(text, "%s%c", *path == '"' || *path == '\\' ? "\\" : "", *path);
    text_add_string(text, "\"\n#pragma GCC diagnostic ignored \"-Waddress\"\n");
    add_init(stripped, text);
    add_check(stripped, text);
    add_driver(stripped, text);
}
