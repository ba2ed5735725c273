/* wrong.c: a program that makes the mistake that its arguments name, with blocks of SIZE bytes:
 *
 *      wrong MISTAKE SIZE [thread]
 *
 * in a thread of its own, if that is asked for, which allocated them. It ends with 0 if it is not
 * stopped. */
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 300, HUGE_ = 40 << 20, FURTHER = 64, ROUNDS = 5000, SPINS = 10000 };

static size_t size;
static char *payload, *kept; /* of `size` bytes each, neighbours perhaps */

static void *stay(void *address)
{
    void *volatile same = address; /* compilers know what malloc and free are about */

    return same;
}

/* ---- Freed twice ---- */

static void twice(void)
{
    free(payload);
    free(stay(payload));
}

static void twice_with_others_between(void)
{
    free(payload);
    free(kept);
    free(stay(payload));
}

static void twice_after_a_merge(void)
{
    free(payload);
    free(kept);
    free(stay(kept));
}

static void twice_of_many(void)
{
    char *payloads[MANY];

    for (int i = 0; i < MANY; i++)
        payloads[i] = malloc(size);
    for (int i = 0; i < MANY; i++)
        free(payloads[i]);
    free(stay(payloads[MANY / 2]));
}

static void twice_of_what_went_back(void)
{
    char *large = malloc(HUGE_);

    free(large);
    free(stay(large));
}

static void twice_of_what_was_reallocated(void)
{
    char *moved = realloc(payload, size * 20);

    kept = moved != stay(payload) ? moved : kept;
    if (moved == stay(payload)) { /* under some policies it stays */
        free(moved);
        moved = NULL;
    }
    free(stay(payload));
}

static void twice_by_realloc_to_nothing(void)
{
    stay(realloc(payload, 0));
    free(stay(payload));
}

static void twice_of_what_was_aligned(void)
{
    void *aligned = NULL;

    if (posix_memalign(&aligned, sizeof(void *), size) != 0)
        return;
    free(aligned);
    free(stay(aligned));
}

static void *free_payload(void *unused)
{
    (void)unused;
    free(stay(payload));
    return NULL;
}

static void twice_in_two_threads(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, free_payload, NULL) == 0)
        pthread_join(thread, NULL);
    free_payload(NULL);
}

static void twice_by_another_thread(void)
{
    pthread_t thread;

    free(payload);
    if (pthread_create(&thread, NULL, free_payload, NULL) == 0)
        pthread_join(thread, NULL);
}

static void *free_payload_twice(void *unused)
{
    free_payload(unused);
    return free_payload(unused);
}

static void twice_in_a_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, free_payload_twice, NULL) == 0)
        pthread_join(thread, NULL);
}

static void on_signal(int number)
{
    (void)number;
    free(stay(payload));
}

static void twice_in_a_handler(void)
{
    signal(SIGUSR1, on_signal);
    free(payload);
    raise(SIGUSR1);
}

/* What is said is said by the child; the parent ends as the child did. */
static void twice_in_a_child(void)
{
    int status = 0;
    pid_t child;

    free(payload);
    child = fork();
    if (child == 0) {
        free(stay(payload));
        _exit(0);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        raise(WTERMSIG(status));
}

/* Two threads free what one of them has allocated, at the same instant as far as they can, many
 * times. As long as one of both is told, they go on; if none is, they end. */
static atomic_uint arrived, told;
static __thread sigjmp_buf back;

/* Wait for the other thread, and go on with it at once, unless it has no processor. */
static void meet(unsigned times)
{
    atomic_fetch_add(&arrived, 1);
    for (unsigned spins = 1; atomic_load(&arrived) < 2 * times; spins++) {
        if (spins % SPINS == 0)
            sched_yield();
    }
}

static void go_back(int number)
{
    siglongjmp(back, number);
}

/* Free the payload, and return whether nothing was said. */
static void free_or_be_told(void)
{
    if (sigsetjmp(back, 1) == 0)
        free(stay(payload));
    else
        atomic_fetch_add(&told, 1);
}

static void *free_at_once(void *allocates)
{
    for (unsigned round = 0; round < ROUNDS && told == round; round++) {
        if (allocates)
            payload = malloc(size);
        meet(2 * round + 1);
        free_or_be_told();
        meet(2 * round + 2);
    }
    signal(SIGABRT, SIG_DFL);
    return NULL;
}

static void twice_at_once(void)
{
    pthread_t thread;

    signal(SIGABRT, go_back);
    if (pthread_create(&thread, NULL, free_at_once, NULL) != 0)
        return;
    free_at_once(payload);
    pthread_join(thread, NULL);
    if (told == ROUNDS)
        raise(SIGABRT);
}

/* ---- Inside a block ---- */

static void inside(void)
{
    free(stay(payload + 8));
}

static void inside_by_a_byte(void)
{
    free(stay(payload + 1));
}

static void inside_at_the_end(void)
{
    free(stay(payload + size - 1));
}

/* Wherever there may be a header, its twin is there too. */
static void inside_behind_a_twin_of_the_header(void)
{
    char *large = realloc(payload, size + 2 * FURTHER);

    memcpy(large + FURTHER - 32, stay(large - 32), 32);
    free(stay(large + FURTHER));
}

static void inside_of_what_is_free(void)
{
    free(payload);
    free(stay(payload + 8));
}

/* ---- Never allocated here ---- */

static void on_the_stack(void)
{
    _Alignas(16) char local[FURTHER] = {0};

    free(stay(local + 16));
}

static void static_memory(void)
{
    static _Alignas(16) char bytes[FURTHER];

    free(stay(bytes + 16));
}

static void a_small_integer(void)
{
    free(stay((void *)(uintptr_t)16));
}

static void a_function(void)
{
    free(stay((void *)(uintptr_t)free_payload));
}

static void minus_one(void)
{
    free(stay((void *)UINTPTR_MAX));
}

static void the_breaks_memory(void)
{
    free(stay(sbrk(4096)));
}

/* ---- Not by free ---- */

static void realloc_of_freed(void)
{
    free(payload);
    stay(realloc(stay(payload), 2 * size));
}

static void realloc_inside(void)
{
    stay(realloc(stay(payload + 8), 2 * size));
}

static void realloc_on_the_stack(void)
{
    _Alignas(16) char local[FURTHER] = {0};

    stay(realloc(stay(local), 2 * size));
}

static void reallocarray_of_freed(void)
{
    free(payload);
    stay(reallocarray(stay(payload), 2, size));
}

static void usable_size_of_freed(void)
{
    free(payload);
    malloc_usable_size(stay(payload));
}

static void usable_size_inside(void)
{
    malloc_usable_size(stay(payload + 8));
}

static void usable_size_on_the_stack(void)
{
    _Alignas(16) char local[FURTHER] = {0};

    malloc_usable_size(stay(local));
}

/* ---- Written where it must not be ---- */

static void overrun_by_a_byte(void)
{
    payload[size] = 1;
    free(payload);
}

static void overrun_far(void)
{
    memset(stay(payload), 1, size + 40);
    free(payload);
}

static void underrun(void)
{
    char *volatile start = payload;

    memset(start - 8, 0xff, 8);
    free(payload);
}

/* Only with a thread do both wait to be used again as they are. */
static void first_word_written_after_a_free(void)
{
    free(payload);
    memset(stay(payload), 1, sizeof(void *));
    payload = malloc(size);
}

static void first_word_written_and_freed_again(void)
{
    free(payload);
    memset(stay(payload), 1, sizeof(void *));
    free(stay(payload));
    payload = malloc(size);
    kept = malloc(size);
}

static void written_after_it_was_freed(void)
{
    char *volatile start = payload;

    free(payload);
    start[3] = 1;
    for (int i = 0; i < 10000; i++)
        free(malloc(size));
}

/* Where the heap keeps what is free, with payloads that it hands out again. */
static void all_of_what_is_free(void)
{
    char *volatile start = payload;

    free(payload);
    memset(start, 0xee, size);
    for (int i = 0; i < MANY; i++)
        stay(malloc(size));
}

static void overrun_and_left_alone(void)
{
    payload[size] = 1;
}

/* What is told of the calls of a program that is followed lies in its own memory. */
static void over_its_calls(void)
{
    char line[FURTHER * 8];
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned long start = 0, where = 0;

    while (maps && where == 0 && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx", &start) == 1 && strstr(line, "memfd:calls"))
            where = start;
    }
    if (where)
        memset(stay((void *)where), 0xfe, 2 * size); /* NOLINT(performance-no-int-to-ptr) */
    for (int i = 0; i < MANY; i++)
        free(malloc(size));
}

static const struct {
    const char *name;
    void (*make)(void);
} mistakes[] = {
#define MISTAKE(name)                                                                              \
    {                                                                                              \
#name, name                                                                                \
    }
    MISTAKE(twice),
    MISTAKE(twice_with_others_between),
    MISTAKE(twice_after_a_merge),
    MISTAKE(twice_of_many),
    MISTAKE(twice_of_what_went_back),
    MISTAKE(twice_of_what_was_reallocated),
    MISTAKE(twice_by_realloc_to_nothing),
    MISTAKE(twice_of_what_was_aligned),
    MISTAKE(twice_in_a_thread),
    MISTAKE(twice_in_two_threads),
    MISTAKE(twice_by_another_thread),
    MISTAKE(twice_in_a_handler),
    MISTAKE(twice_in_a_child),
    MISTAKE(twice_at_once),
    MISTAKE(inside),
    MISTAKE(inside_by_a_byte),
    MISTAKE(inside_at_the_end),
    MISTAKE(inside_behind_a_twin_of_the_header),
    MISTAKE(inside_of_what_is_free),
    MISTAKE(on_the_stack),
    MISTAKE(static_memory),
    MISTAKE(a_small_integer),
    MISTAKE(a_function),
    MISTAKE(minus_one),
    MISTAKE(the_breaks_memory),
    MISTAKE(realloc_of_freed),
    MISTAKE(realloc_inside),
    MISTAKE(realloc_on_the_stack),
    MISTAKE(reallocarray_of_freed),
    MISTAKE(usable_size_of_freed),
    MISTAKE(usable_size_inside),
    MISTAKE(usable_size_on_the_stack),
    MISTAKE(overrun_by_a_byte),
    MISTAKE(overrun_far),
    MISTAKE(underrun),
    MISTAKE(first_word_written_after_a_free),
    MISTAKE(first_word_written_and_freed_again),
    MISTAKE(written_after_it_was_freed),
    MISTAKE(all_of_what_is_free),
    MISTAKE(overrun_and_left_alone),
    MISTAKE(over_its_calls),
};

static void *make_mistake(void *make)
{
    payload = malloc(size);
    kept = malloc(size);
    (*(void (**)(void))make)();
    return NULL;
}

int main(int count, char **arguments)
{
    pthread_t thread;

    size = count >= 3 ? strtoul(arguments[2], NULL, 10) : 0;
    for (size_t i = 0; count >= 3 && i < sizeof mistakes / sizeof mistakes[0]; i++) {
        void (*make)(void) = mistakes[i].make;

        if (strcmp(mistakes[i].name, arguments[1]) != 0)
            continue;
        if (count == 3)
            make_mistake(&make);
        else if (pthread_create(&thread, NULL, make_mistake, &make) == 0)
            pthread_join(thread, NULL);
        return 0;
    }
    return 2;
}
