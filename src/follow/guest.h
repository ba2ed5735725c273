/* guest.h: a guest, a program that runs on our malloc and is followed: its process, what it asks of
 * malloc, whether it may go on, and what it prints.
 *
 * What always holds: the process dies with us, unless it changes its user. What it does to its heap
 * is told in the order in which it was done, up to its last call, however it ends. */
#ifndef FOLLOW_GUEST_H
#define FOLLOW_GUEST_H

#include <stddef.h>

#include "base/text.h"
#include "follow/cell_queue.h"
#include "trace/call_ring.h"
#include "trace/launch.h"
#include "trace/obstacle.h"

/* Of what a program prints, so much is kept at least. */
enum { GUEST_PRINTED_MOST = 1 << 20 };

struct guest_wish {
    char **arguments;         /* they end in NULL; the first is looked up in PATH */
    const char *policy;       /* of the heap that is to be the same, */
    const uint64_t *settings; /* CALL_RING_SETTINGS_MOST of them, */
    uint64_t heap_start;      /* and its address */
    const char *follow;  /* not the program, but the first that it runs of this name; NULL for it */
    uint32_t up;         /* callers are those so many calls further up */
    const char *output;  /* a file for what it prints; NULL for none */
    bool takes_children; /* those that it starts are followed, too, each as a guest of its own */
    bool has_terminal;   /* it gets one of its own; else our standard input, output, errors */
    bool prints_to_errors; /* without one, and without a file: standard output is for others */
};

/* Whether the word behind --follow is the name of a program to wait for. Names that programs run by
 * have no folders; so a path is the program that is to be run, and an option an option. */
bool guest_is_name(const char *word);

/* So many children can be followed. */
enum { GUEST_CHILDREN_MOST = 64 };

/* How a child came to be: a copy of a guest's process, after so many calls; of none, where it has
 * executed a program. */
struct guest_fork {
    pid_t parent; /* 0 for none */
    uint64_t calls;
};

/* Who says how a guest ended. */
enum guest_end {
    GUEST_END_TOLD,   /* the kernel */
    GUEST_END_SAID,   /* it itself, when it was about to exit: where no kernel tells of children */
    GUEST_END_UNKNOWN /* nobody; what says nothing can have been killed */
};

/* A child that loads no library of ours. */
struct barred {
    pid_t process; /* 0 where its number is not one of ours */
    enum obstacle obstacle;
    char name[CALL_RING_NAME_MAX];
};

/* Of the first guest. */
struct children {
    struct guest *guests[GUEST_CHILDREN_MOST];
    struct barred barred[GUEST_CHILDREN_MOST];
    size_t count, barred_count;
    size_t told;               /* of these, guest_next_child has returned so many */
    size_t refused;            /* that were too many */
    uint64_t awaited_until_ms; /* that there may be more, as of clock_ms; 0: not yet */
};

struct guest {
    pid_t process;
    bool has_ended;
    int status;         /* as waitpid has it, once it has ended, */
    enum guest_end how; /* and from whom that is known */
    struct call_ring *ring;
    size_t ring_bytes;
    int ring_file;
    uint64_t segments;                  /* of it */
    uint64_t heap_start;                /* an address there */
    uint64_t started_ticks, started_ns; /* when that was, by two clocks */
    double tick_ns;                     /* how long a tick of the first is */
    uint64_t taken;                     /* calls; */
    uint64_t given_back;                /* cells whose segments have been given back */
    struct call begun;                  /* the call that it waits with, or ended in */
    struct cell_queue queue;            /* cells that were taken over, */
    struct call_reader *reader;         /* and what reads them */
    struct ticker *ticker;              /* by which it knows the time; NULL for none */
    int terminal;                       /* our end of its own; -1 for none */
    int output;                         /* a file; -1 for none */
    struct text maps;        /* what code it had mapped when that was last looked at, as the kernel
                                says it, */
    struct symbols *symbols; /* and what that means; NULL until somebody asks */
    struct text printed;     /* on its terminal, the last of it, */
    uint64_t printed_ever;   /* of so many bytes */
    struct call_bar bar;     /* what is in the way of the program that was started, */
    struct text started;     /* its name, */
    struct text name;        /* without folders */
    struct guest *first;     /* that was started, of a child; else NULL */
    struct guest_fork fork;  /* of a child: */
    int handle;              /* and by what the kernel tells that it has ended; -1 for none */
    struct children children;
};

/* Start a program.
 *   ret_outcome  what kept it from being started
 *   returns      NULL with `error` set if anything did */
struct guest *guest_start(const struct guest_wish *wish, enum launch_outcome *ret_outcome,
                          struct error *error);

/* Kill it if it has not ended, and forget it; the first goes last. NULL does nothing. */
void guest_destroy(struct guest *guest);

/* The next child that is to be followed, which is the caller's; NULL while there is none. Its calls
 * wait for being let through, as those of its first do. */
struct guest *guest_next_child(struct guest *first);

/* All guests have ended, but a process lives that one of them started, and that is about to ask to
 * be followed, as of a shell that leaves a program in the background: wait a moment for it.
 *   returns  false where there is none, or it did not ask within a second
 *   cost     looks at all processes that there are */
bool guest_awaits_heirs(struct guest *guest);

/* The guest whose terminal it shares: itself, but of a child. */
struct guest *guest_first(struct guest *guest);

/* It has begun, perhaps as another program than the one that was started: take over its name, and
 * where its heap starts. */
void guest_begin(struct guest *guest, uint64_t heap_start);

/* It is a copy of the process of another, with its name, and its heap one of that one's. */
void guest_begin_as_copy(struct guest *guest, const char *name, uint64_t heap_start);

/* The process that is followed; 0 while there is none. And whether that is not the one that was
 * started. */
pid_t guest_process(const struct guest *guest);
bool guest_is_child(const struct guest *guest);

/* The calls that have not been taken yet, in turn, some of them; and take the first `count` of
 * those. They stay what they are until the next is asked for that was not among them. */
const struct call *guest_calls(struct guest *guest, size_t *ret_count);
void guest_take(struct guest *guest, size_t count);

/* How many wait to be taken, and whether any do. */
size_t guest_waiting(const struct guest *guest);
bool guest_has_calls(const struct guest *guest);

/* Whether the program has written over how many there are. None wait then. */
bool guest_is_damaged(const struct guest *guest);

/* Let its next call wait; let all go on; let `count` pass. */
void guest_hold(struct guest *guest);
void guest_release(struct guest *guest);
void guest_permit(struct guest *guest, uint32_t count);

/* Whether it was told to hold; whether it waits; and the call that it waits with, NULL while there
 * is none, or others wait to be taken. */
bool guest_is_held(const struct guest *guest);
bool guest_waits(const struct guest *guest);
const struct call *guest_held_at(struct guest *guest);

/* Once it has ended, and all its calls were taken: the one that was being carried out, NULL if
 * there was none. */
const struct call *guest_ended_in(struct guest *guest);

/* Wait until something is printed, for so long at most, and take note of that, of children that
 * want to be followed, and whether it has ended. */
void guest_attend(struct guest *guest, int milliseconds);

/* Type something at its terminal.
 *   errors  it has none or has ended; or there is no room for all of it, as it does not read */
bool guest_type(struct guest *guest, const char *text, size_t length, struct error *error);

/* Copy the first `size` bytes of its heap.
 *   errors  they cannot be read */
bool guest_read_heap(const struct guest *guest, char *to, size_t size, struct error *error);

/* It called from an address for the first time: look at what it has mapped, if that is not known to
 * be there. */
void guest_know(struct guest *guest, uint64_t address);

/* Append from where it called, as symbols_add_place does. */
void guest_add_place(struct guest *guest, uint64_t address, struct text *text);

void guest_kill(struct guest *guest);

/* What it has executed, or was started as, and is not followed as. False where there is none. */
bool guest_find_barred(const struct guest *guest, struct barred *ret_barred);

/* Append "exited with status 1", "was ended by SIGSEGV (Segmentation fault)". */
void guest_add_end(const struct guest *guest, struct text *text);

#endif
