/* taken.c: see taken.h. */
#include "own/taken.h"

#include "kind/own.h"
#include "own/source.h"

static bool takes(const char *stripped)
{
    return source_uses(stripped, "malloc") || source_uses(stripped, "calloc");
}

/* Memory that is to be moved is too much to ask of what only grows. */
static bool has_others(const char *stripped)
{
    return source_defines(stripped, "malloc") || source_uses(stripped, "realloc") ||
           source_uses(stripped, "mmap") || source_uses(stripped, "mem_sbrk") ||
           source_uses(stripped, "sbrk");
}

bool taken_is_used(const struct hand_in *hand_in, bool is_cpp)
{
    const char *stripped = text_string(&hand_in->stripped);
    const char *beside = text_string(&hand_in->beside);

    return (is_cpp || !hand_in->interface.is_known) && (takes(stripped) || takes(beside)) &&
           !has_others(stripped) && !has_others(beside);
}

bool taken_is_own(const struct hand_in *hand_in)
{
    return takes(text_string(&hand_in->own));
}

void taken_add_names(struct text *text)
{
    text_add_string(text, "#pragma redefine_extname malloc " TAKEN_FUNCTION "\n"
                          "#pragma redefine_extname calloc heapglass_taken_zeroed\n"
                          "#pragma redefine_extname free heapglass_given_back\n");
}

/* What was never used is zeroes. */
void taken_add_frame(struct text *text)
{
    text_add_string(text, "extern void *heapglass_break(long) __asm__(\"sbrk\");\n"
                          "extern void *heapglass_c_malloc(unsigned long) __asm__(\"malloc\");\n"
                          "extern void heapglass_c_free(void *) __asm__(\"free\");\n"
                          "int " OWN_TAKES_APART ";\n"
                          "void *heapglass_taken(unsigned long);\n"
                          "void *heapglass_taken(unsigned long size)\n"
                          "{\n"
                          "    unsigned long odd = -(unsigned long)heapglass_break(0) & 15;\n"
                          "    char *start = (char *)-1;\n"
                          "    if (" OWN_TAKES_APART ")\n"
                          "        return heapglass_c_malloc(size);\n"
                          "    if (size < 1ul << 46)\n"
                          "        start = (char *)heapglass_break((long)(odd + size));\n"
                          "    return start == (char *)-1 ? 0 : start + odd;\n"
                          "}\n"
                          "void *heapglass_taken_zeroed(unsigned long, unsigned long);\n"
                          "void *heapglass_taken_zeroed(unsigned long count, unsigned long size)\n"
                          "{\n"
                          "    unsigned long bytes;\n"
                          "    void *start;\n"
                          "    if (__builtin_mul_overflow(count, size, &bytes))\n"
                          "        return 0;\n"
                          "    start = heapglass_taken(bytes);\n"
                          "    return start && " OWN_TAKES_APART
                          " ? __builtin_memset(start, 0, bytes) : start;\n"
                          "}\n"
                          "void heapglass_given_back(void *);\n"
                          "void heapglass_given_back(void *start)\n"
                          "{\n"
                          "    if (" OWN_TAKES_APART ")\n"
                          "        heapglass_c_free(start);\n"
                          "}\n");
}
