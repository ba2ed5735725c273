/* fast_header.h: the fields of a fast heap's headers: those of tlsf, and what slabs, quick lists
 * and tables add to them. */
#ifndef HEAP_FAST_HEADER_H
#define HEAP_FAST_HEADER_H

#include "heap/fast/fast_layout.h"

struct hg_header_fields hg_fast_tlsf_header(const struct hg_settings *settings);
struct hg_header_fields hg_fast_segregated_header(const struct hg_settings *settings);

#endif
