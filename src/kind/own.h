/* own.h: which allocator is "your own": a library that the environment of the process names, so
 * that every heap process that is started loads the same one. Where it names none there is no such
 * kind of heap. */
#ifndef KIND_OWN_H
#define KIND_OWN_H

#include <stdbool.h>
#include <stddef.h>

/* The variables: a path for dlopen; what people call it, its source's name; the address at which
 * its heap should begin, if it has a wish; and, if it is set, that the allocator is to look at its
 * heap by mm_checkheap after each step. */
#define OWN_LIBRARY "HEAPGLASS_ALLOCATOR"
#define OWN_NAME "HEAPGLASS_ALLOCATOR_NAME"
#define OWN_START "HEAPGLASS_ALLOCATOR_START"
#define OWN_CHECKS "HEAPGLASS_CHECKHEAP"

/* The name of its policy. */
#define OWN_POLICY "own"

/* What a library may have besides the lab's functions, for what their types say and their names do
 * not: an mm_init that answers 0 where it went well, an mm_checkheap without arguments that answers
 * 0 where the heap is not consistent. */
#define OWN_INIT "heapglass_init"
#define OWN_CHECK "heapglass_check"

/* What a library does itself, for who measures it without what stands before it. */
struct own_calls {
    void *(*allocate)(size_t size);
    void *(*resize)(void *payload, size_t size); /* NULL if it has none */
    void (*release)(void *payload);
};
struct own_calls own_calls(const void *heap);

/* Let a heap that lies in memlib's begin anew, in the memory that it has, as nobody had used it.
 * What it has handed out is no more. False where it cannot. */
bool own_begin_again(void *heap);

#endif
