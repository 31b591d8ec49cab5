// Imports a function that no platform has: refused when it is deployed, by the import's name.
#include "arena.h"
#include "http.h"

__attribute__((import_module("acme:nothing/here"), import_name("f"))) void nothing(void);

HANDLE_EXPORT void handle_request(handle request, handle outparam) {
    nothing();
    request_drop(request);
    finish(answer_text(outparam, 200));
}
