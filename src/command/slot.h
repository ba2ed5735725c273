/* slot.h: reading what commands take that is more than words: variables, slots, and bytes to
 * add. */
#ifndef COMMAND_SLOT_H
#define COMMAND_SLOT_H

#include "command/command.h"
#include "session/names.h"

/* What is read of an argument, up to here. */
struct reader {
    const struct argument *argument;
    const char *at;
};

struct reader reader_of(const struct argument *argument);

/* Where it is, in the line. */
int reader_column(const struct reader *reader);

/* Let the error point here. Returns false. */
bool reader_fail(const struct reader *reader, struct error *error);

/* Go on behind `count` characters and the blanks after them. */
void reader_skip(struct reader *reader, size_t count);

/* Read a name, and the blanks around it. */
bool reader_name(struct reader *reader, char ret_name[SCOPED_NAME_MAX + 1], struct error *error);

/* Read "A.0", and the blanks around it. */
bool reader_slot(struct reader *reader, char ret_name[SCOPED_NAME_MAX + 1], uint64_t *ret_slot,
                 struct error *error);

/* Read ".0", and the blanks behind it. */
bool reader_slot_number(struct reader *reader, uint64_t *ret_slot, struct error *error);

/* Read "+8", if it is there, to the end. */
bool reader_offset(struct reader *reader, uint64_t *ret_offset, struct error *error);

#endif
