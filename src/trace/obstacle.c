/* obstacle.c: see obstacle.h. */
#include "trace/obstacle.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "trace/call_ring.h"

enum { HEAD_MOST = 4096, SCRIPTS_MOST = 4, LOADER_MAX = 256 };

const char *obstacle_text(enum obstacle obstacle)
{
    static const char *const texts[OBSTACLES] = {
        [OBSTACLE_NONE] = "did not load the library",
        [OBSTACLE_STATIC] = "is statically linked, so that no library can be put before its own; "
                            "build it without -static",
        [OBSTACLE_USER] =
            "changes its user (setuid), and the system lets nobody put a library into "
            "such a program; run it as that user, or a copy without the bit",
        [OBSTACLE_GROUP] = "changes its group (setgid), and the system lets nobody put a library "
                           "into such a program; run a copy without the bit",
        [OBSTACLE_CAPABILITIES] = "gets capabilities from its file, and the system lets nobody put "
                                  "a library into such a program; run a copy, which has none",
#if __SIZEOF_POINTER__ == 8
        [OBSTACLE_BITS] = "is a 32-bit program, and our malloc has 64 bits; build it with -m64",
#else
        [OBSTACLE_BITS] = "is a 64-bit program, and our malloc has 32 bits; build it with -m32",
#endif
        [OBSTACLE_MACHINE] = "is built for another processor than our malloc",
        [OBSTACLE_LIBRARY] = "has another C library than the one that our malloc is built for; "
                             "build it for glibc",
        [OBSTACLE_ENVIRONMENT] = "was given an environment without LD_PRELOAD and "
                                 "HEAPGLASS_FOLLOW, as by env -i; hand them on",
        [OBSTACLE_NUMBERING] = "is in a container, where processes have other numbers; run "
                               "heapglass in there",
    };

    return texts[obstacle < OBSTACLES ? obstacle : OBSTACLE_NONE];
}

/* ---- The environment ---- */

static bool has(char *const environment[], const char *variable, const char *part)
{
    size_t length = strlen(variable);

    for (size_t i = 0; environment[i]; i++) {
        if (strncmp(environment[i], variable, length) == 0 && environment[i][length] == '=' &&
            strstr(environment[i], part))
            return true;
    }
    return false;
}

static bool tells_to_load(char *const environment[])
{
    return has(environment, "LD_PRELOAD", "libheapglass-malloc.so") &&
           has(environment, CALL_RING_VARIABLE, "");
}

/* ---- The file ---- */

/* Whether the system starts it as one that its user may not meddle with. */
static enum obstacle find_rights(int file)
{
    struct stat status;

    if (fstat(file, &status) != 0)
        return OBSTACLE_NONE;
    if (status.st_mode & S_ISUID && status.st_uid != getuid())
        return OBSTACLE_USER;
    if (status.st_mode & S_ISGID && status.st_mode & S_IXGRP && status.st_gid != getgid())
        return OBSTACLE_GROUP;
    if (getuid() != 0 && fgetxattr(file, "security.capability", NULL, 0) > 0)
        return OBSTACLE_CAPABILITIES;
    return OBSTACLE_NONE;
}

/* What loads it: "" for nothing, as of what is statically linked. */
static void find_loader(int file, const ElfW(Ehdr) * header, char loader[LOADER_MAX])
{
    ElfW(Phdr) part;

    loader[0] = '\0';
    for (unsigned i = 0; i < header->e_phnum; i++) {
        off_t at = (off_t)header->e_phoff + (off_t)i * header->e_phentsize;
        ssize_t length;

        if (pread(file, &part, sizeof part, at) != sizeof part)
            return;
        if (part.p_type != PT_INTERP)
            continue;
        length =
            pread(file, loader, part.p_filesz < LOADER_MAX - 1 ? part.p_filesz : LOADER_MAX - 1,
                  (off_t)part.p_offset);
        loader[length > 0 ? length : 0] = '\0';
        return;
    }
}

static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void copy_name(const char *path, char ret_name[OBSTACLE_NAME_MAX])
{
    memset(ret_name, 0, OBSTACLE_NAME_MAX);
    memcpy(ret_name, name_in(path), strnlen(name_in(path), OBSTACLE_NAME_MAX - 1));
}

static enum obstacle find_in_elf(int file, const char *name, const char *head)
{
    static const unsigned own_class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    char loader[LOADER_MAX];
    ElfW(Ehdr) header, own = {0};
    int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    bool is_known = self >= 0 && pread(self, &own, sizeof own, 0) == sizeof own;

    if (self >= 0)
        close(self);
    memcpy(&header, head, sizeof header);
    if (header.e_ident[EI_CLASS] != own_class)
        return OBSTACLE_BITS;
    if (is_known && header.e_machine != own.e_machine)
        return OBSTACLE_MACHINE;
    find_loader(file, &header, loader);
    if (!loader[0]) /* or it is the loader itself, by which another is run */
        return strncmp(name, "ld-linux", 8) == 0 || strncmp(name, "ld.so", 5) == 0
                   ? OBSTACLE_NONE
                   : OBSTACLE_STATIC;
    if (strstr(loader, "musl") || strstr(loader, "uClibc") || strstr(loader, "/system/bin/"))
        return OBSTACLE_LIBRARY;
    return find_rights(file);
}

/* Leave in `head` the path of what runs a script. False if it is none. */
static bool take_interpreter(char head[HEAD_MOST])
{
    char *start = head + 2, *end;

    if (strncmp(head, "#!", 2) != 0)
        return false;
    start += strspn(start, " \t");
    end = start + strcspn(start, " \t\n");
    *end = '\0';
    memmove(head, start, (size_t)(end - start) + 1);
    return head[0] == '/';
}

/* The first bytes of a file, with zeros behind them. Returns its descriptor; -1 where it cannot be
 * read. */
static int read_head(const char *path, char head[HEAD_MOST])
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    memset(head, 0, HEAD_MOST);
    if (file >= 0 && pread(file, head, HEAD_MOST - 1, 0) < 0)
        head[0] = '\0';
    return file;
}

static enum obstacle find_in_file(const char *path, char ret_name[OBSTACLE_NAME_MAX])
{
    char head[HEAD_MOST], at[HEAD_MOST];
    enum obstacle found = OBSTACLE_NONE;

    snprintf(at, sizeof at, "%s", path);
    for (int scripts = 0; scripts <= SCRIPTS_MOST; scripts++) {
        int file = read_head(at, head);
        bool is_script = file >= 0 && take_interpreter(head);

        if (file >= 0 && !is_script && memcmp(head, ELFMAG, SELFMAG) == 0)
            found = find_in_elf(file, name_in(at), head);
        if (file >= 0)
            close(file);
        if (!is_script)
            break;
        memcpy(at, head, sizeof at);
    }
    if (found != OBSTACLE_NONE)
        copy_name(at, ret_name);
    return found;
}

enum obstacle obstacle_find(const char *path, char *const environment[],
                            char ret_name[OBSTACLE_NAME_MAX])
{
    enum obstacle found = find_in_file(path, ret_name);

    if (found != OBSTACLE_NONE || !environment || tells_to_load(environment))
        return found;
    copy_name(path, ret_name);
    return OBSTACLE_ENVIRONMENT;
}

const char *obstacle_search(const char *name, char *room, size_t size)
{
    const char *folders = getenv("PATH");

    if (strchr(name, '/'))
        return name;
    if (!folders)
        folders = "/bin:/usr/bin";
    for (;;) {
        size_t length = strcspn(folders, ":");
        struct stat status;

        snprintf(room, size, "%.*s%s%s", (int)length, folders, length > 0 ? "/" : "./", name);
        if (stat(room, &status) == 0 && S_ISREG(status.st_mode) && access(room, X_OK) == 0)
            return room;
        if (!folders[length])
            return NULL;
        folders += length + 1;
    }
}
