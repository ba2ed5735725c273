/* description.h: what a heap says of itself when it is opened.
 *
 * It is plain bytes, without pointers, so that it can be handed from one process to another. A heap
 * process may be running a broken allocator: whoever takes a description from one makes it sound
 * first. In a sound description every text ends, and every count is one of its array. */
#ifndef KIND_DESCRIPTION_H
#define KIND_DESCRIPTION_H

#include "kind/kind.h"

enum {
    DESCRIPTION_NAME_MAX = 32,
    DESCRIPTION_TITLE_MAX = 64,
    DESCRIPTION_TEXT_MAX = 160,
    DESCRIPTION_SETTINGS_MAX = 32,
    DESCRIPTION_FIELDS_MAX = 32,
    DESCRIPTION_LISTS_MAX = 2048,
};

/* A setting that means something to the heap's policy. */
struct description_setting {
    char name[DESCRIPTION_NAME_MAX];
    char word[DESCRIPTION_NAME_MAX]; /* the value by name; "" where it is a number */
    uint64_t value;
};

/* A part of the header of a free or used block: see struct hg_header_field. */
struct description_field {
    char name[DESCRIPTION_NAME_MAX];
    char meaning[DESCRIPTION_TEXT_MAX];
    char words[2][DESCRIPTION_NAME_MAX]; /* "" where that is not worth saying */
    uint64_t mask, unit;
    uint32_t at, size;
    uint32_t kind; /* enum hg_header_kind */
    uint32_t beside;
};

struct kind_description {
    char kind[DESCRIPTION_NAME_MAX];
    char
        title[DESCRIPTION_TITLE_MAX]; /* what people call it: its policy, if it has no other name */
    char policy[DESCRIPTION_NAME_MAX];
    char choice[DESCRIPTION_TEXT_MAX];   /* as in struct hg_policy_info; "" for NULL */
    char rounding[DESCRIPTION_TEXT_MAX]; /* likewise */
    char apart[DESCRIPTION_TEXT_MAX];    /* likewise */
    char growth[DESCRIPTION_NAME_MAX];   /* likewise */
    char moves[DESCRIPTION_TEXT_MAX];    /* likewise */
    uint32_t capabilities;               /* bits of enum kind_capability */
    int64_t
        process; /* in whose memory it lies: KIND_PROCESS_OWN, KIND_PROCESS_NONE, or another's */
    uint32_t setting_count, field_count, list_count;
    struct description_setting settings[DESCRIPTION_SETTINGS_MAX];
    struct description_field fields[DESCRIPTION_FIELDS_MAX]; /* the block's size first */
    struct hg_list_info lists[DESCRIPTION_LISTS_MAX];
};

/* Describe a heap that `kind` opened with `config`. */
void description_make(const struct kind *kind, const void *heap, const struct hg_config *config,
                      struct kind_description *ret_description);

/* Take a description over from where it may have been damaged, making it sound. */
void description_take(const struct kind_description *from,
                      struct kind_description *ret_description);

/* For a kind's describe: let it be called so. */
void description_set_title(struct kind_description *description, const char *title);

/* For a kind's describe: add one more, as far as there is room. */
void description_add_setting(struct kind_description *description, const char *name, uint64_t value,
                             const char *word);
void description_add_field(struct kind_description *description,
                           const struct hg_header_field *field);
void description_add_list(struct kind_description *description, const struct hg_list_info *list);

/* Whether the heap can do all of these. */
static inline bool description_can(const struct kind_description *description,
                                   uint32_t capabilities)
{
    return (description->capabilities & capabilities) == capabilities;
}

/* The setting of this name; NULL if it means nothing to the heap. */
const struct description_setting *description_setting(const struct kind_description *description,
                                                      const char *name);

/* Of a list: its name; how many bytes of links its blocks have; whether it has a role. Beyond the
 * last: "", 0, none. */
const char *description_list_name(const struct kind_description *description, uint32_t list);
uint32_t description_list_links(const struct kind_description *description, uint32_t list);
bool description_list_is(const struct kind_description *description, uint32_t list,
                         enum hg_list_role role);

/* What the field says in the header that starts at `header`: see hg_header_value. */
uint64_t description_field_value(const struct description_field *field, const void *header);

#endif
