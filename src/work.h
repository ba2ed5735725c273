/* work.h: what the command line wants played: files and commands, one after the other. */
#ifndef WORK_H
#define WORK_H

#include "command/interpreter.h"
#include "program.h"

/* What could not be played of the command line's work. */
struct unplayed {
    struct error *errors; /* of the files that cannot be read */
    size_t count;
    struct error error; /* if the user stopped the rest */
};

/* Whether it is standard input. */
bool work_is_input(const struct work *work);

/* Say what went wrong, unless that was said. */
void work_print_error(const struct error *error);

/* Let the interpreter play as the command line says, and tell of the speaker's notes. */
void work_prepare(struct interpreter *interpreter, const struct program *program);

/* Let the command line's preferences prevail. */
void work_prefer(struct interpreter *interpreter, const struct options *options);

/* Play the files and run the commands of the command line. A file that cannot be read keeps nothing
 * else from being played. */
enum status work_run(struct interpreter *interpreter, const struct options *options,
                     struct unplayed *ret_unplayed);

/* The status to exit with: where there is a program and nothing else failed, the program's. */
int work_status(const struct interpreter *interpreter, enum status status);

/* Run what comes from standard input, command by command. */
enum status work_run_input(struct interpreter *interpreter, struct error *error);

/* Say what could not be played, and forget it. */
void unplayed_finish(struct unplayed *unplayed);

#endif
