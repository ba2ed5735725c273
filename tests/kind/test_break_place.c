/* test_break_place.c: a break that is moved is all there is of the move. In processes of their own,
 * as each has one break. */
#include "kind/break_place.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

enum { PAGE = 4096, LOW = 0x10000000 };

/* What a process answers that does this. */
static int in_child(int (*act)(void))
{
    pid_t process = fork();
    int status = 0;

    if (process == 0)
        _exit(act());
    assert_true(process > 0 && waitpid(process, &status, 0) == process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int move(void)
{
    if (!break_place(LOW) || sbrk(0) != (void *)(uintptr_t)LOW)
        return 1;
    if (sbrk(2 * PAGE) != (void *)(uintptr_t)LOW)
        return 2;
    memset((void *)(uintptr_t)LOW, 1, 2 * PAGE);
    return sbrk(0) == (void *)(uintptr_t)(LOW + 2 * PAGE) ? 0 : 3;
}

static int move_onto_something(void)
{
    void *wanted = (void *)(uintptr_t)LOW, *end = sbrk(0);

    if (mmap(wanted, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) !=
        wanted)
        return 1;
    if (break_place(LOW) || sbrk(0) != end)
        return 2;
    return sbrk(PAGE) == end ? 0 : 3;
}

static void a_break_is_moved(void **state)
{
    (void)state;
    assert_int_equal(in_child(move), 0);
}

static void a_break_stays_where_there_is_no_room(void **state)
{
    (void)state;
    assert_int_equal(in_child(move_onto_something), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_break_is_moved),
        cmocka_unit_test(a_break_stays_where_there_is_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
