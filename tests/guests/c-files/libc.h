// What a program does with files, through wasi-libc. The query OPERATION=PATH chooses; answers are lines, errors are `errno N` with WASI's numbers.
#pragma once
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// libc changes paths before it asks for them: this is the host's function itself, for paths as they are.
__attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open")))
int path_open(int directory, int lookup, const char *path, size_t length, int flags, long long rights, long long inherited, int mode, int *opened);
__attribute__((import_module("wasi_snapshot_preview1"), import_name("fd_renumber"))) int fd_renumber(int from, int to);

static void tell(FILE *out, const char *what, int failed) {
    if (failed) {
        fprintf(out, "%s: errno %d\n", what, errno);
    } else {
        fprintf(out, "%s: ok\n", what);
    }
}

static void cat(FILE *out, const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(out, "errno %d\n", errno);
        return;
    }
    char part[1000];
    for (size_t count; (count = fread(part, 1, sizeof part, file)) > 0;) {
        fwrite(part, 1, count, out);
    }
    if (ferror(file)) {
        fprintf(out, "errno %d\n", errno);
    }
    fclose(file);
}

static void seek(FILE *out, const char *path) {
    int file = open(path, O_RDONLY);
    char part[5];
    off_t at = lseek(file, -5, SEEK_END);
    ssize_t count = read(file, part, sizeof part);
    fprintf(out, "last five of %lld: %.*s\n", (long long)at + 5, (int)count, part);
    count = pread(file, part, sizeof part, 1);
    fprintf(out, "second to sixth: %.*s\n", (int)count, part);
    fprintf(out, "at: %lld\n", (long long)lseek(file, 0, SEEK_CUR) - at);
    fprintf(out, "beyond: %lld\n", (long long)(lseek(file, 1LL << 40, SEEK_SET) - (1LL << 40)) + read(file, part, sizeof part));
    tell(out, "before", lseek(file, -1, SEEK_SET) < 0);
    tell(out, "whence", lseek(file, 0, 9) < 0);
    struct pollfd polled = { .fd = file, .events = POLLRDNORM };
    fprintf(out, "poll: %d\n", poll(&polled, 1, -1));
    close(file);
    tell(out, "closed", read(file, part, 1) < 0);
}

static void list(FILE *out, const char *path) {
    DIR *directory = opendir(path);
    if (!directory) {
        fprintf(out, "errno %d\n", errno);
        return;
    }
    for (struct dirent *entry; (entry = readdir(directory));) {
        fprintf(out, "%s %s\n", entry->d_type == DT_DIR ? "directory" : entry->d_type == DT_REG ? "file" : "other", entry->d_name);
    }
    closedir(directory);
}

static void show_stat(FILE *out, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) {
        fprintf(out, "errno %d\n", errno);
        return;
    }
    fprintf(out, "%s %lld %lld\n", S_ISDIR(status.st_mode) ? "directory" : S_ISREG(status.st_mode) ? "file" : "other", (long long)status.st_size,
        (long long)status.st_mtim.tv_sec);
}

// Whatever would change the file, or put something beside it.
static void refuse(FILE *out, const char *path) {
    const char *fresh = "/fresh";
    int file = open(path, O_RDONLY), opened;
    tell(out, "open for writing", open(path, O_WRONLY) < 0);
    tell(out, "open for both", open(path, O_RDWR) < 0);
    tell(out, "append", open(path, O_WRONLY | O_APPEND) < 0);
    tell(out, "truncate", open(path, O_RDONLY | O_TRUNC) < 0);
    tell(out, "create", open(fresh, O_RDONLY | O_CREAT, 0600) < 0);
    tell(out, "create what is there", (opened = open(path, O_RDONLY | O_CREAT, 0600)) < 0);
    close(opened);
    tell(out, "create exclusively", open(path, O_RDONLY | O_CREAT | O_EXCL, 0600) < 0);
    tell(out, "open as a directory", open(path, O_RDONLY | O_DIRECTORY) < 0);
    tell(out, "write", write(file, "x", 1) < 0);
    tell(out, "pwrite", pwrite(file, "x", 1, 0) < 0);
    tell(out, "ftruncate", ftruncate(file, 0) < 0);
    tell(out, "futimens", futimens(file, NULL) < 0);
    errno = posix_fallocate(file, 0, 100);
    tell(out, "fallocate", errno != 0);
    errno = posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
    tell(out, "advise", errno != 0);
    tell(out, "fsync", fsync(file) < 0);
    tell(out, "utimensat", utimensat(AT_FDCWD, path, NULL, 0) < 0);
    tell(out, "mkdir", mkdir(fresh, 0700) < 0);
    tell(out, "rmdir", rmdir("/dir") < 0);
    tell(out, "unlink", unlink(path) < 0);
    tell(out, "rename", rename(path, fresh) < 0);
    tell(out, "link", link(path, fresh) < 0);
    tell(out, "symlink", symlink("/etc", fresh) < 0);
    char target[10];
    tell(out, "readlink", readlink(path, target, sizeof target) < 0);
    int directory = open("/", O_RDONLY | O_DIRECTORY);
    tell(out, "read a directory", read(directory, target, 1) < 0);
    tell(out, "list a file", fdopendir(file) == NULL);
    close(directory);
    close(file);
    show_stat(out, path);
}

static void open_exactly(FILE *out, const char *name, const char *path, size_t length) {
    int opened = -1, error = path_open(3, 0, path, length, 0, 2, 0, 0, &opened);
    fprintf(out, "%s: %d\n", name, error);
    if (error == 0) {
        close(opened);
    }
}

static void paths(FILE *out, const char *path) {
    static const char *const tried[] = {
        "..", "../etc/passwd", "dir/../../etc/passwd", "dir/..", "dir/../a.txt", "./dir//b.txt", "/", "/a.txt", "/etc/passwd", "", ".", "a.txt/", "a.txt/.",
        "a.txt/..", "dir/", "none", "none/..", "dir/none", "A.TXT", "dir\\b.txt", "~", "proc/self/environ" };
    for (size_t i = 0; i < sizeof tried / sizeof *tried; i++) {
        open_exactly(out, tried[i], tried[i], strlen(tried[i]));
    }
    static char text[5000];
    memset(text, 'x', sizeof text);
    open_exactly(out, "long", text, sizeof text);
    open_exactly(out, "NUL", "a.txt\0", 6);
    open_exactly(out, "no UTF-8", "\xff\xfe", 2);
}

// Numbers of descriptors: the lowest that is free, one put in another's place, and how many there can be.
static void numbers(FILE *out, const char *path) {
    int first = open(path, O_RDONLY), second = open(path, O_RDONLY), third = open(path, O_RDONLY);
    close(second);
    fprintf(out, "reused: %d\n", open(path, O_RDONLY) == second);
    lseek(third, 2, SEEK_SET);
    fprintf(out, "renumbered: %d\n", fd_renumber(third, first));
    char letter = 0;
    read(first, &letter, 1);
    fprintf(out, "reads on: %c\n", letter);
    tell(out, "the old number", read(third, &letter, 1) < 0);
    fprintf(out, "not open: %d\n", fd_renumber(first, 1000000));
    int count = 0;
    while (open(path, O_RDONLY) >= 0) {
        count++;
    }
    fprintf(out, "opened: %d, errno %d\n", count, errno);
}

static int run(FILE *out, const char *query) {
    static const struct { const char *name; void (*function)(FILE *, const char *); } operations[] = {
        { "cat=", cat }, { "seek=", seek }, { "list=", list }, { "stat=", show_stat }, { "refuse=", refuse }, { "paths=", paths }, { "numbers=", numbers } };
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        size_t length = strlen(operations[i].name);
        if (strncmp(query, operations[i].name, length) == 0) {
            operations[i].function(out, query + length);
            return 1;
        }
    }
    return 0;
}
