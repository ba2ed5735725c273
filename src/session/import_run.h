/* import_run.h: carrying out many steps that nobody has to be told of. */
#ifndef SESSION_IMPORT_RUN_H
#define SESSION_IMPORT_RUN_H

#include "session/history.h"

/* Where the steps come from: one after the other. */
struct import_source {
    size_t count; /* at most */
    /* The next step, of which the kind, the place and the size are known; false after the last. */
    bool (*next)(void *context, struct traced_step *ret_step);
    void *context;
};

enum import_outcome {
    IMPORT_DONE,
    IMPORT_FAILED, /* the heap process did not survive the step behind those that were done */
    IMPORT_STOPPED /* by the history's progress */
};

/* Carry out steps on the fresh heap of `mirror`, which is then at the last of them. They become the
 * steps of the history, which has begun and has none yet. Unless all went well, the mirror is of no
 * use any more.
 *   cost  a fourth of a microsecond for a step, and what the allocator takes */
enum import_outcome import_run(struct history *history, struct mirror *mirror,
                               struct import_source source);

#endif
