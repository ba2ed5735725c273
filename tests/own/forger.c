/* forger.c: hand-ins that write their own results where those of the process that they run in
 * stand, each in a way that a macro chooses. Compiled with the folder src among those of headers.
 * It hands out what comes next, and takes nothing back. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "own/sheet.h"

#include "memlib.h"
#include "mm.h"

team_t team = {"", "", "", "", ""};

static struct sheet *sheet(void)
{
    static struct sheet *mapped;

    if (!mapped)
        mapped = mmap(NULL, sizeof *mapped, PROT_READ | PROT_WRITE, MAP_SHARED, SHEET_FD, 0);
    return mapped;
}

static char *rest;
#ifdef HIDES_DAMAGE
static char *last;
#endif

int mm_init(void)
{
#ifdef HIDES_TOP
    rest = mem_sbrk(4096);
    sbrk(1 << 20);
#endif
#ifdef EXITS_EARLY
    sheet()->state = SHEET_DONE;
    sheet()->peak_heap = 224;
    sheet()->best_ns = 1;
    _exit(0);
#endif
#ifdef HIDES_WASTE
    sheet()->peak_heap = 224;
#endif
#ifdef LOCKS_MEMORY
    if (prctl(PR_SET_DUMPABLE, 0) == 0)
        abort();
#endif
    return 0;
}

void *mm_malloc(size_t bytes)
{
    size_t room = (bytes + 15) / 16 * 16;
#ifdef HIDES_WASTE
    room += 10000;
#endif
    char *block = rest ? rest : mem_sbrk((intptr_t)(room + 16));

    if (block == (char *)-1)
        return NULL;
    rest = rest ? rest + room + 16 : NULL;
    *(size_t *)block = bytes;
#ifdef HIDES_DAMAGE
    if (last)
        last[3]++;
    last = block + 8;
    sheet()->fault_count = sheet()->listed = 0;
#endif
#ifdef HIDES_FAULTS
    sheet()->fault_count = sheet()->listed = 0;
    return (char *)mem_heap_lo() + 8;
#endif
    return block + 8;
}

void mm_free(void *payload)
{
    (void)payload;
#if defined HIDES_FAULTS || defined HIDES_DAMAGE
    sheet()->fault_count = sheet()->listed = 0;
#endif
#ifdef DIES_UNSEEN
    if (sheet()->round == SHEET_TIMED && sheet()->retraced == 0)
        abort();
#endif
#ifdef DIES_WHEN_ASKED
    if (sheet()->mode == SHEET_ANSWER)
        _exit(0);
#endif
}

void *mm_realloc(void *payload, size_t bytes)
{
    char *moved = mm_malloc(bytes);

    if (payload && moved) {
        size_t held = ((size_t *)payload)[-1];

        memmove(moved, payload, held < bytes ? held : bytes);
    }
    return moved;
}
