/* golden.c: see golden.h. */
#include "view/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static void add_grid(const struct grid *grid, struct text *text)
{
    for (int row = 0; row < grid->rows; row++) {
        grid_add_row(grid, row, text);
        text_add(text, "\n");
    }
    text_add(text, "\n");
    for (int row = 0; row < grid->rows; row++) {
        for (int column = 0; column < grid->columns; column++) {
            const struct cell *cell = grid_at(grid, row, column);

            text_add(text, "%c", 'a' + cell->style);
        }
        text_add(text, "\n");
    }
}

static void read_file(const char *path, struct text *text)
{
    FILE *file = fopen(path, "r");
    char part[4096];
    size_t length;

    if (!file)
        fail_msg("there is no %s", path);
    while ((length = fread(part, 1, sizeof part, file)) > 0)
        text_add_bytes(text, part, length);
    fclose(file);
}

void golden_expect(const char *name, const struct text *words)
{
    struct text golden = {0};
    char path[512];

    snprintf(path, sizeof path, "%s/%s.txt", GOLDEN, name);
    if (getenv("HEAPGLASS_SAVE_GOLDEN")) {
        FILE *file = fopen(path, "w");

        assert_non_null(file);
        fputs(text_string(words), file);
        fclose(file);
    }
    read_file(path, &golden);
    if (strcmp(text_string(words), text_string(&golden)) != 0)
        fail_msg("%s is not what is drawn:\n%s", path, text_string(words));
    text_finish(&golden);
}

void golden_expect_grid(const struct grid *grid, const char *name)
{
    struct text drawn = {0};

    add_grid(grid, &drawn);
    golden_expect(name, &drawn);
    text_finish(&drawn);
}
