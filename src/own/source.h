/* source.h: what the source of an allocator says, without compiling it: which of the functions that
 * are looked for it defines, and how. Comments and strings are passed over; what the preprocessor
 * would make of it is not known. */
#ifndef OWN_SOURCE_H
#define OWN_SOURCE_H

#include <stdbool.h>

#include "base/text.h"

enum source_answer { SOURCE_VOID, SOURCE_INT, SOURCE_BOOL, SOURCE_POINTER };

/* A function that is defined. */
struct source_function {
    enum source_answer answers;
    unsigned parameters;
    bool is_static, is_conditional;
    struct text head; /* "int mm_init(void)" */
};

/* A copy of the source in which comments, directives and what stands in quotes are blanks; but for
 * what is compiled on a condition, which stands between "#" and "`". */
void source_strip(const char *source, struct text *ret_stripped);

/* Find the definition of `name` in a stripped source.
 *   ret_function  its head is the caller's; untouched where there is none */
bool source_find(const char *stripped, const char *name, struct source_function *ret_function);

/* Whether there is one; none is called "". */
bool source_defines(const char *stripped, const char *name);

/* Whether a stripped source defines a variable of that name for others. */
bool source_defines_variable(const char *stripped, const char *name);

/* Whether a word stands in a stripped source. */
bool source_uses(const char *stripped, const char *word);

/* Whether a stripped source names a type itself, by "} name;"; or has a word with that behind it:
 * an "=" gives it a value, and a ";" makes it the end of a declaration. */
bool source_defines_type(const char *stripped, const char *name);
bool source_has_before(const char *stripped, const char *word, char next);

/* Whether a stripped source has an array of that name, of bytes: "static char heap[MOST];". */
bool source_has_bytes(const char *stripped, const char *name);

/* Whether something of a type, such as "void *" or "Addr to", is a pointer, also where the source
 * gives the type that name. */
bool source_is_pointer(const char *stripped, const char *type, size_t length);

/* Append what gives names to types of pointers: "typedef void *Addr;". */
void source_add_pointer_types(const char *stripped, struct text *text);

/* Find how a function is declared, or defined, in a stripped source, in types that need no more
 * than the C library's headers.
 *   ret_head  "void *mem_sbrk(int incr)", the caller's; untouched where there is none */
bool source_find_declaration(const char *stripped, const char *name, struct text *ret_head);

#endif
