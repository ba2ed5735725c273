/* width.h: hand-ins that were written for 32 bits, as many of the older labs are. */
#ifndef OWN_WIDTH_H
#define OWN_WIDTH_H

/* What says so of the source at `path`, in words that go on behind its name: "its Makefile builds
 * it for 32 bits"; NULL if nothing does. */
const char *width_reason(const char *path, const char *source);

#endif
