/* frame.c: see frame.h. */
#include "own/frame.h"

#include <ctype.h>
#include <string.h>

#include "kind/own.h"
#include "own/course_memory.h"
#include "own/handle.h"
#include "own/language.h"
#include "own/old_memlib.h"
#include "own/scopes.h"
#include "own/segment.h"
#include "own/taken.h"

/* Let a function that the preprocessor may have left out be NULL then; in C++, where nobody knows
 * how it was declared, it may not be. */
static void add_weakly(const char *name, const struct source_function *function, struct text *text)
{
    if (!function->is_static)
        text_add(text, "#ifndef __cplusplus\n#pragma weak %s\n%s;\n#endif\n", name,
                 text_string(&function->head));
}

/* What a function is given for its pointers and its numbers, in their order; the last of each is
 * for all that follow. */
enum { POINTERS = 2, NUMBERS = 3 };
struct given {
    const char *pointers[POINTERS], *numbers[NUMBERS];
    const char *size; /* in place of a number whose name says that it is a size; NULL: none */
};

/* Of the least block of an allocator that asks what that is to be. */
#define BLOCK_SIZE "128"

/* Whether the name of a parameter, its last word, says one of these, which end with NULL. */
static bool names(const char *parameter, size_t length, const char *const *words)
{
    size_t name = length;

    while (name > 0 && (isalnum((unsigned char)parameter[name - 1]) || parameter[name - 1] == '_'))
        name--;
    for (; *words; words++) {
        if (memmem(parameter + name, length - name, *words, strlen(*words)))
            return true;
    }
    return false;
}

/* What to give for a number by its name; NULL where that says nothing. */
static const char *number_named(const char *parameter, size_t length, const struct given *given)
{
    static const char *const sizes[] = {"size",  "Size",   "SIZE",   "bytes",
                                        "Bytes", "length", "Length", NULL};
    static const char *const blocks[] = {"block", "Block", NULL};

    if (!given->size || !names(parameter, length, sizes))
        return NULL;
    return names(parameter, length, blocks) ? BLOCK_SIZE : given->size;
}

/*   stripped  the source: see source_is_pointer */
static void add_arguments(const char *stripped, const struct source_function *function,
                          const struct given *given, struct text *text)
{
    const char *at = strrchr(text_string(&function->head), '(');
    unsigned pointers = 0, numbers = 0;

    for (unsigned i = 0; i < function->parameters; i++) {
        size_t length = strcspn(++at, ",)");
        bool is_pointer = source_is_pointer(stripped, at, length);
        unsigned number = is_pointer ? pointers++ : numbers++;
        unsigned last = is_pointer ? POINTERS - 1 : NUMBERS - 1;
        const char *named = is_pointer ? NULL : number_named(at, length, given);

        text_add(
            text, "%s%s", i > 0 ? ", " : "",
            named ? named
                  : (is_pointer ? given->pointers : given->numbers)[number < last ? number : last]);
        at += length;
    }
}

/* ---- Beginning ---- */

/* It is handed its memory, or, where it has it grow, NULL for the driver's list of payloads, how
 * large a region it is to have, and 1 for any other number. */
static const struct given memory = {
    {"start", "(char *)start + size"}, {"size", "size", "size"}, NULL};
static const struct given nothing = {{"0", "0"}, {"1", "1", "1"}, OWN_REGION "()"};

/* How large: as much as --heap-size says, or what can be looked at as a whole. */
static void add_region(const char *stripped, const struct source_function *function,
                       struct text *text)
{
    struct text arguments = {0};

    add_arguments(stripped, function, &nothing, &arguments);
    if (strstr(text_string(&arguments), OWN_REGION))
        text_add_string(text, "extern char *heapglass_word(const char *) __asm__(\"getenv\");\n"
                              "extern unsigned long heapglass_number(const char *, char **, int) "
                              "__asm__(\"strtoul\");\n"
                              "unsigned long " OWN_REGION "(void);\n"
                              "unsigned long " OWN_REGION "(void)\n"
                              "{\n"
                              "    const char *size = heapglass_word(\"" OWN_SIZE "\");\n"
                              "    return size ? heapglass_number(size, 0, 0) : 1ul << 20;\n"
                              "}\n");
    text_finish(&arguments);
}

/* Where it is told which heap is meant, that comes first; where it answers that, it may fail. */
static void add_call(const struct hand_in *hand_in, const struct source_function *function,
                     const struct given *given, bool is_answered, struct text *text)
{
    static const char *const forms[][2] = {
        [SOURCE_VOID] = {"", "; return 0;"},
        [SOURCE_POINTER] = {"", "; return 0;"},
        [SOURCE_INT] = {"return ", " == -1 ? -1 : 0;"},
        [SOURCE_BOOL] = {"return ", " ? 0 : -1;"},
    };
    struct given told = *given;

    if (hand_in->interface.has_handle && !is_answered) {
        told.pointers[1] = told.pointers[0];
        told.pointers[0] = HANDLE_NAME;
    }
    text_add(text, "%s%s(", is_answered ? HANDLE_NAME " = " : forms[function->answers][0],
             hand_in->interface.begin);
    add_arguments(text_string(&hand_in->stripped), function, &told, text);
    text_add(text, ")%s }\n",
             is_answered ? "; return " HANDLE_NAME " ? 0 : -1;" : forms[function->answers][1]);
}

/* Append what tells its functions which heap is meant, if they want to know.
 *   returns  whether what begins it answers that */
static bool add_handle(const struct hand_in *hand_in, const struct source_function *begin,
                       struct text *text)
{
    const char *stripped = text_string(&hand_in->stripped);
    struct source_function allocate = {0};
    bool is_answered;

    if (!hand_in->interface.has_handle)
        return false;
    source_find(stripped, hand_in->interface.allocate, &allocate);
    is_answered = handle_is_answered(stripped, begin, &allocate);
    handle_add(stripped, &allocate, is_answered, text);
    text_finish(&allocate.head);
    return is_answered;
}

/* Say how it begins, and how that is answered. */
static void add_beginning(const struct hand_in *hand_in, struct text *text)
{
    const struct interface *interface = &hand_in->interface;
    const char *stripped = text_string(&hand_in->stripped);
    struct source_function function;
    enum beginning beginning = interface_beginning(interface, stripped, &function);
    bool is_handed = beginning == BEGINNING_HANDED, is_answered;
    const char *head = is_handed ? OWN_TAKE "(void *start, unsigned long size)" : OWN_INIT "(void)";

    if (beginning == BEGINNING_NONE)
        return;
    add_weakly(interface->begin, &function, text);
    if (!is_handed)
        add_region(stripped, &function, text);
    is_answered = add_handle(hand_in, &function, text);
    text_add(text, "int %s;\nint %s { ", head, head);
    if (!hand_in->is_scoped)
        text_add(text, "if (!%s) return 0; ", interface->begin);
    if (old_memlib_is_used(stripped))
        old_memlib_add_beginning(stripped, text);
    add_call(hand_in, &function, is_handed ? &memory : &nothing, is_answered, text);
    text_finish(&function.head);
}

/* ---- What it does ---- */

/* Give a function of another name or other parameters the one by which it is called. */
static void add_named(const char *name, const char *head, const struct given *given,
                      const char *stripped, struct text *text)
{
    struct source_function function;

    if (!name[0] || !source_find(stripped, name, &function))
        return;
    text_add(text, "%s;\n%s { %s%s(", head, head, strncmp(head, "void *", 6) ? "" : "return ",
             name);
    add_arguments(stripped, &function, given, text);
    text_add_string(text, "); }\n");
    text_finish(&function.head);
}

static void add_names(const struct interface *interface, const char *stripped, struct text *text)
{
    bool is_told = interface->has_handle;
    const char *first = is_told ? HANDLE_NAME : "\"\"", *next = is_told ? "payload" : "\"\"";
    const char *payload = is_told ? HANDLE_NAME : "payload";
    const struct given of_allocate = {{first, "\"\""}, {"size", "0", "0"}, NULL};
    const struct given of_zeroed = {{first, "\"\""}, {"count", "size", "0"}, NULL};
    const struct given of_others = {{payload, next}, {"size", "0", "0"}, NULL};
    const struct given of_release = {{payload, next}, {"0", "0", "0"}, NULL};

    if (interface->is_known && !interface->is_chosen)
        return;
    add_named(interface->allocate, "void *" OWN_ALLOCATE "(unsigned long size)", &of_allocate,
              stripped, text);
    add_named(interface->resize, "void *" OWN_RESIZE "(void *payload, unsigned long size)",
              &of_others, stripped, text);
    add_named(interface->allocate_zeroed,
              "void *" OWN_ZEROED "(unsigned long count, unsigned long size)", &of_zeroed, stripped,
              text);
    add_named(interface->release, "void " OWN_RELEASE "(void *payload)", &of_release, stripped,
              text);
}

/* Those that look at a heap have several names. One that the preprocessor may have left out is
 * passed over if it is static: nobody can then ask whether it is there. */
static bool find_check(const char *stripped, const char **ret_name,
                       struct source_function *ret_function)
{
    static const char *const names[] = {"mm_checkheap", "mm_check", "check_heap", "checkheap",
                                        "validate_heap"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!source_find(stripped, names[i], ret_function))
            continue;
        *ret_name = names[i];
        if (!ret_function->is_static || !ret_function->is_conditional)
            return true;
        text_finish(&ret_function->head);
    }
    return false;
}

static void add_check(const char *stripped, struct text *text)
{
    struct source_function function;
    const char *name;

    if (!find_check(stripped, &name, &function))
        return;
    add_weakly(name, &function, text);
    text_add(text, "int " OWN_CHECK "(void);\nint " OWN_CHECK "(void) { if (!%s) return 1; %s%s(",
             name, function.answers == SOURCE_VOID ? "" : "return ", name);
    add_arguments(stripped, &function, &nothing, text);
    text_add(text, ")%s; }\n", function.answers == SOURCE_VOID ? "; return 1" : " != 0");
    text_finish(&function.head);
}

/* What the driver has, and a hand-in may ask for. */
static void add_driver(const char *stripped, struct text *text)
{
    if (strstr(stripped, "extern int verbose"))
        text_add_string(text, "#pragma weak verbose\nint verbose;\n");
}

/* ---- The whole ---- */

bool frame_can_name(const char *path)
{
    return !strpbrk(path, "\"\\\n\r");
}

/* Declare what other sources define, as far as its types are known. */
static void add_far(const struct hand_in *hand_in, const char *const *names, struct text *text)
{
    for (size_t i = 0; names[i]; i++) {
        struct text head = {0};

        if (names[i][0] && !source_defines(text_string(&hand_in->own), names[i]) &&
            source_find_declaration(text_string(&hand_in->stripped), names[i], &head))
            text_add(text, "#include <stddef.h>\n#include <stdint.h>\n%s;\n", text_string(&head));
        text_finish(&head);
    }
}

void frame_add(const char *path, bool is_cpp, const struct hand_in *hand_in, struct text *text)
{
    const char *stripped = text_string(&hand_in->stripped);
    struct interface interface = hand_in->interface;
    const char *const names[] = {interface.begin,           interface.allocate, interface.resize,
                                 interface.allocate_zeroed, interface.release,  NULL};

    if (is_cpp)
        interface.is_known = false; /* its functions' names say of what types they are */
    if (old_memlib_is_used(stripped))
        old_memlib_add_names(text);
    text_add(text, "#include \"%s\"\n", path);
    text_add_string(text, "#pragma GCC diagnostic ignored \"-Waddress\"\n");
    if (hand_in->is_scoped)
        scopes_add_frame(text_string(&hand_in->own), names, text);
    else
        add_far(hand_in, names, text);
    language_add_beginning(text);
    if (old_memlib_is_used(stripped))
        old_memlib_add_frame(text);
    if (segment_is_used(stripped))
        segment_add_frame(text);
    course_memory_add_frame(stripped, text);
    if (taken_is_used(hand_in, is_cpp))
        taken_add_frame(text);
    add_beginning(hand_in, text);
    add_names(&interface, stripped, text);
    if (!hand_in->is_scoped)
        add_check(stripped, text);
    add_driver(stripped, text);
    language_add_end(text);
}
