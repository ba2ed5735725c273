/* variables.h: the variables of the program that the user plays, in the frames of its functions.
 *
 * They are words on a stack that grows down from main's frame. A word has a place: the words are
 * counted from the stack's top downwards.
 *
 *      place 0   A                    \ main's frame, which is always there
 *            1   B                    /
 *            2   return address       \
 *            3   saved frame pointer   | f's frame, and so on down
 *            4   p                    /
 *
 * What always holds: only the frame on top grows; a name means one variable of a frame at most. */
#ifndef SESSION_VARIABLES_H
#define SESSION_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "session/memento.h"
#include "session/names.h"
#include "target/op.h"

/* A word that holds a pointer, or stack data. Stack data begins at its lowest word, which is its
 * variable. A word of it that a step gave a pointer is a slot with a name of its own; the lowest is
 * the data and its slot 0 in one. All that point to, or into, a live payload are on its list of
 * referrers: the one that it was handed out to first, then those that were let point there. All
 * that point to a live word of the stack are on a list of their own. */
struct variable {
    uint64_t payload;        /* the offset it points to; OFFSET_NULL for NULL */
    uint64_t target;         /* the live payload that it refers to; OFFSET_NULL for none */
    uint32_t next, previous; /* on its list; NO_VARIABLE for none */
    uint32_t name;           /* NO_NAME for a word that is none's own */
    uint32_t outer;          /* the next variable of this name, further out; NO_VARIABLE for none */
    uint32_t freed_in;       /* the step that freed what it points to; 0 if none did */
    uint32_t bytes;          /* of stack data, from here up; 0 for a pointer */
    uint32_t slot_name;      /* "x.3", if it is a slot; NO_NAME if not */
    bool points_in;          /* to a live word of the stack */
};

/* What can be said of what a variable holds. */
enum variable_state {
    VARIABLE_NULL,
    VARIABLE_LIVE,     /* the start of a live payload */
    VARIABLE_INTERIOR, /* it points into one, */
    VARIABLE_STACK,    /* or to a live word of the stack, */
    VARIABLE_DANGLING, /* or to what step freed_in freed, or popped */
    VARIABLE_WILD,     /* or to none of these */
    VARIABLE_DATA,     /* it holds no pointer that anybody put there */
};

enum variable_state variable_state(const struct variable *variable);

/* Whether the variable points to a live payload, or into one. */
bool variable_is_live(const struct variable *variable);

/* Whether the variable could be given a pointer: it has one, or is stack data as large as one. */
bool variable_can_point(const struct variable *variable);

/* Whether it is a slot of stack data, and not also the variable that the data is called by. */
bool variable_is_slot(const struct variable *variable);

/* How many words of the stack its own bytes take. */
uint32_t variable_words(const struct variable *variable);

/* What the name means, where the first slot of stack data may hold a pointer: the data. */
struct variable variable_as_named(const struct variable *variable);

/* One without a name that points nowhere. */
struct variable variable_none(void);

/* The words at the start of a frame that are the machine's own. */
enum { FRAME_RETURN_ADDRESS, FRAME_SAVED_POINTER, FRAME_WORDS };

struct frame {
    uint32_t name;  /* of the function; NO_NAME for main */
    uint32_t first; /* the place of its first word */
    uint32_t step;  /* that called it; 0 for main */
    size_t named;   /* variables in the frames further out */
    bool is_broken; /* its own words were found to have been overwritten */
};

/* Variables lie on pages, by place, which do not move. */
enum { VARIABLES_PAGE = 64 };

/* Variables that are all zero are none, in main's frame. */
struct variables {
    struct variable **pages; /* NULL for one that nobody has asked for yet, */
    size_t page_count, page_capacity;
    struct memento memento; /* whose variables the first ones were, if it is any */
    size_t count;
    uint32_t *by_name; /* the place of each name in the innermost frame that has it */
    size_t names, name_capacity;
    uint32_t *named; /* the places that have names, from the outermost on */
    size_t named_count, named_capacity;
    struct frame *called; /* the frames but main's, from the outermost to the one on top */
    size_t called_count, called_capacity;
    bool is_played;     /* a function has been called, or stack data made */
    size_t pointing_in; /* how many point to live words of the stack, */
    uint32_t first_in;  /* and the first of them, if there is any */
};

void variables_finish(struct variables *variables);
struct variables variables_copy(const struct variables *variables);

/* Make room for so many at once, which have as many names. */
void variables_reserve(struct variables *variables, size_t count);

/* Let variables that are none be those of a moment, in main's frame: each is made when it is asked
 * for. */
void variables_recall(struct variables *variables, const struct memento *memento);

/* Make a page that nobody has asked for yet. */
struct variable *variables_make_page(const struct variables *variables, size_t page);

/* The variable in a place where there is one, to read or to change. */
static inline struct variable *variables_get(const struct variables *variables, uint32_t place)
{
    size_t page = place / VARIABLES_PAGE;
    struct variable *items = variables->pages[page];

    return (items ? items : variables_make_page(variables, page)) + place % VARIABLES_PAGE;
}

/* The variable in a place, which is made if there is none. */
struct variable *variables_at(struct variables *variables, uint32_t place);

/* Call the variable in a place, which has no name yet, by this one. */
void variables_call(struct variables *variables, uint32_t place, uint32_t name);

/* Let a word of stack data be a slot, which is called so, if it is none yet.
 *   cost  O(variables that have names) the first time */
void variables_add_slot(struct variables *variables, uint32_t place, uint32_t name);

/* Which of those that have names is the first in a place from this one on; named_count for none. */
size_t variables_named_from(const struct variables *variables, uint32_t place);

/* ---- Frames: number 0 is main's, the last one is on top ---- */

size_t variables_frames(const struct variables *variables);
struct frame variables_frame(const struct variables *variables, size_t number);

/* The frame that a place lies in. */
size_t variables_frame_of(const struct variables *variables, uint32_t place);

/* Where the words of a frame end: the first place that is not one of them any more. */
uint32_t variables_frame_end(const struct variables *variables, size_t number);

/* The place of the variable that a name means in a frame; false if it means none there. */
bool variables_find(const struct variables *variables, size_t frame, uint32_t name,
                    uint32_t *ret_place);

/* Push a frame, with its own words; pop the one on top, whose variables are on no list any more. */
void variables_push(struct variables *variables, uint32_t name, uint32_t step);
void variables_pop(struct variables *variables);

/* ---- Pointers to the stack ---- */

/* The variable in a place points to a live word of the stack; or no longer does, if it did. */
void variables_point_in(struct variables *variables, uint32_t place);
void variables_point_out(struct variables *variables, uint32_t place);

#endif
