/* session.h: what the user has built: a heap, the variables that point into it, and the steps that
 * made it so. Knows nothing of terminals or of the language that users type.
 *
 * What always holds: the picture is what the steps up to now, replayed on a fresh heap of the
 * session's config, lead to. An action that fails leaves both as they were; if it brought down the
 * heap process, the steps are replayed on another. */
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H

#include "base/text.h"
#include "session/ahead.h"
#include "session/free_lists.h"
#include "session/history.h"
#include "session/mirror.h"
#include "target/space.h"

struct image_large; /* kind/image.h */

/* Of heaps that are only looked at: see looking.h. */
struct looks {
    int image;     /* the file of the look at hand; 0 for none */
    uint32_t heap; /* the number there of the heap that is shown */
    bool has_before;
    struct block_table before;     /* the blocks of the look before that one, */
    struct metrics metrics_before; /* how they measured, */
    struct image_large *large;     /* and those with mappings of their own, so many */
    uint64_t large_count;
};

void looks_finish(struct looks *looks);

struct followed;
struct family;

struct session {
    struct mirror *mirror;   /* the heap, as it is after the steps up to now */
    struct history *history; /* how it came about */
    struct text notice;      /* what happened to the heap process since it was last asked for */
    bool is_recovering;      /* its heap process is being replaced */
    unsigned beginnings;     /* how often it was begun again: at a reset, or on another heap */
    struct ahead ahead;      /* what has begun and is not finished */
    struct looks looks;
    struct followed *followed; /* the program whose heap it is, or was; NULL for none */
    struct family *family;     /* of that program, where its children are followed; else NULL */
};

/* What the user wants done. */
struct action {
    enum op_kind kind;
    const char *name; /* of the variable, see scope.h, or the function; NULL for none, and then what
                          stores counts from the heap's start */
    const char *other; /* of the second variable, where there is one; NULL for NULL */
    uint64_t size;     /* as in struct op */
    uint64_t argument;
    const unsigned char *bytes; /* of what stores */
    uint32_t window; /* where it may collect: from one place that is looked at to the next */
    bool address;    /* of the second variable, or, of what stores, of the first: its own address is
                        meant, not what it holds */
    bool forced;     /* do what makes no sense: free what is freed, write there */
};

/* Open a heap of `config` in a process of its own.
 *   returns  NULL with `error` set if that fails */
struct session *session_create(const struct hg_config *config, struct error *error);
/* End the heap process and forget everything. NULL does nothing. */
void session_destroy(struct session *session);

/* Let `waiter` be told when a heap process of the session is stopped; NULL for nobody. It must
 * outlive the session, and those that are made of it, or be replaced. */
void session_wait_with(struct session *session, const struct target_waiter *waiter);

/* Carry out an action as the next step.
 *   returns  false with `error` set, and nothing changed, when it makes no sense (no such variable,
 *            freed already) or when the heap process did not survive it. An allocator that answers
 *            NULL is no failure: the step's result says so. */
bool session_act(struct session *session, const struct action *action, struct error *error);

/* Begin an action behind those that have begun, without waiting for what comes of it. Until all are
 * finished nothing but this, session_finish_act and, of all lists, session_read_lists can be asked.
 *   lists    whether all lists are to be read after each step
 *   returns  false when there is no room, or when it cannot be foreseen that the action makes
 *            sense: then it is for session_act, once all that have begun are finished */
bool session_begin_act(struct session *session, const struct action *action, bool lists);

/* Finish the first of the actions that have begun, which is `action`: as session_act. When that
 * fails, or took a heap process that has not come so far, it is as if those behind it had never
 * begun: ahead.count says how many still have. */
bool session_finish_act(struct session *session, const struct action *action, struct error *error);

/* Nobody waits for anything now: do what a step would have to wait for otherwise. */
void session_rest(struct session *session);

/* Go to where things were after step number `step`: 0 for the fresh heap, at most steps.known.
 * Steps behind it are undone: they can be redone until another step takes their place.
 *   returns  false with `error` set, and nothing changed, when that moment cannot be had
 *   cost     see history.h */
bool session_go(struct session *session, size_t step, struct error *error);

/* A session of its own that is as this one is now, without the steps that were undone. What is done
 * there changes nothing here.
 *   config   of its heap, on which the steps are replayed; NULL for a clone of the heap
 *   returns  NULL with `error` set if that fails */
struct session *session_imagine(struct session *session, const struct hg_config *config,
                                struct error *error);

/* Replace the heap by one of `config` and replay all steps there. On failure all is as it was. If
 * those that were undone cannot be replayed, they are dropped, and session->notice says so.
 *   ret_refused  how many of the steps up to now the new heap refused to carry out */
bool session_configure(struct session *session, const struct hg_config *config, size_t *ret_refused,
                       struct error *error);

/* Let the session have another heap and another history; both are taken over. */
void session_take_over(struct session *session, struct mirror *mirror, struct history *history);

/* Begin again: a fresh heap of the same config, no steps, no variables. */
bool session_reset(struct session *session, struct error *error);

/* If the heap process has ended, say so in session->notice and replay the steps on a fresh one.
 *   returns  false with `error` set if that fails too */
bool session_revive(struct session *session, struct error *error);

/* The variable of this name; false, with `error` naming what was probably meant, if there is none.
 *   error  NULL where nobody asks: to find what was meant takes O(variables) */
bool session_variable(const struct session *session, const char *name, uint32_t *ret_place,
                      struct variable *ret_variable, struct error *error);

/* Whether there is a variable of this name, and whether any step that is known has one. */
bool session_has_variable(const struct session *session, const char *name);
bool session_knows_name(const struct session *session, const char *name);

/* ---- Reading: these change nothing, and fail when the heap process does not answer ---- */

/* Read all free lists, at most `most` elements of each, and of one that goes round each once.
 *   ret_lists  the caller's, to be given back with free_lists_finish; empty on failure */
bool session_read_lists(struct session *session, size_t most, struct free_lists *ret_lists,
                        struct error *error);

/* Read `count` bytes of the heap from the offset `from` on, fewer where it ends; the caller frees
 * ret_bytes. */
bool session_read_bytes(struct session *session, uint64_t from, size_t count,
                        unsigned char **ret_bytes, size_t *ret_count, struct error *error);

/* Read which pages of the heap the kernel has given; what is known of the last step is brought up
 * to date.
 *   ret_pages  the caller's; untouched on failure */
bool session_read_pages(struct session *session, struct pages *ret_pages, struct error *error);

/* Read how the address space of the heap process is laid out.
 *   ret_space  the caller's; untouched on failure */
bool session_read_space(const struct session *session, struct space *ret_space,
                        struct error *error);

/* Check the heap, and that what is shown is what is there. */
bool session_check(struct session *session, struct error *ret_problem);

#endif
