/* mirror.h: a handle on a heap process, and the picture that follows it.
 *
 * What is known of blocks and of variables is read back from memory after each operation; sizes
 * asked for come from the operations. mirror_check compares the picture with the heap. A mirror
 * whose target has failed is not to be used further. */
#ifndef SESSION_MIRROR_H
#define SESSION_MIRROR_H

#include "session/picture.h"
#include "target/target.h"

struct mirror {
    struct target *target;
    struct picture picture;
    uint64_t resident; /* bytes of pages in memory, when they were last looked at */
};

/* Start a heap process and open a heap of `config` in it, whose variables have these names. NULL
 * with `error` set if that fails.
 *   waiter  see target_create */
struct mirror *mirror_create(const struct hg_config *config, const struct names *names,
                             const struct target_waiter *waiter, struct error *error);
void mirror_destroy(struct mirror *mirror);

/* A mirror of `target`, which it takes over, whose heap is of the same config as that of `like`. It
 * knows of no steps, and nothing of the blocks: see picture_note and mirror_read.
 *   heap_start  an address */
struct mirror *mirror_of(struct target *target, uint64_t heap_start, struct target_stack stack,
                         const struct picture *like);

/* A mirror with a clone of the heap process, that knows the same but no events; NULL with `error`
 * set. */
struct mirror *mirror_clone(const struct mirror *mirror, struct error *error);

/* Read the whole heap, and measure it.
 *   before    measures that the peaks are not below
 *   progress  is told how many bytes were read, and may stop it; NULL for nobody
 *   returns   false when the target failed, or it was stopped */
bool mirror_read(struct mirror *mirror, const struct metrics *before,
                 const struct progress *progress);

/* Read what all live words of the stack hold; false when the target failed. */
bool mirror_read_words(struct mirror *mirror);

/* Carry out the step, of this number, note its result, and update the picture.
 *   returns  false when the target failed; see target_failure */
bool mirror_run(struct mirror *mirror, struct step *step, uint32_t number);

/* The heap process has carried out the step, and `change` is what came of it: update the picture.
 *   is_there  it has gone no further, so that what the change lacks can be read
 *   returns   false when that failed, or when the change does not fit the picture, which then is of
 *             no use any more */
bool mirror_follow(struct mirror *mirror, const struct step *step, uint32_t number,
                   const struct target_change *change, bool is_there);

/* Read which pages of the heap the kernel has given. */
bool mirror_read_pages(struct mirror *mirror, struct pages *ret_pages, struct error *error);

enum { PAGES_CHEAP = 16 * 1024 * 1024 };

/* Bytes of the heap's pages that are in memory; RESIDENT_UNKNOWN where the kernel does not tell.
 *   at_any_cost  look also where more than PAGES_CHEAP were in memory, which takes more than 50 us;
 *                else it is RESIDENT_UNKNOWN there */
uint64_t mirror_measure_pages(struct mirror *mirror, bool at_any_cost);

/* Check the heap's invariants, and read all of it once more, and all variables, to compare them
 * with the picture.
 *   progress     may stop it
 *   ret_problem  what is wrong, untouched if nothing is; or it was stopped
 *   returns      true when all is well; false also when the target failed */
bool mirror_check(struct mirror *mirror, const struct progress *progress,
                  struct error *ret_problem);

#endif
