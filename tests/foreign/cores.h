/* cores.h: core files, written of what the kernel shows of a process. */
#ifndef TESTS_FOREIGN_CORES_H
#define TESTS_FOREIGN_CORES_H

#include <sys/types.h>

#include "base/text.h"

enum { CORE_HEADERS = 4096 }; /* bytes before those of its memory, of which the heap's are first */

/* The bytes of a core file, to be finished: as if SIGABRT had ended the process. */
struct text write_core(pid_t pid);

/* Make them the file at core_path, in the folder at hand. */
void put_file(const char *core_path, const void *bytes, size_t size);

#endif
