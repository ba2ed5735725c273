/* becomes.c: a program that becomes another in the way that it is told: becomes WAY FILE. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void become(const char *way, char *path)
{
    static char argument[] = "x";
    char *arguments[] = {path, argument, NULL};

    if (strcmp(way, "execl") == 0)
        execl(path, path, "x", NULL);
    if (strcmp(way, "execlp") == 0)
        execlp(path, path, "x", NULL);
    if (strcmp(way, "execle") == 0)
        execle(path, path, "x", NULL, environ);
    if (strcmp(way, "fexecve") == 0)
        fexecve(open(path, O_RDONLY | O_CLOEXEC), arguments, environ);
    if (strcmp(way, "execveat") == 0)
        execveat(open("/", O_PATH | O_CLOEXEC), path + 1, arguments, environ, 0);
}

int main(int count, char **words)
{
    if (count == 3)
        become(words[1], words[2]);
    perror("becomes");
    return EXIT_FAILURE;
}
