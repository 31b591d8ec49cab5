// The functions of wasi:filesystem that guests call, as the canonical ABI lowers them (see wasi.h).
#pragma once
#include "wasi.h"

#define DESCRIPTOR(function) IMPORT("filesystem/types", "[method]descriptor." function)

typedef struct { handle descriptor; bytes name; } preopened;
typedef struct { preopened *items; u32 length; } preopened_list;
typedef struct { u8 is_error; u8 value; } byte_result;
typedef struct { u8 is_error; union { handle value; u8 error; }; } file_result;
typedef struct { u8 is_error; union { struct { bytes value; u8 is_end; }; u8 error; }; } file_read_result;
typedef struct { u8 is_error; union { struct { u8 is_some; struct { u8 type; bytes name; } value; } entry; u8 error; }; } entry_result;
typedef struct { u8 is_some; datetime value; } optional_time;
typedef struct { u8 is_error; union { struct { u8 type; u64 links, size; optional_time accessed, modified, changed; } value; u8 error; }; } stat_result;
typedef struct { u8 is_error; union { struct { u64 lower, upper; } value; u8 error; }; } hash_result;
typedef struct { u8 is_error; union { u64 value; u8 error; }; } file_size_result;
typedef struct { u8 is_error; union { bytes value; u8 error; }; } file_text_result;

IMPORT("filesystem/preopens", "get-directories") void preopened_directories(preopened_list *);
IMPORT("filesystem/types", "[resource-drop]descriptor") void descriptor_drop(handle);
DESCRIPTOR("open-at") void open_at(handle, u32 path_flags, const void *, u32, u32 open_flags, u32 flags, file_result *);
DESCRIPTOR("read") void file_read(handle, u64 length, u64 offset, file_read_result *);
DESCRIPTOR("read-via-stream") void read_via_stream(handle, u64 offset, file_result *);
DESCRIPTOR("read-directory") void read_directory(handle, file_result *);
DESCRIPTOR("stat") void descriptor_stat(handle, stat_result *);
DESCRIPTOR("stat-at") void stat_at(handle, u32 path_flags, const void *, u32, stat_result *);
DESCRIPTOR("get-type") void get_type(handle, byte_result *);
DESCRIPTOR("get-flags") void get_flags(handle, byte_result *);
DESCRIPTOR("metadata-hash") void metadata_hash(handle, hash_result *);
DESCRIPTOR("metadata-hash-at") void metadata_hash_at(handle, u32 path_flags, const void *, u32, hash_result *);
DESCRIPTOR("is-same-object") int is_same_object(handle, handle);
DESCRIPTOR("readlink-at") void readlink_at(handle, const void *, u32, file_text_result *);
DESCRIPTOR("advise") void advise(handle, u64 offset, u64 length, u32 advice, byte_result *);
DESCRIPTOR("sync") void sync_all(handle, byte_result *);
DESCRIPTOR("sync-data") void sync_data(handle, byte_result *);
DESCRIPTOR("write-via-stream") void write_via_stream(handle, u64 offset, file_result *);
DESCRIPTOR("append-via-stream") void append_via_stream(handle, file_result *);
DESCRIPTOR("write") void file_write(handle, const void *, u32, u64 offset, file_size_result *);
DESCRIPTOR("set-size") void set_size(handle, u64, byte_result *);
DESCRIPTOR("set-times") void set_times(handle, u32, u64, u32, u32, u64, u32, byte_result *);
DESCRIPTOR("set-times-at") void set_times_at(handle, u32 path_flags, const void *, u32, u32, u64, u32, u32, u64, u32, byte_result *);
DESCRIPTOR("create-directory-at") void create_directory_at(handle, const void *, u32, byte_result *);
DESCRIPTOR("remove-directory-at") void remove_directory_at(handle, const void *, u32, byte_result *);
DESCRIPTOR("unlink-file-at") void unlink_file_at(handle, const void *, u32, byte_result *);
DESCRIPTOR("link-at") void link_at(handle, u32 path_flags, const void *, u32, handle, const void *, u32, byte_result *);
DESCRIPTOR("rename-at") void rename_at(handle, const void *, u32, handle, const void *, u32, byte_result *);
DESCRIPTOR("symlink-at") void symlink_at(handle, const void *, u32, const void *, u32, byte_result *);
IMPORT("filesystem/types", "[method]directory-entry-stream.read-directory-entry") void read_entry(handle, entry_result *);
IMPORT("filesystem/types", "[resource-drop]directory-entry-stream") void entries_drop(handle);
