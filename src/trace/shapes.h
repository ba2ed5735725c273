/* shapes.h: the generators themselves; each makes one whole trace. */
#ifndef TRACE_SHAPES_H
#define TRACE_SHAPES_H

#include "trace/maker.h"

/* A compiler: for each of N functions a tree of small nodes, its strings and some growing tables,
 * freed when the function is done; symbols stay to the end. */
void shape_compiler(struct maker *maker);

/* A binary tree's nodes and their values, N pairs of 64 and 448 bytes; the values are freed, and N
 * blocks of 512 bytes wanted, which fit into none of the holes. */
void shape_binary(struct maker *maker);

/* Two neighbours are freed, and a block wanted that needs both: N times. */
void shape_coalescing(struct maker *maker);

/* N allocations of any size up to 32 KiB, each followed by a free of any other by chance. */
void shape_random(struct maker *maker);

/* A block that grows N times, with small ones allocated between that live for one step only. */
void shape_growth(struct maker *maker);

/* Decision diagrams: N nodes of two sizes in hash tables that double, with collections of the dead
 * ones. */
void shape_nodes(struct maker *maker);

/* Counted strings: N words, each a string, a node, and now and then a larger table; half of them
 * are seen before, so that their string is freed at once. */
void shape_strings(struct maker *maker);

/* N live payloads of 16 to 4096 bytes, each of which is replaced four times, by chance. */
void shape_replace(struct maker *maker);

#endif
