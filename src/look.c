/* look.c: see look.h. */
#include "look.h"

#include <stdio.h>

#include "command/rehearsal.h"
#include "command/syntax.h"
#include "printing.h"
#include "report/plain.h"
#include "work.h"

static void print_mistake(void *context, const struct outcome *outcome)
{
    plain_report(context, outcome);
}

/* Print what is wrong with a file. */
static enum status check_file(const char *path)
{
    struct plain plain = {.output = stdout, .errors = stderr, .columns = printing_columns()};
    struct error error = {0};
    size_t mistakes = 0;

    if (syntax_check_file(path, print_mistake, &plain, &mistakes, &error))
        return mistakes > 0 ? STATUS_USAGE : STATUS_GOOD;
    work_print_error(&error);
    return STATUS_USAGE;
}

/* Print how long a file takes. */
static enum status rehearse_file(const char *path)
{
    struct rehearsal rehearsal;
    struct error error = {0};
    struct text text = {0};

    if (!rehearsal_read(path, &rehearsal, &error)) {
        work_print_error(&error);
        return STATUS_USAGE;
    }
    rehearsal_add_table(&rehearsal, &text);
    puts(text_string(&text));
    text_finish(&text);
    rehearsal_finish(&rehearsal);
    return STATUS_GOOD;
}

enum status look_at_files(const struct options *options)
{
    enum status status = STATUS_GOOD;

    for (size_t i = 0; i < options->work_count; i++) {
        const struct work *work = &options->work[i];
        enum status one = STATUS_GOOD;

        if (work->is_file)
            one = options->check_syntax ? check_file(work->text) : rehearse_file(work->text);
        status = one == STATUS_GOOD ? status : one;
    }
    return status;
}
