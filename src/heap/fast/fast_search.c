/* fast_search.c: see fast_search.h. */
#include "heap/fast/fast_search.h"

FAST_PATH struct fast_found search_bins(const struct fast *fast, uint32_t units,
                                        const unsigned known)
{
    bool good_fit = fast_is_tlsf(fast);
    uint32_t bin = fast_bin_in_use(fast, units, good_fit, known);

    if (bin == FAST_BINS)
        return (struct fast_found){0};
    return good_fit || bin < FAST_EXACT_BINS ? fast_first_of(fast, bin, known)
                                             : fast_best_from(fast, bin, units, known);
}

FAST_PATH struct fast_found search(struct fast *fast, uint32_t units, const unsigned known)
{
    struct fast_found found = search_bins(fast, units, known);

    return found.block ? found : fast_search_loose(fast, units, known);
}

static FAST_DETOUR struct fast_found search_watched(struct fast *fast, uint32_t units)
{
    return search(fast, units, FAST_WATCHED);
}

struct fast_found hg_fast_search(struct fast *fast, uint32_t units)
{
    return fast_is_watched(fast) ? search_watched(fast, units) : search(fast, units, FAST_PLAIN);
}

struct fast_found hg_fast_search_own(const struct fast *fast, uint32_t units)
{
    uint32_t list = fast_list_for(fast, units), most = FAST_MOST_CANDIDATES_WELL;

    if (!fast_own_has_any(fast, units))
        return (struct fast_found){0};
    return (struct fast_found){
        .block = fast_best_of(fast, list, *fast_bin_head(fast, list, FAST_WATCHED), units, &most,
                              FAST_WATCHED),
        .list = list,
    };
}

struct fast_found hg_fast_search_well(struct fast *fast, uint32_t units)
{
    struct fast_found found = hg_fast_search(fast, units);

    return found.block ? found : hg_fast_search_own(fast, units);
}
