/* import.h: a trace made into the steps of a session, which is then as if somebody had typed
 * them. */
#ifndef SESSION_IMPORT_H
#define SESSION_IMPORT_H

#include "session/session.h"
#include "trace/trace.h"

/* So many ids have variables of their own, called after them: b17. Of a trace that has more, each
 * block has the first variable that is free. */
#define IMPORT_NAMED_MOST ((uint32_t)1 << 16)

/* What became of a trace. */
struct import_report {
    size_t null_frees; /* frees of NULL, which are no steps */
    size_t renamed;    /* ids that share variables; 0 where each has its own */
    struct text cut;   /* why the steps end before the trace does; empty if they do not */
};

void import_report_finish(struct import_report *report);

/* Begin again with the steps of a trace, on a fresh heap of the session's config. The session is at
 * the last of them. What it knew before is forgotten.
 *   trace       it is spent on the way: its counts and names stay
 *   ret_report  to be finished, also on failure
 *   errors      there is no heap process, or the user stopped it: all is as it was
 *   cost        see import.c */
bool session_import(struct session *session, struct trace *trace, struct import_report *ret_report,
                    struct error *error);

/* The mirror of steps that were carried out is of no use any more: let it be at the last of
 * them. */
bool import_recover(struct history *history, struct mirror **mirror, struct error *error);

/* Carry out the traced steps of a history once more, on the fresh heap of a mirror, which is then
 * at the last of them. They become others, with the same operations; those behind them stay, as
 * they were.
 *   returns  false with `error` set where the heap process did not survive it, or the user stopped
 *            it: neither history nor mirror is of use then */
bool import_again(struct history *history, struct mirror *mirror, struct error *error);

#endif
