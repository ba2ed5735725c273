/* record_command.h: `heapglass trace record [-o FILE] PROGRAM [ARGUMENT]...` */
#ifndef TRACE_RECORD_COMMAND_H
#define TRACE_RECORD_COMMAND_H

/* Record a program; arguments[0] is the verb.
 *   returns  the program's exit status, 128 + N if signal N ended it; 2 wrong usage; 125 nothing
 *            could be recorded or written, 126 the program cannot be run, 127 it is not found */
int record_command(int count, char **arguments);

#endif
