/* same_variables.h: that two pictures know the same of all variables and of what these hold. */
#ifndef TESTS_SESSION_SAME_VARIABLES_H
#define TESTS_SESSION_SAME_VARIABLES_H

#include "session/picture.h"
#include "test.h"

static inline void expect_same_variables(const struct picture *a, const struct picture *b)
{
    assert_int_equal(a->variables.count, b->variables.count);
    for (uint32_t place = 0; place < a->variables.count; place++) {
        struct variable left = picture_variable(a, place), right = picture_variable(b, place);
        const struct allocation *known = ledger_find(&a->ledger, left.payload);
        const struct allocation *other = ledger_find(&b->ledger, right.payload);

        assert_string_equal(picture_name(a, place), picture_name(b, place));
        assert_int_equal(left.payload, right.payload);
        assert_int_equal(left.freed_in, right.freed_in);
        assert_int_equal(left.target, right.target);
        assert_int_equal(known != NULL, other != NULL);
        if (!known || !other)
            continue;
        assert_int_equal(known->requested, other->requested);
        assert_int_equal(known->born, other->born);
        assert_int_equal(known->changed, other->changed);
    }
}

#endif
