/* scopes.h: functions of C++ source that are in namespaces and classes: which there are, and by
 * what name they are reached. All is read of a stripped source: see source.h. */
#ifndef OWN_SCOPES_H
#define OWN_SCOPES_H

#include <stdbool.h>

#include "base/text.h"

/* A copy without what is in named namespaces and in classes, which is blank. */
void scopes_outside(const char *stripped, struct text *ret_outside);

/* A copy in which all functions are as if none were in any: without "Pool::" before their names,
 * and without "static". */
void scopes_flatten(const char *stripped, struct text *ret_flat);

/* A copy in which of several scopes only one is left, as "a::Pool", with what it is in and what is
 * in it, and what is in none: what else is in any is blank. */
void scopes_keep(const char *stripped, const char *scope, struct text *ret_kept);

/* The names of all functions of that name in scopes: "first::Pool::allocate, Pool::allocate".
 *   ret_names  is appended to */
void scopes_list(const char *stripped, const char *name, struct text *ret_names);

/* The name of a function that is defined or declared in such: "memory::Pool::allocate".
 *   ret_name  is appended to
 *   returns   false where there is none of that name */
bool scopes_qualify(const char *stripped, const char *name, struct text *ret_name);

/* Append what is compiled behind such a source, after which these functions can be called by their
 * bare names: those of a class act on one object, made of nothing, of how many bytes it is to have,
 * or of where its memory begins and how much that is. What the source has from new is taken from
 * the break, if it asks nobody else.
 *   names  up to a NULL; those that are "" or are not there are passed over */
void scopes_add_frame(const char *stripped, const char *const *names, struct text *text);

#endif
