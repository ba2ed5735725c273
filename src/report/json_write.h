/* json_write.h: writing JSON without making a tree of it first: an object of a step has thousands
 * of parts where the heap has hundreds of blocks. What needs care, escapes and reals, is jansson's.
 *
 * Members and elements are separated by themselves: a comma goes before whatever does not stand
 * first. */
#ifndef REPORT_JSON_WRITE_H
#define REPORT_JSON_WRITE_H

#include <stdbool.h>

#include "base/text.h"

/* Begin and end an object or an array: '{' and '}', '[' and ']'. */
void json_write_begin(struct text *text, char bracket);
void json_write_end(struct text *text, char bracket);

/* The name of the member that comes next; one that needs no escapes. */
void json_write_name(struct text *text, const char *name);

/* Values. Numbers are signed in JSON here: what is larger than INT64_MAX, such as a request for
 * SIZE_MAX, is INT64_MAX. A real that is no number is null. A string that is no UTF-8 has U+FFFD
 * where it is not; NULL is null. */
void json_write_number(struct text *text, uint64_t number);
void json_write_real(struct text *text, double real);
void json_write_bool(struct text *text, bool value);
void json_write_null(struct text *text);
void json_write_string(struct text *text, const char *string);

/* Members: a name, and its value. `some` is null where the number is `none`; an address is a string
 * in hexadecimal. */
void json_member_number(struct text *text, const char *name, uint64_t number);
void json_member_some(struct text *text, const char *name, uint64_t number, uint64_t none);
void json_member_real(struct text *text, const char *name, double real);
void json_member_string(struct text *text, const char *name, const char *string);
void json_member_address(struct text *text, const char *name, uint64_t address);

#endif
