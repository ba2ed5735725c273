/* verbs_pages.c: the commands that are about what the kernel gives: pages, and the break. */
#include <inttypes.h>
#include <string.h>

#include "base/maps.h"
#include "base/size.h"
#include "command/verbs.h"
#include "session/looking.h"

VERB(touch)
{
    enum { ALL = 100 };
    uint64_t percent = arguments->count > 0 ? arguments->items[0].number : ALL;

    return interpreter_act(
        interpreter,
        &(struct action){.kind = OP_TOUCH, .name = arguments->name, .argument = percent}, error);
}

VERB(pages)
{
    struct exhibit exhibit = {.kind = EXHIBIT_PAGES};

    (void)arguments;
    if (!session_read_pages(interpreter->session, &exhibit.pages, error))
        return false;
    interpreter->session->history->watches_pages = true; /* so that the curve has no gaps */
    if (session_is_look(interpreter->session))
        text_add(&interpreter->task.output, "Pages and blocks are as they were at the look.");
    interpreter_exhibit(interpreter, &exhibit);
    return true;
}

VERB(memory)
{
    struct exhibit exhibit = {.kind = EXHIBIT_MEMORY};

    (void)arguments;
    if (!session_read_space(interpreter->session, &exhibit.space, error))
        return false;
    interpreter_exhibit(interpreter, &exhibit);
    return true;
}

/* ---- brk ---- */

/* The kernel's own word for where the heap is: the [heap] line of /proc/PID/maps. */
static void add_heap_mapping(pid_t pid, struct text *text)
{
    struct text maps = {0};
    const char *lines;
    struct mapping mapping;

    maps_read(pid, &maps); /* nothing, where there is no process */
    lines = text_string(&maps);
    while (maps_next(&lines, &mapping)) {
        if (strcmp(mapping.name, "[heap]") == 0)
            text_add(text, "\n/proc/%d/maps: %" PRIx64 "-%" PRIx64 " [heap]", (int)pid,
                     mapping.start, mapping.end);
    }
    text_finish(&maps);
}

static void add_call(const struct break_call *call, struct text *text)
{
    uint64_t to = call->is_down ? call->at - call->size : call->at + call->size;
    char size[SIZE_TEXT_MAX];

    if (call->step == 0)
        text_add(text, "\n%-10s", "opening");
    else
        text_add(text, "\nstep %-5" PRIu32, call->step);
    text_add(text, " %c%-12" PRIu64 " %8s  ", call->is_down ? '-' : '+', call->size,
             size_short(call->size, size));
    if (call->refused)
        text_add(text, "+0x%04" PRIx64 ", where it stays: the kernel refused", call->at);
    else
        text_add(text, "+0x%04" PRIx64 " to +0x%04" PRIx64, call->at, to);
}

/* The calls that moved the break, or were to. */
static void add_calls(const struct history *history, struct text *text)
{
    enum { LISTED_MOST = 1000 };
    size_t count = break_calls_until(&history->break_calls, history->steps.count);
    size_t first = count > LISTED_MOST ? count - LISTED_MOST : 0;

    if (count == 0)
        return;
    text_add(text, "\n\n%zu call%s moved the break, or tried to:", count, count == 1 ? "" : "s");
    if (first > 0)
        text_add(text, "\n%zu before these", first);
    for (size_t i = first; i < count; i++)
        add_call(&history->break_calls.items[i], text);
}

VERB(brk)
{
    const struct picture *picture = &interpreter->session->mirror->picture;
    uint64_t size = picture->metrics.heap_size, start = picture->heap_start;
    pid_t pid = target_owner(interpreter->session->mirror->target);
    char buffer[SIZE_TEXT_MAX];
    struct text *output = &interpreter->task.output;

    (void)arguments;
    (void)error;
    text_add(output,
             "The heap starts at 0x%" PRIx64 " and %s at 0x%" PRIx64 ": %" PRIu64 " bytes (%s) in ",
             start, interpreter->session->looks.heap > 0 ? "ends" : "the break is", start + size,
             size, size_short(size, buffer));
    text_add(output, pid ? "process %d." : "a core file.", (int)pid);
    if (!description_can(&picture->description, KIND_ACTS))
        return true;
    text_add(output, "\nlimit %s",
             picture->limit == NO_LIMIT ? "none" : size_exact(picture->limit, buffer));
    add_heap_mapping(pid, output);
    add_calls(interpreter->session->history, output);
    return true;
}
