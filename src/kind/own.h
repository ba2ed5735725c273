/* own.h: which allocator is "your own": a library that the environment of the process names, so
 * that every heap process that is started loads the same one. Where it names none there is no such
 * kind of heap. */
#ifndef KIND_OWN_H
#define KIND_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The variables: a path for dlopen; what people call it, its source's name; the address at which
 * its heap should begin, if it has a wish; how many bytes it is handed, if it wants all of them at
 * once; of one that nobody gives any, the array of its own in which they are, as "OFFSET:SIZE" from
 * where the library is loaded; what its payloads must be a multiple of; and, if it is set, that the
 * allocator is to look at its heap by mm_checkheap after each step. */
#define OWN_LIBRARY "HEAPGLASS_ALLOCATOR"
#define OWN_NAME "HEAPGLASS_ALLOCATOR_NAME"
#define OWN_START "HEAPGLASS_ALLOCATOR_START"
#define OWN_SIZE "HEAPGLASS_ALLOCATOR_SIZE"
#define OWN_ARRAY "HEAPGLASS_ALLOCATOR_ARRAY"
#define OWN_ALIGNMENT "HEAPGLASS_ALLOCATOR_ALIGNMENT"
#define OWN_CHECKS "HEAPGLASS_CHECKHEAP"

/* What it is handed where nobody says how much: as much as the largest request that a course's
 * allocator has to take. Only what is touched of it costs memory. */
#define OWN_SIZE_DEFAULT ((uint64_t)1 << 30)

/* The name of its policy. */
#define OWN_POLICY "own"

/* What a library may have besides the lab's functions, for what their types say and their names do
 * not: an mm_init that answers 0 where it went well, or one that is handed where its memory begins
 * and how much that is; how large a region it has at once where it begins; an mm_checkheap without
 * arguments that answers 0 where the heap is not consistent; and the functions themselves, where
 * they have other names or more parameters. */
#define OWN_INIT "heapglass_init"
#define OWN_TAKE "heapglass_take"
#define OWN_REGION "heapglass_region"
#define OWN_CHECK "heapglass_check"
#define OWN_ALLOCATE "heapglass_malloc"
#define OWN_RESIZE "heapglass_realloc"
#define OWN_ZEROED "heapglass_calloc"
#define OWN_RELEASE "heapglass_free"

/* A number that says, if it is not 0, that what the library asks malloc for is to lie apart from
 * its heap, which is an array. */
#define OWN_TAKES_APART "heapglass_takes_apart"

/* The byte that the payload of an id is filled with by who examines an allocator. */
static inline unsigned char own_fill_byte(uint32_t id)
{
    return (unsigned char)(id * 37u + 11u);
}

/* What a library does itself, for who measures it without what stands before it. */
struct own_calls {
    void *(*allocate)(size_t size);
    void *(*resize)(void *payload, size_t size); /* NULL if it has none */
    void (*release)(void *payload);
};
struct own_calls own_calls(const void *heap);

/* Whether it had all its memory at once, or has it as an array of its own: then only payloads
 * tell how much of it is used. And the first byte of that array; NULL where there is none. */
bool own_is_handed(const void *heap);
char *own_array(const void *heap, size_t *ret_size);

/* Whether a heap can begin anew: it lies in memlib's memory, and has something that begins it. */
bool own_can_begin_again(const void *heap);

/* Let it do so, in the memory that it has, as nobody had used it. What it has handed out is no
 * more. False where it fails. */
bool own_begin_again(void *heap);

#endif
