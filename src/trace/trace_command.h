/* trace_command.h: `heapglass trace VERB ...`, the work on traces from the command line. */
#ifndef TRACE_TRACE_COMMAND_H
#define TRACE_TRACE_COMMAND_H

/* Run the verb that arguments[1] names; arguments[0] is not looked at. Prints to standard output,
 * and what goes wrong to standard error.
 *   returns  the exit status: 0 all is well; 1 a trace is not valid, or a file cannot be written; 2
 *            wrong usage, or a file that cannot be read. Whether standard output could be written
 *            the caller judges */
int trace_command(int count, char **arguments);

#endif
