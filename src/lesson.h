/* lesson.h: the course: scenarios that are installed along with the program, in the order of the
 * numbers that their files begin with (04-fragmentation.hg), and which of them were finished. */
#ifndef LESSON_H
#define LESSON_H

#include <stdbool.h>

#include "base/error.h"

/* What --help says of lessons. */
extern const char lesson_usage[];

/* Print all lessons: name, length, title, and which were finished.
 *   returns  false with `error` set if there are none to be found */
bool lesson_list(struct error *error);

/* Find a lesson by its name or its number.
 *   ret_path, ret_name  to be freed
 *   errors              there is none, and which was probably meant */
bool lesson_find(const char *wanted, char **ret_path, char **ret_name, struct error *error);

/* Remember that a lesson was finished. */
bool lesson_finish(const char *name, struct error *error);

#endif
