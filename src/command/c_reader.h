/* c_reader.h: where the reading of a statement of C is in its line, and the words that it finds. */
#ifndef COMMAND_C_READER_H
#define COMMAND_C_READER_H

#include "command/c_call.h"
#include "command/lexer.h"

struct c_reader {
    const char *line;
    size_t place;
    struct statement *statement;
    struct error *error;
};

void c_reader_skip_blanks(struct c_reader *reader);

/* How long the word is that stands here; 0 if none does. */
size_t c_reader_word(const struct c_reader *reader);

/* Whether `word` stands here; take goes on behind it, and blanks, if it does. */
bool c_reader_sees(const struct c_reader *reader, const char *word);
bool c_reader_take(struct c_reader *reader, const char *word);

/* Let the error, which has been set, point here. Returns false. */
bool c_reader_fail(struct c_reader *reader);

/* Say what is missing, and how the call reads. Returns false. */
bool c_reader_fail_in_call(struct c_reader *reader, const struct c_call *call, const char *missing);

/* Add a token of `length` bytes that stands in the line from `start` to where the reader is. */
void c_reader_add(struct c_reader *reader, const char *text, size_t length, size_t start,
                  bool quoted);

/* Go on behind a type, and the stars that make it a pointer's. Returns whether there was one; that
 * it is no pointer is an error. */
bool c_reader_take_type(struct c_reader *reader, bool *ret_good);

/* Go on behind casts, such as (char *). False if one is wrong. */
bool c_reader_skip_casts(struct c_reader *reader);

#endif
