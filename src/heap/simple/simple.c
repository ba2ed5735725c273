/* simple.c: see simple.h. */
#include "heap/simple/simple.h"

#include "base/bits.h"

size_t hg_simple_round(const struct hg_settings *settings, size_t size)
{
    size_t unit = settings->grow == HG_GROW_EXACT ? settings->alignment : settings->grow;

    return bits_round_up(size, unit);
}

const char *hg_simple_problem(const struct hg_settings *settings, unsigned *ret_setting)
{
    if (settings->grow % settings->alignment == 0)
        return NULL;
    *ret_setting = HG_SETTING_GROW;
    return "must be a multiple of the alignment";
}

void hg_simple_coalesce(struct hg_heap *heap)
{
    (void)heap;
}
