/* json_pointers.h: what JSON says of pointers. Each member is there where there is something that
 * it could list:
 *
 *      "links"     the slots that point to something: {"at", "payload", "slot", "to", "address",
 *                  "freed_in"}; `to` is the live payload, and null where there is none
 *      "dangling"  the variables that point to what a step freed, or popped: {"name", "frame",
 *                  "address", "freed_in"}
 *      "leaks"     lost payloads on which others hang: {"payload", "requested", "allocated_in",
 *                  "lost_in", "keeps", "keeps_bytes", "circle"}
 *
 * Payloads and `at` are offsets, addresses strings; `_in` is a step's number, null for none. */
#ifndef REPORT_JSON_POINTERS_H
#define REPORT_JSON_POINTERS_H

#include "base/text.h"
#include "session/picture.h"

/* Append these members to an object.
 *   cost  O(variables, links and, where something is lost, payloads) */
void json_write_pointers(struct text *text, const struct picture *picture);

#endif
