// c-files' operations on files with wasi-libc, as a WAGI command.
#include "../c-files/libc.h"

int main(void) {
    puts("Content-Type: text/plain\n");
    const char *query = getenv("QUERY_STRING");
    if (!query || !run(stdout, query)) {
        puts("no such operation");
    }
    return 0;
}
