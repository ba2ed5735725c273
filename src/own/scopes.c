/* scopes.c: see scopes.h. */
#include "own/scopes.h"

#include <ctype.h>
#include <string.h>

#include "kind/own.h"
#include "own/source.h"

enum { DEPTH_MAX = 64 };

/* What a brace opens: something in which functions are defined, or anything else. */
enum kind { KIND_OPEN, KIND_NAMED, KIND_BODY };

struct level {
    enum kind kind;
    const char *name; /* "a::b", or "" */
    size_t length;
};

/* A way through a source, from one character to the next that is no brace. */
struct walk {
    const char *at, *statement; /* where what is being said began */
    struct level levels[DEPTH_MAX];
    size_t depth;
    size_t bodies; /* how many levels are such */
    size_t named;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

/* The last word of these in what stands before a brace; NULL for none. */
static const char *find_word(const char *from, const char *end, const char *word)
{
    size_t length = strlen(word);
    const char *found = NULL;

    for (const char *at = from; at + length <= end; at++) {
        if (strncmp(at, word, length) == 0 && !is_word(at[length]) &&
            (at == from || !is_word(at[-1])))
            found = at;
    }
    return found;
}

static struct level name_behind(const char *word, const char *end)
{
    struct level level = {.kind = KIND_NAMED};

    while (word < end && is_word(*word))
        word++;
    level.name = skip_blanks(word);
    while (level.name + level.length < end &&
           (is_word(level.name[level.length]) || level.name[level.length] == ':'))
        level.length++;
    while (level.length > 0 && level.name[level.length - 1] == ':')
        level.length--;
    return level;
}

static struct level level_of(const char *from, const char *end)
{
    const char *space = find_word(from, end, "namespace"), *class = find_word(from, end, "class"),
               *structure = find_word(from, end, "struct");
    struct level level = {.kind = KIND_BODY};

    if (space) {
        level = name_behind(space, end);
        level.kind = level.length > 0 ? KIND_NAMED : KIND_OPEN;
    } else if (!memchr(from, '(', (size_t)(end - from)) && !find_word(from, end, "enum")) {
        if (class || structure)
            level = name_behind(class > structure ? class : structure, end);
        else if (find_word(from, end, "extern"))
            level.kind = KIND_OPEN;
    }
    return level;
}

static void enter(struct walk *walk)
{
    struct level level = level_of(walk->statement, walk->at);

    if (walk->depth < DEPTH_MAX)
        walk->levels[walk->depth] = level;
    else
        level.kind = KIND_BODY;
    walk->depth++;
    walk->bodies += level.kind == KIND_BODY;
    walk->named += level.kind == KIND_NAMED;
}

static void leave(struct walk *walk)
{
    enum kind kind = KIND_BODY;

    if (walk->depth == 0)
        return;
    walk->depth--;
    if (walk->depth < DEPTH_MAX)
        kind = walk->levels[walk->depth].kind;
    walk->bodies -= kind == KIND_BODY;
    walk->named -= kind == KIND_NAMED;
}

/* Step over a character; braces open levels and close them. */
static void step(struct walk *walk)
{
    char c = *walk->at;

    if (c == '{')
        enter(walk);
    if (c == '}')
        leave(walk);
    walk->at++;
    if (c == '{' || c == '}' || c == ';')
        walk->statement = walk->at;
}

static struct walk begin(const char *stripped)
{
    return (struct walk){.at = stripped, .statement = stripped};
}

void scopes_outside(const char *stripped, struct text *ret_outside)
{
    for (struct walk walk = begin(stripped); *walk.at; step(&walk)) {
        bool is_inside = walk.named > 0 && *walk.at != '\n';

        text_add_bytes(ret_outside, is_inside ? " " : walk.at, 1);
    }
}

/* How many characters from here on are no part of a function that is in no scope. */
static size_t surplus(const struct walk *walk)
{
    size_t length = 0;

    if (walk->bodies > 0 || (walk->at > walk->statement && is_word(walk->at[-1])))
        return 0;
    if (strncmp(walk->at, "static", 6) == 0 && !is_word(walk->at[6]))
        return 6;
    for (size_t end = 0; is_word(walk->at[end]);) {
        while (is_word(walk->at[end]))
            end++;
        if (strncmp(walk->at + end, "::", 2) != 0)
            return *skip_blanks(walk->at + end) == '(' ? length : 0;
        length = end += 2;
    }
    return 0;
}

void scopes_flatten(const char *stripped, struct text *ret_flat)
{
    for (struct walk walk = begin(stripped); *walk.at;) {
        size_t length = surplus(&walk);

        text_add_repeated(ret_flat, " ", length);
        if (length == 0)
            text_add_bytes(ret_flat, walk.at, 1);
        for (size_t i = 0; i < (length > 0 ? length : 1); i++)
            step(&walk);
    }
}

/* ---- One of them ---- */

static bool begins_with(const char *name, size_t length, const char *start, size_t start_length)
{
    return length >= start_length && strncmp(name, start, start_length) == 0 &&
           (length == start_length || name[start_length] == ':');
}

/* The names of all levels that the walk is in: "a::b". */
static void add_levels(const struct walk *walk, struct text *text)
{
    for (size_t i = 0; i < walk->depth && i < DEPTH_MAX; i++) {
        const struct level *level = &walk->levels[i];

        if (level->length > 0)
            text_add(text, "%s%.*s", text->length > 0 ? "::" : "", (int)level->length, level->name);
    }
}

/* Whether what is in these levels is in a scope, or that scope in them. */
static bool is_kept(const struct text *levels, const char *scope)
{
    const char *names = text_string(levels);

    return levels->length == 0 || begins_with(scope, strlen(scope), names, levels->length) ||
           begins_with(names, levels->length, scope, strlen(scope));
}

/* How long a name of another scope's function is that stands here, with that: "Pool::allocate". */
static size_t foreign_name(const struct walk *walk, const char *scope)
{
    const char *at = walk->at;
    struct text levels = {0};
    size_t length = 0, last = 0;
    bool is_foreign;

    if (walk->bodies > 0 || !is_word(*at) ||
        (at > walk->statement && (is_word(at[-1]) || at[-1] == ':')))
        return 0;
    while (is_word(at[length]) || strncmp(at + length, "::", 2) == 0) {
        last = at[length] == ':' ? length : last;
        length += at[length] == ':' ? 2 : 1;
    }
    if (last == 0 || *skip_blanks(at + length) != '(')
        return 0;
    add_levels(walk, &levels);
    text_add(&levels, "%s%.*s", levels.length > 0 ? "::" : "", (int)last, at);
    is_foreign = !is_kept(&levels, scope);
    text_finish(&levels);
    return is_foreign ? length : 0;
}

void scopes_keep(const char *stripped, const char *scope, struct text *ret_kept)
{
    for (struct walk walk = begin(stripped); *walk.at;) {
        size_t length = foreign_name(&walk, scope), count = length > 0 ? length : 1;
        struct text levels = {0};

        add_levels(&walk, &levels);
        for (size_t i = 0; i < count; i++, step(&walk)) {
            bool is_blank = *walk.at != '\n' && !strchr("{};", *walk.at) &&
                            (length > 0 || !is_kept(&levels, scope));

            text_add_bytes(ret_kept, is_blank ? " " : walk.at, 1);
        }
        text_finish(&levels);
    }
}

/* ---- Their names ---- */

/* Append what a function's name stands behind: the levels that it is in, and its own. */
static void add_scopes(const struct walk *walk, struct text *name)
{
    const char *own = walk->at;

    for (size_t i = 0; i < walk->depth; i++) {
        const struct level *level = &walk->levels[i];

        if (level->length > 0)
            text_add(name, "%.*s::", (int)level->length, level->name);
    }
    while (own > walk->statement && (is_word(own[-1]) || own[-1] == ':'))
        own--;
    text_add_bytes(name, own, (size_t)(walk->at - own));
}

/* Step on to the next function of this name in a scope; false where there is none. */
static bool find_function(struct walk *walk, const char *stripped, const char *name)
{
    size_t length = strlen(name);

    for (; *walk->at; step(walk)) {
        bool is_there = walk->bodies == 0 && walk->depth < DEPTH_MAX &&
                        strncmp(walk->at, name, length) == 0 &&
                        *skip_blanks(walk->at + length) == '(' &&
                        (walk->at == stripped || !is_word(walk->at[-1]));

        if (is_there && (walk->named > 0 || (walk->at > stripped && walk->at[-1] == ':')))
            return true;
    }
    return false;
}

bool scopes_qualify(const char *stripped, const char *name, struct text *ret_name)
{
    struct walk walk = begin(stripped);

    if (!find_function(&walk, stripped, name))
        return false;
    add_scopes(&walk, ret_name);
    text_add_string(ret_name, name);
    return true;
}

/* Whether a list of names has one. */
static bool has_name(const char *names, const char *name)
{
    size_t length = strlen(name);

    for (const char *at = names; (at = strstr(at, name)); at += length) {
        if ((at == names || at[-1] == ' ') && (at[length] == ',' || at[length] == '\0'))
            return true;
    }
    return false;
}

void scopes_list(const char *stripped, const char *name, struct text *ret_names)
{
    for (struct walk walk = begin(stripped); find_function(&walk, stripped, name); step(&walk)) {
        struct text qualified = {0};

        add_scopes(&walk, &qualified);
        text_add_string(&qualified, name);
        if (!has_name(text_string(ret_names), text_string(&qualified)))
            text_add(ret_names, "%s%s", ret_names->length > 0 ? ", " : "", text_string(&qualified));
        text_finish(&qualified);
    }
}

/* ---- What is compiled ---- */

/* A function is called by its pointer, whose type says whether it acts on an object. One that is
 * made of where its memory begins and how much that is has that from the break; what it only reads
 * is no memory. */
static const char calling[] =
    "#include <cstdlib>\n"
    "#include <type_traits>\n"
    "extern \"C\" void *heapglass_more(long) __asm__(\"sbrk\");\n"
    "static inline char *heapglass_take(std::size_t size)\n"
    "{\n"
    "    long odd = -(long)heapglass_more(0) & 15;\n"
    "    char *start = (char *)heapglass_more(odd + (long)size);\n"
    "    if (start == (char *)-1) std::abort();\n"
    "    return start + odd;\n"
    "}\n"
    "struct heapglass_start {\n"
    "    char *at;\n"
    "    template <class P, class = std::enable_if_t<!std::is_const_v<P>>> operator P *() const\n"
    "    { return (P *)at; }\n"
    "};\n"
    "static inline unsigned long heapglass_size()\n"
    "{\n"
    "    const char *size = std::getenv(\"" OWN_SIZE "\");\n"
    "    return size ? std::strtoul(size, nullptr, 0) : 1ul << 20;\n"
    "}\n"
    "template <class T> static T &heapglass_object()\n"
    "{\n"
    "    if constexpr (std::is_default_constructible_v<T>) {\n"
    "        static T object;\n"
    "        return object;\n"
    "    } else if constexpr (std::is_constructible_v<T, unsigned long>) {\n"
    "        static T object(heapglass_size());\n"
    "        return object;\n"
    "    } else {\n"
    "        static_assert(std::is_constructible_v<T, heapglass_start, unsigned long>,\n"
    "                      \"an allocator is made of nothing here, of a size, or of where its \"\n"
    "                      \"memory begins and its size\");\n"
    "        static T object(heapglass_start{heapglass_take(heapglass_size())},\n"
    "                        heapglass_size());\n"
    "        return object;\n"
    "    }\n"
    "}\n"
    "template <class R, class... A, class... B> static R heapglass_call(R (*f)(A...), B... b)\n"
    "{ return f((A)b...); }\n"
    "template <class R, class T, class... A, class... B>\n"
    "static R heapglass_call(R (T::*f)(A...), B... b)\n"
    "{ return (heapglass_object<T>().*f)((A)b...); }\n";

static const char taking[] = "void *operator new(std::size_t size)\n"
                             "{ return heapglass_take(size); }\n"
                             "void operator delete(void *) noexcept {}\n"
                             "void operator delete(void *, std::size_t) noexcept {}\n";

void scopes_add_frame(const char *stripped, const char *const *names, struct text *text)
{
    text_add_string(text, calling);
    if (source_uses(stripped, "new") && !source_uses(stripped, "mmap") &&
        !source_uses(stripped, "sbrk") && !source_uses(stripped, "mem_sbrk"))
        text_add_string(text, taking);
    for (size_t i = 0; names[i]; i++) {
        struct text qualified = {0};

        if (names[i][0] && scopes_qualify(stripped, names[i], &qualified))
            text_add(text, "#undef %s\n#define %s(...) heapglass_call(&%s, ##__VA_ARGS__)\n",
                     names[i], names[i], text_string(&qualified));
        text_finish(&qualified);
    }
}
