/* configured.c: a program that sets a setting, and says what the heap made of it. */
#include <heapglass/heap.h>
#include <stdio.h>

/* What lies beside a config must stay as it is, whatever the library writes into the config. */
struct beside {
    uint64_t below;
    struct hg_config config;
    uint64_t above;
};

static void fill(struct beside *beside)
{
    beside->config = hg_config_default("first-fit");
    beside->config.settings[HG_SETTING_HEADER] = 16;
}

int main(void)
{
    struct hg_os os = hg_os_sbrk();
    struct beside beside = {.below = 1, .above = 2};
    struct hg_heap *heap;

    fill(&beside);
    heap = hg_open(&beside.config, &os, NULL, NULL);
    if (!heap || beside.below != 1 || beside.above != 2)
        return 1;
    beside.config = hg_config_of(heap);
    if (beside.below != 1 || beside.above != 2)
        return 1;
    printf("%s %llu %d\n", hg_version(),
           (unsigned long long)beside.config.settings[HG_SETTING_HEADER], HG_SETTING_COUNT);
    return 0;
}
