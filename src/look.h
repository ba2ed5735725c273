/* look.h: what can be said of scenarios without a heap. */
#ifndef LOOK_H
#define LOOK_H

#include "program.h"

/* Print what is wrong with the command line's files, or how long each takes. */
enum status look_at_files(const struct options *options);

#endif
