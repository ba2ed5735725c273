/* rights.c: see rights.h. */
#include "foreign/rights.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- What /proc/PID/status says ---- */

enum { STATUS_MOST = 256 };

/* Read what stands behind `name` there; false where there is no such line. */
static bool read_line(int pid, const char *name, char value[STATUS_MOST])
{
    char path[64], line[STATUS_MOST];
    size_t length = strlen(name);
    bool found = false;
    FILE *file;

    snprintf(path, sizeof path, "/proc/%d/status", pid);
    file = fopen(path, "re");
    while (file && !found && fgets(line, sizeof line, file)) {
        found = strncmp(line, name, length) == 0;
        if (found)
            snprintf(value, STATUS_MOST, "%s", line + length + strspn(line + length, " \t"));
    }
    if (file)
        fclose(file);
    return found;
}

/* The same of a line that is a number. */
static bool read_number(int pid, const char *name, int base, unsigned long *ret_value)
{
    char value[STATUS_MOST];

    if (!read_line(pid, name, value))
        return false;
    *ret_value = strtoul(value, NULL, base);
    return true;
}

static bool has_ended(int pid)
{
    char state[STATUS_MOST];

    return read_line(pid, "State:", state) && strchr("ZX", state[0]);
}

/* ---- Rights ---- */

static bool may_trace_all(void)
{
    enum { CAP_SYS_PTRACE_NUMBER = 19 };
    unsigned long capabilities = 0;

    return read_number((int)getpid(), "CapEff:", 16, &capabilities) &&
           capabilities >> CAP_SYS_PTRACE_NUMBER & 1;
}

/* kernel.yama.ptrace_scope; 0 where the kernel has none. */
static int read_scope(void)
{
    FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
    int scope = 0;

    if (file && fscanf(file, "%d", &scope) != 1)
        scope = 0;
    if (file)
        fclose(file);
    return scope;
}

static bool tell_other_user(int pid, unsigned long user, struct error *error)
{
    const struct passwd *entry = getpwuid((uid_t)user);

    return error_set(error,
                     "process %d belongs to %s%s: it takes the right CAP_SYS_PTRACE to look at it; "
                     "try 'sudo heapglass attach %d'",
                     pid, entry ? entry->pw_name : "another user",
                     user == 0 ? ", the superuser" : "", pid);
}

static bool tell_scope(int pid, int scope, struct error *error)
{
    if (scope >= 3)
        return error_set(error,
                         "kernel.yama.ptrace_scope is %d: nobody may look at other processes until "
                         "the system is started anew",
                         scope);
    return error_set(error,
                     "kernel.yama.ptrace_scope is %d: without the right CAP_SYS_PTRACE a process "
                     "may only look at %s; try 'sudo heapglass attach %d'%s",
                     scope, scope == 1 ? "its own children" : "none", pid,
                     scope == 1 ? ", or 'sudo sysctl kernel.yama.ptrace_scope=0' for all" : "");
}

bool rights_tell_missing(int pid, struct error *error)
{
    unsigned long tracer = 0, user = 0;
    int scope = read_scope();

    if (read_number(pid, "TracerPid:", 10, &tracer) && tracer > 0)
        return error_set(error,
                         "process %d is being traced by process %lu already, and only one can: end "
                         "that debugger or tracer first",
                         pid, tracer);
    if (scope >= 3)
        return tell_scope(pid, scope, error);
    if (may_trace_all())
        return error_set(error, "the system does not let anybody trace process %d", pid);
    if (geteuid() == 0)
        return error_set(error,
                         "the right CAP_SYS_PTRACE is missing, though this is the superuser: a "
                         "container needs --cap-add=SYS_PTRACE");
    if (read_number(pid, "Uid:", 10, &user) && user != geteuid())
        return tell_other_user(pid, user, error);
    if (scope > 0)
        return tell_scope(pid, scope, error);
    return error_set(error,
                     "process %d has more rights than this one, or does not want to be looked at: "
                     "it takes the right CAP_SYS_PTRACE; try 'sudo heapglass attach %d'",
                     pid, pid);
}

/* ---- Which process ---- */

/* Whether the program is for this kind of machine; where it cannot be read, that is for others to
 * find out. */
static bool check_program(int pid, struct error *error)
{
    unsigned char header[EI_NIDENT] = {0};
    char path[64];
    int file;

    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return true;
    if (read(file, header, sizeof header) < 0)
        header[EI_CLASS] = 0;
    close(file);
    return header[EI_CLASS] != ELFCLASS32 ||
           error_set(error, "process %d is a 32-bit program: only 64-bit ones can be looked at",
                     pid);
}

bool rights_check_process(int pid, struct error *error)
{
    unsigned long group = 0, size;

    if (!read_number(pid, "Tgid:", 10, &group))
        return error_set(error, "there is no process %d", pid);
    if (group != (unsigned long)pid)
        return error_set(error, "%d is a thread; its process is %lu", pid, group);
    if (has_ended(pid))
        return error_set(error, "process %d has ended: its parent has not taken note yet", pid);
    if (!read_number(pid, "VmSize:", 10, &size))
        return error_set(error, "process %d is a part of the kernel: it has no heap", pid);
    return check_program(pid, error);
}
