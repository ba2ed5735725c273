/* bell.c: see bell.h. */
#include "target/bell.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>

#include "base/clock.h"

/* How often a waiter looks before it sleeps: some 50 microseconds in all. In between it lets others
 * run, so that a machine with one processor loses nothing. Where they then run for long, it has to
 * wait for its turn behind all of them each time, which whoever sleeps and is woken has not: for a
 * while it does not let them run so. */
enum { LOOKS = 100, PAUSES_PER_LOOK = 16, TURN_LONG_NS = 200 * 1000, WAITS_CROWDED = 256 };

/* Tell the processor that this is a loop that waits. */
static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool has_rung(const struct bell *bell, uint32_t rings)
{
    return __atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST) == rings;
}

bool bell_ring(struct bell *bell, int socket)
{
    char byte = 0;

    __atomic_fetch_add(&bell->rings, 1, __ATOMIC_SEQ_CST);
    if (!__atomic_load_n(&bell->sleeping, __ATOMIC_SEQ_CST))
        return true;
    return send(socket, &byte, 1, MSG_NOSIGNAL) == 1;
}

/* Let others run; whether that was soon over. */
static bool let_others_run(struct bell *bell)
{
    uint64_t began = clock_ns();

    sched_yield();
    if (clock_ns() - began <= TURN_LONG_NS)
        return true;
    bell->crowded = WAITS_CROWDED;
    return false;
}

static bool look(struct bell *bell, uint32_t rings)
{
    for (int i = 0; i < LOOKS; i++) {
        for (int pause = 0; pause < PAUSES_PER_LOOK; pause++) {
            if (has_rung(bell, rings))
                return true;
            relax();
        }
        if (bell->crowded > 0) {
            bell->crowded--;
            break;
        }
        if (!let_others_run(bell))
            break;
    }
    return has_rung(bell, rings);
}

/* Sleep until a byte comes, the timeout passes, or the other side is gone. */
static enum bell_outcome sleep_on(int socket)
{
    ssize_t received;
    char byte;

    do {
        received = recv(socket, &byte, 1, 0);
    } while (received < 0 && errno == EINTR);
    if (received == 1)
        return BELL_RUNG;
    return received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? BELL_SILENT : BELL_BROKEN;
}

enum bell_outcome bell_wait(struct bell *bell, uint32_t rings, int socket)
{
    enum bell_outcome outcome = BELL_RUNG;

    if (look(bell, rings))
        return BELL_RUNG;
    __atomic_store_n(&bell->sleeping, 1, __ATOMIC_SEQ_CST);
    while (outcome == BELL_RUNG && !has_rung(bell, rings))
        outcome = sleep_on(socket);
    __atomic_store_n(&bell->sleeping, 0, __ATOMIC_SEQ_CST);
    return has_rung(bell, rings) ? BELL_RUNG : outcome;
}
