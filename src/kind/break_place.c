/* break_place.c: see break_place.h. The kernel takes a new place for the break along with all else
 * that it knows of a process's memory, so that is read first, and handed back as it was. */
#include "kind/break_place.h"

#include <fcntl.h>
#include <linux/prctl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The fields of /proc/self/stat that say where a process's memory lies, by number: see proc(5). */
enum {
    STAT_STATE = 3, /* the first one behind the program's name */
    STAT_START_CODE = 26,
    STAT_END_CODE = 27,
    STAT_START_STACK = 28,
    STAT_START_DATA = 45,
    STAT_END_DATA = 46,
    STAT_START_BREAK = 47,
    STAT_ARG_START = 48,
    STAT_ARG_END = 49,
    STAT_ENV_START = 50,
    STAT_ENV_END = 51,
    STAT_FIELDS
};

/* Read the numbers of /proc/self/stat. */
static bool read_stat(uint64_t fields[STAT_FIELDS])
{
    char text[4096];
    int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    char *at;
    int field = STAT_STATE;

    if (file >= 0)
        close(file);
    if (length <= 0)
        return false;
    text[length] = '\0';
    at = strrchr(text, ')'); /* a name may hold any byte */
    while (at && field < STAT_FIELDS && (at = strchr(at, ' ')))
        fields[field++] = strtoull(++at, NULL, 10);
    return field == STAT_FIELDS;
}

/* Tell the kernel, and the C library, which keeps the break in mind. */
static bool move(struct prctl_mm_map *map, uintptr_t start, uintptr_t end)
{
    map->start_brk = start;
    map->brk = end;
    return prctl(PR_SET_MM, PR_SET_MM_MAP, map, sizeof *map, 0) == 0 && brk((void *)end) == 0;
}

/* All that the kernel knows as it is now; false where that cannot be read. */
static bool read_map(struct prctl_mm_map *ret_map)
{
    uint64_t fields[STAT_FIELDS];

    if (!read_stat(fields))
        return false;
    *ret_map = (struct prctl_mm_map){.start_code = fields[STAT_START_CODE],
                                     .end_code = fields[STAT_END_CODE],
                                     .start_data = fields[STAT_START_DATA],
                                     .end_data = fields[STAT_END_DATA],
                                     .start_brk = fields[STAT_START_BREAK],
                                     .brk = (uintptr_t)sbrk(0),
                                     .start_stack = fields[STAT_START_STACK],
                                     .arg_start = fields[STAT_ARG_START],
                                     .arg_end = fields[STAT_ARG_END],
                                     .env_start = fields[STAT_ENV_START],
                                     .env_end = fields[STAT_ENV_END],
                                     .exe_fd = (uint32_t)-1};
    return true;
}

/* Let all be as it was. Returns false. */
static bool move_back(struct prctl_mm_map *before)
{
    move(before, before->start_brk, before->brk);
    return false;
}

bool break_place(uintptr_t address)
{
    struct prctl_mm_map before, map;

    if (!read_map(&before))
        return false;
    map = before;
    if (move(&map, address, address) && sbrk(1) != (void *)-1)
        return sbrk(-1) != (void *)-1;
    return move_back(&before);
}

bool break_place_around(uintptr_t start, uintptr_t end)
{
    struct prctl_mm_map before, map;

    if (!read_map(&before))
        return false;
    map = before;
    return move(&map, start, end) || move_back(&before);
}
