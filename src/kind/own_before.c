/* own_before.c: see own_before.h. It calls no malloc: the heap begins where the break is. */
#include "kind/own_before.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void carry_out(const struct own_calls *calls, const struct own_before_op *op, void **payload)
{
    if (op->kind == OWN_BEFORE_ALLOCATE)
        *payload = calls->allocate(op->size);
    else if (op->kind == OWN_BEFORE_REALLOCATE && calls->resize)
        *payload = calls->resize(*payload, op->size);
    else if (op->kind == OWN_BEFORE_FREE)
        calls->release(*payload);
    if (op->kind == OWN_BEFORE_FREE)
        *payload = NULL;
    else if (*payload)
        memset(*payload, own_fill_byte(op->id), op->size);
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
    const char *path = getenv(OWN_BEFORE), *problem = NULL;
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    struct stat status;
    void *ops = MAP_FAILED;
    size_t size = 0;

    if (!path)
        return NULL;
    if (file >= 0 && fstat(file, &status) == 0)
        size = (size_t)status.st_size;
    if (size > 0)
        ops = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (file >= 0)
        close(file);
    if (ops == MAP_FAILED)
        return "what goes before it cannot be read";
    problem = go_through(calls, ops, size / sizeof(struct own_before_op));
    munmap(ops, size);
    return problem;
}
