/* verbs_link.c: pointers in payloads, structures made of them, and the collector. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "command/queue.h"
#include "command/slot.h"
#include "command/tell.h"
#include "command/verbs.h"
#include "explain/graph.h"
#include "session/garbage.h"
#include "session/looking.h"

/* ---- Slots ---- */

/* "A.0 -> B", "A.0 -> B+8", "A.0 -> &b" or "A.0 -> NULL", which is to unlink. */
VERB(link)
{
    char name[SCOPED_NAME_MAX + 1], other[SCOPED_NAME_MAX + 1];
    struct reader reader = reader_of(&arguments->items[0]), pointer;
    struct action action = {
        .kind = OP_LINK, .name = name, .other = other, .forced = arguments->forced};

    if (!reader_slot(&reader, name, &action.size, error))
        return false;
    if (strncmp(reader.at, "->", 2) != 0) {
        error_set(error, "'->' is missing; it reads 'link A.0 -> B'");
        return reader_fail(&reader, error);
    }
    reader_skip(&reader, 2);
    pointer = reader;
    action.address = *reader.at == '&';
    reader_skip(&reader, action.address);
    if (!reader_name(&reader, other, error) || !reader_offset(&reader, &action.argument, error))
        return false;
    if (!action.address && strcmp(other, "NULL") == 0) {
        action.kind = OP_UNLINK;
        action.other = NULL;
    }
    interpreter->task.column = reader_column(&pointer);
    return interpreter_act(interpreter, &action, error);
}

VERB(unlink)
{
    char name[SCOPED_NAME_MAX + 1];
    struct reader reader = reader_of(&arguments->items[0]);
    struct action action = {.kind = OP_UNLINK, .name = name, .forced = arguments->forced};

    if (!reader_slot(&reader, name, &action.size, error))
        return false;
    if (*reader.at) {
        error_set(error, "behind the slot there can be nothing; it reads 'unlink A.0'");
        return reader_fail(&reader, error);
    }
    return interpreter_act(interpreter, &action, error);
}

/* ---- Structures ---- */

/* One in the making: blocks of one size, step by step. */
struct structure {
    struct interpreter *interpreter;
    const char *name;
    uint64_t size;
    uint64_t done, total; /* blocks */
    struct error *error;
};

/* Act, and tell of it at once, as of a command of its own. */
static bool act(const struct structure *structure, const struct action *action)
{
    struct interpreter *interpreter = structure->interpreter;

    if (!interpreter_act(interpreter, action, structure->error))
        return false;
    if (!interpreter->task.queued)
        tell_step(interpreter);
    interpreter->task.told = true;
    return true;
}

static bool allocate(struct structure *structure, const char *name)
{
    const struct progress *progress = &structure->interpreter->face.progress;

    if (structure->done > 0 && !progress_tick(progress, structure->done, structure->total))
        return error_set(structure->error, "stopped after %" PRIu64 " of %" PRIu64 " blocks",
                         structure->done, structure->total);
    structure->done++;
    return act(structure,
               &(struct action){.kind = OP_ALLOC, .name = name, .size = structure->size});
}

/* Let the slot of what `name` points to point where `other` does; NULL for nowhere. */
static bool set_slot(const struct structure *structure, const char *name, uint64_t slot,
                     const char *other)
{
    return act(structure, &(struct action){.kind = other ? OP_LINK : OP_UNLINK,
                                           .name = name,
                                           .size = slot,
                                           .other = other});
}

static bool let(const struct structure *structure, const char *name, const char *other)
{
    return act(structure, &(struct action){.kind = OP_LET, .name = name, .other = other});
}

/* Make the name of another variable that is needed for it: "A_node". */
static bool name_helper(const struct structure *structure, const char *suffix,
                        char ret_name[NAME_LENGTH_MAX + 1])
{
    int length = snprintf(ret_name, NAME_LENGTH_MAX + 1, "%s_%s", structure->name, suffix);

    return length <= NAME_LENGTH_MAX ||
           error_set(structure->error, "the name is too long for '_%s' to be added", suffix);
}

/* Begin one of `total` blocks that need `slots` slots each. */
static bool begin(struct structure *structure, struct interpreter *interpreter,
                  const struct arguments *arguments, uint64_t total, uint64_t slots,
                  struct error *error)
{
    enum { USUAL_SIZE = 24 };
    uint64_t size = arguments->count > 1 ? arguments->items[1].number : USUAL_SIZE;

    *structure = (struct structure){.interpreter = interpreter,
                                    .name = arguments->name,
                                    .size = size,
                                    .total = total,
                                    .error = error};
    if (size >= slots * SLOT_BYTES)
        return true;
    error_set(error, "its blocks need %" PRIu64 " bytes for their pointers", slots * SLOT_BYTES);
    return verb_fail_at(error, &arguments->items[1]);
}

static bool check_count(const struct arguments *arguments, uint64_t most, struct error *error)
{
    uint64_t count = arguments->items[0].number;

    if (count > 0 && count <= most)
        return true;
    error_set(error, "%" PRIu64 " is out of range; it can be from 1 to %" PRIu64, count, most);
    return verb_fail_at(error, &arguments->items[0]);
}

enum { LIST_MOST = 10 * 1000 * 1000, TREE_MOST = 20 };

/* Put another block before the first of a list. */
static bool push(struct structure *structure, const char *node)
{
    return allocate(structure, node) && set_slot(structure, node, 0, structure->name) &&
           let(structure, structure->name, node);
}

/* From the last block to the first, as a program does that has no pointer to the last. */
VERB(list)
{
    uint64_t count = arguments->items[0].number;
    char node[NAME_LENGTH_MAX + 1];
    struct structure list;
    bool good = check_count(arguments, LIST_MOST, error) &&
                begin(&list, interpreter, arguments, count, 1, error) &&
                name_helper(&list, "node", node) && allocate(&list, list.name) &&
                set_slot(&list, list.name, 0, NULL);

    while (good && list.done < count)
        good = push(&list, node);
    return good && (count == 1 || let(&list, node, NULL));
}

VERB(ring)
{
    uint64_t count = arguments->items[0].number;
    char node[NAME_LENGTH_MAX + 1], last[NAME_LENGTH_MAX + 1];
    struct structure ring;
    bool good = check_count(arguments, LIST_MOST, error) &&
                begin(&ring, interpreter, arguments, count, 1, error) &&
                name_helper(&ring, "node", node) && name_helper(&ring, "last", last) &&
                allocate(&ring, ring.name) && let(&ring, last, ring.name);

    while (good && ring.done < count)
        good = push(&ring, node);
    return good && set_slot(&ring, last, 0, ring.name) && let(&ring, last, NULL) &&
           (count == 1 || let(&ring, node, NULL));
}

/* Make the block on a level of a tree, from 0, and what hangs below it. */
static bool grow_tree(struct structure *tree, char names[][NAME_LENGTH_MAX + 1], uint64_t level,
                      uint64_t depth)
{
    bool is_leaf = level + 1 == depth;

    if (!allocate(tree, names[level]))
        return false;
    for (uint64_t side = 0; side < 2; side++) {
        if (!is_leaf && !grow_tree(tree, names, level + 1, depth))
            return false;
        if (!set_slot(tree, names[level], side, is_leaf ? NULL : names[level + 1]))
            return false;
    }
    return true;
}

VERB(tree)
{
    char names[TREE_MOST][NAME_LENGTH_MAX + 1], suffix[24];
    uint64_t depth = arguments->items[0].number;
    struct structure tree;
    bool good;

    if (!check_count(arguments, TREE_MOST, error) ||
        !begin(&tree, interpreter, arguments, ((uint64_t)1 << depth) - 1, 2, error))
        return false;
    snprintf(names[0], sizeof names[0], "%s", tree.name);
    good = true;
    for (uint64_t level = 1; good && level < depth; level++) {
        snprintf(suffix, sizeof suffix, "%" PRIu64, level);
        good = name_helper(&tree, suffix, names[level]);
    }
    good = good && grow_tree(&tree, names, 0, depth);
    for (uint64_t level = 1; good && level < depth; level++)
        good = let(&tree, names[level], NULL);
    return good;
}

/* ---- Collecting ---- */

enum { LISTED_MOST = 12 };

static void add_orphan(const struct picture *picture, uint64_t payload, struct text *text)
{
    const struct allocation *allocation = ledger_find(&picture->ledger, payload);
    char size[SIZE_TEXT_MAX];

    text_add(text, "\n+0x%04" PRIx64, payload);
    if (allocation)
        text_add(text, "  %6s  allocated in step %" PRIu32, size_short(allocation->requested, size),
                 allocation->born);
    if (allocation && allocation->lost_in > 0)
        text_add(text, ", leaked in step %" PRIu32, allocation->lost_in);
}

static void tell_orphans(const struct picture *picture, const struct garbage *garbage,
                         struct text *text)
{
    char size[SIZE_TEXT_MAX];

    if (garbage->count == 0) {
        text_add(text, "gc would free nothing: it reaches every block that is used.");
        return;
    }
    text_add(text, "gc would free %zu block%s, with %s%s:", garbage->count,
             garbage->count == 1 ? "" : "s", size_short(garbage->bytes, size),
             garbage->bytes < 1024 ? " bytes" : "");
    for (size_t i = 0; i < garbage->count && i < LISTED_MOST; i++)
        add_orphan(picture, garbage->payloads[i], text);
    if (garbage->count > LISTED_MOST)
        text_add(text, "\nand %zu more", garbage->count - LISTED_MOST);
}

static bool try_gc(struct interpreter *interpreter, struct error *error)
{
    struct session *session = interpreter->session;
    struct garbage garbage;

    if (interpreter->supposing)
        return error_set(error, "it makes no step, so there is nothing to suppose");
    if (!queue_settle(interpreter))
        return error_set_told(error);
    if (!session_find_garbage(session, interpreter_window(interpreter), &garbage, error))
        return false;
    tell_orphans(&session->mirror->picture, &garbage, &interpreter->task.output);
    garbage_finish(&garbage);
    return true;
}

VERB(gc)
{
    const struct argument *option = &arguments->items[0];

    if (arguments->count > 0 && strcmp(option->text, "--dry-run") != 0) {
        error_set(error, "it can be --dry-run, not '%s'", option->text);
        return verb_fail_at(error, option);
    }
    if (!session_can_collect(interpreter->session, error))
        return false;
    if (arguments->count > 0)
        return try_gc(interpreter, error);
    return interpreter_act(interpreter, &(struct action){.kind = OP_GC}, error);
}

/* ---- Looking ---- */

VERB(leaks)
{
    const struct session *session = interpreter->session;

    (void)arguments;
    if (!session_check_pointers(session, error))
        return false;
    graph_add_leaks(&session->mirror->picture, session->history, &interpreter->task.output);
    return true;
}

VERB(graph)
{
    const struct picture *picture = &interpreter->session->mirror->picture;
    const struct argument *option = &arguments->items[0];

    if (!session_check_pointers(interpreter->session, error))
        return false;
    if (arguments->count > 0 && strcmp(option->text, "--dot") != 0) {
        error_set(error, "it can be --dot, not '%s'", option->text);
        return verb_fail_at(error, option);
    }
    if (arguments->count > 0)
        graph_add_dot(picture, &interpreter->task.output);
    else
        graph_add_drawing(picture, &interpreter->task.output);
    return true;
}

VERB(refcount)
{
    (void)arguments;
    if (!session_check_pointers(interpreter->session, error))
        return false;
    graph_add_counts(&interpreter->session->mirror->picture, &interpreter->task.output);
    return true;
}
