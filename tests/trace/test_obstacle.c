/* test_obstacle.c: what is in the way of programs, as their files say. */
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"
#include "trace/obstacle.h"

static char folder[] = "/tmp/heapglass-obstacle-XXXXXX";

/* A program of which there is no more than what says how it is loaded. */
struct program {
    ElfW(Ehdr) header;
    ElfW(Phdr) part;
    char loader[64];
};

static struct program program_of_ours(void)
{
    struct program program = {0};
    FILE *self = fopen("/proc/self/exe", "r");

    assert_non_null(self);
    assert_int_equal(fread(&program.header, sizeof program.header, 1, self), 1);
    fclose(self);
    program.header.e_phnum = 1;
    program.header.e_phoff = offsetof(struct program, part);
    program.part = (ElfW(Phdr)){.p_type = PT_INTERP,
                                .p_offset = offsetof(struct program, loader),
                                .p_filesz = sizeof program.loader};
    strcpy(program.loader, "/lib64/ld-linux-x86-64.so.2");
    return program;
}

/* What is in the way of a file with these bytes. */
static enum obstacle find_in(const void *bytes, size_t size, char name[OBSTACLE_NAME_MAX])
{
    char path[sizeof folder + 16];
    FILE *file;

    snprintf(path, sizeof path, "%s/program", folder);
    file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    return obstacle_find(path, NULL, name);
}

static void the_file_tells(void **state)
{
    static const char *const loaders[] = {"/lib/ld-musl-x86_64.so.1", "/lib/ld64-uClibc.so.0"};
    struct program program = program_of_ours(), other;
    char name[OBSTACLE_NAME_MAX] = "";

    (void)state;
    assert_int_equal(find_in(&program, sizeof program, name), OBSTACLE_NONE);
    assert_string_equal(name, "");
    other = program;
    other.part.p_type = PT_NOTE;
    assert_int_equal(find_in(&other, sizeof other, name), OBSTACLE_STATIC);
    assert_string_equal(name, "program");
    other = program;
    other.header.e_ident[EI_CLASS] ^= ELFCLASS32 ^ ELFCLASS64;
    assert_int_equal(find_in(&other, sizeof other, name), OBSTACLE_BITS);
    other = program;
    other.header.e_machine ^= 1;
    assert_int_equal(find_in(&other, sizeof other, name), OBSTACLE_MACHINE);
    for (size_t i = 0; i < 2; i++) {
        other = program;
        strcpy(other.loader, loaders[i]);
        assert_int_equal(find_in(&other, sizeof other, name), OBSTACLE_LIBRARY);
    }
}

/* Cut off anywhere, and scripts that run each other. */
static void odd_files_are_read_within_their_bounds(void **state)
{
    struct program program = program_of_ours();
    char name[OBSTACLE_NAME_MAX], script[sizeof folder + 32];

    (void)state;
    for (size_t size = 0; size < sizeof program; size++)
        find_in(&program, size, name);
    snprintf(script, sizeof script, "#! %s/program -x\n", folder);
    assert_int_equal(find_in(script, strlen(script), name), OBSTACLE_NONE);
    assert_int_equal(find_in("#!", 2, name), OBSTACLE_NONE);
    assert_int_equal(find_in("#!x", 3, name), OBSTACLE_NONE);
    assert_int_equal(obstacle_find("/nonesuch", NULL, name), OBSTACLE_NONE);
    assert_int_equal(obstacle_find("/", NULL, name), OBSTACLE_NONE);
}

static void the_environment_tells(void **state)
{
    static char preload[] = "LD_PRELOAD=/x/other.so:/x/libheapglass-malloc.so",
                other[] = "LD_PRELOAD=/x/other.so", ring[] = "HEAPGLASS_FOLLOW=/proc/1/fd/3";
    char *const whole[] = {ring, preload, NULL}, *const lost[] = {ring, other, NULL},
                *const half[] = {preload, NULL}, *const none[] = {NULL};
    char name[OBSTACLE_NAME_MAX];

    (void)state;
    assert_int_equal(obstacle_find("/proc/self/exe", whole, name), OBSTACLE_NONE);
    assert_int_equal(obstacle_find("/proc/self/exe", lost, name), OBSTACLE_ENVIRONMENT);
    assert_string_equal(name, "exe");
    assert_int_equal(obstacle_find("/proc/self/exe", half, name), OBSTACLE_ENVIRONMENT);
    assert_int_equal(obstacle_find("/proc/self/exe", none, name), OBSTACLE_ENVIRONMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_file_tells),
        cmocka_unit_test(odd_files_are_read_within_their_bounds),
        cmocka_unit_test(the_environment_tells),
    };
    char path[sizeof folder + 16];
    int failed;

    if (!mkdtemp(folder))
        return 2;
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    snprintf(path, sizeof path, "%s/program", folder);
    unlink(path);
    rmdir(folder);
    return failed;
}
