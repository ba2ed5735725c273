/* examine.c: see examine.h. */
#include "own/examine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limit.h"
#include "kind/diverted.h"
#include "kind/kind.h"
#include "kind/memlib.h"
#include "kind/own.h"
#include "own/answer.h"
#include "own/checks.h"
#include "own/jail.h"
#include "target/guard.h"
#include "target/limit.h"
#include "target/speech.h"

struct examination {
    struct sheet *sheet;
    void *heap;
    const char *start; /* where it begins */
    struct subject subject;
    struct checks checks;
};

/* ---- Beginning ---- */

static struct sheet *map_sheet(void)
{
    struct stat status;
    void *memory;

    if (fstat(SHEET_FD, &status) != 0 || (size_t)status.st_size < sheet_size(0))
        return NULL;
    memory = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, SHEET_FD, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static void refuse(struct sheet *sheet, const char *problem)
{
    sheet->state = SHEET_REFUSED;
    strncpy(sheet->problem, problem, sizeof sheet->problem - 1);
}

/* Whether what failed last was not permitted, by errno. So is what is printed where there is hardly
 * any room left for it answered, too: that is no harm. */
static bool was_denied(const struct sheet *sheet)
{
    enum { LINE_MOST = 4096 };
    uint64_t end = sheet_size(sheet->op_count);

    return errno == EPERM && (uint64_t)lseek(STDOUT_FILENO, 0, SEEK_CUR) + LINE_MOST < end;
}

/* What begins the allocator failed, with errno as it left that. */
static void refuse_beginning(struct sheet *sheet, const char *problem)
{
    sheet->is_denied = was_denied(sheet);
    refuse(sheet, problem);
}

/* The break, up to as much as the heap may have. */
static void *grow(void *context, size_t size)
{
    const struct examination *examination = context;
    struct hg_os os = hg_os_sbrk();

    if (size > examination->sheet->memory - mem_heapsize()) {
        errno = ENOMEM;
        return NULL;
    }
    return os.grow(os.context, size);
}

/* Let the process not have more than that, and a little for what it needs itself, whoever asks. */
static bool limit_memory(const struct sheet *sheet)
{
    enum { FOR_ITSELF = 32 * 1024 * 1024 };
    struct rlimit limit;

    if (!limit_heap(0, sheet->memory + FOR_ITSELF) || getrlimit(RLIMIT_DATA, &limit) != 0)
        return false;
    limit.rlim_max = limit.rlim_cur;
    return setrlimit(RLIMIT_DATA, &limit) == 0;
}

/* Let it not have more addresses, either, by which it could have memory that is shared. */
static bool limit_addresses(const struct sheet *sheet)
{
    enum { FOR_LIBRARIES = 64 * 1024 * 1024 };
    uint64_t more = sheet->memory + sheet->id_count * sizeof(void *) + FOR_LIBRARIES, most;
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    char text[128] = "";
    bool good = file >= 0 && read(file, text, sizeof text - 1) > 0;

    if (file >= 0)
        close(file);
    most = strtoull(text, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE) + more;
    return good && limit_lower(RLIMIT_AS, most, most);
}

/* Whether it will have an array. That is found by loading the library, whose code runs then, so not
 * before it can do no harm. */
static bool has_array(void)
{
    return getenv(OWN_ARRAY) != NULL;
}

/* Find where the heap is to begin. */
static void prepare(struct examination *examination)
{
    uintptr_t odd;

    if (!has_array())
        kind_own.place();
    odd = (uintptr_t)sbrk(0) % (uintptr_t)sysconf(_SC_PAGESIZE);
    if (odd > 0)
        sbrk((intptr_t)sysconf(_SC_PAGESIZE) - (intptr_t)odd);
    examination->start = sbrk(0);
}

/* Map what is kept of its payloads. */
static bool prepare_checks(struct examination *examination)
{
    struct sheet *sheet = examination->sheet;
    bool good = checks_begin(&examination->checks, sheet, sheet_ops(sheet), &examination->subject,
                             examination->start);

    if (!good)
        refuse(sheet, "there is no memory to examine it in");
    return good;
}

static bool open_heap(struct examination *examination)
{
    struct hg_config config = hg_config_default(OWN_POLICY);
    struct hg_os os = {.grow = grow, .context = examination};
    struct kind_opening opening = {.config = &config, .os = &os};
    const char *problem = "it cannot be opened";

    examination->heap = kind_own.open(&opening, &problem);
    if (!examination->heap)
        refuse_beginning(examination->sheet, problem);
    else
        examination->subject = subject_here(examination->heap);
    return examination->heap != NULL;
}

/* Its heap begins where its array does. */
static void move_to_array(struct examination *examination)
{
    size_t size;
    const char *array = own_array(examination->heap, &size);

    if (!array)
        return;
    examination->start = examination->checks.payloads.heap = array;
    if (examination->sheet->mode == SHEET_ANSWER)
        answer_hello(array);
}

/* Let the heap begin anew, with nothing handed out. */
static bool begin_again(struct examination *examination)
{
    struct sheet *sheet = examination->sheet;
    bool good;

    errno = 0;
    good = own_begin_again(examination->heap);

    sheet->step = 0;
    examination->subject = subject_here(examination->heap);
    payloads_clear(&examination->checks.payloads);
    if (!good)
        refuse_beginning(sheet, "mm_init answered that it failed");
    return good;
}

/* ---- Timing ---- */

/* Carry out an operation on payloads that are not looked at. */
static inline void carry_out(const struct own_calls *calls, const struct trace_op *op,
                             void **payloads)
{
    void *nothing = NULL, **payload = op->id == TRACE_NULL_ID ? &nothing : &payloads[op->id];

    if (op->kind == TRACE_ALLOCATE) {
        *payload = calls->allocate(op->size);
    } else if (op->kind == TRACE_FREE) {
        calls->release(*payload);
        *payload = NULL;
    } else if (calls->resize) {
        *payload = calls->resize(*payload, op->size);
    }
}

/* Carry out all of them; returns nanoseconds. */
static uint64_t run(const struct examination *examination, void **payloads)
{
    const struct trace_op *op = sheet_ops(examination->sheet),
                          *end = op + examination->sheet->op_count;
    struct own_calls calls = own_calls(examination->heap);
    uint64_t started = clock_ns();

    for (; op < end; op++)
        carry_out(&calls, op, payloads);
    return clock_ns() - started;
}

/* The same, not measured: each step is written down, to be known where it ends there. */
static void retrace(const struct examination *examination, void **payloads)
{
    struct own_calls calls = own_calls(examination->heap);
    struct sheet *sheet = examination->sheet;

    for (uint64_t i = 0; i < sheet->op_count; i++) {
        sheet->step = i + 1;
        carry_out(&calls, &sheet_ops(sheet)[i], payloads);
    }
}

/* The best three, the best first. */
enum { BEST = 3, AGREE_PART = 100, LEAST_NS = 2000000, SLOW = 4 };

static void insert(uint64_t best[BEST], uint64_t nanoseconds)
{
    for (int i = 0; i < BEST; i++) {
        uint64_t worse = best[i];

        if (nanoseconds >= worse)
            continue;
        best[i] = nanoseconds;
        nanoseconds = worse;
    }
}

/* Whether it has been timed for long enough: the best three agree, or it takes too long. */
static bool is_enough(const struct sheet *sheet, const uint64_t best[BEST], uint64_t spent_ns)
{
    bool are_three = best[BEST - 1] < UINT64_MAX;

    if (are_three && best[BEST - 1] - best[0] <= best[0] / AGREE_PART && spent_ns >= LEAST_NS)
        return true;
    return spent_ns >= (are_three ? sheet->time_ns / SLOW : sheet->time_ns);
}

/* Again and again; the best counts. What cannot begin anew is timed once. Where it ended in a run
 * before, as many are made, and none is measured. */
static void measure(struct examination *examination)
{
    struct sheet *sheet = examination->sheet;
    uint64_t best[BEST] = {UINT64_MAX, UINT64_MAX, UINT64_MAX}, begun = clock_ns();
    size_t size = (sheet->id_count + 1) * sizeof(void *);
    void **payloads = payloads_map(size);
    bool begins_again = own_can_begin_again(examination->heap);

    sheet->round = SHEET_TIMED;
    sheet->step = 0;
    if (!payloads) {
        refuse(sheet, "there is no memory to time it in");
        return;
    }
    do {
        sheet->runs++;
        if (begins_again && !begin_again(examination))
            return;
        memset(payloads, 0, size);
        if (sheet->retraced > 0)
            retrace(examination, payloads);
        else
            insert(best, run(examination, payloads));
    } while (sheet->retraced > 0 ? sheet->runs < sheet->retraced
                                 : begins_again && !is_enough(sheet, best, clock_ns() - begun));
    sheet->best_ns = best[0];
}

/* ---- Checking ---- */

/* Twice, if the heap can begin anew: what an allocator has of the heap before must do no harm. Then
 * that takes no other process to time, either. */
static void check(struct examination *examination)
{
    struct sheet *sheet = examination->sheet;

    checks_round(&examination->checks);
    sheet->is_apart = diverted_has_been();
    if (sheet->fault_count > 0 || !own_can_begin_again(examination->heap))
        return;
    sheet->round = SHEET_ANEW;
    if (begin_again(examination))
        checks_round(&examination->checks);
    if (sheet->state != SHEET_REFUSED && sheet->fault_count == 0)
        measure(examination);
}

/* Find the step after which a payload is not any more what it was. */
static void locate(struct examination *examination)
{
    struct sheet *sheet = examination->sheet;

    for (uint64_t i = 0; i < sheet->op_count; i++) {
        struct look look = {.id = sheet->watched, .kind = FAULT_DAMAGED, .step = i + 1};

        checks_step(&examination->checks, i);
        if (i + 1 < sheet->watched_from)
            continue;
        sheet->fault_count = sheet->listed = 0;
        payloads_verify(&examination->checks.payloads, &look, 1);
        if (sheet->fault_count > 0)
            return;
    }
}

/* ---- All of it ---- */

static void work(void *context)
{
    struct examination *examination = context;
    struct sheet *sheet = examination->sheet;

    prepare(examination);
    if (sheet->mode == SHEET_ANSWER && !has_array())
        answer_hello(examination->start);
    if (!prepare_checks(examination))
        return;
    if (!limit_memory(sheet) || !limit_addresses(sheet) || !jail_enter(2 * sheet->seconds)) {
        refuse(sheet, "the system cannot keep its process from doing harm");
        return;
    }
    if (!open_heap(examination))
        return;
    move_to_array(examination);
    sheet->state = SHEET_OPENED;
    sheet->round = SHEET_FIRST;
    switch ((enum sheet_mode)sheet->mode) {
    case SHEET_CHECK: check(examination); break;
    case SHEET_LOCATE: locate(examination); break;
    case SHEET_TIME: measure(examination); break;
    case SHEET_ANSWER: answer_all(&examination->subject, sheet); break;
    }
    if (sheet->state == SHEET_OPENED)
        sheet->state = SHEET_DONE;
}

/* The library ends the process: say whether that may be because it was denied something. */
static void note_denial(int status, void *context)
{
    struct sheet *sheet = context;

    (void)status;
    sheet->is_denied = was_denied(sheet);
}

int examine(void)
{
    struct examination examination = {.sheet = map_sheet()};
    struct guard_report report = {0};

    if (!examination.sheet)
        return 1;
    speech_redirect(SHEET_FD, sheet_speech(examination.sheet->op_count)); /* to its end */
    guard_install();
    on_exit(note_denial, examination.sheet);
    if (guard_run(work, &examination, &report) == GUARD_FAULT) {
        examination.sheet->is_denied = was_denied(examination.sheet);
        examination.sheet->state = SHEET_FAULT;
        examination.sheet->signal = report.signal;
        examination.sheet->address = report.address;
        examination.sheet->is_overflow = report.is_overflow;
    }
    _exit(0);
}
