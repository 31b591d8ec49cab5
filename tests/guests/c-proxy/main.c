// Sends requests of its own: /SCHEME/AUTHORITY/path?query passes the client's request on to there and the response back, both bodies streamed, the
// response's trailers as lines after its body. The client's header x-timeout (connect, first or between) sets that timeout to 200 ms. A request
// that fails is answered with 502 and the ordinal of its error-code, a body that breaks with a line that has it.
#include "arena.h"
#include "request.h"

static int is(bytes text, const char *word, u32 length) { return text.length == length && same(text.data, word, length); }

static void write_number(handle stream, u32 number) {
    char digits[10];
    u32 at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
    } while ((number /= 10) > 0);
    write_all(stream, digits + at, sizeof digits - at);
}

static void answer_error(handle outparam, error_code error) {
    answer a = answer_text(outparam, 502);
    write_all(a.stream, TEXT("error "));
    write_number(a.stream, error.kind);
    write_all(a.stream, TEXT("\n"));
    finish(a);
}

// What the client sent goes on, but for what its connection needs; x-timeout is for here.
static handle fields_to_send(handle request, handle options) {
    const u64 soon = 200000000;
    handle headers = request_headers(request), fields = fields_new();
    field_list sent;
    fields_entries(headers, &sent);
    for (u32 i = 0; i < sent.length; i++) {
        field f = sent.items[i];
        if (is(f.name, TEXT("x-timeout"))) {
            MUST((is(f.value, TEXT("connect")) ? request_options_set_connect
                : is(f.value, TEXT("first")) ? request_options_set_first_byte : request_options_set_between_bytes)(options, 1, soon) == 0);
        } else if (is(f.name, TEXT("content-type")) || is(f.name, TEXT("content-length")) || f.name.data[0] == 'x') {
            add_field(fields, (char *)f.name.data, f.name.length, f.value.data, f.value.length);
        }
    }
    fields_drop(headers);
    return fields;
}

static void send_body(handle request, handle body) {
    handle_result stream;
    outgoing_body_write(body, &stream);
    MUST(!stream.is_error);
    incoming from = open_body(request);
    u8 *mark = arena_next;
    for (bytes chunk; (chunk = next_chunk(from.stream)).length > 0; arena_next = mark) {
        write_all(stream.value, chunk.data, chunk.length);
        start_flush(stream.value);
    }
    close_body(from);
    output_drop(stream.value);
    http_result finished;
    outgoing_body_finish(body, 0, 0, &finished);
}

static void pass_back(handle response, handle outparam) {
    handle headers = incoming_response_headers(response), fields = fields_new();
    field_list got;
    fields_entries(headers, &got);
    for (u32 i = 0; i < got.length; i++) {
        field f = got.items[i];
        if (is(f.name, TEXT("content-type")) || is(f.name, TEXT("location")) || f.name.data[0] == 'x') {
            add_field(fields, (char *)f.name.data, f.name.length, f.value.data, f.value.length);
        }
    }
    fields_drop(headers);
    answer a = answer_with(outparam, incoming_response_status(response), fields);
    handle_result body, stream;
    incoming_response_consume(response, &body);
    MUST(!body.is_error);
    incoming_body_stream(body.value, &stream);
    MUST(!stream.is_error);
    u8 *mark = arena_next;
    read_result chunk;
    for (input_blocking_read(stream.value, 65536, &chunk); !chunk.is_error; input_blocking_read(stream.value, 65536, &chunk)) {
        write_all(a.stream, chunk.value.data, chunk.value.length);
        start_flush(a.stream);
        arena_next = mark;
    }
    if (chunk.failure.kind == 0) {
        optional_error error;
        http_error_code(chunk.failure.error, &error);
        write_all(a.stream, TEXT("\nbody error "));
        write_number(a.stream, error.is_some ? error.value.kind : 999);
        write_all(a.stream, TEXT("\n"));
        error_drop(chunk.failure.error);
    }
    input_drop(stream.value);
    handle trailing = incoming_body_finish(body.value);
    future_trailers trailers;
    future_trailers_get(trailing, &trailers);
    MUST(trailers.is_some && !trailers.value.is_error && !trailers.value.value.is_error);
    if (trailers.value.value.value.is_some) {
        field_list lines;
        fields_entries(trailers.value.value.value.value, &lines);
        for (u32 i = 0; i < lines.length; i++) {
            write_all(a.stream, TEXT("trailer "));
            write_all(a.stream, lines.items[i].name.data, lines.items[i].name.length);
            write_all(a.stream, TEXT(": "));
            write_all(a.stream, lines.items[i].value.data, lines.items[i].value.length);
            write_all(a.stream, TEXT("\n"));
        }
        fields_drop(trailers.value.value.value.value);
    }
    future_trailers_drop(trailing);
    incoming_response_drop(response);
    finish(a);
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes path = path_of(request), method = method_of(request);
    int tls = path.length > 7 && same(path.data, "/https/", 7);
    u32 start = tls ? 7 : 6, end = start;
    MUST(path.length > start);
    while (end < path.length && path.data[end] != '/') end++;
    handle options = request_options_new();
    handle outgoing = outgoing_request_new(fields_to_send(request, options));
    MUST(outgoing_request_set_method(outgoing, 9, method.data, method.length) == 0);
    MUST(outgoing_request_set_scheme(outgoing, 1, tls, 0, 0) == 0);
    MUST(outgoing_request_set_authority(outgoing, 1, path.data + start, end - start) == 0);
    MUST(outgoing_request_set_path(outgoing, 1, path.data + end, path.length - end) == 0);
    int has_body = method.length == 4 && same(method.data, "POST", 4);
    handle_result body = { 0 };
    if (has_body) {
        outgoing_request_body(outgoing, &body);
        MUST(!body.is_error);
    }
    http_result sent;
    outgoing_handle(outgoing, 1, options, &sent);
    if (sent.is_error) {
        answer_error(outparam, sent.error);
        return;
    }
    if (has_body) send_body(request, body.value);
    handle ready = future_response_subscribe(sent.value);
    pollable_block(ready);
    pollable_drop(ready);
    future_response got;
    future_response_get(sent.value, &got);
    MUST(got.is_some && !got.value.is_error);
    future_response_drop(sent.value);
    if (got.value.value.is_error) {
        answer_error(outparam, got.value.value.error);
    } else {
        pass_back(got.value.value.value, outparam);
    }
    request_drop(request);
}
