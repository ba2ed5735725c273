/* image.c: see image.h. */
#include "kind/image.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

const struct kind_image *image_map(int file, uint64_t *ret_size)
{
    struct stat status;
    const struct kind_image *image;

    if (fstat(file, &status) != 0)
        return NULL;
    errno = EINVAL;
    if (status.st_size < KIND_IMAGE_PAGE)
        return NULL;
    image = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (image == MAP_FAILED)
        return NULL;
    *ret_size = (uint64_t)status.st_size;
    if (image->magic == KIND_IMAGE_MAGIC && image->heaps.count > 0)
        return image;
    image_unmap(image, *ret_size);
    errno = EINVAL;
    return NULL;
}

void image_unmap(const struct kind_image *image, uint64_t size)
{
    munmap((void *)image, size);
}

static const void *rows(const struct kind_image *image, const struct image_table *table)
{
    return (const char *)image + table->at;
}

const struct image_arena *image_arenas(const struct kind_image *image)
{
    return rows(image, &image->arenas);
}

const struct image_heap *image_heaps(const struct kind_image *image)
{
    return rows(image, &image->heaps);
}

const struct image_thread *image_threads(const struct kind_image *image)
{
    return rows(image, &image->threads);
}

const struct image_large *image_large(const struct kind_image *image)
{
    return rows(image, &image->large);
}

const struct image_away *image_away(const struct kind_image *image)
{
    return rows(image, &image->away);
}

const struct image_pages *image_pages(const struct kind_image *image, const struct image_heap *heap)
{
    return rows(image, &heap->pages);
}
