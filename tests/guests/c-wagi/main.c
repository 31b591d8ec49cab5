// A WAGI handler in C with wasi-libc. The query chooses: env and args print what was handed over, redirect, status and headless the kinds of header
// block, exit ends with code 3 before any output. A POST's body is answered as it is read. Each request writes a line to stderr, which is the log.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static const char *variable(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static int echo(void) {
    const char *type = variable("CONTENT_TYPE");
    printf("Content-Type: %s\n\n", *type ? type : "application/octet-stream");
    static char chunk[16 * 1024];
    for (size_t count; (count = fread(chunk, 1, sizeof chunk, stdin)) > 0;) {
        if (fwrite(chunk, 1, count, stdout) != count) {
            return 1;
        }
    }
    return ferror(stdin) ? 1 : 0;
}

int main(int argc, char **argv) {
    const char *method = variable("REQUEST_METHOD"), *query = variable("QUERY_STRING");
    fprintf(stderr, "c-wagi: %s %s\n", method, variable("PATH_INFO"));
    if (strcmp(method, "POST") == 0) {
        return echo();
    }
    if (strcmp(query, "redirect") == 0) {
        puts("Location: /elsewhere\n");
    } else if (strcmp(query, "status") == 0) {
        puts("Status: 418 I'm a teapot\nContent-Type: text/plain\nX-Guest: c-wagi\n\nshort and stout");
    } else if (strcmp(query, "headless") == 0) {
        puts("no header block at all");
    } else if (strcmp(query, "exit") == 0) {
        return 3;
    } else {
        puts("Content-Type: text/plain\n");
        if (strcmp(query, "env") == 0) {
            for (char **entry = environ; *entry; entry++) {
                puts(*entry);
            }
        } else if (strncmp(query, "args", 4) == 0) {
            for (int i = 0; i < argc; i++) {
                puts(argv[i]);
            }
        } else {
            puts("Hello from C");
        }
    }
    return 0;
}
