/* space.c: see space.h. */
#include "target/space.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/maps.h"
#include "base/memory.h"

const char *space_kind_text(enum space_kind kind)
{
#define X(name, text, meaning) text,
    static const char *const texts[] = {SPACE_KINDS(X)};
#undef X

    return texts[kind];
}

const char *space_kind_meaning(enum space_kind kind)
{
#define X(name, text, meaning) meaning,
    static const char *const meanings[] = {SPACE_KINDS(X)};
#undef X

    return meanings[kind];
}

void space_finish(struct space *space)
{
    free(space->parts);
    *space = (struct space){0};
}

struct space space_copy(const struct space *space)
{
    struct space copy = {.count = space->count, .capacity = space->count + 1};

    copy.parts = memory_create(copy.capacity, sizeof copy.parts[0]);
    memory_copy(copy.parts, space->parts, space->count * sizeof copy.parts[0]);
    return copy;
}

const struct space_part *space_find(const struct space *space, enum space_kind kind)
{
    for (size_t i = 0; i < space->count; i++) {
        if (space->parts[i].kind == kind)
            return &space->parts[i];
    }
    return NULL;
}

/* ---- Parsing ---- */

static bool begins_with(const char *string, const char *beginning)
{
    return strncmp(string, beginning, strlen(beginning)) == 0;
}

/* What is mapped without a name is the bss of whose data it lies behind. */
static enum space_kind kind_of_nameless(const struct space *space, const struct mapping *mapping)
{
    const struct space_part *last = space->count ? &space->parts[space->count - 1] : NULL;
    bool adjoins = last && last->end == mapping->start;

    if (adjoins && last->kind == SPACE_DATA)
        return SPACE_BSS;
    return adjoins && last->kind == SPACE_LIBRARIES ? SPACE_LIBRARIES : SPACE_OTHER;
}

static enum space_kind kind_of(const struct space *space, const struct mapping *mapping,
                               const char *program, uint64_t variables)
{
    if (variables >= mapping->start && variables < mapping->end)
        return SPACE_VARIABLES;
    if (strcmp(mapping->name, program) == 0)
        return mapping->is_writable ? SPACE_DATA : SPACE_TEXT;
    if (strcmp(mapping->name, "[heap]") == 0)
        return SPACE_HEAP;
    if (begins_with(mapping->name, "[stack"))
        return SPACE_STACK;
    if (begins_with(mapping->name, "[v"))
        return SPACE_KERNEL;
    if (begins_with(mapping->name, "/memfd:heapglass"))
        return SPACE_EXCHANGE;
    if (mapping->name[0] == '/')
        return SPACE_LIBRARIES;
    return kind_of_nameless(space, mapping);
}

/* What joins a part of its own kind makes that longer. */
static void add(struct space *space, const struct mapping *mapping, enum space_kind kind)
{
    struct space_part *last = space->count ? &space->parts[space->count - 1] : NULL;

    if (last && last->kind == kind && last->end == mapping->start) {
        last->end = mapping->end;
        return;
    }
    space->parts =
        memory_reserve(space->parts, &space->capacity, space->count + 1, sizeof space->parts[0]);
    space->parts[space->count++] = (struct space_part){mapping->start, mapping->end, kind};
}

void space_parse(const char *maps, const char *program, uint64_t variables, struct space *ret_space)
{
    struct space space = {0};
    struct mapping mapping;

    while (maps_next(&maps, &mapping))
        add(&space, &mapping, kind_of(&space, &mapping, program, variables));
    *ret_space = space;
}

/* ---- Reading ---- */

bool space_read(int pid, uint64_t variables, struct space *ret_space, struct error *error)
{
    char path[64], program[PATH_MAX] = "";
    struct text maps = {0};
    ssize_t length;

    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    length = readlink(path, program, sizeof program - 1);
    program[length < 0 ? 0 : length] = '\0';
    if (!maps_read(pid, &maps)) {
        text_finish(&maps);
        return error_set_errno(error, "the kernel does not tell of the memory of process %d", pid);
    }
    if (maps.length == 0) {
        text_finish(&maps);
        return error_set(error, "process %d has ended", pid);
    }
    space_parse(text_string(&maps), program, variables, ret_space);
    text_finish(&maps);
    return true;
}
