/* world.c: see world.h. What is told in worlds is in tales.c. */
#include "view/world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/memory.h"
#include "explain/explain.h"
#include "test.h"
#include "view/screen.h"

enum { ARENA_BYTES = 256 << 20 }; /* taken only where they are touched */

/* ---- Reading blocks back ---- */

/* The blocks that a step changed. */
struct reading {
    const struct picture *picture;
    struct block *blocks;
    size_t count, capacity;
    uint64_t end;   /* where the last of them ends */
    uint64_t until; /* blocks from here on are not wanted */
};

static bool read_block(void *context, const struct hg_block *block)
{
    struct reading *reading = context;

    if (block->at >= reading->until)
        return false;
    reading->blocks = memory_reserve(reading->blocks, &reading->capacity, reading->count + 1,
                                     sizeof reading->blocks[0]);
    reading->blocks[reading->count++] = picture_block_of(reading->picture, block);
    reading->end = block->at + block->size;
    return true;
}

/* Let the picture's blocks be those in memory where events told of changes, and measure. */
static void look(struct world *world)
{
    const struct recorder *recorder = &world->recorder;
    struct reading reading = {.picture = &world->picture, .until = recorder->high};
    size_t extent = world->kind->extent(world->heap);

    picture_set_events(&world->picture, recorder->events, recorder->count, recorder->dropped);
    if (recorder->low < recorder->high) {
        world->kind->walk(world->heap, extent, recorder->low, read_block, &reading);
        assert_true(block_table_splice(&world->picture.blocks, recorder->low,
                                       reading.end >= extent ? UINT64_MAX : reading.end,
                                       reading.blocks, reading.count));
    }
    assert_int_equal(block_table_end(&world->picture.blocks), extent);
    picture_measure(&world->picture, &world->picture.metrics);
    free(reading.blocks);
}

/* ---- Opening ---- */

/* Where the stack's top would be, as seen from the heap's start. */
#define STACK_ABOVE ((uint64_t)1 << 32)

static void forget(struct world *world)
{
    world->kind->close(world->heap);
    munmap(world->arena.start, world->arena.size);
    picture_finish(&world->picture);
}

/* Open the heap on fresh memory, and begin its picture. */
static void open_heap(struct world *world, const struct hg_config *config)
{
    struct hg_os os = hg_os_arena(&world->arena);
    struct kind_opening opening = {
        .config = config, .os = &os, .observer = recorder_observe, .context = &world->recorder};
    struct picture *picture = &world->picture;
    const char *problem = "";

    world->arena = (struct hg_arena){.size = ARENA_BYTES};
    world->arena.start = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(world->arena.start, MAP_FAILED);
    recorder_reset(&world->recorder, world->recorder.events);
    world->heap = world->kind->open(&opening, &problem);
    assert_non_null(world->heap);
    *picture = (struct picture){.config = *config,
                                .heap_start = (uintptr_t)world->arena.start,
                                .stack.top = (uintptr_t)world->arena.start + STACK_ABOVE,
                                .limit = NO_LIMIT,
                                .names = &world->history->names};
    description_make(world->kind, world->heap, config, &picture->description);
    look(world);
}

struct world *world_begin(const char *policy)
{
    struct hg_config config = hg_config_default(policy);
    struct world *world = memory_create(1, sizeof *world);

    world->kind = kind_of_policy(policy);
    assert_true(world->kind->declared & KIND_PLACED);
    world->recorder.events = memory_create(EXCHANGE_EVENTS_MAX, sizeof world->recorder.events[0]);
    world->history = history_create();
    open_heap(world, &config);
    world->history->opening = world->picture.metrics;
    return world;
}

void world_end(struct world *world)
{
    forget(world);
    history_destroy(world->history);
    free(world->recorder.events);
    free(world);
}

/* ---- Steps ---- */

static void *address_of(const struct world *world, uint64_t offset)
{
    return offset == OFFSET_NULL ? NULL : world_bytes(world, offset);
}

/* Carry out the operation. `payload` is what the variable points to: before, and afterwards.
 *   returns  false if the allocator refused */
static bool operate(struct world *world, const struct op *op, void **payload)
{
    const struct kind *kind = world->kind;
    void *other = address_of(world, picture_variable(&world->picture, op->other).payload);

    switch (op->kind) {
    case OP_ALLOC: *payload = kind->allocate(world->heap, op->size); return *payload;
    case OP_FREE: return kind->release(world->heap, *payload);
    case OP_FILL: memset(*payload, (int)op->argument, op->size); return true;
    case OP_CALL:
    case OP_LOCAL: *payload = NULL; return true; /* as if all words of the stack were 0 */
    case OP_LINK:
        memcpy((char *)*payload + op->size * SLOT_BYTES, &other, sizeof other);
        return true;
    case OP_LET:
        *payload = address_of(world, picture_offset_of(&world->picture, op->other));
        return true;
    case OP_REALLOC: {
        void *resized = kind->resize(world->heap, *payload, op->size);

        *payload = resized ? resized : *payload;
        return resized;
    }
    default: fail_msg("no world has told of operation %u so far", op->kind); return false;
    }
}

/* Carry out a step, the one of this number, and write what came of it. */
static void run(struct world *world, struct step *step, uint32_t number)
{
    struct recorder *recorder = &world->recorder;
    void *payload;

    step->before = picture_variable(&world->picture, step->op.slot).payload;
    payload = address_of(world, step->before);
    recorder_reset(recorder, recorder->events);
    step->result.refused = !operate(world, &step->op, &payload);
    step->result.reason = step->result.refused ? recorder->reason : HG_REASON_NONE;
    step->result.payload = payload ? (uint64_t)((char *)payload - world->arena.start) : OFFSET_NULL;
    step->result.word = picture_variable(&world->picture, step->op.other).payload;
    step->result.heap_size = world->kind->extent(world->heap);
    step->result.nanoseconds = 20 * (number - 1);
    step->result.visits = recorder->visits;
    if (op_has(&step->op, OP_GIVES) && !step->result.refused)
        step->result.usable = world->kind->usable(world->heap, payload);
    picture_note(&world->picture, step, number);
    look(world);
    step->metrics = world->picture.metrics;
}

static void append(struct world *world, const char *name, const struct op *op)
{
    struct steps *steps = &world->history->steps;
    struct step step = {.op = *op,
                        .names = {names_add(&world->history->names, name), NO_NAME},
                        .resident = RESIDENT_UNKNOWN};

    run(world, &step, (uint32_t)steps->count + 1);
    steps->items =
        memory_reserve(steps->items, &steps->capacity, steps->count + 1, sizeof steps->items[0]);
    steps->items[steps->count++] = step;
    steps->known = steps->count;
}

/* The place of the variable of this name, or the next one. */
static uint32_t place_of(struct world *world, const char *name)
{
    uint32_t place;

    if (picture_find(&world->picture, names_add(&world->history->names, name), &place))
        return place;
    return (uint32_t)world->picture.variables.count;
}

/* The place of what a step of this kind makes or is about. */
static uint32_t place_for(struct world *world, enum op_kind kind, const char *name, uint64_t size)
{
    uint32_t next = (uint32_t)world->picture.variables.count;

    if (kind == OP_CALL)
        return next;
    if (kind == OP_LOCAL)
        return next + (uint32_t)((size - 1) / WORD_BYTES);
    return place_of(world, name);
}

void world_point_to(struct world *world, const char *name, const char *variable)
{
    append(world, name,
           &(struct op){.kind = OP_LET,
                        .slot = place_of(world, name),
                        .other = place_of(world, variable),
                        .address = true});
}

void world_link(struct world *world, const char *name, uint64_t slot, const char *other)
{
    append(world, name,
           &(struct op){.kind = OP_LINK,
                        .slot = place_of(world, name),
                        .other = place_of(world, other),
                        .size = slot});
}

void world_act(struct world *world, enum op_kind kind, const char *name, uint64_t size)
{
    append(world, name,
           &(struct op){.kind = kind,
                        .slot = place_for(world, kind, name, size),
                        .other = NO_VARIABLE,
                        .size = size});
}

void world_fill(struct world *world, const char *name, unsigned char byte)
{
    uint32_t place = place_of(world, name);
    uint64_t payload = picture_variable(&world->picture, place).payload;

    append(world, name,
           &(struct op){.kind = OP_FILL,
                        .slot = place,
                        .other = NO_VARIABLE,
                        .size = ledger_find(&world->picture.ledger, payload)->requested,
                        .argument = byte});
}

void world_go(struct world *world, size_t step)
{
    struct steps *steps = &world->history->steps;
    struct hg_config config = world->picture.config;

    forget(world);
    open_heap(world, &config);
    for (size_t i = 0; i < step; i++)
        run(world, &steps->items[i], (uint32_t)i + 1);
    steps->count = step;
}

/* ---- Looking at it ---- */

unsigned char *world_bytes(const struct world *world, uint64_t at)
{
    return (unsigned char *)world->arena.start + at;
}

/* The list that is read, and how many of its elements there is room for. */
struct collector {
    struct free_list *list;
    size_t capacity, most;
};

static bool collect_item(void *context, uint64_t at)
{
    struct collector *collector = context;
    struct free_list *list = collector->list;

    if (list->count == collector->most)
        return false;
    list->items =
        memory_reserve(list->items, &collector->capacity, list->count + 1, sizeof list->items[0]);
    list->items[list->count++] = at;
    return true;
}

struct free_lists world_lists(const struct world *world, size_t most)
{
    struct free_lists lists = {.count = world->picture.description.list_count};
    size_t extent = world->kind->extent(world->heap);

    lists.lists = memory_create(lists.count + 1, sizeof lists.lists[0]);
    for (uint32_t i = 0; i < lists.count; i++) {
        struct collector collector = {.list = &lists.lists[i], .most = most};

        lists.lists[i].end =
            world->kind->walk_list(world->heap, extent, i, collect_item, &collector);
    }
    return lists;
}

struct scene world_scene(const struct world *world)
{
    static const struct outlook all;

    return (struct scene){.picture = &world->picture, .history = world->history, .outlook = &all};
}

/* The first word of the block in focus, if it has a header. */
static void read_header(const struct world *world, struct scene *scene)
{
    const struct block *block = block_table_get(&world->picture.blocks, scene->focus);

    if (!block || block->header < sizeof scene->header)
        return;
    memcpy(&scene->header, world_bytes(world, block->at), sizeof scene->header);
    scene->has_header = true;
}

void world_draw(const struct world *world, const struct outlook *outlook,
                const struct view_options *options, struct grid *grid)
{
    struct text explanation = {0};
    struct message message = {.heading = "what happened", .style = STYLE_PLAIN};
    struct free_lists lists = world_lists(world, 64);
    struct scene scene = world_scene(world);
    const struct step *last = history_last_step(world->history);

    if (last)
        explain_step(&world->picture, world->history, last, &explanation);
    message.text = text_string(&explanation);
    if (outlook)
        scene.outlook = outlook;
    message.is_presented = scene.outlook->choice.is_presented;
    if (message.is_presented)
        message.caption = "Enough is free, and yet it does not fit.";
    scene.focus = history_place_of_last_step(world->history);
    read_header(world, &scene);
    scene.lists = &lists;
    screen_draw(grid, &scene, options, &message, NULL, 0);
    free_lists_finish(&lists);
    text_finish(&explanation);
}
