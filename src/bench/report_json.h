/* report_json.h: results as JSON, written for programs and read back from a peer's process.
 *
 *      {"memory":"kept", "malloc":"/lib/.../libc.so.6",
 *       "rows":[{"trace":"binary","allocator":"first-fit","served":true,"reason":null,
 *                "operations":12000,"peak_live":1152000,"peak_heap":…,"heap_measure":"break",
 *                "utilization":0.9,"runs":5,"seconds":0.0004,"mops":30.5,
 *                "malloc_ns":{"p50":10.1,"p99":90.2,"p99.9":400.5}}, …],
 *       "means":[{"allocator":"first-fit","traces":8,"utilization":0.8,"mops":25.5}, …]}
 *
 * `memory` is what the timed runs began with: "kept", "touched" or "fresh" (result.h). Where a row
 * is not served, `reason` says why, the same for all allocators if the trace could not be loaded,
 * and heap, utilization, seconds, mops are null; malloc_ns is null where latency was not asked for;
 * the allocators of `means` are in the order of the rows. */
#ifndef BENCH_REPORT_JSON_H
#define BENCH_REPORT_JSON_H

#include <stdio.h>

#include "bench/result.h"

void bench_json_write(FILE *output, const struct bench_results *results);

/* Read back the one row of `text`.
 *   ret_result   its numbers and reason, without the names; untouched on failure
 *   ret_library  where malloc came from, to be freed; set on success */
bool bench_json_read(const char *text, struct bench_result *ret_result, char **ret_library,
                     struct error *error);

#endif
