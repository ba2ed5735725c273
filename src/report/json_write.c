/* json_write.c: see json_write.h. */
#include "report/json_write.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* Begin a value or a member. */
static void separate(struct text *text)
{
    char last = text->length > 0 ? text->data[text->length - 1] : '{';

    if (!strchr("{[:", last))
        text_add_bytes(text, ",", 1);
}

void json_write_begin(struct text *text, char bracket)
{
    separate(text);
    text_add_bytes(text, &bracket, 1);
}

void json_write_end(struct text *text, char bracket)
{
    text_add_bytes(text, &bracket, 1);
}

void json_write_name(struct text *text, const char *name)
{
    separate(text);
    text_add_bytes(text, "\"", 1);
    text_add_string(text, name);
    text_add_bytes(text, "\":", 2);
}

void json_write_number(struct text *text, uint64_t number)
{
    separate(text);
    text_add_number(text, number > INT64_MAX ? INT64_MAX : number);
}

void json_write_bool(struct text *text, bool value)
{
    separate(text);
    text_add_string(text, value ? "true" : "false");
}

void json_write_null(struct text *text)
{
    separate(text);
    text_add_bytes(text, "null", 4);
}

/* Write a value as jansson does, which is given back. */
static void write_value(struct text *text, json_t *value)
{
    char *written = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

    if (written)
        text_add_string(text, written);
    free(written);
    json_decref(value);
}

void json_write_real(struct text *text, double real)
{
    if (!isfinite(real)) {
        json_write_null(text);
        return;
    }
    separate(text);
    write_value(text, json_real(real));
}

/* Whether the string stands in JSON as it is. */
static bool is_plain(const char *string)
{
    for (; *string; string++) {
        if (*string < ' ' || *string > '~' || *string == '"' || *string == '\\')
            return false;
    }
    return true;
}

void json_write_string(struct text *text, const char *string)
{
    struct text clean = {0};

    if (!string) {
        json_write_null(text);
        return;
    }
    separate(text);
    if (is_plain(string)) {
        text_add_bytes(text, "\"", 1);
        text_add_string(text, string);
        text_add_bytes(text, "\"", 1);
        return;
    }
    while (*string)
        utf8_add(&clean, utf8_next(&string));
    write_value(text, json_string(text_string(&clean)));
    text_finish(&clean);
}

/* ---- Members ---- */

void json_member_number(struct text *text, const char *name, uint64_t number)
{
    json_write_name(text, name);
    json_write_number(text, number);
}

void json_member_some(struct text *text, const char *name, uint64_t number, uint64_t none)
{
    json_write_name(text, name);
    if (number == none)
        json_write_null(text);
    else
        json_write_number(text, number);
}

void json_member_real(struct text *text, const char *name, double real)
{
    json_write_name(text, name);
    json_write_real(text, real);
}

void json_member_string(struct text *text, const char *name, const char *string)
{
    json_write_name(text, name);
    json_write_string(text, string);
}

void json_member_address(struct text *text, const char *name, uint64_t address)
{
    json_write_name(text, name);
    text_add(text, "\"0x%" PRIx64 "\"", address);
}
