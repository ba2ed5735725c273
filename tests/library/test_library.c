/* test_library.c: the libraries as other people's programs use them: built, and installed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shell.h"
#include "test.h"

/* Lines of shell find here what they need. */
static const char *const names[] = {"SHARED", "STATIC", "PRELOAD", "SOURCE", "BUILD"};

static void only_hg_symbols_can_be_seen(void **state)
{
    (void)state;
    shell_expect("nm -D --defined-only $SHARED | grep -cv ' hg_'", 1, "0");
    shell_expect("nm -g --defined-only $STATIC | grep ' [A-Z] ' | grep -cv ' hg_'", 1, "0");
}

/* Every function that the header declares is there, and nothing else. */
static void what_the_header_declares_is_what_there_is(void **state)
{
    (void)state;
    shell_expect("nm -D --defined-only $SHARED | sed 's/.* //' | sort >$T/there && "
                 "tr '\\n' ' ' <$SOURCE/include/heapglass/heap.h | grep -o 'HG_API [^;]*;' | "
                 "sed -n 's/^[^(]*\\(hg_[a-z_]*\\)(.*/\\1/p' | sort >$T/declared && "
                 "test $(wc -l <$T/declared) -gt 20 && diff $T/declared $T/there",
                 0, "");
}

/* And the names that the library which followed programs load beside it calls it by. */
static void the_preloaded_library_shows_malloc_alone(void **state)
{
    (void)state;
    shell_expect(
        "nm -D --defined-only $PRELOAD | sed 's/.* //' | LC_ALL=C sort | tr '\\n' ' '", 0,
        "__libc_calloc __libc_free __libc_mallinfo __libc_malloc __libc_mallopt "
        "__libc_memalign __libc_pvalloc __libc_realloc __libc_reallocarray __libc_valloc "
        "aligned_alloc calloc cfree free heapglass_becomes heapglass_leaves heapglass_serve_new "
        "heapglass_starts mallinfo mallinfo2 malloc malloc_info "
        "malloc_stats malloc_trim malloc_usable_size mallopt memalign posix_memalign "
        "pvalloc realloc reallocarray valloc ");
}

static void the_shared_library_has_a_soname(void **state)
{
    (void)state;
    shell_expect("objdump -p $SHARED | grep SONAME", 0, "libheapglass.so.0");
}

/* A program's blocks: the state, the hole, the used block, the wilderness, and the end. */
static void the_header_is_c11_and_cxx(void **state)
{
    static const char *const compilers[] = {
        "$CC -std=c11 -pedantic-errors -Wall -Wextra -Werror -x c",
        "$CC -std=c17 -Wall -Wextra -Werror -x c",
        "g++ -std=c++11 -pedantic-errors -Wall -Wextra -Werror -x c++",
        "g++ -std=c++20 -Wall -Wextra -Werror -x c++",
    };
    static const char *const libraries[] = {"$SHARED -Wl,-rpath,$(dirname $SHARED)", "$STATIC"};
    char line[1024];

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(compilers); i++) {
        for (size_t j = 0; j < TEST_COUNT(libraries); j++) {
            snprintf(line, sizeof line,
                     "%s -I$SOURCE/include $SOURCE/tests/library/blocks.c -x none %s -o $T/blocks "
                     "2>&1 && $T/blocks | cut -c 1 | tr '\\n' ' '",
                     compilers[i], libraries[j]);
            shell_expect(line, 0, "2 0 1 0 2 ");
        }
    }
}

/* Compiled when there was a setting less, a program still runs with the library of today. */
static void a_program_outlives_new_settings(void **state)
{
    (void)state;
    shell_expect(
        "mkdir -p $T/old/heapglass && "
        "sed '/HG_SETTING_BINS,/d' $SOURCE/include/heapglass/heap.h >$T/old/heapglass/heap.h && "
        "for include in $T/old $SOURCE/include; do "
        "$CC -std=c11 -O2 -fstack-protector-all -I$include -x c "
        "$SOURCE/tests/library/configured.c -x none $SHARED "
        "-Wl,-rpath,$(dirname $SHARED) -o $T/configured 2>&1 && $T/configured || exit 1; "
        "done | cut -d ' ' -f 2,3 | tr '\\n' ' ' >$T/said; "
        "read old fewer new more <$T/said; echo $old $new $((more - fewer))",
        0, "16 16 1");
}

static void the_version_is_the_projects(void **state)
{
    (void)state;
    shell_expect("wanted=$(sed -n \"s/^  version: '\\(.*\\)',/\\1/p\" $SOURCE/meson.build); "
                 "$CC -std=c11 -I$SOURCE/include -x c $SOURCE/tests/library/configured.c -x none "
                 "$STATIC -o $T/configured 2>&1 && [ \"$($T/configured | cut -d ' ' -f 1)\" = "
                 "\"$wanted\" ] && echo \"is $wanted\"",
                 0, "is 0.");
}

static void what_is_installed_is_found_by_pkg_config(void **state)
{
    static const char *const files[] = {
        "bin/heapglass",   "include/heapglass/heap.h", "libheapglass.a",
        "libheapglass.so", "libheapglass-malloc.so",   "pkgconfig/heapglass.pc",
    };
    char line[1024];

    (void)state;
    shell_expect("meson install -C $BUILD --no-rebuild --destdir $T/root 2>&1", 0, "heap.h");
    for (size_t i = 0; i < TEST_COUNT(files); i++) {
        snprintf(line, sizeof line, "find $T/root -path '*/%s' | wc -l", files[i]);
        shell_expect(line, 0, "1");
    }
    shell_expect("export PKG_CONFIG_SYSROOT_DIR=$T/root; "
                 "export PKG_CONFIG_LIBDIR=$(dirname $(find $T/root -name heapglass.pc)); "
                 "$CC -std=c11 -x c $SOURCE/tests/library/blocks.c -x none -o $T/blocks "
                 "$(pkg-config --cflags --libs heapglass) 2>&1 && "
                 "LD_LIBRARY_PATH=$PKG_CONFIG_LIBDIR/.. $T/blocks | wc -l",
                 0, "5");
    /* the program finds the library that was installed with it */
    shell_expect("$(find $T/root -path '*/bin/heapglass') trace record -o $T/true.rep true 2>&1", 0,
                 "true.rep: ");
}

/* The README's section on the library: its first indented text is the program, its third what that
 * prints. */
static void the_program_in_the_readme_prints_what_the_readme_says(void **state)
{
    static const char block[] =
        "sed -n '/^## The library/,/^## [^T]/p' $SOURCE/README.md | awk -v wanted=%d '"
        "/^    / { if (!inside) { inside = 1; number++ } } "
        "/^[^ ]/ { inside = 0 } "
        "inside && number == wanted { sub(/^    /, \"\"); print }' | sed '${/^$/d}' >$T/%s";
    char line[1024];

    (void)state;
    snprintf(line, sizeof line, block, 1, "readme.c");
    shell_expect(line, 0, "");
    snprintf(line, sizeof line, block, 3, "wanted");
    shell_expect(line, 0, "");
    shell_expect("$CC -std=c11 -Wall -Wextra -Werror -I$SOURCE/include $T/readme.c $STATIC "
                 "-o $T/readme 2>&1 && $T/readme >$T/got && [ -s $T/got ] && "
                 "diff $T/wanted $T/got",
                 0, "");
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_hg_symbols_can_be_seen),
        cmocka_unit_test(what_the_header_declares_is_what_there_is),
        cmocka_unit_test(the_preloaded_library_shows_malloc_alone),
        cmocka_unit_test(the_shared_library_has_a_soname),
        cmocka_unit_test(the_header_is_c11_and_cxx),
        cmocka_unit_test(a_program_outlives_new_settings),
        cmocka_unit_test(the_version_is_the_projects),
        cmocka_unit_test(what_is_installed_is_found_by_pkg_config),
        cmocka_unit_test(the_program_in_the_readme_prints_what_the_readme_says),
    };

    if (count != 1 + (int)TEST_COUNT(names))
        return 2;
    for (size_t i = 0; i < TEST_COUNT(names); i++)
        setenv(names[i], arguments[1 + i], 1);
    return cmocka_run_group_tests(tests, shell_make_folder, shell_remove_folder);
}
