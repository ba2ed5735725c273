/* outcome.c: see outcome.h. */
#include "show/outcome.h"

#include "base/utf8.h"

void outcome_add_place(const struct outcome *outcome, struct text *text)
{
    if (!outcome->location.file)
        return;
    utf8_add_visible_line(text, outcome->location.file);
    text_add(text, ":%u:%d: ", outcome->location.line, outcome->column);
}
