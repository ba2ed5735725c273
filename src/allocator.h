/* allocator.h: the user's own allocator, as the command line asks for it. */
#ifndef ALLOCATOR_H
#define ALLOCATOR_H

#include "options.h"

/* Whether what is said of it goes together with all else. */
bool allocator_check(const struct options *options, struct error *error);

/* Make it, if there is to be one, and let it be the policy, whatever comes of it; what its compiler
 * said is for all to read. What is wrong with it is no matter of usage, and is said: then false. */
bool allocator_build(struct options *options);

#endif
