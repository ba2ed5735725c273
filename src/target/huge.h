/* huge.h: how much of a process's memory lies in huge pages, as /proc/PID/smaps says: for kernels
 * whose page tables, word by word, do not tell which pages do. */
#ifndef TARGET_HUGE_H
#define TARGET_HUGE_H

#include <stdint.h>
#include <stdio.h>

/* Bytes in huge pages of the mappings that have a part in [start, end).
 *   smaps  as the kernel writes it; lines that cannot be read count for nothing */
uint64_t huge_parse(FILE *smaps, uint64_t start, uint64_t end);

/* The same of a process; 0 where the kernel does not tell.
 *   cost  of the kernel's: 3 ms for each GiB that is resident */
uint64_t huge_read(int pid, uint64_t start, uint64_t end);

#endif
