/* known.c: a program whose allocations are known: what tracers say of it is read in
 * test_formats.c. */
#include <mcheck.h>
#include <stdlib.h>

/* What a compiler sees leave the program it cannot leave out. */
static void *volatile kept;

int main(void)
{
    char *a, *b;

    mtrace();
    kept = a = malloc(100001);
    kept = b = calloc(3, 20001);
    kept = a = realloc(a, 400001);
    free(b);
    kept = b = aligned_alloc(64, 64000);
    free(a);
    free(b);
    return 0;
}
