/* get_price_pointer.c: what not to do: a function returns the address of its own variable.
 * Compilers warn of it, and rightly: when it has returned, the frame that it lay in is gone. */
#include <stdio.h>

int *get_price_pointer(void)
{
    int price = 42;

    return &price;
}

void print_receipt(void)
{
    int copies = 7;

    printf("%d copies\n", copies);
}

int main(void)
{
    int *p;

    p = get_price_pointer();
    printf("%d\n", *p);
    print_receipt();
    printf("%d\n", *p);
    return 0;
}
