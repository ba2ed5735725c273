/* taken.c: see taken.h. */
#include "own/taken.h"

#include "own/source.h"

/* Memory that is to be moved is too much to ask of what only grows. */
bool taken_is_used(const struct interface *interface, const char *stripped)
{
    return !interface->is_known && !source_defines(stripped, "malloc") &&
           (source_uses(stripped, "malloc") || source_uses(stripped, "calloc")) &&
           !source_uses(stripped, "realloc") && !source_uses(stripped, "mmap") &&
           !source_uses(stripped, "mem_sbrk") && !source_uses(stripped, "sbrk");
}

void taken_add_names(struct text *text)
{
    text_add_string(text, "#pragma redefine_extname malloc heapglass_taken\n"
                          "#pragma redefine_extname calloc heapglass_taken_zeroed\n"
                          "#pragma redefine_extname free heapglass_given_back\n"
                          "#line 1\n");
}

/* What was never used is zeroes. */
void taken_add_frame(struct text *text)
{
    text_add_string(text, "extern void *heapglass_break(long) __asm__(\"sbrk\");\n"
                          "void *heapglass_taken(unsigned long);\n"
                          "void *heapglass_taken(unsigned long size)\n"
                          "{\n"
                          "    unsigned long odd = -(unsigned long)heapglass_break(0) & 15;\n"
                          "    char *start = (char *)-1;\n"
                          "    if (size < 1ul << 46)\n"
                          "        start = (char *)heapglass_break((long)(odd + size));\n"
                          "    return start == (char *)-1 ? 0 : start + odd;\n"
                          "}\n"
                          "void *heapglass_taken_zeroed(unsigned long, unsigned long);\n"
                          "void *heapglass_taken_zeroed(unsigned long count, unsigned long size)\n"
                          "{\n"
                          "    unsigned long bytes;\n"
                          "    if (__builtin_mul_overflow(count, size, &bytes))\n"
                          "        return 0;\n"
                          "    return heapglass_taken(bytes);\n"
                          "}\n"
                          "void heapglass_given_back(void *);\n"
                          "void heapglass_given_back(void *start) { (void)start; }\n");
}
