// own_new.cc: a library in C++ with an operator new of its own, and the delete that belongs to it;
// and, without OWN, one that has the usual ones.
#include <cstddef>
#include <cstdlib>
#include <new>

#ifdef OWN
static const size_t magic = 0x6d616769;
static const size_t before = 16; // bytes

void *operator new(size_t size)
{
    char *block = static_cast<char *>(std::malloc(before + size));

    if (!block)
        throw std::bad_alloc();
    *reinterpret_cast<size_t *>(block) = magic;
    return block + before;
}

void operator delete(void *payload) noexcept
{
    char *block = static_cast<char *>(payload) - before;

    if (*reinterpret_cast<size_t *>(block) != magic)
        std::_Exit(9);
    std::free(block);
}

void operator delete(void *payload, size_t) noexcept
{
    operator delete(payload);
}
#endif

static void *volatile kept; // so that nothing is optimized away

extern "C" int work()
{
    kept = ::operator new(100);
    ::operator delete(kept);
    try {
        kept = ::operator new((size_t)1 << 60);
    } catch (const std::bad_alloc &) {
        return 5;
    }
    return 6;
}
