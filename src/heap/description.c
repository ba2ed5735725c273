/* description.c: what a heap says of itself, so that others can show it without knowing its engine:
 * its lists, and the fields of its headers. */
#include <string.h>

#include "heap/policies.h"

/* ---- Lists ---- */

uint32_t hg_list_count(const struct hg_config *config)
{
    struct hg_settings settings = hg_settings_pack(config);
    const struct hg_policy *policy = hg_policy_named(config->policy);

    return policy ? policy->engine->list_count(&settings) : 0;
}

bool hg_list_info(const struct hg_config *config, uint32_t list, struct hg_list_info *ret_info)
{
    struct hg_settings settings = hg_settings_pack(config);
    const struct hg_policy *policy = hg_policy_named(config->policy);

    if (list >= hg_list_count(config))
        return false;
    *ret_info = policy->engine->list_info(&settings, policy->variant, list);
    return true;
}

/* ---- Headers ---- */

bool hg_header_field(const struct hg_config *config, uint32_t number,
                     struct hg_header_field *ret_field)
{
    struct hg_settings settings = hg_settings_pack(config);
    const struct hg_policy *policy = hg_policy_named(config->policy);
    struct hg_header_fields fields;

    if (!policy)
        return false;
    fields = policy->engine->header(&settings);
    if (number >= fields.count)
        return false;
    *ret_field = fields.items[number];
    return true;
}

uint64_t hg_header_value(const struct hg_header_field *field, const void *header)
{
    uint64_t word = 0, bits;

    memcpy(&word, (const char *)header + field->at, field->size);
    bits = (word & field->mask) >> __builtin_ctzll(field->mask);
    switch ((enum hg_header_kind)field->kind) {
    case HG_HEADER_BYTES: return bits * field->unit + field->beside;
    case HG_HEADER_LOG2_BYTES: return bits < 64 ? (uint64_t)1 << bits : 0;
    case HG_HEADER_FLAG:
    case HG_HEADER_CONSTANT: break;
    }
    return bits;
}

/* ---- What free blocks serve ---- */

uint64_t hg_request_served(const struct hg_config *config, uint64_t largest, bool *ret_exact)
{
    struct hg_settings settings = hg_settings_pack(config);
    const struct hg_policy *policy = hg_policy_named(config->policy);

    *ret_exact = false;
    if (!policy || largest == 0)
        return 0;
    *ret_exact = policy->engine->searches_all && settings.coalesce != HG_COALESCE_DEFERRED;
    return policy->engine->served(&settings, policy->variant, largest);
}
