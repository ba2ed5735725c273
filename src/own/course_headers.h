/* course_headers.h: headers of courses whose allocators are no hand-ins of the malloc lab. Each
 * function appends one, for a hand-in whose stripped source this is: see source.h. */
#ifndef OWN_COURSE_HEADERS_H
#define OWN_COURSE_HEADERS_H

#include "base/text.h"

void course_headers_add_allocator(const char *stripped, struct text *text);
void course_headers_add_functions(const char *stripped, struct text *text);
void course_headers_add_csbrk(const char *stripped, struct text *text);
void course_headers_add_colors(const char *stripped, struct text *text);
void course_headers_add_debug_break(const char *stripped, struct text *text);
void course_headers_add_segment(const char *stripped, struct text *text);
void course_headers_add_mem(const char *stripped, struct text *text);
void course_headers_add_xv6_types(const char *stripped, struct text *text);
void course_headers_add_xv6_user(const char *stripped, struct text *text);

#endif
