// Two handlers in one component. A message is kept: its text under `last`, and `count` is one more; the texts `error`, `trap`, `loop` and `wait` do what they say
// first. A request for /KEY answers with what is kept there.
#include "arena.h"
#include "request.h"

#define KEYVALUE(interface, function) __attribute__((import_module("wasi:keyvalue/" interface "@0.2.0-draft2"), import_name(function)))

typedef struct { u32 kind; bytes other; } store_error;
typedef struct { u32 is_error; union { handle value; store_error error; }; } bucket_result;
typedef struct { u32 is_error; union { optional_string value; store_error error; }; } value_result;
typedef struct { u32 is_error; store_error error; } set_result;
typedef struct { u64 is_error; union { u64 value; store_error error; }; } sum_result;

KEYVALUE("store", "open") void store_open(const char *, u32, bucket_result *);
KEYVALUE("store", "[method]bucket.get") void bucket_get(handle, const void *, u32, value_result *);
KEYVALUE("store", "[method]bucket.set") void bucket_set(handle, const void *, u32, const void *, u32, set_result *);
KEYVALUE("store", "[resource-drop]bucket") void bucket_drop(handle);
KEYVALUE("atomics", "increment") void bucket_increment(handle, const void *, u32, u64, sum_result *);

static handle open_store(void) {
    bucket_result opened = { 0 };
    store_open(TEXT("default"), &opened);
    MUST((u8)opened.is_error == 0);
    return opened.value;
}

static int is(bytes text, const char *word) { return text.length == text_length(word) && same(text.data, word, text.length); }

static void log_message(bytes message) {
    handle out = get_stdout();
    write_all(out, TEXT("message: "));
    write_all(out, message.data, message.length < 64 ? message.length : 64);
    write_all(out, TEXT("\n"));
    output_drop(out);
}

// The result<_, error>: a discriminant, and that of the error.
static u8 result[2];

EXPORT("fermyon:spin/inbound-redis#handle-message") u8 *handle_message(u8 *data, u32 length) {
    bytes message = { data, length };
    log_message(message);
    if (is(message, "trap")) {
        __builtin_trap();
    }
    for (volatile int again = is(message, "loop"); again;) {
    }
    if (is(message, "wait")) {
        handle soon = subscribe_duration(200000000);
        pollable_block(soon);
        pollable_drop(soon);
    }
    if (is(message, "error")) {
        result[0] = 1;
        result[1] = 1;
        return result;
    }
    handle store = open_store();
    set_result set = { 0 };
    bucket_set(store, TEXT("last"), data, length, &set);
    MUST((u8)set.is_error == 0);
    sum_result sum = { 0 };
    bucket_increment(store, TEXT("count"), 1, &sum);
    MUST((u8)sum.is_error == 0);
    bucket_drop(store);
    return result;
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes path = path_of(request);
    handle store = open_store();
    value_result got = { 0 };
    bucket_get(store, path.data + 1, path.length - 1, &got);
    MUST((u8)got.is_error == 0);
    bucket_drop(store);
    request_drop(request);
    answer a = answer_text(outparam, got.value.is_some ? 200 : 404);
    if (got.value.is_some) {
        write_all(a.stream, got.value.value.data, got.value.value.length);
    }
    finish(a);
}
