/* threads.c: what threads hold for themselves is little, goes back when they end, trim, or are left
 * behind by a fork, and is nobody else's meanwhile; and what two of them allocate by turns is not
 * mixed. Ends with 0 if all of that holds. */
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    COUNT = 20000,
    SIZES = 400,
    READY = 64 * 1024, /* for others, for each thread */
    HELD_MOST = 64 * 1024,
    HELD_MOST_OF_MUCH = 256 * 1024,
    MUCH = 100 << 20, /* of which a hundredth is more than that for each thread */
    SLACK = 16 * 1024,
    BY_TURNS = 1000,
    SMALL = 24,
    LINE = 64
};

static pthread_barrier_t barrier;
static size_t in_use_then;            /* by a thread that has freed all */
static size_t asked_for, in_use_most; /* as long as it had freed nothing */

static void fail(const char *what, size_t bytes)
{
    fprintf(stderr, "threads: %s: %zu bytes\n", what, bytes);
    _exit(1);
}

static size_t in_use(void)
{
    return mallinfo2().uordblks;
}

/* Allocate much, and free it. */
static void use_and_free(void)
{
    static __thread void *payloads[COUNT];

    asked_for = 0;
    for (size_t i = 0; i < COUNT; i++) {
        asked_for += 1 + i % SIZES;
        payloads[i] = malloc(1 + i % SIZES);
        memset(payloads[i], (int)i, 1 + i % SIZES);
    }
    in_use_most = in_use();
    for (size_t i = 0; i < COUNT; i++)
        free(payloads[i]);
}

static void *use_and_wait(void *unused)
{
    use_and_free();
    in_use_then = in_use();
    pthread_barrier_wait(&barrier); /* somebody looks */
    pthread_barrier_wait(&barrier);
    return unused;
}

static void *use_and_trim(void *unused)
{
    use_and_free();
    malloc_trim(0);
    in_use_then = in_use();
    return unused;
}

static void start(pthread_t *thread, void *(*run)(void *))
{
    if (pthread_create(thread, NULL, run, NULL) != 0)
        fail("no thread", 0);
}

static void run(void *(*function)(void *))
{
    pthread_t thread;

    start(&thread, function);
    pthread_join(thread, NULL);
}

static void expect_at_most(const char *what, size_t bytes, size_t most)
{
    if (bytes > most)
        fail(what, bytes - most);
}

/* What a thread left behind by a fork held is free in the child, which goes on with its own. */
static void be_child(size_t before)
{
    expect_at_most("held for a thread that a child does not have", in_use(), before + SLACK);
    use_and_free();
    run(use_and_trim);
    _exit(0);
}

/* As much as may be held, in blocks, which the policy makes larger than what is asked for. */
static size_t most_in_blocks(size_t most, size_t before)
{
    return (size_t)((double)most * (double)(in_use_most - before) / (double)asked_for);
}

static void hold_while_forking(size_t before)
{
    pthread_t thread;
    int status;
    pid_t child;

    start(&thread, use_and_wait);
    pthread_barrier_wait(&barrier);
    expect_at_most("held beyond the bound", in_use_then,
                   before + most_in_blocks(HELD_MOST + 2 * READY, before) + SLACK);
    if (in_use_then <= before)
        fail("nothing is held", before);
    child = fork();
    if (child == 0)
        be_child(before);
    if (waitpid(child, &status, 0) != child || status != 0)
        fail("a child failed", 0);
    pthread_barrier_wait(&barrier);
    pthread_join(thread, NULL);
}

/* A thread of a program that has much may hold more. */
static void hold_beside_much(void)
{
    void *much = malloc(MUCH);
    size_t before = in_use();
    pthread_t thread;

    start(&thread, use_and_wait);
    pthread_barrier_wait(&barrier);
    expect_at_most("held beside much", in_use_then,
                   before + most_in_blocks(HELD_MOST_OF_MUCH + 2 * READY, before) + SLACK);
    if (in_use_then <= before + most_in_blocks(HELD_MOST + 2 * READY, before) + SLACK)
        fail("no more is held beside much", in_use_then - before);
    pthread_barrier_wait(&barrier);
    pthread_join(thread, NULL);
    free(much);
}

/* ---- Who is whose neighbour ---- */

static void *by_turns[2][BY_TURNS];

static void allocate_by_turns(unsigned whose)
{
    for (unsigned i = 0; i < BY_TURNS; i++) {
        if (whose == 0)
            by_turns[0][i] = malloc(SMALL);
        pthread_barrier_wait(&barrier);
        if (whose == 1)
            by_turns[1][i] = malloc(SMALL);
        pthread_barrier_wait(&barrier);
    }
}

static void *allocate_second(void *unused)
{
    allocate_by_turns(1);
    return unused;
}

/* By where they lie. */
static int compare(const void *a, const void *b)
{
    uintptr_t left = *(const uintptr_t *)a, right = *(const uintptr_t *)b;

    return left < right ? -1 : left > right;
}

/* How many blocks of the second lie in lines of which the first has bytes, or at its neighbours. */
static size_t count_mixed(void)
{
    size_t at = 0, mixed = 0;

    qsort(by_turns[0], BY_TURNS, sizeof(void *), compare);
    qsort(by_turns[1], BY_TURNS, sizeof(void *), compare);
    for (size_t i = 0; i < BY_TURNS; i++) {
        uintptr_t block = (uintptr_t)by_turns[1][i];

        while (at < BY_TURNS && (uintptr_t)by_turns[0][at] + SMALL + LINE < block)
            at++;
        mixed += at < BY_TURNS && (uintptr_t)by_turns[0][at] < block + SMALL + LINE;
    }
    return mixed;
}

/* Of blocks that are allocated by turns, and freed by the other thread. */
static void stay_apart(void)
{
    pthread_t thread;

    start(&thread, allocate_second);
    allocate_by_turns(0);
    pthread_join(thread, NULL);
    if (count_mixed() > 0)
        fail("of two threads, blocks in one line", count_mixed() * SMALL);
    for (unsigned i = 0; i < 2 * BY_TURNS; i++)
        free(by_turns[i / BY_TURNS][i % BY_TURNS]);
    malloc_trim(0);
}

int main(void)
{
    size_t before;

    pthread_barrier_init(&barrier, NULL, 2);
    run(use_and_trim); /* so that what the C library keeps for threads is there */
    before = in_use();
    hold_while_forking(before);
    expect_at_most("held when a thread has ended", in_use(), before + SLACK);
    run(use_and_trim);
    expect_at_most("held when a thread has trimmed", in_use_then, before + SLACK);
    hold_beside_much();
    before = in_use();
    stay_apart();
    expect_at_most("not given back to another thread's heap", in_use(), before + SLACK);
    return 0;
}
