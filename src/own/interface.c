/* interface.c: see interface.h. */
#include "own/interface.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "own/handle.h"

/* ---- Names that are known ---- */

/* The malloc lab, with and without names of its own; and K&R. */
static const struct interface interfaces[] = {
    {"mm_init", "mm_malloc", "mm_realloc", "mm_calloc", "mm_free", .is_known = true},
    {"mm_init", "malloc", "realloc", "calloc", "free", .is_known = true},
    {"alloc_init", "alloc", "", "", "afree", .is_known = false},
    {"", "pvPortMalloc", "pvPortRealloc", "pvPortCalloc", "vPortFree", .is_known = false},
};

enum { INTERFACES = sizeof interfaces / sizeof interfaces[0] };

/* Sets of functions as they are found. */
struct found {
    struct interface *items; /* INTERFACES_MAX */
    size_t count;
};

static void add(struct found *found, const struct interface *interface)
{
    for (size_t i = 0; i < found->count; i++) {
        if (strcmp(found->items[i].allocate, interface->allocate) == 0 ||
            strcmp(found->items[i].allocate_zeroed, interface->allocate) == 0)
            return;
    }
    if (found->count < INTERFACES_MAX)
        found->items[found->count++] = *interface;
}

/* The first that is known need not say how it releases, if it is a lab's: that is told where it is
 * loaded. */
static void add_known(const char *stripped, struct found *found)
{
    for (size_t i = 0; i < INTERFACES; i++) {
        const struct interface *known = &interfaces[i];

        if (source_defines(stripped, known->allocate) &&
            ((known->is_known && found->count == 0) || source_defines(stripped, known->release)))
            add(found, known);
    }
}

/* ---- Names that say what they do ---- */

/* What people say for it. What allocates and what releases differ in that word alone. */
static const struct verbs {
    const char *allocate, *release, *resize, *allocate_zeroed, *begin;
} verbs[] = {
    {"malloc", "free", "realloc", "calloc", "init"},
    {"Malloc", "Free", "Realloc", "Calloc", "Init"},
    {"alloc", "free", "realloc", "calloc", "init"},
    {"Alloc", "Free", "Realloc", "Calloc", "Init"},
    {"allocate", "deallocate", "reallocate", "callocate", "init"},
    {"allocate", "free", "reallocate", "callocate", "init"},
    {"alloc", "dealloc", "realloc", "calloc", "init"},
    {"getmem", "freemem", "resizemem", "getzeroed", "initmem"},
    {"get", "release", "resize", "zeroed", "start"},
    {"Allocate", "Free", "Reallocate", "Callocate", "Init"},
    {"Allocate", "Deallocate", "Reallocate", "Callocate", "Init"},
};

enum { VERBS = sizeof verbs / sizeof verbs[0] };

/* What stands before a verb in a name, and behind it. */
struct around {
    const char *before, *after;
    int before_length, after_length;
};

static void make_name(const struct around *around, const char *verb, char name[INTERFACE_NAME_MAX])
{
    int length = snprintf(name, INTERFACE_NAME_MAX, "%.*s%s%.*s", around->before_length,
                          around->before, verb, around->after_length, around->after);

    if (length >= INTERFACE_NAME_MAX)
        name[0] = '\0';
}

/* Take a name over if the hand-in has such a function. */
static bool take_name(const char *stripped, const struct around *around, const char *verb,
                      char name[INTERFACE_NAME_MAX])
{
    make_name(around, verb, name);
    if (source_defines(stripped, name))
        return true;
    name[0] = '\0';
    return false;
}

/* Whether a function allocates: it is asked for a number of bytes, and for nothing that a caller
 * would need to have first but a handle; words on who calls are no such thing. */
static bool allocates(const char *stripped, const char *name, bool has_handle)
{
    struct source_function function;
    const char *at;
    bool good;

    if (!source_find(stripped, name, &function))
        return false;
    at = strrchr(text_string(&function.head), '(');
    good = function.answers == SOURCE_POINTER && !function.is_static &&
           function.parameters > has_handle;
    for (unsigned i = 0; good && i < function.parameters; i++) {
        size_t length = strcspn(++at, ",)");
        bool is_pointer = source_is_pointer(stripped, at, length);

        good = i == 0 ? is_pointer == has_handle : !is_pointer || memmem(at, length, "char", 4);
        at += length;
    }
    text_finish(&function.head);
    return good;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_followed_by_parameters(const char *at)
{
    return at[strspn(at, " \t\r\n")] == '(';
}

/* What releases may be for several that allocate: "my_free" goes with "my_best_fit_malloc". */
static bool take_release(const char *stripped, const struct around *around, const char *verb,
                         char name[INTERFACE_NAME_MAX])
{
    struct around shorter = *around;

    while (!take_name(stripped, &shorter, verb, name)) {
        if (shorter.before_length > 0)
            shorter.before_length--;
        while (shorter.before_length > 0 && shorter.before[shorter.before_length - 1] != '_')
            shorter.before_length--;
        if (shorter.before_length == 0)
            return false;
    }
    return true;
}

/* How often what may be a call is looked up, which reads the whole source. */
enum { TRIES_MOST = 200 };

/* Look for the next function that allocates, by a verb, and that another one goes with.
 *   at  where to look from, in `stripped`; is moved behind it */
static bool find_pair(const char *stripped, const char **at, const struct verbs *verb,
                      bool has_handle, struct around *around, struct interface *interface)
{
    for (unsigned tries = 0; tries < TRIES_MOST && (*at = strstr(*at, verb->allocate));) {
        const char *found = *at;

        *at += strlen(verb->allocate);
        *around = (struct around){.before = found, .after = *at};
        while (around->before > stripped && is_word(around->before[-1]))
            around->before--;
        around->before_length = (int)(found - around->before);
        while (is_word(around->after[around->after_length]))
            around->after_length++;
        if (!is_followed_by_parameters(around->after + around->after_length))
            continue;
        tries++;
        make_name(around, verb->allocate, interface->allocate);
        if (take_release(stripped, around, verb->release, interface->release) &&
            allocates(stripped, interface->allocate, has_handle))
            return true;
    }
    *at = stripped + strlen(stripped);
    return false;
}

/* What begins it is called like the others, like the first of them, or after the heap. */
static void find_begin(const char *stripped, const struct around *around, const struct verbs *verb,
                       char name[INTERFACE_NAME_MAX])
{
    static const char *const others[] = {"init_heap",      "heap_init",      "initHeap",
                                         "init_allocator", "allocator_init", "initAllocator",
                                         "init_memory",    "memory_init",    "init"};
    static const char *const likewise[] = {
        "_init", "meminit", "mem_init", "create", "create_with_pool", "new", "make", "setup"};
    struct around last = {"", around->after, 0, around->after_length}, none = {"", "", 0, 0};
    char longer[16];

    if (take_name(stripped, around, verb->begin, name))
        return;
    snprintf(longer, sizeof longer, "%s_%s", verb->allocate, verb->begin);
    if (take_name(stripped, around, longer, name) ||
        (last.after_length > 0 && take_name(stripped, &last, verb->begin, name)))
        return;
    for (size_t i = 0; i < sizeof likewise / sizeof likewise[0]; i++) {
        if (take_name(stripped, around, likewise[i], name))
            return;
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (take_name(stripped, &none, others[i], name))
            return;
    }
}

/* Whether functions that are told which heap is meant can be: something begins one, and all speak
 * of the same. */
static bool can_have_handle(const char *stripped, const struct interface *interface)
{
    struct source_function allocate = {0}, release = {0}, begin = {0};
    bool good;

    source_find(stripped, interface->allocate, &allocate);
    source_find(stripped, interface->release, &release);
    good = release.parameters == 2 && handle_is_shared(stripped, &allocate, &release) &&
           interface_beginning(interface, stripped, &begin) != BEGINNING_NONE &&
           (handle_is_shared(stripped, &allocate, &begin) ||
            handle_is_answered(stripped, &begin, &allocate));
    text_finish(&allocate.head);
    text_finish(&release.head);
    text_finish(&begin.head);
    return good;
}

/* Those whose names differ in the verb alone. */
static void add_telling(const char *stripped, const struct verbs *verb, bool has_handle,
                        struct found *found)
{
    struct interface interface = {.has_handle = has_handle};
    const char *at = stripped;
    struct around around;

    while (found->count < INTERFACES_MAX &&
           find_pair(stripped, &at, verb, has_handle, &around, &interface)) {
        if (!take_name(stripped, &around, verb->resize, interface.resize))
            take_name(stripped, &around, "resize", interface.resize);
        take_name(stripped, &around, verb->allocate_zeroed, interface.allocate_zeroed);
        interface.begin[0] = '\0';
        find_begin(stripped, &around, verb, interface.begin);
        if (!has_handle || can_have_handle(stripped, &interface))
            add(found, &interface);
    }
}

size_t interface_list(const char *stripped, struct interface ret_interfaces[INTERFACES_MAX])
{
    struct found found = {.items = ret_interfaces};

    add_known(stripped, &found);
    for (size_t i = 0; i < VERBS; i++)
        add_telling(stripped, &verbs[i], false, &found);
    for (size_t i = 0; i < VERBS && found.count == 0; i++)
        add_telling(stripped, &verbs[i], true, &found);
    if (found.count == 0)
        add(&found, &interfaces[0]);
    return found.count;
}

void interface_find(const char *stripped, struct interface *ret_interface)
{
    struct interface all[INTERFACES_MAX];

    interface_list(stripped, all);
    *ret_interface = all[0];
}

/* ---- Choosing ---- */

/* Append the names of all but one: "a, b". */
static void add_names(const struct interface *all, size_t count, size_t but, struct text *text)
{
    const char *before = "";

    for (size_t i = 0; i < count; i++) {
        if (i == but)
            continue;
        text_add(text, "%s%s", before, all[i].allocate);
        before = ", ";
    }
}

/* The one that is wished for; the count where there is none, or more than one. */
static size_t find_wished(const struct interface *all, size_t count, const char *wish)
{
    size_t found = count;
    bool is_alone = true;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(all[i].allocate, wish) == 0)
            return i;
        if (!strstr(all[i].allocate, wish))
            continue;
        is_alone = found == count;
        found = i;
    }
    return is_alone ? found : count;
}

bool interface_choose(const char *stripped, const char *wish, struct interface *ret_interface,
                      struct text *ret_others, struct error *error)
{
    struct interface all[INTERFACES_MAX];
    size_t count = interface_list(stripped, all), chosen = wish ? find_wished(all, count, wish) : 0;
    struct text names = {0};

    if (chosen == count) {
        add_names(all, count, count, &names);
        error_set(error, "no one set of functions is meant by '%s'; what allocates is %s", wish,
                  text_string(&names));
        text_finish(&names);
        return false;
    }
    add_names(all, count, chosen, ret_others);
    *ret_interface = all[chosen];
    ret_interface->is_chosen = count > 1;
    return true;
}

/* ---- Beginning ---- */

/* How many of a function's parameters are pointers. */
static unsigned pointers_of(const char *stripped, const struct source_function *function)
{
    const char *at = strrchr(text_string(&function->head), '(');
    unsigned count = 0;

    for (unsigned i = 0; i < function->parameters; i++) {
        size_t length = strcspn(++at, ",)");

        count += source_is_pointer(stripped, at, length);
        at += length;
    }
    return count;
}

/* Whether what begins it is told which heap is meant, which is no memory. */
static bool is_told(const struct interface *interface, const char *stripped,
                    const struct source_function *begin)
{
    struct source_function allocate = {0};
    bool good = interface->has_handle && source_find(stripped, interface->allocate, &allocate) &&
                handle_is_shared(stripped, &allocate, begin);

    text_finish(&allocate.head);
    return good;
}

enum beginning interface_beginning(const struct interface *interface, const char *stripped,
                                   struct source_function *ret_function)
{
    unsigned pointers, others;

    if (!interface->begin[0] || !source_find(stripped, interface->begin, ret_function))
        return BEGINNING_NONE;
    others = is_told(interface, stripped, ret_function);
    pointers = pointers_of(stripped, ret_function) - others;
    if (ret_function->parameters - others < 2 || pointers == 0)
        return BEGINNING_GROWS;
    return ret_function->parameters - others == 2 ? BEGINNING_HANDED : BEGINNING_OTHER;
}
