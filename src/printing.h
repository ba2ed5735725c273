/* printing.h: the program without a screen of its own: plain text or JSON. */
#ifndef PRINTING_H
#define PRINTING_H

#include "program.h"

struct session;

/* How wide the text can be: as the terminal is, or 80 columns. */
int printing_columns(void);

int printing_run(struct session *session, const struct program *program);

#endif
