/* screen.c: how long the full screen takes for a step, in heaps of 10^2 to 10^6 blocks.
 *
 * A row of the table is a process of its own with a session, the stage that shows it and a
 * terminal, a pseudo-terminal whose other end a thread reads. A step is what it is for a user: the
 * heap process carries it out, the front reads the blocks that changed and the free lists, and the
 * display sends what is different; only the typing is left out.
 *
 * With the name of a policy, and how many blocks, as arguments: the same in a heap of that policy
 * with blocks of many sizes, by what the step does, in processor time of both processes.
 */
#include <locale.h>
#include <pthread.h>
#include <pty.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bits.h"
#include "base/memory.h"
#include "base/random.h"
#include "explain/explain.h"
#include "session/session.h"
#include "target/serve.h"
#include "terminal/display.h"
#include "terminal/keyboard.h"
#include "terminal/stage.h"

enum {
    ROWS = 45,
    COLUMNS = 160,
    BLOCK_BYTES = 40, /* that are asked for */
    STEPS = 2000,
    MEDIAN = STEPS / 2, /* where they are among the sorted times */
    P99 = STEPS * 99 / 100,
    FRAMES_PER_SECOND = 60,
    FRAMES = 120,
    IDLE_MS = 1000,
    ARRIVAL_NS = 20000000,
    NAME_LENGTH = 24,
    MOST_BLOCKS = 1000000,
};

#define SECOND 1000000000u

struct bench {
    bool is_mixed; /* blocks are of many sizes */
    struct session *session;
    struct stage stage;
    struct show show;
    struct random random;
    size_t blocks;
    size_t freed;           /* the block that the last step freed; 0 if it allocated one */
    int pty;                /* the terminal's end of the pseudo-terminal */
    atomic_size_t received; /* bytes, by the terminal */
};

static uint64_t clock_of(clockid_t clock)
{
    struct timespec time = {0};

    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * SECOND + (uint64_t)time.tv_nsec;
}

_Noreturn static void fail(const char *what)
{
    display_close();
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

/* ---- Steps ---- */

/* What is asked for of the block of this number. */
static size_t size_of(const struct bench *bench, size_t number)
{
    static const size_t sizes[] = {24, 40, 100, 200, 600, 1500, 3000};

    return bench->is_mixed ? sizes[bits_mix(number) % (sizeof sizes / sizeof sizes[0])]
                           : BLOCK_BYTES;
}

/* Let the heap process carry out these operations in one go. The session then has them as steps,
 * with no measures. */
static void run_batch(struct session *session, const struct op *ops, size_t count)
{
    struct steps *steps = &session->history->steps;
    const struct op_result *results;

    if (!target_replay(session->mirror->target, ops, count, true, &results))
        fail("the heap process has ended");
    steps->items = memory_reserve(steps->items, &steps->capacity, steps->count + count,
                                  sizeof steps->items[0]);
    for (size_t i = 0; i < count; i++) {
        steps->items[steps->count++] =
            (struct step){.op = ops[i], .names = {ops[i].slot, NO_NAME}, .result = results[i]};
        picture_note(&session->mirror->picture, &steps->items[steps->count - 1],
                     (uint32_t)steps->count);
    }
    steps->known = steps->count;
}

/* The same for the blocks of these numbers: one operation on each. */
static void run_all(const struct bench *bench, enum op_kind kind, size_t from, size_t to,
                    size_t stride)
{
    struct op ops[OPS_MAX];
    size_t count = 0;

    for (size_t number = from; number <= to; number += stride) {
        ops[count++] =
            (struct op){.kind = kind, .slot = (uint32_t)number - 1, .size = size_of(bench, number)};
        if (count == OPS_MAX || number + stride > to) {
            run_batch(bench->session, ops, count);
            count = 0;
        }
    }
}

static void write_name(size_t number, char name[NAME_LENGTH])
{
    snprintf(name, NAME_LENGTH, "b%zu", number);
}

/* Make a heap of so many blocks, of which every fourth one is free. */
static void fill(const struct bench *bench)
{
    struct session *session = bench->session;
    size_t blocks = bench->blocks;
    char name[NAME_LENGTH];

    for (size_t number = 1; number <= blocks; number++) {
        write_name(number, name);
        names_add(&session->history->names, name);
    }
    run_all(bench, OP_ALLOC, 1, blocks, 1);
    run_all(bench, OP_FREE, 4, blocks, 4);
    if (!mirror_read(session->mirror, &session->mirror->picture.metrics, NULL))
        fail("the heap process has ended");
}

/* Do something with the block of this number, from 1, as a user would. */
static void act(struct session *session, struct action action, size_t number)
{
    char name[NAME_LENGTH];
    struct error error = {0};

    write_name(number, name);
    action.name = op_info(action.kind)->traits & OP_NAMES ? name : NULL;
    if (!session_act(session, &action, &error))
        fail(error.text);
}

/* A step somewhere in the heap: a block between two others is freed, and in the next step allocated
 * again, in the same place. */
static void step(struct bench *bench)
{
    bool frees = bench->freed == 0;

    if (frees)
        bench->freed = 2 + random_below(&bench->random, bench->blocks / 4) * 4;
    act(bench->session, (struct action){.kind = frees ? OP_FREE : OP_ALLOC, .size = BLOCK_BYTES},
        bench->freed);
    if (!frees)
        bench->freed = 0;
}

/* Show the step: its block, and the sentence on it. */
static void redraw(struct bench *bench)
{
    struct session *session = bench->session;
    struct text explanation = {0};

    explain_last_step(session, EXPLAIN_ROUNDED, &explanation);
    outlook_look_at(&bench->show.outlook, session->mirror->picture.metrics.heap_size,
                    history_place_of_last_step(session->history));
    stage_report(&bench->stage, &(struct outcome){.command = "step",
                                                  .ok = true,
                                                  .step = history_last_step(session->history),
                                                  .text = text_string(&explanation),
                                                  .notice = ""});
    stage_draw(&bench->stage, NULL, &(struct prompt){.words = "heap> ", .line = L""});
    text_finish(&explanation);
}

/* ---- The terminal ---- */

static void *receive(void *context)
{
    struct bench *bench = context;
    char bytes[4096];
    ssize_t got;

    while ((got = read(bench->pty, bytes, sizeof bytes)) > 0)
        atomic_fetch_add(&bench->received, (size_t)got);
    return NULL;
}

/* Let standard input and output be a terminal, and read what is sent to it. */
static void enter_terminal(struct bench *bench)
{
    struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
    pthread_t thread;
    int terminal;

    if (openpty(&bench->pty, &terminal, NULL, NULL, &size) < 0 ||
        dup2(terminal, STDIN_FILENO) < 0 || dup2(terminal, STDOUT_FILENO) < 0 ||
        pthread_create(&thread, NULL, receive, bench) != 0)
        fail("there is no pseudo-terminal");
    pthread_detach(thread);
    close(terminal);
    setenv("TERM", "xterm-256color", 1);
}

/* How many bytes have been received when all that was sent has had time to arrive. */
static size_t received(struct bench *bench)
{
    nanosleep(&(struct timespec){.tv_nsec = ARRIVAL_NS}, NULL);
    return atomic_load(&bench->received);
}

/* ---- Measures ---- */

struct result {
    double median_ms, p99_ms;
    double processor_ms; /* for a step, of the front and the heap process */
    double bytes;        /* sent for a step */
    double steps_per_s;  /* one right after the other */
    unsigned late;       /* of FRAMES steps at FRAMES_PER_SECOND */
    double idle_ratio;   /* processor time of the front and the heap process, waiting for a key */
};

/* What the front, without the thread that reads, and the heap process have taken so far. */
static uint64_t processor_time(const struct bench *bench)
{
    clockid_t heap_clock;

    if (clock_getcpuclockid(target_pid(bench->session->mirror->target), &heap_clock) != 0)
        fail("the heap process has no clock");
    return clock_of(CLOCK_THREAD_CPUTIME_ID) + clock_of(heap_clock);
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

    return (left > right) - (left < right);
}

static void measure_steps(struct bench *bench, struct result *ret_result)
{
    uint64_t *times = memory_create(STEPS, sizeof times[0]), total = clock_of(CLOCK_MONOTONIC);
    uint64_t processor_before = processor_time(bench);
    size_t before = received(bench);

    for (size_t i = 0; i < STEPS; i++) {
        uint64_t began = clock_of(CLOCK_MONOTONIC);

        step(bench);
        redraw(bench);
        times[i] = clock_of(CLOCK_MONOTONIC) - began;
        session_rest(bench->session);
    }
    total = clock_of(CLOCK_MONOTONIC) - total;
    ret_result->processor_ms = (double)(processor_time(bench) - processor_before) / 1e6 / STEPS;
    qsort(times, STEPS, sizeof times[0], compare);
    ret_result->median_ms = (double)times[MEDIAN] / 1e6;
    ret_result->p99_ms = (double)times[P99] / 1e6;
    ret_result->bytes = (double)(received(bench) - before) / STEPS;
    ret_result->steps_per_s = STEPS / ((double)total / SECOND);
    free(times);
}

/* Play steps at a steady pace. One is late when it is not on the screen before the next is due. */
static void measure_playback(struct bench *bench, struct result *ret_result)
{
    const uint64_t period = SECOND / FRAMES_PER_SECOND;
    uint64_t due = clock_of(CLOCK_MONOTONIC);

    for (size_t i = 0; i < FRAMES; i++, due += period) {
        struct timespec at = {.tv_sec = (time_t)(due / SECOND), .tv_nsec = (long)(due % SECOND)};

        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
        step(bench);
        redraw(bench);
        ret_result->late += clock_of(CLOCK_MONOTONIC) > due + period;
        session_rest(bench->session);
    }
}

static void measure_idle(struct bench *bench, struct result *ret_result)
{
    const int others[KEYBOARD_OTHERS] = {target_descriptor(bench->session->mirror->target), -1};
    uint64_t before = processor_time(bench);

    keyboard_read(IDLE_MS, others);
    ret_result->idle_ratio = (double)(processor_time(bench) - before) / (IDLE_MS * 1e6);
}

/* ---- Beginning and ending ---- */

/* Make the heap, and show it. */
static void begin(struct bench *bench, const struct hg_config *config)
{
    static const struct view_options options;
    struct error error = {0};

    bench->session = session_create(config, &error);
    if (!bench->session)
        fail(error.text);
    fill(bench);
    enter_terminal(bench);
    keyboard_open();
    if (!display_open(COLOR_ALWAYS, &error))
        fail(error.text);
    stage_init(&bench->stage, bench->session, &bench->show, &options);
    redraw(bench);
}

static void end(struct bench *bench)
{
    display_close();
    stage_finish(&bench->stage);
    session_destroy(bench->session);
}

/* ---- By what is done ---- */

/* What is done with a block that is live, or not. */
static const struct {
    const char *word;
    struct action action;
    bool to_live, is_live; /* before and afterwards */
} deeds[] = {
    {"alloc", {.kind = OP_ALLOC, .size = 100}, false, true},
    {"alloc, much", {.kind = OP_ALLOC, .size = 20000}, false, true},
    {"aligned", {.kind = OP_ALIGNED, .size = 300, .argument = 256}, false, true},
    {"fill", {.kind = OP_FILL, .size = 24, .argument = 1}, true, true},
    {"touch", {.kind = OP_TOUCH, .argument = 50}, true, true},
    {"realloc", {.kind = OP_REALLOC, .size = 700}, true, true},
    {"free", {.kind = OP_FREE}, true, false},
    {"coalesce", {.kind = OP_COALESCE}, true, true},
};

enum {
    DEEDS = sizeof deeds / sizeof deeds[0],
    TIMES = 400,
    TIMES_MEDIAN = TIMES / 2,
    TIMES_P99 = TIMES * 99 / 100,
};

/* A block that is live, or one that is not. */
static size_t choose(struct bench *bench, const bool *is_live, bool wanted)
{
    size_t number;

    do
        number = 1 + random_below(&bench->random, bench->blocks);
    while (is_live[number] != wanted);
    return number;
}

/* Processor time, so that what else runs on the machine does not matter. */
static void measure_deeds(struct bench *bench, uint64_t times[DEEDS][TIMES])
{
    bool can_merge = description_can(&bench->session->mirror->picture.description, KIND_MERGES);
    bool *is_live = memory_create(bench->blocks + 1, sizeof is_live[0]);

    for (size_t number = 1; number <= bench->blocks; number++)
        is_live[number] = number % 4 != 0;
    for (size_t i = 0; i < (size_t)TIMES * DEEDS; i++) {
        size_t deed = i % DEEDS, number = choose(bench, is_live, deeds[deed].to_live);
        uint64_t began = processor_time(bench);

        if (deeds[deed].action.kind == OP_COALESCE && !can_merge)
            continue;
        act(bench->session, deeds[deed].action, number);
        redraw(bench);
        times[deed][i / DEEDS] = processor_time(bench) - began;
        is_live[number] = deeds[deed].is_live;
        session_rest(bench->session);
    }
    free(is_live);
}

static int bench_deeds(const char *policy, size_t blocks)
{
    static uint64_t times[DEEDS][TIMES];
    struct hg_config config = kind_config_default(policy);
    struct bench bench = {.is_mixed = true, .blocks = blocks, .random = {blocks}};
    int out = dup(STDOUT_FILENO);

    begin(&bench, &config);
    measure_deeds(&bench, times);
    end(&bench);
    dprintf(out, "%-12s %-12s %9s  %7s  %7s\n", policy, "step", "median ms", "p99 ms", "most");
    for (size_t i = 0; i < DEEDS; i++) {
        if (times[i][0] == 0)
            continue;
        qsort(times[i], TIMES, sizeof times[i][0], compare);
        dprintf(out, "%-12s %-12s %9.2f  %7.2f  %7.2f\n", policy, deeds[i].word,
                (double)times[i][TIMES_MEDIAN] / 1e6, (double)times[i][TIMES_P99] / 1e6,
                (double)times[i][TIMES - 1] / 1e6);
    }
    return 0;
}

/* ---- The table ---- */

/* Measure with so many blocks, and write a row of the table. */
static void bench_row(size_t blocks, int out)
{
    struct hg_config config = hg_config_default("first-fit");
    struct bench bench = {.blocks = blocks, .random = {blocks}};
    struct result result = {0};

    begin(&bench, &config);
    measure_steps(&bench, &result);
    measure_playback(&bench, &result);
    measure_idle(&bench, &result);
    dprintf(out, "%8zu  %9.2f  %7.2f  %12.2f  %6.0f  %8.0f  %5u  %6.2f\n",
            block_table_count(&bench.session->mirror->picture.blocks), result.median_ms,
            result.p99_ms, result.processor_ms, result.bytes, result.steps_per_s, result.late,
            result.idle_ratio * 100);
    end(&bench);
}

/* Each row in a process of its own. */
static bool run_row(size_t blocks)
{
    pid_t child = fork();
    int status = 1;

    if (child == 0) {
        bench_row(blocks, dup(STDOUT_FILENO));
        exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], SERVE_ARGUMENT) == 0)
        return serve();
    setlocale(LC_ALL, "C.UTF-8");
    setlocale(LC_NUMERIC, "C");
    if (argc == 3)
        return bench_deeds(argv[1], (size_t)strtoul(argv[2], NULL, 10));
    printf("%8s  %9s  %7s  %12s  %6s  %8s  %5s  %6s\n", "blocks", "median ms", "p99 ms",
           "processor ms", "bytes", "steps/s", "late", "idle %");
    fflush(stdout);
    for (size_t blocks = 100; blocks <= MOST_BLOCKS; blocks *= 10) {
        if (!run_row(blocks))
            return 1;
    }
    return 0;
}
