/* test_lists.c: the lists of the C library's malloc, read from memory, held against what it says of
 * itself and against what is known of it. Each scenario runs in a process of its own, in which
 * nothing but the scenario calls malloc. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/random.h"
#include "kind/glibc.h"
#include "needs_glibc.h"
#include "test.h"

enum { SLOTS = 400, FAILED = 3 };

/* End the process, saying which line does not hold. */
#define HOLD(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            dprintf(STDERR_FILENO, "line %d does not hold: %s\n", __LINE__, #condition);           \
            _exit(FAILED);                                                                         \
        }                                                                                          \
    } while (0)

static struct glibc *open_heap(void)
{
    struct hg_config config = kind_config_default("glibc");
    struct kind_opening opening = {.config = &config};
    const char *problem = "";
    uintptr_t odd = (uintptr_t)sbrk(0) % 4096;

    HOLD(odd == 0 || sbrk((intptr_t)(4096 - odd)) != (void *)-1);
    return kind_glibc.open(&opening, &problem);
}

/* By the kind's functions, of which the compiler knows nothing: some look at what they freed. */
static void *take(size_t size)
{
    return kind_glibc.allocate(NULL, size);
}

static void give_back(void *payload)
{
    kind_glibc.release(NULL, payload);
}

static size_t extent_of(const struct glibc *glibc)
{
    return kind_glibc.extent(glibc);
}

static uint64_t length(const struct glibc *glibc, uint32_t list)
{
    return glibc_list_length(glibc, extent_of(glibc), list);
}

/* The block of a payload. */
static uint64_t at_of(const struct glibc *glibc, const void *payload)
{
    return (uint64_t)((const char *)payload - glibc->start) - GLIBC_WORD;
}

struct expected {
    uint64_t at[16];
    size_t count;
};

static bool expect_next(void *context, uint64_t at)
{
    struct expected *expected = context;

    expected->at[expected->count++ % 16] = at;
    return true;
}

static struct expected read_list(const struct glibc *glibc, uint32_t list)
{
    struct expected expected = {.count = 0};

    glibc_walk_list(glibc, extent_of(glibc), list, expect_next, &expected);
    return expected;
}

static enum hg_invariant broken(const struct glibc *glibc)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};

    kind_glibc.check(glibc, extent_of(glibc), &defect);
    return defect.broken;
}

/* ---- Scenarios ---- */

static void a_fresh_heap_is_the_top(void)
{
    struct glibc *glibc = open_heap();
    const char *top;

    HOLD(glibc->layout);
    for (uint32_t list = 0; list < GLIBC_LIST_TOP; list++)
        HOLD(length(glibc, list) == 0);
    HOLD(length(glibc, GLIBC_LIST_TOP) == 1);
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
    top = glibc->start + glibc_top(glibc) + GLIBC_WORD;
    for (size_t i = 0; !getenv("MALLOC_PERTURB_") && i < 8192; i++)
        HOLD(top[i] == 0);
}

/* What was freed last is first on the thread cache and in fast bins, and last on the others. */
static void each_list_holds_what_was_freed_in_its_order(void)
{
    struct glibc *glibc = open_heap();
    char *blocks[10], *apart[3], *volatile behind;
    struct expected seen;

    for (int i = 0; i < 10; i++)
        blocks[i] = take(40);
    for (int i = 0; i < 3; i++) {
        apart[i] = take(1000 + 1000 * (size_t)i);
        behind = take(24);
    }
    for (int i = 0; i < 10; i++)
        give_back(blocks[i]);
    seen = read_list(glibc, glibc_cache_list(48));
    HOLD(seen.count == 7 && glibc_cache_count(glibc, glibc_cache_list(48)) == 7);
    HOLD(seen.at[0] == at_of(glibc, blocks[6]) && seen.at[6] == at_of(glibc, blocks[0]));
    seen = read_list(glibc, glibc_fast_list(48));
    HOLD(seen.count == 3);
    HOLD(seen.at[0] == at_of(glibc, blocks[9]) && seen.at[2] == at_of(glibc, blocks[7]));
    give_back(apart[1]);
    give_back(apart[2]);
    seen = read_list(glibc, GLIBC_LIST_UNSORTED);
    HOLD(seen.count == 2);
    HOLD(seen.at[0] == at_of(glibc, apart[2]) && seen.at[1] == at_of(glibc, apart[1]));
    behind = take(5000); /* which sorts them */
    HOLD(behind && length(glibc, GLIBC_LIST_UNSORTED) == 0);
    seen = read_list(glibc, glibc_bin_list(2016));
    HOLD(seen.count == 1 && seen.at[0] == at_of(glibc, apart[1]));
    HOLD(length(glibc, glibc_bin_list(3008)) == 1);
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
}

static void a_small_bin_holds_what_was_sorted(void)
{
    struct glibc *glibc = open_heap();
    char *blocks[9], *volatile behind;

    for (int i = 0; i < 9; i++) {
        blocks[i] = take(500);
        behind = take(24);
    }
    for (int i = 0; i < 9; i++)
        give_back(blocks[i]);
    HOLD(length(glibc, glibc_cache_list(512)) == 7 && length(glibc, GLIBC_LIST_UNSORTED) == 2);
    behind = take(2000);
    HOLD(behind && length(glibc, glibc_bin_list(512)) == 2);
    HOLD(glibc_bin_list(512) < GLIBC_LIST_LARGE);
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
}

/* ---- Damage ---- */

/* A heap with something on every sort of list: `freed` waits in the thread cache, `large` on the
 * unsorted bin. */
struct patient {
    struct glibc *glibc;
    char *freed, *live, *large;
};

static struct patient make_patient(void)
{
    struct patient patient = {.glibc = open_heap()};

    patient.freed = take(40);
    patient.live = take(40);
    patient.large = take(3000);
    HOLD(take(24));
    give_back(patient.freed);
    give_back(patient.large);
    HOLD(broken(patient.glibc) == HG_INVARIANT_NONE);
    return patient;
}

static void a_count_that_lies_is_found(void)
{
    struct patient patient = make_patient();

    ((uint16_t *)(uintptr_t)patient.glibc->cache)[1]++;
    HOLD(broken(patient.glibc) == HG_INVARIANT_COUNTED);
}

/* Write a link as malloc would have stored it there. */
static void set_link(const struct glibc *glibc, char *payload, uintptr_t link)
{
    if (glibc->layout->is_safe_linked)
        link ^= (uintptr_t)payload >> 12;
    memcpy(payload, &link, sizeof link);
}

/* Which is what a program can do with a dangling pointer. */
static void a_list_that_leads_into_a_block_is_found(void)
{
    struct patient patient = make_patient();

    set_link(patient.glibc, patient.freed, (uintptr_t)patient.live + 16);
    HOLD(broken(patient.glibc) == HG_INVARIANT_LISTED);
}

static void a_live_block_on_a_list_is_found(void)
{
    struct patient patient = make_patient();

    set_link(patient.glibc, patient.freed, (uintptr_t)patient.live);
    set_link(patient.glibc, patient.live, 0);
    HOLD(broken(patient.glibc) == HG_INVARIANT_COUNTED); /* one more than its count */
}

static void a_list_that_goes_round_is_found(void)
{
    struct patient patient = make_patient();

    set_link(patient.glibc, patient.freed, (uintptr_t)patient.freed);
    HOLD(broken(patient.glibc) == HG_INVARIANT_COUNTED);
}

static void a_cached_block_of_another_size_is_found(void)
{
    struct patient patient = make_patient();
    uint64_t word = 64 | GLIBC_LEFT_USED; /* and the next block begins in the live one */

    memset(patient.live, 0x21, 40);
    memcpy(patient.live + 8, (uint64_t[]){32 | GLIBC_LEFT_USED}, sizeof word);
    memcpy(patient.freed - GLIBC_WORD, &word, sizeof word);
    HOLD(broken(patient.glibc) == HG_INVARIANT_LISTED);
}

static void a_link_that_does_not_lead_back_is_found(void)
{
    struct patient patient = make_patient();

    memset(patient.large + GLIBC_WORD, 0, GLIBC_WORD);
    HOLD(broken(patient.glibc) == HG_INVARIANT_LINKED);
}

/* A fast bin has no count: behind a link that was written over all is lost. */
static void a_link_to_nowhere_is_found(void)
{
    struct glibc *glibc = open_heap();
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    char *blocks[10];

    if (!glibc->layout->fast)
        return;
    for (int i = 0; i < 10; i++)
        blocks[i] = take(40);
    for (int i = 0; i < 10; i++)
        give_back(blocks[i]);
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
    set_link(glibc, blocks[8], 0x4141414141414141);
    HOLD(!kind_glibc.check(glibc, extent_of(glibc), &defect));
    HOLD(defect.broken == HG_INVARIANT_LEADS && defect.at == at_of(glibc, blocks[8]));
    set_link(glibc, blocks[2], 0x4141414141414141);
    HOLD(broken(glibc) == HG_INVARIANT_LEADS);
}

/* Four blocks in one bin, two of them of a size: the first of each size are on a ring. */
struct sized {
    struct glibc *glibc;
    char *large, *middle[2], *small;
};

static struct sized make_sized(void)
{
    struct sized sized = {.glibc = open_heap()};
    char **blocks[] = {&sized.middle[0], &sized.large, &sized.small, &sized.middle[1]};
    static const size_t sizes[] = {4112, 4128, 4096, 4112};

    for (int i = 0; i < 4; i++) {
        *blocks[i] = take(sizes[i]);
        HOLD(take(24));
    }
    for (int i = 0; i < 4; i++)
        give_back(*blocks[i]);
    HOLD(take(9000)); /* which sorts them */
    HOLD(length(sized.glibc, glibc_bin_list(4112)) == 4);
    HOLD(broken(sized.glibc) == HG_INVARIANT_NONE);
    return sized;
}

static uint64_t *ring_of(char *payload)
{
    return (uint64_t *)(void *)payload + 2;
}

/* Write over a link of the ring, which check then tells of that block, and put it back. */
static void hold_ring_link(struct glibc *glibc, char *payload, unsigned link, const char *at)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};
    uint64_t before = ring_of(payload)[link];

    ring_of(payload)[link] = 0x4141414141414140;
    HOLD(!kind_glibc.check(glibc, extent_of(glibc), &defect));
    HOLD(defect.broken == HG_INVARIANT_LINKED && defect.at == at_of(glibc, at));
    ring_of(payload)[link] = before;
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
}

/* A link to the next size is seen at that, one to the size before where it stands; what is not the
 * first of its size is on no ring. */
static void a_ring_of_sizes_that_is_torn_is_found(void)
{
    struct sized sized = make_sized();
    char *first = sized.middle[ring_of(sized.middle[0])[0] == 0];
    char *other = sized.middle[first == sized.middle[0]];

    hold_ring_link(sized.glibc, sized.large, 0, first);
    hold_ring_link(sized.glibc, sized.large, 1, sized.large);
    hold_ring_link(sized.glibc, first, 0, sized.small);
    hold_ring_link(sized.glibc, first, 1, first);
    hold_ring_link(sized.glibc, sized.small, 0, sized.large);
    hold_ring_link(sized.glibc, sized.small, 1, sized.small);
    hold_ring_link(sized.glibc, other, 0, other);
}

/* The bin turned round: its links meet, and the sizes rise. */
static void a_bin_out_of_its_order_is_found(void)
{
    struct sized sized = make_sized();
    uint64_t *at = (uint64_t *)(void *)sized.large - 2;

    for (int i = 0; i < 5; i++) { /* the header is one of five chunks */
        uint64_t next = at[2];

        at[2] = at[3];
        at[3] = next;
        at = (uint64_t *)(uintptr_t)next;
    }
    HOLD(broken(sized.glibc) == HG_INVARIANT_ORDER);
}

static void a_free_block_on_no_list_is_found(void)
{
    struct patient patient = make_patient();
    const char *header;
    char *unsorted;

    memcpy(&header, patient.large, sizeof header);
    unsorted = (char *)(uintptr_t)header;
    memcpy(unsorted + 2 * sizeof header, &header, sizeof header);
    memcpy(unsorted + 3 * sizeof header, &header, sizeof header);
    HOLD(broken(patient.glibc) == HG_INVARIANT_LISTED);
}

static void a_bin_whose_bit_is_clear_is_found(void)
{
    struct patient patient = make_patient();
    const struct glibc *glibc = patient.glibc;

    HOLD(take(6000));
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
    memset((char *)(uintptr_t)glibc->arena + glibc->layout->bin_map, 0, 16);
    HOLD(broken(glibc) == HG_INVARIANT_BINS);
}

/* Whatever bytes the lists' words are: it ends, and nothing outside is read. */
static void any_bytes_can_be_walked(void)
{
    struct patient patient = make_patient();
    const struct glibc *glibc = patient.glibc;
    struct random random = {7};

    for (int i = 0; i < 2000; i++) {
        uint64_t word = random_below(&random, 3)
                            ? random_below(&random, UINT64_MAX)
                            : (uintptr_t)glibc->start + random_below(&random, 8192) / 8 * 8;

        memcpy(patient.freed + random_below(&random, 380) * GLIBC_WORD, &word, sizeof word);
        broken(glibc);
        for (uint32_t list = 0; list < GLIBC_LISTS; list++)
            length(glibc, list);
    }
}

/* ---- Versions ---- */

static void an_unknown_version_is_told_by_its_chunks(void)
{
    static struct kind_description description;
    struct hg_config config = kind_config_default("glibc");
    struct glibc *glibc = open_heap();

    HOLD(!glibc_layout_of("2.30") && !glibc_layout_of("2.99") && !glibc_layout_of("3.1"));
    HOLD(glibc_layout_of("2.31") && !glibc_layout_of("2.31")->is_safe_linked);
    HOLD(glibc_layout_of("2.36")->is_safe_linked && glibc_layout_of("2.41"));
    description_make(&kind_glibc, glibc, &config, &description);
    HOLD(description_can(&description, KIND_LISTS | KIND_TELLS_FREE | KIND_INFERS));
    HOLD(description.list_count == glibc_list_count(glibc));
    glibc->layout = NULL;
    description_make(&kind_glibc, glibc, &config, &description);
    HOLD(!(description.capabilities & (KIND_LISTS | KIND_TELLS_FREE | KIND_INFERS)));
    HOLD(description_can(&description, KIND_WALKS | KIND_CHECKS) && description.list_count == 0);
    give_back(take(24));
    HOLD(broken(glibc) == HG_INVARIANT_NONE);
}

/* ---- What malloc says ---- */

struct sums {
    size_t fast, fast_bytes, rest, rest_bytes, top;
};

static bool add_up(void *context, const struct hg_block *block)
{
    struct sums *sums = context;

    if (block->kind != HG_KIND_FREE || block->list < GLIBC_LIST_FAST)
        return true;
    if (block->list == GLIBC_LIST_TOP)
        sums->top = block->size + GLIBC_WORD;
    if (block->list < GLIBC_LIST_UNSORTED) {
        sums->fast++;
        sums->fast_bytes += block->size;
    } else {
        sums->rest++;
        sums->rest_bytes += block->size + (block->list == GLIBC_LIST_TOP ? GLIBC_WORD : 0);
    }
    return true;
}

/* Live payloads are used, and as large as malloc_usable_size says. */
static void hold_live(const struct glibc *glibc, char *const payloads[SLOTS])
{
    for (int slot = 0; slot < SLOTS; slot++) {
        struct hg_block block;

        if (!payloads[slot])
            continue;
        block = glibc_read_block(glibc, extent_of(glibc), at_of(glibc, payloads[slot]));
        HOLD(block.kind == HG_KIND_USED);
        HOLD(block.size - GLIBC_WORD == malloc_usable_size(payloads[slot]));
    }
}

static struct sums hold_sums(const struct glibc *glibc)
{
    struct mallinfo2 info = mallinfo2();
    struct sums sums = {0};

    kind_glibc.walk(glibc, extent_of(glibc), 0, add_up, &sums);
    HOLD(sums.fast == info.smblks && sums.fast_bytes == info.fsmblks);
    HOLD(sums.rest == info.ordblks && sums.rest_bytes + sums.fast_bytes == info.fordblks);
    HOLD(sums.top == info.keepcost && extent_of(glibc) == info.arena);
    return sums;
}

static void act_at_random(struct random *random, char **payload)
{
    static const uint64_t sizes[] = {24, 100, 200, 1500, 9000, 70000};
    size_t size = 1 + random_below(random, sizes[random_below(random, 6)]);

    if (!*payload)
        *payload = random_below(random, 8) ? take(size) : aligned_alloc(64, (size + 63) / 64 * 64);
    else if (random_below(random, 5) == 0)
        *payload = realloc(*payload, size);
    else {
        give_back(*payload);
        *payload = NULL;
    }
}

/* malloc_info counts the flag in a chunk's header along with its size, but for the top. */
static void random_sessions_agree_with_what_malloc_says(void)
{
    static char *payloads[SLOTS], buffer[1 << 16];
    struct glibc *glibc = open_heap();
    struct random random = {16};
    struct sums sums = {0};

    for (int i = 0; i < 20000; i++) {
        act_at_random(&random, &payloads[random_below(&random, SLOTS)]);
        if (i % 97)
            continue;
        hold_live(glibc, payloads);
        sums = hold_sums(glibc);
        HOLD(broken(glibc) == HG_INVARIANT_NONE);
    }
    sums = hold_sums(glibc);
    setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
    malloc_info(0, stdout); /* which writes before it allocates anything */
    fflush(stdout);
    dprintf(STDOUT_FILENO,
            "<ours>\n<total type=\"fast\" count=\"%zu\" size=\"%zu\"/>\n"
            "<total type=\"rest\" count=\"%zu\" size=\"%zu\"/>\n",
            sums.fast, sums.fast_bytes, sums.rest, sums.rest_bytes + sums.rest - 1);
}

/* ---- Running them ---- */

typedef void scenario(void);

static const struct {
    const char *name;
    scenario *run;
} scenarios[] = {
#define ROW(name)                                                                                  \
    {                                                                                              \
#name, name                                                                                \
    }
    ROW(a_fresh_heap_is_the_top),
    ROW(each_list_holds_what_was_freed_in_its_order),
    ROW(a_small_bin_holds_what_was_sorted),
    ROW(a_count_that_lies_is_found),
    ROW(a_list_that_leads_into_a_block_is_found),
    ROW(a_live_block_on_a_list_is_found),
    ROW(a_list_that_goes_round_is_found),
    ROW(a_cached_block_of_another_size_is_found),
    ROW(a_link_that_does_not_lead_back_is_found),
    ROW(a_link_to_nowhere_is_found),
    ROW(a_ring_of_sizes_that_is_torn_is_found),
    ROW(a_bin_out_of_its_order_is_found),
    ROW(a_free_block_on_no_list_is_found),
    ROW(a_bin_whose_bit_is_clear_is_found),
    ROW(any_bytes_can_be_walked),
    ROW(an_unknown_version_is_told_by_its_chunks),
    ROW(random_sessions_agree_with_what_malloc_says),
};

/* Run this program with a scenario's name, and read what it prints. */
static int run(const char *name, char *output, size_t room)
{
    int ends[2], status;
    size_t length = 0;
    ssize_t count;
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl("/proc/self/exe", "scenario", name, (char *)NULL);
        _exit(1);
    }
    close(ends[1]);
    while ((count = read(ends[0], output + length, room - 1 - length)) > 0)
        length += (size_t)count;
    output[length] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return status;
}

static void run_scenario(void **state)
{
    static char output[1 << 16];

    assert_int_equal(run(*state, output, sizeof output), 0);
}

static void malloc_info_sums_up_the_same(void **state)
{
    static char output[1 << 16], theirs[256];
    const char *ours, *end, *from;

    (void)state;
    assert_int_equal(run("random_sessions_agree_with_what_malloc_says", output, sizeof output), 0);
    ours = strstr(output, "<ours>\n");
    from = strstr(output, "<total type=\"fast\"");
    assert_non_null(ours);
    assert_non_null(from);
    end = strchr(strchr(from, '\n') + 1, '\n') + 1;
    memcpy(theirs, from, (size_t)(end - from));
    assert_string_equal(theirs, ours + strlen("<ours>\n"));
}

int main(int count, char **arguments)
{
    struct CMUnitTest tests[TEST_COUNT(scenarios) + 1] = {0};

    if (!malloc_is_the_c_librarys())
        return 0;
    for (size_t i = 0; i < TEST_COUNT(scenarios); i++) {
        if (count == 2 && strcmp(arguments[1], scenarios[i].name) == 0) {
            scenarios[i].run();
            return 0;
        }
        tests[i] = (struct CMUnitTest){scenarios[i].name, run_scenario, NULL, NULL,
                                       (void *)(uintptr_t)scenarios[i].name};
    }
    tests[TEST_COUNT(scenarios)] =
        (struct CMUnitTest)cmocka_unit_test(malloc_info_sums_up_the_same);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
