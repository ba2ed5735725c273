/* lives.c: see lives.h. */
#include "session/lives.h"

#include <string.h>

#include "session/followed.h"
#include "session/traced.h"

static void finish(struct life *life)
{
    traced_drop(life->traced);
    text_finish(&life->name);
}

void lives_keep(struct lives *lives, const struct session *session)
{
    const struct followed *followed = session->followed;
    struct traced *traced = session->history->steps.traced;
    struct life *life;

    if (!traced || traced->count > LIFE_STEPS_MOST)
        return;
    if (lives->count == LIVES_MOST) {
        finish(&lives->items[0]);
        memmove(&lives->items[0], &lives->items[1], --lives->count * sizeof lives->items[0]);
    }
    life = &lives->items[lives->count++];
    *life = (struct life){.traced = traced_share(traced),
                          .told_before = followed->told_before,
                          .told_until = followed->guest->taken,
                          .heap_start = followed->guest->heap_start};
    text_add_string(&life->name, text_string(&followed->guest->name));
}

const struct life *lives_find(const struct lives *lives, uint64_t calls)
{
    for (size_t i = lives->count; i-- > 0;) {
        const struct life *life = &lives->items[i];

        if ((int64_t)(calls - life->told_before) >= 0 && calls <= life->told_until)
            return life;
    }
    return NULL;
}

void lives_finish(struct lives *lives)
{
    for (size_t i = 0; i < lives->count; i++)
        finish(&lives->items[i]);
    lives->count = 0;
}
