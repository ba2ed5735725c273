/* release.c: frees much memory below something small, and prints how many MiB of it stay. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COUNT = 100, SIZE = 1 << 20 };

static long resident_pages(void)
{
    FILE *stream = fopen("/proc/self/statm", "r");
    long size, resident = -1;

    if (!stream || fscanf(stream, "%ld %ld", &size, &resident) != 2)
        abort();
    fclose(stream);
    return resident;
}

int main(void)
{
    static char *payloads[COUNT], *volatile above;
    long before = resident_pages(), kept;

    for (int i = 0; i < COUNT; i++) {
        payloads[i] = malloc(SIZE);
        memset(payloads[i], 1, SIZE);
    }
    above = malloc(64);
    for (int i = 0; i < COUNT; i++)
        free(payloads[i]);
    kept = (resident_pages() - before) * sysconf(_SC_PAGESIZE) / SIZE;
    printf("%s\n", kept <= 16 ? "little stays" : kept >= COUNT - 16 ? "all stays" : "some stays");
    return above ? 0 : 1;
}
