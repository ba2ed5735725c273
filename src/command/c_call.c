/* c_call.c: see c_call.h; and a step as a statement of C. */
#include "command/c_call.h"

#include <inttypes.h>
#include <string.h>

#include "command/c_syntax.h"
#include "session/history.h"

static const struct c_call calls[] = {
    {"malloc", "alloc", "S", true, OP_ALLOC},
    {"calloc", "calloc", "CS", true, OP_CALLOC},
    {"realloc", "realloc", "=S", true, OP_REALLOC},
    {"aligned_alloc", "aligned", "AS", true, OP_ALIGNED},
    {"free", "free", "N", false, OP_FREE},
    {"memset", "fill", "NBS", false, OP_FILL},
    {"strcpy", "write", "PT", false, OP_WRITE},
};

enum { CALLS = sizeof calls / sizeof calls[0] };

const struct c_call *c_call_at(unsigned number)
{
    return number < CALLS ? &calls[number] : NULL;
}

const struct c_call *c_call_find(const char *name, size_t length)
{
    for (size_t i = 0; i < CALLS; i++) {
        if (strlen(calls[i].function) == length && strncmp(calls[i].function, name, length) == 0)
            return &calls[i];
    }
    return NULL;
}

static const char *part_word(char part)
{
    switch ((enum c_part)part) {
    case C_PART_NAME:
    case C_PART_SAME:
    case C_PART_PLACE: return "NAME";
    case C_PART_TEXT: return "\"TEXT\"";
    case C_PART_SIZE: return "SIZE";
    case C_PART_COUNT: return "COUNT";
    case C_PART_ALIGNMENT: return "ALIGNMENT";
    case C_PART_BYTE: return "BYTE";
    }
    return "";
}

void c_call_add_form(const struct c_call *call, struct text *text)
{
    text_add(text, "%s%s(", call->answers ? "NAME = " : "", call->function);
    for (const char *part = call->parts; *part; part++)
        text_add(text, "%s%s", part > call->parts ? ", " : "", part_word(*part));
    text_add(text, ");");
}

/* ---- Steps ---- */

static void add_part(const struct step *step, const char *name, char part, struct text *text)
{
    const struct op *op = &step->op;
    int64_t distance = (int64_t)op->argument;

    switch ((enum c_part)part) {
    case C_PART_NAME:
    case C_PART_SAME: text_add(text, "%s", name); break;
    case C_PART_PLACE:
        text_add(text, "%s%s", op->own ? "(char *)&" : "", name);
        if (distance != 0)
            text_add(text, " %c %" PRIu64, distance < 0 ? '-' : '+',
                     distance < 0 ? -op->argument : op->argument);
        break;
    case C_PART_TEXT:
        text_add(text, "\"%.*s\"", (int)(op->size ? op->size - 1 : 0), (const char *)op->bytes);
        break;
    case C_PART_SIZE: text_add(text, "%" PRIu64, op->size); break;
    case C_PART_COUNT:
    case C_PART_ALIGNMENT:
    case C_PART_BYTE: text_add(text, "%" PRIu64, op->argument); break;
    }
}

/* "let q = p+8" is C behind its first word. */
static void add_pointing(const struct step *step, const char *const names[2], struct text *text)
{
    struct text command = {0};

    step_add_command(step, names, &command);
    text_add(text, "%s;", text_string(&command) + strlen("let "));
    text_finish(&command);
}

void c_syntax_add_step(const struct step *step, const char *const names[2], struct text *text)
{
    if (step->op.kind == OP_LET)
        add_pointing(step, names, text);
    else if (step->op.kind == OP_LOCAL)
        text_add(text, "char %s[%" PRIu64 "];", names[0], step->op.size);
    else if (step->op.kind == OP_CALL)
        text_add(text, "%s();", names[0]);
    for (size_t i = 0; i < CALLS; i++) {
        const struct c_call *call = &calls[i];

        if (call->op != (enum op_kind)step->op.kind)
            continue;
        text_add(text, call->answers ? "%s = %s(" : "%.0s%s(", names[0], call->function);
        for (const char *part = call->parts; *part; part++) {
            text_add(text, "%s", part > call->parts ? ", " : "");
            add_part(step, names[0], *part, text);
        }
        text_add(text, ");");
    }
}
