/* guest_maps.c: what lies in a guest's memory: its code, by name, and its heap. See guest.h. */
#include <sys/uio.h>
#include <unistd.h>

#include "base/maps.h"
#include "follow/guest_parts.h"
#include "follow/symbols.h"

pid_t guest_process(const struct guest *guest)
{
    return (pid_t)guest->ring->process;
}

bool guest_is_child(const struct guest *guest)
{
    return guest->ring->process != (uint64_t)guest->process;
}

/* ---- What it has mapped ---- */

/* Of one that has ended, it is not told any more: then that stays what it was. */
void guest_look_at_maps(struct guest *guest)
{
    struct text maps = {0};

    if (!maps_read(guest_process(guest), &maps) || maps.length == 0) {
        text_finish(&maps);
        return;
    }
    text_finish(&guest->maps);
    guest->maps = maps;
    symbols_destroy(guest->symbols);
    guest->symbols = NULL;
}

static bool is_mapped(const struct guest *guest, uint64_t address)
{
    const char *lines = text_string(&guest->maps);
    struct mapping mapping;

    while (maps_next(&lines, &mapping)) {
        if (mapping.start <= address && address < mapping.end)
            return true;
    }
    return false;
}

void guest_know(struct guest *guest, uint64_t address)
{
    if (!guest->has_ended && !is_mapped(guest, address))
        guest_look_at_maps(guest);
}

void guest_look_if_wanted(struct guest *guest)
{
    uint32_t *wants = &guest->ring->wants_look;

    if (!__atomic_load_n(wants, __ATOMIC_ACQUIRE))
        return;
    guest_look_at_maps(guest);
    __atomic_store_n(wants, 0, __ATOMIC_SEQ_CST);
    guest_wake(wants);
}

void guest_add_place(struct guest *guest, uint64_t address, struct text *text)
{
    if (!guest->symbols)
        guest->symbols = symbols_create(text_string(&guest->maps), guest->maps.length);
    symbols_add_place(guest->symbols, address, text);
}

/* ---- Its heap ---- */

bool guest_read_heap(const struct guest *guest, char *to, size_t size, struct error *error)
{
    size_t done = 0;

    while (done < size) {
        struct iovec here = {to + done, size - done};
        struct iovec there = {(void *)(uintptr_t)(guest->heap_start + done), size - done};
        ssize_t length = process_vm_readv(guest_process(guest), &here, 1, &there, 1, 0);

        if (length <= 0)
            return error_set_errno(error, "the heap of %s cannot be read",
                                   text_string(&guest->name));
        done += (size_t)length;
    }
    return true;
}
