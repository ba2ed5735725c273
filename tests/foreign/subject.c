/* subject.c: a program to be looked at. It allocates a known set of blocks, frees some, says where
 * the others are, and waits for a line; and so again, until its input ends.
 *
 *      used OFFSET USABLE      a block, by its payload's distance from the heap's start
 *      free OFFSET             one that was freed
 *      mapped COUNT BYTES      what the C library says of blocks with mappings of their own
 *      aligned ADDRESS         the payload of one of them, which was to be aligned
 *      apart ADDRESS USABLE    a block that another thread has
 *      gone ADDRESS            one that it freed
 *      waits OFFSET            one of ours that it freed, as free
 *      ready PID
 *
 * "mapped": with four of these, of which one is freed, and one is aligned. "thread": with another
 * thread that waits, too; "heaps": which has had more than one heap holds. "moved": where
 * somebody else moves the break in between. "blocked": where something lies behind the break.
 * "idle": without having allocated anything. */
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BLOCKS = 400, LARGE = 200 * 1000 };

enum { APART = 40, HANDED = 5, MANY = 900, MANY_SIZE = 100 * 1000 };

static char *blocks[BLOCKS], *aligned;
static const char *heap;

/* The other thread's blocks, of which it frees each second, and ours that it frees. */
static char *apart[APART], *handed[HANDED];
static bool is_freed[APART];
static sem_t is_done;

static void fill_heaps(void)
{
    static char *many[MANY];

    for (int i = 0; i < MANY; i++)
        many[i] = malloc(MANY_SIZE);
    for (int i = 0; i < MANY; i += 3)
        free(many[i]);
}

static void *work_apart(void *fills)
{
    if (fills)
        fill_heaps();
    for (int i = 0; i < APART; i++)
        apart[i] = malloc((size_t)(24 + i % 10 * 48));
    for (int i = 0; i < APART; i += 2) {
        free(apart[i]);
        is_freed[i] = true;
    }
    for (int i = 0; i < HANDED; i++)
        free(handed[i]);
    sem_post(&is_done);
    pause();
    return NULL;
}

/* Without a buffer of stdio's, which malloc would have to give. */
static void say(const char *what, size_t number, size_t other)
{
    char line[128];
    int length = snprintf(line, sizeof line, "%s %zu %zu\n", what, number, other);

    if (write(STDOUT_FILENO, line, (size_t)length) != length)
        exit(1);
}

static void begin_thread(void *fills)
{
    pthread_t thread;

    for (int i = 0; i < HANDED; i++)
        handed[i] = malloc(200);
    sem_init(&is_done, 0, 0);
    pthread_create(&thread, NULL, work_apart, fills);
    sem_wait(&is_done);
}

static void tell_apart(void)
{
    for (int i = 0; i < APART; i++) {
        if (is_freed[i])
            say("gone", (size_t)apart[i], 0);
        else
            say("apart", (size_t)apart[i], malloc_usable_size(apart[i]));
    }
    for (int i = 0; i < HANDED; i++)
        say("waits", (size_t)(handed[i] - heap), 0);
}

static void tell(void)
{
    struct mallinfo2 info = mallinfo2();

    for (int i = 0; i < BLOCKS; i++) {
        if (blocks[i])
            say("used", (size_t)(blocks[i] - heap), malloc_usable_size(blocks[i]));
    }
    if (apart[0])
        tell_apart();
    if (aligned)
        say("aligned", (size_t)aligned, 0);
    say("mapped", info.hblks, info.hblkhd);
    say("ready", (size_t)getpid(), 0);
}

static void free_one(int number)
{
    say("free", (size_t)(blocks[number] - heap), 0);
    free(blocks[number]);
    blocks[number] = NULL;
}

/* Each size a few times: more than a thread cache takes, fast bins, and what is sorted. */
static void work(int round)
{
    for (int i = 0; i < BLOCKS; i++) {
        if (!blocks[i])
            blocks[i] = malloc((size_t)(16 + i % 40 * 40 + round));
        memset(blocks[i], i, 8);
    }
    for (int i = round; i < BLOCKS; i += 3)
        free_one(i);
}

/* Move the break behind what malloc has; what lies there looks like anything. */
static void move_break(void)
{
    enum { BYTES = 5000 };

    blocks[0] = malloc(LARGE / 100);
    memset(sbrk(BYTES), 0x31, BYTES);
}

/* Let the break not move any further: malloc goes on in memory that it maps. */
static void block_break(void)
{
    enum { PAGE = 4096 };
    char *end;

    blocks[0] = malloc(LARGE / 100);
    end = sbrk(0);
    end += -(uintptr_t)end % PAGE;
    if (mmap(end, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != end)
        exit(1);
}

static void map_blocks(void)
{
    char *volatile large[] = {malloc(LARGE), malloc(2 * LARGE), malloc(3 * LARGE),
                              aligned_alloc(64, 4 * LARGE)};

    free(large[1]);
    aligned = large[3];
}

int main(int count, char **arguments)
{
    const char *how = count > 1 ? arguments[1] : "";
    char line;

    heap = sbrk(0);
    if (strcmp(how, "thread") == 0)
        begin_thread(NULL);
    if (strcmp(how, "heaps") == 0)
        begin_thread(&is_done);
    if (strcmp(how, "mapped") == 0)
        map_blocks();
    if (strcmp(how, "moved") == 0)
        move_break();
    if (strcmp(how, "blocked") == 0)
        block_break();
    for (int round = 0; round == 0 || read(STDIN_FILENO, &line, 1) == 1; round++) {
        if (strcmp(how, "idle") != 0)
            work(round % 3);
        tell();
    }
    return 0;
}
