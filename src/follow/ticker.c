/* ticker.c: see ticker.h. */
#include "follow/ticker.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "trace/call_ring.h"

/* While nobody looks at any word, the thread wakes after so many ticks. */
enum { TICKS_IDLE = 16 };

struct word {
    uint32_t *word;
    const uint64_t *looks; /* rises as others look at it */
    uint64_t looked;       /* as it was when the word was changed last */
};

struct ticker {
    unsigned references;
    pthread_t thread;
    pthread_mutex_t lock;     /* over all that follows */
    pthread_cond_t has_words; /* or there will be no more */
    bool is_over;
    struct word *words;
    size_t count, capacity;
};

/* Change the words that were looked at since they were changed; whether there was one. */
static bool tick(struct ticker *ticker)
{
    bool has_changed = false;

    for (size_t i = 0; i < ticker->count; i++) {
        struct word *word = &ticker->words[i];
        uint64_t looks = __atomic_load_n(word->looks, __ATOMIC_ACQUIRE);

        if (looks == word->looked)
            continue;
        word->looked = looks;
        __atomic_fetch_add(word->word, 2, __ATOMIC_RELEASE);
        has_changed = true;
    }
    return has_changed;
}

static void *run(void *context)
{
    static const struct timespec short_pause = {.tv_nsec = CALL_TICK_NS},
                                 long_pause = {.tv_nsec = TICKS_IDLE * CALL_TICK_NS};
    struct ticker *ticker = context;
    bool has_changed;

    pthread_mutex_lock(&ticker->lock);
    while (!ticker->is_over) {
        if (ticker->count == 0) {
            pthread_cond_wait(&ticker->has_words, &ticker->lock);
            continue;
        }
        has_changed = tick(ticker);
        pthread_mutex_unlock(&ticker->lock);
        nanosleep(has_changed ? &short_pause : &long_pause, NULL);
        pthread_mutex_lock(&ticker->lock);
    }
    pthread_mutex_unlock(&ticker->lock);
    return NULL;
}

struct ticker *ticker_create(void)
{
    struct ticker *ticker = memory_create(1, sizeof *ticker);
    sigset_t all, before;
    int failure;

    ticker->references = 1;
    pthread_mutex_init(&ticker->lock, NULL);
    pthread_cond_init(&ticker->has_words, NULL);
    sigfillset(&all); /* signals are for the thread that draws */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    failure = pthread_create(&ticker->thread, NULL, run, ticker);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure == 0)
        return ticker;
    free(ticker);
    return NULL;
}

struct ticker *ticker_share(struct ticker *ticker)
{
    if (ticker)
        ticker->references++;
    return ticker;
}

void ticker_drop(struct ticker *ticker)
{
    if (!ticker || --ticker->references > 0)
        return;
    pthread_mutex_lock(&ticker->lock);
    ticker->is_over = true;
    pthread_cond_signal(&ticker->has_words);
    pthread_mutex_unlock(&ticker->lock);
    pthread_join(ticker->thread, NULL);
    pthread_cond_destroy(&ticker->has_words);
    pthread_mutex_destroy(&ticker->lock);
    free(ticker->words);
    free(ticker);
}

void ticker_add(struct ticker *ticker, uint32_t *word, const uint64_t *looks)
{
    pthread_mutex_lock(&ticker->lock);
    ticker->words = memory_reserve(ticker->words, &ticker->capacity, ticker->count + 1,
                                   sizeof ticker->words[0]);
    ticker->words[ticker->count++] =
        (struct word){word, looks, __atomic_load_n(looks, __ATOMIC_ACQUIRE) - 1};
    pthread_cond_signal(&ticker->has_words);
    pthread_mutex_unlock(&ticker->lock);
}

void ticker_remove(struct ticker *ticker, const uint32_t *word)
{
    size_t kept = 0;

    pthread_mutex_lock(&ticker->lock);
    for (size_t i = 0; i < ticker->count; i++) {
        if (ticker->words[i].word != word)
            ticker->words[kept++] = ticker->words[i];
    }
    ticker->count = kept;
    pthread_mutex_unlock(&ticker->lock);
}
