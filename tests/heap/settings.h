/* settings.h: every policy under settings of every kind, for the tests that try them all. A policy
 * takes part by being in the table of policies. Nothing here needs a test to be running. */
#ifndef TESTS_HEAP_SETTINGS_H
#define TESTS_HEAP_SETTINGS_H

#include "base/random.h"
#include "heapglass/heap.h"

/* Settings of `policy` drawn at random, such that a heap can be opened with them. */
struct hg_config settings_random(struct random *random, const char *policy);

enum { SETTINGS_TEXT_MAX = 512 };

/* The policy and the settings that are not initial, for people: "next-fit order=1 grow=64". Returns
 * `text`, of SETTINGS_TEXT_MAX bytes. */
const char *settings_text(const struct hg_config *config, char *text);

/* The size up to which requests are worth trying: for a pool somewhat more than a slot. */
size_t settings_most_size(const struct hg_config *config);

/* One size up to `most`, mostly a small one. */
size_t settings_random_size(struct random *random, size_t most);

#endif
