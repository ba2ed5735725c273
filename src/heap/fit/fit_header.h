/* fit_header.h: the fields of a teaching heap's headers, as its settings make them. */
#ifndef HEAP_FIT_HEADER_H
#define HEAP_FIT_HEADER_H

#include "heap/fit/fit_layout.h"

struct hg_header_fields hg_fit_header(const struct hg_settings *settings);

#endif
