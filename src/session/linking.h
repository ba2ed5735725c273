/* linking.h: what steps do to the links of a picture, and so to what variables lead to. */
#ifndef SESSION_LINKING_H
#define SESSION_LINKING_H

#include "base/error.h"
#include "session/picture.h"

/* What a pointer that a step copies points to. */
struct pointee {
    uint64_t target;   /* the live payload; OFFSET_NULL for none */
    uint32_t freed_in; /* the step that freed what it points to; 0 if none did */
};

/* What the variable points to after a step that let it point where another one does, or a slot. */
struct pointee linking_pointee(const struct picture *picture, const struct step *step);

/* Whether a step that is about a slot makes sense; where it is forced, all is that is about more
 * than nothing.
 *   names  of its variables
 *   returns  false with `error` set */
bool linking_check(const struct picture *picture, const struct step *step,
                   const char *const names[2], struct error *error);

/* A slot was written to. */
void linking_note(struct picture *picture, const struct step *step);

/* `size` bytes from the offset `at` on were written to: what lay there is no link any more. */
void linking_overwrite(struct picture *picture, uint64_t at, uint64_t size);

/* A payload may be smaller than before. */
void linking_cut(struct picture *picture, uint64_t payload);

/* A payload is given back: what refers to it is dangling since step number `number`. */
void linking_forget_payload(struct picture *picture, uint64_t payload, uint32_t number);

/* The words of the stack from the place `first` on are gone since step number `number`.
 *   cost  O(1) unless a link points to the stack */
void linking_leave_dangling(struct picture *picture, uint32_t first, uint32_t number);

/* The links that lie in a payload, to be put in where its bytes are copied to. */
struct moved_links {
    struct payload_link *items;
    size_t count;
};

struct moved_links linking_take_out(const struct picture *picture, uint64_t payload);
/* Put them into the payload `to`, as far as it has room. The one that they come from, `from`, was
 * given back in step number `number`. They are given back. */
void linking_put_in(struct picture *picture, struct moved_links *moved, uint64_t from, uint64_t to,
                    uint32_t number);

/* A variable, or the link `link`, refers to a payload now; and, at the end of the step: what is
 * doubted is judged. */
void linking_gain(struct picture *picture, uint64_t payload, uint32_t link);
void linking_settle(struct picture *picture, uint32_t number);

#endif
