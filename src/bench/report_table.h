/* report_table.h: results as a table for people. */
#ifndef BENCH_REPORT_TABLE_H
#define BENCH_REPORT_TABLE_H

#include <stdio.h>

#include "bench/result.h"

/* Print one block of rows for each trace, then the means where there are several traces, then how
 * the figures came about. The best of each block is marked with a star; allocators that do not
 * serve a trace say why, and a trace that there is not says so in one row. */
void bench_table_write(FILE *output, const struct bench_results *results);

#endif
