/* patience.c: see patience.h. */
#include "base/patience.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum { MS_PER_SECOND = 1000 };

/* Read what the kernel says of a process.
 *   returns  whether it says anything: the text then ends */
static bool read_file(const char *path, char *text, size_t room)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = -1;

    if (file >= 0) {
        length = read(file, text, room - 1);
        close(file);
    }
    text[length > 0 ? length : 0] = '\0';
    return length > 0;
}

/* Look at a process.
 *   with_ended  count its children that it has waited for, too */
static struct patience_look look_at(pid_t process, bool with_ended)
{
    struct patience_look look = {.passed_ms = clock_ms()};
    const char *behind_name;
    char path[32], text[512];
    uint64_t ticks[4]; /* in the program and in the kernel; that of its children */

    snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
    behind_name = read_file(path, text, sizeof text) ? strrchr(text, ')') : NULL;
    if (!behind_name || sscanf(behind_name,
                               ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64
                               " %" SCNu64 " %" SCNu64,
                               &look.state, &ticks[0], &ticks[1], &ticks[2], &ticks[3]) != 5)
        return look;
    look.processor_ms = (ticks[0] + ticks[1] + (with_ended ? ticks[2] + ticks[3] : 0)) *
                        MS_PER_SECOND / (uint64_t)sysconf(_SC_CLK_TCK);
    return look;
}

struct patience_look patience_look(pid_t process)
{
    return look_at(process, false);
}

/* Whether it uses the processor, or would if it could. D: the kernel or a disk works for it. */
static bool can_run(const struct patience_look *look)
{
    return look->state == 'R' || look->state == 'D';
}

struct patience_look patience_look_at_all(pid_t process)
{
    struct patience_look all = look_at(process, true);
    char path[64], text[1024], *rest = text, *end;
    long child;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)process, (int)process);
    read_file(path, text, sizeof text);
    for (; (child = strtol(rest, &end, 10)) > 0; rest = end) {
        struct patience_look look = look_at((pid_t)child, true);

        all.processor_ms += look.processor_ms;
        if (!can_run(&all) && can_run(&look))
            all.state = look.state;
    }
    return all;
}

bool patience_is_stopped(const struct patience_look *look)
{
    return look->state == 'T' || look->state == 't';
}

void patience_begin(struct patience *patience, const struct patience_look *look)
{
    *patience = (struct patience){.last = *look, .has_begun = true};
}

/* What was spent between two looks. */
static uint64_t spent_between(const struct patience_look *before, const struct patience_look *now)
{
    uint64_t passed = now->passed_ms - before->passed_ms;

    if (can_run(now))
        return now->processor_ms > before->processor_ms ? now->processor_ms - before->processor_ms
                                                        : 0;
    return passed < PATIENCE_LOOK_MS ? passed : PATIENCE_LOOK_MS;
}

uint64_t patience_spend(struct patience *patience, const struct patience_look *look)
{
    if (!patience->has_begun)
        patience_begin(patience, look);
    patience->spent_ms += spent_between(&patience->last, look);
    patience->last = *look;
    return patience->spent_ms;
}
