/* peer.c: see peer.h. */
#include "bench/peer.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/suggest.h"
#include "base/tell.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bench/loader.h"
#include "bench/report_json.h"

enum { MOST_ARGUMENTS = 16, NUMBER_MAX = 16 };

static const struct known_peer {
    const char *name, *file, *package;
} known_peers[] = {
    {"mimalloc", "libmimalloc.so*", "libmimalloc2.0"},
    {"jemalloc", "libjemalloc.so*", "libjemalloc2"},
    {"tcmalloc", "libtcmalloc_minimal.so*", "libtcmalloc-minimal4"},
};

/* Where libraries are, Debian's folder for the machine first. */
static const char *const folders[] = {"/usr/lib/*/", "/usr/lib64/", "/usr/lib/", "/usr/local/lib/"};

/* ---- Finding ---- */

struct bench_peer bench_peer_c_library(void)
{
    return (struct bench_peer){.name = memory_copy_string("libc")};
}

void bench_peer_finish(struct bench_peer *peer)
{
    free(peer->name);
    free(peer->library);
    *peer = (struct bench_peer){0};
}

/* The first library of this name, to be freed; NULL if there is none. */
static char *find_library(const char *file)
{
    char *found = NULL;

    for (size_t i = 0; !found && i < sizeof folders / sizeof folders[0]; i++) {
        struct text pattern = {0};
        glob_t matches;

        text_add(&pattern, "%s%s", folders[i], file);
        if (glob(text_string(&pattern), 0, NULL, &matches) == 0) {
            found = memory_copy_string(matches.gl_pathv[0]);
            globfree(&matches);
        }
        text_finish(&pattern);
    }
    return found;
}

static bool unknown_peer(const char *name, struct error *error)
{
    struct suggestion suggestion = suggestion_for(name);

    for (size_t i = 0; i < sizeof known_peers / sizeof known_peers[0]; i++)
        suggestion_consider(&suggestion, known_peers[i].name);
    error_set(error, "there is no peer '%s'", name);
    if (suggestion_add(&suggestion, error))
        return false;
    return error_append(error, "; there are mimalloc, jemalloc, tcmalloc, and paths of libraries");
}

static bool find_path(const char *path, struct bench_peer *ret_peer, struct error *error)
{
    char *library = realpath(path, NULL);

    if (!library)
        return error_set_errno(error, "peer %s", path);
    *ret_peer =
        (struct bench_peer){.name = memory_copy_string(strrchr(path, '/') + 1), .library = library};
    return true;
}

bool bench_peer_find(const char *name, struct bench_peer *ret_peer, struct error *error)
{
    if (strchr(name, '/'))
        return find_path(name, ret_peer, error);
    for (size_t i = 0; i < sizeof known_peers / sizeof known_peers[0]; i++) {
        const struct known_peer *known = &known_peers[i];
        char *library;

        if (strcmp(known->name, name) != 0)
            continue;
        library = find_library(known->file);
        if (!library)
            return error_set(error, "%s is not installed; Debian's package is %s", name,
                             known->package);
        *ret_peer = (struct bench_peer){.name = memory_copy_string(name), .library = library};
        return true;
    }
    return unknown_peer(name, error);
}

/* ---- Measuring ---- */

/* The command line of the process; `number` is room for the runs. */
static void make_arguments(const struct bench_source *source, const struct bench_options *options,
                           char number[NUMBER_MAX], const char *arguments[MOST_ARGUMENTS])
{
    size_t count = 0;

    snprintf(number, NUMBER_MAX, "%u", options->replay.runs);
    arguments[count++] = "heapglass";
    arguments[count++] = "bench";
    arguments[count++] = "--malloc";
    arguments[count++] = "--json";
    arguments[count++] = "--runs";
    arguments[count++] = number;
    if (options->replay.latency)
        arguments[count++] = "--latency";
    if (options->replay.memory != BENCH_MEMORY_KEPT)
        arguments[count++] =
            options->replay.memory == BENCH_MEMORY_TOUCHED ? "--pre-touch" : "--fresh";
    if (options->lenient)
        arguments[count++] = "--lenient";
    arguments[count++] = source->is_generated ? "--generate" : "--";
    arguments[count++] = source->argument;
    arguments[count] = NULL;
}

/* Become the process. */
static _Noreturn void run_child(const struct bench_peer *peer, const char *const *arguments,
                                int output)
{
    enum { CANNOT_RUN = 127 };

    if (peer->library)
        setenv("LD_PRELOAD", peer->library, 1);
    else
        unsetenv("LD_PRELOAD");
    loader_rewind_input();
    if (dup2(output, STDOUT_FILENO) == STDOUT_FILENO)
        execv("/proc/self/exe", (char *const *)arguments);
    tell(stderr, "heapglass bench: %s: this program cannot be run once more (/proc/self/exe): %s",
         peer->name, strerror(errno));
    _exit(CANNOT_RUN);
}

static void read_all(int descriptor, struct text *text)
{
    char part[4096];
    ssize_t length;

    while ((length = read(descriptor, part, sizeof part)) > 0 || (length < 0 && errno == EINTR)) {
        if (length > 0)
            text_add_bytes(text, part, (size_t)length);
    }
}

/* Run the process and collect its output.
 *   ret_status  with which it ended
 *   errors      it cannot be started, or ends with a signal */
static bool run_process(const struct bench_peer *peer, const char *const *arguments,
                        struct text *output, int *ret_status, struct error *error)
{
    int ends[2], status = 0;
    pid_t child;

    if (pipe(ends) != 0)
        return error_set_errno(error, "%s", peer->name);
    fflush(NULL);
    child = fork();
    if (child == 0)
        run_child(peer, arguments, ends[1]);
    close(ends[1]);
    if (child > 0)
        read_all(ends[0], output);
    close(ends[0]);
    if (child < 0)
        return error_set_errno(error, "%s", peer->name);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    *ret_status = WEXITSTATUS(status);
    return !WIFSIGNALED(status) ||
           error_set(error, "%s: its process died: %s%s", peer->name, strsignal(WTERMSIG(status)),
                     WTERMSIG(status) == SIGKILL ? "; there may not be enough memory" : "");
}

/* Read what the process answers; where it failed, a row says how, if there is one. */
static bool read_answer(const struct bench_peer *peer, const struct text *output, int status,
                        struct bench_result *result, char **ret_library, struct error *error)
{
    bool is_read = bench_json_read(text_string(output), result, ret_library, error);

    if (is_read)
        result->failed = status != 0;
    else if (status != 0)
        error_set(error, "%s: its process ended with status %d", peer->name, status);
    return is_read;
}

/* Whether malloc came from the library that was preloaded; `library` is its path as JSON has it. */
static bool is_peers(const struct bench_peer *peer, const char *library, struct error *error)
{
    struct text wanted = {0};
    bool same;

    utf8_add_visible_line(&wanted, peer->library ? peer->library : "");
    same = !peer->library || strcmp(text_string(&wanted), library) == 0;
    text_finish(&wanted);
    return same || error_set(error, "%s cannot be preloaded, or has no malloc", peer->library);
}

bool bench_peer_measure(const struct bench_peer *peer, const struct bench_source *source,
                        const struct bench_options *options, struct bench_result *ret_result,
                        struct error *error)
{
    const char *arguments[MOST_ARGUMENTS];
    char number[NUMBER_MAX], *library = NULL;
    struct text output = {0};
    struct bench_result result = {0};
    int status = 0;
    bool good;

    make_arguments(source, options, number, arguments);
    good = run_process(peer, arguments, &output, &status, error) &&
           read_answer(peer, &output, status, &result, &library, error) &&
           is_peers(peer, library, error);
    free(library);
    text_finish(&output);
    if (good)
        *ret_result = result;
    return good;
}
