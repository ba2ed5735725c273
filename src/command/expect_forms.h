/* expect_forms.h: what can be expected besides measures and states of variables.
 *
 *      expect A at +0x40          where it points
 *      expect A padding 6         of its block: size, header, requested, padding, footer
 *      expect fail alloc D 20M    it is refused, or answered NULL; nothing changes
 *      expect error free Z        it is refused; nothing changes
 *      expect freelist 10M 128K   the free blocks' sizes in list order; none for an empty list
 *      expect check               the heap is whole
 *      expect leaks 1             blocks to which no variable leads
 *      expect grew 20M            by how much the last step made the heap grow
 *
 * A size with a unit stands for all that are shown so: 10M for a block of 10M and its header. */
#ifndef COMMAND_EXPECT_FORMS_H
#define COMMAND_EXPECT_FORMS_H

#include "command/command.h"
#include "command/interpreter.h"

/* Whether the arguments of an expect are of one of these forms. */
bool expect_forms_has(const struct arguments *arguments);

/* The variable that such an expectation is of; NULL if it is of none. */
const char *expect_forms_variable(const struct arguments *arguments);

/* Whether the claim holds; false with `error` saying what was expected and what was found. */
bool expect_forms_hold(struct interpreter *interpreter, const struct arguments *arguments,
                       struct error *error);

/* The words that these forms begin with; NULL beyond the last. */
const char *expect_forms_word(unsigned index);

/* Whether an expect can be one, of whatever heap. */
bool check_expect(const struct arguments *arguments, struct error *error);

#endif
