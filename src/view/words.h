/* words.h: how blocks and places are called, wherever they are shown. */
#ifndef VIEW_WORDS_H
#define VIEW_WORDS_H

#include "session/session.h"
#include "view/options.h"

/* "A", "free", "leaked", "state", "end" or "unreadable". */
const char *words_block(const struct session *session, const struct block *block);

enum { WORDS_PLACE_MAX = 24 };

/* An offset ("+0x00a0") or, if the options say so, its address ("0x55555557a0a0"). Returns
 * `buffer`. */
const char *words_place(const struct session *session, const struct view_options *options,
                        uint64_t at, char buffer[WORDS_PLACE_MAX]);

#endif
