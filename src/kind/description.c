/* description.c: see description.h. */
#include "kind/description.h"

#include <string.h>

/* Copy a text, NULL as "", as much of it as has room. */
static void copy_text(char *to, size_t room, const char *text)
{
    size_t length = text ? strnlen(text, room - 1) : 0;

    if (length > 0)
        memcpy(to, text, length);
    memset(to + length, 0, room - length);
}

void description_make(const struct kind *kind, const void *heap, const struct hg_config *config,
                      struct kind_description *ret_description)
{
    const struct hg_policy_info *policy = kind_policy_find(config->policy, NULL);

    memset(ret_description, 0, sizeof *ret_description);
    copy_text(ret_description->kind, DESCRIPTION_NAME_MAX, kind->name);
    copy_text(ret_description->policy, DESCRIPTION_NAME_MAX, policy->name);
    description_set_title(ret_description, policy->name);
    copy_text(ret_description->choice, DESCRIPTION_TEXT_MAX, policy->choice);
    copy_text(ret_description->rounding, DESCRIPTION_TEXT_MAX, policy->rounding);
    copy_text(ret_description->apart, DESCRIPTION_TEXT_MAX, policy->apart);
    copy_text(ret_description->growth, DESCRIPTION_NAME_MAX, policy->growth);
    copy_text(ret_description->moves, DESCRIPTION_TEXT_MAX, policy->moves);
    ret_description->capabilities = kind_capabilities(kind);
    if (kind->describe)
        kind->describe(heap, config, ret_description);
}

void description_set_title(struct kind_description *description, const char *title)
{
    copy_text(description->title, DESCRIPTION_TITLE_MAX, title);
}

void description_add_setting(struct kind_description *description, const char *name, uint64_t value,
                             const char *word)
{
    struct description_setting *setting;

    if (description->setting_count == DESCRIPTION_SETTINGS_MAX)
        return;
    setting = &description->settings[description->setting_count++];
    copy_text(setting->name, DESCRIPTION_NAME_MAX, name);
    copy_text(setting->word, DESCRIPTION_NAME_MAX, word);
    setting->value = value;
}

void description_add_field(struct kind_description *description,
                           const struct hg_header_field *field)
{
    struct description_field *own;

    if (description->field_count == DESCRIPTION_FIELDS_MAX)
        return;
    own = &description->fields[description->field_count++];
    *own = (struct description_field){.mask = field->mask,
                                      .unit = field->unit,
                                      .at = field->at,
                                      .size = field->size,
                                      .kind = field->kind,
                                      .beside = field->beside};
    copy_text(own->name, DESCRIPTION_NAME_MAX, field->name);
    copy_text(own->meaning, DESCRIPTION_TEXT_MAX, field->meaning);
    for (int bit = 0; bit < 2; bit++)
        copy_text(own->words[bit], DESCRIPTION_NAME_MAX, field->words[bit]);
}

void description_add_list(struct kind_description *description, const struct hg_list_info *list)
{
    if (description->list_count < DESCRIPTION_LISTS_MAX)
        description->lists[description->list_count++] = *list;
}

/* ---- Taking one over ---- */

static void clamp(uint32_t *count, uint32_t most)
{
    if (*count > most)
        *count = most;
}

static void end_texts(struct kind_description *description)
{
    description->kind[DESCRIPTION_NAME_MAX - 1] = '\0';
    description->policy[DESCRIPTION_NAME_MAX - 1] = '\0';
    description->title[DESCRIPTION_TITLE_MAX - 1] = '\0';
    description->choice[DESCRIPTION_TEXT_MAX - 1] = '\0';
    description->rounding[DESCRIPTION_TEXT_MAX - 1] = '\0';
    description->apart[DESCRIPTION_TEXT_MAX - 1] = '\0';
    description->growth[DESCRIPTION_NAME_MAX - 1] = '\0';
    description->moves[DESCRIPTION_TEXT_MAX - 1] = '\0';
    for (uint32_t i = 0; i < description->setting_count; i++) {
        description->settings[i].name[DESCRIPTION_NAME_MAX - 1] = '\0';
        description->settings[i].word[DESCRIPTION_NAME_MAX - 1] = '\0';
    }
    for (uint32_t i = 0; i < description->field_count; i++) {
        description->fields[i].name[DESCRIPTION_NAME_MAX - 1] = '\0';
        description->fields[i].meaning[DESCRIPTION_TEXT_MAX - 1] = '\0';
        description->fields[i].words[0][DESCRIPTION_NAME_MAX - 1] = '\0';
        description->fields[i].words[1][DESCRIPTION_NAME_MAX - 1] = '\0';
    }
    for (uint32_t i = 0; i < description->list_count; i++)
        description->lists[i].name[HG_LIST_NAME_MAX - 1] = '\0';
}

void description_take(const struct kind_description *from, struct kind_description *ret_description)
{
    *ret_description = *from;
    clamp(&ret_description->setting_count, DESCRIPTION_SETTINGS_MAX);
    clamp(&ret_description->field_count, DESCRIPTION_FIELDS_MAX);
    clamp(&ret_description->list_count, DESCRIPTION_LISTS_MAX);
    end_texts(ret_description);
}

/* ---- Asking ---- */

const struct description_setting *description_setting(const struct kind_description *description,
                                                      const char *name)
{
    for (uint32_t i = 0; i < description->setting_count; i++) {
        if (strcmp(description->settings[i].name, name) == 0)
            return &description->settings[i];
    }
    return NULL;
}

const char *description_list_name(const struct kind_description *description, uint32_t list)
{
    return list < description->list_count ? description->lists[list].name : "";
}

uint32_t description_list_links(const struct kind_description *description, uint32_t list)
{
    return list < description->list_count ? description->lists[list].links : 0;
}

bool description_list_is(const struct kind_description *description, uint32_t list,
                         enum hg_list_role role)
{
    return list < description->list_count && description->lists[list].role == role;
}

uint64_t description_field_value(const struct description_field *field, const void *header)
{
    struct hg_header_field own = {.mask = field->mask,
                                  .unit = field->unit,
                                  .at = field->at,
                                  .size = field->size,
                                  .kind = field->kind,
                                  .beside = field->beside};

    return hg_header_value(&own, header);
}
