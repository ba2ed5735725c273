/* manual.h: the manual page. */
#ifndef MANUAL_H
#define MANUAL_H

#include <stdio.h>

/* Print the page, for man(1), as it follows from the tables of options, commands, policies and
 * settings. */
void manual_print(FILE *output);

#endif
