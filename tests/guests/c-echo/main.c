// A component with no libc: /info answers the request's head as lines of text, POST /echo streams the body back chunk by chunk.
#include "arena.h"
#include "request.h"

static void info(handle request, handle outparam) {
    answer a = answer_text(outparam, 200);
    bytes method = method_of(request), path = path_of(request);
    write_all(a.stream, TEXT("method: "));
    write_all(a.stream, method.data, method.length);
    write_all(a.stream, TEXT("\npath: "));
    write_all(a.stream, path.data, path.length);
    write_all(a.stream, TEXT("\n"));
    handle headers = request_headers(request);
    field_list fields;
    fields_entries(headers, &fields);
    for (u32 i = 0; i < fields.length; i++) {
        bytes name = fields.items[i].name, value = fields.items[i].value;
        write_all(a.stream, TEXT("header "));
        write_all(a.stream, name.data, name.length);
        write_all(a.stream, TEXT(": "));
        write_all(a.stream, value.data, value.length);
        write_all(a.stream, TEXT("\n"));
    }
    fields_drop(headers);
    finish(a);
}

// The request's content type is kept; what the host handed over for one chunk is given up before the next, so that a body of any length runs in
// the same memory.
static void echo(handle request, handle outparam) {
    handle headers = request_headers(request), fields = fields_new();
    field_list sent;
    fields_entries(headers, &sent);
    for (u32 i = 0; i < sent.length; i++) {
        field f = sent.items[i];
        if (f.name.length == 12 && same(f.name.data, "content-type", 12)) {
            add_field(fields, TEXT("content-type"), f.value.data, f.value.length);
        }
    }
    fields_drop(headers);
    answer a = answer_with(outparam, 200, fields);
    incoming body = open_body(request);
    u8 *mark = arena_next;
    for (bytes chunk; (chunk = next_chunk(body.stream)).length > 0; arena_next = mark) {
        write_all(a.stream, chunk.data, chunk.length);
        start_flush(a.stream);
    }
    close_body(body);
    finish(a);
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes path = path_of(request), method = method_of(request);
    if (path_is(path, "/info")) {
        info(request, outparam);
    } else if (path_is(path, "/echo") && method.length == 4 && same(method.data, "POST", 4)) {
        echo(request, outparam);
    } else {
        answer a = answer_text(outparam, 404);
        write_all(a.stream, TEXT("Not found\n"));
        finish(a);
    }
    request_drop(request);
}
