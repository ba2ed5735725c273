// names.cc: a program in C++, whose blocks are asked for by functions that are known.
#include <cstdio>
#include <new>
#include <vector>

static void *volatile kept; // so that nothing is optimized away

namespace
{
struct thing {
    std::vector<int> numbers;
};

template <class kind> __attribute__((noinline)) kind *make()
{
    return new kind;
}
} // namespace

int main(void)
{
    thing *made = make<thing>();

    made->numbers.reserve(1000);
    kept = made->numbers.data();
    kept = make<char>();
    try {
        kept = ::operator new((size_t)1 << 60);
    } catch (const std::bad_alloc &) {
        std::puts("bad_alloc");
    }
    return made->numbers.size() == 0 ? 5 : 6;
}
