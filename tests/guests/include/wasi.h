// The WASI 0.2 functions that the C guests call, as the canonical ABI lowers them: strings and lists are (pointer, length), handles are
// int32, and a result that doesn't fit in one value is written through the last pointer. WASI_VERSION is the patch version that the guest's
// world.wit names (the build passes it).
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int handle;

#define IMPORT(interface, function) __attribute__((import_module("wasi:" interface "@" WASI_VERSION), import_name(function)))
#define EXPORT(name) __attribute__((export_name(name)))
#define HANDLE_EXPORT EXPORT("wasi:http/incoming-handler@" WASI_VERSION "#handle")

typedef struct { u8 *data; u32 length; } bytes;
typedef struct { bytes name, value; } field;
typedef struct { field *items; u32 length; } field_list;

// The shapes of results: the payload lies at the case's own alignment.
typedef struct { u8 is_error; u8 error; } header_result;
typedef struct { u8 is_error; handle value; } handle_result;
typedef struct { u8 is_some; bytes value; } optional_string;
typedef struct { u8 kind; bytes other; } http_method;
typedef struct { u8 is_error; union { bytes value; struct { u8 kind; handle error; } failure; }; } read_result;
typedef struct { u8 is_error; union { u64 value; struct { u8 kind; handle error; } failure; }; } size_result;
typedef struct { u8 is_error; struct { u8 kind; handle error; } failure; } write_result;
typedef struct { u8 kind; u64 payload[4]; } error_code;
typedef struct { u8 is_error; union { handle value; error_code error; }; } http_result;
typedef struct { u8 is_some; struct { u8 is_error; http_result value; } value; } future_response;
typedef struct { u8 is_some; error_code value; } optional_error;
typedef struct { u8 is_error; union { struct { u8 is_some; handle value; } value; error_code error; }; } trailers_result;
typedef struct { u8 is_some; struct { u8 is_error; trailers_result value; } value; } future_trailers;
typedef struct { u64 seconds; u32 nanoseconds; } datetime;
typedef struct { u32 *items; u32 length; } ready_list;
typedef struct { u8 is_error; union { handle value; u8 error; }; } socket_result;
typedef struct { void *items; u32 length; } preopen_list;

IMPORT("http/types", "[constructor]fields") handle fields_new(void);
IMPORT("http/types", "[method]fields.append") void fields_append(handle, const char *, u32, const void *, u32, header_result *);
IMPORT("http/types", "[method]fields.entries") void fields_entries(handle, field_list *);
IMPORT("http/types", "[resource-drop]fields") void fields_drop(handle);

IMPORT("http/types", "[method]incoming-request.method") void request_method(handle, http_method *);
IMPORT("http/types", "[method]incoming-request.path-with-query") void request_path(handle, optional_string *);
IMPORT("http/types", "[method]incoming-request.headers") handle request_headers(handle);
IMPORT("http/types", "[method]incoming-request.consume") void request_consume(handle, handle_result *);
IMPORT("http/types", "[resource-drop]incoming-request") void request_drop(handle);

IMPORT("http/types", "[method]incoming-body.stream") void incoming_body_stream(handle, handle_result *);
IMPORT("http/types", "[static]incoming-body.finish") handle incoming_body_finish(handle);
IMPORT("http/types", "[resource-drop]future-trailers") void future_trailers_drop(handle);

IMPORT("http/types", "[constructor]outgoing-response") handle response_new(handle headers);
IMPORT("http/types", "[method]outgoing-response.set-status-code") int response_set_status(handle, u32);
IMPORT("http/types", "[method]outgoing-response.body") void response_body(handle, handle_result *);
// The last seven are result<outgoing-response, error-code> flattened: its case's first value and the error's payload.
IMPORT("http/types", "[static]response-outparam.set")
void outparam_set(handle, u32 is_error, int value, int, u64, int, int, int, int);

IMPORT("http/types", "[method]outgoing-body.write") void outgoing_body_write(handle, handle_result *);
IMPORT("http/types", "[static]outgoing-body.finish") void outgoing_body_finish(handle, u32 has_trailers, handle, http_result *);
IMPORT("http/types", "[resource-drop]outgoing-body") void outgoing_body_drop(handle);

IMPORT("http/types", "[constructor]outgoing-request") handle outgoing_request_new(handle headers);
IMPORT("http/types", "[method]outgoing-request.set-authority") int outgoing_request_set_authority(handle, u32 is_some, const void *, u32);
IMPORT("http/types", "[method]outgoing-request.set-path-with-query") int outgoing_request_set_path(handle, u32 is_some, const void *, u32);
// scheme: case 0 is HTTP, 1 HTTPS; the last two are the string of `other`.
IMPORT("http/types", "[method]outgoing-request.set-scheme") int outgoing_request_set_scheme(handle, u32 is_some, u32, const void *, u32);
IMPORT("http/types", "[method]outgoing-request.set-method") int outgoing_request_set_method(handle, u32, const void *, u32);
IMPORT("http/types", "[method]outgoing-request.body") void outgoing_request_body(handle, handle_result *);
IMPORT("http/types", "[constructor]request-options") handle request_options_new(void);
IMPORT("http/types", "[method]request-options.set-connect-timeout") int request_options_set_connect(handle, u32 is_some, u64);
IMPORT("http/types", "[method]request-options.set-first-byte-timeout") int request_options_set_first_byte(handle, u32 is_some, u64);
IMPORT("http/types", "[method]request-options.set-between-bytes-timeout") int request_options_set_between_bytes(handle, u32 is_some, u64);
IMPORT("http/outgoing-handler", "handle") void outgoing_handle(handle, u32 has_options, handle, http_result *);
IMPORT("http/types", "[method]future-incoming-response.subscribe") handle future_response_subscribe(handle);
IMPORT("http/types", "[method]future-incoming-response.get") void future_response_get(handle, future_response *);
IMPORT("http/types", "[resource-drop]future-incoming-response") void future_response_drop(handle);
IMPORT("http/types", "[method]incoming-response.headers") handle incoming_response_headers(handle);
IMPORT("http/types", "[method]incoming-response.consume") void incoming_response_consume(handle, handle_result *);
IMPORT("http/types", "[resource-drop]incoming-response") void incoming_response_drop(handle);
IMPORT("http/types", "[method]future-trailers.get") void future_trailers_get(handle, future_trailers *);
IMPORT("http/types", "http-error-code") void http_error_code(handle error, optional_error *);
IMPORT("io/error", "[resource-drop]error") void error_drop(handle);
IMPORT("http/types", "[method]incoming-response.status") u32 incoming_response_status(handle);

IMPORT("io/streams", "[method]input-stream.blocking-read") void input_blocking_read(handle, u64, read_result *);
IMPORT("io/streams", "[resource-drop]input-stream") void input_drop(handle);
IMPORT("io/streams", "[method]output-stream.check-write") void output_check_write(handle, size_result *);
IMPORT("io/streams", "[method]output-stream.write") void output_write(handle, const void *, u32, write_result *);
IMPORT("io/streams", "[method]output-stream.flush") void output_flush(handle, write_result *);
IMPORT("io/streams", "[method]output-stream.blocking-flush") void output_blocking_flush(handle, write_result *);
IMPORT("io/streams", "[method]output-stream.blocking-write-and-flush")
void output_blocking_write_and_flush(handle, const void *, u32, write_result *);
IMPORT("io/streams", "[method]output-stream.subscribe") handle output_subscribe(handle);
IMPORT("io/streams", "[resource-drop]output-stream") void output_drop(handle);

IMPORT("io/poll", "poll") void poll_list(const handle *, u32, ready_list *);
IMPORT("io/poll", "[method]pollable.block") void pollable_block(handle);
IMPORT("io/poll", "[resource-drop]pollable") void pollable_drop(handle);

IMPORT("clocks/monotonic-clock", "subscribe-duration") handle subscribe_duration(u64 nanoseconds);
IMPORT("clocks/wall-clock", "now") void wall_clock_now(datetime *);
IMPORT("random/random", "get-random-bytes") void get_random_bytes(u64, bytes *);
IMPORT("cli/stdout", "get-stdout") handle get_stdout(void);
IMPORT("cli/stderr", "get-stderr") handle get_stderr(void);

IMPORT("filesystem/preopens", "get-directories") void get_directories(preopen_list *);
IMPORT("sockets/instance-network", "instance-network") handle instance_network(void);
IMPORT("sockets/tcp-create-socket", "create-tcp-socket") void create_tcp_socket(u32 family, socket_result *);
IMPORT("sockets/ip-name-lookup", "resolve-addresses") void resolve_addresses(handle network, const void *, u32, socket_result *);
