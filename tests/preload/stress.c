/* stress.c: threads that allocate, hand payloads to each other and verify them, while one of them
 * forks children that do the same. Ends with 0 if every byte was where it belonged. */
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"

enum { THREADS = 4, SLOTS = 256, ROUNDS = 10000, FORKS = 30, CHILD_ROUNDS = 500, SIZE_MAX_ = 3000 };

/* What a payload holds: its own size, and bytes that follow from it. */
struct payload {
    size_t size;
    unsigned char bytes[];
};

/* Payloads that anybody may take and put. */
static _Atomic(struct payload *) shared[SLOTS];

static unsigned char mark(size_t size)
{
    return (unsigned char)(size * 37 + 11);
}

static void fail(const char *what)
{
    fprintf(stderr, "stress: %s\n", what);
    _exit(1);
}

static void fill(struct payload *payload, size_t size)
{
    payload->size = size;
    memset(payload->bytes, mark(size), size - sizeof *payload);
}

static void verify(const struct payload *payload, size_t upto)
{
    for (size_t i = 0; i < upto - sizeof *payload; i++) {
        if (payload->bytes[i] != mark(payload->size))
            fail("a payload was overwritten");
    }
}

/* Some payload, made in one of the ways there are. */
static struct payload *make(struct random *random)
{
    size_t size = sizeof(struct payload) + random_below(random, SIZE_MAX_);
    size_t alignment = (size_t)16 << random_below(random, 7);
    struct payload *payload;

    switch (random_below(random, 4)) {
    case 0:
        payload = calloc(1, size);
        for (size_t i = 0; payload && i < size; i++) {
            if (((unsigned char *)payload)[i] != 0)
                fail("calloc gave what is not zero");
        }
        break;
    case 1:
        payload = aligned_alloc(alignment, size);
        if ((uintptr_t)payload % alignment != 0)
            fail("aligned_alloc gave what is not aligned");
        break;
    default: payload = malloc(size); break;
    }
    if (!payload)
        fail("no memory");
    if (malloc_usable_size(payload) < size)
        fail("less is usable than was asked for");
    fill(payload, size);
    return payload;
}

static struct payload *resize(struct payload *payload, struct random *random)
{
    size_t size = sizeof *payload + random_below(random, SIZE_MAX_), old = payload->size;

    payload = realloc(payload, size);
    if (!payload)
        fail("realloc had no memory");
    if (payload->size != old)
        fail("realloc lost the start");
    verify(payload, old < size ? old : size);
    fill(payload, size);
    return payload;
}

/* Take what lies in a slot, use it, and put something there. */
static void work(uint64_t seed, unsigned rounds)
{
    struct random random = {seed};

    for (unsigned round = 0; round < rounds; round++) {
        _Atomic(struct payload *) *slot = &shared[random_below(&random, SLOTS)];
        struct payload *payload = atomic_exchange(slot, NULL);

        if (!payload) {
            payload = make(&random);
        } else {
            verify(payload, payload->size);
            if (random_below(&random, 2)) {
                payload = resize(payload, &random);
            } else {
                free(payload);
                payload = NULL;
            }
        }
        free(atomic_exchange(slot, payload));
    }
}

static void *run(void *seed)
{
    work((uintptr_t)seed, ROUNDS);
    return NULL;
}

static void *run_briefly(void *seed)
{
    work((uintptr_t)seed, CHILD_ROUNDS);
    return NULL;
}

/* A child has one thread, allocates, and then has two. */
static void be_child(unsigned number)
{
    pthread_t thread;

    work(1000 + number, CHILD_ROUNDS);
    if (pthread_create(&thread, NULL, run_briefly, (void *)(uintptr_t)(2000 + number)) != 0)
        fail("no thread in a child");
    work(3000 + number, CHILD_ROUNDS);
    pthread_join(thread, NULL);
    exit(0); /* not _exit: destructors run, and check the heap if they are asked to */
}

static void fork_children(void)
{
    for (unsigned number = 0; number < FORKS; number++) {
        int status;
        pid_t child = fork();

        if (child == 0)
            be_child(number);
        if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
            fail("a child failed");
    }
}

int main(void)
{
    pthread_t threads[THREADS];

    work(0, ROUNDS / 10); /* with one thread, before the others appear */
    for (uintptr_t i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, run, (void *)(i + 1)) != 0)
            fail("no thread");
    }
    fork_children();
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    puts("all is where it belongs");
    return 0;
}
