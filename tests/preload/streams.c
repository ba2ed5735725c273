/* streams.c: forks while other threads hold streams and wait for memory, and others again hold the
 * lock over all streams and wait for one. Ends with 0 unless that locks up; then an alarm ends
 * it. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 300, READERS = 2, LINE = 100, TEXT = 50000, PATIENCE_SECONDS = 60 };

static atomic_bool done;

/* getline allocates while it holds the stream. */
static void *read_lines(void *text)
{
    while (!done) {
        FILE *stream = fmemopen(text, TEXT, "r");
        size_t size = 0;
        char *line = NULL;

        while (getline(&line, &size, stream) > 0) {
            free(line);
            line = NULL;
            size = 0;
        }
        free(line);
        fclose(stream);
    }
    return NULL;
}

/* fflush(NULL) waits for each stream in turn, holding the lock over all. */
static void *flush_all(void *unused)
{
    (void)unused;
    while (!done)
        fflush(NULL);
    return NULL;
}

static bool fork_once(void)
{
    int status;
    pid_t child = fork();

    if (child == 0) {
        free(malloc(LINE));
        _exit(0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
    static char text[TEXT];
    pthread_t threads[READERS + 1];
    bool good = true;

    alarm(PATIENCE_SECONDS);
    memset(text, 'a', TEXT);
    for (size_t end = LINE - 1; end < TEXT; end += LINE)
        text[end] = '\n';
    for (unsigned i = 0; i <= READERS; i++) {
        if (pthread_create(&threads[i], NULL, i < READERS ? read_lines : flush_all, text) != 0)
            return 1;
    }
    for (unsigned i = 0; good && i < FORKS; i++)
        good = fork_once();
    done = true;
    for (unsigned i = 0; i <= READERS; i++)
        pthread_join(threads[i], NULL);
    return good ? 0 : 1;
}
