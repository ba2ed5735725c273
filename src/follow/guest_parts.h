/* guest_parts.h: what the files share that see to guests: see guest.h. */
#ifndef FOLLOW_GUEST_PARTS_H
#define FOLLOW_GUEST_PARTS_H

#include "follow/guest.h"

/* guest_calls.c: make the ring, and a clock for its calls; append by what path others come by
 * it; take over what is told there, so that the program can have the memory again; stop the clock;
 * and let whoever waits at a futex of its head look again. */
bool guest_create_ring(struct guest *guest, const struct guest_wish *wish, struct error *error);
void guest_add_ring_path(const struct guest *guest, struct text *text);
void guest_destroy_ring(struct guest *guest);
void guest_take_over(struct guest *guest);
void guest_stop_clock(struct guest *guest);
void guest_wake(uint32_t *word);

/* guest_children.c: answer children that want to be followed, or end those that have had no answer;
 * whether one has ended; end it. */
void guest_answer_children(struct guest *first);
void guest_kill_askers(struct guest *first);
bool guest_child_has_ended(struct guest *child);
void guest_kill_child(struct guest *child);

/* guest_end.c: a child has ended: take note of how. */
void guest_note_end(struct guest *child);

/* guest_maps.c: look at what it has mapped; it may wait for that. */
void guest_look_at_maps(struct guest *guest);
void guest_look_if_wanted(struct guest *guest);

/* guest_terminal.c: make a terminal for it, as large as ours, of which *ret_path is the path until
 * another one is made; in its process, take that as its own; open the file for what it prints; and
 * read what is there to be read. A terminal of which nobody has the other end any more is at its
 * end. */
bool guest_create_terminal(struct guest *guest, const char **ret_path, struct error *error);
bool guest_take_terminal(const char *path);
bool guest_open_output(struct guest *guest, const struct guest_wish *wish, struct error *error);
void guest_read_terminal(struct guest *guest);

#endif
