/* tell.c: see tell.h. */
#include "base/tell.h"

#include <stdarg.h>

#include "base/text.h"
#include "base/utf8.h"

void tell(FILE *output, const char *format, ...)
{
    struct text told = {0}, line = {0};
    va_list arguments;

    va_start(arguments, format);
    text_add_list(&told, format, arguments);
    va_end(arguments);
    utf8_add_visible_line(&line, text_string(&told));
    text_add_bytes(&line, "\n", 1);
    fwrite(line.data, 1, line.length, output);
    text_finish(&told);
    text_finish(&line);
}
