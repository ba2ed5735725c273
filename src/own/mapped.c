/* mapped.c: see mapped.h. */
#include "own/mapped.h"

#include "own/source.h"

bool mapped_is_used(const char *stripped)
{
    return source_uses(stripped, "mmap") && !source_uses(stripped, "mem_sbrk") &&
           !source_uses(stripped, "sbrk");
}

void mapped_add_names(struct text *text)
{
    text_add_string(text, "#pragma redefine_extname mmap heapglass_map\n"
                          "#pragma redefine_extname munmap heapglass_unmap\n"
                          "#pragma redefine_extname open heapglass_open\n"
                          "#line 1\n");
}

/* Zeroes are mapped of a file that is one of them, which need not be written for that. */
void mapped_add_frame(struct text *text)
{
    text_add_string(
        text, "extern void *heapglass_break(long) __asm__(\"sbrk\");\n"
              "extern int heapglass_open_file(const char *, int, ...) __asm__(\"open\");\n"
              "extern int heapglass_same(const char *, const char *) __asm__(\"strcmp\");\n"
              "static unsigned long heapglass_pages(unsigned long size)\n"
              "{\n"
              "    return (size + 4095) & ~4095ul;\n"
              "}\n"
              "void *heapglass_map(void *, unsigned long, int, int, int, long);\n"
              "void *heapglass_map(void *at, unsigned long size, int a, int b, int c, long "
              "d)\n"
              "{\n"
              "    unsigned long odd = -(unsigned long)heapglass_break(0) & 4095;\n"
              "    char *start = (char *)-1;\n"
              "    (void)at; (void)a; (void)b; (void)c; (void)d;\n"
              "    if (size > 0 && size < 1ul << 46)\n"
              "        start = (char *)heapglass_break((long)(odd + heapglass_pages(size)));\n"
              "    return start == (char *)-1 ? start : start + odd;\n"
              "}\n"
              "int heapglass_unmap(void *, unsigned long);\n"
              "int heapglass_unmap(void *start, unsigned long size)\n"
              "{\n"
              "    if ((char *)start + heapglass_pages(size) == heapglass_break(0))\n"
              "        heapglass_break(-(long)heapglass_pages(size));\n"
              "    return 0;\n"
              "}\n"
              "int heapglass_open(const char *, int);\n"
              "int heapglass_open(const char *path, int flags)\n"
              "{\n"
              "    int is_zeroes = heapglass_same(path, \"/dev/zero\") == 0;\n"
              "    return heapglass_open_file(path, is_zeroes ? flags & ~3 : flags, 0600);\n"
              "}\n");
}
