/* broken.c: hand-ins of which each has one fault, chosen by a macro. What it does otherwise is
 * right: it hands out what comes next, and takes nothing back.
 *
 *      | size | payload ... | size | payload ... | */
#include <assert.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "memlib.h"
#include "mm.h"

team_t team = {"", "", "", "", ""};

static unsigned calls;

#if defined(TIRES_LATER) || defined(LOOPS_LATER)
static unsigned all_calls; /* also of heaps before this one */
#endif

int mm_init(void)
{
#ifdef INIT_FAILS_AGAIN
    static int called;

    if (called++ > 0)
        return -1;
#endif
#ifdef TIRES
    static int begun;

    if (begun++ > 1)
        raise(SIGSEGV);
#endif
#ifdef LOOPS_LATE
    static int begun;

    while (begun++ > 1)
        begun--;
#endif
#ifndef REMEMBERS
    calls = 0;
#endif
#ifdef INIT_PRINTS
    printf("begun\n");
#endif
#ifdef INIT_FAILS
    return -1;
#endif
#ifdef KEEPS
    static int has_begun;

    return has_begun++ > 0 || mem_sbrk(8) != (void *)-1 ? 0 : -1;
#endif
#ifdef INIT_WRITES
    if (open("harm", O_RDWR | O_CREAT, 0600) < 0) {
        if (INIT_WRITES > 1)
            exit(INIT_WRITES);
        return -1;
    }
#endif
#ifdef INIT_DOES_HARM
    if (open("harm", O_RDWR | O_CREAT, 0600) >= 0 || unlink("harm") == 0 ||
        socket(AF_INET, SOCK_STREAM, 0) >= 0 || kill(getppid(), 0) == 0)
        return -1;
#endif
#ifdef LOGS
    fclose(fopen("log", "w"));
#endif
#ifdef INIT_EXITS
    exit(7);
#endif
#ifdef INIT_LOOPS
    for (;;)
        ;
#endif
    return mem_sbrk(8) == (void *)-1 ? -1 : 0;
}

void *mm_malloc(size_t bytes)
{
    size_t room = (bytes + 15) / 16 * 16;
#ifdef KEEPS /* what it has, as if nobody had begun it again */
    static char *next;
    char *block = next ? next : mem_sbrk(1 << 16);

    next = block + room + 16;
#else
    char *block = mem_sbrk((intptr_t)(room + 16));
#endif

    if (block == (char *)-1)
        return NULL;
    calls++;
    *(size_t *)block = bytes;
#ifdef TIRES_LATER
    if (++all_calls == 19)
        *(volatile char *)(uintptr_t)8 = 1;
#endif
#ifdef LOOPS_LATER
    while (++all_calls == 14)
        all_calls--;
#endif
#ifdef OVERLAPS
    if (calls == 3)
        return block - 32;
#endif
#ifdef COVERS /* the last ten */
    if (calls == 12)
        return block - 320;
#endif
#ifdef FAR
    if (calls == 3)
        return (void *)0x18;
#endif
#ifdef MISALIGNS
    if (calls == 3)
        return block + 12;
#endif
#ifdef REMEMBERS
    if (calls == 6)
        return block + 12;
#endif
#ifdef OUTSIDE
    if (calls == 3)
        return (char *)mem_heap_hi() - 7;
#endif
#ifdef SCRIBBLES
    if (calls == 3)
        memset(block - 40, 0x5a, 16);
#endif
#ifdef REFUSES
    if (calls == 3)
        return NULL;
#endif
    return block + 8;
}

void mm_free(void *payload)
{
    (void)payload;
#ifdef CRASHES
    *(volatile char *)payload = 1;
    *(volatile char *)(uintptr_t)8 = 1;
#endif
#ifdef RECURS
    volatile char word = 0;

    mm_free(payload);
    word++; /* or it were a loop */
#endif
#ifdef LOOPS
    for (;;)
        ;
#endif
#ifdef SLEEPS
    for (;;)
        pause();
#endif
#ifdef EXITS
    exit(3);
#endif
#ifdef ASSERTS
    assert(payload == NULL);
#endif
#ifdef PRINTS
    printf("freed after %u\n", calls);
    fprintf(stderr, "and told\n");
#endif
#ifdef CHATS
    for (int i = 0; i < 3000; i++)
        printf("freed after %u\n", calls);
    if (calls == CHATS)
        abort();
#endif
#ifdef HOGS
    for (int i = 0; i < 1000; i++) {
        if (mmap(NULL, 1 << 26, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) ==
            MAP_FAILED)
            return;
    }
    abort();
#endif
#ifdef SCRIBBLES_AFAR
    payload = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 3, 0);
    memset(payload, 0xff, 4096);
    _exit(0);
#endif
#ifdef FORKS
    if (fork() < 0)
        abort();
#endif
}

void *mm_realloc(void *payload, size_t bytes)
{
    char *moved = mm_malloc(bytes);

    if (payload && moved) {
        size_t held = ((size_t *)payload)[-1];
#ifdef LOSES
        held /= 2;
#endif
        memcpy(moved, payload, held < bytes ? held : bytes);
    }
    return moved;
}

#ifdef INCONSISTENT
int mm_check(void)
{
    return calls < 2;
}
#endif
