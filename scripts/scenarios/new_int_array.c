/* new_int_array.c: how to do it: what is to outlive the function lies on the heap. Whoever gets
 * it has to free it. */
#include <stdio.h>
#include <stdlib.h>

int *new_int_array(int n)
{
    int *array;

    array = malloc((size_t)n * sizeof *array);
    for (int i = 0; i < n; i++)
        array[i] = i;
    return array;
}

int main(void)
{
    int *numbers;

    numbers = new_int_array(4);
    printf("%d\n", numbers[3]);
    free(numbers);
    new_int_array(4);
    return 0;
}
