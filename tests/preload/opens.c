/* opens.c: a program in C that opens a library for itself alone, and calls its function work. */
#include <dlfcn.h>

int main(int count, char **arguments)
{
    void *library = count > 1 ? dlopen(arguments[1], RTLD_NOW | RTLD_LOCAL) : 0;
    int (*work)(void);

    if (!library)
        return 2;
    *(void **)&work = dlsym(library, "work");
    return work();
}
