/* segment.c: see segment.h. */
#include "own/segment.h"

#include "own/source.h"

bool segment_is_used(const char *stripped)
{
    return source_uses(stripped, "init_heap_segment") ||
           source_uses(stripped, "extend_heap_segment") ||
           source_uses(stripped, "heap_segment_start") ||
           source_uses(stripped, "heap_segment_size");
}

static void add_functions(struct text *text)
{
    text_add_string(text, "extern void *init_heap_segment(unsigned long);\n"
                          "extern void *extend_heap_segment(unsigned long);\n"
                          "extern void *heap_segment_start(void);\n"
                          "extern unsigned long heap_segment_size(void);\n");
}

void segment_add_header(struct text *text)
{
    text_add_string(text, "#pragma once\n"
                          "#include <stddef.h>\n"
                          "#define PAGE_SIZE 4096\n");
    add_functions(text);
}

void segment_add_frame(struct text *text)
{
    add_functions(text);
    text_add_string(text, "extern void *heapglass_grow(long) __asm__(\"mem_sbrk\");\n"
                          "extern void heapglass_empty(void) __asm__(\"mem_reset_brk\");\n"
                          "extern void *heapglass_start(void) __asm__(\"mem_heap_lo\");\n"
                          "extern unsigned long heapglass_size(void) __asm__(\"mem_heapsize\");\n"
                          "void *extend_heap_segment(unsigned long pages)\n"
                          "{\n"
                          "    void *start = heapglass_grow((long)pages * 4096);\n"
                          "    return start == (void *)-1 ? 0 : start;\n"
                          "}\n"
                          "void *init_heap_segment(unsigned long pages)\n"
                          "{\n"
                          "    heapglass_empty();\n"
                          "    return extend_heap_segment(pages);\n"
                          "}\n"
                          "void *heap_segment_start(void) { return heapglass_start(); }\n"
                          "unsigned long heap_segment_size(void) { return heapglass_size(); }\n");
}
