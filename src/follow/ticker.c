/* ticker.c: see ticker.h. */
#include "follow/ticker.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "trace/call_ring.h"

struct ticker {
    unsigned references;
    pthread_t thread;
    pthread_mutex_t lock;     /* over all that follows */
    pthread_cond_t has_words; /* or there will be no more */
    bool is_over;
    uint32_t **words;
    size_t count, capacity;
};

static void tick(struct ticker *ticker)
{
    for (size_t i = 0; i < ticker->count; i++)
        __atomic_fetch_add(ticker->words[i], 2, __ATOMIC_RELEASE);
}

static void *run(void *context)
{
    static const struct timespec pause = {.tv_nsec = CALL_TICK_NS};
    struct ticker *ticker = context;

    pthread_mutex_lock(&ticker->lock);
    while (!ticker->is_over) {
        if (ticker->count == 0) {
            pthread_cond_wait(&ticker->has_words, &ticker->lock);
            continue;
        }
        tick(ticker);
        pthread_mutex_unlock(&ticker->lock);
        nanosleep(&pause, NULL);
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

void ticker_add(struct ticker *ticker, uint32_t *word)
{
    pthread_mutex_lock(&ticker->lock);
    ticker->words = memory_reserve(ticker->words, &ticker->capacity, ticker->count + 1,
                                   sizeof ticker->words[0]);
    ticker->words[ticker->count++] = word;
    pthread_cond_signal(&ticker->has_words);
    pthread_mutex_unlock(&ticker->lock);
}

void ticker_remove(struct ticker *ticker, const uint32_t *word)
{
    size_t kept = 0;

    pthread_mutex_lock(&ticker->lock);
    for (size_t i = 0; i < ticker->count; i++) {
        if (ticker->words[i] != word)
            ticker->words[kept++] = ticker->words[i];
    }
    ticker->count = kept;
    pthread_mutex_unlock(&ticker->lock);
}
