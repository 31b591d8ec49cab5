// Reading a request: its path, and its body chunk by chunk.
#pragma once
#include "http.h"

// The method's names in the order of the variant's cases; the case after them carries its own.
static const char *const METHODS[] = { "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH" };

typedef struct { handle body, stream; } incoming;

static u32 text_length(const char *text) {
    u32 length = 0;
    while (text[length]) {
        length++;
    }
    return length;
}

static int same(const void *left, const void *right, u32 length) {
    const u8 *a = left, *b = right;
    for (u32 i = 0; i < length; i++) {
        if (a[i] != b[i]) {
            return 0;
        }
    }
    return 1;
}

// Whether the path, its query left off, is this text.
static int path_is(bytes path, const char *text) {
    u32 length = 0;
    while (length < path.length && path.data[length] != '?') {
        length++;
    }
    return length == text_length(text) && same(path.data, text, length);
}

static bytes path_of(handle request) {
    optional_string path;
    request_path(request, &path);
    return path.is_some ? path.value : (bytes){ (u8 *)"/", 1 };
}

static bytes method_of(handle request) {
    http_method method;
    request_method(request, &method);
    if (method.kind >= sizeof(METHODS) / sizeof(*METHODS)) {
        return method.other;
    }
    return (bytes){ (u8 *)METHODS[method.kind], text_length(METHODS[method.kind]) };
}

static incoming open_body(handle request) {
    handle_result body, stream;
    request_consume(request, &body);
    MUST(!body.is_error);
    incoming_body_stream(body.value, &stream);
    MUST(!stream.is_error);
    return (incoming){ body.value, stream.value };
}

// The next chunk, waited for; a length of 0 is the body's end.
static bytes next_chunk(handle stream) {
    read_result chunk;
    do {
        input_blocking_read(stream, 64 * 1024, &chunk);
    } while (!chunk.is_error && chunk.value.length == 0);
    if (chunk.is_error) {
        MUST(chunk.failure.kind == 1);
        return (bytes){ 0, 0 };
    }
    return chunk.value;
}

static void close_body(incoming body) {
    input_drop(body.stream);
    future_trailers_drop(incoming_body_finish(body.body));
}
