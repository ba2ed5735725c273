/* test_corruption.c: what somebody does to a heap by hand who knows how it is made, under each
 * policy: each byte of the allocator's that is other than it was is named, with its block, the step
 * that wrote it, and what was there; and the session goes on, and back. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/spy.h"
#include "kind/c_library.h"
#include "kind/kind.h"
#include "target/serve.h"
#include "test.h"

enum { BYTES_MOST = 64 };

/* A heap, and bytes that are to be written to it. */
struct attack {
    struct spy *spy;
    uint64_t at; /* an offset */
    unsigned char bytes[BYTES_MOST];
    size_t size;
};

static const struct picture *picture_of(const struct attack *attack)
{
    return &attack->spy->session->mirror->picture;
}

static void read_bytes(const struct attack *attack, uint64_t at, void *ret_bytes, size_t size)
{
    unsigned char *bytes;
    struct error error;
    size_t count;

    assert_true(session_read_bytes(attack->spy->session, at, size, &bytes, &count, &error));
    assert_int_equal(count, size);
    memcpy(ret_bytes, bytes, size);
    free(bytes);
}

/* ---- What is to be hit ---- */

/* The block that a variable points to, or pointed to before it was freed. */
static const struct block *block_of(const struct attack *attack, const char *name)
{
    uint32_t id, place;

    if (!names_find(picture_of(attack)->names, name, &id) ||
        !picture_find(picture_of(attack), id, &place))
        return NULL;
    return block_table_get(&picture_of(attack)->blocks,
                           picture_variable(picture_of(attack), place).payload);
}

/* The last block that is used or free, before what marks the end. */
static const struct block *last_block(const struct attack *attack)
{
    struct block_cursor cursor = block_table_find(&picture_of(attack)->blocks, 0);
    const struct block *block, *last = NULL;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        if (block->kind == HG_KIND_FREE || block->kind == HG_KIND_USED)
            last = block;
    }
    return last;
}

/* A free block with a link in it; NULL if there is none. */
static const struct block *linked_block(const struct attack *attack)
{
    struct block_cursor cursor = block_table_find(&picture_of(attack)->blocks, 0);
    const struct block *block;

    for (; (block = block_cursor_get(&cursor)); block_cursor_next(&cursor)) {
        if (block->kind == HG_KIND_FREE &&
            description_list_links(&picture_of(attack)->description, block->list) > 0)
            return block;
    }
    return NULL;
}

/* ---- What is written ---- */

/* Write other bits into a field of the block's header: those under the mask of `value`, as they
 * stand in the header. */
static bool write_field(struct attack *attack, const struct block *block,
                        const struct description_field *field, uint64_t value)
{
    uint64_t word = 0;

    if (!block || !field || block->header == 0)
        return false;
    attack->at = block->at + field->at;
    attack->size = field->size;
    read_bytes(attack, attack->at, &word, field->size);
    word = (word & ~field->mask) | (value & field->mask);
    memcpy(attack->bytes, &word, field->size);
    return true;
}

static const struct description_field *size_field(const struct attack *attack)
{
    const struct kind_description *description = &picture_of(attack)->description;

    return description->field_count > 0 ? &description->fields[0] : NULL;
}

/* The flag number `number` of headers, from 0; NULL if they have fewer. */
static const struct description_field *flag_field(const struct attack *attack, unsigned number)
{
    const struct kind_description *description = &picture_of(attack)->description;

    for (uint32_t i = 0; i < description->field_count; i++) {
        if (description->fields[i].kind == HG_HEADER_FLAG && number-- == 0)
            return &description->fields[i];
    }
    return NULL;
}

/* Let the size in C's header be so many units larger, or smaller. */
static bool change_size(struct attack *attack, int units)
{
    const struct description_field *field = size_field(attack);
    const struct block *block = block_of(attack, "C");
    uint64_t word = 0, lowest;

    if (!field || !block || block->header == 0)
        return false;
    read_bytes(attack, block->at + field->at, &word, field->size);
    lowest = field->mask & -field->mask;
    return write_field(attack, block, field, word + (uint64_t)units * lowest);
}

static bool larger_size(struct attack *attack)
{
    return change_size(attack, 2);
}

static bool smaller_size(struct attack *attack)
{
    return change_size(attack, -1);
}

static bool no_size(struct attack *attack)
{
    return write_field(attack, block_of(attack, "C"), size_field(attack), 0);
}

static bool huge_size(struct attack *attack)
{
    return write_field(attack, block_of(attack, "C"), size_field(attack), UINT64_MAX);
}

static bool flip(struct attack *attack, unsigned number)
{
    const struct description_field *field = flag_field(attack, number);
    const struct block *block = block_of(attack, "C");
    uint64_t word = 0;

    if (!field || !block || block->header == 0)
        return false;
    read_bytes(attack, block->at + field->at, &word, field->size);
    return write_field(attack, block, field, ~word);
}

static bool first_flag(struct attack *attack)
{
    return flip(attack, 0);
}

static bool second_flag(struct attack *attack)
{
    return flip(attack, 1);
}

/* Let the first link of a free block hold something else. */
static bool write_link(struct attack *attack, uint64_t word)
{
    const struct block *block = linked_block(attack);

    if (!block)
        return false;
    attack->at = block->at + block->header;
    attack->size = description_list_links(&picture_of(attack)->description, block->list);
    if (attack->size > sizeof word)
        attack->size = sizeof word;
    memcpy(attack->bytes, &word, attack->size);
    return true;
}

static bool link_to_itself(struct attack *attack)
{
    const struct block *block = linked_block(attack);

    return block && write_link(attack, picture_of(attack)->heap_start + block->at);
}

static bool wild_link(struct attack *attack)
{
    return write_link(attack, 0x4141414141414141);
}

static bool footer(struct attack *attack)
{
    struct block_cursor cursor = block_table_find(&picture_of(attack)->blocks, 0);
    const struct block *block = block_cursor_get(&cursor);

    while (block && (block->footer == 0 || block->kind == HG_KIND_BOOKKEEPING)) {
        block_cursor_next(&cursor);
        block = block_cursor_get(&cursor);
    }
    if (!block)
        return false;
    attack->at = block->at + block->size - block->footer;
    attack->size = block->footer;
    memset(attack->bytes, 0x7f, attack->size);
    return true;
}

/* A text that goes on behind C's payload, into what lies there. */
static bool overrun(struct attack *attack)
{
    static const char text[] = "this text is longer than there is room for in C's block";
    const struct block *block = block_of(attack, "C");

    attack->at = block->at + block->header;
    attack->size = sizeof text;
    memcpy(attack->bytes, text, sizeof text);
    return true;
}

/* Of what the allocator keeps of the heap at its start, some that stands behind the pointers to
 * functions, which the heap process writes anew for each step. */
static bool bookkeeping(struct attack *attack)
{
    struct block_cursor cursor = block_table_find(&picture_of(attack)->blocks, 0);
    const struct block *block = block_cursor_get(&cursor);

    if (block->kind != HG_KIND_BOOKKEEPING)
        return false;
    attack->at = block->at + block->size / 4 * 3;
    attack->size = 4;
    read_bytes(attack, attack->at, attack->bytes, attack->size);
    for (size_t i = 0; i < attack->size; i++)
        attack->bytes[i] ^= 0x55;
    return true;
}

static bool last_header(struct attack *attack)
{
    const struct block *block = last_block(attack);

    if (!block || block->header == 0)
        return false;
    attack->at = block->at;
    attack->size = block->header < BYTES_MOST ? block->header : BYTES_MOST;
    memset(attack->bytes, 0xff, attack->size);
    return true;
}

static const struct way {
    const char *name;
    bool (*aim)(struct attack *attack); /* false: a heap of this policy has no such thing */
} ways[] = {
    {"a larger size", larger_size},
    {"a smaller size", smaller_size},
    {"no size", no_size},
    {"a huge size", huge_size},
    {"the first flag", first_flag},
    {"the second flag", second_flag},
    {"a free block that links to itself", link_to_itself},
    {"a free block that links anywhere", wild_link},
    {"a footer", footer},
    {"a text that is too long", overrun},
    {"the heap's own state", bookkeeping},
    {"the last block's header", last_header},
};

/* ---- What must be said of it ---- */

/* Whether a byte is the allocator's: of what it keeps, of a header, a footer or a free block's
 * links. */
static bool is_allocators(const struct picture *picture, uint64_t at)
{
    const struct block *block = block_table_get(&picture->blocks, at);
    uint64_t place = block ? at - block->at : 0;

    if (!block || block->kind == HG_KIND_UNREADABLE || block->kind == HG_KIND_UNTOLD)
        return false;
    return block->kind == HG_KIND_BOOKKEEPING || place < block->header ||
           place >= block->size - block->footer ||
           (block->kind == HG_KIND_FREE &&
            place - block->header < description_list_links(&picture->description, block->list));
}

/* Whether the report has "byte +0x0118 is 41, not 31" or "bytes +0x0118 to +0x011a are 41 ..., not
 * 31 ...", written by the last step. */
static bool is_named(const struct attack *attack, const char *report, size_t place,
                     unsigned char before)
{
    uint64_t at = attack->at + place;
    char alone[64], among[64], step[64], now[16];
    const char *found;

    snprintf(alone, sizeof alone, "byte +0x%04" PRIx64 " is %02x, not %02x, written by", at,
             attack->bytes[place], before);
    snprintf(among, sizeof among, "bytes +0x%04" PRIx64 " to ", at);
    snprintf(now, sizeof now, " are %02x ", attack->bytes[place]);
    snprintf(step, sizeof step, "written by step %zu (poke! ",
             attack->spy->session->history->steps.count);
    found = strstr(report, among);
    return strstr(report, step) && (strstr(report, alone) || (found && strstr(found, now)));
}

/* Carry it out, and let check be asked. Returns how many bytes are the allocator's, of which the
 * first must be named. */
static size_t carry_out(struct attack *attack, const char *policy, const char *way)
{
    unsigned char before[BYTES_MOST];
    struct text line = {0};
    size_t own = 0, first = 0;

    read_bytes(attack, attack->at, before, attack->size);
    for (size_t i = attack->size; i-- > 0;) {
        if (before[i] != attack->bytes[i] && is_allocators(picture_of(attack), attack->at + i)) {
            own++;
            first = i;
        }
    }
    text_add(&line, "poke! +0x%" PRIx64, attack->at);
    for (size_t i = 0; i < attack->size; i++)
        text_add(&line, " 0x%02x", attack->bytes[i]);
    spy_expect(attack->spy, text_string(&line));
    text_finish(&line);
    interpreter_run_line(&attack->spy->interpreter, "check");
    if (own > 0 && (attack->spy->ok ||
                    !is_named(attack, text_string(&attack->spy->last), first, before[first])))
        fail_msg("%s, %s: byte %zu at +0x%" PRIx64 " is not named: %s", policy, way, first,
                 attack->at, text_string(&attack->spy->last));
    return own;
}

/* Corrupt a heap in one way; returns whether that can be done, and was damage. */
static bool corrupt(struct spy *spy, const char *policy, const struct way *way)
{
    static const char *const after[] = {"alloc F 40",  "free A",   "free C", "realloc E 90",
                                        "alloc G 300", "coalesce", "check"};
    struct attack attack = {.spy = spy};
    size_t steps, own;
    char line[64];

    snprintf(line, sizeof line, "reset; policy %s; limit 1M", policy);
    spy_expect(spy, line);
    spy_expect(spy, "alloc A 40; alloc B 40; alloc C 40; alloc D 60; alloc E 40");
    interpreter_run_line(&spy->interpreter, "free B");
    interpreter_run_line(&spy->interpreter, "free D");
    steps = spy->session->history->steps.count;
    if (!way->aim(&attack))
        return false;
    own = carry_out(&attack, policy, way->name);
    for (size_t i = 0; i < TEST_COUNT(after); i++)
        interpreter_run_line(&spy->interpreter, after[i]);
    snprintf(line, sizeof line, "goto %zu; check", steps);
    spy_expect(spy, line);
    return own > 0;
}

/* Of the ways so many are damage under each policy: slots of a pool have neither size nor flags,
 * and a text that is too long for one hits but the next payload. */
static void ways_to_corrupt_a_heap_are_named_to_the_byte(void **state)
{
    static const struct {
        const char *policy;
        size_t ways;
    } cases[] = {
        {"first-fit", 12}, {"next-fit", 12},  {"best-fit", 12}, {"worst-fit", 12},  {"linear", 7},
        {"pool-scan", 1},  {"pool-stack", 3}, {"buddy", 9},     {"segregated", 12}, {"tlsf", 12},
        {"ostep", 7},      {"csapp", 9},      {"kr", 7},        {"osmem", 8},       {"glibc", 11},
    };
    struct spy *spy = spy_create();
    const struct hg_policy_info *policy;
    unsigned number = 0;

    (void)state;
    for (; (policy = kind_policy(number, NULL)); number++) {
        size_t count = 0;

        assert_in_range(number, 0, TEST_COUNT(cases) - 1);
        assert_string_equal(policy->name, cases[number].policy);
        if (strcmp(policy->name, "glibc") == 0 && !c_library_has_malloc())
            continue; /* malloc is a sanitizer's, or valgrind's */
        for (size_t i = 0; i < TEST_COUNT(ways); i++)
            count += corrupt(spy, policy->name, &ways[i]);
        if (count != cases[number].ways)
            fail_msg("%s: %zu ways were damage, and not %zu", policy->name, count,
                     cases[number].ways);
    }
    assert_int_equal(number, TEST_COUNT(cases));
    spy_destroy(spy);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ways_to_corrupt_a_heap_are_named_to_the_byte),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
