/* handin.h: `heapglass grade HANDIN.hg`: a scenario of a student's played, and graded by what it
 * expects, or by what the teacher does. */
#ifndef HANDIN_HANDIN_H
#define HANDIN_HANDIN_H

#include <stdbool.h>

/* Whether the words of `grade` are about a scenario: one of them ends in ".hg". */
bool handin_is_meant(int count, char **arguments);

/* The command, with its name in front. Returns the exit status: 0 all is as expected, 1 something
 * is not, 2 wrong usage, or a file that is not there. */
int handin_command(int count, char **arguments);

#endif
