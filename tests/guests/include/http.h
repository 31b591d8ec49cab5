// What the C guests share above the raw functions: an answer's head, and a body written as a stream. A refusal by the host is a trap here:
// no guest expects one where these are used.
#pragma once
#include "wasi.h"

#define TEXT(literal) literal, sizeof(literal) - 1
#define MUST(condition) do { if (!(condition)) __builtin_trap(); } while (0)

typedef struct { handle body, stream; } answer;

static void add_field(handle fields, const char *name, u32 name_length, const void *value, u32 length) {
    header_result result;
    fields_append(fields, name, name_length, value, length, &result);
    MUST(!result.is_error);
}

// Sends the head with the given fields; what is written to the stream then goes out as the body.
static answer answer_with(handle outparam, u32 status, handle fields) {
    handle response = response_new(fields);
    MUST(response_set_status(response, status) == 0);
    handle_result body, stream;
    response_body(response, &body);
    MUST(!body.is_error);
    outparam_set(outparam, 0, response, 0, 0, 0, 0, 0, 0);
    outgoing_body_write(body.value, &stream);
    MUST(!stream.is_error);
    return (answer){ body.value, stream.value };
}

static answer answer_text(handle outparam, u32 status) {
    handle fields = fields_new();
    add_field(fields, TEXT("content-type"), TEXT("text/plain"));
    return answer_with(outparam, status, fields);
}

// Writes all of it, as much at a time as the host permits.
static void write_all(handle stream, const void *data, u32 length) {
    const u8 *next = data;
    while (length > 0) {
        size_result permit;
        output_check_write(stream, &permit);
        MUST(!permit.is_error);
        if (permit.value == 0) {
            handle ready = output_subscribe(stream);
            pollable_block(ready);
            pollable_drop(ready);
            continue;
        }
        u32 count = permit.value < length ? (u32)permit.value : length;
        write_result written;
        output_write(stream, next, count, &written);
        MUST(!written.is_error);
        next += count;
        length -= count;
    }
}

// Lets the host send what was written, without waiting for it.
static void start_flush(handle stream) {
    write_result flushed;
    output_flush(stream, &flushed);
    MUST(!flushed.is_error);
}

static void finish(answer a) {
    write_result flushed;
    output_blocking_flush(a.stream, &flushed);
    MUST(!flushed.is_error);
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}
