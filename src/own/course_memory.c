/* course_memory.c: see course_memory.h. */
#include "own/course_memory.h"

#include "own/source.h"

static bool is_absent(const char *stripped, const char *name)
{
    return source_uses(stripped, name) && !source_defines(stripped, name);
}

/* A break of another name, unless a file that comes along has it. */
static void add_break(const char *name, struct text *text)
{
    text_add(text,
             "__attribute__((weak)) void *heapglass_%s(long) __asm__(\"%s\");\n"
             "void *heapglass_%s(long size)\n"
             "{\n"
             "    void *start = heapglass_grow(size);\n"
             "    return start == (void *)-1 ? 0 : start;\n"
             "}\n",
             name, name, name);
}

/* Its header says how large a page is. What a number to tell headers by is may be any. What shows
 * the heap on a terminal shows nothing. */
static void add_pages(struct text *text)
{
    static const char *const shown[] = {"heap",       "block",       "blocks",    "free_list",
                                        "free_lists", "quick_lists", "quick_list"};

    text_add_string(text, "#ifndef PAGE_SZ\n"
                          "#define PAGE_SZ 4096\n"
                          "#endif\n"
                          "extern char *heapglass_start(void) __asm__(\"mem_heap_lo\");\n"
                          "void *heapglass_page_start(void) __asm__(\"sf_mem_start\");\n"
                          "void *heapglass_page_start(void) { return heapglass_start(); }\n"
                          "void *heapglass_page_end(void) __asm__(\"sf_mem_end\");\n"
                          "void *heapglass_page_end(void) { return heapglass_grow(0); }\n"
                          "void *heapglass_page_grow(void) __asm__(\"sf_mem_grow\");\n"
                          "void *heapglass_page_grow(void)\n"
                          "{\n"
                          "    void *start = heapglass_grow(PAGE_SZ);\n"
                          "    return start == (void *)-1 ? 0 : start;\n"
                          "}\n"
                          "unsigned long heapglass_magic(void) __asm__(\"sf_magic\");\n"
                          "unsigned long heapglass_magic(void) { return 0x5f3759df77e1f00dul; }\n"
                          "void heapglass_set_magic(unsigned long) __asm__(\"sf_set_magic\");\n"
                          "void heapglass_set_magic(unsigned long number) { (void)number; }\n");
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        text_add(text,
                 "void heapglass_show_%s(void) __asm__(\"sf_show_%s\");\n"
                 "void heapglass_show_%s(void) {}\n",
                 shown[i], shown[i], shown[i]);
}

/* Regions of their own, which the system maps, unless a file that comes along has them. */
static void add_regions(struct text *text)
{
    text_add_string(text, "extern void *heapglass_map(void *, unsigned long, int, int, int, long) "
                          "__asm__(\"mmap\");\n"
                          "extern int heapglass_unmap(void *, unsigned long) __asm__(\"munmap\");\n"
                          "__attribute__((weak)) void *heapglass_bulk(unsigned long) "
                          "__asm__(\"bulk_alloc\");\n"
                          "void *heapglass_bulk(unsigned long size)\n"
                          "{\n"
                          "    void *start = heapglass_map(0, size, 3, 0x22, -1, 0);\n"
                          "    return start == (void *)-1 ? 0 : start;\n"
                          "}\n"
                          "__attribute__((weak)) void heapglass_bulk_end(void *, unsigned long) "
                          "__asm__(\"bulk_free\");\n"
                          "void heapglass_bulk_end(void *start, unsigned long size)\n"
                          "{\n"
                          "    heapglass_unmap(start, size);\n"
                          "}\n");
}

/* Where it begins and where it ends, of courses that give an allocator all its memory by two
 * variables, which nobody sets. */
static const char *const ends[][2] = {
    {"memory_start", "memory_end"},
    {"lowest_available_physical_memory", "top_of_available_physical_memory"},
};

enum { ENDS = sizeof ends / sizeof ends[0] };

static bool lacks_ends(const char *stripped, size_t number)
{
    return source_uses(stripped, ends[number][0]) && source_uses(stripped, ends[number][1]) &&
           !source_defines_variable(stripped, ends[number][0]);
}

/* The memory is an array, as is found then: see array.h. */
static void add_between(const char *const names[2], struct text *text)
{
    text_add(
        text,
        "char heapglass_memory[1 << 20] __attribute__((aligned(4096)));\n"
        "__typeof__(%s) %s = (__UINTPTR_TYPE__)heapglass_memory;\n"
        "__typeof__(%s) %s = (__UINTPTR_TYPE__)(heapglass_memory + sizeof heapglass_memory);\n",
        names[0], names[0], names[1], names[1]);
}

void course_memory_add_header(const char *stripped, struct text *text)
{
    for (size_t i = 0; i < ENDS; i++) {
        if (lacks_ends(stripped, i))
            text_add(text, "extern const uintptr_t %s, %s;\n", ends[i][0], ends[i][1]);
    }
}

void course_memory_add_frame(const char *stripped, struct text *text)
{
    static const char *const breaks[] = {"csbrk", "my_sbrk"};

    text_add_string(text, "extern void *heapglass_grow(long) __asm__(\"mem_sbrk\");\n");
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        if (is_absent(stripped, breaks[i]))
            add_break(breaks[i], text);
    }
    if (is_absent(stripped, "sf_mem_grow"))
        add_pages(text);
    if (is_absent(stripped, "bulk_alloc"))
        add_regions(text);
    for (size_t i = 0; i < ENDS; i++) {
        if (lacks_ends(stripped, i))
            add_between(ends[i], text);
    }
}
