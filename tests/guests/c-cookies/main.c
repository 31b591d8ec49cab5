// A WAGI handler in C with wasi-libc: a page that sets the cookie that the environment's variable COOKIE_x has for the path /x.
#include <stdio.h>
#include <stdlib.h>

int main(void) {
    const char *path = getenv("PATH_INFO");
    char name[64];
    snprintf(name, sizeof name, "COOKIE_%s", path && *path ? path + 1 : "");
    const char *cookie = getenv(name);
    puts("Content-Type: text/html");
    if (cookie) {
        printf("Set-Cookie: %s\n", cookie);
    }
    puts("\n<!doctype html><title>evil</title><body>");
    return 0;
}
