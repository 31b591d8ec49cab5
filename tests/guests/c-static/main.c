// A static file server laid out as Spin's: the app's files lie below /, and the path below the route (the field spin-path-info) names one of them; a directory's
// is its index.html. What isn't there is the file that FALLBACK_PATH names, or 404.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "request.h"

typedef struct { bytes *items; u32 length; } values;

IMPORT("http/types", "[method]fields.get") void fields_get(handle, const char *, u32, values *);

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    if (size == 0) {
        return (void *)alignment;
    }
    void *block = realloc(old, size);
    MUST(block);
    return block;
}

static const char *const TYPES[][2] = {
    { ".html", "text/html; charset=utf-8" }, { ".css", "text/css; charset=utf-8" }, { ".js", "text/javascript; charset=utf-8" },
    { ".json", "application/json" }, { ".svg", "image/svg+xml" }, { ".png", "image/png" }, { ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *path) {
    const char *suffix = strrchr(path, '.');
    for (u32 i = 0; suffix && i < sizeof TYPES / sizeof *TYPES; i++) {
        if (strcmp(suffix, TYPES[i][0]) == 0) {
            return TYPES[i][1];
        }
    }
    return "application/octet-stream";
}

static int hex(char digit) {
    return digit >= '0' && digit <= '9' ? digit - '0' : (digit | 32) >= 'a' && (digit | 32) <= 'f' ? (digit | 32) - 'a' + 10 : -1;
}

// The path that a request asks for, percent-decoded; a directory's index when it is one.
static char *find(handle request) {
    handle headers = request_headers(request);
    values found;
    fields_get(headers, TEXT("spin-path-info"), &found);
    fields_drop(headers);
    bytes asked = found.length > 0 ? found.items[0] : (bytes){ (u8 *)"/", 1 };
    char *path = malloc(asked.length + sizeof "/index.html");
    MUST(path);
    u32 length = 0;
    for (u32 i = 0; i < asked.length; i++) {
        int high, low;
        if (asked.data[i] == '%' && i + 2 < asked.length && (high = hex(asked.data[i + 1])) >= 0 && (low = hex(asked.data[i + 2])) >= 0) {
            path[length++] = high << 4 | low;
            i += 2;
        } else {
            path[length++] = asked.data[i];
        }
    }
    path[length] = 0;
    struct stat file;
    if (strlen(path) == length && stat(length ? path : "/", &file) == 0 && S_ISDIR(file.st_mode)) {
        strcpy(path + length, length && path[length - 1] == '/' ? "index.html" : "/index.html");
    }
    return path;
}

static void answer_file(handle outparam, u32 status, const char *path, FILE *file, int has_body) {
    handle fields = fields_new();
    const char *type = type_of(path);
    add_field(fields, TEXT("content-type"), type, strlen(type));
    answer a = answer_with(outparam, status, fields);
    static char chunk[16384];
    for (u32 read; has_body && (read = fread(chunk, 1, sizeof chunk, file)) > 0;) {
        write_all(a.stream, chunk, read);
    }
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes method = method_of(request);
    int is_head = method.length == 4 && same(method.data, "HEAD", 4);
    char *path = find(request);
    request_drop(request);
    FILE *file = fopen(path, "rb");
    const char *fallback = getenv("FALLBACK_PATH");
    if (!file && fallback) {
        path = malloc(strlen(fallback) + 2);
        MUST(path);
        sprintf(path, "/%s", fallback);
        file = fopen(path, "rb");
    }
    if (file) {
        answer_file(outparam, 200, path, file, !is_head);
        return;
    }
    answer a = answer_text(outparam, 404);
    write_all(a.stream, TEXT("Not Found\n"));
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}
