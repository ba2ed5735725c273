/* mapping.h: of maps.c. */
void *pages_map(unsigned long size);
void *pages_remap(void *pages, unsigned long size, unsigned long new_size);
void pages_unmap(void *pages, unsigned long size);
