/* homework.h: `heapglass homework`: sheets of exercises, and their solutions. */
#ifndef HOMEWORK_HOMEWORK_H
#define HOMEWORK_HOMEWORK_H

/* The command, with its name in front. Returns the exit status: 0 all is well, 1 a sheet could not
 * be made or written, 2 wrong usage. */
int homework_command(int count, char **arguments);

#endif
