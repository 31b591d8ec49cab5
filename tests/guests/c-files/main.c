// Reads its files in two ways: with wasi-libc through the adapter for wasi_snapshot_preview1 (libc.h), and with wasi:filesystem's own functions. The query
// OPERATION=PATH chooses; errors of the latter are `error N` with the ordinals of wasi:filesystem's error-code.
#include <stdlib.h>
#include "filesystem.h"
#include "request.h"
#include "libc.h"

EXPORT("cabi_realloc") void *cabi_realloc(void *old, u32 old_size, u32 alignment, u32 size) {
    if (size == 0) {
        return (void *)alignment;
    }
    void *block = realloc(old, size);
    MUST(block);
    return block;
}

static void tell_result(FILE *out, const char *what, int is_error, int error) {
    if (is_error) {
        fprintf(out, "%s: error %d\n", what, error);
    } else {
        fprintf(out, "%s: ok\n", what);
    }
}

static handle root(void) {
    preopened_list directories;
    preopened_directories(&directories);
    MUST(directories.length == 1);
    return directories.items[0].descriptor;
}

static handle open_file(FILE *out, const char *path) {
    file_result opened;
    open_at(root(), 0, path, strlen(path), 0, 1, &opened);
    if (opened.is_error) {
        fprintf(out, "error %d\n", opened.error);
        return -1;
    }
    return opened.value;
}

static void wasi_directories(FILE *out, const char *path) {
    preopened_list directories;
    preopened_directories(&directories);
    for (u32 i = 0; i < directories.length; i++) {
        fprintf(out, "%.*s\n", (int)directories.items[i].name.length, directories.items[i].name.data);
    }
    fprintf(out, "%u\n", directories.length);
}

static void wasi_read(FILE *out, const char *path) {
    handle file = open_file(out, path);
    file_read_result part;
    u64 offset = 0;
    do {
        if (file < 0) {
            return;
        }
        file_read(file, 1 << 30, offset, &part);
        if (part.is_error) {
            fprintf(out, "error %d\n", part.error);
            break;
        }
        fwrite(part.value.data, 1, part.value.length, out);
        offset += part.value.length;
    } while (!part.is_end);
    descriptor_drop(file);
}

// From the third byte on.
static void wasi_stream(FILE *out, const char *path) {
    handle file = open_file(out, path);
    if (file < 0) {
        return;
    }
    file_result stream;
    read_via_stream(file, 2, &stream);
    descriptor_drop(file);
    if (stream.is_error) {
        fprintf(out, "error %d\n", stream.error);
        return;
    }
    for (bytes chunk; (chunk = next_chunk(stream.value)).length > 0; free(chunk.data)) {
        fwrite(chunk.data, 1, chunk.length, out);
    }
    input_drop(stream.value);
}

static void wasi_list(FILE *out, const char *path) {
    handle directory = open_file(out, path);
    if (directory < 0) {
        return;
    }
    file_result entries;
    read_directory(directory, &entries);
    if (entries.is_error) {
        fprintf(out, "error %d\n", entries.error);
        return;
    }
    for (entry_result next; read_entry(entries.value, &next), !next.is_error && next.entry.is_some;) {
        fprintf(out, "%d %.*s\n", next.entry.value.type, (int)next.entry.value.name.length, next.entry.value.name.data);
    }
    entries_drop(entries.value);
    descriptor_drop(directory);
}

static void wasi_stat(FILE *out, const char *path) {
    stat_result status, opened;
    stat_at(root(), 1, path, strlen(path), &status);
    if (status.is_error) {
        fprintf(out, "error %d\n", status.error);
        return;
    }
    fprintf(out, "type %d, links %llu, size %llu, times %d %llu %u\n", status.value.type, status.value.links, status.value.size,
        status.value.accessed.is_some + status.value.modified.is_some + status.value.changed.is_some, status.value.modified.value.seconds,
        status.value.changed.value.nanoseconds);
    handle file = open_file(out, path), again = open_file(out, path);
    descriptor_stat(file, &opened);
    fprintf(out, "as opened: %d\n", memcmp(&opened.value, &status.value, sizeof status.value) == 0);
    byte_result type, flags, done;
    get_type(file, &type);
    get_flags(file, &flags);
    fprintf(out, "type %d, flags %d\n", type.value, flags.value);
    hash_result hash, hash_of_path, hash_of_root;
    metadata_hash(file, &hash);
    metadata_hash_at(root(), 0, path, strlen(path), &hash_of_path);
    metadata_hash(root(), &hash_of_root);
    fprintf(out, "hash: %d %d\n", hash.value.lower == hash_of_path.value.lower && hash.value.upper == hash_of_path.value.upper,
        hash.value.lower == hash_of_root.value.lower);
    fprintf(out, "same: %d %d\n", is_same_object(file, again), is_same_object(file, root()));
    advise(file, 0, 1, 1, &done);
    tell_result(out, "advise", done.is_error, done.value);
    sync_all(file, &done);
    tell_result(out, "sync", done.is_error, done.value);
    sync_data(file, &done);
    tell_result(out, "sync-data", done.is_error, done.value);
}

static void wasi_paths(FILE *out, const char *path) {
    static const char *const tried[] = { "..", "dir/../../a.txt", "dir/..", "/", "/a.txt", "", ".", "a.txt/", "dir/", "none", "a.txt/x" };
    handle start = root();
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        file_result opened;
        open_at(start, 0, tried[i], strlen(tried[i]), 0, 1, &opened);
        tell_result(out, tried[i], opened.is_error, opened.error);
        stat_result status;
        stat_at(start, 0, tried[i], strlen(tried[i]), &status);
        MUST(status.is_error == opened.is_error && (!status.is_error || status.error == opened.error));
    }
    file_result below, above;
    open_at(start, 0, "dir", 3, 2, 1, &below);
    open_at(below.value, 0, "../a.txt", 8, 0, 1, &above);
    tell_result(out, "above where it starts", above.is_error, above.error);
    open_at(start, 0, "a.txt\0", 6, 0, 1, &above);
    tell_result(out, "NUL", above.is_error, above.error);
    static char text[5000];
    memset(text, 'x', sizeof text);
    open_at(start, 0, text, sizeof text, 0, 1, &above);
    tell_result(out, "long", above.is_error, above.error);
    handle file = open_file(out, "a.txt");
    open_at(file, 0, "x", 1, 0, 1, &above);
    tell_result(out, "below a file", above.is_error, above.error);
}

static void wasi_refuse(FILE *out, const char *path) {
    handle start = root(), file = open_file(out, path);
    u32 length = strlen(path);
    static const struct { const char *name; u32 open_flags, flags; } openings[] = {
        { "write", 0, 3 }, { "mutate-directory", 0, 33 }, { "create", 1, 1 }, { "exclusive", 5, 1 }, { "truncate", 8, 1 }, { "directory", 2, 1 } };
    for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
        file_result opened;
        open_at(start, 0, path, length, openings[i].open_flags, openings[i].flags, &opened);
        tell_result(out, openings[i].name, opened.is_error, opened.error);
    }
    file_result opened;
    open_at(start, 0, "fresh", 5, 1, 3, &opened);
    tell_result(out, "create anew", opened.is_error, opened.error);
    write_via_stream(file, 0, &opened);
    tell_result(out, "write-via-stream", opened.is_error, opened.error);
    append_via_stream(file, &opened);
    tell_result(out, "append-via-stream", opened.is_error, opened.error);
    file_size_result written;
    file_write(file, "x", 1, 0, &written);
    tell_result(out, "write", written.is_error, written.error);
    byte_result done;
#define REFUSED(name, ...) name(__VA_ARGS__, &done); tell_result(out, #name, done.is_error, done.value)
    REFUSED(set_size, file, 0);
    REFUSED(set_times, file, 1, 0, 0, 1, 0, 0);
    REFUSED(set_times_at, start, 0, path, length, 1, 0, 0, 1, 0, 0);
    REFUSED(create_directory_at, start, "fresh", 5);
    REFUSED(remove_directory_at, start, "dir", 3);
    REFUSED(unlink_file_at, start, path, length);
    REFUSED(link_at, start, 0, path, length, start, "fresh", 5);
    REFUSED(rename_at, start, path, length, start, "fresh", 5);
    REFUSED(symlink_at, start, path, length, "fresh", 5);
    file_text_result link;
    readlink_at(start, path, length, &link);
    tell_result(out, "readlink_at", link.is_error, link.error);
    file_read_result part;
    file_read(start, 1, 0, &part);
    tell_result(out, "read a directory", part.is_error, part.error);
    read_via_stream(start, 0, &opened);
    tell_result(out, "stream a directory", opened.is_error, opened.error);
    read_directory(file, &opened);
    tell_result(out, "list a file", opened.is_error, opened.error);
}

// Descriptors without end: a trap at the cap.
static void wasi_leak(FILE *out, const char *path) {
    for (handle start = root();;) {
        file_result opened;
        open_at(start, 0, path, strlen(path), 0, 1, &opened);
    }
}

// Streams with a buffer each, until the request's memory is used up: a trap.
static void wasi_hoard(FILE *out, const char *path) {
    for (handle file = open_file(out, path);;) {
        file_result stream;
        read_via_stream(file, 0, &stream);
        read_result part;
        input_blocking_read(stream.value, 1, &part);
    }
}

static int run_wasi(FILE *out, const char *query) {
    static const struct { const char *name; void (*function)(FILE *, const char *); } operations[] = {
        { "wasi-directories=", wasi_directories }, { "wasi-read=", wasi_read }, { "wasi-stream=", wasi_stream }, { "wasi-list=", wasi_list },
        { "wasi-stat=", wasi_stat }, { "wasi-paths=", wasi_paths }, { "wasi-refuse=", wasi_refuse }, { "wasi-leak=", wasi_leak },
        { "wasi-hoard=", wasi_hoard } };
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        size_t length = strlen(operations[i].name);
        if (strncmp(query, operations[i].name, length) == 0) {
            operations[i].function(out, query + length);
            return 1;
        }
    }
    return 0;
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes path = path_of(request);
    char *query = malloc(path.length + 1), *text;
    u32 start = 0;
    while (start < path.length && path.data[start] != '?') {
        start++;
    }
    start += start < path.length;
    memcpy(query, path.data + start, path.length - start);
    query[path.length - start] = 0;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    MUST(out);
    if (!run_wasi(out, query) && !run(out, query)) {
        fputs("no such operation\n", out);
    }
    MUST(fclose(out) == 0);
    answer a = answer_text(outparam, 200);
    write_all(a.stream, text, length);
    finish(a);
    request_drop(request);
}
