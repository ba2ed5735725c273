/* exit.c: what is said of the heap when the process ends, where HEAPGLASS_CHECK asks for it, or
 * somebody follows. */
#include <fcntl.h>
#include <unistd.h>

#include "base/size.h"
#include "preload/arena.h"
#include "preload/environment.h"

/* Programs close standard error before they end, so a copy is kept where they do not look. */
enum { COPY_FROM = 200, NO_DESCRIPTOR = -1 };

static int errors = NO_DESCRIPTOR;

__attribute__((constructor)) static void keep_standard_error(void)
{
    if (environment_check() > 0)
        errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, COPY_FROM);
}

__attribute__((destructor)) static void check(void)
{
    char buffer[SIZE_TEXT_MAX], text[GUARD_TEXT_MAX];
    struct hg_defect defect;
    bool locked;

    if (process.follow)
        follow_end(process.follow);
    if (errors == NO_DESCRIPTOR)
        return;
    locked = process_enter();
    arenas_lock();
    if (!process.heap)
        environment_say(errors, "there was no memory for a heap");
    else if (process.guard.is_on && !guard_look(text))
        environment_say(errors, "the end found %s", text);
    else if (arenas_check(&defect))
        environment_say(errors, "a heap of %s, in order", size_short(arenas_used(), buffer));
    else
        environment_say(errors, "the heap is damaged at +0x%llx; this no longer holds: %s",
                        (unsigned long long)defect.at, hg_invariant_text(defect.broken));
    arenas_unlock();
    process_leave(locked);
}
