// SQLite, as Debian packages its source, as a CGI script: runs the statements of the body on a database in memory, or on the file that DATABASE names, read-only,
// and answers rows, a line each with tabs between values; an error is the last line. Files through SQLite's own demonstration of a VFS: the one for Unix locks them, which WASI can't.
#include <stdio.h>
#include <stdlib.h>
#include "sqlite3.h"

sqlite3_vfs *sqlite3_demovfs(void);

int sqlite3_os_init(void) { return sqlite3_vfs_register(sqlite3_demovfs(), 1); }

int sqlite3_os_end(void) { return SQLITE_OK; }

static int print_row(void *unused, int columns, char **values, char **names) {
    for (int i = 0; i < columns; i++) {
        printf("%s%s", i ? "\t" : "", values[i] ? values[i] : "NULL");
    }
    putchar('\n');
    return 0;
}

static char *read_all(FILE *in) {
    size_t length = 0, size = 4096, read;
    char *text = malloc(size);
    while (text && (read = fread(text + length, 1, size - length - 1, in)) > 0) {
        length += read;
        if (length == size - 1) {
            text = realloc(text, size *= 2);
        }
    }
    if (!text) {
        abort();
    }
    text[length] = 0;
    return text;
}

int main(void) {
    const char *file = getenv("DATABASE");
    sqlite3 *database;
    char *error = NULL;
    int result = sqlite3_open_v2(file ? file : ":memory:", &database, file ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE, NULL);
    if (result != SQLITE_OK) {
        printf("Status: 500 Internal Server Error\nContent-Type: text/plain\n\n%s\n", sqlite3_errmsg(database));
        return 0;
    }

    char *statements = read_all(stdin);
    printf("Content-Type: text/tab-separated-values\n\n");
    result = sqlite3_exec(database, statements, print_row, NULL, &error);
    if (result != SQLITE_OK) {
        printf("error: %s\n", error);
    }
    sqlite3_close(database);
    return 0;
}
