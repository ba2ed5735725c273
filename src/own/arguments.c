/* arguments.c: see arguments.h. */
#include "own/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "own/language.h"

enum { WORDS_MAX = 16 };

/* What is told to any compiler; it is not to wait for its parts one by one, nor its linker to load
 * what optimizes across files. */
static const char *const options[] = {"-shared",
                                      "-pipe",
                                      "-fno-lto",
                                      "-fPIC",
                                      "-O2",
                                      "-Wall",
                                      "-DDRIVER",
                                      "-Wl,-Bsymbolic",
                                      "-fno-semantic-interposition",
                                      "-fno-plt",
                                      "-fno-strict-aliasing",
                                      "-fno-builtin-malloc",
                                      "-fno-builtin-calloc",
                                      "-fno-builtin-realloc",
                                      "-fno-builtin-free",
                                      NULL};

/* And what makes one for 32 bits, which goes by nothing that is there for 64; but the C library's
 * headers may be there for 64 bits alone, and do. */
static const char *const narrow_options[] = {"-mx32",
                                             "-isystem",
                                             "/usr/include/x86_64-linux-gnu",
                                             "-nostdlib",
                                             "-fplt",
                                             "-fno-stack-protector",
                                             "-U_FORTIFY_SOURCE",
                                             "-Wl,--hash-style=sysv",
                                             NULL};

static void add_argument(struct arguments *arguments, const char *word)
{
    if (arguments->count < ARGUMENTS_MAX)
        arguments->words[arguments->count++] = memory_copy_string(word);
    arguments->words[arguments->count] = NULL;
}

static void add_all(struct arguments *arguments, const char *const *words)
{
    while (*words)
        add_argument(arguments, *words++);
}

static void add_two(struct arguments *arguments, const char *first, const char *second)
{
    add_argument(arguments, first);
    add_argument(arguments, second);
}

/* Add words with blanks between them. */
static void add_words(struct arguments *arguments, const char *text)
{
    char *words = memory_copy_string(text), *rest = NULL;
    size_t count = 0;

    for (char *word = strtok_r(words, " ", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest), count++)
        add_argument(arguments, word);
    free(words);
}

struct arguments arguments_make(const struct arguments_wish *wish)
{
    const struct companions *companions = wish->companions;
    struct arguments arguments = {.count = 0};

    add_words(&arguments, wish->compiler);
    add_all(&arguments, options);
    add_all(&arguments, language_options(wish->is_cpp));
    add_words(&arguments, wish->definitions);
    if (wish->is_narrow)
        add_all(&arguments, narrow_options);
    if (wish->has_debugging)
        add_two(&arguments, "-Wno-unused-value", "-Wno-unused-function");
    if (wish->first)
        add_two(&arguments, "-include", wish->first);
    add_argument(&arguments, "-");
    for (size_t i = 0; i < companions->count; i++)
        add_argument(&arguments, text_string(&companions->paths[i]));
    for (size_t i = 0; i < companions->folder_count; i++)
        add_two(&arguments, "-iquote", text_string(&companions->folders[i]));
    add_two(&arguments, "-I", wish->headers);
    if (wish->beside)
        add_two(&arguments, "-iquote", wish->beside);
    add_two(&arguments, "-o", wish->library);
    return arguments;
}
