/* build.c: see build.h. */
#include "own/build.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "kind/own.h"
#include "kind/own_layout.h"
#include "own/headers.h"
#include "own/source.h"

enum { SOURCE_MAX = 16 * 1024 * 1024, COMPILER_SECONDS = 60 };

/* ---- Reading ---- */

static bool read_file(const char *path, struct text *ret_bytes, struct error *error)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    ssize_t count = 0;

    if (file < 0 || fstat(file, &status) != 0) {
        error_set_errno(error, "%s", path);
    } else if (!S_ISREG(status.st_mode)) {
        error_set(error, "%s: it is no file", path);
    } else if (status.st_size > SOURCE_MAX) {
        error_set(error, "%s: it is too large for an allocator", path);
    } else {
        char *place = text_begin(ret_bytes, (size_t)status.st_size);

        count = read(file, place, (size_t)status.st_size);
        text_end(ret_bytes, place + (count > 0 ? count : 0));
        close(file);
        return count == status.st_size || error_set_errno(error, "%s", path);
    }
    if (file >= 0)
        close(file);
    return false;
}

static bool is_elf(const struct text *bytes)
{
    return bytes->length >= sizeof(Elf64_Ehdr) && memcmp(bytes->data, ELFMAG, SELFMAG) == 0;
}

/* Whether an ELF file is a library that this process could load. */
static bool check_library(const char *path, const struct text *bytes, struct error *error)
{
    Elf64_Ehdr header, own;
    int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool known = program >= 0 && read(program, &own, sizeof own) == sizeof own;

    if (program >= 0)
        close(program);
    memcpy(&header, bytes->data, sizeof header);
    if (header.e_ident[EI_CLASS] != ELFCLASS64)
        return error_set(error, "%s: it is built for 32 bits, and this program is not", path);
    if (known && header.e_machine != own.e_machine)
        return error_set(error, "%s: it is built for another machine", path);
    if (header.e_type == ET_REL)
        return error_set(error,
                         "%s: it is an object file; make a library of it: "
                         "cc -shared -o mm.so %s (compiled with -fPIC)",
                         path, path);
    return header.e_type == ET_DYN ||
           error_set(error, "%s: it is a program, and no library; build it with -shared -fPIC",
                     path);
}

/* ---- Compiling ---- */

/* A compilation: its folder, and what is in it. */
struct workshop {
    struct text folder, library;
    int frame;  /* what is compiled */
    int output; /* what the compiler says */
};

static bool write_file(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "we");
    bool good = file && fwrite(text_string(text), 1, text->length, file) == text->length;

    return file && fclose(file) == 0 && good;
}

/* Do something with each file of the folder: write the headers, or take all away. */
static bool write_headers(const struct workshop *workshop, const char *stripped)
{
    struct text path = {0}, header = {0};
    const char *name;
    bool good = true;

    for (size_t i = 0; good && (name = headers_get(i, stripped, &header)); i++) {
        text_clear(&path);
        text_add(&path, "%s/%s", text_string(&workshop->folder), name);
        good = write_file(text_string(&path), &header);
    }
    text_finish(&path);
    text_finish(&header);
    return good;
}

static bool open_workshop(const char *path, const char *stripped, struct workshop *workshop,
                          struct error *error)
{
    const char *folder = getenv("TMPDIR");
    struct text frame = {0};
    bool good;

    *workshop = (struct workshop){.frame = memfd_create("frame", MFD_CLOEXEC),
                                  .output = memfd_create("output", MFD_CLOEXEC)};
    text_add(&workshop->folder, "%s/heapglass-XXXXXX", folder && folder[0] ? folder : "/tmp");
    headers_add_frame(path, stripped, &frame);
    good = workshop->frame >= 0 && workshop->output >= 0 &&
           write(workshop->frame, frame.data, frame.length) == (ssize_t)frame.length &&
           lseek(workshop->frame, 0, SEEK_SET) == 0;
    text_finish(&frame);
    if (!good)
        return error_set_errno(error, "no memory to compile in");
    if (!mkdtemp(workshop->folder.data)) {
        error_set_errno(error, "%s", text_string(&workshop->folder));
        text_clear(&workshop->folder);
        return false;
    }
    text_add(&workshop->library, "%s/own.so", text_string(&workshop->folder));
    return write_headers(workshop, stripped) ||
           error_set_errno(error, "%s", text_string(&workshop->folder));
}

static void close_workshop(struct workshop *workshop)
{
    struct text path = {0}, header = {0};
    const char *name;

    for (size_t i = 0; workshop->folder.length && (name = headers_get(i, "", &header)); i++) {
        text_clear(&path);
        text_add(&path, "%s/%s", text_string(&workshop->folder), name);
        unlink(text_string(&path));
    }
    if (workshop->library.length > 0)
        unlink(text_string(&workshop->library));
    if (workshop->folder.length > 0)
        rmdir(text_string(&workshop->folder));
    text_finish(&path);
    text_finish(&header);
    text_finish(&workshop->folder);
    text_finish(&workshop->library);
    if (workshop->frame >= 0)
        close(workshop->frame);
    if (workshop->output >= 0)
        close(workshop->output);
}

/* The words of $CC, or "cc". */
static const char *compiler(void)
{
    const char *named = getenv("CC");

    return named && named[strspn(named, " ")] ? named : "cc";
}

/* In the child: become the compiler. */
static _Noreturn void become_compiler(const struct workshop *workshop, int failure)
{
    static const char *const options[] = {"-shared",
                                          "-fPIC",
                                          "-O2",
                                          "-g",
                                          "-Wall",
                                          "-std=gnu11",
                                          "-DDRIVER",
                                          "-Wl,-Bsymbolic",
                                          "-fno-semantic-interposition",
                                          "-fno-plt",
                                          "-fno-strict-aliasing",
                                          "-fno-builtin-malloc",
                                          "-fno-builtin-calloc",
                                          "-fno-builtin-realloc",
                                          "-fno-builtin-free",
                                          "-Wno-error=implicit-function-declaration",
                                          "-x",
                                          "c",
                                          "-"};
    enum { WORDS_MAX = 16, OPTIONS = sizeof options / sizeof options[0] };
    char *words = memory_copy_string(compiler()), *rest = NULL, *include;
    char *arguments[WORDS_MAX + OPTIONS + 6];
    size_t count = 0;

    for (char *word = strtok_r(words, " ", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest))
        arguments[count++] = word;
    for (size_t i = 0; i < OPTIONS; i++)
        arguments[count++] = memory_copy_string(options[i]);
    include = workshop->folder.data;
    arguments[count++] = memory_copy_string("-I");
    arguments[count++] = include;
    arguments[count++] = memory_copy_string("-o");
    arguments[count++] = workshop->library.data;
    arguments[count] = NULL;
    if (dup2(workshop->frame, STDIN_FILENO) >= 0 && dup2(workshop->output, STDOUT_FILENO) >= 0 &&
        dup2(workshop->output, STDERR_FILENO) >= 0) {
        alarm(COMPILER_SECONDS);
        execvp(arguments[0], arguments);
    }
    if (write(failure, &errno, sizeof errno) < 0)
        _exit(2);
    _exit(1);
}

/* Run the compiler, and wait for it.
 *   ret_status  as of waitpid */
static bool run_compiler(const struct workshop *workshop, int *ret_status, struct error *error)
{
    int ends[2], number = 0;
    pid_t process;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return error_set_errno(error, "no pipe");
    process = fork();
    if (process == 0)
        become_compiler(workshop, ends[1]);
    close(ends[1]);
    if (process < 0)
        error_set_errno(error, "no process to compile in");
    else if (read(ends[0], &number, sizeof number) == sizeof number)
        error_set(error, "there is no C compiler: %s: %s; name one in CC", compiler(),
                  strerror(number));
    close(ends[0]);
    while (process > 0 && waitpid(process, ret_status, 0) < 0 && errno == EINTR)
        continue;
    return process > 0 && number == 0;
}

/* What the compiler said, without the line on what included the source. */
static void read_output(int output, struct text *ret_lines)
{
    static const char included[] = "In file included from <stdin>:1:\n";
    struct text said = {0};
    off_t size = lseek(output, 0, SEEK_END);
    const char *line, *end;

    if (size > 0) {
        char *place = text_begin(&said, (size_t)size);
        ssize_t count = pread(output, place, (size_t)size, 0);

        text_end(&said, place + (count > 0 ? count : 0));
    }
    for (line = text_string(&said); *line; line = end) {
        end = line + strcspn(line, "\n");
        end += *end == '\n';
        if (strncmp(line, included, sizeof included - 1) != 0)
            text_add_bytes(ret_lines, line, (size_t)(end - line));
    }
    text_finish(&said);
}

static bool take_library(const struct workshop *workshop, struct own_allocator *own,
                         struct error *error)
{
    own->file = open(text_string(&workshop->library), O_RDONLY | O_CLOEXEC);
    if (own->file < 0)
        return error_set_errno(error, "%s", text_string(&workshop->library));
    text_add(&own->library, "/proc/%d/fd/%d", (int)getpid(), own->file);
    return true;
}

static bool compile(const char *path, const struct text *source, struct own_allocator *own,
                    struct error *error)
{
    struct text stripped = {0};
    struct workshop workshop;
    int status = 0;
    bool good;

    source_strip(text_string(source), &stripped);
    good = open_workshop(path, text_string(&stripped), &workshop, error) &&
           run_compiler(&workshop, &status, error);
    if (good)
        read_output(workshop.output, &own->warnings);
    if (good && status != 0)
        good = error_set(error, "%s: %s", path,
                         WIFSIGNALED(status) ? "the compiler did not come to an end"
                                             : "it does not compile");
    good = good && take_library(&workshop, own, error);
    own->lab = lab_of(text_string(&stripped));
    close_workshop(&workshop);
    text_finish(&stripped);
    return good;
}

/* ---- Both ---- */

static bool take_as_it_is(const char *path, struct own_allocator *own, struct error *error)
{
    char *absolute = realpath(path, NULL);

    if (!absolute)
        return error_set_errno(error, "%s", path);
    text_add_string(&own->library, absolute);
    free(absolute);
    return true;
}

/* Take over a line of layout that stands in the source. */
static bool take_layout(const char *path, const char *source, struct own_allocator *own,
                        struct error *error)
{
    static const char mark[] = "heapglass:";
    const char *found = strstr(source, mark), *problem, *where;
    struct own_layout layout;
    size_t length;
    unsigned line = 1;

    if (!found)
        return true;
    length = strcspn(found + strlen(mark), "\n*");
    text_add_bytes(&own->layout, found + strlen(mark), length);
    if (own_layout_parse(text_string(&own->layout), &layout, &problem, &where) || !problem)
        return true;
    for (const char *c = source; c < found; c++)
        line += *c == '\n';
    return error_set(error, "%s:%u: the layout of blocks: %s: '%.*s'", path, line, problem,
                     (int)strcspn(where, " "), where);
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool own_build(const char *path, struct own_allocator *ret_own, struct error *error)
{
    struct text bytes = {0};
    bool good;

    *ret_own = (struct own_allocator){.file = -1};
    text_add_string(&ret_own->name, name_of(path));
    good = read_file(path, &bytes, error);
    if (good && is_elf(&bytes))
        good = check_library(path, &bytes, error) && take_as_it_is(path, ret_own, error);
    else if (good && (bytes.length == 0 || memchr(bytes.data, 0, bytes.length)))
        good = error_set(error, "%s: it is neither C source nor a shared library", path);
    else if (good)
        good = take_layout(path, text_string(&bytes), ret_own, error) &&
               compile(path, &bytes, ret_own, error);
    text_finish(&bytes);
    return good;
}

void own_finish(struct own_allocator *own)
{
    if (own->file >= 0)
        close(own->file);
    text_finish(&own->name);
    text_finish(&own->library);
    text_finish(&own->warnings);
    text_finish(&own->layout);
    *own = (struct own_allocator){.file = -1};
}

void own_install(const struct own_allocator *own)
{
    char start[32];

    setenv(OWN_LIBRARY, text_string(&own->library), 1);
    setenv(OWN_NAME, text_string(&own->name), 1);
    snprintf(start, sizeof start, "%#" PRIx64, lab_start(own->lab));
    if (lab_start(own->lab) > 0)
        setenv(OWN_START, start, 1);
    else
        unsetenv(OWN_START);
    if (own->layout.length > 0)
        setenv(OWN_LAYOUT, text_string(&own->layout), 0);
}
