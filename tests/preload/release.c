/* release.c: frees much memory below something small, and prints how much of that stays:
 *
 *      release [SIZE RUN]
 *
 * It is in blocks of SIZE bytes, by default of a mebibyte. Of three runs of RUN blocks one is not
 * freed. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MEBIBYTE = 1 << 20, MEBIBYTES = 100, LITTLE = 16, COUNT_MOST = 110000 };

static long resident_pages(void)
{
    FILE *stream = fopen("/proc/self/statm", "r");
    long size, resident = -1;

    if (!stream || fscanf(stream, "%ld %ld", &size, &resident) != 2)
        abort();
    fclose(stream);
    return resident;
}

int main(int argc, char **argv)
{
    static char *payloads[COUNT_MOST], *volatile above;
    size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : MEBIBYTE;
    size_t run = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
    size_t count = (size_t)MEBIBYTES * MEBIBYTE / size, freed = 0;
    long before = resident_pages(), stays;

    if (count > COUNT_MOST)
        return 2;
    for (size_t i = 0; i < count; i++) {
        payloads[i] = malloc(size);
        memset(payloads[i], 1, size);
    }
    do
        above = malloc(64);
    while (above < payloads[count - 1]); /* something that waits below is no answer */
    for (size_t i = 0; i < count; i++) {
        if (run > 0 && i / run % 3 == 0)
            continue;
        free(payloads[i]);
        freed++;
    }
    stays = (resident_pages() - before) * sysconf(_SC_PAGESIZE) / MEBIBYTE -
            (long)((count - freed) * size / MEBIBYTE);
    printf("%s\n", stays <= LITTLE                                     ? "little stays"
                   : stays >= (long)(freed * size / MEBIBYTE) - LITTLE ? "all stays"
                                                                       : "some stays");
    return above ? 0 : 1;
}
