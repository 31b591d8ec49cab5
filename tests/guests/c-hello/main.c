// The smallest answer there is: the sample application and the guest that the benchmarks measure. It reads nothing of the request.
#include "arena.h"
#include "http.h"

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    request_drop(request);
    answer a = answer_text(outparam, 200);
    write_result written;
    output_blocking_write_and_flush(a.stream, TEXT("Hello from WebAssembly\n"), &written);
    MUST(!written.is_error);
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}
