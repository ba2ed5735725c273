/* run.h: a process in which an allocator is examined, from outside: its sheet, and how it ends. */
#ifndef OWN_RUN_H
#define OWN_RUN_H

#include <sys/types.h>

#include "own/examination.h"

/* One run of the process. */
struct run {
    struct sheet *sheet;
    size_t size;
    uint64_t op_count; /* as nobody else could write it */
    int memory;        /* the sheet's */
    int channel;       /* to talk with it, of SHEET_ANSWER; -1 else */
    pid_t process;
};

/* Write down what is to be done. Whatever comes of it, run_close is to be called. */
bool run_open(const struct trace *trace, const struct examination_limits *limits,
              enum sheet_mode mode, struct run *ret_run, struct error *error);
void run_close(struct run *run);

/* Start the process; it is to be waited for. */
bool run_start(struct run *run, struct error *error);

/* Wait for the process so long, once more where it is measured by then, and end it; then take over
 * how it ended. */
void run_wait(const struct run *run, uint64_t seconds, struct examination_result *result);

/* Both, for as long as the sheet says. */
bool run_through(struct run *run, struct examination_result *result, struct error *error);

/* Take over what can make sense of the sheet. */
void run_take_sheet(const struct run *run, struct examination_result *result);

#endif
