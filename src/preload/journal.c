/* journal.c: see journal.h. */
#include "preload/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 4 << 20 }; /* bytes of the file that are mapped at a time */

#define WINDOW_ENTRIES (WINDOW / sizeof(struct journal_entry))

_Static_assert(WINDOW % sizeof(struct journal_entry) == 0, "entries do not straddle windows");

/* Map the next window of the file, all zero. */
static bool map_window(struct journal *journal, int file)
{
    void *window;

    if (posix_fallocate(file, (off_t)journal->size, WINDOW) != 0)
        return false;
    window = mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)journal->size);
    if (window == MAP_FAILED)
        return false;
    journal->next = window;
    journal->end = journal->next + WINDOW_ENTRIES;
    journal->size += WINDOW;
    return true;
}

/* Whether the file's first entry names this process. */
static bool waits_for_us(int file)
{
    struct journal_entry first;

    return pread(file, &first, sizeof first, 0) == sizeof first &&
           (first.kind == JOURNAL_WAITS || first.kind == JOURNAL_BEGUN) &&
           first.payload == (uint64_t)getpid();
}

void journal_open(struct journal *journal, const char *path)
{
    int number = errno;
    int file = open(path, O_RDWR | O_CLOEXEC);

    if (file >= 0 && waits_for_us(file) && ftruncate(file, 0) == 0 && map_window(journal, file)) {
        journal->path = path;
        *journal->next++ =
            (struct journal_entry){.kind = JOURNAL_BEGUN, .payload = (uint64_t)getpid()};
    }
    if (file >= 0)
        close(file);
    errno = number;
}

void journal_close(struct journal *journal)
{
    if (journal->next)
        munmap(journal->end - WINDOW_ENTRIES, WINDOW);
    *journal = (struct journal){0};
}

/* Go on in the next window. A thread is not cancelled in here, where it holds the lock. */
static void turn_page(struct journal *journal)
{
    int number = errno, cancellable;
    struct journal_entry *last = journal->end - 1;
    int file;

    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancellable);
    file = open(journal->path, O_RDWR | O_CLOEXEC);
    if (file >= 0 && map_window(journal, file)) {
        munmap(last + 1 - WINDOW_ENTRIES, WINDOW);
    } else {
        last->kind = JOURNAL_CUT;
        journal_close(journal);
    }
    if (file >= 0)
        close(file);
    pthread_setcancelstate(cancellable, NULL);
    errno = number;
}

void journal_write(struct journal *journal, const struct journal_entry *entry)
{
    *journal->next++ = *entry;
    if (journal->next == journal->end)
        turn_page(journal);
}
