// A middleware: answers 401 itself to a request without the header field "key"; any other it passes on to the handler that it is composed with.
#include "arena.h"
#include "http.h"

IMPORT("http/types", "[method]fields.has") int fields_has(handle, const char *, u32);
IMPORT("http/incoming-handler", "handle") void inner(handle request, handle outparam);

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    handle headers = request_headers(request);
    int has_key = fields_has(headers, TEXT("key"));
    fields_drop(headers);
    if (has_key) {
        inner(request, outparam);
        return;
    }
    request_drop(request);
    answer a = answer_text(outparam, 401);
    write_all(a.stream, TEXT("no key\n"));
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}
