/* reach.c: what it costs the front to know, after each step, which blocks are leaked and which
 * pointers dangle, in heaps of 10^3 to 10^6 live blocks. No heap process takes part: the steps and
 * what came of them are made up, and noted in a picture as any step is.
 *
 * A third of the blocks are one long list, a third are lists of ten, and the others hang on an
 * index of many slots. Ordinary steps are those that programs make: follow a pointer, store one,
 * drop one, allocate, free. At the end nothing holds the lists and the index any more: all is lost.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "base/random.h"
#include "session/picture.h"

enum {
    BLOCK_BYTES = 24,
    BLOCK_STRIDE = 48, /* from one payload to the next */
    ORDINARY_STEPS = 100000,
    SHORT_LIST = 10,
    LONG_LIST, /* places of variables: the one that holds the long list, */
    INDEX,     /* the index, */
    NODE,      /* a block in the making, */
    FIRST,     /* and those that steps are about */
    VARIABLES = 200,
};

struct bench {
    struct picture picture;
    struct random random;
    uint64_t payloads; /* handed out */
    uint32_t step;
    uint64_t last, worst; /* what steps cost, in ns */
};

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- Steps ---- */

static void note(struct bench *bench, const struct op *op, const struct op_result *result)
{
    struct step step = {.op = *op, .names = {NO_NAME, NO_NAME}, .result = *result};
    uint64_t began = now();

    picture_note(&bench->picture, &step, ++bench->step);
    bench->last = now() - began;
    if (bench->last > bench->worst)
        bench->worst = bench->last;
}

static const struct variable *variable_of(const struct bench *bench, uint32_t place)
{
    return variables_get(&bench->picture.variables, place);
}

static void allocate(struct bench *bench, uint32_t place, uint64_t size)
{
    uint64_t payload = ++bench->payloads * BLOCK_STRIDE;

    bench->payloads += size / BLOCK_STRIDE;
    note(bench, &(struct op){.kind = OP_ALLOC, .slot = place, .size = size},
         &(struct op_result){.payload = payload, .usable = size});
}

static void give_back(struct bench *bench, uint32_t place)
{
    note(bench, &(struct op){.kind = OP_FREE, .slot = place},
         &(struct op_result){.payload = variable_of(bench, place)->payload});
}

static void let(struct bench *bench, uint32_t place, uint32_t other)
{
    uint64_t payload = other == NO_VARIABLE ? OFFSET_NULL : variable_of(bench, other)->payload;

    note(bench, &(struct op){.kind = OP_LET, .slot = place, .other = other},
         &(struct op_result){.payload = payload});
}

static void store(struct bench *bench, uint32_t place, uint64_t slot, uint32_t other)
{
    note(bench, &(struct op){.kind = OP_LINK, .slot = place, .size = slot, .other = other},
         &(struct op_result){.payload = variable_of(bench, place)->payload,
                             .word = variable_of(bench, other)->payload});
}

static void load(struct bench *bench, uint32_t place, uint32_t other, uint64_t slot)
{
    const struct links *links = &bench->picture.links;
    uint32_t link = links_find(links, variable_of(bench, other)->payload + slot * SLOT_BYTES);
    uint64_t word = link == NO_LINK ? OFFSET_NULL : links->items[link].word;

    note(bench, &(struct op){.kind = OP_LOAD, .slot = place, .other = other, .size = slot},
         &(struct op_result){.payload = word, .word = word});
}

/* ---- Heaps ---- */

/* Put so many blocks before the first of a list. */
static void make_list(struct bench *bench, uint32_t place, uint64_t blocks)
{
    let(bench, place, NO_VARIABLE);
    for (uint64_t i = 0; i < blocks; i++) {
        allocate(bench, NODE, BLOCK_BYTES);
        if (variable_of(bench, place)->payload != OFFSET_NULL)
            store(bench, NODE, 0, place);
        let(bench, place, NODE);
    }
    let(bench, NODE, NO_VARIABLE);
}

static void make_heap(struct bench *bench, uint64_t blocks)
{
    uint64_t part = blocks / 3, lists = part / SHORT_LIST;

    make_list(bench, LONG_LIST, part);
    allocate(bench, INDEX, (part + lists) * SLOT_BYTES);
    for (uint64_t i = 0; i < lists; i++) {
        make_list(bench, FIRST, SHORT_LIST);
        store(bench, INDEX, i, FIRST);
    }
    for (uint64_t i = 0; i < part; i++) {
        allocate(bench, FIRST, BLOCK_BYTES);
        store(bench, INDEX, lists + i, FIRST);
    }
    for (uint32_t place = FIRST; place < VARIABLES; place++)
        load(bench, place, INDEX, random_below(&bench->random, part));
}

/* What a program does. */
static void step(struct bench *bench, uint64_t blocks)
{
    uint32_t place = FIRST + (uint32_t)random_below(&bench->random, VARIABLES - FIRST);
    uint32_t other = FIRST + (uint32_t)random_below(&bench->random, VARIABLES - FIRST);

    if (variable_of(bench, other)->target == OFFSET_NULL) {
        load(bench, other, INDEX, random_below(&bench->random, blocks / 3));
        return;
    }
    switch (random_below(&bench->random, 10)) {
    case 0:
    case 1: allocate(bench, place, BLOCK_BYTES); break;
    case 2:
        if (links_find(&bench->picture.links, variable_of(bench, other)->payload) == NO_LINK)
            give_back(bench, other);
        break;
    case 3: let(bench, place, NO_VARIABLE); break;
    case 4: load(bench, place, LONG_LIST, 0); break;
    case 5: store(bench, other, 1 + random_below(&bench->random, 2), place); break;
    case 6: store(bench, INDEX, random_below(&bench->random, blocks / 3), other); break;
    case 7: let(bench, place, other); break;
    default: load(bench, place, other, random_below(&bench->random, 3)); break;
    }
}

/* ---- Measuring ---- */

static double in_us(uint64_t nanoseconds)
{
    return (double)nanoseconds / 1000;
}

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static void measure(uint64_t blocks)
{
    static uint64_t times[ORDINARY_STEPS];
    struct bench bench = {.random = {1}};
    uint64_t growing;

    make_heap(&bench, blocks);
    growing = bench.worst;
    for (size_t i = 0; i < ORDINARY_STEPS; i++) {
        step(&bench, blocks);
        times[i] = bench.last;
    }
    qsort(times, ORDINARY_STEPS, sizeof times[0], compare);
    for (uint32_t place = FIRST; place < VARIABLES; place++)
        let(&bench, place, NO_VARIABLE);
    let(&bench, LONG_LIST, NO_VARIABLE);
    let(&bench, INDEX, NO_VARIABLE);
    printf("%8" PRIu64 "  %9.1f  %6.1f  %6.1f  %8.1f  %8zu  %8.1f\n", blocks,
           in_us(times[ORDINARY_STEPS / 2]), in_us(times[ORDINARY_STEPS * 99 / 100]),
           in_us(times[ORDINARY_STEPS - 1]), in_us(growing), bench.picture.losses.count,
           in_us(bench.last));
    picture_finish(&bench.picture);
}

int main(void)
{
    printf("%8s  %9s  %6s  %6s  %8s  %8s  %8s\n", "blocks", "median us", "p99", "most", "growing",
           "lost", "us");
    for (uint64_t blocks = 1000; blocks <= 1000000; blocks *= 10)
        measure(blocks);
    return 0;
}
