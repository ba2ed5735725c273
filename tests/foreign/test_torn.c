/* test_torn.c: caches of threads whose lists somebody wrote over, in core files. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cores.h"
#include "subjects.h"
#include "target/serve.h"
#include "test.h"
#include "tracing.h"

static const struct progress nobody;
static const char core_path[] = "core.torn";

/* The core of a program, and where in it its thread's cache and the lists there are. */
struct patient {
    struct text core;
    const struct glibc_layout *layout;
    uint64_t heap, cache, arena; /* addresses */
    uint32_t lists[8];           /* each with two blocks or more */
    size_t count;
};

static void read_bytes(const struct patient *patient, uint64_t address, void *bytes, size_t size)
{
    memcpy(bytes, patient->core.data + CORE_HEADERS + (address - patient->heap), size);
}

static void write_bytes(struct patient *patient, uint64_t address, const void *bytes, size_t size)
{
    memcpy(patient->core.data + CORE_HEADERS + (address - patient->heap), bytes, size);
}

static uint64_t read_word(const struct patient *patient, uint64_t address)
{
    uint64_t word;

    read_bytes(patient, address, &word, sizeof word);
    return word;
}

static uint64_t entry_of(const struct patient *patient, uint32_t list)
{
    return patient->cache + patient->layout->cache_entries + (uint64_t)list * GLIBC_WORD;
}

/* The address of the payload of the number-th block on a list; 0 behind the last. */
static uint64_t payload_of(const struct patient *patient, uint32_t list, unsigned number)
{
    uint64_t payload = read_word(patient, entry_of(patient, list));

    for (; number > 0 && payload; number--) {
        uint64_t mask = patient->layout->is_safe_linked ? payload >> 12 : 0;

        payload = read_word(patient, payload) ^ mask;
    }
    return payload;
}

/* Let a block's link lead to an address, as malloc would have stored it. */
static void lead(struct patient *patient, uint64_t payload, uint64_t link)
{
    uint64_t word = link ^ (patient->layout->is_safe_linked ? payload >> 12 : 0);

    write_bytes(patient, payload, &word, sizeof word);
}

/* Look at the core, and at its heap. */
static void look_at(const struct patient *patient, struct look *look, struct seen *seen)
{
    struct error error = {0};

    put_file(core_path, patient->core.data, patient->core.length);
    if (!look_core(core_path, &nobody, look, &error))
        fail_msg("%s", error.text);
    assert_true(see(look, seen));
}

static void look_away(struct look *look, struct seen *seen)
{
    see_no_more(seen);
    look_finish(look);
}

static struct patient admit(void)
{
    static struct subject subject;
    struct patient patient = {0};
    struct look look;
    struct seen seen;

    subject_begin(&subject, "");
    patient.core = write_core(subject.pid);
    subject_end(&subject);
    look_at(&patient, &look, &seen);
    patient.layout = glibc_layout_at(look.image->layout - 1);
    patient.heap = image_heaps(look.image)->address;
    patient.cache = image_threads(look.image)->cache;
    patient.arena = image_arenas(look.image)->address;
    assert_true(patient.layout && patient.cache);
    for (uint32_t list = 0; list < GLIBC_CACHE_LISTS && patient.count < 8; list++) {
        if (payload_of(&patient, list, 0) && payload_of(&patient, list, 1))
            patient.lists[patient.count++] = list;
    }
    assert_int_equal(patient.count, 8);
    look_away(&look, &seen);
    return patient;
}

static void dismiss(struct patient *patient)
{
    text_finish(&patient->core);
    unlink(core_path);
}

/* Of a list is told that it has so many blocks, and where it is lost. */
static void assert_lost(const struct seen *seen, uint32_t list, size_t count, uint64_t link)
{
    enum { MANY = 100 };
    struct target_run run;

    assert_true(target_list(seen->target, list, 0, MANY, &run));
    assert_int_equal(run.count, count);
    assert_int_equal(run.end.how, link ? HG_LIST_LOST : HG_LIST_ENDED);
    assert_int_equal(run.end.link, link);
}

static void assert_broken(const struct seen *seen, enum hg_invariant invariant, uint64_t at)
{
    struct hg_defect defect = {.broken = HG_INVARIANT_NONE};

    assert_true(target_check(seen->target, &defect));
    assert_int_equal(defect.broken, invariant);
    assert_int_equal(defect.at, at);
}

/* Several lists are written over, each in another way, and each tells where it leads. */
static void each_list_of_a_cache_tells_where_it_is_lost(void **state)
{
    const uint64_t odd = 0x4141414141414141, elsewhere = 0x4242424242424240;
    struct patient patient = admit();
    const uint32_t *lists = patient.lists;
    uint64_t first = payload_of(&patient, lists[2], 0);
    size_t whole = 2;
    struct look look;
    struct seen seen;

    (void)state;
    while (payload_of(&patient, lists[5], (unsigned)whole))
        whole++;
    write_bytes(&patient, entry_of(&patient, lists[0]), &odd, sizeof odd);
    write_bytes(&patient, entry_of(&patient, lists[1]), &elsewhere, sizeof elsewhere);
    lead(&patient, first, odd);
    lead(&patient, payload_of(&patient, lists[3], 1), elsewhere);
    look_at(&patient, &look, &seen);
    assert_lost(&seen, lists[0], 0, odd);
    assert_lost(&seen, lists[1], 0, elsewhere);
    assert_lost(&seen, lists[2], 1, odd);
    assert_lost(&seen, lists[3], 2, elsewhere);
    assert_lost(&seen, lists[5], whole, 0);
    assert_broken(&seen, HG_INVARIANT_LEADS, 0);
    look_away(&look, &seen);
    dismiss(&patient);
}

/* Memory of the program that is in none of its heaps is no chunk, whatever it reads like as one. */
static void a_list_of_a_cache_is_lost_where_it_leaves_the_heaps(void **state)
{
    struct patient patient = admit();
    uint64_t first = payload_of(&patient, patient.lists[4], 0);
    uint64_t elsewhere = (patient.arena + patient.layout->bins) / GLIBC_ALIGNMENT * GLIBC_ALIGNMENT;
    struct look look;
    struct seen seen;

    (void)state;
    lead(&patient, first, elsewhere);
    look_at(&patient, &look, &seen);
    assert_lost(&seen, patient.lists[4], 1, elsewhere);
    look_away(&look, &seen);
    dismiss(&patient);
}

/* Check names the block whose link leads astray. */
static void a_link_of_a_cache_is_blamed_where_it_stands(void **state)
{
    struct patient patient = admit();
    uint64_t payload = payload_of(&patient, patient.lists[4], 1);
    struct look look;
    struct seen seen;

    (void)state;
    lead(&patient, payload, 0x4141414141414141);
    look_at(&patient, &look, &seen);
    assert_broken(&seen, HG_INVARIANT_LEADS, payload - GLIBC_WORD - patient.heap);
    look_away(&look, &seen);
    dismiss(&patient);
}

/* What is on a list is as malloc would take it, whatever is counted. */
static void a_count_of_a_cache_that_lies_is_found(void **state)
{
    struct patient patient = admit();
    uint64_t at = patient.cache + patient.lists[4] * sizeof(uint16_t);
    uint64_t first = payload_of(&patient, patient.lists[4], 0);
    uint16_t count;
    struct look look;
    struct seen seen;

    (void)state;
    read_bytes(&patient, at, &count, sizeof count);
    count++;
    write_bytes(&patient, at, &count, sizeof count);
    look_at(&patient, &look, &seen);
    assert_lost(&seen, patient.lists[4], count - 1u, 0);
    if (!patient.layout->counts_room)
        assert_broken(&seen, HG_INVARIANT_COUNTED, first - GLIBC_WORD - patient.heap);
    look_away(&look, &seen);
    dismiss(&patient);
}

/* Lists that lead back, to their head or to the block itself, have no end. */
static void circles_in_lists_of_a_cache_are_found(void **state)
{
    struct patient patient = admit();
    struct target_run run;
    struct look look;
    struct seen seen;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t second = payload_of(&patient, patient.lists[i], 1);

        lead(&patient, second, i == 0 ? second : payload_of(&patient, patient.lists[i], 0));
    }
    look_at(&patient, &look, &seen);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(target_list(seen.target, patient.lists[i], 0, 100, &run));
        assert_int_equal(run.end.how, i < 2 ? HG_LIST_ENDLESS : HG_LIST_ENDED);
    }
    assert_broken(&seen, HG_INVARIANT_COUNTED,
                  payload_of(&patient, patient.lists[0], 0) - GLIBC_WORD - patient.heap);
    look_away(&look, &seen);
    dismiss(&patient);
}

/* Who wrote over the cache's own header, and no more, has not lost what waits in the cache. */
static void a_cache_whose_header_is_written_over_is_one_still(void **state)
{
    const uint64_t headers[] = {0, 0x4141414141414141, 0x21};
    struct patient patient = admit();
    size_t whole = 2;
    struct look look;
    struct seen seen;

    (void)state;
    while (payload_of(&patient, patient.lists[0], (unsigned)whole))
        whole++;
    for (size_t i = 0; i < TEST_COUNT(headers); i++) {
        write_bytes(&patient, patient.cache - GLIBC_WORD, &headers[i], sizeof headers[i]);
        look_at(&patient, &look, &seen);
        assert_int_equal(image_threads(look.image)->cache, patient.cache);
        assert_lost(&seen, patient.lists[0], whole, 0);
        assert_broken(&seen, HG_INVARIANT_TAG, patient.cache - GLIBC_WORD - patient.heap);
        look_away(&look, &seen);
    }
    dismiss(&patient);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_list_of_a_cache_tells_where_it_is_lost),
        cmocka_unit_test(a_list_of_a_cache_is_lost_where_it_leaves_the_heaps),
        cmocka_unit_test(a_link_of_a_cache_is_blamed_where_it_stands),
        cmocka_unit_test(a_count_of_a_cache_that_lies_is_found),
        cmocka_unit_test(circles_in_lists_of_a_cache_are_found),
        cmocka_unit_test(a_cache_whose_header_is_written_over_is_one_still),
    };

    if (count == 2 && strcmp(arguments[1], SERVE_ARGUMENT) == 0)
        return serve();
    subject_path = arguments[1];
    if (!tracing_is_possible()) {
        puts("1..0 # SKIP no process can be traced here");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
