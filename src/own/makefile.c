/* makefile.c: see makefile.h. Its variables are not put in for their names. */
#include "own/makefile.h"

#include <ctype.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

enum { MAKEFILE_MAX = 256 * 1024 };

/* Take comments out, and join lines that go on. */
static void strip(const char *source, struct text *ret_stripped)
{
    for (const char *at = source; *at; at++) {
        if (*at == '#')
            at += strcspn(at, "\n");
        if (at[0] == '\\' && at[1] == '\n')
            at++;
        else if (*at)
            text_add_bytes(ret_stripped, at, 1);
        if (!*at)
            break;
    }
}

/* Read the Makefile beside the source at `path`; nothing where there is none. */
static void read_beside(const char *path, struct text *ret_stripped)
{
    static const char *const names[] = {"GNUmakefile", "makefile", "Makefile"};
    const char *slash = strrchr(path, '/');
    struct text place = {0}, source = {0};
    struct stat status;

    for (size_t i = 0; i < sizeof names / sizeof names[0] && source.length == 0; i++) {
        text_clear(&place);
        text_add_bytes(&place, path, slash ? (size_t)(slash + 1 - path) : 0);
        text_add_string(&place, names[i]);
        if (stat(text_string(&place), &status) == 0 && S_ISREG(status.st_mode) &&
            status.st_size <= MAKEFILE_MAX)
            file_read(text_string(&place), &source);
    }
    strip(text_string(&source), ret_stripped);
    text_finish(&place);
    text_finish(&source);
}

bool makefile_has(const char *path, const char *option)
{
    struct text makefile = {0};
    bool found;

    read_beside(path, &makefile);
    found = strstr(text_string(&makefile), option);
    text_finish(&makefile);
    return found;
}

static bool contains(const char *from, size_t length, const char *word)
{
    return memmem(from, length, word, strlen(word));
}

/* The value that a line gives a variable that is told to compilers always; NULL for none. */
static const char *find_options(const char *line)
{
    static const char *const names[] = {"FLAGS", "OPT", "DEF"}, *const others[] = {"DEBUG", "DBG"};
    size_t length = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    const char *equals = line + length + strspn(line + length, " \t");
    bool good = false;

    equals += *equals && strchr(":+?", *equals) ? 1 : 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        good = good || contains(line, length, names[i]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        good = good && !contains(line, length, others[i]);
    return good && *equals == '=' ? equals + 1 : NULL;
}

/* Whether a word defines something, in letters that mean nothing to a shell. */
static bool defines(const char *word, size_t length)
{
    if (length < 3 || strncmp(word, "-D", 2) != 0 ||
        (contains(word, length, "DEBUG") && !contains(word, length, "NDEBUG")))
        return false;
    for (size_t i = 2; i < length; i++) {
        if (!isalnum((unsigned char)word[i]) && !strchr("_=.+-", word[i]))
            return false;
    }
    return true;
}

void makefile_add_definitions(const char *path, struct text *words)
{
    struct text makefile = {0};
    const char *line, *end, *word;

    read_beside(path, &makefile);
    for (line = text_string(&makefile); *line; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        word = find_options(line);
        while (word && word < end) {
            size_t length = strcspn(word, " \t\r\n");

            if (defines(word, length)) {
                text_add_string(words, " ");
                text_add_bytes(words, word, length);
            }
            word += length > 0 ? length : 1;
        }
    }
    text_finish(&makefile);
}
