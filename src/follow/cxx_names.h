/* cxx_names.h: functions of C++, by names that people read: from the symbols of an object, which
 * say all that the linker must tell apart. */
#ifndef FOLLOW_CXX_NAMES_H
#define FOLLOW_CXX_NAMES_H

#include <stdbool.h>

#include "base/text.h"

/* What makes names of symbols: a library that programs in C++ bring along, looked for when the
 * first such symbol is met. One that is all zero has not looked. */
struct cxx_names {
    void *library; /* NULL where none is installed */
    char *(*demangle)(const char *symbol, char *buffer, size_t *length, int *ret_status);
    bool has_looked;
};

void cxx_names_finish(struct cxx_names *names);

/* Append the name of a function: the symbol where that is not one of C++, or no library is to be
 * had. */
void cxx_names_add(struct cxx_names *names, const char *symbol, struct text *text);

/* Append a name as it is told where there is little room: without what it returns and takes, and
 * without those arguments of templates that nobody writes: "std::vector<int>::push_back". Of what
 * is still long, arguments within arguments are left out, and then those around them:
 * "std::map<...>::operator[]". */
void cxx_names_add_short(const char *name, struct text *text);

#endif
