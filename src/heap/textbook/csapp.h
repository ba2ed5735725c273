/* csapp.h: the implicit list of Bryant and O'Hallaron, Computer Systems: A Programmer's
 * Perspective, section 9.9. */
#ifndef HEAP_TEXTBOOK_CSAPP_H
#define HEAP_TEXTBOOK_CSAPP_H

#include "heap/engine.h"

extern const struct hg_engine hg_csapp_engine;

#endif
