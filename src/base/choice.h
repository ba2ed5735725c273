/* choice.h: which of some words is meant. */
#ifndef BASE_CHOICE_H
#define BASE_CHOICE_H

#include <stdbool.h>

#include "base/error.h"

/* Find a word among choices.
 *   name        what it is to be a value of: "order"
 *   choices     up to a NULL
 *   ret_number  of the choice, from 0; untouched on failure
 *   returns     false with `error` set, which lists the choices */
bool choice_find(const char *name, const char *const *choices, const char *word,
                 unsigned *ret_number, struct error *error);

#endif
