/* fit_layout.c: what the settings say about where blocks can lie and how large they are. */
#include "heap/fit/fit_layout.h"

#include "base/bits.h"

size_t hg_fit_smallest_block(const struct hg_settings *settings)
{
    size_t least = settings->header + sizeof(struct fit_links) + FIT_FOOTER;

    return bits_align_up(least, settings->alignment);
}

struct fit_layout hg_fit_layout(const struct hg_settings *settings)
{
    struct fit_layout layout = {
        .header = settings->header,
        .alignment = settings->alignment,
        .min_block = hg_fit_smallest_block(settings),
        .used_footer = settings->boundary_tags == HG_BOUNDARY_TAGS_ALL ? (uint32_t)FIT_FOOTER : 0,
    };

    if (settings->min_block > layout.min_block)
        layout.min_block = bits_align_up(settings->min_block, layout.alignment);
    return layout;
}

size_t hg_fit_first_at(const struct fit_layout *layout)
{
    size_t least = sizeof(struct fit) + FIT_FOOTER + layout->header;

    return bits_align_up(least, layout->alignment) - layout->header;
}
