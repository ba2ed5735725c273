/* stack_word.c: see stack_word.h. */
#include "explain/stack_word.h"

/* Append a name, and before it whose frame it is of, if that is not on top. */
static void add(const struct picture *picture, uint32_t place, const char *name, struct text *text)
{
    const struct variables *variables = &picture->variables;
    size_t frame = variables_frame_of(variables, place);

    if (frame != variables->called_count)
        text_add(text, "%s's ", picture_frame_name(picture, frame));
    text_add_string(text, name);
}

void stack_word_add_variable(const struct picture *picture, uint32_t place, struct text *text)
{
    add(picture, place, picture_name(picture, place), text);
}

void stack_word_add_own(const struct picture *picture, uint32_t place, struct text *text)
{
    add(picture, place, picture_own_name(picture, place), text);
}

void stack_word_add(const struct picture *picture, uint32_t place, struct text *text)
{
    const struct variables *variables = &picture->variables;
    size_t frame = variables_frame_of(variables, place);
    uint64_t ignored;
    uint32_t own;

    if (picture_own(picture, picture_offset_of(picture, place), &own, &ignored))
        stack_word_add_own(picture, own, text);
    else if (place >= variables->count)
        text_add(text, "a frame that is gone");
    else
        text_add(text, "%s's %s", picture_frame_name(picture, frame),
                 place == variables_frame(variables, frame).first ? "return address"
                                                                  : "saved frame pointer");
}

uint32_t stack_word_above(const struct picture *picture, uint32_t place)
{
    const struct variables *variables = &picture->variables;
    uint32_t words = place < variables->count ? variable_words(variables_get(variables, place)) : 1;

    return place >= words ? place - words : NO_VARIABLE;
}
