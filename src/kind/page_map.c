/* page_map.c: see page_map.h. What was given back is a table of runs, in no order; where it is full
 * the smallest is forgotten, and lost. Like memlib's, this is state of the process. */
#include "kind/page_map.h"

#include <errno.h>
#include <string.h>

#include "kind/memlib.h"

enum { RUNS_MAX = 1024 };

/* Pages that were given back; size 0 where there are none. */
static struct run {
    char *start;
    size_t size;
} runs[RUNS_MAX];
static size_t run_count;

void page_map_empty(void)
{
    run_count = 0;
}

static void drop(size_t number)
{
    runs[number] = runs[--run_count];
}

static size_t in_pages(size_t size)
{
    size_t page = mem_pagesize();

    return (size + page - 1) / page * page;
}

/* The smallest run that is large enough; run_count where there is none. */
static size_t find(size_t size)
{
    size_t best = run_count;

    for (size_t i = 0; i < run_count; i++) {
        if (runs[i].size >= size && (best == run_count || runs[i].size < runs[best].size))
            best = i;
    }
    return best;
}

void *mem_map(size_t size)
{
    size_t number = find(in_pages(size));
    char *start;

    if (size == 0 || in_pages(size) < size) {
        errno = size == 0 ? EINVAL : ENOMEM;
        return NULL;
    }
    size = in_pages(size);
    if (number == run_count) {
        start = mem_sbrk((intptr_t)size);
        if (start == (char *)-1)
            return NULL;
    } else {
        start = runs[number].start;
        runs[number].start += size;
        runs[number].size -= size;
        if (runs[number].size == 0)
            drop(number);
    }
    return memset(start, 0, size);
}

/* Take the runs beside this one into it. */
static void merge(struct run *run)
{
    for (size_t i = run_count; i-- > 0;) {
        if (runs[i].start + runs[i].size == run->start)
            run->start = runs[i].start;
        else if (run->start + run->size != runs[i].start)
            continue;
        run->size += runs[i].size;
        drop(i);
    }
}

void mem_unmap(void *start, size_t size)
{
    struct run run = {start, in_pages(size)};
    size_t smallest = 0;

    if (size == 0)
        return;
    merge(&run);
    if (run_count < RUNS_MAX) {
        runs[run_count++] = run;
        return;
    }
    for (size_t i = 1; i < run_count; i++) {
        if (runs[i].size < runs[smallest].size)
            smallest = i;
    }
    if (runs[smallest].size < run.size)
        runs[smallest] = run;
}
