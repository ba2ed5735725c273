/* address.h: places of the heap in sentences, as the user wants to see them.
 *
 * All that is told of a heap is told in offsets from its start, "+0x00b8", with four digits at
 * least; whoever wants addresses gets them where the text is told, and nowhere before. */
#ifndef COMMAND_ADDRESS_H
#define COMMAND_ADDRESS_H

#include "base/text.h"
#include "session/session.h"
#include "show/show.h"

/* Append a sentence, with addresses in place of offsets if that is what the user prefers. */
void address_add_text(const struct session *session, const struct show *show, const char *sentence,
                      struct text *text);

#endif
