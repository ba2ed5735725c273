#include <stddef.h>

void *ask(size_t size);
