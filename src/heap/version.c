/* version.c: which library this is: the version of the project, as the build says. */
#include "heapglass/heap.h"

const char *hg_version(void)
{
    return HG_VERSION;
}

uint32_t hg_version_number(void)
{
    return HG_VERSION_NUMBER;
}
