/* test_cxx_names.c: functions of C++, by names that people read. */
#include <string.h>

#include "follow/cxx_names.h"
#include "test.h"

#define STRING "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >"

static void what_only_the_linker_needs_is_left_out(void **state)
{
    static const struct {
        const char *name, *told;
    } rows[] = {
        {"main", "main"},
        {"store::put(int, char const*)", "store::put"},
        {"store::get(int) const", "store::get"},
        {"(anonymous namespace)::make(int)", "(anonymous)::make"},
        {"thing* (anonymous namespace)::make<thing>(int)", "(anonymous)::make<thing>"},
        {"operator new(unsigned long)", "operator new"},
        {"store::operator()(int) const", "store::operator()"},
        {"store::operator[](int)", "store::operator[]"},
        {"store::operator->() const", "store::operator->"},
        {"store::operator unsigned long() const", "store::operator unsigned long"},
        {"bool operator< <int>(store<int> const&, int)", "operator<<int>"},
        {"std::ostream& std::operator<< <std::char_traits<char> >(std::ostream&, char const*)",
         "std::operator<<<std::char_traits<char>>"},
        {"main::{lambda(int)#1}::operator()(int) const", "main::{lambda#1}::operator()"},
        {"run(int)::{lambda()#2}::operator()() const", "run::{lambda#2}::operator()"},
        {"void store::each<void (*)(int, char)>(void (*)(int, char))",
         "store::each<void (*)(int, char)>"},
        {"std::function<int (char)>::operator()(char) const",
         "std::function<int (char)>::operator()"},
        {"std::vector<int, std::allocator<int> >::push_back(int const&)",
         "std::vector<int>::push_back"},
        {STRING "::append(char const*)", "std::string::append"},
        {"void put<" STRING " >(" STRING ")", "put<std::string>"},
        {"find[abi:cxx11](int)", "find"},
        {"cooperator(int)", "cooperator"},
        {"typeinfo for store (int)", "typeinfo for store (int)"},
        {"a<b<c", "a<b<c>>"}, /* cut off */
        {"a(b", "a"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text text = {0};

        text_add_string(&text, "by ");
        cxx_names_add_short(rows[i].name, &text);
        assert_string_equal(text_string(&text) + strlen("by "), rows[i].told);
        text_finish(&text);
    }
}

static void of_what_is_still_long_templates_lose_what_they_are_made_of(void **state)
{
    static const struct {
        const char *name, *told;
    } rows[] = {
        {"std::map<int, std::vector<" STRING ", std::allocator<" STRING " > > >::at(int const&)",
         "std::map<int, std::vector<...>>::at"},
        {"std::map<a_type_with_a_name, another_type_with_a_name>::at(a_type_with_a_name const&)",
         "std::map<...>::at"},
        {"void grow_by_a_number_of_elements<std::vector<a_type_with_a_name> >(int)",
         "grow_by_a_number_of_elements"},
        {"a_name_that_is_long::in_a_space_that_is_long::whatever(int)",
         "a_name_that_is_long::in_a_space_that_is_long::whatever"},
    };

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(rows); i++) {
        struct text text = {0};

        cxx_names_add_short(rows[i].name, &text);
        assert_string_equal(text_string(&text), rows[i].told);
        text_finish(&text);
    }
}

static void symbols_of_c_stay_as_they_are(void **state)
{
    static const char *const symbols[] = {"main", "_start", "_Z", "_Zebra", ""};
    struct cxx_names names = {0};

    (void)state;
    for (size_t i = 0; i < TEST_COUNT(symbols); i++) {
        struct text text = {0};

        cxx_names_add(&names, symbols[i], &text);
        assert_string_equal(text_string(&text), symbols[i]);
        text_finish(&text);
    }
    cxx_names_finish(&names);
}

static void symbols_of_cxx_are_names(void **state)
{
    struct cxx_names names = {0};
    struct text text = {0};

    (void)state;
    cxx_names_add(&names, "_ZNSt6vectorIiSaIiEE9push_backERKi", &text);
    assert_string_equal(text_string(&text), "std::vector<int>::push_back");
    text_finish(&text);
    cxx_names_finish(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_only_the_linker_needs_is_left_out),
        cmocka_unit_test(of_what_is_still_long_templates_lose_what_they_are_made_of),
        cmocka_unit_test(symbols_of_c_stay_as_they_are),
        cmocka_unit_test(symbols_of_cxx_are_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
