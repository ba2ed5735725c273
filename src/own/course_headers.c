/* course_headers.c: see course_headers.h. */
#include "own/course_headers.h"

#include "own/declare.h"
#include "own/interface.h"
#include "own/segment.h"
#include "own/source.h"

/* Of heap allocators that are handed their memory, or have a segment of pages grow. */
void course_headers_add_allocator(const char *stripped, struct text *text)
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
    declare_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
    declare_differing(stripped, text);
}

/* Of allocators whose functions are all that their course knows of them. */
void course_headers_add_functions(const char *stripped, struct text *text)
{
    struct interface interface;

    interface_find(stripped, &interface);
    text_add_string(text, "#pragma once\n"
                          "#include <stdbool.h>\n"
                          "#include <stddef.h>\n"
                          "#include <stdint.h>\n"
                          "#include <stdlib.h>\n");
    for (size_t i = 0; i < 5; i++) {
        const char *const names[] = {interface.begin, interface.allocate, interface.resize,
                                     interface.allocate_zeroed, interface.release};
        struct text head = {0};

        if (names[i][0] && source_find_declaration(stripped, names[i], &head))
            text_add(text, "%s;\n", text_string(&head));
        text_finish(&head);
    }
}

/* A break of its own that answers NULL where there is no memory. */
void course_headers_add_csbrk(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "#include <stdint.h>\n"
                          "#define PAGESIZE 4096\n"
                          "extern void *csbrk(intptr_t size);\n");
}

/* Colours that nobody sees. */
void course_headers_add_colors(const char *stripped, struct text *text)
{
    static const char *const names[] = {"BOLD",          "RESET",        "COLOR_RED",
                                        "COLOR_GREEN",   "COLOR_YELLOW", "COLOR_BLUE",
                                        "COLOR_MAGENTA", "COLOR_CYAN"};

    (void)stripped;
    text_add_string(text, "#pragma once\n");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        text_add(text, "#define ANSI_%s \"\"\n", names[i]);
}

/* A debugger that nobody runs does not stop. */
void course_headers_add_debug_break(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "static inline void breakpoint(void) {}\n"
                          "static inline void debug_break(void) {}\n");
}

void course_headers_add_segment(const char *stripped, struct text *text)
{
    (void)stripped;
    segment_add_header(text);
}

/* Of OSTEP, whose free list is in a region that is mapped once. */
void course_headers_add_mem(const char *stripped, struct text *text)
{
    static const char *const heads[][2] = {{"Mem_Alloc", "void *Mem_Alloc(int size)"}};

    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "enum { M_BESTFIT, M_WORSTFIT, M_FIRSTFIT };\n"
                          "enum { E_NO_SPACE = 1, E_CORRUPT_FREESPACE, E_PADDING_OVERWRITTEN,\n"
                          "       E_BAD_ARGS, E_BAD_POINTER };\n"
                          "extern int m_error;\n");
    declare_differing(stripped, text);
    declare_functions(heads, sizeof heads / sizeof heads[0], stripped, text);
}

/* Of xv6: what its library's allocator needs. */
void course_headers_add_xv6_types(const char *stripped, struct text *text)
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

void course_headers_add_xv6_user(const char *stripped, struct text *text)
{
    (void)stripped;
    text_add_string(text, "#pragma once\n"
                          "#include <unistd.h>\n"
                          "#include <string.h>\n");
}
