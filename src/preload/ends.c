/* ends.c: how a program that is followed ends, said before it does: for kernels that tell only its
 * parent. What ends by a signal says nothing. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/serve.h"

static void note_exit(int status, void *unused)
{
    (void)unused;
    heapglass_leaves(status);
}

/* The first to be registered is called last: a later one may yet end it otherwise. */
__attribute__((constructor)) static void await_exit(void)
{
    on_exit(note_exit, NULL);
}

static _Noreturn void leave(int status)
{
    heapglass_leaves(status);
    for (;;)
        syscall(SYS_exit_group, status);
}

EXPORT _Noreturn void _exit(int status)
{
    leave(status);
}

EXPORT _Noreturn void _Exit(int status)
{
    leave(status);
}
