/* jail.c: see jail.h. A filter of system calls: those in a list are answered with EPERM, and files
 * are opened for reading alone. */
#include "own/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/limit.h"

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#define OWN_ARCHITECTURE 0
#endif

/* Calls that change what is on the disk; */
static const unsigned writing[] = {
#ifdef __NR_unlink
    __NR_unlink,    __NR_rename,         __NR_renameat,  __NR_rmdir,     __NR_mkdir,
    __NR_mknod,     __NR_creat,          __NR_chmod,     __NR_link,      __NR_symlink,
    __NR_chown,     __NR_lchown,
#endif
    __NR_unlinkat,  __NR_renameat2,      __NR_mkdirat,   __NR_mknodat,   __NR_openat2,
    __NR_truncate,  __NR_fchmodat,       __NR_linkat,    __NR_symlinkat, __NR_fchmod,
    __NR_fchown,    __NR_fchownat,       __NR_utimensat, __NR_setxattr,  __NR_lsetxattr,
    __NR_fsetxattr, __NR_io_uring_setup,
};

/* and those that reach other processes, the network, and memory that outlasts the process or that
 * no limit counts. */
static const unsigned reaching[] = {
#ifdef __NR_fork
    __NR_fork,
    __NR_vfork,
#endif
    __NR_clone,
    __NR_clone3,
    __NR_execve,
    __NR_execveat,
    __NR_kill,
    __NR_tkill,
    __NR_ptrace,
    __NR_socket,
    __NR_socketpair,
    __NR_setrlimit,
    __NR_prctl,
    __NR_process_vm_writev,
    __NR_pidfd_send_signal,
    __NR_rt_sigqueueinfo,
    __NR_memfd_create,
    __NR_shmget,
    __NR_msgget,
    __NR_semget,
};

enum {
    WRITING = sizeof writing / sizeof writing[0],
    REACHING = sizeof reaching / sizeof reaching[0],
    LENGTH_MAX = 2 * (WRITING + REACHING) + 32
};

struct filter {
    struct sock_filter items[LENGTH_MAX];
    unsigned short count;
};

static void add(struct filter *filter, struct sock_filter item)
{
    filter->items[filter->count++] = item;
}

static void load(struct filter *filter, size_t offset)
{
    add(filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}

static void answer(struct filter *filter, unsigned what)
{
    add(filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, what));
}

/* Deny a call whose argument number `argument` has any of `flags`; others go on behind it. */
static void deny_flags(struct filter *filter, unsigned call, unsigned argument, unsigned flags)
{
    load(filter, offsetof(struct seccomp_data, nr));
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3));
    load(filter, offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1));
    answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

/* A signal may go to this process itself: that is how it aborts. */
static void deny_other_processes(struct filter *filter)
{
    load(filter, offsetof(struct seccomp_data, nr));
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_tgkill, 0, 3));
    load(filter, offsetof(struct seccomp_data, args));
    add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)getpid(), 1, 0));
    answer(filter, SECCOMP_RET_ERRNO | EPERM);
}

static void deny_all(struct filter *filter, const unsigned *calls, size_t count)
{
    load(filter, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < count; i++) {
        add(filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1));
        answer(filter, SECCOMP_RET_ERRNO | EPERM);
    }
}

/* Begin with what keeps files from being written. */
static struct filter begin_filter(void)
{
    const unsigned flags = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    struct filter filter = {.count = 0};

    load(&filter, offsetof(struct seccomp_data, arch));
    add(&filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0));
    answer(&filter, SECCOMP_RET_KILL_PROCESS);
    deny_all(&filter, writing, WRITING);
#ifdef __NR_open
    deny_flags(&filter, __NR_open, 1, flags);
#endif
    deny_flags(&filter, __NR_openat, 2, flags);
    return filter;
}

/* Allow what is left, for good. */
static bool end_filter(struct filter *filter)
{
    struct sock_fprog program = {.filter = filter->items};

    answer(filter, SECCOMP_RET_ALLOW);
    program.len = filter->count;
    return OWN_ARCHITECTURE != 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool jail_keep_files(void)
{
    struct filter filter = begin_filter();

    return end_filter(&filter);
}

static bool filter_calls(void)
{
    struct filter filter = begin_filter();

    deny_all(&filter, reaching, REACHING);
    deny_flags(&filter, __NR_prlimit64, 2, ~0u); /* which limits there are may be asked */
    deny_other_processes(&filter);
    return end_filter(&filter);
}

bool jail_enter(uint64_t seconds)
{
    enum { FEW = 16 };

    signal(SIGXFSZ, SIG_IGN);
    return limit_lower(RLIMIT_CPU, seconds + 1, seconds + 2) && limit_lower(RLIMIT_CORE, 0, 0) &&
           limit_lower(RLIMIT_NOFILE, FEW, FEW) && filter_calls();
}
