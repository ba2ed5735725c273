/* fuzz_formats.c: any bytes whatever, in each format that a trace can have: they are refused with
 * a line, or they make a trace that can be written as a .rep file and read back. Leniently they are
 * never refused, but by a header. */
#include "fuzz/round_trip.h"
#include "trace/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const struct trace_format *format;

    for (unsigned number = 0; (format = trace_format_at(number)) != NULL; number++) {
        for (int lenient = 0; lenient < 2; lenient++) {
            struct trace_source source = {
                .name = "fuzz", .bytes = (const char *)bytes, .size = size, .lenient = lenient};
            struct trace trace;
            struct error error = {0};

            format->sniff(&source);
            trace_init(&trace, "fuzz");
            if (format->read(&source, &trace, &error))
                check_round_trip(&trace);
            else
                check_error(&error);
            trace_finish(&trace);
        }
    }
    return 0;
}
