/* test_machine.c: how much memory there is to hope for. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/machine.h"
#include "test.h"

#define LEFT ((uint64_t)256 << 20)
#define TAKEN ((uint64_t)128 << 20)

/* The address space that this process has, in bytes. */
static uint64_t own_size(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");

    assert_non_null(file);
    assert_int_equal(fscanf(file, "%lu", &pages), 1);
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void what_is_used_of_a_limit_is_not_left(void **state)
{
    struct rlimit before, limit;
    uint64_t left;
    void *taken;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
    limit = before;
    limit.rlim_cur = own_size() + LEFT;
    if (before.rlim_max < limit.rlim_cur || setrlimit(RLIMIT_AS, &limit) != 0) {
        test_skipped("the memory cannot be limited so");
        return;
    }
    left = machine_memory();
    assert_true(left <= LEFT);
    taken = mmap(NULL, TAKEN, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(taken != MAP_FAILED);
    assert_true(machine_memory() <= LEFT - TAKEN);
    munmap(taken, TAKEN);
    assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
    assert_true(machine_memory() >= left);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_used_of_a_limit_is_not_left)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
