/* c_library.c: see c_library.h. */
#include "kind/c_library.h"

#include <dlfcn.h>
#include <string.h>

const char *c_library_malloc_file(void)
{
    Dl_info info;

    return dladdr(dlsym(RTLD_DEFAULT, "malloc"), &info) && info.dli_fname ? info.dli_fname : "";
}

bool c_library_has_malloc(void)
{
    const char *path = c_library_malloc_file(), *slash = strrchr(path, '/');

    return strncmp(slash ? slash + 1 : path, "libc.so", strlen("libc.so")) == 0;
}

bool c_library_has(const void *address)
{
    Dl_info info;

    return dladdr(address, &info) && info.dli_fname &&
           strcmp(info.dli_fname, c_library_malloc_file()) == 0;
}
