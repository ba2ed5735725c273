/* build.c: see build.h. */
#include "own/build.h"

#include <ar.h>
#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/size.h"
#include "kind/break_place.h"
#include "kind/narrow_calls.h"
#include "kind/own.h"
#include "kind/own_before.h"
#include "kind/own_layout.h"
#include "own/compile.h"
#include "own/layout_hint.h"
#include "own/missing.h"
#include "own/symbols.h"
#include "own/taken.h"
#include "own/width.h"

enum { SOURCE_MAX = 16 * 1024 * 1024 };

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

static bool is_archive(const struct text *bytes)
{
    return bytes->length >= SARMAG && memcmp(bytes->data, ARMAG, SARMAG) == 0;
}

static bool is_elf(const struct text *bytes)
{
    return bytes->length >= sizeof(Elf64_Ehdr) && memcmp(bytes->data, ELFMAG, SELFMAG) == 0;
}

/* Whether it says of itself that it is a program that can lie anywhere, which else looks like a
 * library. */
static bool is_movable_program(const struct text *bytes)
{
    Elf64_Ehdr header;
    Elf64_Phdr segment;
    Elf64_Dyn entry;

    memcpy(&header, bytes->data, sizeof header);
    for (size_t i = 0; i < header.e_phnum; i++) {
        if (!text_copy_part(bytes, header.e_phoff + i * sizeof segment, &segment, sizeof segment))
            return false;
        for (uint64_t at = 0; segment.p_type == PT_DYNAMIC && at < segment.p_filesz &&
                              text_copy_part(bytes, segment.p_offset + at, &entry, sizeof entry);
             at += sizeof entry) {
            if (entry.d_tag == DT_FLAGS_1)
                return entry.d_un.d_val & DF_1_PIE;
        }
    }
    return false;
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
    return (header.e_type == ET_DYN && !is_movable_program(bytes)) ||
           error_set(error, "%s: it is a program, and no library; build it with -shared -fPIC",
                     path);
}

/* ---- Source ---- */

/* Whether it can be begun. */
static bool check_beginning(const struct hand_in *hand_in, struct error *error)
{
    struct source_function function = {0};
    bool good = interface_beginning(&hand_in->interface, text_string(&hand_in->stripped),
                                    &function) != BEGINNING_OTHER;

    if (!good)
        error_set(error,
                  "%s: %s: what begins an allocator is handed nothing here, or where its memory "
                  "begins and how much that is",
                  text_string(&hand_in->path), text_string(&function.head));
    text_finish(&function.head);
    return good;
}

/* Say which of several sets of functions is driven. */
static void tell_others(const struct hand_in *hand_in, const char *functions, struct text *warnings)
{
    const char *others = text_string(&hand_in->others);

    if (*others && !functions)
        text_add(warnings, "%s: %s and %s are driven; it has %s, too: --functions %.*s\n",
                 text_string(&hand_in->path), hand_in->interface.allocate,
                 hand_in->interface.release, others, (int)strcspn(others, ","), others);
}

/* Whether there is something for 32 bits of all that a library uses.
 *   ret_absent  the first of what there is not */
static bool has_all_narrow(int file, struct text *ret_absent)
{
    struct text path = {0}, bytes = {0}, name = {0};
    struct symbols symbols;
    struct error ignored;
    Elf64_Sym symbol;
    bool good;

    text_add(&path, "/proc/self/fd/%d", file);
    good = read_file(text_string(&path), &bytes, &ignored) &&
           symbols_find(&bytes, SHT_DYNSYM, &symbols);
    for (uint64_t i = 1; good && symbols_get(&symbols, i, &symbol); i++) {
        text_clear(&name);
        symbols_add_name(&symbols, &symbol, &name);
        good = symbol.st_shndx != SHN_UNDEF || ELF64_ST_BIND(symbol.st_info) == STB_WEAK ||
               narrow_call_find(text_string(&name)).what != NARROW_NOTHING;
    }
    if (!good)
        text_add_string(ret_absent, text_string(&name));
    text_finish(&path);
    text_finish(&bytes);
    text_finish(&name);
    return good;
}

/* Whether a heap can be moved to where pointers of 32 bits reach: another process tries that. */
static bool can_lie_low(void)
{
    int status = 1;
    pid_t process = fork();

    if (process == 0)
        _exit(break_place(lab_start(LAB_2002)) ? 0 : 1);
    return process > 0 && waitpid(process, &status, 0) == process && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

/* Make a library for 32 bits of one of the lab's.
 *   is_wanted  what the compiler says counts also where it refuses
 *   ret_why    why that cannot be */
static bool compile_narrow(const struct hand_in *hand_in, bool is_wanted, struct own_allocator *own,
                           struct text *ret_why)
{
    bool is_of_lab = own->lab == LAB_2002 || own->lab == LAB_2005 || own->lab == LAB_2016;
    struct text said = {0}, absent = {0};
    struct error error;
    bool good = false;

    if (!is_of_lab || hand_in->is_scoped)
        text_add_string(ret_why, "only the malloc lab's can be built for 32 bits");
    else if (!can_lie_low())
        text_add_string(ret_why, "no heap can be moved to below 4 GiB here");
    else if (!compile_library(hand_in, true, &own->file, &said, &error))
        text_add_string(ret_why, "the compiler makes nothing for 32 bits (-mx32) of it");
    else if (!(good = has_all_narrow(own->file, &absent)))
        text_add(ret_why, "there is no '%s' for 32 bits here", text_string(&absent));
    if (!good && own->file >= 0) {
        close(own->file);
        own->file = -1;
    }
    if (good || is_wanted)
        text_add_string(&own->warnings, text_string(&said));
    text_finish(&said);
    text_finish(&absent);
    return good;
}

/* Let its pointers have 32 bits, where that is wished for, or where it was written so.
 *   errors  they are to have them, and cannot */
static bool narrow_down(const struct hand_in *hand_in, uint64_t bits, struct own_allocator *own,
                        struct error *error)
{
    const char *path = text_string(&hand_in->path),
               *reason = width_reason(path, text_string(&hand_in->source));
    struct text why = {0};
    bool good = true;

    if (bits == 64 || (bits == 0 && !reason))
        return true;
    own->is_narrow = compile_narrow(hand_in, bits == 32, own, &why);
    if (own->is_narrow && bits == 0)
        text_add(&own->warnings,
                 "%s: %s; so pointers, long and size_t have 4 bytes here, too; --bits 64 lets them "
                 "have 8\n",
                 path, reason);
    else if (!own->is_narrow && bits == 0)
        text_add(&own->warnings,
                 "%s: %s; here pointers, long and size_t have 8 bytes all the same, as %s\n", path,
                 reason, text_string(&why));
    else if (!own->is_narrow)
        good = error_set(error, "%s: %s", path, text_string(&why));
    text_finish(&why);
    return good;
}

/* Say how it is driven if it was written for 32 bits after all, where the compiler says that a
 * pointer is made a smaller number, or the other way round. */
static void tell_casts(const char *path, struct own_allocator *own)
{
    const char *said = text_string(&own->warnings);

    own->has_casts = strstr(said, "pointer-to-int-cast") || strstr(said, "int-to-pointer-cast");
    if (own->has_casts)
        text_add(&own->warnings, "%s: " OWN_CASTS "\n", path);
}

static bool compile(const struct hand_in *hand_in, const struct hand_in_wish *wish,
                    struct own_allocator *own, struct error *error)
{
    bool good;

    own->lab = lab_of(&hand_in->interface, text_string(&hand_in->stripped));
    tell_others(hand_in, wish->functions, &own->warnings);
    good = check_beginning(hand_in, error) && narrow_down(hand_in, wish->bits, own, error) &&
           (own->is_narrow || compile_library(hand_in, false, &own->file, &own->warnings, error));
    if (good)
        text_add(&own->library, "/proc/%d/fd/%d", (int)getpid(), own->file);
    if (good && own->lab == LAB_2002 && !own->is_narrow && wish->bits == 0)
        tell_casts(text_string(&hand_in->path), own);
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

/* Look for where its heap is, if nobody gives it any memory, and for what it can do. What goes by
 * other names is a set of functions: see kind/own.h. What is compiled here and maps memory does so
 * for its heap, and is to be whole.
 *   source  of one that takes memory of malloc's itself, stripped; else NULL
 *   paths   of what is compiled here; else NULL */
static bool look_into(struct own_allocator *own, const char *source,
                      const struct hand_in_paths *paths, struct error *error)
{
    static const char *const named[] = {OWN_ALLOCATE, NULL}, *const resize[] = {OWN_RESIZE, NULL};
    static const char *const known[] = {"mm_realloc", "realloc", "myrealloc", NULL};
    static const char *const maps[] = {"mmap", "mmap64", NULL};
    struct text bytes = {0};
    struct symbols symbols;
    struct error ignored;
    bool is_read = read_file(text_string(&own->library), &bytes, &ignored);
    bool is_known = is_read && symbols_find(&bytes, SHT_DYNSYM, &symbols);
    bool is_mapped = is_known && paths && symbols_have(&symbols, maps, false);
    bool is_whole = !is_known || !paths || missing_check(&symbols, paths, error);

    if (own->lab == LAB_HANDED || own->is_narrow || is_mapped || !is_read ||
        !own_array_find(&bytes, source, &own->array))
        own->array = (struct own_array){0};
    if (is_known)
        own->can_resize =
            symbols_have(&symbols, symbols_have(&symbols, named, true) ? resize : known, true);
    text_finish(&bytes);
    return is_whole;
}

static bool build_library(const char *path, const struct text *bytes, struct own_allocator *own,
                          struct error *error)
{
    text_add_string(&own->name, name_of(path));
    return check_library(path, bytes, error) && take_as_it_is(path, own, error) &&
           look_into(own, NULL, NULL, error);
}

static bool build_sources(const struct hand_in_paths *paths, const struct hand_in_wish *wish,
                          struct own_allocator *own, struct error *error)
{
    struct hand_in hand_in;
    bool good = hand_in_read(paths, wish->functions, &hand_in, error);

    text_add_string(&own->name, name_of(text_string(&hand_in.path)));
    good = good &&
           take_layout(text_string(&hand_in.path), text_string(&hand_in.source), own, error) &&
           compile(&hand_in, wish, own, error) &&
           look_into(own, taken_is_own(&hand_in) ? text_string(&hand_in.stripped) : NULL, paths,
                     error);
    if (good && own->layout.length == 0)
        layout_hint_add(text_string(&hand_in.source), &own->hint);
    if (own->is_narrow)
        text_add_string(&own->name, " (32 bits)");
    hand_in_finish(&hand_in);
    return good;
}

/* A library goes alone, and so does an archive, which says so. */
static bool build_files(const struct hand_in_paths *paths, const struct hand_in_wish *wish,
                        struct own_allocator *own, struct error *error)
{
    const char *path = text_string(&paths->paths[0]);
    struct text bytes = {0};
    bool good = read_file(path, &bytes, error);

    if (good && is_archive(&bytes))
        good = error_set(error,
                         "%s: it is an archive; make a library of it: cc -shared -o mm.so "
                         "-Wl,--whole-archive %s -Wl,--no-whole-archive (compiled with -fPIC)",
                         path, path);
    else if (good)
        good = is_elf(&bytes) && paths->count == 1 ? build_library(path, &bytes, own, error)
                                                   : build_sources(paths, wish, own, error);
    text_finish(&bytes);
    return good;
}

bool own_build(const struct hand_in_wish *wish, struct own_allocator *ret_own, struct error *error)
{
    struct hand_in_paths paths;
    bool good;

    *ret_own = (struct own_allocator){.file = -1, .before = -1};
    good = hand_in_find(wish, &paths, error) && build_files(&paths, wish, ret_own, error);
    hand_in_paths_finish(&paths);
    return good;
}

void own_finish(struct own_allocator *own)
{
    if (own->file >= 0)
        close(own->file);
    if (own->before >= 0)
        close(own->before);
    text_finish(&own->name);
    text_finish(&own->library);
    text_finish(&own->warnings);
    text_finish(&own->layout);
    text_finish(&own->hint);
    *own = (struct own_allocator){.file = -1, .before = -1};
}

/* Set a variable, or take it away. */
static void set_if(bool is_there, const char *name, const char *value)
{
    if (is_there)
        setenv(name, value, 1);
    else
        unsetenv(name);
}

void own_install(const struct own_allocator *own)
{
    uint64_t at = lab_start(own->is_narrow ? LAB_2002 : own->lab);
    char start[32], array[64];

    setenv(OWN_LIBRARY, text_string(&own->library), 1);
    setenv(OWN_NAME, text_string(&own->name), 1);
    snprintf(start, sizeof start, "%#" PRIx64, at);
    set_if(at > 0, OWN_START, start);
    snprintf(array, sizeof array, "%#" PRIx64 ":%" PRIu64, own->array.at, own->array.size);
    set_if(own->array.size > 0, OWN_ARRAY, array);
    if (own->layout.length > 0)
        setenv(OWN_LAYOUT, text_string(&own->layout), 0);
    own_align(lab_alignment(own->lab));
}

bool own_go_before(struct own_allocator *own, const struct trace *trace, struct error *error)
{
    static const enum own_before_kind kinds[TRACE_KINDS] = {
        [TRACE_ALLOCATE] = OWN_BEFORE_ALLOCATE,
        [TRACE_FREE] = OWN_BEFORE_FREE,
        [TRACE_REALLOCATE] = OWN_BEFORE_REALLOCATE,
    };
    struct text ops = {0};
    char path[64];
    bool good;

    for (size_t i = 0; i < trace->op_count; i++) {
        const struct trace_op *op = &trace->ops[i];
        struct own_before_op before = {op->size, op->id, kinds[op->kind]};

        text_add_bytes(&ops, (const char *)&before, sizeof before);
    }
    own->before = memfd_create("before", MFD_CLOEXEC);
    good = own->before >= 0 && write(own->before, ops.data, ops.length) == (ssize_t)ops.length;
    text_finish(&ops);
    if (!good)
        return error_set_errno(error, "no memory for what goes before it");
    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)getpid(), own->before);
    setenv(OWN_BEFORE, path, 1);
    return true;
}

static void set_number(const char *name, uint64_t number)
{
    char text[32];

    snprintf(text, sizeof text, "%" PRIu64, number);
    setenv(name, text, 1);
}

void own_align(uint64_t alignment)
{
    set_number(OWN_ALIGNMENT, alignment);
}

bool own_take_alignment(void *alignment, const char *word, struct error *error)
{
    uint64_t number;

    if (!number_parse(word, &number, error) || (number != 4 && number != 8 && number != 16))
        return error_set(error, "--align is 4, 8 or 16");
    *(uint64_t *)alignment = number;
    return true;
}

bool own_take_bits(void *bits, const char *word, struct error *error)
{
    *(uint64_t *)bits = strcmp(word, "32") == 0 ? 32 : 64;
    return strcmp(word, "32") == 0 || strcmp(word, "64") == 0 ||
           error_set(error, "--bits is 32 or 64");
}

void own_hand_over(uint64_t size)
{
    set_number(OWN_SIZE, size);
}
