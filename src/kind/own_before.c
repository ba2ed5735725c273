/* own_before.c: see own_before.h. It calls no malloc: the heap begins where the break is. */
#include "kind/own_before.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Without a realloc of its own, the payload is another one, as in a session. */
static void *resize(const struct own_calls *calls, void *payload, size_t size)
{
    void *other;

    if (calls->resize)
        return calls->resize(payload, size);
    other = calls->allocate(size);
    if (other && payload)
        calls->release(payload);
    return other;
}

/* What it fails to resize it still has, and what it failed to allocate is not freed. */
static void carry_out(const struct own_calls *calls, const struct own_before_op *op, void **payload)
{
    void *filled = NULL;

    if (op->kind == OWN_BEFORE_ALLOCATE) {
        *payload = filled = calls->allocate(op->size);
    } else if (op->kind == OWN_BEFORE_REALLOCATE) {
        filled = resize(calls, *payload, op->size);
        *payload = filled || op->size == 0 ? filled : *payload;
    } else {
        if (*payload || op->id == UINT32_MAX)
            calls->release(*payload);
        *payload = NULL;
    }
    if (filled)
        memset(filled, own_fill_byte(op->id), op->size);
}

static const char *go_through(const struct own_calls *calls, const struct own_before_op *ops,
                              size_t count)
{
    void **payloads, *nothing = NULL;
    size_t ids = 1;

    for (size_t i = 0; i < count; i++)
        ids = ops[i].id != UINT32_MAX && ops[i].id >= ids ? (size_t)ops[i].id + 1 : ids;
    payloads = mmap(NULL, ids * sizeof *payloads, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (payloads == MAP_FAILED)
        return "there is no memory for what goes before it";
    for (size_t i = 0; i < count; i++)
        carry_out(calls, &ops[i], ops[i].id == UINT32_MAX ? &nothing : &payloads[ops[i].id]);
    munmap(payloads, ids * sizeof *payloads);
    return NULL;
}

const char *own_before_go(const struct own_calls *calls)
{
    const char *path = getenv(OWN_BEFORE), *problem;
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat status = {.st_size = 0};
    bool is_read = file >= 0 && fstat(file, &status) == 0;
    size_t size = (size_t)status.st_size;
    void *ops = NULL;

    if (!path)
        return NULL;
    if (size > 0)
        ops = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (file >= 0)
        close(file);
    if (!is_read || ops == MAP_FAILED)
        return "what goes before it cannot be read";
    problem = go_through(calls, ops, size / sizeof(struct own_before_op));
    if (ops)
        munmap(ops, size);
    return problem;
}
