/* shell.c: see shell.h. */
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "test.h"

struct shell_run shell_run(const char *line)
{
    struct shell_run result = {0};
    char part[4096];
    size_t length;
    FILE *pipe = popen(line, "r");

    assert_non_null(pipe);
    while ((length = fread(part, 1, sizeof part, pipe)) > 0)
        text_add_bytes(&result.output, part, length);
    result.status = WEXITSTATUS(pclose(pipe));
    return result;
}

void shell_expect(const char *line, int status, const char *words)
{
    struct shell_run result = shell_run(line);

    if (!strstr(text_string(&result.output), words) || result.status != status)
        fail_msg("%s: status %d, \"%s\" expected; status %d:\n%s", line, status, words,
                 result.status, text_string(&result.output));
    text_finish(&result.output);
}

void shell_expect_all(const struct shell_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        shell_expect(rows[i].line, rows[i].status, rows[i].words);
}

bool shell_name_paths(const char *const *names, size_t name_count, int count, char **arguments)
{
    if ((size_t)count != 1 + name_count)
        return false;
    for (size_t i = 0; i < name_count; i++) {
        char *path = realpath(arguments[1 + i], NULL);

        setenv(names[i], path ? path : arguments[1 + i], 1);
        free(path);
    }
    return true;
}

int shell_make_folder(void **state)
{
    char folder[] = "/tmp/heapglass-test-XXXXXX";

    (void)state;
    return !mkdtemp(folder) || setenv("T", folder, 1) != 0;
}

int shell_remove_folder(void **state)
{
    (void)state;
    return shell_run("rm -r \"$T\"").status;
}
