/* huge.c: fills much memory with small blocks, twice, then gets a large table and touches little of
 * it, and fills less and less memory. Prints how much of the first lies in huge pages, how much of
 * the second there is, and whether the last goes back. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT = 400000, PEAKS = 16, SIZE = 120, TABLE = 512 << 20, MEBIBYTE = 1 << 20 };

/* So many kibibytes has what the kernel names so. */
static long kibibytes(const char *name)
{
    FILE *stream = fopen("/proc/self/smaps_rollup", "r");
    size_t length = strlen(name);
    long number = -1;
    char line[256];

    if (!stream)
        abort();
    while (number < 0 && fgets(line, sizeof line, stream))
        if (strncmp(line, name, length) == 0)
            number = strtol(line + length, NULL, 10);
    fclose(stream);
    return number;
}

static void fill(char **payloads, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        payloads[i] = malloc(SIZE);
        memset(payloads[i], 1, SIZE);
    }
}

/* All of that memory goes back. */
static void free_all(char *const *payloads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(payloads[i]);
    malloc_trim(0);
}

int main(void)
{
    static char *payloads[COUNT];
    long huge = -kibibytes("AnonHugePages:"), touched, left;
    char *table;

    fill(payloads, COUNT);
    free_all(payloads, COUNT);
    fill(payloads, COUNT);
    huge += kibibytes("AnonHugePages:");
    touched = -kibibytes("Rss:");
    table = calloc(1, TABLE);
    if (!table)
        return 1;
    for (size_t i = 0; i < 4; i++)
        table[i * (TABLE / 4)] = 1;
    touched += kibibytes("Rss:");
    free(table);
    free_all(payloads, COUNT);
    left = -kibibytes("Rss:");
    for (size_t peak = PEAKS; peak > 0; peak--) {
        fill(payloads, COUNT / PEAKS * peak);
        free_all(payloads, COUNT / PEAKS * peak);
    }
    left += kibibytes("Rss:");
    printf("%s, %s, %s\n",
           huge >= 32 * 1024 ? "huge"
           : huge == 0       ? "ordinary"
                             : "mixed",
           touched <= 4 * 1024 ? "untouched" : "touched", left <= 4 * 1024 ? "gone" : "left");
    return 0;
}
