/* others.c: see others.h. */
#include "own/others.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>

/* A part of a span, as much as there is room for here. */
struct part {
    struct span *span;
    char *here;
    struct iovec there;
};

/* Parts of spans that are copied at once. */
struct parts {
    struct part items[SPANS_MOST];
    size_t count, size;
};

/* Copy bytes from its memory, or to it. Returns how many. */
static ssize_t copy(struct others *others, void *here, const struct iovec *there, size_t count,
                    size_t size, bool is_written)
{
    struct iovec own = {.iov_base = here, .iov_len = size};
    pid_t process = others->process;
    ssize_t done = is_written ? process_vm_writev(process, &own, 1, there, count, 0)
                              : process_vm_readv(process, &own, 1, there, count, 0);

    if (done < 0 && (errno == EPERM || errno == ENOSYS))
        others->is_unreadable = true;
    return done;
}

/* Copy parts. Memory that is not there is a lie, and holds nothing: then each by itself.
 *   ret_is_there  for each, whether it was copied */
static void copy_parts(struct others *others, const struct parts *parts, bool is_written,
                       bool *ret_is_there)
{
    struct iovec there[SPANS_MOST];
    bool are_all;

    for (size_t i = 0; i < parts->count; i++)
        there[i] = parts->items[i].there;
    are_all = copy(others, others->bytes, there, parts->count, parts->size, is_written) ==
              (ssize_t)parts->size;
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->items[i];
        size_t size = part->there.iov_len;

        ret_is_there[i] =
            are_all || copy(others, part->here, &part->there, 1, size, is_written) == (ssize_t)size;
    }
}

/* Gather as much of spans as there is room for.
 *   done  so much of the first is behind; moved on
 *   returns  how many spans are behind */
static size_t gather(struct others *others, struct span *spans, size_t count, uint64_t *done,
                     struct parts *ret_parts)
{
    size_t i = 0;

    ret_parts->count = ret_parts->size = 0;
    while (i < count && ret_parts->size < sizeof others->bytes) {
        uint64_t left = spans[i].size - *done, room = sizeof others->bytes - ret_parts->size;
        size_t size = left < room ? left : room;

        ret_parts->items[ret_parts->count++] =
            (struct part){.span = &spans[i],
                          .here = others->bytes + ret_parts->size,
                          .there = {.iov_base = spans[i].start + *done, .iov_len = size}};
        ret_parts->size += size;
        *done = size < left ? *done + size : 0;
        i += size == left;
    }
    return i;
}

static void fill_part(const struct part *part)
{
    memset(part->here, part->span->byte, part->there.iov_len);
}

static void match_part(const struct part *part, bool is_there)
{
    struct span *span = part->span;
    bool is_same_so_far = (char *)part->there.iov_base == span->start + span->same;

    if (!is_there)
        *part->here = (char)~span->byte;
    if (is_same_so_far)
        span_match(span, part->here, part->there.iov_len);
}

static void go_through(struct others *others, struct span *spans, size_t count, bool is_written)
{
    bool is_there[SPANS_MOST];
    struct parts parts;
    uint64_t done = 0;

    for (size_t i = 0; i < count && !others->is_unreadable;) {
        i += gather(others, &spans[i], count - i, &done, &parts);
        for (size_t k = 0; k < parts.count && is_written; k++)
            fill_part(&parts.items[k]);
        copy_parts(others, &parts, is_written, is_there);
        for (size_t k = 0; k < parts.count && !is_written; k++)
            match_part(&parts.items[k], is_there[k]);
    }
}

void others_fill(struct others *others, struct span *spans, size_t count)
{
    go_through(others, spans, count, true);
}

void others_match(struct others *others, struct span *spans, size_t count)
{
    go_through(others, spans, count, false);
}
