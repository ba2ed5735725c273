/* capability.h: what terminfo says of the terminal that is open. */
#ifndef TERMINAL_CAPABILITY_H
#define TERMINAL_CAPABILITY_H

/* The terminal's string for a capability; NULL if it has none. */
const char *capability_find(const char *name);

#endif
