// c-echo's routes with wasi-libc, through the adapter for wasi_snapshot_preview1: memory by malloc, each request's line on stdout (buffered by
// libc) and stderr, and /info tells libc's clock and an environment variable as well.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "request.h"

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    if (size == 0) {
        return (void *)alignment;
    }
    void *block = realloc(old, size);
    MUST(block);
    return block;
}

static void print_headers(FILE *out, handle request) {
    handle headers = request_headers(request);
    field_list fields;
    fields_entries(headers, &fields);
    for (u32 i = 0; i < fields.length; i++) {
        bytes name = fields.items[i].name, value = fields.items[i].value;
        fprintf(out, "header %.*s: %.*s\n", (int)name.length, name.data, (int)value.length, value.data);
        free(name.data);
        if (value.length > 0) {
            free(value.data);
        }
    }
    if (fields.length > 0) {
        free(fields.items);
    }
    fields_drop(headers);
}

static void info(handle request, handle outparam) {
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    MUST(out);
    bytes method = method_of(request), path = path_of(request);
    fprintf(out, "method: %.*s\npath: %.*s\n", (int)method.length, method.data, (int)path.length, path.data);
    const char *greeting = getenv("GREETING");
    fprintf(out, "time: %lld\ngreeting: %s\n", (long long)time(NULL), greeting ? greeting : "not set");
    print_headers(out, request);
    MUST(fclose(out) == 0);
    answer a = answer_text(outparam, 200);
    write_all(a.stream, text, length);
    free(text);
    finish(a);
}

static void echo(handle request, handle outparam) {
    answer a = answer_with(outparam, 200, fields_new());
    incoming body = open_body(request);
    for (bytes chunk; (chunk = next_chunk(body.stream)).length > 0; free(chunk.data)) {
        write_all(a.stream, chunk.data, chunk.length);
        start_flush(a.stream);
    }
    close_body(body);
    finish(a);
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes path = path_of(request), method = method_of(request);
    printf("%.*s %.*s\n", (int)method.length, method.data, (int)path.length, path.data);
    fflush(stdout);
    if (path_is(path, "/info")) {
        info(request, outparam);
    } else if (path_is(path, "/echo") && method.length == 4 && same(method.data, "POST", 4)) {
        echo(request, outparam);
    } else {
        fprintf(stderr, "no route for %.*s\n", (int)path.length, path.data);
        answer a = answer_text(outparam, 404);
        write_all(a.stream, TEXT("Not found\n"));
        finish(a);
    }
    request_drop(request);
}
