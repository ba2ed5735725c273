/* test_looking.c: what changed from one look at a heap to the next. */
#include "session/looking.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "kind/image.h"
#include "target/serve.h"
#include "test.h"

static struct session *session;

static void act(enum op_kind kind, const char *name, uint64_t size)
{
    struct error error;

    if (!session_act(session, &(struct action){.kind = kind, .name = name, .size = size}, &error))
        fail_msg("%s", error.text);
}

/* From here on, what there is now is what was seen before. */
static void look(void)
{
    block_table_finish(&session->looks.before);
    block_table_copy(&session->looks.before, &session->mirror->picture.blocks);
    session->looks.metrics_before = session->mirror->picture.metrics;
    session->looks.has_before = true;
}

static void expect_change(const char *words)
{
    struct text text = {0};
    struct error error;

    assert_true(session_add_changes(session, &text, &error));
    if (!strstr(text_string(&text), words))
        fail_msg("'%s' is not in '%s'", words, text_string(&text));
    text_finish(&text);
}

static void set_up(void)
{
    struct hg_config config = kind_config_default("first-fit");
    struct error error;

    session = session_create(&config, &error);
    assert_non_null(session);
}

static void blocks_come_and_go_and_change_their_size(void **state)
{
    struct error error;
    struct text text = {0};

    (void)state;
    set_up();
    assert_false(session_add_changes(session, &text, &error));
    act(OP_ALLOC, "A", 100);
    act(OP_ALLOC, "B", 1000);
    act(OP_ALLOC, "C", 40);
    look();
    expect_change("3 blocks stayed as they were, and the break where it was.");
    act(OP_FREE, "A", 0);
    expect_change("freed     1 block, 112 bytes: +0x00b8 112");
    expect_change("\nused-blocks    from 3 to 2");
    expect_change("\nexternal       from 0.0% to ");
    act(OP_ALLOC, "D", 2000);
    expect_change("allocated 1 block");
    act(OP_REALLOC, "B", 500);
    expect_change("shrank    1 block");
    expect_change("1 block stayed as it was");
    look();
    act(OP_REALLOC, "B", 900);
    expect_change("grew      1 block");
    act(OP_ALLOC, "E", 1 << 20);
    expect_change("the break moved up by");
    session_destroy(session);
}

/* A look that found these large blocks. */
static int look_of_large(const struct image_large *large, size_t count)
{
    struct kind_image image = {.magic = KIND_IMAGE_MAGIC,
                               .heaps = {.count = 1},
                               .large = {.at = KIND_IMAGE_PAGE, .count = count}};
    int file = memfd_create("look", MFD_CLOEXEC);

    assert_true(file >= 0);
    assert_int_equal(pwrite(file, &image, sizeof image, 0), sizeof image);
    assert_int_equal(pwrite(file, large, count * sizeof *large, KIND_IMAGE_PAGE),
                     count * sizeof *large);
    return file;
}

static void blocks_with_mappings_of_their_own_are_compared_by_their_addresses(void **state)
{
    static const struct image_large before[] = {{.address = 0x70000000, .size = 200 << 10},
                                                {.address = 0x71000000, .size = 300 << 10},
                                                {.address = 0x72000000, .size = 400 << 10},
                                                {.address = 0x73000000, .size = 500 << 10}},
                                    now[] = {{.address = 0x70000000, .size = 200 << 10},
                                             {.address = 0x71800000, .size = 4 << 20},
                                             {.address = 0x72000000, .size = 396 << 10},
                                             {.address = 0x73000000, .size = 512 << 10}};

    (void)state;
    set_up();
    look();
    session->looks.image = look_of_large(now, TEST_COUNT(now));
    session->looks.large_count = TEST_COUNT(before);
    session->looks.large = memory_create(TEST_COUNT(before), sizeof before[0]);
    memcpy(session->looks.large, before, sizeof before);
    expect_change("\nmapped    1 block, 4M: 0x71800000 4M");
    expect_change("\nunmapped  1 block, 300K: 0x71000000 300K");
    expect_change("\ngrew      1 block, 12K: 0x73000000 500K to 512K");
    expect_change("\nshrank    1 block, 4K: 0x72000000 400K to 396K");
    session_destroy(session);
}

/* Of another program's heap it is not known what was asked for. */
static void measures_that_are_not_known_are_left_out(void **state)
{
    struct text text = {0};
    struct error error;

    (void)state;
    set_up();
    act(OP_ALLOC, "A", 100);
    session->mirror->picture.metrics.is_unasked = 1;
    look();
    act(OP_ALLOC, "B", 1000);
    session->mirror->picture.metrics.is_unasked = 1;
    assert_true(session_add_changes(session, &text, &error));
    assert_non_null(strstr(text_string(&text), "\nused-blocks    from 1 to 2"));
    assert_null(strstr(text_string(&text), "requested"));
    text_finish(&text);
    session_destroy(session);
}

/* Only the largest are listed; the others are counted. */
static void many_changes_are_counted(void **state)
{
    char name[16];

    (void)state;
    set_up();
    look();
    for (unsigned i = 0; i < 30; i++) {
        snprintf(name, sizeof name, "a%u", i);
        act(OP_ALLOC, name, 100 + 16 * i);
    }
    expect_change("allocated 30 blocks");
    expect_change(", and 22 smaller");
    session_destroy(session);
}

/* Counts how often it is told, and goes on for so long. */
struct watcher {
    size_t told, until, done, total;
};

static bool watch(void *context, size_t done, size_t total)
{
    struct watcher *watcher = context;

    assert_true(done > watcher->done && done < total);
    watcher->done = done;
    watcher->total = total;
    return ++watcher->told < watcher->until;
}

/* A heap that has more blocks than one reply holds. */
static struct mirror *open_watched(struct watcher *watcher, struct error *error)
{
    struct progress progress = {watch, watcher};
    struct target_waiter waiter = {.progress = &progress};
    struct hg_config config = kind_config_default("pool-stack");
    struct names names = {0};
    struct mirror *mirror;

    config.settings[HG_SETTING_GROW] = 4 << 20;
    config.settings[HG_SETTING_SLOT_SIZE] = 16;
    mirror = mirror_create(&config, &names, &waiter, error);
    names_finish(&names);
    return mirror;
}

static void who_reads_much_says_how_far_and_may_be_stopped(void **state)
{
    struct watcher watcher = {.until = SIZE_MAX};
    struct error error = {0};
    struct mirror *mirror = open_watched(&watcher, &error);

    (void)state;
    assert_non_null(mirror);
    assert_true(watcher.told > 1);
    assert_int_equal(watcher.total, 4 << 20);
    mirror_destroy(mirror);
    watcher = (struct watcher){.until = 2};
    assert_null(open_watched(&watcher, &error));
    assert_int_equal(watcher.told, 2);
    assert_int_equal(error.kind, ERROR_STOPPED);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_and_go_and_change_their_size),
        cmocka_unit_test(blocks_with_mappings_of_their_own_are_compared_by_their_addresses),
        cmocka_unit_test(measures_that_are_not_known_are_left_out),
        cmocka_unit_test(many_changes_are_counted),
        cmocka_unit_test(who_reads_much_says_how_far_and_may_be_stopped),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
