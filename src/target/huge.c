/* huge.c: see huge.h. A mapping is a line with its addresses, "5555555ea000-555555feb000 rw-p ...",
 * and lines of figures below it, "AnonHugePages:      2048 kB". */
#include "target/huge.h"

#include <inttypes.h>
#include <stdbool.h>

uint64_t huge_parse(FILE *smaps, uint64_t start, uint64_t end)
{
    uint64_t low, high, kilobytes, sum = 0;
    bool is_wanted = false;
    char line[512];

    while (fgets(line, sizeof line, smaps)) {
        if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &low, &high) == 2)
            is_wanted = low < end && high > start;
        else if (is_wanted && sscanf(line, "AnonHugePages: %" SCNu64 " kB", &kilobytes) == 1)
            sum += kilobytes * 1024;
    }
    return sum;
}

uint64_t huge_read(int pid, uint64_t start, uint64_t end)
{
    uint64_t sum = 0;
    char path[64];
    FILE *smaps;

    snprintf(path, sizeof path, "/proc/%d/smaps", pid);
    smaps = fopen(path, "re");
    if (!smaps)
        return 0;
    sum = huge_parse(smaps, start, end);
    fclose(smaps);
    return sum;
}
