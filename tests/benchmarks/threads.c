/* threads.c: how fast the threads of a program allocate and free, with whatever malloc it has:
 *
 *      bench_threads SHAPE THREADS
 *      LD_PRELOAD=libheapglass-malloc.so bench_threads handed 2
 *
 * Prints millions of pairs of malloc and free per second, of all threads together, and how many of
 * a hundred blocks were freed by another thread than the one that allocated them. THREADS is 0 for
 * a program that never starts one. The shapes:
 *
 *      own     each thread replaces blocks of its own at random, LIVE of them at a time
 *      handed  each thread allocates a batch, hands it to its neighbour, and frees what it is given
 *      larson  as own, and the blocks of a thread are now and then taken over by another one
 *
 * Nine sizes of ten are up to 256 bytes, the others up to 2048. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/random.h"

enum { THREADS_MOST = 64, LIVE = 1000, BATCH = 256, PAIRS = 20000000, TURN = 100000 };

struct batch {
    unsigned owner;
    char *payloads[LIVE]; /* a batch that is handed over fills BATCH of them */
};

struct worker {
    _Alignas(128) pthread_t thread;
    unsigned number;
    double began, ended;
    uint64_t foreign; /* blocks freed that others allocated */
    struct random random;
    _Alignas(128) _Atomic(struct batch *) handed; /* to it */
};

static struct worker workers[THREADS_MOST];
static unsigned worker_count;
static pthread_barrier_t barrier;

static size_t draw_size(struct random *random)
{
    uint64_t most = random_below(random, 10) == 0 ? 2048 : 256;

    return 1 + (size_t)random_below(random, most);
}

/* A block as programs use it: its first and its last byte are written. */
static char *allocate(struct worker *worker)
{
    size_t size = draw_size(&worker->random);
    char *payload = malloc(size);

    if (!payload)
        abort();
    payload[0] = payload[size - 1] = (char)worker->number;
    return payload;
}

static struct batch *make_batch(struct worker *worker)
{
    struct batch *batch = calloc(1, sizeof *batch);

    if (!batch)
        abort();
    batch->owner = worker->number;
    return batch;
}

/* ---- The shapes ---- */

static void replace(struct worker *worker, struct batch *batch, uint64_t pairs)
{
    while (pairs-- > 0) {
        char **place = &batch->payloads[random_below(&worker->random, LIVE)];

        free(*place);
        *place = allocate(worker);
    }
}

static void free_batch(struct worker *worker, struct batch *batch, unsigned count)
{
    if (!batch)
        return;
    if (batch->owner != worker->number)
        worker->foreign += count;
    for (unsigned i = 0; i < count; i++)
        free(batch->payloads[i]);
    free(batch);
}

static struct worker *neighbour(const struct worker *worker)
{
    return &workers[(worker->number + 1) % worker_count];
}

static void run_own(struct worker *worker)
{
    struct batch *batch = make_batch(worker);

    replace(worker, batch, PAIRS);
    free_batch(worker, batch, LIVE);
}

/* Nobody waits: a batch that the neighbour has not taken yet when the next one is there is freed by
 * who made it. */
static void run_handed(struct worker *worker)
{
    for (unsigned done = 0; done < PAIRS; done += BATCH) {
        struct batch *batch = make_batch(worker);

        for (unsigned i = 0; i < BATCH; i++)
            batch->payloads[i] = allocate(worker);
        free_batch(worker, atomic_exchange(&neighbour(worker)->handed, batch), BATCH);
        free_batch(worker, atomic_exchange(&worker->handed, NULL), BATCH);
    }
}

static void run_larson(struct worker *worker)
{
    struct batch *batch = make_batch(worker);

    for (unsigned done = 0; done < PAIRS; done += TURN) {
        struct batch *other;

        replace(worker, batch, TURN);
        other = atomic_exchange(&neighbour(worker)->handed, batch);
        batch = other ? other : atomic_exchange(&worker->handed, NULL);
        if (!batch)
            batch = make_batch(worker);
        worker->foreign += batch->owner == worker->number ? 0 : LIVE;
        batch->owner = worker->number;
    }
    free_batch(worker, batch, LIVE);
}

static const struct shape {
    const char *name;
    void (*run)(struct worker *worker);
} shapes[] = {{"own", run_own}, {"handed", run_handed}, {"larson", run_larson}};

/* ---- Threads ---- */

static const struct shape *shape;

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *work(void *context)
{
    struct worker *worker = context;

    if (worker_count > 1)
        pthread_barrier_wait(&barrier);
    worker->began = now();
    shape->run(worker);
    worker->ended = now();
    return NULL;
}

static void run_threads(void)
{
    pthread_barrier_init(&barrier, NULL, worker_count);
    for (unsigned i = 0; i < worker_count; i++) {
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    }
    for (unsigned i = 0; i < worker_count; i++)
        pthread_join(workers[i].thread, NULL);
}

/* From the first one's begin to the last one's end. */
static double seconds_taken(void)
{
    double began = workers[0].began, ended = workers[0].ended;

    for (unsigned i = 1; i < worker_count; i++) {
        began = workers[i].began < began ? workers[i].began : began;
        ended = workers[i].ended > ended ? workers[i].ended : ended;
    }
    return ended - began;
}

int main(int argc, char **argv)
{
    unsigned threads = argc == 3 ? (unsigned)atoi(argv[2]) : THREADS_MOST + 1;
    uint64_t foreign = 0;
    double pairs;

    for (size_t i = 0; i < sizeof shapes / sizeof *shapes && argc == 3; i++) {
        if (strcmp(shapes[i].name, argv[1]) == 0)
            shape = &shapes[i];
    }
    if (!shape || threads > THREADS_MOST) {
        fprintf(stderr, "usage: bench_threads own|handed|larson THREADS\n");
        return 2;
    }
    worker_count = threads > 0 ? threads : 1;
    for (unsigned i = 0; i < worker_count; i++) {
        workers[i].number = i;
        workers[i].random.state = i + 1;
    }
    if (threads > 0)
        run_threads();
    else
        work(&workers[0]);
    for (unsigned i = 0; i < worker_count; i++)
        foreign += workers[i].foreign;
    pairs = (double)PAIRS * worker_count;
    printf("%-6s %2u  %6.1f M/s  %3.0f %% foreign\n", shape->name, threads,
           pairs / seconds_taken() / 1e6, (double)foreign * 100 / pairs);
    return 0;
}
