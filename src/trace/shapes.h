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

/* N pairs of small payloads come and go beside a table that stays, a quarter of them live at a
 * time; all go, and then one payload is wanted, nearly as large as all that were live at a time. */
void shape_phases(struct maker *maker);

/* N payloads, 100 live at a time, which go in about the order in which they came: large ones of two
 * sizes, which are nearly the same, and small ones by turns. */
void shape_buffers(struct maker *maker);

/* A search: N states of some 10 KiB, 24 live at a time, and beside them three tables that grow. */
void shape_search(struct maker *maker);

/* An interpreter: N statements, each with values of its own; texts that grow, tables that double,
 * frames of calls, and collections of what was kept. */
void shape_interpreter(struct maker *maker);

/* A browser: N pages are loaded, four open at a time, each with a tree, texts, styles and pictures,
 * of which some stay in a cache. */
void shape_browser(struct maker *maker);

/* A server: N steps of 64 connections, each of which fills its buffers and then frees all; and
 * sessions that stay longer. */
void shape_server(struct maker *maker);

#endif
