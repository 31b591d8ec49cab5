// Strings of the host in another encoding than UTF-8: answers the environment's values, a line of hexadecimal code units each ("latin1" before them when they are
// bytes), with a field whose name it gives in its own encoding.
#include "arena.h"
#include "http.h"

typedef struct { bytes name, value; } variable;
typedef struct { variable *items; u32 length; } variable_list;

IMPORT("cli/environment", "get-environment") void get_environment(variable_list *);

static void write_unit(handle stream, u32 unit) {
    char digits[5];
    for (u32 i = 0; i < 4; i++) {
        digits[i] = "0123456789abcdef"[unit >> (12 - 4 * i) & 15];
    }
    digits[4] = ' ';
    write_all(stream, digits, sizeof digits);
}

static void write_text(handle stream, bytes text) {
    if (IS_LATIN1(text.length)) {
        write_all(stream, TEXT("latin1 "));
        for (u32 i = 0; i < text.length; i++) {
            write_unit(stream, text.data[i]);
        }
    } else {
        for (u32 i = 0; i < (text.length & 0x7fffffff); i++) {
            write_unit(stream, ((u16 *)text.data)[i]);
        }
    }
    write_all(stream, TEXT("\n"));
}

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    request_drop(request);
    handle fields = fields_new();
    add_field(fields, (const char *)FIELD_NAME, sizeof FIELD_NAME / sizeof *FIELD_NAME - 1, TEXT("here"));
    answer a = answer_with(outparam, 200, fields);
    variable_list variables;
    get_environment(&variables);
    for (u32 i = 0; i < variables.length; i++) {
        write_text(a.stream, variables.items[i].value);
    }
    output_drop(a.stream);
    http_result finished;
    outgoing_body_finish(a.body, 0, 0, &finished);
    MUST(!finished.is_error);
}
