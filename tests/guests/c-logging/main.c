// Logs by wasi:logging: a line of each level, one that has a line feed and a terminal's escape in it, and one without a context; below /many a thousand lines.
#include "arena.h"
#include "request.h"

__attribute__((import_module("wasi:logging/logging@0.1.0-draft"), import_name("log"))) void log_line(u32, const char *, u32, const char *, u32);

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    int is_many = path_is(path_of(request), "/many");
    request_drop(request);
    for (u32 i = 0; is_many && i < 1000; i++) {
        log_line(2, TEXT("load"), TEXT("a line of a thousand"));
    }
    log_line(0, TEXT("shop"), TEXT("of trace"));
    log_line(1, TEXT("shop"), TEXT("of debug"));
    log_line(2, TEXT("shop"), TEXT("of info"));
    log_line(3, TEXT("shop"), TEXT("of warn"));
    log_line(4, TEXT("shop"), TEXT("of error"));
    log_line(5, TEXT("shop"), TEXT("two\nlines \x1b[31m"));
    log_line(2, TEXT(""), TEXT("no context"));
    answer a = answer_text(outparam, 200);
    write_result written;
    output_blocking_write_and_flush(a.stream, TEXT("logged\n"), &written);
    MUST(!written.is_error);
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}
