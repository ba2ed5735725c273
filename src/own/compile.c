/* compile.c: see compile.h. */
#include "own/compile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/limit.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "own/arguments.h"
#include "own/frame.h"
#include "own/headers.h"
#include "own/language.h"
#include "own/makefile.h"
#include "own/taken.h"

/* What a compiler may take: a source can include what has no end. */
enum { COMPILER_MS = 60000, FILE_MOST = 256 * 1024 * 1024 };
#define MEMORY_MOST ((uint64_t)2 << 30)

/* A compilation: its folder, and what is in it. */
struct workshop {
    struct text folder, library;
    struct text definitions; /* that the Makefile beside the source has */
    struct text first;       /* compiled before each source; empty for nothing */
    struct text link;        /* to the source, where its path cannot stand in what includes it */
    struct text beside;      /* and the folder that it is in, with what it may include */
    int frame;               /* what is compiled */
    int output;              /* what the compiler says */
    bool is_cpp, is_narrow;
    bool has_debugging; /* as later labs' code to start from has it: dbg_printf and the like */
    mode_t mask;        /* before: for whoever is kept from files of others, this one is there */
    sigset_t blocked, before; /* signals, as of child.h */
    int signal;               /* that came while it was open; 0 for none */
};

static bool write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "we");
    bool good = file && fwrite(text_string(text), 1, text->length, file) == text->length;

    return file && fclose(file) == 0 && good;
}

static bool write_headers(const struct workshop *workshop, const char *stripped)
{
    struct text path = {0}, header = {0};
    const char *name;
    bool good = true;

    for (size_t i = 0; good && (name = headers_get(i, stripped, &header)); i++) {
        const char *slash = strrchr(name, '/');

        text_clear(&path);
        text_add(&path, "%s/%.*s", text_string(&workshop->folder), slash ? (int)(slash - name) : 0,
                 name);
        if (slash && mkdir(text_string(&path), S_IRWXU) != 0 && errno != EEXIST)
            good = false;
        text_clear(&path);
        text_add(&path, "%s/%s", text_string(&workshop->folder), name);
        good = good && write_file(text_string(&path), &header);
    }
    text_finish(&path);
    text_finish(&header);
    return good;
}

/* Give a source whose path cannot be written into what is compiled a name that can. */
static bool link_source(struct workshop *workshop, const char *path)
{
    char *whole = realpath(path, NULL);
    bool good = whole != NULL;

    text_add(&workshop->link, "%s/source.c", text_string(&workshop->folder));
    good = good && symlink(whole, text_string(&workshop->link)) == 0;
    if (good)
        text_add_bytes(&workshop->beside, whole, (size_t)(strrchr(whole, '/') + 1 - whole));
    free(whole);
    return good;
}

/* Write what is compiled before each source, if anything is. */
static bool write_first(struct workshop *workshop, const struct hand_in *hand_in)
{
    struct text names = {0};
    bool good = true;

    if (taken_is_used(hand_in, workshop->is_cpp)) {
        text_add(&workshop->first, "%s/heapglass-first.h", text_string(&workshop->folder));
        taken_add_names(&names);
        good = write_file(text_string(&workshop->first), &names);
    }
    text_finish(&names);
    return good;
}

/* Write what is compiled. */
static bool write_frame(struct workshop *workshop, const struct hand_in *hand_in)
{
    const char *path = text_string(&hand_in->path);
    struct text frame = {0};
    bool good;

    if (!frame_can_name(path) && !link_source(workshop, path))
        return false;
    frame_add(workshop->link.length > 0 ? text_string(&workshop->link) : path, workshop->is_cpp,
              hand_in, &frame);
    good = write(workshop->frame, frame.data, frame.length) == (ssize_t)frame.length;
    text_finish(&frame);
    return good;
}

static bool open_workshop(const struct hand_in *hand_in, bool is_narrow, struct workshop *workshop,
                          struct error *error)
{
    const char *folder = getenv("TMPDIR");

    *workshop =
        (struct workshop){.frame = memfd_create("frame", MFD_CLOEXEC),
                          .output = memfd_create("output", MFD_CLOEXEC),
                          .is_cpp = language_is_cpp(text_string(&hand_in->path)),
                          .is_narrow = is_narrow,
                          .has_debugging = strstr(text_string(&hand_in->source), "define dbg_"),
                          .mask = umask(S_IRWXG | S_IRWXO)};
    child_block_signals(&workshop->blocked, &workshop->before);
    text_add(&workshop->folder, "%s/heapglass-XXXXXX", folder && folder[0] ? folder : "/tmp");
    if (workshop->frame < 0 || workshop->output < 0)
        return error_set_errno(error, "no memory to compile in");
    if (!mkdtemp(workshop->folder.data)) {
        text_clear(&workshop->folder);
        error_set_errno(error, "there is no folder to compile in (TMPDIR): %s",
                        folder && folder[0] ? folder : "/tmp");
        return false;
    }
    makefile_add_definitions(text_string(&hand_in->path), &workshop->definitions);
    text_add(&workshop->library, "%s/own.so", text_string(&workshop->folder));
    return (write_first(workshop, hand_in) && write_frame(workshop, hand_in) &&
            write_headers(workshop, text_string(&hand_in->stripped))) ||
           error_set_errno(error, "%s", text_string(&workshop->folder));
}

/* Remove a folder of files, and of folders of files. */
static void remove_folder(const char *path, bool has_folders)
{
    DIR *folder = opendir(path);
    struct text inner = {0};
    struct dirent *entry;

    while (folder && (entry = readdir(folder))) {
        if (unlinkat(dirfd(folder), entry->d_name, 0) == 0 || !has_folders ||
            entry->d_name[0] == '.')
            continue;
        text_clear(&inner);
        text_add(&inner, "%s/%s", path, entry->d_name);
        remove_folder(text_string(&inner), false);
    }
    if (folder)
        closedir(folder);
    text_finish(&inner);
    rmdir(path);
}

static void close_workshop(struct workshop *workshop)
{
    if (workshop->folder.length > 0)
        remove_folder(text_string(&workshop->folder), true);
    text_finish(&workshop->folder);
    text_finish(&workshop->library);
    text_finish(&workshop->definitions);
    text_finish(&workshop->first);
    text_finish(&workshop->link);
    text_finish(&workshop->beside);
    if (workshop->frame >= 0)
        close(workshop->frame);
    if (workshop->output >= 0)
        close(workshop->output);
    umask(workshop->mask);
    sigprocmask(SIG_SETMASK, &workshop->before, NULL);
    if (workshop->signal > 0)
        raise(workshop->signal);
}

/* In the child: become the compiler. */
static _Noreturn void become_compiler(const struct workshop *workshop, const char *compiler,
                                      const struct companions *companions, int failure)
{
    struct arguments arguments = arguments_make(&(struct arguments_wish){
        .compiler = compiler,
        .is_cpp = workshop->is_cpp,
        .is_narrow = workshop->is_narrow,
        .has_debugging = workshop->has_debugging,
        .definitions = text_string(&workshop->definitions),
        .companions = companions,
        .first = workshop->first.length > 0 ? text_string(&workshop->first) : NULL,
        .headers = text_string(&workshop->folder),
        .beside = workshop->beside.length > 0 ? text_string(&workshop->beside) : NULL,
        .library = text_string(&workshop->library),
    });

    setenv("PATH", _PATH_STDPATH, 0); /* by which it finds its parts */
    setenv("TMPDIR", text_string(&workshop->folder), 1);
    limit_lower(RLIMIT_DATA, MEMORY_MOST, MEMORY_MOST);
    limit_lower(RLIMIT_FSIZE, FILE_MOST, FILE_MOST);
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigprocmask(SIG_SETMASK, &workshop->before, NULL);
    if (dup2(workshop->frame, STDIN_FILENO) >= 0 && dup2(workshop->output, STDOUT_FILENO) >= 0 &&
        dup2(workshop->output, STDERR_FILENO) >= 0) {
        execvp(arguments.words[0], arguments.words);
    }
    if (write(failure, &errno, sizeof errno) < 0)
        _exit(2);
    _exit(1);
}

/* Wait for the compiler; where that takes too long, or a signal comes, end it and all that it has
 * started, which is a group of its own. */
static void await_compiler(struct workshop *workshop, pid_t process, int *ret_status)
{
    uint64_t until_ms = clock_ms() + COMPILER_MS;
    int what = child_wait(process, &workshop->blocked, until_ms, ret_status);

    if (what == CHILD_HAS_ENDED)
        return;
    workshop->signal = what > 0 ? what : 0;
    kill(-process, what > 0 ? SIGTERM : SIGKILL); /* it takes its own files away */
    while (waitpid(process, ret_status, 0) < 0 && errno == EINTR)
        continue;
}

/* Run the compiler, and wait for it.
 *   ret_status  as of waitpid */
static bool run_compiler(struct workshop *workshop, const char *compiler,
                         const struct companions *companions, int *ret_status, struct error *error)
{
    int ends[2], number = 0;
    pid_t process;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, "no pipe");
    process = fork();
    if (process == 0)
        become_compiler(workshop, compiler, companions, ends[1]);
    if (process > 0)
        setpgid(process, process); /* whoever comes first */
    close(ends[1]);
    if (process < 0)
        error_set_errno(error, "no process to compile in");
    else if (read(ends[0], &number, sizeof number) == sizeof number)
        error_set(error, "there is no %s compiler: %s: %s; name one in %s",
                  language_name(workshop->is_cpp), compiler, strerror(number),
                  language_variable(workshop->is_cpp));
    close(ends[0]);
    if (process > 0)
        await_compiler(workshop, process, ret_status);
    return process > 0 && number == 0;
}

/* Append what the compiler said in a line, with the source's own path for that of a link to it. */
static void add_line(const char *line, size_t length, const char *link, const char *path,
                     struct text *lines)
{
    const char *found = link[0] ? memmem(line, length, link, strlen(link)) : NULL;

    if (found) {
        utf8_add_visible(lines, line, (size_t)(found - line));
        utf8_add_visible_line(lines, path);
        length -= (size_t)(found - line) + strlen(link);
        line = found + strlen(link);
    }
    utf8_add_visible(lines, line, length);
}

/* What the compiler said, without the line on what included the source. */
static void read_output(const struct workshop *workshop, const char *path, struct text *ret_lines)
{
    static const char included[] = "In file included from <stdin>:1:\n";
    struct text said = {0};
    off_t size = lseek(workshop->output, 0, SEEK_END);
    const char *line, *end;

    if (size > 0) {
        char *place = text_begin(&said, (size_t)size);
        ssize_t count = pread(workshop->output, place, (size_t)size, 0);

        text_end(&said, place + (count > 0 ? count : 0));
    }
    for (line = text_string(&said); *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end == '\n';
        if (strncmp(line, included, sizeof included - 1) != 0)
            add_line(line, (size_t)(end - line), text_string(&workshop->link), path, ret_lines);
    }
    text_finish(&said);
}

/* Whether what lies in a file can be run, and not only read. */
static bool is_runnable(int file)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    void *code = mmap(NULL, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);

    if (code != MAP_FAILED)
        munmap(code, page);
    return code != MAP_FAILED;
}

/* Replace a file by a copy in memory. */
static bool copy_to_memory(int *file)
{
    int copy = memfd_create("library", MFD_CLOEXEC);
    ssize_t length = copy < 0 ? -1 : 1;

    while (length > 0)
        length = sendfile(copy, *file, NULL, INT_MAX);
    if (length < 0) {
        if (copy >= 0)
            close(copy);
        return false;
    }
    close(*file);
    *file = copy;
    return true;
}

/* Open what the compiler made, wherever that was: nothing is run from a file system that is mounted
 * so (noexec). */
static bool open_library(const char *path, int *ret_file, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return error_set_errno(error, "%s", path);
    if (!is_runnable(file) && !copy_to_memory(&file)) {
        close(file);
        return error_set_errno(error, "%s", path);
    }
    *ret_file = file;
    return true;
}

/* Say that it does not compile, and which headers were the malloc lab's, or that another compiler
 * might take it. Returns false.
 *   said  by the compiler */
static bool tell_failure(const char *path, int status, const struct text *said, struct error *error)
{
    struct text absent = {0};

    if (!WIFSIGNALED(status))
        companions_add_absent(path, &absent);
    if (WIFSIGNALED(status))
        error_set(error, "%s: the compiler did not come to an end", path);
    else if (strstr(text_string(said), "variably modified"))
        error_set(
            error,
            "%s: it does not compile; clang, which its course may go by, takes arrays as long "
            "as a constant says: name it in CC",
            path);
    else if (absent.length > 0)
        error_set(error,
                  strstr(text_string(&absent), " and ")
                      ? "%s: it does not compile; %s are not beside it, so the malloc lab's were "
                        "taken: if its course has others, put them there"
                      : "%s: it does not compile; %s is not beside it, so the malloc lab's was "
                        "taken: if its course has another, put it there",
                  path, text_string(&absent));
    else
        error_set(error, "%s: it does not compile", path);
    text_finish(&absent);
    return false;
}

/* Let a compiler make the library, and read what it says.
 *   ret_status  as of waitpid */
static bool compile_by(const char *compiler, struct workshop *workshop,
                       const struct hand_in *hand_in, int *ret_status, struct text *ret_said,
                       struct error *error)
{
    bool good = lseek(workshop->frame, 0, SEEK_SET) == 0 && ftruncate(workshop->output, 0) == 0 &&
                lseek(workshop->output, 0, SEEK_SET) == 0;

    if (!good)
        return error_set_errno(error, "no memory to compile in");
    good = run_compiler(workshop, compiler, &hand_in->companions, ret_status, error);
    if (good)
        read_output(workshop, text_string(&hand_in->path), ret_said);
    return good;
}

/* Where it was refused, try another compiler: some courses go by one that takes more.
 *   said  what was said when it was refused; as it is now, if it is not any more */
static void try_second(struct workshop *workshop, const struct hand_in *hand_in, int *status,
                       struct text *said)
{
    const char *second = language_second_compiler(workshop->is_cpp);
    struct text now = {0};
    struct error ignored;
    int new_status = 0;

    if (!second || !WIFEXITED(*status) || WEXITSTATUS(*status) == 0 || workshop->signal > 0)
        return;
    text_add(&now, "%s: %s refuses it, so it is compiled by %s\n", text_string(&hand_in->path),
             language_compiler(workshop->is_cpp), second);
    if (compile_by(second, workshop, hand_in, &new_status, &now, &ignored) && new_status == 0) {
        *status = 0;
        text_clear(said);
        text_add_string(said, text_string(&now));
    }
    text_finish(&now);
}

bool compile_library(const struct hand_in *hand_in, bool is_narrow, int *ret_file,
                     struct text *ret_said, struct error *error)
{
    const char *path = text_string(&hand_in->path);
    struct text said = {0};
    struct workshop workshop;
    int status = 0;
    bool good;

    good =
        open_workshop(hand_in, is_narrow, &workshop, error) &&
        compile_by(language_compiler(workshop.is_cpp), &workshop, hand_in, &status, &said, error);
    if (good)
        try_second(&workshop, hand_in, &status, &said);
    if (good && status != 0)
        good = tell_failure(path, status, &said, error);
    text_add_string(ret_said, text_string(&said));
    text_finish(&said);
    good = good && open_library(text_string(&workshop.library), ret_file, error);
    close_workshop(&workshop);
    return good;
}
