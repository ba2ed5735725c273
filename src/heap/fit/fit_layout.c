/* fit_layout.c: what the settings say about where blocks can lie and how large they are. */
#include "base/bits.h"
#include "heap/fit/fit.h"

size_t hg_fit_smallest_block(const struct hg_config *config)
{
    size_t least = config->settings[HG_HEADER] + sizeof(struct fit_links) + FIT_FOOTER;

    return bits_align_up(least, config->settings[HG_ALIGNMENT]);
}

struct fit_layout hg_fit_layout(const struct hg_config *config)
{
    const uint64_t *value = config->settings;
    struct fit_layout layout = {
        .header = value[HG_HEADER],
        .alignment = value[HG_ALIGNMENT],
        .min_block = hg_fit_smallest_block(config),
        .used_footer = value[HG_BOUNDARY_TAGS] == HG_TAGS_ALL ? FIT_FOOTER : 0,
    };

    if (value[HG_MIN_BLOCK] > layout.min_block)
        layout.min_block = bits_align_up(value[HG_MIN_BLOCK], layout.alignment);
    return layout;
}

size_t hg_fit_first_at(const struct fit_layout *layout)
{
    return bits_align_up(sizeof(struct fit) + layout->header, layout->alignment) - layout->header;
}

size_t hg_fit_block_size(const struct fit_layout *layout, size_t size)
{
    size_t least = layout->header + size + layout->used_footer;
    size_t rounded = bits_align_up(least, layout->alignment);

    return rounded > layout->min_block ? rounded : layout->min_block;
}
