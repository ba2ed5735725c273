/* allocator.c: see allocator.h. */
#include "allocator.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/tell.h"
#include "kind/own.h"
#include "kind/own_layout.h"
#include "settings/settings.h"

static bool check_options(const struct options *options, struct error *error)
{
    bool is_alone = options->own_wish.file_count == 0;

    if (is_alone && options->own_wish.functions)
        return error_set(error, "--functions is of --allocator");
    if (is_alone && options->again)
        return error_set(error, "--again is of --allocator");
    if (is_alone && options->own_wish.bits > 0)
        return error_set(error, "--bits is of --allocator");
    return !is_alone || options->alignment == 0 || error_set(error, "--align is of --allocator");
}

/* Sources are no scenarios. */
static bool check_sources(const struct options *options, struct error *error)
{
    for (size_t i = 0; options->own_wish.file_count > 0 && i < options->work_count; i++) {
        const char *file = options->work[i].text;

        if (options->work[i].is_file && hand_in_is_source(file))
            return error_set(error,
                             "%s: it is source; what belongs to one allocator goes "
                             "together: --allocator %s,%s",
                             file, options->sources[0], file);
    }
    return true;
}

bool allocator_check(const struct options *options, struct error *error)
{
    return check_options(options, error) && check_sources(options, error);
}

/* Let it have had a heap before, if that is wished for. */
static bool go_before(struct options *options, struct error *error)
{
    struct trace trace;
    bool good;

    if (!options->again)
        return true;
    if (!trace_read(options->again, options->lenient, &trace, error))
        return false;
    good = own_go_before(&options->own, &trace, error);
    trace_finish(&trace);
    return good;
}

/* Say how its blocks may lie, where nobody has said that. */
static void tell_hint(const struct own_allocator *own)
{
    if (own->hint.length > 0 && !getenv(OWN_LAYOUT))
        fprintf(stderr,
                "%s: its macros are the book's; to see headers and free blocks: --block-layout "
                "'%s'\n",
                text_string(&own->name), text_string(&own->hint));
}

bool allocator_build(struct options *options)
{
    struct error error;
    bool good;

    options->own_wish.files = options->sources;
    if (options->own_wish.file_count == 0)
        return true;
    good = own_build(&options->own_wish, &options->own, &error);
    fputs(text_string(&options->own.warnings), stderr);
    if (good) {
        tell_hint(&options->own);
        own_install(&options->own);
        if (options->alignment > 0)
            own_align(options->alignment);
        good = go_before(options, &error);
    }
    if (good)
        good = !options->is_own || setting_set_policy(&options->config, OWN_POLICY, &error);
    if (!good)
        tell(stderr, "heapglass: %s", error.text);
    return good;
}
