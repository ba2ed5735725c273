/* test_own.c: allocators of the user's: how their files are read, and how they are driven. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "kind/c_library.h"
#include "kind/own_layout.h"
#include "own/source.h"
#include "shell.h"
#include "test.h"

/* ---- Sources ---- */

static void definitions_are_told_from_all_else(void **state)
{
    static const struct {
        const char *source, *head;
        enum source_answer answers;
        unsigned parameters;
        bool is_static;
    } rows[] = {
        {"int f(void) { }", "int f(void)", SOURCE_INT, 0, false},
        {"static bool\nf(int line)\n{ }", "static bool\nf(int line)", SOURCE_BOOL, 1, true},
        {"void g(void) { } /* int f(void) { } */ void f() {}", "void f()", SOURCE_VOID, 0, false},
        {"#define f(x) {\nint x;\nunsigned f(int a, int b) {", "unsigned f(int a, int b)",
         SOURCE_INT, 2, false},
        {"int f(void); int x = f(1); int f(void) {", "int f(void)", SOURCE_INT, 0, false},
        {"char *s = \"int f(void) {\"; int if_(void) {", NULL, SOURCE_INT, 0, false},
        {"int of(void) { } int f2(void) { }", NULL, SOURCE_INT, 0, false},
        {"char c = '\"'; void f(void) { } // \"", "void f(void)", SOURCE_VOID, 0, false},
        {"int f(", NULL, SOURCE_INT, 0, false},
        {"static int f(int); int f(int n) { }", "int f(int n)", SOURCE_INT, 1, true},
        {"#define x \\\n int f(void) {\n", NULL, SOURCE_INT, 0, false},
        {"int x; static void *f(int n) { }", "static void *f(int n)", SOURCE_POINTER, 1, true},
        {"char **\nf() { }", "char **\nf()", SOURCE_POINTER, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct source_function function;
        struct text stripped = {0};

        source_strip(rows[i].source, &stripped);
        assert_int_equal(source_find(text_string(&stripped), "f", &function), rows[i].head != NULL);
        text_finish(&stripped);
        if (!rows[i].head)
            continue;
        assert_string_equal(text_string(&function.head), rows[i].head);
        assert_int_equal(function.answers, rows[i].answers);
        assert_int_equal(function.parameters, rows[i].parameters);
        assert_int_equal(function.is_static, rows[i].is_static);
        text_finish(&function.head);
    }
}

/* ---- Driven ---- */

/* A line of shell runs the program as $P; $H is the folder of hand-ins. What the compiler says, and
 * what is told on standard error, is looked at too. */

static void hand_ins_of_both_labs_are_driven(void **state)
{
    static const struct shell_row rows[] = {
        {"$P -a $H/implicit.c -e 'alloc A 100; alloc B 20; free A; check' 2>&1", 0, "is whole"},
        {"$P -a $H/explicit.c -e 'alloc A 100; realloc A 900; calloc B 3 40; check' 2>&1", 0,
         "is whole"},
        {"$P -a $H/implicit.c -e 'alloc A 100; blocks' 2>&1", 0, "used         A"},
        {"$P -a $H/implicit.c -e 'alloc A 1M; stats' 2>&1", 0, "1052696"},
        {"cd $H && $P -a implicit.c -e policy 2>&1", 0, "* own"},
        {"$P -a $H/implicit.c -p best-fit -e 'alloc A 1; compare own best-fit' 2>&1", 0, "own "},
        {"$P -a $H/explicit.c -e 'limit 64K; alloc A 1M' 2>&1", 0, "NULL"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void their_heaps_go_back_in_time(void **state)
{
    (void)state;
    shell_expect("d=$(mktemp -d); for f in implicit explicit; do s='alloc a1..a40 100; free "
                 "a2..a40:3'; $P -a $H/$f.c -e \"$s; blocks\" | grep '^  +0x' >$d/one && "
                 "$P -a $H/$f.c -e \"$s; alloc B 3K; undo 9; redo 8; blocks\" | grep '^  +0x' "
                 ">$d/two && tail -n 50 $d/one >$d/1 && tail -n 50 $d/two >$d/2 && cmp $d/1 $d/2 "
                 "&& echo same; done; rm -r $d",
                 0, "same\nsame\n");
}

/* Both find in 4 bytes again what was freed last. */
static void heaps_lie_where_the_labs_lay_them(void **state)
{
    static const struct shell_row rows[] = {
        {"$P -a $H/narrow.c -e 'alloc A 40; alloc B 40; free A; free B; alloc C 40; show C' 2>&1",
         0, "A block of 40 at +0x0040, used by C"},
        {"$P -a $H/offsets.c -e 'alloc A 40; alloc B 40; free A; free B; alloc C 40; show C' 2>&1",
         0, "A block of 40 at +0x0048, used by C"},
    };

    (void)state;
    /* where the second one's would begin, a sanitizer has its shadow */
    shell_expect_all(rows, c_library_has_malloc() ? TEST_COUNT(rows) : 1);
}

static void plain_allocators_are_driven(void **state)
{
    static const struct shell_row rows[] = {
        {"$P -a $H/plain.c -e 'alloc A 100; realloc A 200; calloc B 2 8; free A; check' 2>&1", 0,
         "is whole"},
        {"d=$(mktemp -d); cc -shared -fPIC -Wl,-Bsymbolic -o $d/p.so $H/plain.c && cd $d && "
         "$P -a p.so -e 'alloc A 100; realloc A 200; check' 2>&1; status=$?; rm -r $d; "
         "exit $status",
         0, "is whole"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What is mapped is taken from the break, whoever calls for it; what was given back is found again.
 * Of an allocator that moves the break, too, it lies apart. */
static void memory_that_is_mapped_is_shown(void **state)
{
#define MAPS(options, commands)                                                                    \
    "d=$(mktemp -d); cp $H/maps.c $H/mapping.[ch] $d; cd $d; CC=\"${CC:-cc} -w " options "\"; "    \
    "export CC; $CC -shared -fPIC -Wl,-Bsymbolic -o maps.so maps.c mapping.c; "                    \
    "for f in maps.c maps.so; do " commands "; done; cd /; rm -r $d"
    static const struct shell_row rows[] = {
        {MAPS("", "$P -a ./$f -e 'alloc A 8; alloc B 4000; alloc C 8; check' 2>&1 | grep -o 'C.s "
                  "payload lies at .*T\\|is whole'"),
         0,
         "C's payload lies at +0x2008. The break moved up by 4K. T\nis whole\n"
         "C's payload lies at +0x2008. The break moved up by 4K. T\nis whole\n"},
        {MAPS("", "$P -a ./$f -e 'alloc A 8; alloc B 4000; alloc C 8; free B; free A; alloc D "
                  "8000; brk; undo 5' 2>&1 | grep -o 'D.s payload lies at [+0-9a-fx]*'"),
         0, "D's payload lies at +0x0008\nD's payload lies at +0x0008\n"},
        {MAPS("", "$P -a ./$f -e 'alloc A 8; realloc A 4092; realloc A 8; alloc B 8; realloc A "
                  "4092; free B' 2>&1 | grep -o 'A.s payload moved.*, and'"),
         0,
         "A's payload moved from +0x0008 to +0x2008, and\n"
         "A's payload moved from +0x0008 to +0x2008, and\n"},
        {MAPS("", "sed -i '$a int table[99999];' maps.c; $P -a ./maps.c -e 'alloc A 8' 2>&1"), 0,
         "A's payload lies at +0x0008"},
        {MAPS("-DMOVES", "$P -a ./$f -e 'alloc A 8; alloc B 8' 2>&1 | grep -o 'outside of the "
                         "heap, where this'"),
         0, "outside of the heap, where this\noutside of the heap, where this\n"},
        {MAPS("", "printf 'a 0 8\na 1 4080\nr 0 9000\nf 1\nf 0\n' | $P grade ./$f - 2>&1 | grep "
                  "-o 'yes  *63.9 .*5'"),
         0, "yes     63.9 "},
        {MAPS("-DMOVES", "printf 'a 0 8\na 1 4080\nr 1 9000\nf 1\nf 0\n' | $P grade ./$f - 2>&1 "
                         "| grep -o 'yes  *55.0 .*'"),
         0, "not audited: its payloads do not lie on the break"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
#undef MAPS
}

/* The kernel may also be asked by a number, which in itself says nothing of memory. */
static void memory_that_is_asked_for_by_number_is_shown(void **state)
{
#define NUMBERED(sources, edits)                                                                   \
    "d=$(mktemp -d); cp $H/maps.c $H/mapping.[ch] $d; cd $d; sed -i '1i #include <unistd.h>\\n"    \
    "#include <sys/syscall.h>' *.c; sed -i '" edits "' " sources                                   \
    "; CC=\"${CC:-cc} -w -D_GNU_SOURCE\" $P -a ./maps.c -e 'alloc A 8; alloc B 4000; free A; "     \
    "realloc B 5000; alloc C 8' 2>&1 | grep -o 'C.s payload lies at [+0-9a-fx]*'; cd /; rm -r $d"
    static const struct shell_row rows[] = {
        {NUMBERED("mapping.c", "/^ /s/\\(mmap\\|munmap\\|mremap\\)(/syscall(SYS_\\1, /"), 0,
         "C's payload lies at +0x0008"},
        {NUMBERED("mapping.c", "s/mmap(/(void *)syscall(__NR_mmap, /"), 0,
         "C's payload lies at +0x0008"},
        {NUMBERED("maps.c", "s/return block + 1;/syscall(SYS_getpid); &/"), 0,
         "C's payload lies at +0x0008"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
#undef NUMBERED
}

/* One that asks nobody for memory has an array; what does ask somebody, or cannot be looked into,
 * has its heap where that gives it some. */
static void heaps_in_arrays_are_driven(void **state)
{
    static const struct shell_row rows[] = {
        {"$P -a $H/array.c -e 'alloc A 100; alloc B 2000; free A; check' 2>&1", 0,
         "what is shown is what is there: 3 blocks in 20000 bytes."},
        {"$P -a $H/array.c -e 'alloc A 100; alloc B 19900; undo; undo; redo; alloc C 500; check' "
         "2>&1",
         0, "C's payload lies in a block of 528 bytes at +0x0080"},
        {"$P -a $H/array.c -e 'alloc A 100; alloc B 19900' 2>&1", 0, "answered NULL"},
        {"$P -a $H/array.c -e 'alloc A 5000; fill A; pages' 2>&1", 0, "in memory of 19.5K: "},
        {"d=$(mktemp -d); cc -w -shared -fPIC -O2 -Wl,-Bsymbolic -o $d/a.so $H/array.c; "
         "for then in : 'strip $d/a.so'; do eval $then; $P -a $d/a.so -e 'alloc A 100' 2>&1 | "
         "grep -o 'not in the heap\\|at +0x0010'; done; rm -r $d",
         0, "at +0x0010\nnot in the heap\n"},
        {"d=$(mktemp -d); (cat $H/array.c; echo '#include <unistd.h>'; "
         "echo 'void *more(void) { return sbrk(1); }') >$d/a.c; $P -a $d/a.c -e 'alloc A 100' "
         "2>&1; rm -r $d",
         0, "That is not in the heap!"},
        /* what a language's own library uses says nothing of the heap, but a small array is none */
        {"d=$(mktemp -d); (sed 's/20000/20000 * N/' $H/array.c; echo '#include <sys/mman.h>'; "
         "echo 'void *more(void) { return mmap(0, 1, 0, 0, 0, 0); }') >$d/a.c; "
         "for n in 1 4; do cc -w -shared -fPIC -O2 -Wl,-Bsymbolic -DN=$n -o $d/$n.so $d/a.c; "
         "$P -a $d/$n.so -e 'alloc A 100' 2>&1 | grep -o 'not in the heap\\|at +0x0010'; done; "
         "rm -r $d",
         0, "not in the heap\nat +0x0010\n"},
    };

    (void)state;
    if (c_library_has_malloc()) /* a sanitizer keeps its library's arrays apart */
        shell_expect_all(rows, TEST_COUNT(rows));
}

/* The C library's memory may be asked for by any of the sources, and for what is no heap, too. */
static void memory_of_the_c_library_is_shown(void **state)
{
#define ASKS(macros) "CC='cc " macros "' $P -a $H/asks.c -e 'alloc A 100; alloc B 200' 2>&1"
    static const struct shell_row rows[] = {
        {ASKS(""), 0, "B's payload lies at +0x0070."},
        {ASKS("-DITSELF"), 0, "B's payload lies at +0x0070."},
        {ASKS("-DARRAY"), 0, "B's payload lies at +0x0070."},
        {ASKS("-DARRAY -DITSELF"), 0, "B's payload lies at +0x0070."},
        {"CC='cc -Wextra -Werror' $P -a $H/asks.c -e 'alloc A 100; free A; alloc B 8' 2>&1", 0,
         "B's payload lies at +0x0000."},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
#undef ASKS
}

static void faults_are_told_with_their_step(void **state)
{
    static const struct shell_row rows[] = {
        {"CC='cc -DCRASHES' $P -a $H/broken.c -e 'alloc A 8; free A' 2>&1", 1,
         "step 2, free A: the allocator faulted: SIGSEGV at address 0x8; a fresh heap is as it was "
         "after step 1"},
        {"CC='cc -w -DRECURS' $P -a $H/broken.c -e 'alloc A 8; free A' 2>&1", 1,
         " (stack overflow); a fresh heap is as it was after step 1"},
        {"CC='cc -DLOOPS' $P -a $H/broken.c -e 'alloc A 8; free A' 2>&1", 1,
         "step 2, free A: the allocator was still running after 2 s"},
        {"CC='cc -DSLEEPS' $P -a $H/broken.c -e 'alloc A 8; free A' 2>&1", 1,
         "step 2, free A: the allocator was still running after 2 s"},
        {"CC='cc -DEXITS' $P -a $H/broken.c -e 'alloc A 8; free A' 2>&1", 1,
         "step 2, free A: the heap process ended with status 3: the allocator called exit"},
        {"CC='cc -DASSERTS' $P -a $H/broken.c -e 'alloc A 8; free A' 2>&1", 1,
         "mm_free: Assertion `payload == NULL' failed"},
        {"CC='cc -DINIT_PRINTS' $P -a $H/broken.c -e 'alloc A 8' 2>&1", 0,
         "heapglass: the allocator, while it was set up, printed \"begun\"\n"},
        {"CC='cc -DINIT_PRINTS' $P -a $H/broken.c -e 'alloc A 8; undo' 2>&1 | grep -c begun", 0,
         "1\n"},
        {"CC='cc -DINIT_PRINTS' $P -q -a $H/broken.c -e 'alloc A 8' 2>&1 | grep -c begun", 1,
         "0\n"},
        {"CC='cc -DINIT_PRINTS -DINIT_FAILS' $P -a $H/broken.c -e 'alloc A 8' 2>&1", 3,
         "mm_init answered that it failed; it printed \"begun\""},
        {"CC='cc -DPRINTS' $P -a $H/broken.c -e 'alloc A 8; alloc B 8; free A' 2>&1", 0,
         "It printed \"freed after 2\" and \"and told\"."},
        {"CC='cc -DPRINTS' $P -a $H/broken.c --json -e 'alloc A 8; free A' 2>&1", 0,
         "\"printed\":\"freed after 1\\nand told\\n\""},
        {"CC='cc -DPRINTS' $P -a $H/broken.c -e 'alloc A 8; free A; alloc B 8; undo' | tail -n 2",
         0, "It printed \"freed after 1\" and \"and told\"."},
        {"CC='cc -DCRASHES' $P --keep-going -a $H/broken.c -e 'alloc A 8; free A' -e check 2>&1", 1,
         "is whole"},
        {"CC='cc -DOVERLAPS' $P -a $H/broken.c -e 'alloc a1..a3 40; check' 2>&1", 1,
         "the payload at +0x0068, of 40 bytes, overlaps with that at +0x0050"},
        {"CC='cc -DOVERLAPS' $P -a $H/broken.c -e 'alloc a1..a2 40; alloc B 40' 2>&1", 0,
         "It overlaps with a2's payload"},
        {"CC='cc -DMISALIGNS' $P -a $H/broken.c -e 'alloc a1..a2 4; alloc B 4' 2>&1", 0,
         "That is not a multiple of 8!"},
        {"CC='cc -DMISALIGNS' $P -a $H/broken.c --align 4 -e 'alloc a1..a2 4; alloc B 4; check' "
         "2>&1",
         0, "is whole"},
        {"$P -a $H/narrow.c --align 16 -e 'alloc A 8' -e 'alloc B 8; check' 2>&1", 1,
         "check: the payload at +0x0008, of 8 bytes, is not aligned to 16 bytes"},
        {"CC='cc -DHEAD=8' $P -a $H/chunks.c -e 'alloc A 8' 2>&1", 0, /* as its lab asks */
         "That is not a multiple of 16!"},
        {"CC='cc -DOUTSIDE' $P -a $H/broken.c -e 'alloc a1..a2 4; alloc B 40' 2>&1", 0,
         "That is not in the heap!"},
        {"CC='cc -DCOVERS' $P -a $H/broken.c -e 'alloc a1..a11 8; alloc B 400' 2>&1", 0,
         "It overlaps with a2's payload, 8 bytes at +0x0030!"}, /* and with those behind it */
        {"CC='cc -DFAR' $P -a $H/broken.c -e 'alloc a1..a2 4; alloc B 40; check' 2>&1", 1,
         "B's payload lies at 0x0018. That is not in the heap!"},
        {"CC='cc -DFAR' $P -a $H/broken.c -e 'alloc a1..a2 4; alloc B 40; check' 2>&1", 1,
         "check: the payload at 0x0018, of 40 bytes, is not in the heap"},
        {"CC='cc -DFAR' $P -a $H/broken.c --block-layout 'header=8 size=~15 start=8' "
         "-e 'alloc a1..a2 4; alloc B 40' 2>&1",
         0, "B's payload lies at 0x0018, in no block that can be read. That is not in the heap!"},
        {"$P -a $H/bulk.c -e 'alloc A 5000; free A' 2>&1 | grep -c 'took A.s payload at 0x7'", 0,
         "1\n"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void allocators_that_cannot_begin_say_why(void **state)
{
    static const struct shell_row rows[] = {
        {"CC='cc -DINIT_FAILS' $P -a $H/broken.c -e brk 2>&1", 3,
         "mm_init answered that it failed"},
        {"CC='cc -DINIT_EXITS' $P -a $H/broken.c -e brk 2>&1", 3, "it ended with status 7"},
        {"CC='cc -DINIT_LOOPS' $P -a $H/broken.c -e brk 2>&1", 3,
         "still setting itself up after 2 s"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void the_heap_is_looked_at_on_request(void **state)
{
    static const struct shell_row rows[] = {
        {"$P --checkheap -a $H/implicit.c -e 'alloc A 8' 2>&1", 0,
         "It printed \"3 blocks, the prologue among them\"."},
        {"$P -a $H/implicit.c -e 'alloc A 8' 2>&1 | grep -c printed", 1, "0"},
        {"CC='cc -DINCONSISTENT' $P --checkheap -a $H/broken.c -e 'alloc A 8; alloc B 8' 2>&1", 0,
         "mm_checkheap answers that the heap is not consistent"},
        {"$P --checkheap -a $H/broken.c -e 'alloc A 8' 2>&1 | grep -c printed", 1, "0"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Whether it is, is counted. */
static void what_was_written_for_32_bits_is_told(void **state)
{
#define WORDS(words)                                                                               \
    "d=$(mktemp -d); cd $d; (cat $H/plain.c; printf '#define WSIZE  " words "\n') >a.c; "          \
    "CC=\"${CC:-cc} -w\" $P -a a.c -e brk 2>&1 | "                                                 \
    "grep -c 'a.c: its words have 4 bytes (WSIZE), but GET reads a size_t'; cd /; rm -r $d"
#define LINKS(words)                                                                               \
    "d=$(mktemp -d); cd $d; (cat $H/plain.c; printf '#define WSIZE  " words "\n') >a.c; "          \
    "CC=\"${CC:-cc} -w\" $P -a a.c -e brk 2>&1 | grep -c 'a.c: its words have 4 bytes (WSIZE), "   \
    "and it keeps a pointer in one'; cd /; rm -r $d"
    static const struct shell_row rows[] = {
        {WORDS("4 /* a word */\n#define GET(p)  (*(size_t *)(p))"), 0, "1\n"},
        {WORDS("8\n#define GET(p) (*(size_t *)(p))"), 0, "0\n"},
        {WORDS("4\n#define GET(p) (*(unsigned *)(p))"), 0, "0\n"},
        {WORDS("4\nstatic size_t GET(void *p)\n{\n    return *(size_t *)p;\n}"), 0, "1\n"},
        {WORDS("4\nstatic int GET(void *p) { return *(int *)p; }\n"
               "size_t one(void *p) { return *(size_t *)p; }"),
         0, "0\n"},
        /* a pointer's place is a word behind another one's, or 4 bytes of one were written */
        {LINKS("4\n#define SUCC(bp) (*(void**)(bp + WSIZE))"), 0, "1\n"},
        {LINKS("8\n#define SUCC(bp) (*(void**)(bp + WSIZE))"), 0, "0\n"},
        {LINKS("4\n#define SUCC(bp) (*(void **)((char *)(bp) + DSIZE))"), 0, "0\n"},
        {LINKS("4\n#define NEXT_PTR(ptr) ((char *)(ptr) + WSIZE)\n"
               "#define NEXT(ptr) (*(char **)(NEXT_PTR(ptr)))"),
         0, "1\n"},
        {LINKS("4\n#define NEXT_AT(bp) ((char *)(bp) + WSIZE)\n#define NEXT(bp) GET(NEXT_AT(bp))"),
         0, "0\n"},
        {LINKS("4\n#define SET_PTR(p, ptr) (*(unsigned int *)(p) = (unsigned int)(ptr))\n"
               "#define PRED(ptr) (*(char **)(ptr))"),
         0, "1\n"},
        {LINKS("4\n#define PUT(p, val) (*(unsigned int *)(p) = (unsigned int)(val))\n"
               "#define PRED(ptr) (*(char **)(ptr))"),
         0, "0\n"},
    };
#undef WORDS
#undef LINKS

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Whether the compiler makes anything for 32 bits here: see kind/narrow.h. */
static bool can_be_narrow(void)
{
    return system("echo 'int x;' | ${CC:-cc} -mx32 -x c -c -o /dev/null - 2>/dev/null") == 0;
}

static void what_was_written_for_32_bits_has_them(void **state)
{
#define LAYOUT "--block-layout 'header=4 size=~7 used=1 start=4 next=0 previous=4'"
#define FREE3                                                                                      \
    "'alloc A 10; alloc B 100; alloc C 10; alloc D 40; free A; free B; free D; alloc B 90'"
    static const struct shell_row rows[] = {
        {"$P -a $H/words.c -e brk 2>&1 >/dev/null", 0,
         "words.c: its words have 4 bytes (WSIZE), and it keeps a pointer in one: it was written "
         "for 32 bits; so pointers, long and size_t have 4 bytes here, too; --bits 64 lets them "
         "have 8\n"},
        {"$P -a $H/words.c -e " FREE3 " 2>/dev/null | grep -c 'B.s payload lies at +0x0018.'", 0,
         "2\n"},
        {"CC=\"${CC:-cc} -w\" $P -a $H/words.c --bits 64 -e " FREE3 " 2>&1", 1,
         "the allocator faulted: SIGSEGV"},
        {"$P --json " LAYOUT " -a $H/words.c -e 'alloc A 10; alloc B 100; alloc C 10; alloc D 40; "
         "free A; free B; free D' 2>/dev/null | tail -1",
         0, "\"free_lists\":[{\"name\":\"free\",\"blocks\":[140,20,4]}]"},
        {"$P --json " LAYOUT " -a $H/words.c -e " FREE3 " 2>/dev/null | tail -1", 0,
         "\"free_lists\":[{\"name\":\"free\",\"blocks\":[140,4]}]"},
        {"$P " LAYOUT " -a $H/words.c -e " FREE3 " -e 'check; undo 2; check; redo; check' "
         "2>/dev/null | grep -c 'The heap is whole'",
         0, "3\n"},
        {"$P -a $H/words.c -e 'alloc A 10' -e 'calloc B 9 10; alloc C 4294967306' 2>&1 | "
         "grep -A1 -F 'alloc C'",
         0, "The allocator answered NULL."},
        {"$P --checkheap -a $H/words.c -e 'alloc A 10; free A' 2>&1", 0,
         "It printed \"1 free, 1 at most; a pointer has 4 bytes, not 1099511627776.\"."},
        {"CC=\"${CC:-cc} -w -fno-builtin -DTELLS\" $P --checkheap -a $H/words.c -e 'alloc A 10' "
         "2>&1",
         0,
         "It printed \"4 4 1 2 3 4 -5 2.5 (nil)\", \"1\", \"it: Numerical argument out of domain\" "
         "and"},
        {"CC=\"${CC:-cc} -w -DTOUCH=72\" $P -a $H/words.c -e 'alloc A 10; alloc B 72' 2>&1", 1,
         "the allocator faulted: SIGSEGV at address 0x48; a fresh heap is as it was after step 1"},
        {"CC=\"${CC:-cc} -w -DSORTS\" $P -a $H/words.c -e brk 2>&1", 0,
         "here pointers, long and size_t have 8 bytes all the same, as there is no 'qsort' for 32 "
         "bits here\n"},
        {"CC=\"${CC:-cc} -w -DSORTS\" $P -a $H/words.c --bits 32 -e brk 2>&1", 2,
         "words.c: there is no 'qsort' for 32 bits here"},
        {"d=$(mktemp -d); (cat $H/implicit.c; echo 'int f(void *p) { return (int)p; }') "
         ">$d/cast.c; "
         "$P -a $d/cast.c -e brk 2>&1; s=$?; rm -r $d; exit $s",
         0, "cast.c: pointers have 8 bytes here; if it was written for those of 4: --bits 32\n"},
        {"d=$(mktemp -d); (cat $H/broken.c; echo 'int f(void *p) { return (int)p; }') >$d/cast.c; "
         "for fault in NONE CRASHES; do CC=\"${CC:-cc} -D$fault\" $P grade -f tap $d/cast.c "
         "$H/small.rep 2>/dev/null; done | grep -c '# pointers have 8 bytes here; if it was'; rm "
         "-r "
         "$d",
         0, "1\n"},
        {"$P -a $H/plain.c --bits 32 -e brk 2>&1", 2,
         "plain.c: only the malloc lab's can be built for 32 bits"},
        {"$P -a $H/words.c --bits 48 -e brk 2>&1", 2, "--bits is 32 or 64"},
        {"$P --bits 32 -e brk 2>&1", 2, "--bits is of --allocator"},
        {"$P grade $H/words.c $H/small.rep 2>/dev/null", 0, "small             yes "},
        {"$P grade -f tap $H/words.c $H/small.rep 2>/dev/null", 0,
         "\n# driven with pointers of 32 bits\n"},
        {"CC=\"${CC:-cc} -w\" $P grade -f tap --bits 64 $H/words.c $H/small.rep 2>/dev/null | grep "
         "-c 'pointers of 32'",
         1, "0\n"},
        {"CC=\"${CC:-cc} -w -DTOUCH=200\" $P grade --bits 32 $H/words.c $H/small.rep 2>&1", 1,
         "words.c --bits 32 "},
    };
#undef LAYOUT
#undef FREE3

    (void)state;
    if (!can_be_narrow()) {
        test_skipped("the compiler makes nothing for 32 bits");
        return;
    }
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Of a hand-in with the book's macros the layout is named that these say. */
static void the_layout_of_the_book_is_named(void **state)
{
#define MACROS(size, mask, count, more)                                                            \
    "d=$(mktemp -d); cd $d; (cat $H/narrow.c; printf '#define WSIZE " size "\n#define DSIZE (2 * " \
    "WSIZE)\n#define GET(p) (*(unsigned int *)(p))\n#define GET_SIZE(p)  (GET(p) & ~" mask         \
    ")\n#define HDRP(bp) ((char *)(bp) - WSIZE)\n#define FTRP(bp) ((char *)(bp) + "                \
    "GET_SIZE(HDRP(bp)) - DSIZE)\n" more "\nint f(void) { return !mem_sbrk(" count                 \
    "*WSIZE); }\n') >a.c; $P -a a.c -e brk 2>&1 | grep -o 'block-layout.*'; rm -r $d"
    static const struct shell_row rows[] = {
        {MACROS("4", "0x7", "4", ""), 0,
         "block-layout 'header=4 footer=4 size=~7 used=1 start=12 end=4'\n"},
        {MACROS("4", "0xF", "6", ""), 0,
         "block-layout 'header=4 footer=4 size=~15 used=1 start=20 end=4'\n"},
        {MACROS("8", "(DSIZE - 1)", "4", ""), 0,
         "block-layout 'header=8 footer=8 size=~15 used=1 start=24 end=8 word=4'\n"},
    };
    static const char *const none[] = {
        MACROS("4", "0x7", "4", "#define GET_PREV_ALLOC(p) (GET(p) & 2)"),
        MACROS("4", "0x7", "5", ""),
        MACROS("4", "0x7", "4", "/* heapglass: header=8 size=~7 used=1 */"),
        "export HEAPGLASS_BLOCK_LAYOUT=kr; " MACROS("4", "0x7", "4", ""),
    };
#undef MACROS

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
    for (size_t i = 0; i < TEST_COUNT(none); i++) {
        struct shell_run run = shell_run(none[i]);

        assert_int_equal(run.output.length, 0);
        text_finish(&run.output);
    }
}

/* What the Makefile beside it defines for all that it makes is defined here, too. */
static void what_a_makefile_defines_is_defined(void **state)
{
#define BY(makefile, wanted)                                                                       \
    "d=$(mktemp -d); cd $d; (cat $H/narrow.c; echo 'int x[" wanted "];') >a.c; "                   \
    "printf '" makefile "' >Makefile; $P -a a.c -e brk 2>&1; s=$?; rm -r $d; exit $s"
    static const struct shell_row rows[] = {
        {BY("CFLAGS = -O2 -DLIMIT=4\\n", "LIMIT - 3"), 0, "The heap starts"},
        {BY("CC=gcc\\nCFLAGS += -O2 \\\\\\n\\t-DONE -DLIMIT=4 # -DONE=x\\n", "LIMIT - 3 * ONE"), 0,
         "The heap starts"},
        {BY("COPTS := -DLIMIT=4", "LIMIT - 3"), 0, "The heap starts"},
        {BY("CFLAGS = -DNDEBUG=4", "NDEBUG - 3"), 0, "The heap starts"},
        {BY("CFLAGS = -DDEBUG=4", "DEBUG - 3"), 2, "'DEBUG' undeclared"},
        {BY("# CFLAGS = -DLIMIT=4\\n", "LIMIT"), 2, "'LIMIT' undeclared"},
        {BY("debug: CFLAGS += -DLIMIT=4\\n", "LIMIT"), 2, "'LIMIT' undeclared"},
        {BY("CFLAGS_DEBUG = -DLIMIT=4\\n", "LIMIT"), 2, "'LIMIT' undeclared"},
        {BY("CFLAGS = -DLIMIT=$(N)\\n", "LIMIT"), 2, "'LIMIT' undeclared"},
    };
#undef BY

    (void)state;
    setenv("LC_ALL", "C", 1); /* compilers quote as the locale says */
    shell_expect_all(rows, TEST_COUNT(rows));
    setenv("LC_ALL", "C.UTF-8", 1);
}

static void what_cannot_be_loaded_is_told(void **state)
{
    static const struct shell_row rows[] = {
        {"CC=nocc $P -a $H/plain.c 2>&1", 2, "there is no C compiler: nocc: No such file"},
        {"CC='cc -DINIT_FAILS=' $P -a $H/nothing.c 2>&1", 2, "nothing.c: No such file"},
        {"$P -a $H/ 2>&1", 2, "have mm_malloc: name one"},
        {"d=$(mktemp -d); $P -a $d 2>&1; status=$?; rmdir $d; exit $status", 2,
         "/mm.c: No such file"},
        {"$P -a /dev/null 2>&1", 2, "it is no file"},
        {"d=$(mktemp -d); cd $d; cc -c -fPIC -o p.o $H/plain.c; $P -a p.o 2>&1; status=$?; rm -r "
         "$d; exit $status",
         2, "it is an object file; make a library of it"},
        {"d=$(mktemp -d); cd $d; cc -c -fPIC -o p.o $H/plain.c; ar cr p.a p.o; $P -a p.a 2>&1; "
         "status=$?; rm -r $d; exit $status",
         2, "it is an archive; make a library of it"},
        {"d=$(mktemp -d); cd $d; echo 'int main(void) { return 0; }' >p.c; cc -pie -fPIE -o p p.c; "
         "$P -a ./p 2>&1; status=$?; rm -r $d; exit $status",
         2, "it is a program, and no library"},
        {"$P -a /bin/true 2>&1", 2, "it is a program, and no library"},
        {"d=$(mktemp -d); cd $d; : >a; $P -a a 2>&1; status=$?; rm -r $d; exit $status", 2,
         "neither C or C++ source nor a shared library"},
        {"d=$(mktemp -d); cd $d; echo 'int x = ;' >a.c; $P -a a.c 2>&1; status=$?; rm -r $d; exit "
         "$status",
         2, "a.c:1:9: error"},
        {"d=$(mktemp -d); cd $d; echo 'int x;' >a.c; $P -a a.c 2>&1; status=$?; rm -r $d; exit "
         "$status",
         3, "the allocator has neither mm_malloc nor malloc"},
        {"d=$(mktemp -d); cd $d; (cat $H/narrow.c; echo 'int f(void) { return lost(); }') >a.c; "
         "$P -a a.c -e brk 2>&1; status=$?; rm -r $d; exit $status",
         3, "the allocator uses 'lost', which neither it nor the lab defines"},
        {"CXX=nocxx $P -a $H/classes.cpp 2>&1", 2, "there is no C++ compiler: nocxx: No such file"},
        {"d=$(mktemp -d); cd $d; echo 'int x = ;' >a.cc; CC=nocc $P -a a.cc 2>&1; status=$?; rm -r "
         "$d; exit $status",
         2, "a.cc:1:9: error"},
        {"d=$(mktemp -d); cd $d; cp $H/narrow.c a.c; echo 'CFLAGS = -m32' >Makefile; $P -a a.c -e "
         "brk 2>&1; status=$?; rm -r $d; exit $status",
         0, "a.c: its Makefile builds it for 32 bits"},
        {"d=$(mktemp -d); cd $d; (cat $H/plain.c; echo 'static int x;') >a.c; $P -a a.c -e brk "
         "2>&1; status=$?; rm -r $d; exit $status",
         0, "warning: 'x' defined but not used"},
    };

    (void)state;
    setenv("LC_ALL", "C", 1); /* compilers quote as the locale says */
    shell_expect_all(rows, TEST_COUNT(rows));
    setenv("LC_ALL", "C.UTF-8", 1);
}

/* A hand-in with a line more is still one. */
/* As courses have had it since mm_init answers a bool. */
static void later_hand_ins_are_driven(void **state)
{
#define LATER                                                                                      \
    "d=$(mktemp -d); cd $d; sed 's/LISTS 8/LISTS lists/' $H/later.c >a.c; mkdir bin; "             \
    "printf '#!/bin/sh\\nexec cc -DLISTS=8 \"$@\"\\n' >bin/clang; chmod +x bin/clang; "
#define AND_LEAVE " 2>&1; s=$?; rm -r $d; exit $s"
    static const struct shell_row rows[] = {
        {"$P -a $H/later.c --checkheap -e 'alloc A 100; alloc B 50; free A; calloc C 3 4' -e check "
         "2>&1",
         0, "is whole"},
        {"$P -a $H/later.c -e brk 2>&1 | grep -c warning", 1, "0\n"},
        {"$P -a $H/later.c --block-layout 'header=8 size=~15 used=1 start=8 end=8 free-footer=8 "
         "next=0 previous=8' --json -e 'alloc a1..a4 100; free a2; free a4; check' 2>&1 | "
         "grep -c '\"ok\":true.*{\"name\":\"free\",\"blocks\":.120,344.}'",
         0, "2\n"},
        {LATER "sed -i 's/LISTS lists/LISTS 8/; s/2 . word_size/3 * word_size/; "
               "s/words.1/words[2/' a.c; $P -a a.c --checkheap -e 'alloc A 8'" AND_LEAVE,
         0, "That is not a multiple of 16! This heap does not tell how. It printed \"0x"},
        {LATER "PATH=$PWD/bin:$PATH $P -a a.c -e brk" AND_LEAVE, 0,
         "a.c: cc refuses it, so it is compiled by clang\nThe heap starts"},
        {LATER "echo 'int x = ;' >>a.c; PATH=$PWD/bin:$PATH $P -a a.c -e brk" AND_LEAVE, 2,
         "a.c: it does not compile; clang, which its course may go by"},
        {LATER "CC=cc PATH=$PWD/bin:$PATH $P -a a.c -e brk" AND_LEAVE, 2,
         "takes arrays as long as a constant says: name it in CC\n"},
        {LATER "CC='cc -DLISTS=8' $P -a a.c -e brk" AND_LEAVE, 0, "The heap starts"},
    };
#undef AND_LEAVE
#undef LATER

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What is not there and lies beside is not a thing to be looked for. */
static void sources_that_are_missing_are_named(void **state)
{
#define BESIDE(sources, arguments)                                                                 \
    "d=$(mktemp -d); cd $d; (cat $H/narrow.c; echo 'int f(void) { return lost(); }') >a.c; "       \
    "export CC='cc -w'; " sources " $P " arguments " 2>&1; s=$?; rm -r $d; exit $s"
    static const struct shell_row rows[] = {
        {BESIDE("echo 'int lost(void) { return found(); }' >b.c;", "-a a.c -e brk"), 2,
         "heapglass: a.c: it uses 'lost', which neither it nor the lab defines, but b.c does; name "
         "all that belongs to it: a.c,b.c\n"},
        {BESIDE("echo 'int lost(void) { return found() + near() + gone(); }' >b.c; "
                "echo 'int found(void) { return 1; } int gone(void) { return 2; }' >c.c; "
                "echo 'int near(void) { return 1; }' >d.c;",
                "-a ./a.c,b.c -e brk"),
         2, ": ./a.c,b.c,./c.c,./d.c\n"},
        {BESIDE("echo 'int lost(void) { return 1; }' >b.c;", "grade a.c $H/small.rep"), 2,
         "heapglass grade: a.c: it uses 'lost'"},
        {BESIDE("echo 'int lost(void) { return 1; }' >b.c;", "-a a.c,b.c -e brk"), 0,
         "The heap starts"},
        {BESIDE("echo 'int lost(void) { return 1; } int main(void) { return lost(); }' >b.c; "
                "echo 'static int lost(void) { return 1; } int g(void) { return lost(); }' >c.c;",
                "-a a.c -e brk"),
         3, "where another source does, name both: a.c,b.c"},
        {BESIDE("echo 'extern int most; int g(void) { return most; }' >>a.c; echo 'int lost(void) "
                "{ return 1; }' >b.c; printf '#include <stddef.h>\nextern int most; static int "
                "few;\nsize_t least, most = 8;' >c.c;",
                "-a a.c -e brk"),
         2, ": a.c,b.c,c.c\n"},
        {BESIDE("echo 'extern int most; int g(void) { return most; }' >a.c; cat $H/narrow.c >>a.c; "
                "echo 'int f(int most) { int most2; } static int most; extern int most;' >b.c; "
                "echo 'struct { int x; } most[3];' >c.c;",
                "-a a.c -e brk"),
         2, "a.c: it uses 'most', which neither it nor the lab defines, but c.c does"},
        {BESIDE(
             "printf '#include <unistd.h>\\nnamespace pool { long size(long); }\\nvoid *my_malloc("
             "size_t n) { return sbrk(pool::size(n)); }\\nvoid my_free(void *) { }\\n' >a.cc; "
             "echo 'namespace pool { long size(long n) { return n; } }' >b.cc;",
             "-a a.cc -e brk"),
         2, "a.cc: it uses 'size', which neither it nor the lab defines, but b.cc does"},
    };
#undef BESIDE

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void hand_ins_may_have_what_the_labs_allow(void **state)
{
    static const char *const lines[] = {
        "static void mm_checkheap(int line);\nvoid mm_checkheap(int line) { (void)line; }",
        "bool mm_checkheap(int line) { return line > 0; }",
        "extern int verbose;\nint tell(void) { return verbose; }",
        "typedef enum { false, true } bool;\nbool is_well = true;",
        "typedef int bool;\n#define true 1\nbool is_well = true;",
        "inline int twice(int number) { return 2 * number; }\nint (*doubling)(int) = twice;",
        "#include \"config.h\"\nint alignment = ALIGNMENT, most = MAX_HEAP;",
        "#include \"contracts.h\"\nvoid promise(int number) { REQUIRES(number > 0); }",
        "void begin(void) { mem_init(); mem_reset_brk(); mem_write(mem_heap_lo(), 1, 8); }",
        "char *behind(place, size) char *place; size_t size; { return place + size; }",
        "#include \"list.h\"\nint use(void) { return list(); }",
        "extern void *mem_sbrk(int size);\nextern int mem_heapsize(void);",
        "void *mm_malloc(size_t size);\nvoid grow(void) { extern void *mem_sbrk(int size); }",
        "student_t student = { \"A\", \"1\" };\nvoid *give(size_t n) { return mm_sbrk(n); }",
        "group_t group = { \"A\" };\n#ifdef LATER\nstatic bool mm_checkheap(int line) { return 1; "
        "}\n"
        "#endif",
        "#if 1\n#endif\nstatic int mm_checkheap(int line) { return 1; }",
        "typedef struct { char *alias; } student_t;\nstudent_t student;",
        "size_t round(size_t n) { return (n + ALIGNMENT - 1) & -ALIGNMENT; }\nbool is = true;",
        "#define ALIGNMENT 8\nint alignment = ALIGNMENT;",
        "#include \"memlib.h\"\nvoid *mm_memset(char *to) { return to == mm_heap_lo() ? to : 0; }",
        "#include \"sub.h\"\nint sub = SUB;",
        "#include <malloc.h>\nstruct mallinfo2 (*inform)(void) = mallinfo2;",
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(lines); i++) {
        struct text command = {0};

        text_add(&command,
                 "d=$(mktemp -d); cd $d; mkdir include; echo '#define SUB 1' >include/sub.h; "
                 "echo 'int list(void);' >list.h; echo 'int list(void) { return 1; }' >list.c; "
                 "(cat $H/narrow.c; echo '%s') >mm.c; $P -a mm.c -e 'alloc A "
                 "40' 2>&1; status=$?; rm -r $d; exit $status",
                 lines[i]);
        shell_expect(text_string(&command), 0, "A's payload lies at +0x0008");
        text_finish(&command);
    }
}

/* One file allocates and another frees, a third one is a program that tries them; of two that
 * allocate nobody knows which is meant. */
#define HALVES                                                                                     \
    "d=$(mktemp -d); cd $d; "                                                                      \
    "printf '#include <unistd.h>\\nvoid *getmem(unsigned long size);\\n"                           \
    "void freemem(void *payload);\\n' >mem.h; "                                                    \
    "printf '#include \"mem.h\"\\nvoid *last;\\nvoid *getmem(unsigned long size)\\n"               \
    "{ void *payload = last; last = 0; return payload ? payload : sbrk((size + 15) / 16 * 16); "   \
    "}\\n' >getmem.c; "                                                                            \
    "printf '#include \"mem.h\"\\nextern void *last;\\nvoid freemem(void *payload) "               \
    "{ last = payload; }\\n' >freemem.c; "                                                         \
    "printf '#include \"mem.h\"\\nint main(void) { freemem(getmem(8)); return 0; }\\n' >try.c; "

static void functions_may_lie_in_several_files(void **state)
{
    static const struct shell_row rows[] = {
        {HALVES
         "$P -a getmem.c -e 'alloc A 40; free A; alloc B 40; expect B = +0' 2>&1; status=$?; "
         "rm -r $d; exit $status",
         0, "B's payload lies at +0x0000"},
        {HALVES "$P -a freemem.c -e 'alloc A 40' 2>&1; status=$?; rm -r $d; exit $status", 0,
         "A's payload lies at +0x0000"},
        {HALVES "$P -a $d/ -e 'alloc A 40' 2>&1; status=$?; rm -r $d; exit $status", 0,
         "A's payload lies at +0x0000"},
        {HALVES "cp getmem.c other.c; $P -a . -e 'alloc A 40' 2>&1; status=$?; rm -r $d; exit "
                "$status",
         2, "both ./getmem.c and ./other.c have getmem: name one"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* What belongs to an allocator is named in one word, or in several options, in any order. */
#define SOURCES                                                                                    \
    "d=$(mktemp -d); cd $d; "                                                                      \
    "printf '#include <unistd.h>\\nextern long up(long size);\\n"                                  \
    "void *my_malloc(long size) { return sbrk(up(size)); }\\n' >a.c; "                             \
    "printf 'long up(long size) { return (size + 15) & ~15; }\\n' >b.c; "                          \
    "printf 'void my_free(void *payload) { (void)payload; }\\n' >c.c; "

static void several_sources_can_be_named(void **state)
{
    static const struct shell_row rows[] = {
        {SOURCES "$P -a a.c,b.c,c.c -e 'alloc A 20; alloc B 8' 2>&1; s=$?; rm -r $d; exit $s", 0,
         "B's payload lies at +0x0020"},
        {SOURCES "$P -a c.c -a b.c,a.c -e 'alloc A 20; alloc B 8' 2>&1; s=$?; rm -r $d; exit $s", 0,
         "B's payload lies at +0x0020"},
        {SOURCES "cat a.c b.c c.c >a,b.c; $P -a a,b.c -e 'alloc A 20; alloc B 8' 2>&1; s=$?; rm -r "
                 "$d; exit $s",
         0, "B's payload lies at +0x0020"},
        {SOURCES "printf 'a 0 20\\na 1 8\\nf 0\\n' | $P grade b.c,a.c,c.c - 2>&1; s=$?; rm -r $d; "
                 "exit $s",
         0, "1 of 1"},
        {SOURCES "$P -a a.c b.c 2>&1; s=$?; rm -r $d; exit $s", 2,
         "what belongs to one allocator goes together: --allocator a.c,b.c"},
        {SOURCES "$P grade a.c b.c t.rep 2>&1; s=$?; rm -r $d; exit $s", 2,
         "what belongs to one allocator goes together: a.c,b.c"},
        {SOURCES "$P -a a.c,d.c 2>&1; s=$?; rm -r $d; exit $s", 2, "d.c: No such file"},
        {"$P -a , 2>&1", 2, "FILE is missing"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* One set of functions hands out from the break's end, the other lets 8 bytes be before. */
#define SETS                                                                                       \
    "d=$(mktemp -d); (cat $H/plain.c; echo '#include <unistd.h>'; "                                \
    "echo 'void *best_fit_malloc(size_t size) { return (char *)sbrk(size + 8) + 8; }'; "           \
    "echo 'void best_fit_free(void *payload) { (void)payload; }') >$d/a.c; "

static void functions_can_be_chosen(void **state)
{
    static const struct shell_row rows[] = {
        {SETS "$P -a $d/a.c -e 'alloc A 8' 2>&1; s=$?; rm -r $d; exit $s", 0,
         "malloc and free are driven; it has best_fit_malloc, too: --functions best_fit_malloc"},
        {SETS "$P --functions best -a $d/a.c -e 'alloc A 8; alloc B 8; free A' 2>&1; s=$?; rm -r "
              "$d; exit $s",
         0, "B's payload lies at +0x0018"},
        {SETS "$P -a $d/a.c --functions malloc -e 'alloc A 8; realloc A 9' 2>&1 | grep -c driven; "
              "rm -r $d",
         0, "0"},
        {SETS "$P -a $d/a.c --functions best -e 'alloc A 8; realloc A 9' 2>&1; s=$?; rm -r $d; "
              "exit $s",
         0, "The allocator has no realloc.\n"}, /* in this set */
        {"d=$(mktemp -d); printf 'void *sbrk(long);\nvoid *malloc(unsigned long n) { return 4 + "
         "(char *)sbrk((long)(n + 12)); }\nvoid free(void *p) { (void)p; }\n' >$d/a.c; "
         "$P -a $d/a.c -e 'alloc A 4; realloc A 9' 2>&1 | grep -c 'multiple of 8'; rm -r $d",
         0, "1\n"}, /* of what was handed out, and not of what was not */
        {SETS "$P -a $d/a.c --functions worst 2>&1; s=$?; rm -r $d; exit $s", 2,
         "no one set of functions is meant by 'worst'; what allocates is malloc, best_fit_malloc"},
        {SETS "$P -a $d/a.c --functions oc 2>&1; s=$?; rm -r $d; exit $s", 2, "is meant by 'oc'"},
        {SETS "printf 'a 0 20\na 1 8\nf 0\nf 1' | $P grade --align 16 --functions best $d/a.c - "
              "2>&1; s=$?; rm -r $d; exit $s",
         1, "a.c --functions best --align 16 - -e 'goto 1'"},
        {"d=$(mktemp -d); (echo '#include <unistd.h>'; for f in first best; do "
         "echo \"void *my_${f}_fit_malloc(int size) { return sbrk(size); }\"; done; "
         "echo 'void my_free(void *payload) { (void)payload; }') >$d/a.c; $P -a $d/a.c -e 'alloc A "
         "8; free A' 2>&1; s=$?; rm -r $d; exit $s",
         0, "my_first_fit_malloc and my_free are driven; it has my_best_fit_malloc, too"},
        {"$P --functions best -e brk 2>&1", 2, "--functions is of --allocator"},
        {"$P --align 16 -e brk 2>&1", 2, "--align is of --allocator"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Courses have changed the lab's interface. */
static void hand_ins_of_other_courses_are_driven(void **state)
{
    static const struct {
        const char *change, *hand_in, *command;
        int status;
        const char *words;
    } rows[] = {
        {"", "early", "alloc A 40; alloc B 5K; show B", 0, "A block of 5K at +0x0050, used by B"},
        {"", "early", "limit 64K; alloc A 1M", 0, "The allocator answered NULL"},
        {"s/mm_init(void)/mm_init(range_t **ranges)/", "narrow", "alloc A 40", 0,
         "A's payload lies"},
        {"s/mm_init(void)/mm_init(int first)/", "narrow", "alloc A 40", 0, "A's payload lies"},
        {"s/, \"\"}/, \"\", \"third\", \"\"}/", "broken", "alloc A 40", 0, "A's payload lies"},
        {"s/mm_malloc(size_t /mm_malloc(unsigned int /", "broken", "alloc A 40", 0,
         "A's payload lies"},
        {"s/int mm_init(void)/int mm_check(char *p) { return p ? *p : 1; } &/", "broken",
         "alloc A 40", 0, "A's payload lies"},
        {"s/mm_init(void)/mm_init(char *heap, size_t size)/", "broken", "alloc A 40", 0,
         "A's payload lies at"},
        {"s/mm_init(void)/mm_init(char *heap, int a, int b)/", "broken", "brk", 2,
         "a.c: int mm_init(char *heap, int a, int b): what begins an allocator is handed nothing "
         "here, or where its memory begins and how much that is"},
        {"", "between", "alloc A 100; alloc B 1000; free A; alloc C 50; check; brk", 0,
         "whole, and what is shown is what is there: 2 blocks in 1048576 bytes."},
        {"s/simple_/embedded_/g; s/memory_start/lowest_available_physical_memory/g; "
         "s/memory_end/top_of_available_physical_memory/g",
         "between", "alloc A 100; alloc B 1000; free A; alloc C 50", 0,
         "C's payload lies at +0x0008."},
        {"s/^enum.*/&\\nuintptr_t memory_start = 1, memory_end = 9;/", "between", "alloc A 100", 0,
         "The allocator answered NULL."},
        {"", "handed",
         "alloc A 40; alloc B 40; free A; alloc C 8; calloc D 3 5; realloc B 99; "
         "brk",
         0, "1G"},
        {"s/bool myinit/bool mm_init/; s/ my\\([mrf]\\)/ mm_\\1/; s/\\*my/*mm_/; "
         "s/mm_init.*)/mm_init(void *heap_start, void *last)/; s/heap_size = .*;/;/; "
         "s/heap_size/((char *)last - (char *)heap_start)/; s/allocator.h/mm.h/; "
         "s/ALIGNMENT/8/g; s/MAX_.*)/1 << 30)/",
         "handed", "alloc A 40; alloc B 40; show B", 0, "used by B"},
        {"", "pages", "alloc A 40; alloc B 40; show B", 0, "at +0x1000, used by B"},
        {"", "region", "alloc A 40; alloc B 40; show B", 0, "at +0x0028, used by B"},
        {"/open(/d; /close(/d; s/file < 0 .* M.*D/!next/; s/mmap(.*)/malloc(sizeOfRegion)/",
         "region", "alloc A 40; alloc B 40; show B; brk", 0, "at +0x0028, used by B"},
        {"", "chunks", "alloc A 40; alloc B 5000; show B", 0, "at +0x1010, used by B"},
        {"", "chunks", "alloc A 40; alloc B 5000; free B; alloc C 3000; show C", 0,
         "at +0x1010, used by C"},
        {"", "chunks", "alloc A 5000; alloc B 5000; free A; free B; alloc C 16000; show C", 0,
         "at +0x0010, used by C"},
        {"", "library", "alloc A 40; alloc B 40; show B", 0, "at +0x0030, used by B"},
        {"s/kernel.//; s/user.user/user/", "library", "alloc A 40; alloc B 40; show B", 0,
         "at +0x0030, used by B"},
        {"s/Mem_Alloc(int size/m61_malloc(size_t size, char *file/; s/int Mem_Free(void .ptr/&, "
         "char *file, int line/; s/Mem_Free/m61_free/; s/size > /(long)&/; s/mem.h/mm.h/; "
         "s/int Mem_Init(int sizeOfRegion)/int m61_init(char *name)/; s/sizeOfRegion/9999/; "
         "s/m_error = .*;/;/; s/M_BESTFIT/0/; s/style/line/",
         "region", "alloc A 40; alloc B 40; show B", 0, "at +0x0028, used by B"},
        {"s/Mem_Alloc/alloc/; s/Mem_Free/afree/; s/mem.h/mm.h/; s/sizeOfRegion/9999/; "
         "s/int Mem_Init(.*)/int alloc_init(void)/; s/m_error = .*;/;/; s/M_BESTFIT/0/",
         "region", "alloc A 40; alloc B 40; show B", 0, "at +0x0028, used by B"},
        {"s/Mem_Alloc/buddy_malloc/; s/Mem_Free/buddy_free/; s/mem.h/mm.h/; s/sizeOfRegion/9999/; "
         "s/int Mem_Init(.*)/int buddy_init(void)/; s/m_error = .*;/;/; s/M_BESTFIT/0/",
         "region", "alloc A 40; alloc B 40; show B", 0, "at +0x0028, used by B"},
        {"", "region", "alloc A 40; brk", 0, "1M"},
        {"s/mm_/my_/; s/\"mm.h/\"allocator_interface.h/; s/team_t.*;//", "broken",
         "alloc A 40; show A", 0, "at +0x0010, used by A"},
        {"s/mm.h/mm_alloc.h/; s/team_t.*;//; s/mm_init/begin/", "broken", "alloc A 40; show A", 0,
         "at +0x0008, used by A"},
        {"s/mm_init/uinit/; s/mm_/u/; s/mm.h/csbrk.h/; s/char .block = mem_sbrk/char *block = "
         "csbrk/; "
         "s/team_t.*;/char me[] = ANSI_BOLD ANSI_RESET;/; s/memlib.h/ansicolors.h/; "
         "s/^#inc.*sock.*/"
         "#include \"memlib.h\"/; s/block == .char ..-1/!block/",
         "broken", "alloc A 40; show A; limit 4K; alloc B 1M", 0, "The allocator answered NULL"},
        {"s/mm_\\([a-z]*\\)/my_\\1_by_size/; s/mm.h/unistd.h/; s/team_t.*/void *my_sbrk(int "
         "size);/; "
         "s/block = mem_sbrk/block = my_sbrk/; s/block == (char ..-1/!block/",
         "broken", "alloc A 40; show A; limit 4K; alloc B 1M", 0, "The allocator answered NULL"},
        {"", "stepwise", "alloc A 40; alloc B 5000; free A; brk", 0, "+0x0800 to +0x1800"},
        {"", "stepwise", "limit 4K; alloc A 5000", 0, "The allocator answered NULL"},
        {"s/Mem_Alloc/allocHeap/; s/Mem_Free/freeHeap/; s/Mem_Init/initHeap/; s/mem.h/mm.h/; "
         "s/m_error = .*;/;/; s/M_BESTFIT/0/",
         "region", "alloc A 40; alloc B 40; brk", 0, "1M"},
        {"s/Mem_Alloc/balloc/; s/Mem_Free/bfree/; s/Mem_Init/init_heap/; s/mem.h/mm.h/; "
         "s/int sizeOfRegion/&, int policy/; s/m_error = .*;/;/; s/M_BESTFIT/0/; "
         "s/file < 0/policy != 1/",
         "region", "alloc A 40; alloc B 40; show B", 0, "at +0x0028, used by B"},
        {"s/Mem_Alloc/get_memory/; s/Mem_Free/release_memory/; s/Mem_Init/start_memory/; "
         "s/mem.h/mm.h/; s/m_error = .*;/;/; s/M_BESTFIT/0/",
         "region", "alloc A 40; brk", 0, "1M"},
        {"s/Mem_Alloc/mem_alloc/; s/Mem_Free/mem_free/; s/Mem_Init/init_allocator/; s/mem.h/mm.h/; "
         "s/m_error = .*;/;/; s/M_BESTFIT/0/",
         "region", "alloc A 40; brk", 0, "1M"},
        {"s/mm_malloc/pvPortMalloc/; s/mm_free/vPortFree/; s/mm_/other_/; s/team_t.*;//", "broken",
         "alloc A 40; show A", 0, "at +0x0008, used by A"},
        {"s/mm_realloc/mem_resize/; s/mm_/mem_/; s/mem_init/begin/; s/team_t.*;//", "broken",
         "alloc A 40; realloc A 90; show A", 0, "A block of 90 at"},
        {"s/mm_\\([a-z]*\\)/ts_\\1_lock/", "broken", "alloc A 40; show A", 0, "at +0x0010, used"},
        {"s/mm_/ff_/; $a void *bf_malloc(int n) { return 0; } void bf_free(void *p) { }", "broken",
         "alloc A 40", 0,
         "ff_malloc and ff_free are driven; it has bf_malloc, too: --functions bf_malloc"},
        {"s/mem.h/mm.h/; s/Mem_Alloc/umalloc/; s/Mem_Free/ufree/; s/m_error = .*;/;/; "
         "s/M_BESTFIT/0/; s/Mem_Init(int sizeOfRegion/umeminit(size_t sizeOfRegion, int policy/; "
         "s/file < 0/policy != 1/",
         "region", "alloc A 40; alloc B 40; show B", 0, "at +0x0028, used by B"},
        {"s/mem.h/mm.h/; s/void .Mem_Alloc/typedef void *Address; Address my_malloc/; "
         "s/Mem_Free(void ./my_free(Address /; s/m_error = .*;/;/; s/M_BESTFIT/0/; "
         "s/Mem_Init(int sizeOfRegion/init_allocator(unsigned basic_block_size, unsigned _length/; "
         "s/sizeOfRegion/_length/; s/file < 0/basic_block_size > 128/",
         "region", "alloc A 40; alloc B 40; show B; brk", 0, "at +0x0028, used by B"},
        {"", "told", "alloc A 40; alloc B 40; free A; alloc C 8; show C; check", 0,
         "A block of 8 at +0x0008, used by C"},
        {"", "told", "alloc A 40; realloc A 90; alloc B 8; undo 2; alloc C 8; show C", 0,
         "A block of 8 at +0x0048, used by C"},
        {"s/^void heap_init(heap_t .heap, /heap_t *heap_create(/; "
         "s/^    .heap = .*/    heap_t *heap = memory;\\n    *heap = (heap_t){.next = (char *)"
         "(heap + 1), .end = (char *)memory + size};\\n    return heap;/",
         "told", "alloc A 40; show A", 0, "A block of 40 at +0x0020, used by A"},
        {"s/^} heap_t;/} heap_t;\\ntypedef heap_t *Heap;/; s/heap_t .heap,/Heap heap,/", "told",
         "alloc A 40; show A", 0, "A block of 40 at +0x0008, used by A"},
        {"s/heap_init(heap_t .heap, void .memory/heap_init(heap_t *heap/; "
         "s/(char .)memory + size/(char *)sbrk(0)/; s/memory/sbrk(size)/; s/stddef/unistd/",
         "told", "alloc A 40; brk", 0, "1M"},
        {"s/heap_init/heap_prepare/", "told", "brk", 3,
         "the allocator has neither mm_malloc nor malloc"},
        {"", "bulk", "alloc A 5000; free A; alloc B 40; alloc C 40; show C", 0,
         "at +0x0050, used by C"},
        {"$a static char all[8192]; void *bulk_alloc(size_t n) { return n ? all : 0; } "
         "void bulk_free(void *p, size_t n) { }",
         "bulk", "alloc A 5000; fill A 7; alloc B 40; show B", 0, "at +0x0010, used by B"},
        {"", "lazy", "alloc A 40; alloc B 40; free A; alloc C 9; show C", 0,
         "at +0x0008, used by C"},
        {"s/Mem_Alloc(int/pool_alloc(void *pool, int/; s/Mem_Free/pool_free/; s/mem.h/mm.h/; "
         "s/m_error = .*;/;/; s/M_BESTFIT/0/",
         "region", "brk", 3, "the allocator has neither mm_malloc nor malloc"},
        {"s/memlib.h/unistd.h/; s/team_t/block_t/", "broken", "brk", 2,
         "mm.h is not beside it, so the malloc lab's was taken: if its course has another, put"},
        {"s/team_t/block_t/", "broken", "brk", 2,
         "memlib.h and mm.h are not beside it, so the malloc lab's were taken"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text line = {0};

        text_add(
            &line,
            "d=$(mktemp -d); cd $d; sed '%s' $H/%s.c >a.c; $P --checkheap -a a.c -e '%s' 2>&1; "
            "s=$?; rm -r $d; exit $s",
            rows[i].change, rows[i].hand_in, rows[i].command);
        shell_expect(text_string(&line), rows[i].status, rows[i].words);
        text_finish(&line);
    }
}

static void hand_ins_in_cpp_are_driven(void **state)
{
    static const struct shell_row rows[] = {
        {"$P --checkheap -a $H/classes.cpp -e 'alloc A 40; alloc B 40; free A; alloc C 40; show C' "
         "2>&1",
         0, "A block of 40 at +0x0010, used by C"},
        {"$P -a $H/classes.cpp -e 'limit 64K; alloc A 1M' 2>&1", 0, "The allocator answered NULL"},
        {"$P -a $H/classes.cpp -e 'alloc A 40; realloc A 900; undo; undo; redo; check' 2>&1", 0,
         "is whole"},
        {"printf 'a 0 40\na 1 40\nf 0\nr 1 90\n' | $P grade $H/classes.cpp - 2>&1", 0, "1 of 1"},
        {"d=$(mktemp -d); cd $d; echo 'int list();' >list.h; echo 'int list() { return 1; }' "
         ">list.cpp; (cat $H/classes.cpp; echo '#include \"list.h\"'; echo 'int use() { return "
         "list(); }') >a.cpp; $P -a a.cpp -e 'alloc A 40' 2>&1; status=$?; rm -r $d; exit $status",
         0, "A's payload lies at +0x0010"},
        {"d=$(mktemp -d); cd $d; sed 's/mm_\\([a-z]*(\\)/my_\\1/' $H/classes.cpp >a.cc; $P -a a.cc "
         "-e 'alloc A 40' 2>&1; status=$?; rm -r $d; exit $status",
         0, "A's payload lies at +0x0010"},
        {"d=$(mktemp -d); cd $d; sed '/^[a-z].*mm_/,/^}/d' $H/classes.cpp >a.cc; $P -a a.cc -e "
         "'alloc A 40' "
         "2>&1; status=$?; rm -r $d; exit $status",
         0, "A's payload lies at +0x0010"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* In a namespace; in a class, as its own or of an object, which is made of nothing, of a size, or
 * of memory that it is handed; and declared elsewhere. What has its memory from new has it from
 * the break. */
#define IN_CPP(name)                                                                               \
    "d=$(mktemp -d); cd $d; printf '#include <cstddef>\\n#include <unistd.h>\\n" name "\\n' "      \
    ">a.cc; "
#define ALLOCATES "return sbrk((size + 15) & ~15l);"
#define AND_LEAVES " 2>&1; s=$?; rm -r $d; exit $s"

#define FITS                                                                                       \
    IN_CPP(                                                                                        \
        "class First {\\npublic:\\n  void *allocate(size_t size) { " ALLOCATES                     \
        " }\\n  void deallocate(void *) {}\\n};\\nnamespace other {\\nclass Best {\\npublic:\\n"   \
        "  void *allocate(size_t size);\\n  void deallocate(void *);\\n};\\nvoid "                 \
        "*Best::allocate(size_t size)\\n{\\n  size += 32;\\n  " ALLOCATES                          \
        "\\n}\\nvoid Best::deallocate(void *) {}\\n}\\n")

/* It is made of where its memory begins, and how much that is. */
#define ARENA(parameters)                                                                          \
    IN_CPP("class Arena {\\npublic:\\n  Arena(" parameters                                         \
           ") : next((char *)base), end(next + size) {}\\n  void *allocate(size_t size)\\n  {\\n " \
           "   if (next + size > end) return nullptr;\\n    next += size;\\n    return next - "    \
           "size;\\n  }\\n  void deallocate(void *) {}\\nprivate:\\n  char *next, *end;\\n};")

static void functions_in_scopes_are_driven(void **state)
{
    static const struct shell_row rows[] = {
        {IN_CPP("namespace memory {\\nvoid *malloc(size_t size) { " ALLOCATES
                " }\\nvoid free(void *) {}\\n}") "$P -a a.cc -e 'alloc A 8; alloc B 8; free "
                                                 "A'" AND_LEAVES,
         0, "B's payload lies at +0x0010"},
        {IN_CPP(
             "class Heap {\\npublic:\\n  static void *allocate(std::size_t size) { " ALLOCATES
             " }\\n  static void deallocate(void *) {}\\nprivate:\\n  Heap();\\n};") "$P -a a.cc "
                                                                                     "-e 'alloc A "
                                                                                     "8; alloc B "
                                                                                     "8; free "
                                                                                     "A"
                                                                                     "'" AND_LEAVES,
         0, "B's payload lies at +0x0010"},
        {IN_CPP(
             "namespace a::b {\\nstruct Heap {\\n  void *allocate(size_t size) noexcept;\\n  void "
             "deallocate(void *payload) { last = payload; }\\n  void *last = nullptr;\\n};\\nvoid "
             "*Heap::allocate(size_t size) noexcept\\n{\\n  if (last) { void *it = last; last = "
             "nullptr; return it; }\\n  " ALLOCATES
             "\\n}\\n}") "$P -a a.cc -e 'alloc A 8; free A; alloc B 8'" AND_LEAVES,
         0, "B's payload lies at +0x0000"},
        {IN_CPP(
             "#include \"pool.h\"\\nPool::Pool(size_t size) : memory(new std::byte[size]), "
             "end(size) {}\\nstd::byte *Pool::malloc(size_t size)\\n{\\n  if (next + size > end) "
             "return nullptr;\\n  next += size;\\n  return memory + next - size;\\n}\\nvoid "
             "Pool::free(std::byte *) {}") "printf 'class Pool {\\npublic:\\n  Pool(size_t);\\n  "
                                           "std::byte *malloc(size_t);\\n  void "
                                           "free(std::byte *);\\nprivate:\\n  std::byte "
                                           "*memory;\\n  size_t next = 0, end;\\n};\\n' "
                                           ">pool.h; $P --heap-size 40 -a a.cc -e 'alloc A 16; "
                                           "alloc B 16; alloc C 16'" AND_LEAVES,
         0, "The allocator answered NULL"},
        {FITS "$P -a a.cc -e 'alloc A 8; alloc B 8' 2>&1" AND_LEAVES, 0,
         "it has other::Best::allocate, too: --functions other::Best::allocate"},
        {FITS "$P -a a.cc -e 'alloc A 8; alloc B 8'" AND_LEAVES, 0, "B's payload lies at +0x0010"},
        {FITS "$P -a a.cc --functions Best::allocate -e 'alloc A 8; alloc B 8'" AND_LEAVES, 0,
         "B's payload lies at +0x0030"},
        {FITS "$P -a a.cc --functions other::Best:: -e 'alloc A 8; alloc B 8'" AND_LEAVES, 0,
         "B's payload lies at +0x0030"},
        {FITS "$P -a a.cc --functions Worst::allocate 2>&1" AND_LEAVES, 2,
         "no one set of functions is meant by 'Worst::allocate'; what allocates is "
         "First::allocate, other::Best::allocate"},
        {IN_CPP("struct Heap {\\n  Heap(int, int, int) {}\\n  void *alloc(size_t size) { " ALLOCATES
                " }\\n  void free(void *) {}\\n};") "LC_ALL=C $P -a a.cc" AND_LEAVES,
         2, "an allocator is made of nothing here, of a size, or of where its memory begins"},
        {ARENA("std::byte *base, size_t size") "$P --heap-size 40 -a a.cc -e 'alloc A 16; alloc B "
                                               "16; alloc C 16; check'" AND_LEAVES,
         0, "B's payload lies at +0x0010"},
        {ARENA("void *base, unsigned size") "$P --heap-size 40 -a a.cc -e 'alloc A 16; alloc B "
                                            "16; alloc C 16'" AND_LEAVES,
         0, "The allocator answered NULL"},
        {ARENA("const char *base, size_t size") "LC_ALL=C $P -a a.cc" AND_LEAVES, 2,
         "an allocator is made of nothing here, of a size, or of where its memory begins"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* Of a hand-in, of its folder, and of a trace. */
static void a_folder_stands_for_the_hand_in_there(void **state)
{
    (void)state;
    shell_expect(
        "d=$(mktemp -d); cp $H/plain.c $d/mm.c; cd $d; $P -a . -e 'alloc A 8; check' 2>&1; "
        "status=$?; rm -r $d; exit $status",
        0, "is whole");
}

static void files_may_have_any_name(void **state)
{
    static const char *const names[] = {"a\\nb",  "a\\rb",   "a\\001b", "\\377", "a\"b",
                                        "a\\\\b", "a'\\''b", "a #;b",   "%%s",   "-a"};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(names); i++) {
        struct text command = {0};

        text_add(
            &command,
            "d=$(mktemp -d); n=$(printf -- '%s'); mkdir \"$d/$n\"; cd \"$d/$n\"; echo 'int "
            "list(void);' >list.h; echo 'int list(void) { return 1; }' >list.c; (cat "
            "$H/narrow.c; echo '#include \"list.h\"'; echo 'int use(void) { return list(); }') "
            ">\"./$n.c\"; printf 'a 0 40\\na 1 40\\n' >\"./$n.s\"; $P -a \"./$n.c\" \"./$n.s\" -e "
            "'show b1' 2>&1; $P -a \"$d/$n/$n.c\" -e 'alloc A 40' 2>&1; s=$?; cd /; rm -r "
            "\"$d\"; exit $s",
            names[i]);
        shell_expect(text_string(&command), 0, "used by b1");
        shell_expect(text_string(&command), 0, "A's payload lies at +0x0008");
        text_finish(&command);
    }
}

/* The compiler names the file as it is called, in a line. */
static void what_a_compiler_says_names_the_file(void **state)
{
    (void)state;
    shell_expect(
        "d=$(mktemp -d); cd $d; n=$(printf 'a\\nb'); (cat $H/plain.c; echo 'static int x;') "
        ">\"$n.c\"; $P -a \"$n.c\" -e brk 2>&1; s=$?; cd /; rm -r $d; exit $s",
        0, "a^Jb.c:");
}

static void what_is_not_told_is_not_known(void **state)
{
    static const struct shell_row rows[] = {
        {"$P -a $H/broken.c -e 'alloc A 100' 2>&1", 0,
         "  external, internal, overhead ? = this heap does not tell them\n  utilization 7"},
        {"$P -a $H/broken.c -e 'alloc A 100; expect external < 50%' 2>&1", 1, "is not known"},
        {"$P -a $H/broken.c -e 'alloc A 100; expect free > 1' 2>&1", 1, "is not known"},
        {"$P -a $H/broken.c -e 'alloc A 100; stats' 2>&1", 0, "?  free blocks"},
        {"$P -a $H/broken.c -e 'alloc A 100; say {requested}, {free}, {external}, {fits}' 2>&1", 0,
         "100 bytes, ?, ?, ?"},
        {"$P -a $H/broken.c --json -e 'alloc A 100' 2>&1", 0, "\"free\":null"},
        {"$P -a $H/broken.c -e 'alloc A 100; expect requested = 100' 2>&1", 0, ""},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

/* ---- Blocks by their layout ---- */

static void layouts_are_read_as_they_are_written(void **state)
{
    static const struct {
        const char *text;
        bool is_good;
        const char *where; /* of what is wrong with it */
    } rows[] = {
        {"header=4 footer=4 size=~7 used=1", true, NULL},
        {" csapp-implicit start=8 ", true, NULL},
        {"header=0x10 at=8 word=4 unit=16", true, NULL},
        {"header=8 size=~7 used=1 extra=8", true, NULL},
        {"header=8 extra=x", false, "extra=x"},
        {"", false, NULL},
        {"none", false, NULL},
        {"header=4 colour=3", false, "colour=3"},
        {"header=4 size=~6", false, "size=~6"},
        {"header=4 size=7", false, "size=7"},
        {"header=four", false, "header=four"},
        {"header=400", false, "header=400"},
        {"footer=4", false, "footer=4"},
        {"header=4 word=8", false, "word=8"},
        {"header=8 size=~7 used=8", false, "used=8"},
        {"header=8 size=~1 free=1", true, NULL},
        {"header=8 size=~1 free=2", false, "free=2"},
        {"header=8 unit=0", false, "unit=0"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct own_layout layout;
        const char *problem, *where;

        assert_int_equal(own_layout_parse(rows[i].text, &layout, &problem, &where),
                         rows[i].is_good);
        assert_int_equal(problem != NULL, rows[i].where != NULL);
        if (rows[i].where)
            assert_string_equal(where, rows[i].where);
    }
}

/* Whatever the bytes are, blocks tile the heap. */
static bool count_bytes(void *context, const struct hg_block *block)
{
    uint64_t *end = context;

    assert_int_equal(block->at, *end);
    assert_true(block->size > 0);
    *end += block->size;
    return true;
}

static bool count_item(void *context, uint64_t at)
{
    (void)at;
    (*(unsigned *)context)++;
    return true;
}

static void any_bytes_are_walked_to_their_end(void **state)
{
    enum { ROUNDS = 20000, BYTES = 256 };
    static const char *const texts[] = {"csapp-implicit", "csapp-explicit", "kr",
                                        "header=4 size=~7 used=1 free-footer=4 next=0 previous=8"};
    _Alignas(16) char bytes[BYTES];

    (void)state;
    srandom(1);
    for (unsigned round = 0; round < ROUNDS; round++) {
        size_t extent = (size_t)random() % (BYTES + 1);
        struct hg_defect defect;
        struct own_layout layout;
        const char *problem, *where;
        unsigned items = 0;
        uint64_t end = 0;

        for (size_t i = 0; i < BYTES; i += 4) {
            uint32_t word = random() % 3 ? (uint32_t)random() % 64 : (uint32_t)random();

            memcpy(bytes + i, &word, sizeof word);
        }
        assert_true(own_layout_parse(texts[round % 4], &layout, &problem, &where));
        own_layout_walk(&layout, bytes, extent, 0, count_bytes, &end);
        assert_int_equal(end, extent);
        own_layout_walk_list(&layout, bytes, extent, count_item, &items);
        own_layout_check(&layout, bytes, extent, &defect);
    }
}

/* It says the block's size, and whether that is used; what a header says of the block before it, by
 * a bit of the size's, need not be there. */
static void footers_say_what_is_of_their_block(void **state)
{
    static const struct {
        uint64_t header, footer;
        enum hg_invariant broken;
    } rows[] = {
        {32, 32, HG_INVARIANT_NONE},       {32 | 2, 32, HG_INVARIANT_NONE},
        {32, 32 | 2, HG_INVARIANT_NONE},   {32 | 2, 48, HG_INVARIANT_FOOTER},
        {32 | 2, 16, HG_INVARIANT_FOOTER}, {32, 32 | 1, HG_INVARIANT_FOOTER},
        {32 | 1, 0, HG_INVARIANT_NONE}, /* a used one, which has none */
    };
    struct own_layout layout;
    const char *problem, *where;

    (void)state;
    assert_true(
        own_layout_parse("header=8 size=~15 used=1 free-footer=8", &layout, &problem, &where));
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        uint64_t words[4] = {rows[i].header, 0, 0, rows[i].footer};
        struct hg_defect defect = {.broken = HG_INVARIANT_NONE};

        own_layout_check(&layout, (const char *)words, sizeof words, &defect);
        assert_int_equal(defect.broken, rows[i].broken);
    }
}

/* A hand-in that says in bit 0 that a block is free. */
static void a_bit_may_say_that_a_block_is_free(void **state)
{
#define MARKS(commands)                                                                            \
    "d=$(mktemp -d); cd $d; sed '/return block . 2/i *block = (bytes + 31) / 16 * 16;\n"           \
    "s/(void)payload;/((size_t *)payload)[-2] |= 1;/' $H/plain.c >a.c; $P -a a.c --block-layout "  \
    "'header=16 at=0 word=8 size=~1 free=1' -e 'alloc A 100; alloc B 20; free A; " commands        \
    "' 2>&1; s=$?; rm -r $d; exit $s"
    static const struct shell_row rows[] = {
        {MARKS("blocks"), 0, "+0x0000   128  free                                                "},
        {MARKS("blocks"), 0, "+0x0080    48  used         B"},
        {MARKS("check"), 0, "The heap is whole"},
        {MARKS("show +0"), 0, "A block of 128 at +0x0000, free."},
    };
#undef MARKS

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

static void layouts_tell_blocks(void **state)
{
    static const struct shell_row rows[] = {
        {"$P -a $H/implicit.c -e 'alloc a1..a3 100; free a2; blocks' 2>&1", 0,
         "+0x007c   112  free                                                   4                "
         "4"},
        {"$P -a $H/explicit.c --json -e 'alloc a1..a4 100; free a1; free a3' 2>&1", 0,
         "\"free_lists\":[{\"name\":\"free\",\"blocks\":[264,8,520]}]"},
        {"$P -a $H/kr.c -e 'alloc A 100; alloc B 200; free A; blocks; check' 2>&1", 0, "is whole"},
        {"$P -a $H/kr.c -e 'alloc A 100; alloc B 200; free A; blocks' 2>&1", 0,
         "used         B                               200      16        8"},
        {"$P -a $H/handed.c --heap-size 4K --block-layout 'header=8 size=~7 used=1 extra=8' -e "
         "'alloc A 100; alloc B 200; free A; blocks; check' 2>&1",
         0, "+0x0140  3776  free "},
        {"$P --block-layout none -a $H/implicit.c -e 'alloc A 100; blocks' 2>&1", 0, "untold"},
        {"$P -a $H/broken.c --block-layout 'header=8 size=~15' -e 'alloc A 8; check' 2>&1", 1,
         "at +0x0000 this does not hold: a header's size"},
        {"$P --block-layout 'csapp-implicit header=8' -a $H/implicit.c -e 'alloc A 100' 2>&1", 0,
         "By the headers, or their layout, no used block begins there!"},
        {"$P --block-layout 'header=x' -a $H/implicit.c 2>&1", 2, "'header=x'"},
        {"d=$(mktemp -d); cd $d; (echo; echo '// heapglass: header=4 size=7'; cat $H/plain.c) "
         ">a.c; $P -a a.c 2>&1; status=$?; rm -r $d; exit $status",
         2, "a.c:2: the layout of blocks: there is no such word, or it cannot be that: 'size=7'"},
    };

    (void)state;
    shell_expect_all(rows, TEST_COUNT(rows));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(definitions_are_told_from_all_else),
        cmocka_unit_test(hand_ins_of_both_labs_are_driven),
        cmocka_unit_test(their_heaps_go_back_in_time),
        cmocka_unit_test(heaps_lie_where_the_labs_lay_them),
        cmocka_unit_test(plain_allocators_are_driven),
        cmocka_unit_test(memory_that_is_mapped_is_shown),
        cmocka_unit_test(memory_that_is_asked_for_by_number_is_shown),
        cmocka_unit_test(heaps_in_arrays_are_driven),
        cmocka_unit_test(memory_of_the_c_library_is_shown),
        cmocka_unit_test(faults_are_told_with_their_step),
        cmocka_unit_test(allocators_that_cannot_begin_say_why),
        cmocka_unit_test(the_heap_is_looked_at_on_request),
        cmocka_unit_test(what_was_written_for_32_bits_is_told),
        cmocka_unit_test(what_was_written_for_32_bits_has_them),
        cmocka_unit_test(the_layout_of_the_book_is_named),
        cmocka_unit_test(what_a_makefile_defines_is_defined),
        cmocka_unit_test(what_cannot_be_loaded_is_told),
        cmocka_unit_test(later_hand_ins_are_driven),
        cmocka_unit_test(sources_that_are_missing_are_named),
        cmocka_unit_test(hand_ins_may_have_what_the_labs_allow),
        cmocka_unit_test(functions_may_lie_in_several_files),
        cmocka_unit_test(several_sources_can_be_named),
        cmocka_unit_test(functions_can_be_chosen),
        cmocka_unit_test(hand_ins_of_other_courses_are_driven),
        cmocka_unit_test(hand_ins_in_cpp_are_driven),
        cmocka_unit_test(functions_in_scopes_are_driven),
        cmocka_unit_test(a_folder_stands_for_the_hand_in_there),
        cmocka_unit_test(files_may_have_any_name),
        cmocka_unit_test(what_a_compiler_says_names_the_file),
        cmocka_unit_test(what_is_not_told_is_not_known),
        cmocka_unit_test(layouts_are_read_as_they_are_written),
        cmocka_unit_test(any_bytes_are_walked_to_their_end),
        cmocka_unit_test(footers_say_what_is_of_their_block),
        cmocka_unit_test(a_bit_may_say_that_a_block_is_free),
        cmocka_unit_test(layouts_tell_blocks),
    };

    char program[PATH_MAX];

    if (argc != 3 || !realpath(argv[1], program))
        return 1;
    setenv("P", program, 1);
    setenv("H", argv[2], 1);
    unsetenv("CC");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
