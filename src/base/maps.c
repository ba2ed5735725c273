/* maps.c: see maps.h. */
#include "base/maps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

bool maps_read(int pid, struct text *text)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    return file_read(path, text) || errno == ESRCH;
}

/* Take a number to base 16 and the character behind it. */
static bool take_address(const char **at, char behind, uint64_t *ret_address)
{
    char *end;

    *ret_address = strtoull(*at, &end, 16);
    if (end == *at || *end != behind)
        return false;
    *at = end + 1;
    return true;
}

/* START-END RIGHTS OFFSET DEVICE INODE NAME, the last behind many spaces or not there at all. */
static bool take_line(const char *at, const char *end, struct mapping *ret_mapping)
{
    enum { RIGHTS = 4, FIELDS_BEFORE_NAME = 4 };
    size_t length;

    if (!take_address(&at, '-', &ret_mapping->start) ||
        !take_address(&at, ' ', &ret_mapping->end) || end - at < RIGHTS ||
        ret_mapping->start >= ret_mapping->end)
        return false;
    ret_mapping->is_readable = at[0] == 'r';
    ret_mapping->is_writable = at[1] == 'w';
    for (int i = 0; i < FIELDS_BEFORE_NAME; i++) {
        while (at < end && *at != ' ')
            at++;
        while (at < end && *at == ' ')
            at++;
    }
    length = (size_t)(end - at) < MAPPING_NAME_MAX ? (size_t)(end - at) : MAPPING_NAME_MAX - 1;
    memory_copy(ret_mapping->name, at, length);
    ret_mapping->name[length] = '\0';
    return true;
}

bool maps_next(const char **lines, struct mapping *ret_mapping)
{
    bool found = false;

    while (!found && **lines) {
        const char *line = *lines, *end = line + strcspn(line, "\n");

        found = take_line(line, end, ret_mapping);
        *lines = end + (*end == '\n');
    }
    return found;
}
