// One component for everything that a guest can do wrong, or that a test wants done on purpose: the path chooses. The README lists the paths.
#include "arena.h"
#include "request.h"

#define MILLISECOND 1000000ull
#define HOUR (3600 * 1000 * MILLISECOND)

typedef struct { const char *path; void (*run)(handle request, handle outparam, bytes argument); } fault;

// Keeps the optimizer from seeing that a value is not used, or a call is the last.
#define OPAQUE(value) __asm__ volatile("" : "+r"(value))

static void wait(u64 nanoseconds) {
    handle timer = subscribe_duration(nanoseconds);
    ready_list ready;
    poll_list(&timer, 1, &ready);
    pollable_drop(timer);
}

static u32 decimal(char *out, u64 value) {
    char digits[20];
    u32 count = 0;
    do {
        digits[count++] = '0' + value % 10;
    } while ((value /= 10) > 0);
    for (u32 i = 0; i < count; i++) {
        out[i] = digits[count - 1 - i];
    }
    return count;
}

static void write_number(handle stream, u64 value) {
    char text[20];
    write_all(stream, text, decimal(text, value));
}

static void answer_number(handle outparam, u64 value) {
    answer a = answer_text(outparam, 200);
    write_number(a.stream, value);
    write_all(a.stream, TEXT("\n"));
    finish(a);
}

static void say(handle outparam, const char *text) {
    answer a = answer_text(outparam, 200);
    write_all(a.stream, text, text_length(text));
    finish(a);
}

// Writes to every page in between, which makes the pages real.
static void touch(u8 *from, u8 *to) {
    for (volatile u8 *page = from; page < to; page += 4096) {
        *page = 1;
    }
}

static void loop(handle request, handle outparam, bytes argument) {
    for (u32 i = 0;; i++) {
        OPAQUE(i);
    }
}

static void memory(handle request, handle outparam, bytes argument) {
    for (;;) {
        u32 before = (u32)__builtin_wasm_memory_grow(0, 16);
        if (before == (u32)-1) {
            __builtin_trap();
        }
        for (u32 page = 0; page < 256; page++) {
            *(volatile u8 *)((before << 16) + page * 4096) = 1;
        }
    }
}

__attribute__((noinline)) static u32 recurse_from(u32 depth) {
    OPAQUE(depth);
    if (depth == (u32)-1) {
        return depth;
    }
    u32 below = recurse_from(depth + 1);
    OPAQUE(below);
    return below + depth;
}

static void recurse(handle request, handle outparam, bytes argument) {
    answer_number(outparam, recurse_from(0));
}

static void trap(handle request, handle outparam, bytes argument) {
    __builtin_trap();
}

static void divide(handle request, handle outparam, bytes argument) {
    int one = 1, zero = 0;
    OPAQUE(one);
    OPAQUE(zero);
    answer_number(outparam, (u32)(one / zero));
}

static void none(handle request, handle outparam, bytes argument) {
}

static void error(handle request, handle outparam, bytes argument) {
    outparam_set(outparam, 1, 38, 0, 0, 0, 0, 0, 0);
}

static void sleep(handle request, handle outparam, bytes argument) {
    wait(HOUR);
    say(outparam, "slept an hour\n");
}

static void oob(handle request, handle outparam, bytes argument) {
    answer a = answer_text(outparam, 200);
    write_result written;
    output_write(a.stream, (void *)0xfffff000u, 0x1000 - 1, &written);
    finish(a);
}

static void oob_result(handle request, handle outparam, bytes argument) {
    request_path(request, (optional_string *)0xfffffff0u);
    say(outparam, "written out of bounds\n");
}

static void half(handle request, handle outparam, bytes argument) {
    answer a = answer_text(outparam, 200);
    write_result written;
    output_blocking_write_and_flush(a.stream, TEXT("the first half\n"), &written);
    __builtin_trap();
}

static void unfinished(handle request, handle outparam, bytes argument) {
    answer a = answer_text(outparam, 200);
    write_result written;
    output_blocking_write_and_flush(a.stream, TEXT("the first half\n"), &written);
    output_drop(a.stream);
    outgoing_body_drop(a.body);
}

static void big(handle request, handle outparam, bytes argument) {
    static u8 block[64 * 1024];
    for (u32 i = 0; i < sizeof(block); i++) {
        block[i] = 'a' + i % 26;
    }
    answer a = answer_text(outparam, 200);
    for (u32 i = 0; i < 16; i++) {
        write_all(a.stream, block, sizeof(block));
    }
    finish(a);
}

// 10,000 fields of 1 KiB: the body says how many the host took before it refused one.
static void headers_bomb(handle request, handle outparam, bytes argument) {
    static char value[1024];
    for (u32 i = 0; i < sizeof(value); i++) {
        value[i] = 'v';
    }
    handle fields = fields_new();
    u32 taken = 0;
    for (header_result added; taken < 10000; taken++) {
        char name[24] = "x-";
        u32 length = 2 + decimal(name + 2, taken);
        fields_append(fields, name, length, value, sizeof(value), &added);
        if (added.is_error) {
            break;
        }
    }
    answer a = answer_with(outparam, 200, fields);
    write_number(a.stream, taken);
    write_all(a.stream, TEXT("\n"));
    finish(a);
}

static void crlf(handle request, handle outparam, bytes argument) {
    handle fields = fields_new();
    header_result value, name;
    fields_append(fields, TEXT("x-value"), TEXT("a\r\nset-cookie: forged=1"), &value);
    fields_append(fields, TEXT("x-name: b\r\nx-forged"), TEXT("c"), &name);
    handle outgoing = outgoing_request_new(fields_new());
    int path = outgoing_request_set_path(outgoing, 1, TEXT("/a HTTP/1.1\r\nx-forged: d\r\n\r\n"));
    int authority = outgoing_request_set_authority(outgoing, 1, TEXT("host\r\nx-forged: e"));
    answer a = answer_with(outparam, 200, fields);
    const char *text = value.is_error && name.is_error && path == 1 && authority == 1 ? "refused\n" : "accepted\n";
    write_all(a.stream, text, text_length(text));
    finish(a);
}

static void forge(handle request, handle outparam, bytes argument) {
    request_drop(0x00ffffff);
    say(outparam, "a forged handle was dropped\n");
}

// The response-outparam is passed where a fields resource is asked for.
static void forge_type(handle request, handle outparam, bytes argument) {
    field_list fields;
    fields_entries(outparam, &fields);
    say(outparam, "a handle of another type was taken\n");
}

static void twice(handle request, handle outparam, bytes argument) {
    say(outparam, "first\n");
    say(outparam, "second\n");
}

static void leak(handle request, handle outparam, bytes argument) {
    for (;;) {
        fields_new();
    }
}

static void slow(handle request, handle outparam, bytes argument) {
    answer a = answer_text(outparam, 200);
    for (u32 i = 0; i < 5; i++) {
        wait(20 * MILLISECOND);
        write_all(a.stream, TEXT("chunk "));
        write_number(a.stream, i);
        write_all(a.stream, TEXT("\n"));
        start_flush(a.stream);
    }
    finish(a);
}

static void log(handle request, handle outparam, bytes argument) {
    write_result written;
    handle out = get_stdout(), err = get_stderr();
    output_blocking_write_and_flush(out, TEXT("out line 1\nout line 2\n"), &written);
    output_blocking_write_and_flush(err, TEXT("err line 1\n"), &written);
    output_blocking_write_and_flush(out, TEXT("out line 3\n"), &written);
    output_drop(out);
    output_drop(err);
    say(outparam, "logged\n");
}

// GET http://<argument>/; the answer is the ordinal of the error-code, or the status that came back.
static void outbound(handle request, handle outparam, bytes argument) {
    handle outgoing = outgoing_request_new(fields_new());
    bytes authority = argument.length > 0 ? argument : (bytes){ (u8 *)"service.invalid", 15 };
    MUST(outgoing_request_set_scheme(outgoing, 1, 0, 0, 0) == 0);
    MUST(outgoing_request_set_authority(outgoing, 1, authority.data, authority.length) == 0);
    MUST(outgoing_request_set_path(outgoing, 1, TEXT("/")) == 0);
    http_result sent;
    outgoing_handle(outgoing, 0, 0, &sent);
    if (sent.is_error) {
        answer_number(outparam, sent.error.kind);
        return;
    }
    handle ready = future_response_subscribe(sent.value);
    pollable_block(ready);
    pollable_drop(ready);
    future_response got;
    future_response_get(sent.value, &got);
    MUST(got.is_some && !got.value.is_error);
    http_result response = got.value.value;
    answer_number(outparam, response.is_error ? response.error.kind : incoming_response_status(response.value));
}

// Reads the body to its end; the answer is its trailers, a line each.
static void trailers(handle request, handle outparam, bytes argument) {
    answer a = answer_text(outparam, 200);
    incoming body = open_body(request);
    while (next_chunk(body.stream).length > 0) {
    }
    input_drop(body.stream);
    handle trailing = incoming_body_finish(body.body);
    future_trailers got;
    future_trailers_get(trailing, &got);
    MUST(got.is_some && !got.value.is_error && !got.value.value.is_error);
    if (got.value.value.value.is_some) {
        field_list lines;
        fields_entries(got.value.value.value.value, &lines);
        for (u32 i = 0; i < lines.length; i++) {
            write_all(a.stream, lines.items[i].name.data, lines.items[i].name.length);
            write_all(a.stream, TEXT(": "));
            write_all(a.stream, lines.items[i].value.data, lines.items[i].value.length);
            write_all(a.stream, TEXT("\n"));
        }
        fields_drop(got.value.value.value.value);
    }
    future_trailers_drop(trailing);
    finish(a);
}

// What isn't granted: how many directories, and the ordinals of the error codes for a socket and for a name, as three digits.
static void denied(handle request, handle outparam, bytes argument) {
    preopen_list directories;
    socket_result tcp, name;
    get_directories(&directories);
    create_tcp_socket(0, &tcp);
    resolve_addresses(instance_network(), TEXT("service.invalid"), &name);
    MUST(tcp.is_error && name.is_error);
    answer_number(outparam, 100 * directories.length + 10 * tcp.error + name.error);
}

static void random(handle request, handle outparam, bytes argument) {
    bytes drawn;
    get_random_bytes(16, &drawn);
    MUST(drawn.length == 16);
    answer a = answer_text(outparam, 200);
    for (u32 i = 0; i < drawn.length; i++) {
        char pair[] = { "0123456789abcdef"[drawn.data[i] >> 4], "0123456789abcdef"[drawn.data[i] & 15] };
        write_all(a.stream, pair, 2);
    }
    write_all(a.stream, TEXT("\n"));
    finish(a);
}

static void clock(handle request, handle outparam, bytes argument) {
    datetime now;
    wall_clock_now(&now);
    answer_number(outparam, now.seconds);
}

// Touches as many MiB as the argument says, keeps them for 200 ms, and answers whether the memory could be had.
static void fill(handle request, handle outparam, bytes argument) {
    u32 size = 0;
    for (u32 i = 0; i < argument.length && argument.data[i] >= '0' && argument.data[i] <= '9'; i++) {
        size = size * 10 + (argument.data[i] - '0');
    }
    u32 before = (u32)__builtin_wasm_memory_grow(0, size * 16);
    if (before == (u32)-1) {
        say(outparam, "grow failed\n");
        return;
    }
    touch((u8 *)(before << 16), (u8 *)(before << 16) + (size << 20));
    wait(200 * MILLISECOND);
    say(outparam, "OK\n");
}

// Fields of 100 KiB without end, none dropped: what the host holds for a guest.
static void hoard(handle request, handle outparam, bytes argument) {
    static char value[1024];
    for (u32 i = 0; i < sizeof(value); i++) {
        value[i] = 'v';
    }
    for (;;) {
        handle fields = fields_new();
        header_result added;
        for (u32 i = 0; i < 100; i++) {
            fields_append(fields, TEXT("x-hoard"), value, sizeof(value), &added);
            MUST(!added.is_error);
        }
    }
}

static const fault FAULTS[] = {
    { "loop", loop }, { "memory", memory }, { "recurse", recurse }, { "trap", trap }, { "divide", divide }, { "none", none },
    { "error", error }, { "sleep", sleep }, { "oob", oob }, { "oob-result", oob_result }, { "half", half }, { "unfinished", unfinished },
    { "big", big }, { "headers-bomb", headers_bomb }, { "crlf", crlf }, { "forge", forge }, { "forge-type", forge_type },
    { "twice", twice }, { "leak", leak }, { "hoard", hoard }, { "slow", slow }, { "log", log }, { "outbound", outbound }, { "denied", denied }, { "trailers", trailers }, { "random", random },
    { "clock", clock }, { "fill", fill },
};

// The path is /<fault>, or /<fault>/<argument>.
HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes path = path_of(request);
    for (u32 i = 0; i < sizeof(FAULTS) / sizeof(*FAULTS); i++) {
        u32 end = 1 + text_length(FAULTS[i].path);
        int ends = path.length == end || (path.length > end && (path.data[end] == '/' || path.data[end] == '?'));
        if (ends && same(path.data + 1, FAULTS[i].path, end - 1)) {
            u32 start = path.length > end ? end + 1 : end;
            FAULTS[i].run(request, outparam, (bytes){ path.data + start, path.length - start });
            return;
        }
    }
    answer a = answer_text(outparam, 404);
    write_all(a.stream, TEXT("no such fault\n"));
    finish(a);
}
