/* test.h: cmocka, and what it wants to have included first. */
#ifndef TESTS_TEST_H
#define TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define TEST_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Say why the test that returns now cannot be done here. scripts/test counts these lines. Of
 * cmocka's own skip(), TAP is told "not ok", which is a failure to whoever reads it. */
static inline void test_skipped(const char *why)
{
    printf("# skipped: %s\n", why);
}

#endif
