/* versioned.c: a library whose function has a version in its symbol's name, as those of the C
 * library do: "make@@V1". */
#include <stdlib.h>

__asm__(".symver make_it, make@@@V1");

void make_it(void);

void *volatile made; /* so that nothing is optimized away */

void make_it(void)
{
    made = malloc(4711);
}
