/* old_memlib.c: see old_memlib.h. */
#include "own/old_memlib.h"

#include <string.h>

#include "own/source.h"

bool old_memlib_is_used(const char *stripped)
{
    return source_uses(stripped, "dseg_lo") || source_uses(stripped, "dseg_hi");
}

void old_memlib_add_header(struct text *text)
{
    text_add_string(text, "#include <assert.h>\n"
                          "#include <stdio.h>\n"
                          "#include <stdlib.h>\n"
                          "#define DSEG_MAX (40 * 1024 * 1024)\n"
                          "extern char *dseg_lo, *dseg_hi;\n"
                          "extern long dseg_size;\n"
                          "extern int mem_init(void);\n"
                          "extern void *mem_sbrk(ptrdiff_t size);\n"
                          "extern int mem_pagesize(void);\n"
                          "extern ptrdiff_t mem_usage(void);\n");
}

/* By other names than those that are the program's. */
void old_memlib_add_names(struct text *text)
{
    text_add_string(text, "#pragma redefine_extname mem_init heapglass_old_init\n"
                          "#pragma redefine_extname mem_sbrk heapglass_old_sbrk\n"
                          "#pragma redefine_extname mem_usage heapglass_old_usage\n"
                          "#line 1\n");
}

void old_memlib_add_frame(struct text *text)
{
    text_add_string(text, "char *dseg_lo, *dseg_hi;\n"
                          "__typeof__(dseg_size) dseg_size;\n"
                          "extern void *heapglass_new_sbrk(long) __asm__(\"mem_sbrk\");\n"
                          "int heapglass_old_init(void);\n"
                          "int heapglass_old_init(void)\n"
                          "{\n"
                          "    dseg_lo = (char *)heapglass_new_sbrk(0);\n"
                          "    dseg_hi = dseg_lo - 1;\n"
                          "    dseg_size = 40 * 1024 * 1024;\n"
                          "    return 0;\n"
                          "}\n"
                          "void *heapglass_old_sbrk(long);\n"
                          "void *heapglass_old_sbrk(long size)\n"
                          "{\n"
                          "    void *start = heapglass_new_sbrk(size);\n"
                          "    if (start == (void *)-1)\n"
                          "        return 0;\n"
                          "    dseg_hi += size;\n"
                          "    return start;\n"
                          "}\n"
                          "long heapglass_old_usage(void);\n"
                          "long heapglass_old_usage(void) { return dseg_hi + 1 - dseg_lo; }\n");
}

/* The memory is begun by the hand-in itself, or by the driver. */
void old_memlib_add_beginning(const char *stripped, struct text *text)
{
    if (source_uses(stripped, "mem_init"))
        text_add_string(text, "dseg_lo = dseg_hi = 0; ");
    else
        text_add_string(text, "heapglass_old_init(); ");
}
