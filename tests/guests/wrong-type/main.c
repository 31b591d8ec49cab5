// Imports wasi:random/random with a signature that isn't the interface's: refused when it is deployed, by the import's name.
#include "arena.h"
#include "http.h"

IMPORT("random/random", "get-random-u64") void get_random(u32 bound, bytes *);

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    bytes text;
    get_random(6, &text);
    request_drop(request);
    finish(answer_text(outparam, 200));
}
